#include "receipts.h"

#include <sodium.h>
#include <string.h>

#include "ctl.h"
#include "domain/receipt.h"

#define FETCH "fetch 1000 from receipts"

enum column {
	NUMBER,
	HASH,
	RECEIVED_AT,
	BODY,
	SIGNATURE,
	KEY,
	KEY_ID,
	IS_IN_LOG,
};

/* All of it will be fetched: the log is to be read once, not for each row. */
static const char receipts_sql[] =
    "set local cursor_tuple_fraction = 1;"
    "declare receipts no scroll cursor for"
    " select v.receipt_no, encode(v.content_hash, 'hex'),"
    " app.local_moment(v.released_at), convert_from(r.body, 'UTF8'),"
    " encode(r.signature, 'hex'), encode(k.public_key, 'hex'), k.id,"
    " exists (select from app.audit a where a.act = 'receipt.sign'"
    " and a.object_kind = 'response_version' and a.object_id = v.id"
    " and a.hash_after = r.sha256)"
    " from app.response_version v"
    " left join app.receipt r on r.response_version_id = v.id"
    " left join app.signing_key k on k.id = r.key_id order by v.id";

struct check {
	FILE *out;
	struct keys_list keys;
	struct receipts_report *report;
	const PGresult *res;
	int row;
};

static const char *
value(const struct check *c, enum column column)
{
	return PQgetisnull(c->res, c->row, (int)column)
		   ? NULL
		   : PQgetvalue(c->res, c->row, (int)column);
}

static void
fault(const struct check *c, const char *what)
{
	c->report->faults++;
	fprintf(c->out, "%s: %s\n", value(c, NUMBER), what);
}

/* The receipt says of the version what the version says of itself. */
static void
check_body(const struct check *c, const char *body)
{
	struct err ignored = { 0 };
	struct receipt r;

	if (receipt_read(&r, body, strlen(body), &ignored) != RC_OK) {
		fault(c, "the receipt is damaged");
		return;
	}
	if (strcmp(r.number, value(c, NUMBER)) != 0)
		fault(c, "the receipt states another number");
	if (strcmp(r.content_hash, value(c, HASH)) != 0)
		fault(c, "the receipt states another hash");
	else if (!receipt_is_coherent(&r))
		fault(c, "the receipt lists other answers");
	if (r.form > 1 && strcmp(r.received_at, value(c, RECEIVED_AT)) != 0)
		fault(c, "the receipt states another time");
	receipt_clear(&r);
}

static bool
is_signed(const struct check *c, const char *body)
{
	unsigned char signature[RECEIPT_SIGNATURE], key[RECEIPT_KEY];
	const char *hex = value(c, SIGNATURE), *key_hex = value(c, KEY);

	return sodium_hex2bin(signature, sizeof signature, hex, strlen(hex),
		   NULL, NULL, NULL) == 0 &&
	       sodium_hex2bin(key, sizeof key, key_hex, strlen(key_hex), NULL,
		   NULL, NULL) == 0 &&
	       receipt_is_signed(body, strlen(body), signature, key);
}

static void
check_one(const struct check *c)
{
	const char *body = value(c, BODY);

	if (body == NULL) {
		fault(c, "there is no receipt");
		return;
	}
	check_body(c, body);
	if (value(c, SIGNATURE) == NULL) {
		c->report->unsigned_count++;
		return;
	}
	if (!is_signed(c, body))
		fault(c, "the signature of the receipt is wrong");
	if (value(c, IS_IN_LOG)[0] != 't')
		fault(c, "the log has no entry of this signed receipt");
	if (keys_find(&c->keys, value(c, KEY_ID)) == NULL)
		c->report->other_key++;
}

enum rc
receipts_verify(PGconn *db, const char *key_dir, FILE *out,
    struct receipts_report *r, struct err *err)
{
	struct check c = { .out = out, .report = r };
	PGresult *res;
	int count;

	if (keys_load_public(key_dir, &c.keys, err) != RC_OK)
		return err->rc;
	db_exec(db, "receipts", receipts_sql);
	do {
		res = db_query(db, FETCH, 0, NULL);
		count = PQntuples(res);
		c.res = res;
		for (c.row = 0; c.row < count; c.row++)
			check_one(&c);
		PQclear(res);
	} while (count > 0);
	return RC_OK;
}
