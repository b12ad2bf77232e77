/* Static files, read once at start and served from memory. */
#ifndef APP_ASSET_H
#define APP_ASSET_H

#include <stddef.h>
#include <stdint.h>

#include "rc.h"

struct asset_body {
	const char *data;
	size_t len; /* 0 = this encoding is not there */
};

struct asset {
	const char *name; /* "css/app.css" */
	const char *url;  /* "/static/css/app.3f2a9c1b.css" */
	const char *type; /* "text/css; charset=utf-8" */
	const char *etag; /* "\"3f2a9c1b…\"" */
	struct asset_body plain, gzip, brotli;
};

struct asset_set;

/*
 * Reads a folder as the build left it: files with hashed names below static/,
 * FILE.gz and FILE.br beside them where they pay.
 */
struct asset_set *asset_set_load(const char *dir, struct err *err);
void asset_set_free(struct asset_set *set);
/* By the path of a request, "/static/css/app.3f2a9c1b.css"; NULL = 404. */
const struct asset *asset_by_url(const struct asset_set *set, const char *url);
/* For the template filter: name -> url, or NULL. */
const char *asset_url(void *set, const char *name);
/*
 * The smallest body that an Accept-Encoding header allows; *encoding is "br",
 * "gzip" or NULL.
 */
const struct asset_body *asset_choose(
    const struct asset *a, const char *accept_encoding, const char **encoding);

#endif
