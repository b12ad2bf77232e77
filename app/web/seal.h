/*
 * Secrets that the database keeps but cannot read: crypto_secretbox with the
 * first key of box.key, as text for a bytea parameter.
 */
#ifndef APP_SEAL_H
#define APP_SEAL_H

#include <stddef.h>

#include "buf.h"
#include "keys.h"

/*
 * owner says whose secret it is, such as "totp 1a2b3c4d5e6f": a value that was
 * copied into the row of somebody else does not open there. Adds "\x…" to out.
 */
void seal(const unsigned char key[KEYS_BOX], const char *owner,
    const void *secret, size_t len, struct buf *out);
/*
 * Opens what seal made for the same owner with one of the keys: exactly len
 * octets. RC_INVALID for anything else. *which (may be NULL): the key's place.
 */
enum rc seal_open(const struct keys_list *keys, const char *owner,
    const char *sealed, void *secret, size_t len, size_t *which) MUST_CHECK;

#endif
