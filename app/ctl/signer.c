#include "signer.h"

#include <sodium.h>

_Static_assert(SIGNATURE_TEXT == 2 + 2 * crypto_sign_BYTES + 1, "Ed25519");

enum rc
signer_load(struct signer *s, const char *key_dir, struct err *err)
{
	enum rc rc = keys_load_sign(key_dir, s->key, err);

	if (rc == RC_OK) {
		crypto_sign_ed25519_sk_to_pk(s->public_key, s->key);
		keys_id(s->public_key, s->id);
	}
	return rc;
}

void
signer_wipe(struct signer *s)
{
	sodium_memzero(s, sizeof *s);
}

void
signer_sign(const struct signer *s, const void *data, size_t len,
    char text[SIGNATURE_TEXT])
{
	unsigned char signature[crypto_sign_BYTES];

	crypto_sign_detached(signature, NULL, data, len, s->key);
	text[0] = '\\';
	text[1] = 'x';
	sodium_bin2hex(
	    text + 2, SIGNATURE_TEXT - 2, signature, sizeof signature);
}
