#include "paper_fill.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "domain/paper.h"
#include "message.h"
#include "web/json_mem.h"

/* The actions that take a paper. */
static const char *const readers[] = { "edition_chapter_save",
	"edition_text_save" };

static void fill_one(const struct req *, json_t *);
static void put_issues(const struct req *, json_t *, const json_t *);

bool
paper_asks(const char *json)
{
	return strstr(json, "\"paper_of\"") != NULL ||
	       strstr(json, "\"tree_of\"") != NULL ||
	       strstr(json, "\"issues_of\"") != NULL;
}

void
paper_fill(const struct req *req, json_t *doc)
{
	static const char *const members[] = { "form", "theirs", "preview",
		"refusal" };
	json_t *preview = json_object_get(doc, "preview");
	json_t *sent = json_object_get(json_object_get(doc, "form"), "paper");

	if (json_is_object(preview) && json_is_string(sent))
		json_object_set(preview, "read_of", sent);
	fill_one(req, doc);
	for (size_t i = 0; i < NELEM(members); i++)
		fill_one(req, json_object_get(doc, members[i]));
}

static void
fill_one(const struct req *req, json_t *o)
{
	json_t *ask, *read;
	struct paper_issues issues = { 0 };
	struct buf text = { 0 };

	if ((ask = json_object_get(o, "paper_of")) != NULL) {
		paper_write(ask, &text);
		if (json_object_get(o, "paper") == NULL)
			json_object_set_new(
			    o, "paper", json_string(buf_text(&text)));
		json_object_del(o, "paper_of");
		buf_clear(&text);
	}
	if ((ask = json_object_get(o, "tree_of")) != NULL) {
		json_object_set_new(o, "tree", paper_tree(ask));
		json_object_del(o, "tree_of");
	}
	if ((ask = json_object_get(o, "read_of")) != NULL) {
		if (paper_read(json_string_value(ask), json_string_length(ask),
			NULL, &read, &issues) == RC_OK)
			json_object_set_new(o, "tree", paper_tree(read));
		json_decref(read);
		read = paper_issues_json(&issues);
		put_issues(req, o, read);
		json_decref(read);
		json_object_del(o, "read_of");
	}
	if ((ask = json_object_get(o, "issues_of")) != NULL) {
		put_issues(req, o, ask);
		json_object_del(o, "issues_of");
	}
}

static void
put_issues(const struct req *req, json_t *o, const json_t *issues)
{
	json_t *list = json_array(), *x, *args;
	size_t i;
	char *text;

	json_array_foreach (issues, i, x) {
		const char *code =
		    json_string_value(json_object_get(x, "code"));

		args =
		    json_pack("{sO? sO?}", "actual", json_object_get(x, "line"),
			"what", json_object_get(x, "what"));
		text = json_dumps(args, JSON_COMPACT);
		json_array_append_new(
		    list, json_pack("{sO? sO? ss so}", "line",
			      json_object_get(x, "line"), "is_error",
			      json_object_get(x, "is_error"), "code",
			      code == NULL ? "unknown" : code, "message",
			      message_text(req->worker,
				  code == NULL ? "unknown" : code, text)));
		json_mem_free(text);
		json_decref(args);
	}
	json_object_set_new(o, "issues", list);
}

static void
put_errors(struct req *req, const struct paper_issues *issues)
{
	req->errors.count = 0;
	for (size_t i = 0; i < issues->len && req->errors.count < PARAM_MAX;
	     i++) {
		const struct paper_issue *x = &issues->list[i];
		struct param_error *e = &req->errors.at[req->errors.count];

		if (!x->is_error)
			continue;
		*e =
		    (struct param_error){ .field = "paper", .actual = x->line };
		snprintf(e->code, sizeof(e->code), "%s", x->code);
		snprintf(e->what, sizeof(e->what), "%s", x->what);
		req->errors.count++;
	}
}

enum rc
paper_take(struct req *req)
{
	struct paper_issues issues = { 0 };
	bool reads = false;
	json_t *doc;
	char *text;

	for (size_t i = 0; i < NELEM(readers); i++)
		reads |= strcmp(readers[i], req->route->name) == 0;
	for (size_t i = 0; reads && i < req->route->param_count; i++) {
		struct param_value *v = &req->values[i];

		if (strcmp(req->route->params[i].name, "paper") != 0)
			continue;
		if (paper_read(v->text == NULL ? "" : v->text,
			v->text == NULL ? 0 : v->len, NULL, &doc,
			&issues) != RC_OK) {
			put_errors(req, &issues);
			return RC_INVALID;
		}
		text = json_dumps(doc, JSON_COMPACT);
		mem_free(v->text);
		v->len = strlen(text);
		v->text = mem_strndup(text, v->len);
		json_mem_free(text);
		json_decref(doc);
	}
	return RC_OK;
}
