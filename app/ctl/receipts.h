/* Receipts as the jobs sign them and as the operator checks them. */
#ifndef APP_RECEIPTS_H
#define APP_RECEIPTS_H

#include <libpq-fe.h>

#include <stdio.h>

#include "web/keys.h"
#include "web/rc.h"

/*
 * Signs what is not signed yet with the key of the folder, in the order of
 * release; *did: how many. What is no receipt is not signed, whoever wrote it
 * there: the key signs the log as well, and must not be had for other words.
 * RC_INVALID then, with the rest signed.
 */
enum rc receipts_sign(
    PGconn *db, const char *key_dir, long *did, struct err *err) MUST_CHECK;

struct receipts_report {
	long long faults, unsigned_count;
	long long other_key; /* signed with one that is not in sign.pub */
};

/*
 * Each receipt against its version, its signature and the entry that the log
 * has of it: who could sign anew could not write the log anew without a trace.
 * Each fault is a line on out. An error means that it could not be read. In a
 * transaction of the owner.
 */
enum rc receipts_verify(PGconn *db, const char *key_dir, FILE *out,
    struct receipts_report *r, struct err *err) MUST_CHECK;

#endif
