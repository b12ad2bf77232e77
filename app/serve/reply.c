#include "reply.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "resend.h"
#include "step_up.h"
#include "view.h"
#include "web/json_mem.h"

#define OUT_KEPT (1 << 20) /* octets */

static bool is_kept(const struct req *);
static bool is_known(struct req *, const void *, size_t);
static const char *first_moving(const char *, size_t);
static void hash_still(unsigned char *, size_t, const char *, size_t);
static int login_redirect(struct req *);
static bool is_pending(const struct req *);
static void way_back(const struct req *, const char *, struct buf *);
static void put_way(const struct req *, json_t *, const char *, const char *);
static int error_page(struct req *);
static int error_framed(struct req *);
static int error_show(struct req *, json_t *);
static void put_reason(struct req *, json_t *);
static json_t *error_json(struct req *);

static const char *const common_headers[][2] = {
	{ "content-security-policy",
	    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
	    "font-src 'self'; script-src 'self'; connect-src 'self'; "
	    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
	{ "x-content-type-options", "nosniff" },
	{ "cross-origin-opener-policy", "same-origin" },
	{ "cross-origin-resource-policy", "same-origin" },
	{ "permissions-policy",
	    "camera=(), geolocation=(), microphone=(), payment=()" },
};

int
reply_bytes(
    struct req *req, int status, const char *type, const void *data, size_t len)
{
	reply_common_headers(req, type);
	if (status == 200 && is_known(req, data, len))
		http_response(req->http, 304, NULL, 0);
	else
		http_response(req->http, status, data, len);
	return KORE_RESULT_OK;
}

int
reply_json(struct req *req, int status, json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT);
	int r;

	r = reply_bytes(
	    req, status, "application/json; charset=utf-8", text, strlen(text));
	json_mem_free(text);
	return r;
}

int
reply_redirect(struct req *req, const char *location)
{
	bool is_ours = location != NULL && location[0] == '/' &&
		       location[1] != '/' && location[1] != '\\';

	for (const char *p = location; is_ours && *p != '\0'; p++)
		is_ours = (unsigned char)*p > ' ' && *p != '\x7f';
	reply_header(req, "location", is_ours ? location : "/");
	return reply_bytes(req, 303, "text/plain; charset=utf-8", "", 0);
}

int
reply_fail(struct req *req, enum rc rc, const char *code)
{
	err_set(&req->err, rc, code, "", "%s", "");
	return reply_error(req);
}

int
reply_error(struct req *req)
{
	if (req->err.rc == RC_DATABASE)
		reply_header(req, "retry-after", "5");
	if (req->err.rc == RC_LOGIN && req->match.is_api)
		reply_header(req, "www-authenticate",
		    req->has_token ? "Bearer error=\"invalid_token\""
				   : "Bearer realm=\"resonanz\"");
	if (req->err.rc == RC_LIMITED && !req->has_retry)
		reply_header(req, "retry-after", "60");
	if (req->wants_json)
		return reply_problem(req, NULL);
	if (req->err.rc == RC_LOGIN && req->http->method != HTTP_METHOD_POST)
		return login_redirect(req);
	if (req->err.rc == RC_DENIED && strcmp(req->err.code, "step_up") == 0)
		return step_up_ask(req);
	return error_page(req);
}

int
reply_problem(struct req *req, json_t *more)
{
	json_t *doc = error_json(req);
	int r;

	if (more != NULL) {
		json_object_del(more, "frame");
		json_object_update_missing(doc, more);
		json_decref(more);
	}
	r = reply_json(req, rc_http(req->err.rc), doc);
	json_decref(doc);
	return r;
}

int
reply_page(struct req *req, int status, const char *page, json_t *doc)
{
	/* Kept for the next page: Kore copies what it sends. */
	static struct buf out;
	json_t *view = view_new(req, status, doc);
	enum rc rc;
	int r;

	buf_reset(&out);
	rc = tpl_set_render(req->worker->templates, page, doc, view, &out);
	json_decref(view);
	json_decref(doc);
	if (rc == RC_OK)
		r = reply_bytes(req, status, "text/html; charset=utf-8",
		    buf_text(&out), out.len);
	else
		r = reply_bytes(
		    req, 500, "text/plain; charset=utf-8", "500\n", 4);
	if (out.cap > OUT_KEPT)
		buf_clear(&out);
	return r;
}

