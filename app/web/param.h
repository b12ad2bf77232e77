/* Typed, bounded parameters: what a route row promises its SQL function. */
#ifndef APP_PARAM_H
#define APP_PARAM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "form.h"

#define PARAM_MAX 24
#define PARAM_LIST_MAX 50
#define PARAM_MAP_MAX 500

enum param_kind {
	PARAM_KEY,  /* [A-Za-z0-9._-]+, at most max octets */
	PARAM_INT,  /* decimal, 0 .. 2^53 */
	PARAM_LINE, /* one line of text, trimmed, at most max characters */
	PARAM_TEXT, /* text with line breaks, at most max characters */
	PARAM_FLAG, /* a tick box: there and not "" or "0" or "false" = true */
	PARAM_LIST, /* repeated lines -> JSON array of strings, empty ones kept;
		       at most PARAM_LIST_MAX, "[]" when missing */
	PARAM_MAP,  /* texts NAME.KEY, one for each row of a form -> JSON object
		       {KEY: text}; at most PARAM_MAP_MAX, "{}" when missing */
	PARAM_HASH, /* 64 lower case hexadecimal digits */
	PARAM_SECRET, /* like LINE, untrimmed, never shown again or logged */
	PARAM_TOKEN /* of a one-time link, in the path: the value is its SHA-256
		       (token_hash), the token itself goes no further */
};

struct param {
	const char *name;
	enum param_kind kind;
	size_t max;       /* characters (KEY: octets; LIST, MAP: each) */
	bool is_required; /* missing or empty is an error */
	bool in_path;     /* filled from the path, wrong = RC_NOTFOUND */
};

struct param_value {
	char *text; /* NULL = SQL null; owned; as PostgreSQL reads the type */
	size_t len;
};

struct param_error {
	const char *field; /* name of the param, borrowed from the row; of a MAP
			      NAME.KEY, borrowed from the form */
	char code[32];     /* required, too_long, bad_key, bad_number, bad_hash,
			      line_break, bad_character, too_many */
	/*
	 * too_long: characters (KEY: octets) sent and allowed; too_many:
	 * entries sent and allowed; line_break, bad_character: actual is the
	 * position of the first one, counted from 1; else 0.
	 */
	size_t actual, max;
	char what[72]; /* the word it is about, of a text that is read */
};

struct param_errors {
	struct param_error at[PARAM_MAX];
	size_t count;
};

/*
 * Fills values[i] for params[i] from path captures (same order as the params
 * with in_path), then the form (may be NULL). All errors are collected, one
 * for each param; values are to be cleared in every case.
 *
 * Nothing sent, JSON null and the empty string are the same: required, or SQL
 * null (TEXT: '', FLAG: false, LIST: [], MAP: {}). A single value sent twice is
 * too_many, never the first of them. Control characters are bad_character; tab
 * and line feed are fine in TEXT.
 *
 * RC_OK, RC_INVALID (errors filled) or RC_NOTFOUND (a bad path part).
 */
enum rc params_collect(const struct param *params, size_t count,
    const char *const *captures, const struct form *form,
    struct param_value *values, struct param_errors *errors) MUST_CHECK;
/* The KEY of a field NAME.KEY of a MAP, borrowed from name; else NULL. */
const char *param_map_key(const struct param *p, const char *name);
void param_values_clear(struct param_value *values, size_t count);
/* Appends the expression for $n: "$4::bigint". Texts become NFC. */
void param_sql(struct buf *out, const struct param *param, unsigned n);

#endif
