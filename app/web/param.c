/* Typed, bounded parameters: what a route row promises its SQL function. */
#include "param.h"

#include <stdio.h>
#include <string.h>

#include "token.h"
#include "utf8.h"

/* Checks one text of a kind and makes the value; false with e filled. */
typedef bool (*take_fn)(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);

static bool take_key(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);
static bool take_int(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);
static bool take_line(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);
static bool take_text(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);
static bool take_hash(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);
static bool take_token(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e);
static bool collect_one(const struct param *p, const struct form *form,
    struct param_value *value, struct param_error *e);
static bool collect_single(const struct param *p,
    const struct form_field *field, const struct form *form,
    struct param_value *value, struct param_error *e);
static void collect_flag(const struct form_field *field,
    const struct form *form, struct param_value *value);
static bool collect_list(const struct param *p, const struct form_field *field,
    const struct form *form, struct param_value *value, struct param_error *e);
static bool collect_map(const struct param *p, const struct form *form,
    struct param_value *value, struct param_error *e);

/* Nearly every text is normal already, and to see that is cheap. */
#define NORMAL                                                                 \
	"case when $::text is nfc normalized then $::text "                    \
	"else normalize($::text, NFC) end"

/* take NULL: reads several fields, see collect_one. */
static const struct {
	take_fn take;
	const char *sql; /* a number follows each $ */
} kinds[] = {
	[PARAM_KEY] = { take_key, "$::text" },
	[PARAM_INT] = { take_int, "$::bigint" },
	[PARAM_LINE] = { take_line, NORMAL },
	[PARAM_TEXT] = { take_text, NORMAL },
	[PARAM_FLAG] = { NULL, "$::boolean" },
	[PARAM_LIST] = { NULL, "$::json" },
	[PARAM_MAP] = { NULL, "$::json" },
	[PARAM_HASH] = { take_hash, "$::text" },
	[PARAM_SECRET] = { take_line, "$::text" },
	[PARAM_TOKEN] = { take_token, "$::bytea" },
};

enum rc
params_collect(const struct param *params, size_t count,
    const char *const *captures, const struct form *form,
    struct param_value *values, struct param_errors *errors)
{
	size_t capture = 0;

	errors->count = 0;
	for (size_t i = 0; i < count; i++)
		values[i] = (struct param_value){ 0 };
	for (size_t i = 0; i < count; i++) {
		const struct param *p = &params[i];
		struct param_error *e = &errors->at[errors->count];

		*e = (struct param_error){ .field = p->name };
		if (p->in_path) {
			const char *s = captures[capture++];

			if (kinds[p->kind].take == NULL || s[0] == '\0' ||
			    !kinds[p->kind].take(
				p, s, strlen(s), &values[i], e))
				return RC_NOTFOUND;
		} else if (!collect_one(p, form, &values[i], e)) {
			errors->count++;
			if (errors->count == PARAM_MAX)
				break;
		}
	}
	return errors->count > 0 ? RC_INVALID : RC_OK;
}

void
param_values_clear(struct param_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		/* one of them may be a password */
		if (values[i].text != NULL)
			explicit_bzero(values[i].text, values[i].len);
		mem_free(values[i].text);
		values[i] = (struct param_value){ 0 };
	}
}

void
param_sql(struct buf *out, const struct param *param, unsigned n)
{
	for (const char *s = kinds[param->kind].sql; *s != '\0'; s++) {
		buf_char(out, *s);
		if (*s == '$')
			buf_printf(out, "%u", n);
	}
}

/* --- fields of the form --------------------------------------------------- */

static bool
collect_one(const struct param *p, const struct form *form,
    struct param_value *value, struct param_error *e)
{
	const struct form_field *field = NULL;

