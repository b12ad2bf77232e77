/*
 * The chain of the audit log, computed again: each entry from its fields, each
 * block from its entries and the block before, each signature with the public
 * key that it names. Both are read in portions and walked side by side.
 */
#include "audit.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "web/buf.h"

#define BLOCKS "200"
#define ENTRIES "5000"
#define PART_ENTRIES 200000 /* of one call: a second or two */
#define PART_BLOCKS 20000

enum block_column {
	B_NUMBER,
	B_EPOCH,
	B_FROM,
	B_TO,
	B_COUNT,
	B_PREVIOUS,
	B_ENTRIES,
	B_SEALED_AT,
	B_KEY,
	B_FORM,
	B_HASH,
	B_SIGNATURE,
};

enum entry_column {
	E_EPOCH,
	E_XID,
	E_ID,
	E_AT,
	E_PERSON,
	E_ORGANISATION,
	E_ACT,
	E_KIND,
	E_OBJECT,
	E_BEFORE,
	E_AFTER,
	E_AMOUNT,
	E_REQUEST,
};

/* A portion of rows and the one that is next. */
struct portion {
	PGresult *res;
	int row, count;
	bool is_over;
};

struct walk {
	PGconn *db;
	const char *key_dir;
	struct keys_list keys;
	FILE *out;
	struct audit_walk *at;
	struct audit_report *report; /* of at */
	struct portion blocks, entries;
	struct audit_place next; /* of the entry at hand, unless all are over */
	/* of the block at hand: hashes of the entries that lie in its range */
	struct buf found;
	struct buf canon;
};

static const char *
text(const struct portion *p, int column)
{
	return PQgetisnull(p->res, p->row, column)
		   ? NULL
		   : PQgetvalue(p->res, p->row, column);
}

static void
portion_set(struct portion *p, PGresult *res)
{
	PQclear(p->res);
	p->res = res;
	p->row = 0;
	p->count = PQntuples(res);
	p->is_over = p->count == 0;
}

static void
finding(struct walk *w, const struct audit_finding *f)
{
	struct audit_report *r = w->report;

	if (r->findings++ == 0)
		r->first = *f;
	if (w->out == NULL)
		return;
	fprintf(w->out, "audit log, block %lld", f->block);
	if (f->place > 0)
		fprintf(w->out, ", place %lld", f->place);
	fprintf(w->out, ": %s", chain_fault_words(f->fault));
	if (f->id > 0)
		fprintf(w->out, " (epoch %lld, transaction %s, entry %lld)",
		    f->epoch, f->xid, f->id);
	fprintf(w->out, ", expected %s, found %s\n",
	    f->expected[0] == '\0' ? "none" : f->expected,
	    f->found[0] == '\0' ? "none" : f->found);
}

static void
block_finding(struct walk *w, enum chain_fault fault, long long number,
    const char *expected, const char *found)
{
	struct audit_finding f = { .fault = fault, .block = number };

	snprintf(f.expected, sizeof f.expected, "%s", expected);
	snprintf(f.found, sizeof f.found, "%s", found);
	finding(w, &f);
}

/* --- entries ------------------------------------------------------------- */

static int
compare_xid(const struct audit_place *p, long long epoch, const char *xid)
{
	uint64_t x = strtoull(xid, NULL, 10);

	if (p->epoch != epoch)
		return p->epoch < epoch ? -1 : 1;
	return (p->xid > x) - (p->xid < x);
}

static struct audit_place
place_of(const struct portion *p)
{
	return (struct audit_place){
		.epoch = strtoll(text(p, E_EPOCH), NULL, 10),
		.xid = strtoull(text(p, E_XID), NULL, 10),
		.id = strtoll(text(p, E_ID), NULL, 10),
	};
}

/* Reads the next portion when this one is used up. */
static enum rc
fill_entries(struct walk *w, struct err *err)
{
	struct portion *p = &w->entries;
	char epoch[24], xid[24], id[24];
	PGresult *res;

	if (p->is_over)
		return RC_OK;
	if (p->row == p->count) {
		snprintf(epoch, sizeof epoch, "%lld", w->at->read.epoch);
		snprintf(xid, sizeof xid, "%" PRIu64, w->at->read.xid);
		snprintf(id, sizeof id, "%lld", w->at->read.id);
		res = db_try(w->db,
		    "select * from job.chain_entries($1::int, $2, $3::bigint, "
		    "$4::int)",
		    DB_PARAMS(epoch, xid, id, ENTRIES), err);
		if (res == NULL)
			return err->rc;
		portion_set(p, res);
	}
	if (!p->is_over)
		w->next = place_of(p);
	return RC_OK;
}

