/* One result type for everything that can fail, and its one way to HTTP. */
#ifndef APP_RC_H
#define APP_RC_H

#include "mem.h"

enum rc {
	RC_OK = 0,
	RC_BAD,       /* 400: not a form, not a link of ours */
	RC_LOGIN,     /* 401: nobody is signed in */
	RC_DENIED,    /* 403 */
	RC_NOTFOUND,  /* 404, also for rows the caller may not see */
	RC_METHOD,    /* 405 */
	RC_CONFLICT,  /* 409: someone else saved first, or too late */
	RC_GONE,      /* 410: a link that has been used or has run out */
	RC_TOO_LARGE, /* 413 */
	RC_INVALID,   /* 422: the user can repair the input */
	RC_LIMITED,   /* 429 */
	RC_INTERNAL,  /* 500: our mistake */
	RC_DATABASE,  /* 503 */
	RC__MAX
};

/* The caller owns it; no allocation on the error path. */
struct err {
	enum rc rc;
	char code[32];  /* machine word: "too_long", "stale", "deadline" */
	char field[48]; /* form field to blame, or "" */
	char msg[256];  /* for the log only */
	char args[256]; /* JSON object with the numbers of the text, or "" */
};

/* The word of an rc ("not_found") and its HTTP status (404). */
const char *rc_text(enum rc rc);
int rc_http(enum rc rc);
/*
 * From a five-letter SQLSTATE: CN401, CN403, CN404, CN409, CN422, CN429 of our
 * own functions; 23505, 40001 and 40P01 (deadlock) conflict; 57014 timeout,
 * classes 08, 53 and 57P database away; anything else is RC_INTERNAL.
 */
enum rc rc_from_sqlstate(const char *sqlstate);
/* Fills err and returns rc, so that a function can end with it. */
enum rc err_set(struct err *err, enum rc rc, const char *code,
    const char *field, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif
