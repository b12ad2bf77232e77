/* What the parsers of forms share; nobody else includes this. */
#ifndef APP_FORM_PART_H
#define APP_FORM_PART_H

#include "form.h"

/* A name or value on its way in; text need not be NUL-terminated. */
struct form_text {
	const char *text;
	size_t len;
};

/*
 * Checks name and value (length and characters of the name, UTF-8, no NUL),
 * turns CRLF and CR into LF and appends a copy. filename.text NULL = no file;
 * the value of a file is taken as it is.
 */
enum rc form_put(struct form *f, struct form_text name, struct form_text value,
    struct form_text filename, struct err *err) MUST_CHECK;

#endif
