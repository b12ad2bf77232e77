#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "reply.h"

static int health(struct req *);
static int health_done(struct req *);
static int security_txt(struct req *);

static const struct {
	const char *name;
	req_step begin;
} handlers[] = {
	{ "login_post", custom_login_post },
	{ "logout", custom_logout },
	{ "synopsis_csv", custom_synopsis_csv },
	{ "synopsis_json", custom_synopsis_json },
	{ "health", health },
	{ "security_txt", security_txt },
};

int
custom_begin(struct req *req)
{
	for (size_t i = 0; i < NELEM(handlers); i++) {
		if (strcmp(handlers[i].name, req->route->name) == 0)
			return handlers[i].begin(req);
	}
	return reply_fail(req, RC_INTERNAL, "route");
}

bool
custom_exists(const char *name)
{
	for (size_t i = 0; i < NELEM(handlers); i++) {
		if (strcmp(handlers[i].name, name) == 0)
			return true;
	}
	return false;
}

/* For load balancers: 200 only when the database answers. */
static int
health(struct req *req)
{
	req->wants_json = true;
	return req_call(req, DB_READ, ST_HEALTH, NULL, 0, health_done);
}

static int
health_done(struct req *req)
{
	static const char ok[] = "{\"status\":\"ok\"}";

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	return reply_bytes(
	    req, 200, "application/json; charset=utf-8", ok, sizeof(ok) - 1);
}

/* RFC 9116. */
static int
security_txt(struct req *req)
{
	struct buf text = { 0 };
	int r;

	buf_printf(&text,
	    "Contact: mailto:%s\n"
	    "Expires: 2027-12-31T23:00:00.000Z\n"
	    "Preferred-Languages: de, en\n",
	    req->worker->settings.contact_mail);
	r = reply_bytes(
	    req, 200, "text/plain; charset=utf-8", buf_text(&text), text.len);
	buf_clear(&text);
	return r;
}
