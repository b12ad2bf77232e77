/*
 * A barrier that somebody reports. The server adds what the form cannot say:
 * the address it came from, to count by, and whom to tell where no contact is
 * published. Who is signed in stays unnamed, as everybody else who reports.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include "login.h"
#include "page.h"
#include "reply.h"
#include "web/json_mem.h"

static const char form[] = "barrier_new";

static int begun(struct req *);
static int done(struct req *);
static int again(struct req *);

int
custom_barrier_report(struct req *req)
{
	const char *values[1];
	char address[64];

	if (req_read_form(req) != RC_OK)
		return again(req);
	req_address(req, address, sizeof(address));
	values[0] = address;
	return req_call(req, DB_WORK, ST_BARRIER_BEGIN, values, 1, begun);
}

static int
begun(struct req *req)
{
	const char *values[] = { NULL, req->id, req_value(req, "page"),
		req_value(req, "body"), req_value(req, "name"),
		req_value(req, "mail"), req->worker->settings.contact_mail };
	char args[64];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (login_must_wait(db_job_text(req->job, 0), args, sizeof(args)))
		return login_refused(
		    req, form, RC_LIMITED, "barrier_limited", "", args);
	return req_call(req, DB_WORK, ST_BARRIER_REPORT, values, 7, done);
}

static int
done(struct req *req)
{
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return again(req);
	doc = json_loads(db_job_text(req->job, 0), 0, NULL);
	r = req->wants_json
		? reply_json(req, 200, doc)
		: reply_redirect(
		      req, json_string_value(json_object_get(doc, "location")));
	json_decref(doc);
	return r;
}

/* The form once more, with what was written; an outage is no matter of it. */
static int
again(struct req *req)
{
	if (req->wants_json ||
	    (req->err.rc != RC_INVALID && req->err.rc != RC_LIMITED))
		return reply_error(req);
	return page_again(req, form);
}
