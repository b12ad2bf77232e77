#include "access_log.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <time.h>

#include "req.h"
#include "web/log.h"

#define STATUS_CLIENT_GONE 499 /* as other servers name it in their logs */

static void over(struct http_request *, struct connection *, int);
static double elapsed_ms(const struct req *);

void
access_log_setup(void)
{
	http_request_log = over;
}

/* http is NULL when its head could not be read, c when the client is gone. */
static void
over(struct http_request *http, struct connection *c, int status)
{
	struct req *req = http == NULL ? NULL : req_of(http);
	struct log_request line = { .status = status == 0 ? STATUS_CLIENT_GONE
							  : status };
	char address[64] = "", message[320] = "";

	if (http != NULL) {
		line.method = http_method_text(http->method);
		line.path = route_path_to_tell(http->path);
		line.bytes = http->content_length;
	}
	if (req != NULL) {
		line.request_id = req->id;
		line.route = req->route == NULL ? "" : req->route->name;
		if (route_has_token(req->route))
			line.path = req->route->path;
		line.total_ms = elapsed_ms(req);
		line.database_ms = (double)req->database_ms;
		line.person_id = req->person_id;
		if (req->err.rc != RC_OK)
			snprintf(message, sizeof(message), "%s: %s",
			    req->err.code, req->err.msg);
	}
	if (req != NULL && c != NULL)
		req_address(req, address, sizeof(address));
	line.address = address;
	line.message = message;
	log_request(&line);
}

static double
elapsed_ms(const struct req *req)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1000000 -
	       (double)req->started_us / 1000;
}