	if (form != NULL)
		field = form_get(form, p->name);
	switch (p->kind) {
	case PARAM_FLAG:
		collect_flag(field, form, value);
		return true;
	case PARAM_LIST:
		return collect_list(p, field, form, value, e);
	case PARAM_MAP:
		return collect_map(p, form, value, e);
	case PARAM_KEY:
	case PARAM_INT:
	case PARAM_LINE:
	case PARAM_TEXT:
	case PARAM_HASH:
	case PARAM_SECRET:
	case PARAM_TOKEN:
		break;
	}
	return collect_single(p, field, form, value, e);
}

static bool
fail(struct param_error *e, const char *code, size_t actual, size_t max)
{
	snprintf(e->code, sizeof e->code, "%s", code);
	e->actual = actual;
	e->max = max;
	return false;
}

static void
set_value(struct param_value *value, const char *s, size_t len)
{
	value->text = mem_strndup(s, len);
	value->len = len;
}

static bool
collect_single(const struct param *p, const struct form_field *field,
    const struct form *form, struct param_value *value, struct param_error *e)
{
	const char *s = "";
	size_t len = 0, sent = 0;

	for (; field != NULL; field = form_next(form, field)) {
		if (sent++ == 0 && !field->is_null) {
			s = field->value;
			len = field->value_len;
		}
	}
	if (sent > 1)
		return fail(e, "too_many", sent, 1);
	if (len > 0)
		return kinds[p->kind].take(p, s, len, value, e);
	if (p->is_required)
		return fail(
		    e, p->kind == PARAM_KEY ? "choose" : "required", 0, 0);
	if (p->kind == PARAM_TEXT)
		set_value(value, "", 0);
	return true;
}

/* Ticked when any field of the name says so: a hidden 0 may stand before. */
static void
collect_flag(const struct form_field *field, const struct form *form,
    struct param_value *value)
{
	bool is_on = false;

	for (; field != NULL; field = form_next(form, field)) {
		is_on = is_on || (field->value_len > 0 &&
				     strcmp(field->value, "0") != 0 &&
				     strcmp(field->value, "false") != 0);
	}
	set_value(value, is_on ? "true" : "false", is_on ? 4 : 5);
}

static int
dump_to_buf(const char *data, size_t len, void *ctx)
{
	buf_add(ctx, data, len);
	return 0;
}

static void
set_json(struct param_value *value, const json_t *json)
{
	struct buf text = { 0 };

	json_dump_callback(json, dump_to_buf, &text, JSON_COMPACT);
	value->len = text.len;
	value->text = buf_take(&text);
}

static bool
collect_list(const struct param *p, const struct form_field *field,
    const struct form *form, struct param_value *value, struct param_error *e)
{
	json_auto_t *list = json_array();
	size_t sent = 0;
	bool is_null = false;

	for (; field != NULL; field = form_next(form, field)) {
		struct param_value line = { 0 };

		if (++sent > PARAM_LIST_MAX)
			continue;
		is_null = field->is_null;
		if (!take_line(p, field->value, field->value_len, &line, e) &&
		    strcmp(e->code, "required") != 0)
			return false;
		json_array_append_new(
		    list, json_stringn(line.text ? line.text : "", line.len));
		param_values_clear(&line, 1);
	}
	if (sent > PARAM_LIST_MAX)
		return fail(e, "too_many", sent, PARAM_LIST_MAX);
	if (sent == 1 && is_null) {
		json_array_clear(list);
		sent = 0;
	}
	if (sent == 0 && p->is_required)
		return fail(e, "required", 0, 0);
	e->code[0] = '\0';
	set_json(value, list);
	return true;
}

const char *
param_map_key(const struct param *p, const char *name)
{
	size_t len = strlen(p->name);

	return p->kind == PARAM_MAP && strncmp(name, p->name, len) == 0 &&
		       name[len] == '.' && name[len + 1] != '\0'
		   ? name + len + 1
		   : NULL;
}

static bool
collect_map(const struct param *p, const struct form *form,
    struct param_value *value, struct param_error *e)
{
	json_auto_t *map = json_object();