static enum rc
next_entry(struct walk *w, struct err *err)
{
	w->at->read = w->next;
	w->entries.row++;
	return fill_entries(w, err);
}

static void
hash_entry(struct walk *w, char hex[CANON_HEX + 1])
{
	const struct portion *p = &w->entries;
	struct canon_entry e = {
		.epoch = text(p, E_EPOCH),
		.xid = text(p, E_XID),
		.id = text(p, E_ID),
		.at = text(p, E_AT),
		.person = text(p, E_PERSON),
		.organisation = text(p, E_ORGANISATION),
		.act = text(p, E_ACT),
		.kind = text(p, E_KIND),
		.object = text(p, E_OBJECT),
		.before = text(p, E_BEFORE),
		.after = text(p, E_AFTER),
		.amount = text(p, E_AMOUNT),
		.request = text(p, E_REQUEST),
	};

	buf_reset(&w->canon);
	canon_entry(&w->canon, &e);
	canon_sha256_hex(w->canon.data, w->canon.len, hex);
}

/*
 * Entries before the range at hand, which no block holds: of a removed block
 * they are no finding of their own.
 */
static enum rc
skip_entries(struct walk *w, long long number, long long epoch,
    const char *from, bool is_gap, struct err *err)
{
	struct audit_finding f = { .fault = CHAIN_ENTRY_INSERTED,
		.block = number };
	enum rc rc = RC_OK;

	while (rc == RC_OK && !w->entries.is_over &&
	       compare_xid(&w->next, epoch, from) < 0) {
		if (!is_gap) {
			f.epoch = w->next.epoch;
			f.id = w->next.id;
			snprintf(f.xid, sizeof f.xid, "%" PRIu64, w->next.xid);
			hash_entry(w, f.found);
			finding(w, &f);
		}
		rc = next_entry(w, err);
	}
	return rc;
}

/* --- blocks -------------------------------------------------------------- */

/* The entry now at a place of the block, by a second look. */
static enum rc
name_entry(struct walk *w, struct audit_finding *f,
    const struct audit_place *before, struct err *err)
{
	char epoch[24], xid[24], id[24], limit[24];
	PGresult *res;
	int last;

	snprintf(epoch, sizeof epoch, "%lld", before->epoch);
	snprintf(xid, sizeof xid, "%" PRIu64, before->xid);
	snprintf(id, sizeof id, "%lld", before->id);
	snprintf(limit, sizeof limit, "%lld", f->place);
	res = db_try(w->db,
	    "select epoch, xid, id from job.chain_entries($1::int, $2, "
	    "$3::bigint, $4::int) order by epoch, xid::numeric, id "
	    "offset $4::int - 1",
	    DB_PARAMS(epoch, xid, id, limit), err);
	if (res == NULL)
		return err->rc;
	last = PQntuples(res) - 1;
	if (last >= 0) {
		f->epoch = strtoll(PQgetvalue(res, last, 0), NULL, 10);
		snprintf(f->xid, sizeof f->xid, "%s", PQgetvalue(res, last, 1));
		f->id = strtoll(PQgetvalue(res, last, 2), NULL, 10);
	}
	PQclear(res);
	return RC_OK;
}

static void
copy_hash(char out[CANON_HEX + 1], const char *list, size_t count, size_t i)
{
	out[0] = '\0';
	if (i < count) {
		memcpy(out, list + i * CANON_HEX, CANON_HEX);
		out[CANON_HEX] = '\0';
	}
}

/* The entries in the range of the block at hand, against its list. */
static enum rc
check_entries(struct walk *w, long long number, struct err *err)
{
	const struct portion *b = &w->blocks;
	const char *expected = text(b, B_ENTRIES);
	long long epoch = strtoll(text(b, B_EPOCH), NULL, 10);
	struct audit_finding f = { .block = number };
	struct audit_place before = w->at->read;
	char hex[CANON_HEX + 1];
	size_t place, count;
	enum rc rc = RC_OK;

	buf_reset(&w->found);
	while (rc == RC_OK && !w->entries.is_over &&
	       compare_xid(&w->next, epoch, text(b, B_TO)) < 0) {
		hash_entry(w, hex);
		buf_add(&w->found, hex, CANON_HEX);
		w->report->entries++;
		rc = next_entry(w, err);
	}
	if (rc != RC_OK)
		return rc;
	count = w->found.len / CANON_HEX;
	f.fault = chain_compare(expected, strlen(expected) / CANON_HEX,
	    buf_text(&w->found), count, &place);
	if (f.fault == CHAIN_INTACT)
		return RC_OK;
	f.place = (long long)place + 1;
	copy_hash(f.expected, expected, strlen(expected) / CANON_HEX, place);
	copy_hash(f.found, buf_text(&w->found), count, place);
	if (place < count && f.fault != CHAIN_ENTRY_MISSING)
		rc = name_entry(w, &f, &before, err);
	finding(w, &f);
	return rc;
}

