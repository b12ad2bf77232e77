/*
 * Signing in: look the account up, check the password in a thread, write the
 * session. The password never reaches the database.
 */
#include "login.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custom.h"
#include "page.h"
#include "reply.h"
#include "resend.h"

/* What the three steps hand on. */
struct login {
	char person_id[24];
	char address[64];
	char token[TOKEN_LEN + 1];
};

static int begun(struct req *);
static int hashed(struct req *);
static int finished(struct req *);
static int refused(struct req *, enum rc, const char *, const char *);
static int logged_out(struct req *);
static int to_second_factor(struct req *, const char *);
static int welcome(struct req *, const char *, const char *);

int
custom_login_post(struct req *req)
{
	struct login *login;
	const char *values[2];

	if (req_read_form(req) != RC_OK)
		return refused(req, RC_INVALID, "invalid", "");
	login = mem_calloc(1, sizeof(*login));
	req->extra = login;
	req->extra_free = mem_free;
	req_address(req, login->address, sizeof(login->address));
	values[0] = req_value(req, "mail");
	values[1] = login->address;
	return req_call(req, DB_WORK, ST_LOGIN_BEGIN, values, 2, begun);
}

int
custom_logout(struct req *req)
{
	const char *values[] = { req->session_hash };

	if (!req->has_session)
		return reply_redirect(req, "/?notice=signed_out");
	return req_call(req, DB_WORK, ST_LOGOUT, values, 1, logged_out);
}

static int
begun(struct req *req)
{
	struct login *login = req->extra;
	const char *hash = db_job_text(req->job, 1);
	const char *wait = db_job_text(req->job, 3);
	char args[64];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (hash == NULL)
		return reply_fail(req, RC_INTERNAL, "login");
	if (login_must_wait(wait, args, sizeof(args)))
		return refused(req, RC_LIMITED, "login_limited", args);
	snprintf(login->person_id, sizeof(login->person_id), "%s",
	    db_job_text(req->job, 0) == NULL ? "" : db_job_text(req->job, 0));
	req->next = hashed;
	req->hash = hash_pool_verify(
	    req->worker->hashes, hash, req_value(req, "password"), req->http);
	if (req->hash == NULL)
		return refused(req, RC_LIMITED, "busy", "");
	return KORE_RESULT_RETRY;
}

static int
hashed(struct req *req)
{
	struct login *login = req->extra;
	const char *agent = req->http->agent;
	char hash[TOKEN_HASH_HEX + 1];
	const char *values[7];

	token_new(login->token);
	token_hash(login->token, hash);
	values[0] = login->person_id[0] == '\0' ? NULL : login->person_id;
	values[1] = req_value(req, "mail");
	values[2] = login->address;
	values[3] = req->hash->is_match ? "true" : "false";
	values[4] = hash;
	values[5] = req->has_session ? req->session_hash : NULL;
	values[6] = agent == NULL ? "" : agent;
	return req_call(req, DB_WORK, ST_LOGIN_FINISH, values, 7, finished);
}

static int
finished(struct req *req)
{
	struct login *login = req->extra;
	const char *text = db_job_text(req->job, 0);
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (json_is_true(json_object_get(doc, "needs_factor")))
		r = to_second_factor(req, login->token);
	else if (json_is_true(json_object_get(doc, "ok")))
		r = login_welcome(req, login->token,
		    json_string_value(json_object_get(doc, "landing")));
	else
		r = refused(req, RC_INVALID, "login_failed", "");
	json_decref(doc);
	return r;
}

int
login_welcome(struct req *req, const char *token, const char *landing)
{
	const char *next = req_value(req, "next");

	/* A form that came too late waits for this. */
	if (!req->wants_json && resend_is_due(req)) {
		reply_cookie(req, token);
		return resend_page(req, token);
	}
	return welcome(
	    req, token, next == NULL || next[0] != '/' ? landing : next);
}

int
login_refused(struct req *req, const char *page, enum rc rc, const char *code,
    const char *field, const char *args)
{
	err_set(&req->err, rc, code, field, "%s", "login refused");
	snprintf(req->err.args, sizeof(req->err.args), "%s", args);
	if (req->wants_json)
		return reply_error(req);
	if (rc == RC_LIMITED)
		reply_header(req, "retry-after", "60");
	return page_again(req, page);
}

bool
login_must_wait(const char *text, char *args, size_t args_size)
{
	long seconds = text == NULL ? 0 : strtol(text, NULL, 10);

	if (seconds <= 0)
		return false;
	snprintf(args, args_size, "{\"minutes\":%ld}", (seconds + 59) / 60);
	return true;
}

/* The password was right; the code comes next, and then where it should go. */
static int
to_second_factor(struct req *req, const char *token)
{
	const char *next = req_value(req, "next");
	struct buf location = { 0 };
	int r;

	if (!req->wants_json && resend_is_due(req)) {
		reply_cookie(req, token);
		return resend_second_factor(req, token);
	}
	buf_str(&location, "/login/second-factor");
	if (next != NULL && next[0] == '/') {
		buf_str(&location, "?next=");
		buf_url(&location, next);
	}
	r = welcome(req, token, buf_text(&location));
	buf_clear(&location);
	return r;
}

static int
welcome(struct req *req, const char *token, const char *location)
{
	json_t *doc;
	int r;

	reply_cookie(req, token);
	if (!req->wants_json)
		return reply_redirect(req, location);
	token_csrf(token, req->csrf);
	doc = json_pack("{ss ss}", "location",
	    location == NULL ? "/" : location, "csrf", req->csrf);
	r = reply_json(req, 200, doc);
	json_decref(doc);
	return r;
}

static int
refused(struct req *req, enum rc rc, const char *code, const char *args)
{
	return login_refused(req, "login", rc, code, "", args);
}

static int
logged_out(struct req *req)
{
	if (req_answered(req) != RC_OK)
		return reply_error(req);
	reply_cookie(req, NULL);
	reply_header(req, "clear-site-data", "\"cache\", \"storage\"");
	return reply_redirect(req, "/?notice=signed_out");
}
