/*
 * The canonical form of what is released and of the audit log, and its SHA-256.
 * SQL makes the same octets (app.answer_canon, app.terms_hash,
 * app.response_head, app.entry_canon, app.block_canon);
 * tests/fixtures/canon.json holds both to it.
 *
 * A first line names form and version, then each field is NAME=OCTETS:TEXT LF,
 * or NAME= LF for null: null is not empty. What is released has no person, no
 * time and no id in it.
 */
#ifndef APP_CANON_H
#define APP_CANON_H

#include <stdbool.h>
#include <stddef.h>

#include "web/buf.h"

enum { CANON_HEX = 64 }; /* digits of a SHA-256 */

/* NULL stands for null. value: the jsonb's text. */
struct canon_answer {
	const char *kind, *stance, *body, *proposal, *reason, *value;
};

/* What an answer is released under, when there is anything. */
struct canon_terms {
	const char *answer;       /* its hash, in hex */
	const char *confidential; /* the reason; NULL: it is not */
	const char *cuts;         /* lines "FIELD FROM TO REASON"; NULL: none */
};

/* An answer of a response, on the wording it was given to. */
struct canon_row {
	const char *key;     /* of the target: "L-K4-1" */
	const char *wording; /* hash of item, question or chapter, in hex */
	const char *answer;  /* hash of the answer or of its terms, in hex */
};

struct canon_response {
	const char *stage, *organisation, *level;
	int number;
	const char *publication; /* NULL: not chosen yet */
	bool nil_rest;
	const struct canon_row *rows; /* in any order */
	size_t row_count;
};

/* An entry of the audit log; each field as text, NULL stands for null. */
struct canon_entry {
	const char *epoch, *xid, *id;
	const char *at; /* UTC: "2024-04-22T07:00:00.000000Z" */
	const char *person, *organisation;
	const char *act, *kind, *object;
	const char *before, *after; /* in hex */
	const char *amount, *request;
};

/* A block of its chain: all entries with xid_from <= xid < xid_to. */
struct canon_block {
	const char *number, *epoch, *xid_from, *xid_to, *entry_count;
	const char *previous; /* hash of the block before, in hex */
	const char *entries;  /* hashes of the entries in order, in hex */
	const char *sealed_at;
	const char *key; /* names the key of the signature */
};

/* One field: NAME=OCTETS:TEXT LF, or NAME= LF when text is NULL. */
void canon_field(struct buf *out, const char *name, const char *text);
void canon_answer(struct buf *out, const struct canon_answer *a);
void canon_terms(struct buf *out, const struct canon_terms *t);
/* The rows are put in the order of the bytes of their keys. */
void canon_response(struct buf *out, const struct canon_response *r);
/* The wording of an item, a question (sub_items: the jsonb's text), a chapter.
 */
void canon_item(struct buf *out, const char *title, const char *body);
void canon_question(struct buf *out, const char *body, const char *shape,
    const char *sub_items);
void canon_chapter(struct buf *out, const char *title, const char *summary);
void canon_entry(struct buf *out, const struct canon_entry *e);
void canon_block(struct buf *out, const struct canon_block *b);
/* The SHA-256 of some octets as 64 small hexadecimal digits and NUL. */
void canon_sha256_hex(const void *data, size_t len, char hex[CANON_HEX + 1]);

#endif
