#include "factor_check.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "web/seal.h"

static void recovery_hashes(
    const struct keys_list *, const char *, const char *, char *);
static void owner_of(const char *, char *, size_t);

void
factor_prove(const struct worker *worker, const char *person_key,
    const char *sealed, const char *typed, struct factor_proof *out)
{
	unsigned char secret[TOTP_SECRET];
	char digits[TOTP_RECOVERY + 1];
	long long step;

	memset(out, 0, sizeof(*out));
	switch (totp_kind(typed, digits)) {
	case TOTP_IS_CODE:
		if (factor_open(worker, person_key, sealed, secret) == RC_OK &&
		    totp_verify(secret, digits, time(NULL), &step)) {
			snprintf(out->step_text, sizeof(out->step_text), "%lld",
			    step);
			out->step = out->step_text;
		}
		sodium_memzero(secret, sizeof(secret));
		break;
	case TOTP_IS_RECOVERY:
		recovery_hashes(
		    &worker->box_keys, person_key, digits, out->recovery_text);
		out->recovery = out->recovery_text;
		break;
	case TOTP_IS_NEITHER:
		break;
	}
}

enum rc
factor_open(const struct worker *worker, const char *person_key,
    const char *sealed, unsigned char secret[TOTP_SECRET])
{
	char owner[64];

	owner_of(person_key, owner, sizeof(owner));
	return seal_open(&worker->box_keys, owner, sealed == NULL ? "" : sealed,
	    secret, TOTP_SECRET, NULL);
}

void
factor_seal(const struct worker *worker, const char *person_key,
    const unsigned char secret[TOTP_SECRET], struct buf *out)
{
	char owner[64];

	owner_of(person_key, owner, sizeof(owner));
	seal(worker->box_keys.at[0], owner, secret, TOTP_SECRET, out);
}

/* The step after the last one used: the code shown is never one refused. */
void
factor_show_demo(const struct req *req, json_t *doc)
{
	json_t *demo = json_object_get(doc, "demo");
	const char *key = json_string_value(json_object_get(demo, "key"));
	const char *sealed = json_string_value(json_object_get(demo, "sealed"));
	long long used = json_integer_value(json_object_get(demo, "step"));
	long long now = totp_step(time(NULL));
	unsigned char secret[TOTP_SECRET];
	char code[TOTP_CODE + 1];

	if (strcmp(req->worker->settings.mode, "demo") == 0 && key != NULL &&
	    factor_open(req->worker, key, sealed, secret) == RC_OK) {
		totp_code(secret, used >= now ? now + 1 : now, code);
		json_object_set_new(doc, "demo_code", json_string(code));
	}
	sodium_memzero(secret, sizeof(secret));
	json_object_del(doc, "demo");
}

/* Which key it was hashed with, nobody knows: an array of the digits of all. */
static void
recovery_hashes(const struct keys_list *keys, const char *person_key,
    const char *digits, char *out)
{
	char hash[TOTP_HASH + 1];

	for (size_t i = 0; i < keys->count; i++) {
		totp_recovery_hash(keys->at[i], person_key, digits, hash);
		hash[1] = i == 0 ? '{' : ','; /* "\x1f…" to ",1f…" */
		memcpy(out, hash + 1, TOTP_HASH - 1);
		out += TOTP_HASH - 1;
	}
	memcpy(out, "}", 2);
}

static void
owner_of(const char *person_key, char *owner, size_t size)
{
	snprintf(owner, size, TOTP_OWNER, person_key);
}
