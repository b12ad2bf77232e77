/*
 * The audit log as it is proven: blocks sealed and signed, the chain computed
 * again, checkpoints. See sql/job/seal.sql, chain.sql, checkpoint.sql.
 */
#ifndef APP_AUDIT_H
#define APP_AUDIT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "domain/chain.h"
#include "web/keys.h"
#include "web/rc.h"

#define AUDIT_TIME 40 /* octets of a time as PostgreSQL shows it */

/* The first entry or block that does not fit. */
struct audit_finding {
	enum chain_fault fault;
	long long block, place; /* place counted from 1; 0: the block itself */
	long long epoch, id;    /* of the entry found there; id 0: none */
	char xid[24];
	char expected[CANON_HEX + 1], found[CANON_HEX + 1]; /* "": none */
};

/* Where an entry lies. */
struct audit_place {
	long long epoch;
	uint64_t xid;
	long long id;
};

struct audit_report {
	long long blocks, entries;
	long long findings;
	struct audit_finding first;
	long long unsealed;
	char unsealed_since[AUDIT_TIME]; /* "": nothing is */
	long long checkpoints;
	long long last_block; /* 0: there is none */
	char last_hash[CANON_HEX + 1];
	char key_id[KEYS_ID + 1];
};

/*
 * Seals what is complete, block by block, with the key of the folder; *did:
 * entries sealed. RC_NOTFOUND or RC_INVALID when there is no key to sign with.
 */
enum rc audit_seal(
    PGconn *db, const char *key_dir, long *did, struct err *err) MUST_CHECK;
/*
 * How far a verification has come: the last block, the last entry of it, what
 * was found. It starts from zeros and can be put down as JSON in between.
 */
struct audit_walk {
	long long number, epoch;
	char to[24], hash[CANON_HEX + 1];
	struct audit_place read;
	struct audit_report report;
	bool is_done;
};

/*
 * Computes the chain again, some blocks at a time, with the memory of one of
 * them; until w->is_done. Each finding is a line on out (NULL: none), the
 * report has the first. RC_OK also when the chain is broken: an error means
 * that it could not be read.
 */
enum rc audit_verify(PGconn *db, const char *key_dir, FILE *out,
    struct audit_walk *w, struct err *err) MUST_CHECK;
/* As JSON (mem_free), and back; RC_INVALID when it is none of ours. */
char *audit_walk_text_dup(const struct audit_walk *w);
enum rc audit_walk_read(
    struct audit_walk *w, const char *text, struct err *err) MUST_CHECK;
/* One part of the job "audit_verify": goes on where the last one ended. */
enum rc audit_verify_part(PGconn *db, const char *key_dir, const char *job_id,
    bool *is_done, struct err *err) MUST_CHECK;
/* Signs the next checkpoint and queues its mails; *did: 0 without a block. */
enum rc audit_checkpoint(
    PGconn *db, const char *key_dir, long *did, struct err *err) MUST_CHECK;

#endif
