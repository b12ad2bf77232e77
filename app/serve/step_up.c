/*
 * Step-up. Nothing of the act itself is run before the answer is right, and
 * nothing that was sent is lost when it is wrong.
 */
#include "step_up.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "custom.h"
#include "factor_check.h"
#include "login.h"
#include "message.h"
#include "reply.h"
#include "resend.h"

#define CODE "confirm_code"
#define PASSWORD "confirm_password"

struct step_up {
	req_step go_on;
	char address[64];
};

static int begun(struct req *);
static int with_code(struct req *);
static int with_password(struct req *);
static int hashed(struct req *);
static int finish(struct req *, const char *, const char *, const char *);
static int finished(struct req *);
static int refused(
    struct req *, enum rc, const char *, const char *, const char *);
static int asked(struct req *);
static void put_errors(const struct req *, json_t *);
static const char *sent(const struct req *, const char *);
static void forget(struct req *);

bool
step_up_is_answered(const struct req *req)
{
	return req->has_session &&
	       strcmp(req->route->audience, "public") != 0 &&
	       strcmp(req->route->audience, "pending") != 0 &&
	       (sent(req, CODE)[0] != '\0' || sent(req, PASSWORD)[0] != '\0');
}

int
step_up_check(struct req *req, req_step go_on)
{
	struct step_up *s = mem_calloc(1, sizeof(*s));
	const char *values[3];

	s->go_on = go_on;
	req->extra = s;
	req->extra_free = mem_free;
	req_address(req, s->address, sizeof(s->address));
	values[0] = req->session_hash;
	values[1] = "false";
	values[2] = s->address;
	return req_call(req, DB_WORK, ST_FACTOR_BEGIN, values, 3, begun);
}

int
step_up_ask(struct req *req)
{
	const struct route *page = route_by_name("step_up");
	struct buf next = { 0 };

	/* The field was there, but empty. */
	if (req->err.rc == RC_DENIED &&
	    (form_get(&req->body, CODE) != NULL ||
		form_get(&req->body, PASSWORD) != NULL))
		err_set(&req->err, RC_INVALID, "required", req->err.field, "%s",
		    "step-up without an answer");
	if (req->http->method != HTTP_METHOD_POST) {
		buf_str(&next, req->http->path);
		if (req->http->query_string != NULL)
			buf_printf(&next, "?%s", req->http->query_string);
	} else if (strcmp(req->route->name, "step_up_post") == 0)
		buf_str(&next, sent(req, "next"));
	param_values_clear(req->values, req->value_count);
	memset(req->values, 0, sizeof(req->values));
	req->value_count = page->param_count;
	req->values[0].len = next.len;
	if (next.len > 0)
		req->values[0].text = buf_take(&next);
	return req_call_route(req, page, DB_READ, asked);
}

/* Code or password was right: nothing is left but to go on. */
int
custom_step_up_post(struct req *req)
{
	const char *next;

	if (req_read_form(req) != RC_OK)
		return reply_error(req);
	if (sent(req, CODE)[0] == '\0' && sent(req, PASSWORD)[0] == '\0') {
		err_set(&req->err, RC_DENIED, "step_up", CODE, "%s", "");
		return reply_error(req);
	}
	next = req_value(req, "next");
	return reply_redirect(req, next == NULL ? "/account" : next);
}

static int
begun(struct req *req)
{
	char args[64];

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	if (login_must_wait(db_job_text(req->job, 4), args, sizeof(args))) {
		reply_header(req, "retry-after", "60");
		return refused(req, RC_LIMITED, "login_limited", "", args);
	}
	return db_job_text(req->job, 1) != NULL ? with_code(req)
						: with_password(req);
}

static int
with_code(struct req *req)
{
	struct factor_proof proof;

	if (sent(req, CODE)[0] == '\0')
		return refused(req, RC_INVALID, "required", CODE, "");
	factor_prove(req->worker, db_job_text(req->job, 0),
	    db_job_text(req->job, 1), sent(req, CODE), &proof);
	return finish(req, proof.step, proof.recovery, "false");
}

