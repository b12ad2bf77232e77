/* Random tokens and what is derived from them. */
#include "token.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOKEN_OCTETS 32

_Static_assert(
    crypto_hash_sha256_BYTES == TOKEN_OCTETS, "a hash fills a token");

void
token_new(char out[TOKEN_LEN + 1])
{
	unsigned char bits[TOKEN_OCTETS];

	/* not libsodium's generator: it may want to open a device */
	if (getentropy(bits, sizeof bits) != 0)
		abort();
	sodium_bin2base64(out, TOKEN_LEN + 1, bits, sizeof bits,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bits, sizeof bits);
}

bool
token_is_wellformed(const char *token)
{
	static const char base64url[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	return token != NULL && strnlen(token, TOKEN_LEN + 1) == TOKEN_LEN &&
	       strspn(token, base64url) == TOKEN_LEN;
}

void
token_hash(const char *token, char out[TOKEN_HASH_HEX + 1])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
	out[0] = '\\';
	out[1] = 'x';
	sodium_bin2hex(out + 2, TOKEN_HASH_HEX - 1, hash, sizeof hash);
}

void
token_csrf(const char *session, char out[TOKEN_LEN + 1])
{
	static const char label[] = "resonanz form token 1:";
	crypto_hash_sha256_state state;
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(
	    &state, (const unsigned char *)label, sizeof label - 1);
	crypto_hash_sha256_update(
	    &state, (const unsigned char *)session, strlen(session));
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2base64(out, TOKEN_LEN + 1, hash, sizeof hash,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(&state, sizeof state);
}

bool
token_equal(const char *a, const char *b)
{
	if (!token_is_wellformed(a) || !token_is_wellformed(b))
		return false;
	return sodium_memcmp(a, b, TOKEN_LEN) == 0;
}
