/*
 * Names and values out of a request: query string, urlencoded, multipart or
 * JSON body. Nothing is dropped silently: what cannot be taken is an error.
 */
#ifndef APP_FORM_H
#define APP_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "rc.h"

#define FORM_MAX_FIELDS 1000
#define FORM_MAX_NAME 64

struct form_field {
	char *name;
	char *value;      /* NUL-terminated; contains no other NUL */
	size_t value_len; /* octets */
	char *filename;   /* of a file, or NULL; the value of a file is what
			     was sent, whatever its octets are */
	bool is_null;     /* JSON null */
};

struct form {
	struct form_field *fields; /* in the order sent, duplicates kept */
	size_t count;
};

/*
 * Each parses data[0..len) and adds to f; values but those of files are checked
 * as UTF-8 without NUL, CRLF and CR become LF. RC_BAD with a code (bad_escape,
 * bad_utf8, nul_byte, too_many_fields, bad_name, bad_multipart, bad_json)
 * otherwise; f is to be cleared then too. JSON: one object; strings, numbers,
 * true/false ("true", and false is ""); an array of these gives repeated
 * fields; nested objects are refused.
 */
enum rc form_parse_urlencoded(
    struct form *f, const char *data, size_t len, struct err *err) MUST_CHECK;
enum rc form_parse_multipart(struct form *f, const char *content_type,
    const char *data, size_t len, struct err *err) MUST_CHECK;
enum rc form_parse_json(
    struct form *f, const char *data, size_t len, struct err *err) MUST_CHECK;

/* First field of that name that is no file, or NULL; borrowed. */
const struct form_field *form_get(const struct form *f, const char *name);
/* The file of that name, or NULL; borrowed. */
const struct form_field *form_file(const struct form *f, const char *name);
/* The next field like it of the same name behind it, or NULL. */
const struct form_field *form_next(
    const struct form *f, const struct form_field *field);
/* Copies; len octets of value. */
void form_add(struct form *f, const char *name, const char *value, size_t len);
void form_clear(struct form *f);

#endif
