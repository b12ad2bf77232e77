/*
 * The second step of signing in: a code, or a recovery code, turns the pending
 * session into a real one under a new token.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "factor_check.h"
#include "login.h"
#include "reply.h"

#define PAGE "second_factor"

struct second {
	char address[64];
	char token[TOKEN_LEN + 1];
};

static int begun(struct req *);
static int finished(struct req *);
static int done(struct req *, const char *, const char *);

int
custom_second_factor_post(struct req *req)
{
	struct second *second;
	const char *values[3];

	if (req_read_form(req) != RC_OK)
		return login_refused(req, PAGE, RC_INVALID, "invalid", "", "");
	second = mem_calloc(1, sizeof(*second));
	req->extra = second;
	req->extra_free = mem_free;
	req_address(req, second->address, sizeof(second->address));
	values[0] = req->session_hash;
	values[1] = "true";
	values[2] = second->address;
	return req_call(req, DB_WORK, ST_FACTOR_BEGIN, values, 3, begun);
}

static int
begun(struct req *req)
{
	struct second *second = req->extra;
	struct factor_proof proof;
	char hash[TOKEN_HASH_HEX + 1], args[64];
	const char *values[6];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (login_must_wait(db_job_text(req->job, 4), args, sizeof(args)))
		return login_refused(
		    req, PAGE, RC_LIMITED, "login_limited", "", args);
	factor_prove(req->worker, db_job_text(req->job, 0),
	    db_job_text(req->job, 1), req_value(req, "code"), &proof);
	token_new(second->token);
	token_hash(second->token, hash);
	values[0] = req->session_hash;
	values[1] = second->address;
	values[2] = proof.step;
	values[3] = proof.recovery;
	values[4] = hash;
	values[5] = req->http->agent == NULL ? "" : req->http->agent;
	return req_call(req, DB_WORK, ST_FACTOR_FINISH, values, 6, finished);
}

static int
finished(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (json_is_true(json_object_get(doc, "ok")))
		r = done(req, json_string_value(json_object_get(doc, "used")),
		    json_string_value(json_object_get(doc, "landing")));
	else
		r = login_refused(
		    req, PAGE, RC_INVALID, "code_wrong", "code", "");
	json_decref(doc);
	return r;
}

/* Who had to take a recovery code sees how many are left, and goes on then. */
static int
done(struct req *req, const char *used, const char *landing)
{
	struct second *second = req->extra;
	const char *next = req_value(req, "next");
	struct buf location = { 0 };
	int r;

	if (req->wants_json || used == NULL || strcmp(used, "recovery") != 0)
		return login_welcome(req, second->token, landing);
	buf_str(&location, "/account/second-factor?notice=recovery_used&next=");
	buf_url(&location, next == NULL || next[0] != '/' ? landing : next);
	reply_cookie(req, second->token);
	r = reply_redirect(req, buf_text(&location));
	buf_clear(&location);
	return r;
}
