/* What somebody has typed, as proof of a second factor. */
#ifndef APP_FACTOR_CHECK_H
#define APP_FACTOR_CHECK_H

#include "req.h"
#include "web/totp.h"

/* What SQL is told about it; each NULL unless it is that. */
struct factor_proof {
	const char *step; /* a right code: its step, to be used up */
	/* hashes of a recovery code, right or not, one for each key:
	 * "{1f…,20…}" */
	const char *recovery;
	char step_text[24];
	char recovery_text[KEYS_MOST * TOTP_HASH + 2];
};

/*
 * Checks typed against the sealed secret of the person with that key. A wrong
 * code, or nothing of that kind, leaves both NULL; the database refuses it.
 */
void factor_prove(const struct worker *worker, const char *person_key,
    const char *sealed, const char *typed, struct factor_proof *out);
/* Opens what seals a second factor. */
enum rc factor_open(const struct worker *worker, const char *person_key,
    const char *sealed, unsigned char secret[TOTP_SECRET]) MUST_CHECK;
/* The same the other way round, for the database. */
void factor_seal(const struct worker *worker, const char *person_key,
    const unsigned char secret[TOTP_SECRET], struct buf *out);
/*
 * In a demonstration a page shows the code that its person would read from the
 * device: "demo" of doc becomes "demo_code". Anywhere else it is taken out.
 */
void factor_show_demo(const struct req *req, json_t *doc);

#endif
