/* What the routes promise, as an OpenAPI document. */
#include "openapi.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "json_mem.h"
#include "token.h"

#define KEY_PATTERN "^[A-Za-z0-9._-]+$"
#define TITLE_MAX 200

static json_t *paths(const char *);
static void operation(json_t *, const struct route *, const char *);
static void summary(json_t *, const struct route *, const char *);
static void security(json_t *, const struct route *);
static json_t *parameters(const struct route *);
static json_t *body(const struct route *);
static json_t *answers(const struct route *);
static json_t *schema(const struct param *);
static json_t *components(void);

char *
openapi_text(const char *asset_dir)
{
	json_t *doc = json_pack("{ss s{ss ss ss s{ss ss}} s[{ss}] so so so}",
	    "openapi", "3.1.0", "info", "title", "Resonanz", "version", "1",
	    "description",
	    "Jede Seite hat unter /api ihren Zwilling als JSON, und jede "
	    "Handlung nimmt dort JSON an. Dieses Dokument ist aus der Liste "
	    "der Routen erzeugt. Anleitung: /help/api",
	    "license", "name", "EUPL-1.2", "identifier", "EUPL-1.2", "servers",
	    "url", "/", "tags",
	    json_pack("[{ss ss}, {ss ss}, {ss ss}]", "name", "page",
		"description", "Seiten, lesend", "name", "action",
		"description", "Handlungen", "name", "file", "description",
		"Dateien und Besonderes"),
	    "paths", paths(asset_dir), "components", components());
	char *text = json_dumps(doc, JSON_COMPACT);
	char *copy = mem_strdup(text);

	json_mem_free(text);
	json_decref(doc);
	return copy;
}

bool
openapi_takes_token(const struct route *r)
{
	size_t len = strlen(r->audience);
	bool is_confirmed =
	    len > 10 && strcmp(r->audience + len - 10, "_confirmed") == 0;

	return r->kind != ROUTE_CUSTOM && !is_confirmed &&
	       !route_has_token(r) && strcmp(r->audience, "pending") != 0 &&
	       strcmp(r->audience, "signed_in") != 0;
}

/* "/a/:b" is "/api/a/{b}"; what is no twin stands at its own address. */
static void
template_of(const struct route *r, struct buf *out)
{
	if (route_in_api(r))
		buf_str(out, "/api");
	for (const char *p = r->path; *p != '\0'; p++) {
		size_t len;

		if (*p != ':') {
			if (out->len == 0 || strcmp(r->path, "/") != 0)
				buf_char(out, *p);
			continue;
		}
		len = strcspn(p + 1, "/");
		buf_printf(out, "{%.*s}", (int)len, p + 1);
		p += len;
	}
}

static json_t *
paths(const char *asset_dir)
{
	json_t *all = json_object();

	for (size_t i = 0; i < route_count; i++) {
		struct buf at = { 0 };
		json_t *item;

		template_of(&route_table[i], &at);
		item = json_object_get(all, buf_text(&at));
		if (item == NULL) {
			item = json_object();
			json_object_set_new(all, buf_text(&at), item);
		}
		operation(item, &route_table[i], asset_dir);
		buf_clear(&at);
	}
	return all;
}

static void
operation(json_t *item, const struct route *r, const char *asset_dir)
{
	static const char *const tags[] = { "page", "action", "file" };
	json_t *op = json_pack(
	    "{ss s[s]}", "operationId", r->name, "tags", tags[r->kind]);
	json_t *list = parameters(r);

	summary(op, r, asset_dir);
	json_object_set_new(op, "x-audience", json_string(r->audience));
	security(op, r);
	if (json_array_size(list) > 0)
		json_object_set(op, "parameters", list);
	json_decref(list);
	if (r->methods == METHOD_POST)
		json_object_set_new(op, "requestBody", body(r));
	json_object_set_new(op, "responses", answers(r));
	json_object_set_new(
	    item, r->methods == METHOD_POST ? "post" : "get", op);
}

