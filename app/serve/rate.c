#include "rate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "reply.h"
#include "web/limit.h"

/*
 * An office has many people behind one address, whose browsers save while they
 * write. So a request with a session counts a tenth of one without.
 */
#define SESSIONS 10

static const char *class_of(const struct req *, unsigned *);
static void tell(struct req *, const struct limit_answer *);

enum rc
rate_check(struct req *req)
{
	char address[INET6_ADDRSTRLEN + 1], who[INET6_ADDRSTRLEN + 16];
	unsigned rate;
	const char *what = class_of(req, &rate);
	struct limit_answer a, b;

	if (what == NULL || rate == 0)
		return RC_OK;
	req_address(req, address, sizeof(address));
	if (req->has_session && !req->has_token) {
		rate *= SESSIONS;
		snprintf(who, sizeof(who), "browser %s", address);
	} else {
		snprintf(who, sizeof(who), "%s", address);
	}
	a = limit_take(req->worker->limits, what, who, rate, req->started_us);
	if (req->has_token && !a.is_over) {
		b = limit_take(req->worker->limits, "token", req->session_hash,
		    rate, req->started_us);
		if (b.remaining <= a.remaining)
			a = b;
	}
	tell(req, &a);
	return a.is_over ? err_set(&req->err, RC_LIMITED, "limited", "",
			       "%s %s", what, address)
			 : RC_OK;
}

/* What the row counts as, and how often a minute; NULL: without end. */
static const char *
class_of(const struct req *req, unsigned *rate)
{
	const struct settings *s = &req->worker->settings;
	bool is_file = req->route->kind == ROUTE_CUSTOM &&
		       req->route->methods == METHOD_GET &&
		       strrchr(req->route->path, '.') != NULL &&
		       strcmp(req->route->name, "openapi") != 0 &&
		       strcmp(req->route->name, "security_txt") != 0;

	if (is_file || strcmp(req->route->name, "search") == 0) {
		*rate = (unsigned)s->export_rate;
		return "export";
	}
	*rate = (unsigned)s->api_rate;
	return req->match.is_api ? "api" : NULL;
}

static void
tell(struct req *req, const struct limit_answer *a)
{
	const struct {
		const char *name;
		unsigned value;
	} headers[] = {
		{ "ratelimit-limit", a->limit },
		{ "ratelimit-remaining", a->remaining },
		{ "ratelimit-reset", a->reset },
		{ "retry-after", a->retry },
	};

	for (size_t i = 0; i < NELEM(headers) - !a->is_over; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", headers[i].value);
		reply_header(req, headers[i].name, text);
	}
	req->has_retry = a->is_over;
}
