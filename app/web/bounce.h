/* Reports of failed delivery (RFC 3464), as a mail server sends them back. */
#ifndef APP_BOUNCE_H
#define APP_BOUNCE_H

#include <stddef.h>

#include "rc.h"

struct bounce {
	char message_id[256]; /* of the mail that was returned, no brackets */
	char recipient[256];  /* original, else final; "" when not said */
	char action[16]; /* failed, delayed, delivered, relayed, expanded */
	char status[12]; /* "5.1.1", "" when not said */
	char diagnostic[256]; /* what the other server said, one line */
};

/*
 * Reads a message. Of several recipients the first that failed counts, else
 * the first. RC_INVALID when it is no report, or one that does not say which
 * mail came back; all strings are valid UTF-8 without control characters.
 */
enum rc bounce_parse(const char *message, size_t len, struct bounce *out,
    struct err *err) MUST_CHECK;

#endif