/* The title of the page, of an action the title of its form's page. */
static void
summary(json_t *op, const struct route *r, const char *asset_dir)
{
	const char *page = r->kind == ROUTE_ACTION ? r->back : r->name;
	char path[1024], line[TITLE_MAX] = "", *title = NULL;
	struct buf text = { 0 };
	FILE *file;

	snprintf(path, sizeof(path), "%s/pages/%s.html", asset_dir, page);
	file = fopen(path, "r");
	if (file != NULL) {
		if (fgets(line, sizeof(line), file) != NULL &&
		    strncmp(line, "title: ", 7) == 0)
			title = line + 7;
		fclose(file);
	}
	if (title != NULL)
		title[strcspn(title, "\n")] = '\0';
	/* A title with values in it is none before it is filled. */
	if (title == NULL || strstr(title, "{{") != NULL || r->back != NULL)
		buf_str(&text, r->name);
	if (title != NULL && strstr(title, "{{") == NULL)
		buf_printf(&text, r->back != NULL ? " (%s)" : "%s", title);
	json_object_set_new(op, "summary", json_string(buf_text(&text)));
	buf_clear(&text);
}

static void
security(json_t *op, const struct route *r)
{
	json_t *list = json_array();

	if (strcmp(r->audience, "public") == 0)
		json_array_append_new(list, json_object());
	json_array_append_new(list, json_pack("{s[]}", "session"));
	if (openapi_takes_token(r))
		json_array_append_new(list, json_pack("{s[]}", "token"));
	json_object_set_new(op, "security", list);
}

static json_t *
parameters(const struct route *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->param_count; i++) {
		const struct param *p = &r->params[i];

		if (!p->in_path && r->methods == METHOD_POST)
			continue;
		json_array_append_new(list,
		    json_pack("{ss ss sb so}", "name", p->name, "in",
			p->in_path ? "path" : "query", "required",
			p->in_path || p->is_required, "schema", schema(p)));
	}
	return list;
}

/* A MAP is sent as fields NAME.KEY, one for each row of the form. */
static json_t *
body(const struct route *r)
{
	json_t *properties = json_object(), *patterns = json_object();
	json_t *required = json_array();
	json_t *object =
	    json_pack("{ss so}", "type", "object", "properties", properties);

	for (size_t i = 0; i < r->param_count; i++) {
		const struct param *p = &r->params[i];
		char pattern[80];

		if (p->in_path)
			continue;
		if (p->kind == PARAM_MAP) {
			snprintf(
			    pattern, sizeof(pattern), "^%s\\..+$", p->name);
			json_object_set_new(patterns, pattern, schema(p));
			continue;
		}
		json_object_set_new(properties, p->name, schema(p));
		if (p->is_required)
			json_array_append_new(required, json_string(p->name));
	}
	if (json_object_size(patterns) > 0)
		json_object_set(object, "patternProperties", patterns);
	if (json_array_size(required) > 0)
		json_object_set(object, "required", required);
	json_decref(patterns);
	json_decref(required);
	return json_pack(
	    "{s{s{so}}}", "content", "application/json", "schema", object);
}

static const char *
type_of(const struct route *r)
{
	const char *end = strrchr(r->path, '.');

	if (end != NULL && strcmp(end, ".csv") == 0)
		return "text/csv";
	if (end != NULL && strcmp(end, ".txt") == 0)
		return "text/plain";
	if (end != NULL && strcmp(end, ".xlsx") == 0)
		return "application/vnd.openxmlformats-officedocument."
		       "spreadsheetml.sheet";
	return "application/json";
}

static void
put_error(json_t *all, const char *status)
{
	json_object_set_new(all, status,
	    json_pack("{ss}", "$ref", "#/components/responses/Error"));
}

static json_t *
answers(const struct route *r)
{
	bool is_public = strcmp(r->audience, "public") == 0;
	const char *name = r->kind == ROUTE_PAGE     ? "Page"
			   : r->kind == ROUTE_ACTION ? "Done"
						     : "Any";
	char ref[48];
	json_t *all = json_object(), *content;

	snprintf(ref, sizeof(ref), "#/components/schemas/%s", name);
	content = r->kind == ROUTE_CUSTOM && !route_in_api(r)
		      ? json_object()
		      : json_pack("{s{ss}}", "schema", "$ref", ref);
	json_object_set_new(all, "200",
	    json_pack("{ss s{so}}", "description", "Das Ergebnis", "content",
		type_of(r), content));
	if (r->methods == METHOD_GET && is_public)
		json_object_set_new(all, "304",
		    json_pack("{ss}", "description",
			"Unverändert seit dem ETag von If-None-Match"));
	put_error(all, "400");
	if (!is_public || r->methods == METHOD_POST)
		put_error(all, "401");
	if (!is_public || r->methods == METHOD_POST)
		put_error(all, "403");
	put_error(all, "404");
	if (r->methods == METHOD_POST) {
		put_error(all, "409");
		put_error(all, "422");
	}
	put_error(all, "429");
	put_error(all, "503");
	return all;
}

