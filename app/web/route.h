/* The route table of routes.def, and finding a row by path and method. */
#ifndef APP_ROUTE_H
#define APP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "param.h"

#define ROUTE_CAPTURES 6
#define ROUTE_CAPTURE_MAX 128

enum route_kind {
	ROUTE_PAGE,   /* GET: page.NAME, template NAME.html, twin below /api */
	ROUTE_ACTION, /* POST: action.NAME */
	ROUTE_CUSTOM  /* a C handler of that name */
};

enum route_method {
	METHOD_GET = 1, /* HEAD counts as GET */
	METHOD_POST = 2
};

struct route {
	const char *name;
	enum route_kind kind;
	unsigned methods;     /* bits of enum route_method */
	const char *path;     /* "/consultations/:consultation" */
	const char *audience; /* as app.enter knows it */
	const char *back;     /* action: the page shown again on 409 and 422 */
	bool is_seen; /* page: action.NAME_seen writes into the audit log */
	struct param params[PARAM_MAX];
	size_t param_count;
};

extern const struct route route_table[];
extern const size_t route_count;

struct route_match {
	const struct route *route; /* NULL when nothing matched */
	unsigned allowed;          /* methods that this path knows, for 405 */
	bool is_api;               /* asked below /api */
	char captures[ROUTE_CAPTURES][ROUTE_CAPTURE_MAX];
	const char *capture_list[ROUTE_CAPTURES];
	size_t capture_count;
};

/*
 * path: as sent, without the query, percent-decoded here once per segment.
 * Result: m->route set; or NULL with allowed != 0 (405) or 0 (404).
 */
void route_match(struct route_match *m, const char *path, unsigned method);
/* Does the path carry the token of a one-time link? */
bool route_has_token(const struct route *route);
/* path as logs may have it: one that begins like a link is that row's. */
const char *route_path_to_tell(const char *path);
/* Does the row answer below /api, too? */
bool route_in_api(const struct route *route);
const struct route *route_by_name(const char *name);

#endif
