/*
 * Links of one use, for an invitation or a new password, and asking for one.
 * Passwords are hashed in a thread; the token goes no further than its hash.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>

#include "login.h"
#include "new_password.h"
#include "reply.h"

/* The token of the session that begins. */
struct link {
	char token[TOKEN_LEN + 1];
};

static int named(struct req *);
static int hashed(struct req *);
static int accepted(struct req *);
static int reset_begun(struct req *);

int
custom_link_accept(struct req *req)
{
	enum rc rc = req_read_form(req);
	const char *values[] = { req_value(req, "token") };

	if (rc == RC_INVALID)
		return new_password_refused(req, "link");
	if (rc != RC_OK)
		return reply_error(req);
	return req_call(req, DB_READ, ST_LINK_USE, values, 1, named);
}

static int
named(struct req *req)
{
	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (new_password_check(req, db_job_text(req->job, 0)) != RC_OK)
		return new_password_refused(req, "link");
	return new_password_hash(req, "link", hashed);
}

static int
hashed(struct req *req)
{
	struct link *link = mem_calloc(1, sizeof(*link));
	char hash[TOKEN_HASH_HEX + 1], address[64];
	const char *values[7];

	req->extra = link;
	req->extra_free = mem_free;
	if (req->hash->made[0] == '\0')
		return reply_fail(req, RC_INTERNAL, "hash");
	token_new(link->token);
	token_hash(link->token, hash);
	req_address(req, address, sizeof(address));
	values[0] = req_value(req, "token");
	values[1] = req->hash->made;
	values[2] = hash;
	values[3] = req->has_session ? req->session_hash : NULL;
	values[4] = req->http->agent == NULL ? "" : req->http->agent;
	values[5] = address;
	values[6] = req->id;
	return req_call(req, DB_WORK, ST_LINK_ACCEPT, values, 7, accepted);
}

static int
accepted(struct req *req)
{
	struct link *link = req->extra;
	const char *text = db_job_text(req->job, 0);
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	r = login_welcome(req, link->token,
	    json_string_value(json_object_get(doc, "location")));
	json_decref(doc);
	return r;
}

int
custom_password_reset_ask(struct req *req)
{
	const char *values[2];
	char address[64];

	if (req_read_form(req) != RC_OK)
		return new_password_refused(req, "password_reset");
	req_address(req, address, sizeof(address));
	values[0] = req_value(req, "mail");
	values[1] = address;
	return req_call(req, DB_WORK, ST_RESET_BEGIN, values, 2, reset_begun);
}

/*
 * The answer does not wait for the link, which only some addresses get: neither
 * its words nor its time say whether there is an account.
 */
static int
reset_begun(struct req *req)
{
	const char *values[] = { req_value(req, "mail"), req->id };
	char args[64];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (login_must_wait(db_job_text(req->job, 0), args, sizeof(args)))
		return login_refused(req, "password_reset", RC_LIMITED,
		    "reset_limited", "", args);
	db_send(req->worker->db, DB_WORK, worker_statement(ST_RESET_MAKE),
	    values, 2);
	return reply_redirect(req, "/password-reset?notice=reset_sent");
}