void
reply_header(struct req *req, const char *name, const char *value)
{
	for (const char *p = value; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == '\x7f')
			fatal("control character in header %s", name);
	}
	http_response_header(req->http, name, value);
}

void
reply_common_headers(struct req *req, const char *type)
{
	const char *keep = !is_kept(req)    ? "no-store"
			   : req->has_token ? "private, no-cache"
					    : "no-cache";

	for (size_t i = 0; i < NELEM(common_headers); i++)
		http_response_header(
		    req->http, common_headers[i][0], common_headers[i][1]);
	/* A link of one use must not go on as the page that one came from. */
	http_response_header(req->http, "referrer-policy",
	    route_has_token(req->route) ? "strict-origin" : "same-origin");
	http_response_header(req->http, "cache-control", keep);
	http_response_header(
	    req->http, "vary", "cookie, authorization, accept");
	http_response_header(req->http, "x-request-id", req->id);
	http_response_header(req->http, "content-type", type);
}

/*
 * May whoever gets it keep it to ask whether it still holds? What somebody
 * reads in a browser stays nowhere; a program with a token keeps its own
 * copies.
 */
static bool
is_kept(const struct req *req)
{
	return (!req->has_session || req->has_token) &&
	       req->http->method != HTTP_METHOD_POST &&
	       !route_has_token(req->route);
}

/* The frame of a twin says what time it is: that makes it no other page. */
static const char *
first_moving(const char *data, size_t len)
{
	static const char *const names[] = { "\"server_time\"",
		"\"stays_until\"", "\"ends_in\"" };
	const char *first = NULL;

	for (size_t i = 0; i < NELEM(names); i++) {
		const char *at = memmem(data, len, names[i], strlen(names[i]));

		if (at != NULL && (first == NULL || at < first))
			first = at;
	}
	return first;
}

static void
hash_still(unsigned char *hash, size_t size, const char *data, size_t len)
{
	crypto_generichash_state state;
	const char *end = data + len, *at;

	crypto_generichash_init(&state, NULL, 0, size);
	while ((at = first_moving(data, (size_t)(end - data))) != NULL) {
		crypto_generichash_update(
		    &state, (const unsigned char *)data, (size_t)(at - data));
		while (at < end && *at != ',' && *at != '}')
			at++;
		data = at;
	}
	crypto_generichash_update(
	    &state, (const unsigned char *)data, (size_t)(end - data));
	crypto_generichash_final(&state, hash, size);
}

/*
 * Names the bytes (weakly: a proxy may pack them) and says whether the client
 * has these.
 */
static bool
is_known(struct req *req, const void *data, size_t len)
{
	const char *known = req_header(req, "if-none-match");
	unsigned char hash[16];
	char tag[40] = "W/\"";

	if (!is_kept(req) || data == NULL)
		return false;
	hash_still(hash, sizeof(hash), data, len);
	sodium_bin2hex(tag + 3, sizeof(tag) - 3, hash, sizeof(hash));
	memcpy(tag + 3 + 2 * sizeof(hash), "\"", 2);
	reply_header(req, "etag", tag);
	return known != NULL &&
	       (strcmp(known, "*") == 0 || strstr(known, tag + 2) != NULL);
}

void
reply_cookie(struct req *req, const char *token)
{
	char cookie[256];

	snprintf(cookie, sizeof(cookie),
	    "%sresonanz=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
	    req->is_secure ? "__Host-" : "", token == NULL ? "" : token,
	    req->is_secure ? "; Secure" : "",
	    token == NULL ? "; Max-Age=0" : "");
	reply_header(req, "set-cookie", cookie);
}

