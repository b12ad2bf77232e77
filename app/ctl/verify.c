/*
 * resonanzctl verify: what was released is what was released. The hash of each
 * answer and version is made again in C, from the words as they are stored, and
 * held against SQL's; the receipt against it (receipts_verify.c); the hash of
 * each edition against SQL. Behind each change stands who should (causes), and
 * the counters of outcomes say what the rows say. A frozen report is made again
 * and held against its stored HTML. And the audit log is what it was when it
 * was sealed (audit_verify.c).
 */
#include "ctl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "domain/canon.h"
#include "receipts.h"
#include "web/buf.h"
#include "web/report_doc.h"

#define FETCH "fetch 2000 from released"

struct wording {
	long long target_id;
	char *key;
	char hash[CANON_HEX + 1];
};

struct verify {
	PGconn *db;
	struct wording *wordings; /* sorted by target_id */
	size_t wording_count;
	struct canon_row *rows; /* of the version at hand */
	size_t row_count, row_cap;
	long long versions, answers, faults;
};

enum column {
	VERSION_ID,
	RECEIPT_NO,
	STAGE,
	ORGANISATION,
	LEVEL,
	NUMBER,
	PUBLICATION,
	NIL_REST,
	HASH,
	TARGET_ID,
	KIND,
	STANCE,
	BODY,
	PROPOSAL,
	REASON,
	VALUE,
	ANSWER_HASH,
	FORM, /* of the version's hash; from 2 on it covers the terms */
	CONFIDENTIAL,
	CUTS,
};

static const char wordings_sql[] =
    "select t.id, t.key, case when i.id is not null then 'item'"
    " when q.id is not null then 'question' else 'chapter' end,"
    " coalesce(i.title, k.title), coalesce(i.body, q.body, k.summary),"
    " q.shape, q.sub_items::text, encode(coalesce(i.content_hash,"
    " q.content_hash, k.content_hash), 'hex')"
    " from app.target t left join app.item_version i on i.id = "
    "t.item_version_id"
    " left join app.question_version q on q.id = t.question_version_id"
    " left join app.chapter k on k.id = t.chapter_id order by t.id";

static const char released_sql[] =
    "declare released no scroll cursor for"
    " select v.id, v.receipt_no, s.key, v.organisation_name, v.level, v.number,"
    " v.publication, v.nil_rest, encode(v.content_hash, 'hex'),"
    " va.target_id, a.kind, a.stance, a.body,"
    " a.proposal, a.reason, a.value::text, encode(a.content_hash, 'hex'),"
    " v.form, a.confidential_reason, (select string_agg(app.cut_canon(d.field,"
    " d.range, d.reason), e'\\n' order by d.field, d.range)"
    " from app.released_redaction d where d.response_version_id = v.id"
    " and d.target_id = va.target_id)"
    " from app.response_version v join app.stage s on s.id = v.stage_id"
    " left join app.version_answer va on va.response_version_id = v.id"
    " left join app.released_answer a on a.id = va.released_answer_id"
    " order by v.id";

static void
fault(struct verify *v, const char *what, const char *name)
{
	v->faults++;
	printf("%s: %s\n", name, what);
}

static const char *
value(const PGresult *res, int row, enum column column)
{
	return PQgetisnull(res, row, (int)column)
		   ? NULL
		   : PQgetvalue(res, row, (int)column);
}

static void
hash_of(struct buf *b, char hex[CANON_HEX + 1])
{
	canon_sha256_hex(buf_text(b), b->len, hex);
	buf_reset(b);
}

