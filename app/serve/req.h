/* A request: everything that dies with it, and where it goes on. */
#ifndef APP_REQ_H
#define APP_REQ_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "worker.h"
#include "web/form.h"
#include "web/param.h"
#include "web/route.h"
#include "web/token.h"

struct http_request;
struct req;

/* A step: KORE_RESULT_OK = answered, KORE_RESULT_RETRY = asleep. */
typedef int (*req_step)(struct req *);

struct req {
	struct http_request *http;
	const struct worker *worker;
	req_step next; /* what the next wake-up calls */

	char id[17];
	uint64_t started_us;
	uint64_t database_ms;
	long long person_id; /* for the log; 0 = nobody known */

	struct route_match match;
	const struct route *route; /* the row that answers */
	const struct route *again; /* the page shown again after a refusal */
	bool wants_json;
	bool is_head;
	bool is_secure; /* HTTPS here or at the proxy */

	bool has_token; /* below /api, instead of a session; it counts as one */
	bool has_retry; /* Retry-After is set */
	bool has_session;
	char session[TOKEN_LEN + 1];
	char session_hash[TOKEN_HASH_HEX + 1];
	char csrf[TOKEN_LEN + 1];
	char context[48]; /* for whom the form was made; "" = it does not say */

	struct form query;
	struct form body;
	struct param_value values[PARAM_MAX];
	size_t value_count;
	struct param_errors errors;
	struct err err; /* why the answer is not the plain one */

	struct db_job *job;
	struct hash_job *hash;
	void *extra; /* of a custom handler */
	void (*extra_free)(void *);
};

/* Makes the state of a request; released when Kore frees the request. */
struct req *req_create(struct http_request *http, const struct worker *worker);
struct req *req_of(struct http_request *http);

/*
 * Reads session cookie, query and body. RC_OK or what is wrong in req->err.
 */
enum rc req_read(struct req *req) MUST_CHECK;
/*
 * Fills req->values for the row from path and query (a link: RC_NOTFOUND or
 * RC_BAD when it is not one of ours) or from path and body (a form: RC_NOTFOUND
 * or RC_INVALID with req->errors).
 */
enum rc req_read_link(struct req *req) MUST_CHECK;
enum rc req_read_form(struct req *req) MUST_CHECK;
/* A header of the request or NULL; borrowed. */
const char *req_header(const struct req *req, const char *name);
/* Where the client is: of the connection, or of the trusted proxy's header. */
void req_address(const struct req *req, char *out, size_t out_size);
/* Does the Origin of a POST belong to us? RC_OK or RC_DENIED in req->err. */
enum rc req_check_origin(struct req *req) MUST_CHECK;
/*
 * The form token: field csrf or header x-csrf-token, with the context behind a
 * point where the form says for whom it was made.
 */
enum rc req_check_csrf(struct req *req) MUST_CHECK;
/*
 * Notes the time of a finished call and who asked (third column). RC_OK, or
 * the error of the call in req->err.
 */
enum rc req_answered(struct req *req) MUST_CHECK;
/* The value of a parameter by its name in the row, or NULL. */
const char *req_value(const struct req *req, const char *name);

/* Sends a statement of a route with its values and goes on at next. */
int req_call_route(struct req *req, const struct route *route,
    enum db_class class, req_step next);
/* The same for a fixed statement. */
int req_call(struct req *req, enum db_class class, enum fixed_statement st,
    const char *const *values, int count, req_step next);

#endif
