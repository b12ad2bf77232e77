/*
 * The key that signs audit blocks, checkpoints and receipts, in memory for as
 * long as one pass takes. It never reaches the database.
 */
#ifndef APP_SIGNER_H
#define APP_SIGNER_H

#include <stddef.h>

#include "web/keys.h"
#include "web/rc.h"

struct signer {
	unsigned char key[KEYS_SIGN];
	unsigned char public_key[KEYS_PUBLIC];
	char id[KEYS_ID + 1];
};

/* One signature as text for PostgreSQL: "\x…" */
#define SIGNATURE_TEXT (2 + 2 * 64 + 1)

/* RC_NOTFOUND or RC_INVALID when there is no key to sign with. */
enum rc signer_load(
    struct signer *s, const char *key_dir, struct err *err) MUST_CHECK;
void signer_wipe(struct signer *s);
void signer_sign(const struct signer *s, const void *data, size_t len,
    char text[SIGNATURE_TEXT]);

#endif
