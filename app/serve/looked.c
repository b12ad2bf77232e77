#include "looked.h"

#include <stdio.h>

#include "worker.h"

void
answer_looked(const struct req *req, const json_t *doc)
{
	const json_t *news = json_object_get(doc, "news");
	char version[24], comment[24];
	const char *values[] = { req->route->audience, req->session_hash,
		req->id, req_value(req, "consultation"),
		req_value(req, "target"), version, comment };

	if (req->is_head || !json_is_true(json_object_get(news, "is_due")))
		return;
	snprintf(version, sizeof(version), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(json_object_get(news, "version")));
	snprintf(comment, sizeof(comment), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(json_object_get(news, "comment")));
	db_send(req->worker->db, DB_WORK, worker_statement(ST_ANSWER_LOOKED),
	    values, (int)NELEM(values));
}
