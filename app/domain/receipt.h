/*
 * A receipt (Eingangsbestätigung): what its signed octets say, the file that
 * carries them, and what is wrong with it. SQL writes the octets
 * (app.receipt_canon); tests/fixtures/receipt.json holds both to one form.
 *
 * The octets are lines: "resonanz receipt 2", fields as in canon.h, then a line
 * for each answer, "KEY KIND WORDING ANSWER", and " TERMS" where it is
 * confidential or cut, hashes in hex, in the order of the octets of the keys.
 * So the content hash can be computed from the receipt alone. Form 1, of the
 * first version, has fewer fields and no answers.
 */
#ifndef APP_RECEIPT_H
#define APP_RECEIPT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "domain/canon.h"
#include "web/buf.h"
#include "web/rc.h"

/* Octets of Ed25519, and digits of the SHA-256 of a key that name it. */
enum { RECEIPT_KEY = 32, RECEIPT_SIGNATURE = 64, RECEIPT_KEY_ID = 16 };

struct receipt_answer {
	const char *target;  /* key: "K4.G2.5" */
	const char *kind;    /* answered, nil, not_applicable */
	const char *wording; /* hash of what it was given to */
	const char *hash;    /* of the answer */
	const char *terms;   /* of what it was released under; NULL: nothing */
};

/* Everything as it stands there; replaces may be NULL. */
struct receipt {
	int form;
	const char *number, *consultation, *stage, *organisation;
	const char *version, *replaces, *received_at, *content_hash;
	const char *level, *publication, *nil_rest; /* NULL in form 1 */
	struct receipt_answer *answers;
	size_t answer_count;
	char *text; /* where all of it lies */
};

/*
 * Takes the octets apart; nothing but what receipt_write makes is taken.
 * RC_INVALID when it is no receipt, or one of an unknown form.
 */
enum rc receipt_read(struct receipt *r, const char *body, size_t len,
    struct err *err) MUST_CHECK;
void receipt_clear(struct receipt *r);
/* The octets again, from the fields. */
void receipt_write(struct buf *out, const struct receipt *r);
/* Is the content hash the one of the answers it lists? In form 1 nobody knows:
 * true. */
bool receipt_is_coherent(const struct receipt *r);

/* The file people keep: the octets with signature and public key. */
struct receipt_file {
	struct buf body;
	char sha256[CANON_HEX + 1], key_id[RECEIPT_KEY_ID + 1];
	unsigned char public_key[RECEIPT_KEY];
	unsigned char signature[RECEIPT_SIGNATURE];
};

/* RC_INVALID when it is not such a file; says what is missing. */
enum rc receipt_file_read(struct receipt_file *f, const char *text, size_t len,
    struct err *err) MUST_CHECK;
void receipt_file_clear(struct receipt_file *f);

enum receipt_fault {
	RECEIPT_VALID,
	RECEIPT_HASH_DIFFERS,
	RECEIPT_KEY_MISNAMED,
	RECEIPT_KEY_OTHER,
	RECEIPT_SIGNATURE_WRONG,
	RECEIPT_NO_RECEIPT,
	RECEIPT_NOT_COHERENT,
	RECEIPT_FAULT__MAX
};

/* "the signature does not belong to …" */
const char *receipt_fault_words(enum receipt_fault fault);
/*
 * The first thing that is wrong. key: the one that it should be signed with;
 * NULL: the one of the file. r is filled unless the fault is before it could be
 * read; the caller clears it.
 */
enum receipt_fault receipt_file_check(const struct receipt_file *f,
    const unsigned char key[RECEIPT_KEY], struct receipt *r);
/* Is this the signature of the octets? */
bool receipt_is_signed(const void *body, size_t len,
    const unsigned char signature[RECEIPT_SIGNATURE],
    const unsigned char key[RECEIPT_KEY]);
/*
 * The public key of that id in a text: a file of keys ({"keys": [{"key_id",
 * "public_key"}]}), PEM, or sign.pub (lines of hexadecimal digits). A PEM, and
 * a sign.pub without that id, give the first key. RC_NOTFOUND when the file of
 * keys does not have it, RC_INVALID when the text is none of these.
 */
enum rc receipt_key_read(const char *text, const char *key_id,
    unsigned char key[RECEIPT_KEY], struct err *err) MUST_CHECK;

/*
 * Is what a document of the platform shows (a page's twin with its "groups")
 * what the receipt lists? Calls tell for each target that is not; the value is
 * how many.
 */
size_t receipt_compare(const struct receipt *r, const json_t *doc,
    void (*tell)(void *ctx, const char *target, const char *what), void *ctx);

#endif
