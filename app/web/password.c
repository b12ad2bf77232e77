/* Passwords: Argon2id as OWASP recommends it. */
#include "password.h"

#include <sodium.h>
#include <string.h>

#define MEMORY ((size_t)19 * 1024 * 1024)
#define PASSES 2

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_argon2id_STRBYTES,
    "libsodium fills the whole array");

bool
password_init(void)
{
	return sodium_init() >= 0;
}

enum rc
password_hash(const char *password, size_t len, char out[PASSWORD_HASH_SIZE])
{
	if (crypto_pwhash_argon2id_str(out, password, len, PASSES, MEMORY) != 0)
		return RC_INTERNAL;
	return RC_OK;
}

bool
password_verify(const char *hash, const char *password, size_t len)
{
	static const char kind[] = "$argon2id$";
	char copy[PASSWORD_HASH_SIZE] = { 0 };
	bool is_right;

	if (strncmp(hash, kind, sizeof kind - 1) != 0 ||
	    strnlen(hash, sizeof copy) == sizeof copy)
		return false;
	/* libsodium reads STRBYTES, whatever the length of the text */
	memcpy(copy, hash, strlen(hash));
	is_right = crypto_pwhash_argon2id_str_verify(copy, password, len) == 0;
	sodium_memzero(copy, sizeof copy);
	return is_right;
}
