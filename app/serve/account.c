/*
 * What people do with their own account: the context that they act for, and
 * the password.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "login.h"
#include "new_password.h"
#include "reply.h"

/* What the steps of a new password hand on. */
struct change {
	char mail[260];
	char address[64];
	char token[TOKEN_LEN + 1];
};

static int context_switched(struct req *);
static int named(struct req *);
static int begun(struct req *);
static int verified(struct req *);
static int hashed(struct req *);
static int changed(struct req *);

int
custom_context_switch(struct req *req)
{
	const char *values[] = { req->session_hash, req->id, NULL };

	if (req_read_form(req) != RC_OK)
		return reply_error(req);
	values[2] = req_value(req, "context");
	return req_call(
	    req, DB_WORK, ST_CONTEXT_SWITCH, values, 3, context_switched);
}

static int
context_switched(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	const char *next = req_value(req, "next");
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (next == NULL || next[0] != '/')
		next = json_string_value(json_object_get(doc, "landing"));
	if (req->wants_json)
		r = reply_json(req, 200, doc);
	else
		r = reply_redirect(req, next);
	json_decref(doc);
	return r;
}

/* --- the password ----------------------------------------------------------
 */

int
custom_password_change(struct req *req)
{
	const char *values[] = { req->session_hash, req->id };

	if (req_read_form(req) != RC_OK)
		return new_password_refused(req, "account_password");
	return req_call(req, DB_WORK, ST_PASSWORD_BEGIN, values, 2, named);
}

/* The new one is looked at first: that costs nothing and tells nothing. */
static int
named(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	struct change *change = mem_calloc(1, sizeof(*change));
	const char *values[] = { change->mail, change->address };
	json_t *doc;

	req->extra = change;
	req->extra_free = mem_free;
	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (new_password_check(req, text) != RC_OK)
		return new_password_refused(req, "account_password");
	if (strcmp(req_value(req, "password"),
		req_value(req, "password_old")) == 0) {
		err_set(&req->err, RC_INVALID, "password_same", "password",
		    "%s", "the old one again");
		return new_password_refused(req, "account_password");
	}
	doc = json_loads(text, 0, NULL);
	snprintf(change->mail, sizeof(change->mail), "%s",
	    json_string_value(json_object_get(doc, "mail")));
	json_decref(doc);
	req_address(req, change->address, sizeof(change->address));
	return req_call(req, DB_WORK, ST_LOGIN_BEGIN, values, 2, begun);
}

static int
begun(struct req *req)
{
	const char *hash = db_job_text(req->job, 1);
	char args[64];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (login_must_wait(db_job_text(req->job, 3), args, sizeof(args)))
		return login_refused(req, "account_password", RC_LIMITED,
		    "login_limited", "", args);
	req->next = verified;
	req->hash = hash == NULL
			? NULL
			: hash_pool_verify(req->worker->hashes, hash,
			      req_value(req, "password_old"), req->http);
	if (req->hash != NULL)
		return KORE_RESULT_RETRY;
	return login_refused(
	    req, "account_password", RC_LIMITED, "busy", "", "");
}

static int
verified(struct req *req)
{
	if (!req->hash->is_match)
		return login_refused(req, "account_password", RC_INVALID,
		    "password_wrong", "password_old", "");
	return new_password_hash(req, "account_password", hashed);
}

static int
hashed(struct req *req)
{
	struct change *change = req->extra;
	char hash[TOKEN_HASH_HEX + 1];
	const char *values[5];

	if (req->hash->made[0] == '\0')
		return reply_fail(req, RC_INTERNAL, "hash");
	token_new(change->token);
	token_hash(change->token, hash);
	values[0] = req->session_hash;
	values[1] = req->id;
	values[2] = req->hash->made;
	values[3] = hash;
	values[4] = change->address;
	return req_call(req, DB_WORK, ST_PASSWORD_CHANGE, values, 5, changed);
}

static int
changed(struct req *req)
{
	struct change *change = req->extra;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	return login_welcome(req, change->token, db_job_text(req->job, 0));
}
