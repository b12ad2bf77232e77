/* One result type for everything that can fail, and its one way to HTTP. */
#include "rc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *text;
	int http;
} rc_table[] = {
	[RC_OK] = { "ok", 200 },
	[RC_BAD] = { "bad_request", 400 },
	[RC_LOGIN] = { "login", 401 },
	[RC_DENIED] = { "denied", 403 },
	[RC_NOTFOUND] = { "not_found", 404 },
	[RC_METHOD] = { "method", 405 },
	[RC_CONFLICT] = { "conflict", 409 },
	[RC_GONE] = { "gone", 410 },
	[RC_TOO_LARGE] = { "too_large", 413 },
	[RC_INVALID] = { "invalid", 422 },
	[RC_LIMITED] = { "limited", 429 },
	[RC_INTERNAL] = { "internal", 500 },
	[RC_DATABASE] = { "database", 503 },
};
_Static_assert(NELEM(rc_table) == RC__MAX, "one row for each rc");

/* The first row whose prefix fits. */
static const struct {
	const char *prefix;
	enum rc rc;
} sqlstates[] = {
	{ "CN401", RC_LOGIN }, { "CN403", RC_DENIED }, { "CN404", RC_NOTFOUND },
	{ "CN409", RC_CONFLICT }, { "CN410", RC_GONE }, { "CN422", RC_INVALID },
	{ "CN429", RC_LIMITED }, { "CN503", RC_DATABASE },
	{ "23505", RC_CONFLICT }, /* unique_violation: two at once */
	{ "23P01", RC_CONFLICT }, /* exclusion_violation: the same */
	{ "40001", RC_CONFLICT }, /* serialization_failure */
	{ "40P01", RC_CONFLICT }, /* deadlock_detected */
	{ "55P03", RC_DATABASE }, /* lock_not_available: lock_timeout */
	{ "57014", RC_DATABASE }, /* query_canceled: statement_timeout */
	{ "57P", RC_DATABASE },   /* shutting down, starting up */
	{ "08", RC_DATABASE },    /* connection gone */
	{ "53", RC_DATABASE },    /* too many connections, disk full */
};

const char *
rc_text(enum rc rc)
{
	return (unsigned)rc < RC__MAX ? rc_table[rc].text : "internal";
}

int
rc_http(enum rc rc)
{
	return (unsigned)rc < RC__MAX ? rc_table[rc].http : 500;
}

enum rc
rc_from_sqlstate(const char *sqlstate)
{
	if (sqlstate == NULL || strlen(sqlstate) != 5)
		return RC_INTERNAL;
	for (size_t i = 0; i < NELEM(sqlstates); i++) {
		const char *prefix = sqlstates[i].prefix;

		if (strncmp(sqlstate, prefix, strlen(prefix)) == 0)
			return sqlstates[i].rc;
	}
	return RC_INTERNAL;
}

enum rc
err_set(struct err *err, enum rc rc, const char *code, const char *field,
    const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return rc;
	err->rc = rc;
	snprintf(err->code, sizeof err->code, "%s", code ? code : "");
	snprintf(err->field, sizeof err->field, "%s", field ? field : "");
	err->args[0] = '\0';
	err->msg[0] = '\0';
	if (fmt != NULL) {
		va_start(ap, fmt);
		vsnprintf(err->msg, sizeof err->msg, fmt, ap);
		va_end(ap);
	}
	return rc;
}