	for (size_t i = 0; form != NULL && i < form->count; i++) {
		const struct form_field *field = &form->fields[i];
		const char *key = param_map_key(p, field->name);
		struct param_value ignored = { 0 };

		if (key == NULL || field->filename != NULL)
			continue;
		e->field = field->name;
		if (json_object_size(map) == PARAM_MAP_MAX)
			return fail(
			    e, "too_many", PARAM_MAP_MAX + 1, PARAM_MAP_MAX);
		if (json_object_get(map, key) != NULL)
			return fail(e, "too_many", 2, 1);
		if (!take_text(p, field->value, field->value_len, &ignored, e))
			return false;
		param_values_clear(&ignored, 1);
		json_object_set_new(
		    map, key, json_stringn(field->value, field->value_len));
	}
	set_json(value, map);
	return true;
}

/* --- kinds ---------------------------------------------------------------- */

static bool
take_key(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.' || c == '_' ||
			c == '-'))
			return fail(e, "bad_key", 0, 0);
	}
	if (len > p->max)
		return fail(e, "too_long", len, p->max);
	set_value(value, s, len);
	return true;
}

static bool
take_int(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e)
{
	static const unsigned long long top = 1ULL << 53;
	unsigned long long n = 0;

	(void)p;
	if (len == 0 || len > 16 || (s[0] == '0' && len > 1))
		return fail(e, "bad_number", 0, 0);
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return fail(e, "bad_number", 0, 0);
		n = n * 10 + (unsigned)(s[i] - '0');
	}
	if (n > top)
		return fail(e, "bad_number", 0, 0);
	set_value(value, s, len);
	return true;
}

static bool
take_hash(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e)
{
	(void)p;
	if (len != 64 || strspn(s, "0123456789abcdef") != 64)
		return fail(e, "bad_hash", 0, 0);
	set_value(value, s, len);
	return true;
}

static bool
take_token(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e)
{
	char hash[TOKEN_HASH_HEX + 1];

	(void)p;
	if (len != TOKEN_LEN || !token_is_wellformed(s))
		return fail(e, "bad_key", 0, 0);
	token_hash(s, hash);
	set_value(value, hash, TOKEN_HASH_HEX);
	return true;
}

static bool
is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/* White space at both ends away; s stays valid UTF-8. */
static void
trim(const char **s, size_t *len)
{
	size_t start = 0, end = 0, pos = 0;
	bool has_begun = false;

	while (pos < *len) {
		size_t before = pos;

		if (is_space(utf8_next(*s, *len, &pos)))
			continue;
		if (!has_begun)
			start = before;
		has_begun = true;
		end = pos;
	}
	*s += start;
	*len = has_begun ? end - start : 0;
}

static bool
is_line_break(uint32_t c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 ||
	       c == 0x2029;
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Forbidden characters and the length, in one pass. */
static bool
check_characters(
    const struct param *p, const char *s, size_t len, struct param_error *e)
{
	bool is_text = p->kind == PARAM_TEXT || p->kind == PARAM_MAP;
	size_t pos = 0, count = 0;

	while (pos < len) {
		uint32_t c = utf8_next(s, len, &pos);

		count++;
		if (is_text && (c == '\n' || c == '\t'))
			continue;
		if (!is_text && is_line_break(c))
			return fail(e, "line_break", count, 0);
		if (is_control(c))
			return fail(e, "bad_character", count, 0);
	}
	if (count > p->max)
		return fail(e, "too_long", count, p->max);
	return true;
}

/* LINE, SECRET and the entries of a LIST. */
static bool
take_line(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e)
{
	if (p->kind != PARAM_SECRET)
		trim(&s, &len);
	if (len == 0)
		return p->is_required ? fail(e, "required", 0, 0) : true;
	if (!check_characters(p, s, len, e))
		return false;
	set_value(value, s, len);
	return true;
}

static bool
take_text(const struct param *p, const char *s, size_t len,
    struct param_value *value, struct param_error *e)
{
	if (!check_characters(p, s, len, e))
		return false;
	set_value(value, s, len);
	return true;
}
