/* Random tokens and what is derived from them. */
#ifndef APP_TOKEN_H
#define APP_TOKEN_H

#include <stdbool.h>

#define TOKEN_LEN 43            /* base64url of 32 octets, no padding */
#define TOKEN_HASH_HEX (2 + 64) /* "\x" and SHA-256, as PostgreSQL's bytea */

/* A new token of 256 random bits. */
void token_new(char out[TOKEN_LEN + 1]);
bool token_is_wellformed(const char *token);
/* SHA-256 of the token as text for a bytea parameter. */
void token_hash(const char *token, char out[TOKEN_HASH_HEX + 1]);
/*
 * The form token of a session: SHA-256 over a label and the session token. Who
 * does not know the cookie cannot make it, and it needs no storage.
 */
void token_csrf(const char *session, char out[TOKEN_LEN + 1]);
/* Compares in constant time; false when one is NULL or malformed. */
bool token_equal(const char *a, const char *b);

#endif
