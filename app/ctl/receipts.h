/* Receipts as the jobs sign them (sql/job/receipt.sql). */
#ifndef APP_RECEIPTS_H
#define APP_RECEIPTS_H

#include <libpq-fe.h>

#include "web/rc.h"

/*
 * Signs what is not signed yet with the key of the folder, in the order of
 * release; *did: how many. What is no receipt is not signed, whoever wrote it
 * there: the key signs the log as well, and must not be had for other words.
 * RC_INVALID then, with the rest signed.
 */
enum rc receipts_sign(
    PGconn *db, const char *key_dir, long *did, struct err *err) MUST_CHECK;

#endif
