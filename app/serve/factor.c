/*
 * Setting the own second factor: the secret that the page offered counts once
 * a first code proves that the app knows it. Recovery codes are shown in the
 * answer to the form and never again.
 */
#include "factor.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "custom.h"
#include "factor_check.h"
#include "page.h"
#include "reply.h"

#define CODES 10

/* Ten codes as people read them, and their hashes as a list for SQL. */
struct codes {
	json_t *shown;
	struct buf text;   /* the same as the address of a file */
	struct buf hashes; /* {ab01…,…} */
};

static int subject_known(struct req *);
static int set_with(struct req *, json_t *, const char *);
static int codes_for(struct req *);
static int codes_done(struct req *);
static void enter_values(const struct req *, const char **);
static void codes_make(struct codes *, const struct worker *, const char *);
static void codes_free(void *);

void
factor_add_offer(const struct req *req, json_t *doc)
{
	json_t *factor = json_object_get(doc, "factor");
	const char *show = json_string_value(json_object_get(doc, "show"));
	const char *stamp = json_string_value(json_object_get(factor, "stamp"));
	const char *mail = json_string_value(json_object_get(doc, "mail"));
	unsigned char secret[TOTP_SECRET];
	char text[TOTP_TEXT + 1];
	struct buf uri = { 0 };

	if (json_is_true(json_object_get(factor, "is_set")) &&
	    (show == NULL || strcmp(show, "new") != 0) &&
	    strcmp(req->route->name, "factor_set") != 0)
		return;
	totp_offer(req->worker->box_keys.at[0], req->session,
	    stamp == NULL ? "" : stamp, secret);
	totp_text(secret, text);
	totp_uri(secret, mail == NULL ? "" : mail, &uri);
	json_object_set_new(doc, "offer",
	    json_pack(
		"{ss ss}", "secret", text, "otpauth_href", buf_text(&uri)));
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(text, sizeof(text));
	buf_clear(&uri);
}

int
custom_factor_set(struct req *req)
{
	const char *values[4];

	if (req_read_form(req) != RC_OK)
		return req->wants_json ? reply_error(req)
				       : page_again(req, "account_factor");
	enter_values(req, values);
	return req_call(
	    req, DB_WORK, ST_FACTOR_SUBJECT, values, 4, subject_known);
}

int
custom_factor_codes(struct req *req)
{
	const char *values[4];

	enter_values(req, values);
	return req_call(req, DB_WORK, ST_FACTOR_SUBJECT, values, 4, codes_for);
}

static int
subject_known(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	const char *typed = req_value(req, "code");
	unsigned char secret[TOTP_SECRET];
	char digits[TOTP_RECOVERY + 1], step_text[24];
	json_t *doc;
	long long step;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (doc == NULL)
		return reply_fail(req, RC_INTERNAL, "bad_document");
	totp_offer(req->worker->box_keys.at[0], req->session,
	    json_string_value(json_object_get(doc, "stamp")), secret);
	if (totp_kind(typed, digits) == TOTP_IS_CODE &&
	    totp_verify(secret, digits, time(NULL), &step)) {
		struct buf sealed = { 0 };

		factor_seal(req->worker,
		    json_string_value(json_object_get(doc, "key")), secret,
		    &sealed);
		json_object_set_new(
		    doc, "sealed", json_string(buf_text(&sealed)));
		buf_clear(&sealed);
		snprintf(step_text, sizeof(step_text), "%lld", step);
		r = set_with(req, doc, step_text);
	} else {
		err_set(&req->err, RC_INVALID, "first_code_wrong", "code", "%s",
		    "first code");
		r = req->wants_json ? reply_error(req)
				    : page_again(req, "account_factor");
	}
	sodium_memzero(secret, sizeof(secret));
	json_decref(doc);
	return r;
}

static int
set_with(struct req *req, json_t *doc, const char *step)
{
	struct codes *codes = mem_calloc(1, sizeof(*codes));
	const char *values[7];

	req->extra = codes;
	req->extra_free = codes_free;
	codes_make(
	    codes, req->worker, json_string_value(json_object_get(doc, "key")));
	enter_values(req, values);
	values[4] = json_string_value(json_object_get(doc, "sealed"));
	values[5] = step;
	values[6] = buf_text(&codes->hashes);
	return req_call(req, DB_WORK, ST_FACTOR_SET, values, 7, codes_done);
}

static int
codes_for(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	struct codes *codes;
	const char *values[5];
	json_t *doc;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (doc == NULL)
		return reply_fail(req, RC_INTERNAL, "bad_document");
	codes = mem_calloc(1, sizeof(*codes));
	req->extra = codes;
	req->extra_free = codes_free;
	codes_make(
	    codes, req->worker, json_string_value(json_object_get(doc, "key")));
	json_decref(doc);
	enter_values(req, values);
	values[4] = buf_text(&codes->hashes);
	return req_call(req, DB_WORK, ST_FACTOR_CODES, values, 5, codes_done);
}

static int
codes_done(struct req *req)
{
	struct codes *codes = req->extra;
	const char *text = db_job_text(req->job, 0);
	const char *next = req_value(req, "next");
	bool is_path =
	    next != NULL && next[0] == '/' && next[1] != '/' && next[1] != '\\';
	json_t *doc;
	int r;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	doc = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (doc == NULL)
		return reply_fail(req, RC_INTERNAL, "bad_document");
	json_object_set(doc, "codes", codes->shown);
	json_object_set_new(
	    doc, "text_href", json_string(buf_text(&codes->text)));
	json_object_set_new(
	    doc, "next_href", is_path ? json_string(next) : json_null());
	if (!req->wants_json)
		return reply_page(req, 200, "factor_codes", doc);
	r = reply_json(req, 200, doc);
	json_decref(doc);
	return r;
}

/* The first four parameters of every action. */
static void
enter_values(const struct req *req, const char **values)
{
	values[0] = req->route->audience;
	values[1] = req->session_hash;
	values[2] = req->id;
	values[3] = req->context[0] == '\0' ? NULL : req->context;
}

static void
codes_make(
    struct codes *codes, const struct worker *worker, const char *person_key)
{
	char digits[TOTP_RECOVERY + 1], hash[TOTP_HASH + 1], shown[24];

	codes->shown = json_array();
	buf_str(&codes->text, "data:text/plain;charset=utf-8,");
	buf_char(&codes->hashes, '{');
	for (int i = 0; i < CODES; i++) {
		totp_recovery(digits);
		totp_recovery_hash(
		    worker->box_keys.at[0], person_key, digits, hash);
		snprintf(shown, sizeof(shown), "%.4s-%.4s-%.4s", digits,
		    digits + 4, digits + 8);
		json_array_append_new(codes->shown, json_string(shown));
		buf_printf(&codes->text, "%s%%0D%%0A", shown);
		buf_printf(&codes->hashes, "%s%s", i == 0 ? "" : ",", hash + 2);
	}
	buf_char(&codes->hashes, '}');
}

static void
codes_free(void *p)
{
	struct codes *codes = p;

	json_decref(codes->shown);
	buf_clear(&codes->text);
	buf_clear(&codes->hashes);
	mem_free(codes);
}
