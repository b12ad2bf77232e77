#include "req.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <arpa/inet.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "web/buf.h"
#include "web/cookie.h"
#include "web/mem.h"

enum { STAGE_KEY_MAX = 64 };

static void req_free(struct http_request *);
static void pin_stage(struct req *);
static enum rc collect(struct req *, const struct form *);
static enum rc read_body(struct req *);
static void read_session(struct req *);
static bool read_token(struct req *);
static void csrf_sent(struct req *, char[TOKEN_LEN + 1]);
static int call(
    struct req *, enum db_class, unsigned, const char *const *, int, req_step);

struct req *
req_create(struct http_request *http, const struct worker *worker)
{
	struct req *req = http_state_create(http, sizeof(*req), req_free);
	unsigned char random[8];
	struct timespec now;

	memset(req, 0, sizeof(*req));
	req->http = http;
	req->worker = worker;
	clock_gettime(CLOCK_MONOTONIC, &now);
	req->started_us =
	    (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	if (RAND_bytes(random, sizeof(random)) != 1)
		fatal("RAND_bytes");
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(req->id + 2 * i, 3, "%02x", random[i]);
	return req;
}

struct req *
req_of(struct http_request *http)
{
	return http_state_exists(http) ? http_state_get(http) : NULL;
}

enum rc
req_read(struct req *req)
{
	const char *proto = req_header(req, "x-forwarded-proto");
	const char *query = req->http->query_string;
	enum rc rc;

	req->is_head = req->http->method == HTTP_METHOD_HEAD;
	req->is_secure = req->http->owner->ssl != NULL ||
			 (req->worker->settings.is_behind_proxy &&
			     proto != NULL && strcmp(proto, "https") == 0);
	read_session(req);
	if (query != NULL) {
		rc = form_parse_urlencoded(
		    &req->query, query, strlen(query), &req->err);
		if (rc != RC_OK)
			return rc;
	}
	if (req->http->method != HTTP_METHOD_POST)
		return RC_OK;
	rc = read_body(req);
	if (rc == RC_OK)
		csrf_sent(req, (char[TOKEN_LEN + 1]){ "" });
	return rc;
}

enum rc
req_read_link(struct req *req)
{
	enum rc rc = collect(req, &req->query);

	if (rc == RC_OK)
		pin_stage(req);
	return rc == RC_INVALID
		   ? err_set(&req->err, RC_BAD, "bad_link", "", "query")
		   : rc;
}

enum rc
req_read_form(struct req *req)
{
	return collect(req, &req->body);
}

const char *
req_header(const struct req *req, const char *name)
{
	const char *value;

	return http_request_header(req->http, name, &value) ? value : NULL;
}

/*
 * Behind a proxy the last entry of X-Forwarded-For is the one that the proxy
 * wrote; those before it are the client's own words.
 */
void
req_address(const struct req *req, char *out, size_t out_size)
{
	const struct connection *c = req->http->owner;
	const char *forwarded = req_header(req, "x-forwarded-for");
	const char *last;

	out[0] = '\0';
	if (req->worker->settings.is_behind_proxy && forwarded != NULL) {
		last = strrchr(forwarded, ',');
		last = last == NULL ? forwarded : last + 1;
		snprintf(out, out_size, "%s", last + strspn(last, " "));
	} else if (c != NULL && c->family == AF_INET) {
		inet_ntop(
		    AF_INET, &c->addr.ipv4.sin_addr, out, (socklen_t)out_size);
	} else if (c != NULL && c->family == AF_INET6) {
		inet_ntop(AF_INET6, &c->addr.ipv6.sin6_addr, out,
		    (socklen_t)out_size);
	}
}

/*
 * Browsers send Origin with each POST and Sec-Fetch-Site with each request;
 * a program that sends neither is stopped by the form token.
 */
enum rc
req_check_origin(struct req *req)
{
	const char *origin = req_header(req, "origin");
	const char *site = req_header(req, "sec-fetch-site");
	const char *base = req->worker->settings.base_url;
	char own[512];

	if (site != NULL && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return err_set(&req->err, RC_DENIED, "csrf", "",
		    "sec-fetch-site %s", site);
	if (origin == NULL)
		return RC_OK;
	if (base[0] != '\0')
		snprintf(own, sizeof(own), "%s", base);
	else
		snprintf(own, sizeof(own), "%s://%s",
		    req->is_secure ? "https" : "http",
		    req->http->host == NULL ? "" : req->http->host);
	if (strcmp(own, origin) != 0)
		return err_set(
		    &req->err, RC_DENIED, "csrf", "", "origin %s", origin);
	return RC_OK;
}

enum rc
req_check_csrf(struct req *req)
{
	char token[TOKEN_LEN + 1];

	csrf_sent(req, token);
	if (!token_equal(req->csrf, token))
		return err_set(&req->err, RC_DENIED, "csrf", "",
		    "the form token is missing or of another session");
	return RC_OK;
}

const char *
req_value(const struct req *req, const char *name)
{
	for (size_t i = 0; i < req->value_count; i++) {
		if (strcmp(req->route->params[i].name, name) == 0)
			return req->values[i].text;
	}
	return NULL;
}

int
req_call_route(struct req *req, const struct route *route, enum db_class class,
    req_step next)
{
	const char *values[4 + PARAM_MAX];
	int n = 0;

	values[n++] = route->audience;
	values[n++] = req->has_session ? req->session_hash : NULL;
	values[n++] = req->id;
	for (size_t i = 0; i < req->value_count; i++)
		values[n++] = req->values[i].text;
	if (route->kind == ROUTE_ACTION)
		values[n++] = req->context[0] == '\0' ? NULL : req->context;
	return call(
	    req, class, (unsigned)(route - route_table), values, n, next);
}

int
req_call(struct req *req, enum db_class class, enum fixed_statement st,
    const char *const *values, int count, req_step next)
{
	return call(req, class, worker_statement(st), values, count, next);
}

enum rc
req_answered(struct req *req)
{
	const char *person = db_job_text(req->job, 2);

	req->database_ms += req->job->done_ms - req->job->created_ms;
	if (person != NULL)
		req->person_id = strtoll(person, NULL, 10);
	req->err = req->job->err;
	if (req->err.rc == RC_OK && req->has_token && person == NULL)
		err_set(&req->err, RC_LOGIN, "token", "", "unknown token");
	return req->err.rc;
}

static int
call(struct req *req, enum db_class class, unsigned statement,
    const char *const *values, int count, req_step next)
{
	db_job_free(req->job);
	req->next = next;
	req->job = db_call(
	    req->worker->db, class, statement, values, count, req->http);
	/* Refused at once: go on without a wake-up. */
	return req->job->is_done ? next(req) : KORE_RESULT_RETRY;
}

/* Called when the answer is out and when the client has gone away. */
static void
req_free(struct http_request *http)
{
	struct req *req = http_state_get(http);

	db_job_free(req->job);
	req->job = NULL;
	hash_job_free(req->hash);
	req->hash = NULL;
	if (req->extra != NULL && req->extra_free != NULL)
		req->extra_free(req->extra);
	req->extra = NULL;
	form_clear(&req->query);
	form_clear(&req->body);
	param_values_clear(req->values, req->value_count);
	req->value_count = 0;
}

/*
 * /consultations/dachstrategie-2024/synopsis?stage=s1 is an address with a
 * stage, dachstrategie-2024.s1, so that the links of the page lead on in it.
 * Pages that take the stage themselves do so.
 */
static void
pin_stage(struct req *req)
{
	const struct form_field *stage = form_get(&req->query, "stage");
	const struct param *p = req->route->params;
	struct param_value *v = req->values;
	struct buf address = { 0 };

	if (stage == NULL || stage->value_len == 0 ||
	    stage->value_len > STAGE_KEY_MAX || req->route->param_count == 0 ||
	    !p->in_path || strcmp(p->name, "consultation") != 0)
		return;
	for (size_t i = 1; i < req->route->param_count; i++) {
		if (strcmp(p[i].name, "stage") == 0)
			return;
	}
	buf_printf(&address, "%.*s.%s", (int)strcspn(v->text, "."), v->text,
	    stage->value);
	mem_free(v->text);
	v->len = address.len;
	v->text = buf_take(&address);
}

static enum rc
collect(struct req *req, const struct form *form)
{
	enum rc rc;

	req->value_count = req->route->param_count;
	rc = params_collect(req->route->params, req->route->param_count,
	    req->match.capture_list, form, req->values, &req->errors);
	if (rc == RC_OK)
		return rc;
	return err_set(&req->err, rc,
	    rc == RC_NOTFOUND ? "not_found" : "invalid", "", "parameters");
}

static void
read_session(struct req *req)
{
	const char *cookies = req_header(req, "cookie");

	if (read_token(req) || cookies == NULL)
		return;
	if (!cookie_get(cookies,
		req->is_secure ? "__Host-resonanz" : "resonanz", req->session,
		sizeof(req->session)) ||
	    !token_is_wellformed(req->session))
		return;
	req->has_session = true;
	token_hash(req->session, req->session_hash);
	token_csrf(req->session, req->csrf);
}

/*
 * A program below /api sends what its person made for it; cookies count for
 * nothing then. A token that is none is unknown like any other: never nobody.
 */
static bool
read_token(struct req *req)
{
	const char *sent = req_header(req, "authorization");

	if (!req->match.is_api || sent == NULL ||
	    strncasecmp(sent, "bearer ", 7) != 0)
		return false;
	sent += 7 + strspn(sent + 7, " ");
	req->has_token = req->has_session = true;
	token_hash(sent, req->session_hash);
	return true;
}

/*
 * TOKEN or TOKEN.CONTEXT. The context says for whom the form was made, also
 * when its session is over; "" for a token without a context.
 */
static void
csrf_sent(struct req *req, char token[TOKEN_LEN + 1])
{
	const struct form_field *field = form_get(&req->body, "csrf");
	const char *sent =
	    field == NULL ? req_header(req, "x-csrf-token") : field->value;
	const char *point = sent == NULL ? NULL : strchr(sent, '.');
	size_t len = sent == NULL    ? 0
		     : point == NULL ? strlen(sent)
				     : (size_t)(point - sent);

	token[0] = '\0';
	if (len == TOKEN_LEN)
		snprintf(token, TOKEN_LEN + 1, "%s", sent);
	snprintf(req->context, sizeof(req->context), "%.40s",
	    point == NULL ? "" : point + 1);
}

static enum rc
read_body(struct req *req)
{
	const char *type = req_header(req, "content-type");
	const struct kore_buf *body = req->http->http_body;
	const char *data = body == NULL ? "" : (const char *)body->data;
	size_t len = body == NULL ? 0 : req->http->http_body_length;

	if (len == 0)
		return RC_OK;
	if (type != NULL && strncmp(type, "application/json", 16) == 0)
		return form_parse_json(&req->body, data, len, &req->err);
	if (type != NULL && strncmp(type, "multipart/form-data", 19) == 0)
		return form_parse_multipart(
		    &req->body, type, data, len, &req->err);
	if (type == NULL ||
	    strncmp(type, "application/x-www-form-urlencoded", 33) == 0)
		return form_parse_urlencoded(&req->body, data, len, &req->err);
	return err_set(&req->err, RC_BAD, "bad_content_type", "", "%s", type);
}
