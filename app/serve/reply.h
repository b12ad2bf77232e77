/* Answers: the headers that every one carries, and one exit for all of them. */
#ifndef APP_REPLY_H
#define APP_REPLY_H

#include "req.h"

/*
 * Each sends the answer and returns KORE_RESULT_OK, so that a step can end
 * with it. An error page may first ask for its frame (KORE_RESULT_RETRY).
 */
int reply_bytes(struct req *req, int status, const char *type, const void *data,
    size_t len);
int reply_json(struct req *req, int status, json_t *doc);
/* 303 to a path of ours; anything else is sent to "/". */
int reply_redirect(struct req *req, const char *location);
/*
 * What req->err says: 401 leads to the login, the rest to its error page with
 * the submitted fields kept, or to a JSON problem for machines.
 */
int reply_error(struct req *req);
int reply_fail(struct req *req, enum rc rc, const char *code);
/*
 * The JSON problem of req->err with the members of more (may be NULL; taken)
 * but its frame beside it.
 */
int reply_problem(struct req *req, json_t *more);
/* Renders page NAME over doc; takes doc. */
int reply_page(struct req *req, int status, const char *page, json_t *doc);

/* Adds a header; a value with control characters is a bug and ends the worker.
 */
void reply_header(struct req *req, const char *name, const char *value);
/* The headers of every answer: for those who send the body themselves. */
void reply_common_headers(struct req *req, const char *type);
/* Sets the session cookie, or deletes it when token is NULL. */
void reply_cookie(struct req *req, const char *token);

#endif
