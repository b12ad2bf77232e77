/*
 * Parameters: the first line of the input is a path, the rest an urlencoded
 * body. Whatever a route takes is what PostgreSQL can read as its type.
 */
#include "fuzz.h"

#include <jansson.h>

#include "web/route.h"

static void
check_text(const struct param *p, const struct param_value *v)
{
	CHECK(utf8_is_valid(v->text, v->len));
	CHECK(utf8_count(v->text, v->len) <= p->max);
	for (size_t i = 0; i < v->len; i++) {
		char c = v->text[i];

		CHECK((unsigned char)c >= 0x20 ||
		      (p->kind == PARAM_TEXT && (c == '\n' || c == '\t')));
	}
}

static void
check_list(const struct param *p, const struct param_value *v)
{
	json_t *list = json_loadb(v->text, v->len, 0, NULL), *entry;
	size_t i;

	CHECK(json_is_array(list));
	CHECK(json_array_size(list) <= PARAM_LIST_MAX);
	json_array_foreach (list, i, entry) {
		CHECK(json_is_string(entry));
		CHECK(utf8_count(json_string_value(entry),
			  json_string_length(entry)) <= p->max);
	}
	json_decref(list);
}

static void
check_map(const struct param *p, const struct param_value *v)
{
	json_t *map = json_loadb(v->text, v->len, 0, NULL), *entry;
	const char *key;

	CHECK(json_is_object(map));
	CHECK(json_object_size(map) <= PARAM_LIST_MAX);
	json_object_foreach (map, key, entry) {
		CHECK(key[0] != '\0');
		CHECK(json_is_string(entry));
		CHECK(utf8_count(json_string_value(entry),
			  json_string_length(entry)) <= p->max);
	}
	json_decref(map);
}

static void
check_value(const struct param *p, const struct param_value *v)
{
	if (v->text == NULL) {
		CHECK(!p->is_required);
		CHECK(p->kind == PARAM_KEY || p->kind == PARAM_LINE);
		return;
	}
	CHECK(strlen(v->text) == v->len);
	CHECK(v->len > 0 || p->kind == PARAM_TEXT);
	switch (p->kind) {
	case PARAM_KEY:
		CHECK(v->len <= p->max);
		break;
	case PARAM_INT:
		CHECK(strspn(v->text, "0123456789") == v->len);
		break;
	case PARAM_LINE:
	case PARAM_TEXT:
	case PARAM_SECRET:
		check_text(p, v);
		break;
	case PARAM_FLAG:
		CHECK(strcmp(v->text, "true") == 0 ||
		      strcmp(v->text, "false") == 0);
		break;
	case PARAM_LIST:
		check_list(p, v);
		break;
	case PARAM_MAP:
		check_map(p, v);
		break;
	case PARAM_HASH:
		CHECK(v->len == 64);
		break;
	case PARAM_TOKEN:
		CHECK(v->len == 66 && strncmp(v->text, "\\x", 2) == 0);
		break;
	}
}

static void
collect(const struct route_match *m, const struct form *f)
{
	const struct route *r = m->route;
	struct param_value values[PARAM_MAX];
	struct param_errors errors;
	enum rc rc;

	rc = params_collect(
	    r->params, r->param_count, m->capture_list, f, values, &errors);
	CHECK(rc == RC_OK || rc == RC_INVALID || rc == RC_NOTFOUND);
	CHECK((rc == RC_INVALID) == (errors.count > 0) || rc == RC_NOTFOUND);
	for (size_t i = 0; i < errors.count; i++) {
		CHECK(errors.at[i].field != NULL);
		CHECK(errors.at[i].code[0] != '\0');
	}
	for (size_t i = 0; i < r->param_count && rc == RC_OK; i++)
		check_value(&r->params[i], &values[i]);
	param_values_clear(values, r->param_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	struct route_match m;
	struct form f = { 0 };
	struct err err = { 0 };
	size_t skip;
	char *path;

	if (end == NULL)
		return 0;
	skip = (size_t)(end - data) + 1;
	path = mem_strndup((const char *)data, skip - 1);
	route_match(&m, path, METHOD_POST);
	if (m.route == NULL)
		route_match(&m, path, METHOD_GET);
	if (m.route != NULL &&
	    form_parse_urlencoded(
		&f, (const char *)data + skip, size - skip, &err) == RC_OK)
		collect(&m, &f);
	form_clear(&f);
	mem_free(path);
	return 0;
}
