#include "page.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "factor.h"
#include "factor_check.h"
#include "form_again.h"
#include "looked.h"
#include "paper_fill.h"
#include "reply.h"
#include "domain/diff_doc.h"

/* Pages to which the server adds what only it can know. */
static const struct {
	const char *name;
	void (*add)(const struct req *, json_t *doc);
} additions[] = {
	{ "second_factor", factor_show_demo },
	{ "step_up", factor_show_demo },
	{ "account_factor", factor_add_offer },
};

/* What is noted after a person, not a program, was sent the page. */
static const struct {
	const char *name;
	void (*note)(const struct req *, const json_t *doc);
} notes[] = {
	{ "answer", answer_looked },
};

static void note(const struct req *, const json_t *);
static int page_done(struct req *);
static int again_done(struct req *);
static void (*addition_of(const char *))(const struct req *, json_t *);
static json_t *take_doc(struct req *, const char *);
static bool is_shared(const struct route *, const struct param *);

int
page_begin(struct req *req)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	return page_show(req);
}

int
page_show(struct req *req)
{
	return req_call_route(
	    req, req->route, page_class(req, req->route), page_done);
}

/*
 * The desk reads much at a time and must not stand before short reads; what
 * somebody signed in has seen may be to be written down.
 */
enum db_class
page_class(const struct req *req, const struct route *route)
{
	if ((route->is_seen && req->has_session) ||
	    strcmp(route->audience, "desk") == 0)
		return DB_WORK;
	if (!req->has_session && req->worker->settings.read_url[0] != '\0')
		return DB_REPLICA;
	return DB_READ;
}

int
page_again(struct req *req, const char *name)
{
	const struct route *back = route_by_name(name);
	struct param_value values[PARAM_MAX] = { 0 };
	const char *text;

	for (size_t i = 0; i < back->param_count; i++) {
		text = is_shared(req->route, &back->params[i])
			   ? req_value(req, back->params[i].name)
			   : NULL;
		if (text != NULL)
			values[i] = (struct param_value){ mem_strdup(text),
				strlen(text) };
	}
	param_values_clear(req->values, req->value_count);
	memcpy(req->values, values, sizeof(values));
	req->value_count = back->param_count;
	req->again = back;
	return req_call_route(req, back, page_class(req, back), again_done);
}

int
page_uploaded(struct req *req, const char *name)
{
	enum rc rc = req_answered(req);
	const char *text = db_job_text(req->job, 0);
	json_t *doc;
	int r;

	if (rc != RC_OK)
		return page_upload_refused(req, name);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (req->wants_json)
		r = reply_json(req, 200, doc);
	else
		r = reply_redirect(
		    req, json_string_value(json_object_get(doc, "location")));
	json_decref(doc);
	return r;
}

int
page_upload_refused(struct req *req, const char *name)
{
	if (!req->has_session)
		return reply_fail(req, RC_LOGIN, "login");
	if (req->err.rc != RC_INVALID || req->wants_json)
		return reply_error(req);
	return page_again(req, name);
}

/*
 * What a page takes along when it is shown again, by name: the parts of its
 * path, and keys and lines that both may go without, such as a filter.
 */
static bool
is_shared(const struct route *action, const struct param *p)
{
	for (size_t i = 0; !p->in_path && i < action->param_count; i++) {
		const struct param *a = &action->params[i];

		if (strcmp(a->name, p->name) == 0)
			return a->kind == p->kind &&
			       (p->kind == PARAM_KEY ||
				   p->kind == PARAM_LINE) &&
			       !a->is_required && !p->is_required;
	}
	return p->in_path;
}

static int
page_done(struct req *req)
{
	const char *text, *at;
	json_t *doc;
	bool asks;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if ((text = db_job_text(req->job, 0)) == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	page_touch(req);
	asks = diff_doc_asks(text) || paper_asks(text);
	if (req->wants_json && !asks && addition_of(req->route->name) == NULL)
		return reply_bytes(req, 200, "application/json; charset=utf-8",
		    text, strlen(text));
	if ((doc = take_doc(req, req->route->name)) == NULL)
		return reply_fail(req, RC_INTERNAL, "bad_document");
	if (asks && diff_doc_fill(doc, &req->err) != RC_OK) {
		json_decref(doc);
		return reply_error(req);
	}
	if (asks)
		paper_fill(req, doc);
	/* Instead of a page the place where it is; a machine reads which. */
	at = json_string_value(json_object_get(doc, "location"));
	if (!req->wants_json && at == NULL) {
		note(req, doc);
		return reply_page(req, 200, req->route->name, doc);
	}
	r = req->wants_json ? reply_json(req, 200, doc)
			    : reply_redirect(req, at);
	json_decref(doc);
	return r;
}

static int
again_done(struct req *req)
{
	struct err err = { 0 };
	json_t *doc;

	/* The page itself fails: that is the answer. */
	if (req->job->err.rc != RC_OK) {
		req->err = req->job->err;
		return reply_error(req);
	}
	if ((doc = take_doc(req, req->again->name)) == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	form_again(req, doc);
	paper_fill(req, doc);
	if (diff_doc_fill(doc, &err) != RC_OK) {
		json_decref(doc);
		req->err = err;
		return reply_error(req);
	}
	return reply_page(req, rc_http(req->err.rc), req->again->name, doc);
}

static void (*addition_of(const char *name))(const struct req *, json_t *)
{
	for (size_t i = 0; i < NELEM(additions); i++) {
		if (strcmp(additions[i].name, name) == 0)
			return additions[i].add;
	}
	return NULL;
}

static void
note(const struct req *req, const json_t *doc)
{
	for (size_t i = 0; i < NELEM(notes); i++) {
		if (strcmp(notes[i].name, req->route->name) == 0)
			notes[i].note(req, doc);
	}
}

static json_t *
take_doc(struct req *req, const char *name)
{
	const char *text = db_job_text(req->job, 0);
	void (*add)(const struct req *, json_t *) = addition_of(name);
	json_t *doc = text == NULL ? NULL : json_loads(text, 0, NULL);

	if (doc != NULL && add != NULL)
		add(req, doc);
	return doc;
}

void
page_touch(const struct req *req)
{
	const char *due = db_job_text(req->job, 1);
	const char *values[] = { req->session_hash };

	if (req->has_session && due != NULL && due[0] == 't')
		db_send(req->worker->db, DB_WORK, worker_statement(ST_TOUCH),
		    values, 1);
}
