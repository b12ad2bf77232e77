/*
 * What people do with their own account: the context that they act for.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include "page.h"
#include "reply.h"

static int context_switched(struct req *);

int
custom_context_switch(struct req *req)
{
	const char *values[] = { req->session_hash, req->id, NULL };

	if (req_read_form(req) != RC_OK)
		return reply_error(req);
	values[2] = req_value(req, "context");
	return req_call(
	    req, DB_WORK, ST_CONTEXT_SWITCH, values, 3, context_switched);
}

static int
context_switched(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	const char *next = req_value(req, "next");
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (next == NULL || next[0] != '/')
		next = json_string_value(json_object_get(doc, "landing"));
	if (req->wants_json)
		r = reply_json(req, 200, doc);
	else
		r = reply_redirect(req, next);
	json_decref(doc);
	return r;
}
