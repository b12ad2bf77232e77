/*
 * The one handler that Kore knows: every request comes in here and every
 * wake-up goes on from here.
 */
#include "dispatch.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "action.h"
#include "custom.h"
#include "page.h"
#include "rate.h"
#include "reply.h"
#include "static_file.h"
#include "step_up.h"
#include "web/openapi.h"

static int begin(struct req *);
static int run_route(struct req *);
static int no_route(struct req *);
static enum rc check_post(struct req *);
static enum rc check_token(struct req *);
static bool accepts_json_only(const struct req *);
static void allow_header(struct req *, unsigned);

int
dispatch(struct http_request *http)
{
	struct req *req = req_of(http);

	if (req == NULL)
		return begin(req_create(http, worker_of_process()));
	return req->next(req);
}

static int
begin(struct req *req)
{
	unsigned method = 0;
	enum rc rc;

	switch (req->http->method) {
	case HTTP_METHOD_GET:
	case HTTP_METHOD_HEAD:
		method = METHOD_GET;
		break;
	case HTTP_METHOD_POST:
		method = METHOD_POST;
		break;
	default:
		break;
	}
	if (strncmp(req->http->path, "/static/", 8) == 0)
		return static_file(req, method);
	route_match(&req->match, req->http->path, method);
	req->route = req->match.route;
	req->wants_json = req->match.is_api || accepts_json_only(req);
	rc = req_read(req);
	if (req->route == NULL)
		return no_route(req);
	if (rc != RC_OK)
		return reply_error(req);
	if (rate_check(req) != RC_OK || check_token(req) != RC_OK)
		return reply_error(req);
	if (method == METHOD_POST && !req->has_token &&
	    check_post(req) != RC_OK)
		return reply_error(req);
	if (method == METHOD_POST && !req->has_token &&
	    step_up_is_answered(req))
		return step_up_check(req, run_route);
	return run_route(req);
}

static int
run_route(struct req *req)
{
	switch (req->route->kind) {
	case ROUTE_PAGE:
		return page_begin(req);
	case ROUTE_ACTION:
		return action_begin(req);
	case ROUTE_CUSTOM:
		return custom_begin(req);
	}
	return reply_fail(req, RC_INTERNAL, "route");
}

static int
no_route(struct req *req)
{
	if (req->match.allowed == 0)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	allow_header(req, req->match.allowed);
	if (req->http->method == HTTP_METHOD_OPTIONS)
		return reply_bytes(
		    req, 204, "text/plain; charset=utf-8", NULL, 0);
	return reply_fail(req, RC_METHOD, "method");
}

/*
 * A change needs our own origin and, from somebody with a session, the form
 * token; without a session only what is open to everybody (the login) goes on.
 */
static enum rc
check_post(struct req *req)
{
	enum rc rc = req_check_origin(req);
	bool is_public = strcmp(req->route->audience, "public") == 0;

	if (rc != RC_OK)
		return rc;
	if (!req->has_session)
		return is_public ? RC_OK
				 : err_set(&req->err, RC_LOGIN, "login", "",
				       "no session");
	return strcmp(req->route->name, "login_post") == 0
		   ? RC_OK
		   : req_check_csrf(req);
}

/* The database says so, too (app.admit); handlers of their own never ask. */
static enum rc
check_token(struct req *req)
{
	bool is_open = strcmp(req->route->audience, "public") == 0 &&
		       req->route->methods == METHOD_GET;

	if (!req->has_token || is_open || openapi_takes_token(req->route))
		return RC_OK;
	return err_set(
	    &req->err, RC_DENIED, "token_never", "", "%s", req->route->name);
}

static bool
accepts_json_only(const struct req *req)
{
	const char *accept = req_header(req, "accept");

	return accept != NULL && strncmp(accept, "application/json", 16) == 0 &&
	       strstr(accept, "text/html") == NULL;
}

static void
allow_header(struct req *req, unsigned allowed)
{
	const char *names[] = { NULL, "GET, HEAD, OPTIONS", "POST, OPTIONS",
		"GET, HEAD, POST, OPTIONS" };

	reply_header(req, "allow", names[allowed & 3]);
}
