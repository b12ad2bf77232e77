/* All data about a person as a JSON file; the entry in the log goes with it. */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "reply.h"

static int begin(struct req *, enum fixed_statement, const char *);
static int done(struct req *);

int
custom_account_data_json(struct req *req)
{
	return begin(req, ST_ACCOUNT_DATA, NULL);
}

int
custom_person_data_json(struct req *req)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	return begin(req, ST_PERSON_DATA, req_value(req, "person"));
}

static int
begin(struct req *req, enum fixed_statement st, const char *person)
{
	const char *values[] = { req->route->audience,
		req->has_session ? req->session_hash : NULL, req->id, person };

	return req_call(req, DB_WORK, st, values, person == NULL ? 3 : 4, done);
}

static int
done(struct req *req)
{
	const char *key = req_value(req, "person");
	const char *text;
	char disposition[160];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if ((text = db_job_text(req->job, 0)) == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	snprintf(disposition, sizeof(disposition),
	    "attachment; filename=\"resonanz-daten%s%s.json\"",
	    key == NULL ? "" : "-", key == NULL ? "" : key);
	reply_header(req, "content-disposition", disposition);
	return reply_bytes(
	    req, 200, "application/json; charset=utf-8", text, strlen(text));
}
