/* The second factor: codes of liboath, and what surrounds them. */
#include "totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP 30
#define WINDOW 1 /* steps to each side */
#define ISSUER "Resonanz"

_Static_assert(KEYS_BOX == crypto_auth_hmacsha256_KEYBYTES &&
		   TOTP_HASH == 2 + 2 * crypto_auth_hmacsha256_BYTES &&
		   TOTP_SECRET <= crypto_auth_hmacsha256_BYTES,
    "keys and hashes fit");

static void base32(const unsigned char *, size_t, char *);
static void mac(const unsigned char *, const char *, const char *, const char *,
    unsigned char *);
static void random_octets(void *, size_t);

enum totp_kind
totp_kind(const char *typed, char digits[TOTP_RECOVERY + 1])
{
	size_t n = 0;

	for (const char *c = typed; *c != '\0'; c++) {
		if (*c == ' ' || *c == '-')
			continue;
		if (*c < '0' || *c > '9' || n == TOTP_RECOVERY) {
			n = 0;
			break;
		}
		digits[n++] = *c;
	}
	digits[n] = '\0';
	if (n == TOTP_CODE)
		return TOTP_IS_CODE;
	if (n == TOTP_RECOVERY)
		return TOTP_IS_RECOVERY;
	digits[0] = '\0';
	return TOTP_IS_NEITHER;
}

bool
totp_verify(const unsigned char secret[TOTP_SECRET], const char *code,
    time_t now, long long *step)
{
	uint64_t counter;
	int pos;

	if (strlen(code) != TOTP_CODE ||
	    oath_totp_validate3((const char *)secret, TOTP_SECRET, now, STEP, 0,
		WINDOW, &pos, &counter, code) < 0)
		return false;
	*step = (long long)counter;
	return true;
}

long long
totp_step(time_t now)
{
	return (long long)now / STEP;
}

void
totp_code(const unsigned char secret[TOTP_SECRET], long long step,
    char out[TOTP_CODE + 1])
{
	if (oath_totp_generate((const char *)secret, TOTP_SECRET,
		(time_t)(step * STEP), STEP, 0, TOTP_CODE, out) != OATH_OK)
		abort();
}

void
totp_text(const unsigned char secret[TOTP_SECRET], char out[TOTP_TEXT + 1])
{
	char text[33];
	size_t n = 0;

	base32(secret, TOTP_SECRET, text);
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = ' ';
		out[n++] = text[i];
	}
	out[n] = '\0';
	sodium_memzero(text, sizeof text);
}

void
totp_uri(
    const unsigned char secret[TOTP_SECRET], const char *mail, struct buf *out)
{
	char text[33];

	base32(secret, TOTP_SECRET, text);
	buf_str(out, "otpauth://totp/" ISSUER ":");
	buf_url(out, mail);
	buf_printf(out,
	    "?secret=%s&issuer=" ISSUER "&algorithm=SHA1&digits=%d&period=%d",
	    text, TOTP_CODE, STEP);
	sodium_memzero(text, sizeof text);
}

void
totp_offer(const unsigned char key[KEYS_BOX], const char *session,
    const char *replaces, unsigned char secret[TOTP_SECRET])
{
	unsigned char hash[crypto_auth_hmacsha256_BYTES];

	mac(key, "resonanz totp offer 1", session, replaces, hash);
	memcpy(secret, hash, TOTP_SECRET);
	sodium_memzero(hash, sizeof hash);
}

/* Without the bias of a plain remainder: 2^64 is not a multiple of 10^12. */
void
totp_recovery(char out[TOTP_RECOVERY + 1])
{
	const uint64_t range = 1000000000000;
	const uint64_t limit = UINT64_MAX - UINT64_MAX % range;
	uint64_t n;

	do
		random_octets(&n, sizeof n);
	while (n >= limit);
	snprintf(
	    out, TOTP_RECOVERY + 1, "%012llu", (unsigned long long)(n % range));
}

void
totp_recovery_hash(const unsigned char key[KEYS_BOX], const char *person,
    const char *digits, char out[TOTP_HASH + 1])
{
	unsigned char hash[crypto_auth_hmacsha256_BYTES];

	mac(key, "resonanz recovery code 1", person, digits, hash);
	out[0] = '\\';
	out[1] = 'x';
	sodium_bin2hex(out + 2, TOTP_HASH - 1, hash, sizeof hash);
}

/* RFC 4648; len is a multiple of five. */
static void
base32(const unsigned char *octets, size_t len, char *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint64_t five;

	for (size_t i = 0; i < len; i += 5) {
		five = 0;
		for (size_t j = 0; j < 5; j++)
			five = five << 8 | octets[i + j];
		for (int shift = 35; shift >= 0; shift -= 5)
			*out++ = alphabet[five >> shift & 31];
	}
	*out = '\0';
}

/* Each part with its NUL, so that no two lists of parts are the same octets. */
static void
mac(const unsigned char *key, const char *label, const char *a, const char *b,
    unsigned char *hash)
{
	const char *parts[] = { label, a, b };
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, KEYS_BOX);
	for (size_t i = 0; i < NELEM(parts); i++)
		crypto_auth_hmacsha256_update(&state,
		    (const unsigned char *)parts[i], strlen(parts[i]) + 1);
	crypto_auth_hmacsha256_final(&state, hash);
	sodium_memzero(&state, sizeof state);
}

static void
random_octets(void *out, size_t len)
{
	/* not libsodium's generator: it may want to open a device */
	if (getentropy(out, len) != 0)
		abort();
}
