/*
 * The second factor: time-based codes (RFC 6238: SHA-1, six digits, 30 seconds)
 * and the recovery codes for who has lost the device.
 */
#ifndef APP_TOTP_H
#define APP_TOTP_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"
#include "keys.h"

#define TOTP_SECRET 20       /* octets */
#define TOTP_CODE 6          /* digits */
#define TOTP_TEXT 39         /* characters: eight groups of four in base32 */
#define TOTP_RECOVERY 12     /* digits */
#define TOTP_HASH (2 + 64)   /* "\x" and 32 octets, as PostgreSQL's bytea */
#define TOTP_OWNER "totp %s" /* whose a sealed secret is (seal.h): a key */

/* What somebody may type in the one field: blanks and hyphens do not count. */
enum totp_kind { TOTP_IS_CODE, TOTP_IS_RECOVERY, TOTP_IS_NEITHER };

/* digits: only the digits, when it is one of both; else "". */
enum totp_kind totp_kind(const char *typed, char digits[TOTP_RECOVERY + 1]);

/*
 * Is this the code of now or of a step beside it? step is then the one it is
 * of: the caller accepts each step once and no older one after it.
 */
bool totp_verify(const unsigned char secret[TOTP_SECRET], const char *code,
    time_t now, long long *step) MUST_CHECK;
long long totp_step(time_t now);
void totp_code(const unsigned char secret[TOTP_SECRET], long long step,
    char out[TOTP_CODE + 1]);

/* "MFRG GZDF …": to be typed into an app. */
void totp_text(
    const unsigned char secret[TOTP_SECRET], char out[TOTP_TEXT + 1]);
/* otpauth://totp/Resonanz:MAIL?secret=…&issuer=Resonanz, added to out. */
void totp_uri(
    const unsigned char secret[TOTP_SECRET], const char *mail, struct buf *out);

/*
 * The secret that a session is offered before anybody has confirmed it: made
 * from the key, the session's token and the time of the factor it would
 * replace ("" for none), so that nothing need be stored.
 */
void totp_offer(const unsigned char key[KEYS_BOX], const char *session,
    const char *replaces, unsigned char secret[TOTP_SECRET]);

/* A new recovery code, 12 digits; shown as 1234-5678-9012. */
void totp_recovery(char out[TOTP_RECOVERY + 1]);
/* What is kept of one: keyed, so that the database alone gives none away. */
void totp_recovery_hash(const unsigned char key[KEYS_BOX], const char *person,
    const char *digits, char out[TOTP_HASH + 1]);

#endif