/*
 * The public key of that id, or NULL. It may be new since the walk began: what
 * signs with it was put into sign.pub before.
 */
static const unsigned char *
key_of(struct walk *w, const char *id)
{
	const unsigned char *key = keys_find(&w->keys, id);
	struct err ignored = { 0 };

	if (key == NULL &&
	    keys_load_public(w->key_dir, &w->keys, &ignored) == RC_OK)
		key = keys_find(&w->keys, id);
	return key;
}

static bool
is_signed(const unsigned char key[KEYS_PUBLIC], const void *data, size_t len,
    const char *signature)
{
	unsigned char bytes[crypto_sign_BYTES];
	size_t count;

	return sodium_hex2bin(bytes, sizeof bytes, signature, strlen(signature),
		   NULL, &count, NULL) == 0 &&
	       count == sizeof bytes &&
	       crypto_sign_verify_detached(
		   bytes, (const unsigned char *)data, len, key) == 0;
}

static bool
is_hash_signed(const unsigned char key[KEYS_PUBLIC], const char *hash,
    const char *signature)
{
	unsigned char data[CANON_HEX / 2];

	return sodium_hex2bin(data, sizeof data, hash, strlen(hash), NULL, NULL,
		   NULL) == 0 &&
	       is_signed(key, data, sizeof data, signature);
}

static void
hash_block(struct walk *w, char hex[CANON_HEX + 1])
{
	const struct portion *p = &w->blocks;
	struct canon_block b = {
		.number = text(p, B_NUMBER),
		.epoch = text(p, B_EPOCH),
		.xid_from = text(p, B_FROM),
		.xid_to = text(p, B_TO),
		.entry_count = text(p, B_COUNT),
		.previous = text(p, B_PREVIOUS),
		.entries = text(p, B_ENTRIES),
		.sealed_at = text(p, B_SEALED_AT),
		.key = text(p, B_KEY),
	};

	buf_reset(&w->canon);
	canon_block(&w->canon, &b);
	canon_sha256_hex(w->canon.data, w->canon.len, hex);
}

/* The block by itself and in its place; what it says of entries comes after. */
static void
check_head(struct walk *w, long long number, bool is_gap)
{
	const struct portion *b = &w->blocks;
	const char *hash = text(b, B_HASH);
	const unsigned char *key = key_of(w, text(b, B_KEY));
	char hex[CANON_HEX + 1];

	hash_block(w, hex);
	if (strcmp(hex, hash) != 0 || strcmp(text(b, B_FORM), "1") != 0)
		block_finding(w, CHAIN_BLOCK_CHANGED, number, hash, hex);
	else if (key == NULL)
		block_finding(w, CHAIN_KEY_UNKNOWN, number, w->report->key_id,
		    text(b, B_KEY));
	else if (!is_hash_signed(key, hash, text(b, B_SIGNATURE)))
		block_finding(w, CHAIN_SIGNATURE_WRONG, number, hash, "");
	else if (is_gap)
		block_finding(w, CHAIN_BLOCK_REMOVED, w->at->number + 1,
		    text(b, B_PREVIOUS), "");
	else if (strcmp(text(b, B_PREVIOUS), w->at->hash) != 0)
		block_finding(w, CHAIN_BLOCK_CHANGED, number - 1,
		    text(b, B_PREVIOUS), w->at->hash);
}

static enum rc
check_block(struct walk *w, struct err *err)
{
	const struct portion *b = &w->blocks;
	long long number = strtoll(text(b, B_NUMBER), NULL, 10);
	long long epoch = strtoll(text(b, B_EPOCH), NULL, 10);
	bool is_gap = number != w->at->number + 1;
	enum rc rc;

	check_head(w, number, is_gap);
	rc = skip_entries(w, number, epoch, text(b, B_FROM), is_gap, err);
	if (rc == RC_OK)
		rc = check_entries(w, number, err);
	w->report->blocks++;
	w->at->number = number;
	w->at->epoch = epoch;
	snprintf(w->at->to, sizeof w->at->to, "%s", text(b, B_TO));
	snprintf(w->at->hash, sizeof w->at->hash, "%s", text(b, B_HASH));
	return rc;
}