/* The wordings that can be answered, hashed here. */
static void
read_wordings(struct verify *v)
{
	PGresult *res = db_query(v->db, wordings_sql, 0, NULL);
	struct buf b = { 0 };

	v->wording_count = (size_t)PQntuples(res);
	v->wordings = mem_calloc(v->wording_count + 1, sizeof *v->wordings);
	for (int i = 0; i < PQntuples(res); i++) {
		struct wording *w = &v->wordings[i];
		const char *kind = PQgetvalue(res, i, 2);
		const char *title =
		    PQgetisnull(res, i, 3) ? NULL : PQgetvalue(res, i, 3);
		const char *body =
		    PQgetisnull(res, i, 4) ? NULL : PQgetvalue(res, i, 4);

		w->target_id = strtoll(PQgetvalue(res, i, 0), NULL, 10);
		w->key = mem_strdup(PQgetvalue(res, i, 1));
		if (strcmp(kind, "item") == 0)
			canon_item(&b, title, body);
		else if (strcmp(kind, "question") == 0)
			canon_question(&b, body, PQgetvalue(res, i, 5),
			    PQgetvalue(res, i, 6));
		else
			canon_chapter(&b, title, body);
		hash_of(&b, w->hash);
		if (strcmp(w->hash, PQgetvalue(res, i, 7)) != 0)
			fault(v, "the hash of its wording differs", w->key);
	}
	buf_clear(&b);
	PQclear(res);
}

static int
compare_wordings(const void *a, const void *b)
{
	long long x = ((const struct wording *)a)->target_id;
	long long y = ((const struct wording *)b)->target_id;

	return (x > y) - (x < y);
}

/* The hash an answer was released under, over its own in hex. */
static void
bind_terms(
    const PGresult *res, int row, struct buf *b, char hash[CANON_HEX + 1])
{
	struct canon_terms terms = {
		.answer = hash,
		.confidential = value(res, row, CONFIDENTIAL),
		.cuts = value(res, row, CUTS),
	};

	if (strcmp(PQgetvalue(res, row, FORM), "1") == 0 ||
	    (terms.confidential == NULL && terms.cuts == NULL))
		return;
	canon_terms(b, &terms);
	hash_of(b, hash);
}

/* Takes the answer of this row of the cursor into the version at hand. */
static void
add_answer(struct verify *v, const PGresult *res, int row, struct buf *b)
{
	struct canon_answer answer = {
		.kind = value(res, row, KIND),
		.stance = value(res, row, STANCE),
		.body = value(res, row, BODY),
		.proposal = value(res, row, PROPOSAL),
		.reason = value(res, row, REASON),
		.value = value(res, row, VALUE),
	};
	struct wording wanted = {
		.target_id = strtoll(PQgetvalue(res, row, TARGET_ID), NULL, 10)
	};
	const struct wording *w = bsearch(&wanted, v->wordings,
	    v->wording_count, sizeof wanted, compare_wordings);
	char hash[CANON_HEX + 1];

	canon_answer(b, &answer);
	hash_of(b, hash);
	v->answers++;
	if (strcmp(hash, PQgetvalue(res, row, ANSWER_HASH)) != 0)
		fault(v, "the hash of an answer differs",
		    PQgetvalue(res, row, RECEIPT_NO));
	bind_terms(res, row, b, hash);
	if (v->row_count == v->row_cap) {
		v->row_cap = v->row_cap == 0 ? 128 : v->row_cap * 2;
		v->rows = mem_array(v->rows, v->row_cap, sizeof *v->rows);
	}
	v->rows[v->row_count++] = (struct canon_row){
		.key = w->key,
		.wording = w->hash,
		.answer = mem_strdup(hash),
	};
}

/* All rows of the version are there; row is one of them. */
static void
end_version(struct verify *v, const PGresult *res, int row, struct buf *b)
{
	struct canon_response response = {
		.stage = value(res, row, STAGE),
		.organisation = value(res, row, ORGANISATION),
		.level = value(res, row, LEVEL),
		.number = (int)strtol(PQgetvalue(res, row, NUMBER), NULL, 10),
		.publication = value(res, row, PUBLICATION),
		.nil_rest = PQgetvalue(res, row, NIL_REST)[0] == 't',
		.rows = v->rows,
		.row_count = v->row_count,
	};
	char hash[CANON_HEX + 1];

	canon_response(b, &response);
	hash_of(b, hash);
	v->versions++;
	if (strcmp(hash, PQgetvalue(res, row, HASH)) != 0)
		fault(v, "the hash of the version differs",
		    PQgetvalue(res, row, RECEIPT_NO));
	for (size_t i = 0; i < v->row_count; i++)
		mem_free((char *)(uintptr_t)v->rows[i].answer);
	v->row_count = 0;
}

