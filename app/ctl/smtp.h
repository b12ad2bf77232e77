/* Handing mails over to a mail server, or into a folder. */
#ifndef APP_SMTP_H
#define APP_SMTP_H

#include "web/buf.h"
#include "web/rc.h"
#include "web/settings.h"

enum { SMTP_NOTE_SIZE = 300 };

enum smtp_result {
	SMTP_SENT,    /* the server has it */
	SMTP_LATER,   /* 4yz: this mail, again later */
	SMTP_REFUSED, /* 5yz: this mail, never */
	SMTP_AWAY     /* the server itself: no connection, no TLS, no login */
};

struct smtp;

/*
 * Checks the settings and reads the password. NULL with err filled when they
 * are wrong; NULL and RC_OK when no server is set.
 */
enum rc smtp_new(
    const struct settings *s, struct smtp **out, struct err *err) MUST_CHECK;
void smtp_free(struct smtp *smtp);
/* The sender's address, and the domain behind its @. */
const char *smtp_from(const struct smtp *smtp);
const char *smtp_domain(const struct smtp *smtp);
/*
 * Hands one message over, a minute at most. note: what the server said, in one
 * line. The connection stays open for the next one.
 */
enum smtp_result smtp_send(struct smtp *smtp, const char *to,
    const char *message_id, const struct buf *message,
    char note[SMTP_NOTE_SIZE]);
/* Ends the connection, if one is open. */
void smtp_rest(struct smtp *smtp);

#endif
