/*
 * Sealing and checkpoints: SQL says what is to be signed and stores it with the
 * signature made here (signer.c), in one transaction.
 */
#include "audit.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "signer.h"

static enum rc
run(PGconn *db, const char *sql, struct err *err)
{
	PGresult *res = db_try(db, sql, 0, NULL, err);

	PQclear(res);
	return res == NULL ? err->rc : RC_OK;
}

/* Stores what was signed; the value is how much it was. */
static enum rc
store(PGconn *db, const char *sql, size_t count, const char *const *params,
    long *did, struct err *err)
{
	PGresult *res = db_try(db, sql, count, params, err);

	if (res == NULL)
		return err->rc;
	*did = strtol(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);
	return RC_OK;
}

/* *did stays 0 when nothing was left, or another process is at it. */
static enum rc
seal_block(PGconn *db, const struct signer *s, long *did, struct err *err)
{
	unsigned char hash[CANON_HEX / 2];
	char signature[SIGNATURE_TEXT];
	PGresult *res;
	enum rc rc = RC_OK;

	res = db_try(
	    db, "select * from job.seal_next($1)", DB_PARAMS(s->id), err);
	if (res == NULL)
		return err->rc;
	if (PQntuples(res) == 1) {
		if (sodium_hex2bin(hash, sizeof hash, PQgetvalue(res, 0, 1),
			CANON_HEX, NULL, NULL, NULL) != 0)
			rc = err_set(err, RC_INTERNAL, "seal", "", "no hash");
		if (rc == RC_OK) {
			signer_sign(s, hash, sizeof hash, signature);
			rc = store(db, "select job.seal_store($1, $2::bytea)",
			    DB_PARAMS(PQgetvalue(res, 0, 0), signature), did,
			    err);
		}
	}
	PQclear(res);
	return rc;
}

enum rc
audit_seal(PGconn *db, const char *key_dir, long *did, struct err *err)
{
	struct err ignored = { 0 };
	struct signer s;
	long count = 1;
	enum rc rc;

	*did = 0;
	rc = signer_load(&s, key_dir, err);
	while (rc == RC_OK && count > 0) {
		count = 0;
		rc = run(db, "begin", err);
		if (rc == RC_OK)
			rc = seal_block(db, &s, &count, err);
		if (rc == RC_OK)
			rc = run(db, "commit", err);
		else if (run(db, "rollback", &ignored) != RC_OK)
			rc = RC_DATABASE;
		if (rc == RC_OK)
			*did += count;
	}
	signer_wipe(&s);
	return rc;
}

enum rc
audit_checkpoint(PGconn *db, const char *key_dir, long *did, struct err *err)
{
	char signature[SIGNATURE_TEXT];
	const char *body;
	struct signer s;
	PGresult *res;
	enum rc rc;

	*did = 0;
	rc = signer_load(&s, key_dir, err);
	if (rc != RC_OK)
		return rc;
	res = db_try(
	    db, "select * from job.checkpoint_next($1)", DB_PARAMS(s.id), err);
	if (res == NULL) {
		rc = err->rc;
	} else if (!PQgetisnull(res, 0, 0)) {
		body = PQgetvalue(res, 0, 1);
		signer_sign(&s, body, strlen(body), signature);
		rc = store(db, "select job.checkpoint_store($1, $2::bytea)",
		    DB_PARAMS(PQgetvalue(res, 0, 0), signature), did, err);
	}
	PQclear(res);
	signer_wipe(&s);
	return rc;
}