static json_t *
schema(const struct param *p)
{
	json_int_t max = (json_int_t)p->max;

	switch (p->kind) {
	case PARAM_INT:
		return json_pack("{s[ss] si sI}", "type", "integer", "string",
		    "minimum", 0, "maximum", (json_int_t)1 << 53);
	case PARAM_FLAG:
		return json_pack("{s[ss]}", "type", "boolean", "string");
	case PARAM_LIST:
		return json_pack("{ss si s{ss sI}}", "type", "array",
		    "maxItems", PARAM_LIST_MAX, "items", "type", "string",
		    "maxLength", max);
	case PARAM_HASH:
		return json_pack(
		    "{ss ss}", "type", "string", "pattern", "^[0-9a-f]{64}$");
	case PARAM_TOKEN:
		return json_pack("{ss si si}", "type", "string", "minLength",
		    TOKEN_LEN, "maxLength", TOKEN_LEN);
	case PARAM_KEY:
		if (p->is_required)
			return json_pack("{ss ss sI}", "type", "string",
			    "pattern", KEY_PATTERN, "maxLength", max);
		return json_pack("{ss sI}", "type", "string", "maxLength", max);
	case PARAM_LINE:
	case PARAM_TEXT:
	case PARAM_MAP:
	case PARAM_SECRET:
		break;
	}
	return json_pack("{ss sI}", "type", "string", "maxLength", max);
}

/* What all answers have in common; what a page holds is in its own answer. */
static json_t *
components(void)
{
	static const char text[] =
	    "{\"securitySchemes\":{"
	    "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\","
	    "\"name\":\"resonanz\",\"description\":\"Sitzung eines Browsers; "
	    "Handlungen brauchen dazu das Formularzeichen in X-CSRF-Token\"},"
	    "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\","
	    "\"description\":\"Zugriffstoken aus dem Konto\"}},"
	    "\"responses\":{\"Error\":{\"description\":\"Warum es nicht ging\","
	    "\"content\":{\"application/json\":{\"schema\":"
	    "{\"$ref\":\"#/components/schemas/Error\"}}}}},"
	    "\"schemas\":{"
	    "\"Any\":{\"type\":\"object\"},"
	    "\"Done\":{\"type\":\"object\",\"description\":\"location: die "
	    "Seite, auf der es weitergeht\",\"properties\":"
	    "{\"location\":{\"type\":\"string\"}}},"
	    "\"Page\":{\"type\":\"object\",\"anyOf\":[{\"required\":"
	    "[\"frame\"]},{\"required\":[\"location\"]}],\"properties\":"
	    "{\"frame\":{\"$ref\":\"#/components/schemas/Frame\"},"
	    "\"location\":{\"type\":\"string\"}}},"
	    "\"Frame\":{\"type\":\"object\",\"description\":\"Was jede Seite "
	    "um sich hat: wer liest, in welchem Verfahren\"},"
	    "\"Error\":{\"type\":\"object\",\"required\":[\"error\"],"
	    "\"properties\":{\"error\":{\"type\":\"object\",\"required\":"
	    "[\"code\",\"status\",\"message\",\"request_id\",\"fields\"],"
	    "\"properties\":{\"code\":{\"type\":\"string\"},"
	    "\"status\":{\"type\":\"integer\"},"
	    "\"message\":{\"type\":[\"string\",\"null\"]},"
	    "\"request_id\":{\"type\":\"string\"},"
	    "\"fields\":{\"type\":\"array\"}}}}}}}";

	return json_loads(text, 0, NULL);
}