/* A version's rows may lie in two fetches; its last row is kept for its end. */
static void
check_versions(struct verify *v)
{
	PGresult *res, *last = NULL;
	struct buf b = { 0 };
	int row, last_row = 0;

	db_exec(v->db, "released", released_sql);
	for (;;) {
		res = db_query(v->db, FETCH, 0, NULL);
		for (row = 0; row < PQntuples(res); row++) {
			if (last != NULL &&
			    strcmp(PQgetvalue(last, last_row, VERSION_ID),
				PQgetvalue(res, row, VERSION_ID)) != 0)
				end_version(v, last, last_row, &b);
			if (!PQgetisnull(res, row, TARGET_ID))
				add_answer(v, res, row, &b);
			if (last != res)
				PQclear(last);
			last = res;
			last_row = row;
		}
		if (PQntuples(res) == 0)
			break;
	}
	PQclear(res);
	if (last != NULL)
		end_version(v, last, last_row, &b);
	PQclear(last);
	buf_clear(&b);
}

static void
check_editions(struct verify *v)
{
	PGresult *res = db_query(v->db,
	    "select c.slug || ', edition ' || e.number from app.edition e"
	    " join app.consultation c on c.id = e.consultation_id"
	    " where e.state = 'published'"
	    " and e.content_hash <> job.edition_hash(e.id)",
	    0, NULL);

	for (int i = 0; i < PQntuples(res); i++)
		fault(v, "the hash of the edition differs",
		    PQgetvalue(res, i, 0));
	PQclear(res);
}

/* What is kept beside the rows, held against what is computed anew from them.
 */
static void
check_kept(struct verify *v, const char *sql)
{
	PGresult *res = db_query(v->db, sql, 0, NULL);

	for (int i = 0; i < PQntuples(res); i++)
		fault(v, PQgetvalue(res, i, 0), PQgetvalue(res, i, 1));
	PQclear(res);
}

/*
 * The document of a frozen report made again from its data and template, held
 * against the file that was made then (hex: its bytes as PostgreSQL gives
 * them).
 */
static void
check_report_html(
    struct verify *v, const char *name, const struct buf *made, const char *hex)
{
	struct buf what = { 0 };
	size_t len, at = 0, line = 1;
	unsigned char *stored =
	    PQunescapeBytea((const unsigned char *)hex, &len);

	if (stored == NULL)
		ctl_die("%s: no memory for its HTML", name);
	for (; at < len && at < made->len &&
	       stored[at] == (unsigned char)made->data[at];
	     at++)
		line += stored[at] == '\n';
	if (at < len || at < made->len) {
		buf_printf(&what,
		    "its HTML is not what its data gives, "
		    "first in line %zu, octet %zu",
		    line, at + 1);
		fault(v, buf_text(&what), name);
	}
	PQfreemem(stored);
	buf_clear(&what);
}

/*
 * Frozen papers: data and template by their hashes, and that they give the
 * document that is kept.
 */
