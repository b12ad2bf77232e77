#include "static_file.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "reply.h"

static bool etag_matches(const char *, const char *);
static int send_asset(struct req *, const struct asset *);

int
static_file(struct req *req, unsigned method)
{
	const struct asset *asset =
	    asset_by_url(req->worker->assets, req->http->path);
	const char *known = req_header(req, "if-none-match");

	if (asset == NULL)
		return reply_fail(req, RC_NOTFOUND, "not_found");
	if (method != METHOD_GET) {
		reply_header(req, "allow", "GET, HEAD, OPTIONS");
		if (req->http->method == HTTP_METHOD_OPTIONS)
			return reply_bytes(
			    req, 204, "text/plain; charset=utf-8", NULL, 0);
		return reply_fail(req, RC_METHOD, "method");
	}
	http_response_header(req->http, "etag", asset->etag);
	http_response_header(
	    req->http, "cache-control", "public, max-age=31536000, immutable");
	http_response_header(req->http, "vary", "accept-encoding");
	http_response_header(req->http, "x-content-type-options", "nosniff");
	http_response_header(
	    req->http, "cross-origin-resource-policy", "same-origin");
	if (known != NULL && etag_matches(known, asset->etag)) {
		http_response(req->http, 304, NULL, 0);
		return KORE_RESULT_OK;
	}
	return send_asset(req, asset);
}

static int
send_asset(struct req *req, const struct asset *asset)
{
	const char *encoding;
	const struct asset_body *body =
	    asset_choose(asset, req_header(req, "accept-encoding"), &encoding);

	http_response_header(req->http, "content-type", asset->type);
	if (encoding != NULL)
		http_response_header(req->http, "content-encoding", encoding);
	http_response(req->http, 200, body->data, body->len);
	return KORE_RESULT_OK;
}

/* A list of tags or "*"; weak tags count too (RFC 9110, 13.1.2). */
static bool
etag_matches(const char *list, const char *etag)
{
	return strcmp(list, "*") == 0 || strstr(list, etag) != NULL;
}
