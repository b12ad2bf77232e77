#include "action.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "form_again.h"
#include "page.h"
#include "paper_fill.h"
#include "reply.h"
#include "domain/diff_doc.h"
#include "web/json_mem.h"

static int switched(struct req *);
static int run(struct req *);
static int invalid(struct req *);
static int action_done(struct req *);
static bool is_refusal(struct req *, json_t *);
static int refused(struct req *);
static int refused_page(struct req *, json_t *);

int
action_begin(struct req *req)
{
	const struct form_field *f = form_get(&req->body, "switch_context");
	const char *values[] = { req->session_hash, req->id, NULL };

	/* From the page of error 409: act for the other house and send again.
	 */
	if (f == NULL)
		return run(req);
	values[2] = f->value;
	return req_call(req, DB_WORK, ST_CONTEXT_SWITCH, values, 3, switched);
}

static int
switched(struct req *req)
{
	const struct form_field *f = form_get(&req->body, "switch_context");

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	snprintf(req->context, sizeof(req->context), "%s", f->value);
	return run(req);
}

static int
run(struct req *req)
{
	const char *values[] = { req->route->audience,
		req->has_session ? req->session_hash : NULL, req->id,
		req->context[0] == '\0' ? NULL : req->context };
	enum rc rc = req_read_form(req);

	if (rc == RC_OK)
		rc = paper_take(req);

	/* The form is shown again only to whom and for whom it was made. */
	if (rc == RC_INVALID)
		return req_call(
		    req, DB_READ, ST_ENTER_FORM, values, 4, invalid);
	if (rc != RC_OK)
		return reply_error(req);
	return req_call_route(req, req->route, DB_WORK, action_done);
}

static int
invalid(struct req *req)
{
	if (req_answered(req) != RC_OK)
		return reply_error(req);
	err_set(&req->err, RC_INVALID, "invalid", "", "parameters");
	return refused(req);
}

static int
action_done(struct req *req)
{
	enum rc rc = req_answered(req);
	const char *text = db_job_text(req->job, 0);
	json_t *doc;
	int r;

	if (rc == RC_INVALID || rc == RC_CONFLICT)
		return refused(req);
	if (rc != RC_OK)
		return reply_error(req);
	page_touch(req);
	if (text == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	doc = json_loads(text, 0, NULL);
	if (is_refusal(req, doc))
		r = json_object_get(doc, "page") == NULL
			? refused(req)
			: refused_page(req, doc);
	else if (!req->wants_json && json_object_get(doc, "page") != NULL)
		/* what is shown once, and nowhere to come back to */
		r = reply_page(req, 200,
		    json_string_value(json_object_get(doc, "page")),
		    json_incref(doc));
	else if (!req->wants_json &&
		 json_is_true(json_object_get(doc, "again")))
		r = page_again(req, req->route->back);
	else if (!req->wants_json)
		r = reply_redirect(
		    req, json_string_value(json_object_get(doc, "location")));
	else if (diff_doc_asks(text) && diff_doc_fill(doc, &req->err) != RC_OK)
		r = reply_error(req);
	else
		r = reply_json(req, 200, doc);
	json_decref(doc);
	return r;
}

/*
 * The action has answered what would otherwise be its error, so that its
 * transaction is committed: an attempt that stays in the audit log
 * (app.refuse), or a text that is kept though it cannot stand
 * (app.refuse_page).
 */
static bool
is_refusal(struct req *req, json_t *doc)
{
	json_t *refusal = json_object_get(doc, "refused");
	json_t *args = json_object_get(refusal, "args");
	const char *field =
	    json_string_value(json_object_get(refusal, "field"));
	char *text;

	if (refusal == NULL)
		return false;
	err_set(&req->err,
	    rc_from_sqlstate(
		json_string_value(json_object_get(refusal, "state"))),
	    json_string_value(json_object_get(refusal, "code")),
	    field == NULL ? "" : field, "refused");
	if (json_is_object(args)) {
		text = json_dumps(args, JSON_COMPACT);
		if (strlen(text) < sizeof(req->err.args))
			snprintf(
			    req->err.args, sizeof(req->err.args), "%s", text);
		json_mem_free(text);
	}
	return true;
}

/* People get their form again, machines the list of what is wrong. */
static int
refused(struct req *req)
{
	/* The page would be another organisation's: show what was sent. */
	if (req->wants_json || req->route->back == NULL ||
	    strncmp(req->err.code, "context", 7) == 0)
		return reply_error(req);
	return page_again(req, req->route->back);
}

/* The action has said itself what is to be shown: page NAME over a document. */
static int
refused_page(struct req *req, json_t *answer)
{
	json_t *doc = json_incref(json_object_get(answer, "doc"));
	struct err err = { 0 };

	form_again_say(req, doc);
	if (diff_doc_fill(doc, &err) != RC_OK) {
		json_decref(doc);
		req->err = err;
		return reply_error(req);
	}
	if (req->wants_json)
		return reply_problem(req, doc);
	return reply_page(req, rc_http(req->err.rc),
	    json_string_value(json_object_get(answer, "page")), doc);
}