static void
check_reports(struct verify *v)
{
	PGresult *res = db_query(v->db,
	    "select c.slug || ', report ' || r.number,"
	    " convert_from(r.data, 'UTF8'), encode(r.data_hash, 'hex'),"
	    " convert_from(t.data, 'UTF8'), encode(r.template_hash, 'hex'),"
	    " a.data"
	    " from app.report r join app.consultation c"
	    " on c.id = r.consultation_id"
	    " join app.template_copy t on t.hash = r.template_hash"
	    " left join app.artifact a on a.report_id = r.id"
	    " and a.format = 'html'"
	    " where r.state = 'frozen' order by r.id",
	    0, NULL);
	struct buf b = { 0 };
	struct err err = { 0 };
	char hash[CANON_HEX + 1];

	for (int i = 0; i < PQntuples(res); i++) {
		const char *name = PQgetvalue(res, i, 0);
		const char *data = PQgetvalue(res, i, 1);
		const char *tpl = PQgetvalue(res, i, 3);
		json_t *doc = json_loads(data, 0, NULL);

		canon_sha256_hex(data, strlen(data), hash);
		if (strcmp(hash, PQgetvalue(res, i, 2)) != 0)
			fault(v, "the hash of its data differs", name);
		canon_sha256_hex(tpl, strlen(tpl), hash);
		if (strcmp(hash, PQgetvalue(res, i, 4)) != 0)
			fault(v, "the hash of its template differs", name);
		if (doc == NULL ||
		    report_doc_html(doc, tpl, strlen(tpl), &b, &err) != RC_OK)
			fault(v, "its document cannot be made again", name);
		else if (!PQgetisnull(res, i, 5))
			check_report_html(v, name, &b, PQgetvalue(res, i, 5));
		json_decref(doc);
		buf_reset(&b);
	}
	if (PQntuples(res) > 0)
		printf("%d frozen reports: read\n", PQntuples(res));
	buf_clear(&b);
	PQclear(res);
}

static void
check_receipts(struct verify *v, const struct settings *s)
{
	struct receipts_report r = { 0 };
	struct err err = { 0 };

	if (receipts_verify(v->db, s->key_dir, stdout, &r, &err) != RC_OK)
		ctl_die("receipts: %s", err.msg);
	v->faults += r.faults;
	printf("%lld versions with %lld answers and their receipts: %s\n",
	    v->versions, v->answers, v->faults == 0 ? "intact" : "NOT INTACT");
	if (r.unsigned_count > 0)
		printf("  not signed yet: %lld receipts\n", r.unsigned_count);
	if (r.other_key > 0)
		printf("  signed with a key that is not in sign.pub: "
		       "%lld receipts\n",
		    r.other_key);
}

static void
check_log(struct verify *v, const struct settings *s)
{
	struct audit_walk walk = { 0 };
	struct audit_report r;
	struct err err = { 0 };

	while (!walk.is_done)
		if (audit_verify(v->db, s->key_dir, stdout, &walk, &err) !=
		    RC_OK)
			ctl_die("audit log: %s", err.msg);
	r = walk.report;
	v->faults += r.findings;
	printf("audit log, %lld entries in %lld blocks, %lld checkpoints: %s\n",
	    r.entries, r.blocks, r.checkpoints,
	    r.findings == 0 ? "intact" : "NOT INTACT");
	if (r.blocks > 0)
		printf("  last block %lld: %s, key %s\n", r.last_block,
		    r.last_hash, r.key_id);
	if (r.unsealed > 0)
		printf("  not sealed yet: %lld entries, the first of %s\n",
		    r.unsealed, r.unsealed_since);
}

int
cmd_verify(int argc, char **argv)
{
	struct verify v = { 0 };
	struct settings s;

	(void)argv;
	if (argc != 1)
		return ctl_usage("verify");
	ctl_settings(&s);
	v.db = db_open(&s);
	db_begin_as_owner(v.db);
	check_editions(&v);
	check_kept(
	    &v, "select f.fault, f.name from job.cause_faults() f order by 2");
	check_kept(&v,
	    "select f.fault, f.name from job.outcome_faults() f order by 2");
	check_reports(&v);
	read_wordings(&v);
	check_versions(&v);
	check_receipts(&v, &s);
	check_log(&v, &s);
	db_commit(v.db);
	PQfinish(v.db);
	for (size_t i = 0; i < v.wording_count; i++)
		mem_free(v.wordings[i].key);
	mem_free(v.wordings);
	mem_free(v.rows);
	return v.faults == 0 ? 0 : 1;
}
