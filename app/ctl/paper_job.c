#include "paper_job.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper_file.h"

static enum rc
write_result(struct lane *l, const char *upload, enum rc read,
    const struct buf *text, const json_t *doc,
    const struct paper_issues *issues, const struct err *why, struct err *err)
{
	json_t *list = paper_issues_json(issues);
	char *found = json_dumps(list, JSON_COMPACT), *value = NULL,
	     *said = doc == NULL ? NULL : json_dumps(doc, JSON_COMPACT);
	enum rc rc;

	if (read == RC_OK)
		rc = lane_value(l,
		    "select job.paper_read($1, $2, $3::jsonb, $4::jsonb)",
		    DB_PARAMS(upload, buf_text(text), said, found), &value,
		    err);
	else
		rc = lane_value(l,
		    "select job.paper_refused($1, $2, $3, $4::jsonb)",
		    DB_PARAMS(upload, why->code, why->args, found), &value,
		    err);
	mem_free(value);
	free(found);
	free(said);
	json_decref(list);
	return rc;
}

enum rc
paper_part(struct lane *l, const char *args, struct err *err)
{
	struct paper_issues *issues = mem_calloc(1, sizeof *issues);
	json_t *wish = json_loads(args, 0, NULL), *base = NULL, *doc = NULL;
	const char *upload = json_string_value(json_object_get(wish, "upload"));
	struct buf text = { 0 };
	struct err why = { 0 };
	unsigned char *bytes;
	PGresult *res;
	size_t len;
	enum rc rc = RC_OK, read;

	res = lane_query(l, "select bytes, base from job.paper_file($1)",
	    DB_PARAMS(upload), err);
	if (res == NULL)
		rc = err->rc;
	else if (PQntuples(res) == 1) {
		if (!PQgetisnull(res, 0, 1))
			base = json_loads(PQgetvalue(res, 0, 1), 0, NULL);
		bytes = PQunescapeBytea(
		    (const unsigned char *)PQgetvalue(res, 0, 0), &len);
		read = bytes == NULL ? err_set(&why, RC_INVALID,
					   "file_unreadable", "file", "bytes")
				     : paper_file_read(bytes, len, base, &text,
					   &doc, issues, &why);
		PQfreemem(bytes);
		if (read == RC_OK || read == RC_INVALID)
			rc = write_result(
			    l, upload, read, &text, doc, issues, &why, err);
		else {
			*err = why;
			rc = read;
		}
	}
	PQclear(res);
	buf_clear(&text);
	json_decref(base);
	json_decref(doc);
	json_decref(wish);
	mem_free(issues);
	return rc;
}