/* After signing in the reader is back where he wanted to go. */
static int
login_redirect(struct req *req)
{
	struct buf location = { 0 };
	int r;

	way_back(req, "/login", &location);
	if (is_pending(req))
		buf_str(&location, "&notice=login_again");
	r = reply_redirect(req, buf_text(&location));
	buf_clear(&location);
	return r;
}

static bool
is_pending(const struct req *req)
{
	return req->route != NULL &&
	       strcmp(req->route->audience, "pending") == 0;
}

/*
 * A page on the way, which leads on to the one that was asked for: for a form
 * to the page of the same address, between password and code to where the
 * login should go.
 */
static void
way_back(const struct req *req, const char *page, struct buf *out)
{
	bool is_form = req->http->method == HTTP_METHOD_POST;
	const struct form_field *next;
	struct route_match match;

	buf_printf(out, "%s?next=", page);
	if (is_pending(req)) {
		next = form_get(is_form ? &req->body : &req->query, "next");
		buf_url(out, next == NULL ? "" : next->value);
		return;
	}
	route_match(&match, req->http->path, METHOD_GET);
	if (match.route == NULL)
		return;
	buf_url(out, req->http->path);
	if (!is_form && req->http->query_string != NULL) {
		buf_str(out, "%3F");
		buf_url(out, req->http->query_string);
	}
}

static void
put_way(const struct req *req, json_t *doc, const char *name, const char *page)
{
	struct buf href = { 0 };

	way_back(req, page, &href);
	json_object_set_new(doc, name, json_string(buf_text(&href)));
	buf_clear(&href);
}

/*
 * Who is signed in keeps the frame where the database can give it; without it
 * the header is the public one.
 */
static int
error_page(struct req *req)
{
	const char *values[] = { req->session_hash, req->id };

	if (!req->has_session || req->err.rc == RC_DATABASE ||
	    req->err.rc == RC_LIMITED)
		return error_show(req, NULL);
	return req_call(req, DB_READ, ST_ERROR_FRAME, values, 2, error_framed);
}

static int
error_framed(struct req *req)
{
	struct err why = req->err;
	const char *text = db_job_text(req->job, 0);
	json_t *frame = NULL;

	if (req_answered(req) == RC_OK && text != NULL)
		frame = json_loads(text, 0, NULL);
	req->err = why;
	return error_show(req, frame);
}

/*
 * A 404 says nothing that depends on what was asked: foreign, unknown and
 * forbidden are one page. Takes frame.
 */
static int
error_show(struct req *req, json_t *frame)
{
	int status = rc_http(req->err.rc);
	char page[24];
	json_t *doc = json_object();

	if (frame != NULL)
		json_object_set_new(doc, "frame", frame);
	snprintf(page, sizeof(page), "error_%d", status);
	if (!tpl_set_has(req->worker->templates, page))
		snprintf(
		    page, sizeof(page), "error_%d", status < 500 ? 400 : 500);
	if (status != 404)
		put_reason(req, doc);
	return reply_page(req, status, page, doc);
}

/* What happened, and what was sent, to be sent again. */
static void
put_reason(struct req *req, json_t *doc)
{
	json_object_set_new(doc, "code", json_string(req->err.code));
	json_object_set_new(doc, "request_id", json_string(req->id));
	json_object_set_new(doc, "message",
	    message_text(req->worker, req->err.code, req->err.args));
	json_object_set_new(doc, "action", json_string(req->http->path));
	json_object_set_new(doc, "kept", resend_fields(req));
	if (req->err.args[0] != '\0')
		json_object_set_new(
		    doc, "args", json_loads(req->err.args, 0, NULL));
	if (strcmp(req->err.code, "second_factor") == 0)
		put_way(req, doc, "factor_href", "/account/second-factor");
	if (req->err.rc == RC_LOGIN)
		put_way(req, doc, "login_href", "/login");
}

static json_t *
error_json(struct req *req)
{
	json_t *fields = message_errors(req);
	json_t *error = json_pack("{ss si so ss so}", "code", req->err.code,
	    "status", rc_http(req->err.rc), "message",
	    message_text(req->worker, req->err.code, req->err.args),
	    "request_id", req->id, "fields", fields);

	return json_pack("{so}", "error", error);
}