static int
with_password(struct req *req)
{
	if (sent(req, PASSWORD)[0] == '\0')
		return refused(req, RC_INVALID, "required", PASSWORD, "");
	req->next = hashed;
	hash_job_free(req->hash);
	req->hash = hash_pool_verify(req->worker->hashes,
	    db_job_text(req->job, 3), sent(req, PASSWORD), req->http);
	if (req->hash == NULL)
		return refused(req, RC_LIMITED, "busy", "", "");
	return KORE_RESULT_RETRY;
}

static int
hashed(struct req *req)
{
	return finish(req, NULL, NULL, req->hash->is_match ? "true" : "false");
}

static int
finish(struct req *req, const char *step, const char *recovery,
    const char *is_password_right)
{
	const struct step_up *s = req->extra;
	const char *values[] = { req->session_hash, s->address, step, recovery,
		is_password_right };

	return req_call(req, DB_WORK, ST_STEP_UP_FINISH, values, 5, finished);
}

static int
finished(struct req *req)
{
	const struct step_up *s = req->extra;
	const char *text = db_job_text(req->job, 0);
	req_step go_on = s->go_on;
	bool by_password = req->hash != NULL;
	json_t *doc;
	bool is_right;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	is_right = json_is_true(json_object_get(doc, "ok"));
	json_decref(doc);
	forget(req);
	if (is_right)
		return go_on(req);
	return by_password
		   ? refused(req, RC_INVALID, "confirm_password", PASSWORD, "")
		   : refused(req, RC_INVALID, "code_wrong", CODE, "");
}

static int
refused(struct req *req, enum rc rc, const char *code, const char *field,
    const char *args)
{
	err_set(&req->err, rc, code, field, "%s", "step-up refused");
	snprintf(req->err.args, sizeof(req->err.args), "%s", args);
	return req->wants_json ? reply_error(req) : step_up_ask(req);
}

static int
asked(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	bool is_act = req->http->method == HTTP_METHOD_POST &&
		      strcmp(req->route->name, "step_up_post") != 0;
	json_t *doc;

	/* The page itself fails: that is the answer. */
	if (req->job->err.rc != RC_OK) {
		req->err = req->job->err;
		return reply_error(req);
	}
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (doc == NULL)
		return reply_fail(req, RC_INTERNAL, "bad_document");
	factor_show_demo(req, doc);
	json_object_set_new(doc, "action",
	    json_string(is_act ? req->http->path : "/account/step-up"));
	json_object_set_new(doc, "is_act", json_boolean(is_act));
	if (is_act)
		json_object_set_new(doc, "kept", resend_fields(req));
	put_errors(req, doc);
	return reply_page(req, rc_http(req->err.rc), "step_up", doc);
}

/* As form_again does: at the field, or for the form as a whole. */
static void
put_errors(const struct req *req, json_t *doc)
{
	json_t *message;

	if (req->err.rc == RC_DENIED)
		return;
	message = message_text(req->worker, req->err.code, req->err.args);
	if (req->err.field[0] == '\0') {
		json_object_set_new(doc, "conflict",
		    json_pack(
			"{ss so}", "code", req->err.code, "message", message));
		return;
	}
	json_object_set_new(doc, "errors", message_errors(req));
	json_object_set_new(
	    doc, "error", json_pack("{so}", req->err.field, message));
}

static const char *
sent(const struct req *req, const char *name)
{
	const struct form_field *f = form_get(&req->body, name);

	return f == NULL ? "" : f->value;
}

/* The act has req->extra and req->hash for itself. */
static void
forget(struct req *req)
{
	mem_free(req->extra);
	req->extra = NULL;
	req->extra_free = NULL;
	hash_job_free(req->hash);
	req->hash = NULL;
}
