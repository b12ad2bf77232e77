#include "receipts.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "domain/receipt.h"
#include "signer.h"
#include "web/buf.h"

_Static_assert(
    RECEIPT_KEY == KEYS_PUBLIC && RECEIPT_KEY_ID == KEYS_ID, "a key is a key");

#define PORTION 200 /* in one transaction */
#define PORTION_TEXT "200"

/* Arrays for PostgreSQL: "{1,2" until they are ended. */
struct batch {
	struct buf ids, signatures;
	size_t count;
	char refused[64]; /* "": none */
};

static bool
is_receipt(const char *number, const char *body)
{
	struct err ignored = { 0 };
	struct receipt r;
	bool is_it;

	if (receipt_read(&r, body, strlen(body), &ignored) != RC_OK)
		return false;
	is_it = strcmp(r.number, number) == 0 && receipt_is_coherent(&r);
	receipt_clear(&r);
	return is_it;
}

static void
sign_portion(struct batch *b, const struct signer *s, const PGresult *res)
{
	char signature[SIGNATURE_TEXT];

	for (int i = 0; i < PQntuples(res); i++) {
		const char *number = PQgetvalue(res, i, 1);
		const char *body = PQgetvalue(res, i, 2);

		if (!is_receipt(number, body)) {
			snprintf(b->refused, sizeof b->refused, "%s", number);
			continue;
		}
		signer_sign(s, body, strlen(body), signature);
		buf_printf(&b->ids, "%c%s", b->count == 0 ? '{' : ',',
		    PQgetvalue(res, i, 0));
		buf_printf(&b->signatures, "%c%s", b->count == 0 ? '{' : ',',
		    signature + 2);
		b->count++;
	}
}

static enum rc
store(PGconn *db, const struct signer *s, struct batch *b, long *did,
    struct err *err)
{
	char key[2 + 2 * KEYS_PUBLIC + 1] = "\\x";
	PGresult *res;

	if (b->count == 0)
		return RC_OK;
	sodium_bin2hex(key + 2, sizeof key - 2, s->public_key, KEYS_PUBLIC);
	buf_char(&b->ids, '}');
	buf_char(&b->signatures, '}');
	res = db_try(db,
	    "select job.receipts_store($1, $2::bytea, $3::bigint[], "
	    "$4::text[])",
	    DB_PARAMS(s->id, key, buf_text(&b->ids), buf_text(&b->signatures)),
	    err);
	if (res == NULL)
		return err->rc;
	*did += strtol(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);
	return RC_OK;
}

/* *is_over: this was the last portion. */
static enum rc
pass(PGconn *db, const char *key_dir, bool *is_over, long *did, struct err *err)
{
	struct batch b = { 0 };
	struct signer s = { 0 };
	enum rc rc = RC_OK;
	PGresult *res;

	res = db_try(db, "select * from job.receipts_unsigned($1::int)",
	    DB_PARAMS(PORTION_TEXT), err);
	if (res == NULL)
		return err->rc;
	if (PQntuples(res) > 0)
		rc = signer_load(&s, key_dir, err);
	if (rc == RC_OK) {
		sign_portion(&b, &s, res);
		rc = store(db, &s, &b, did, err);
	}
	*is_over = PQntuples(res) < PORTION || b.count == 0;
	if (rc == RC_OK && b.refused[0] != '\0' && *is_over)
		rc = err_set(err, RC_INVALID, "receipt", "",
		    "%s is no receipt and is not signed", b.refused);
	PQclear(res);
	signer_wipe(&s);
	buf_clear(&b.ids);
	buf_clear(&b.signatures);
	return rc;
}

enum rc
receipts_sign(PGconn *db, const char *key_dir, long *did, struct err *err)
{
	bool is_over = false;
	enum rc rc = RC_OK;

	*did = 0;
	while (rc == RC_OK && !is_over)
		rc = pass(db, key_dir, &is_over, did, err);
	return rc;
}
