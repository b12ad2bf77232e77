/* Passwords: Argon2id as OWASP recommends it (19 MiB, two passes, one lane). */
#ifndef APP_PASSWORD_H
#define APP_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "rc.h"

#define PASSWORD_HASH_SIZE 128 /* with its NUL */

/* Once per process, before threads start; false when libsodium cannot work. */
bool password_init(void) MUST_CHECK;
/*
 * Takes some 20 ms of one core and 19 MiB: for a thread, not for the event
 * loop. out gets "$argon2id$v=19$m=19456,t=2,p=1$…". RC_INTERNAL when there is
 * no memory. The caller wipes the password.
 */
enum rc password_hash(
    const char *password, size_t len, char out[PASSWORD_HASH_SIZE]) MUST_CHECK;
/* False for a wrong password; also, but at once, for a hash that is none. */
bool password_verify(
    const char *hash, const char *password, size_t len) MUST_CHECK;

#endif
