/* Secrets that the database keeps but cannot read. */
#include "seal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(crypto_secretbox_KEYBYTES == KEYS_BOX, "the key fits");

/* Inside: the owner with its NUL, then the secret. */
void
seal(const unsigned char key[KEYS_BOX], const char *owner, const void *secret,
    size_t len, struct buf *out)
{
	size_t owner_len = strlen(owner) + 1;
	size_t plain_len = owner_len + len;
	size_t box_len =
	    crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain_len;
	unsigned char *plain = mem_alloc(plain_len);
	unsigned char *box = mem_alloc(box_len);
	char *hex = mem_alloc(2 * box_len + 1);

	memcpy(plain, owner, owner_len);
	memcpy(plain + owner_len, secret, len);
	/* not libsodium's generator: it may want to open a device */
	if (getentropy(box, crypto_secretbox_NONCEBYTES) != 0)
		abort();
	crypto_secretbox_easy(
	    box + crypto_secretbox_NONCEBYTES, plain, plain_len, box, key);
	buf_str(out, "\\x");
	buf_str(out, sodium_bin2hex(hex, 2 * box_len + 1, box, box_len));
	sodium_memzero(plain, plain_len);
	mem_free(plain);
	mem_free(box);
	mem_free(hex);
}

enum rc
seal_open(const struct keys_list *keys, const char *owner, const char *sealed,
    void *secret, size_t len, size_t *which)
{
	size_t owner_len = strlen(owner) + 1;
	size_t plain_len = owner_len + len;
	size_t box_len =
	    crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain_len;
	unsigned char *plain, *box;
	enum rc rc = RC_INVALID;
	size_t n;

	if (strncmp(sealed, "\\x", 2) != 0 || strlen(sealed) != 2 + 2 * box_len)
		return RC_INVALID;
	plain = mem_alloc(plain_len);
	box = mem_alloc(box_len);
	if (sodium_hex2bin(
		box, box_len, sealed + 2, 2 * box_len, NULL, &n, NULL) != 0)
		n = 0;
	for (size_t i = 0; n == box_len && rc != RC_OK && i < keys->count; i++)
		if (crypto_secretbox_open_easy(plain,
			box + crypto_secretbox_NONCEBYTES,
			box_len - crypto_secretbox_NONCEBYTES, box,
			keys->at[i]) == 0 &&
		    memcmp(plain, owner, owner_len) == 0) {
			memcpy(secret, plain + owner_len, len);
			if (which != NULL)
				*which = i;
			rc = RC_OK;
		}
	sodium_memzero(plain, plain_len);
	mem_free(plain);
	mem_free(box);
	return rc;
}
