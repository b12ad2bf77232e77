/*
 * The audit log as it is proven: blocks sealed and signed, the chain computed
 * again, checkpoints. See sql/job/seal.sql, chain.sql, checkpoint.sql.
 */
#ifndef APP_AUDIT_H
#define APP_AUDIT_H

#include <libpq-fe.h>
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
 * Computes the whole chain again, with the memory of one block. Each finding is
 * a line on out (NULL: none); the report has the first. RC_OK also when it is
 * broken: an error means that it could not be read.
 */
enum rc audit_verify(PGconn *db, const char *key_dir, FILE *out,
    struct audit_report *report, struct err *err) MUST_CHECK;
/* Signs the next checkpoint and queues its mails; *did: 0 without a block. */
enum rc audit_checkpoint(
    PGconn *db, const char *key_dir, long *did, struct err *err) MUST_CHECK;

#endif
