/* A mail as RFC 5322 has it: plain text, nothing that could be injected. */
#ifndef APP_MAIL_H
#define APP_MAIL_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"
#include "rc.h"

struct mail_address {
	const char *name; /* shown beside the address; NULL or "" = none */
	const char *address;
};

struct mail_message {
	struct mail_address from, to;
	const char *subject;
	const char *message_id; /* "LEFT@DOMAIN", without brackets */
	time_t at;
	const char *body; /* UTF-8, lines end with LF */
};

/*
 * Can a mail go there? LOCAL@DOMAIN in ASCII as nearly every mailbox has it: no
 * quoted local part, no comments, no address literal.
 */
bool mail_address_is_valid(const char *address);

/*
 * Appends the whole message with CRLF. RC_INVALID when a header value is no
 * UTF-8 or has a control character (so no value can begin a header of its own),
 * when an address is not one, or when the body is no text.
 *
 * Header lines stay below 78 octets, words beyond ASCII are encoded words in Q.
 * Body lines are wrapped at 72 characters between words; a word that is longer,
 * such as a link, stays whole. A body in ASCII with no line over 76 goes as it
 * is (7bit), every other one as quoted-printable.
 */
enum rc mail_build(
    const struct mail_message *m, struct buf *out, struct err *err) MUST_CHECK;

#endif