/* Until the chain or the part is over. */
static enum rc
check_blocks(struct walk *w, struct err *err)
{
	long long entries = w->report->entries + PART_ENTRIES;
	long long blocks = w->report->blocks + PART_BLOCKS;
	char after[24];
	PGresult *res;
	enum rc rc = RC_OK;

	while (rc == RC_OK && w->report->entries < entries &&
	       w->report->blocks < blocks) {
		snprintf(after, sizeof after, "%lld", w->at->number);
		res = db_try(w->db,
		    "select * from job.chain_blocks($1::bigint, $2::int)",
		    DB_PARAMS(after, BLOCKS), err);
		if (res == NULL)
			return err->rc;
		portion_set(&w->blocks, res);
		if (w->blocks.is_over) {
			w->at->is_done = true;
			break;
		}
		for (; rc == RC_OK && w->blocks.row < w->blocks.count;
		     w->blocks.row++)
			rc = check_block(w, err);
	}
	return rc;
}

/* --- what else there is -------------------------------------------------- */

static enum rc
read_tail(struct walk *w, struct err *err)
{
	char epoch[24];
	PGresult *res;

	snprintf(epoch, sizeof epoch, "%lld", w->at->epoch);
	res = db_try(w->db, "select * from job.chain_tail($1::int, $2)",
	    DB_PARAMS(epoch, w->at->to), err);
	if (res == NULL)
		return err->rc;
	w->report->unsealed = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
	snprintf(w->report->unsealed_since, sizeof w->report->unsealed_since,
	    "%s", PQgetvalue(res, 0, 1));
	PQclear(res);
	return RC_OK;
}

/* Checkpoints kept here; those that were sent hold against a rewrite. */
static enum rc
check_checkpoints(struct walk *w, struct err *err)
{
	PGresult *res = db_try(
	    w->db, "select * from job.chain_checkpoints()", 0, NULL, err);

	if (res == NULL)
		return err->rc;
	for (int i = 0; i < PQntuples(res); i++) {
		long long number = strtoll(PQgetvalue(res, i, 0), NULL, 10);
		const char *then = PQgetvalue(res, i, 1);
		const char *body = PQgetvalue(res, i, 3);
		const char *key_id = PQgetvalue(res, i, 5);
		const unsigned char *key = key_of(w, key_id);

		if (strcmp(then, PQgetvalue(res, i, 2)) != 0)
			block_finding(w, CHAIN_CHECKPOINT_DIFFERS, number, then,
			    PQgetvalue(res, i, 2));
		else if (key == NULL)
			block_finding(w, CHAIN_KEY_UNKNOWN, number,
			    w->report->key_id, key_id);
		else if (!is_signed(
			     key, body, strlen(body), PQgetvalue(res, i, 4)) ||
			 strstr(body, then) == NULL)
			block_finding(
			    w, CHAIN_SIGNATURE_WRONG, number, then, "");
	}
	w->report->checkpoints = PQntuples(res);
	PQclear(res);
	return RC_OK;
}

static enum rc
finish(struct walk *w, struct err *err)
{
	enum rc rc = read_tail(w, err);

	if (rc == RC_OK)
		rc = check_checkpoints(w, err);
	w->report->last_block = w->at->number;
	snprintf(w->report->last_hash, sizeof w->report->last_hash, "%s",
	    w->at->hash);
	return rc;
}

enum rc
audit_verify(PGconn *db, const char *key_dir, FILE *out, struct audit_walk *at,
    struct err *err)
{
	struct walk w = {
		.db = db,
		.key_dir = key_dir,
		.out = out,
		.at = at,
		.report = &at->report,
	};
	enum rc rc;

	if (at->to[0] == '\0') {
		memset(at->hash, '0', CANON_HEX);
		snprintf(at->to, sizeof at->to, "0");
	}
	rc = keys_load_public(key_dir, &w.keys, err);
	if (rc == RC_OK) {
		keys_id(w.keys.at[0], w.report->key_id);
		rc = fill_entries(&w, err);
	}
	if (rc == RC_OK)
		rc = check_blocks(&w, err);
	if (rc == RC_OK && at->is_done)
		rc = finish(&w, err);
	PQclear(w.blocks.res);
	PQclear(w.entries.res);
	buf_clear(&w.found);
	buf_clear(&w.canon);
	return rc;
}
