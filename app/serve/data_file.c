/*
 * A JSON document as a file that people keep: all data about a person, the
 * proof of a receipt. Where it has to be in the log, the entry is of the
 * statement that gives it.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "reply.h"
#include "web/json_mem.h"

/* A row for each: its statement, what it is named after. */
static const struct file {
	const char *route;
	enum fixed_statement statement;
	enum db_class class;
	const char *param; /* part of the path, NULL: none */
	const char *name;
} files[] = {
	{ "account_data_json", ST_ACCOUNT_DATA, DB_WORK, NULL,
	    "resonanz-daten" },
	{ "person_data_json", ST_PERSON_DATA, DB_WORK, "person",
	    "resonanz-daten" },
	{ "receipt_proof", ST_RECEIPT_FILE, DB_READ, "receipt",
	    "eingangsbestaetigung" },
};

static const struct file *file_of(const struct req *);
static int done(struct req *);

int
custom_data_file(struct req *req)
{
	const struct file *file = file_of(req);
	const char *values[] = { req->route->audience,
		req->has_session ? req->session_hash : NULL, req->id, NULL };

	if (file->param != NULL && req_read_link(req) != RC_OK)
		return reply_error(req);
	if (file->param != NULL)
		values[3] = req_value(req, file->param);
	return req_call(req, file->class, file->statement, values,
	    file->param == NULL ? 3 : 4, done);
}

static const struct file *
file_of(const struct req *req)
{
	size_t i = 0;

	while (strcmp(files[i].route, req->route->name) != 0)
		i++;
	return &files[i];
}

static int
done(struct req *req)
{
	const struct file *file = file_of(req);
	const char *key =
	    file->param == NULL ? NULL : req_value(req, file->param);
	char disposition[200], *text;
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (db_job_text(req->job, 0) == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	doc = json_loads(db_job_text(req->job, 0), 0, NULL);
	if (doc == NULL)
		return reply_fail(req, RC_INTERNAL, "bad_document");
	text = json_dumps(doc, JSON_INDENT(2));
	snprintf(disposition, sizeof(disposition),
	    "attachment; filename=\"%s%s%s.json\"", file->name,
	    key == NULL ? "" : "-", key == NULL ? "" : key);
	reply_header(req, "content-disposition", disposition);
	r = reply_bytes(
	    req, 200, "application/json; charset=utf-8", text, strlen(text));
	json_mem_free(text);
	json_decref(doc);
	return r;
}
