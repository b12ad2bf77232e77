#include "action.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "page.h"
#include "reply.h"

static int action_done(struct req *);
static int refused(struct req *);

int
action_begin(struct req *req)
{
	enum rc rc = req_read_form(req);

	if (rc == RC_INVALID)
		return refused(req);
	if (rc != RC_OK)
		return reply_error(req);
	return req_call_route(req, req->route, DB_WORK, action_done);
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
	if (text == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	doc = json_loads(text, 0, NULL);
	if (req->wants_json)
		r = reply_json(req, 200, doc);
	else
		r = reply_redirect(
		    req, json_string_value(json_object_get(doc, "location")));
	json_decref(doc);
	return r;
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
