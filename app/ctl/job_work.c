/*
 * Work that somebody asked for (app.queue_job), part by part. A row for each
 * kind. A part and its progress are one transaction, so what was done stays
 * done and is not done again; see sql/job/work.sql.
 */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact_job.h"
#include "audit.h"
#include "lineage_job.h"
#include "paper_job.h"
#include "similar_job.h"
#include "web/buf.h"
#include "web/log.h"

struct work {
	char *id, *kind, *args;
};

/*
 * One part of a kind: by a statement with $1 the id of the job, $2 the number
 * of the part from 0 and $3 its arguments, or by C inside the transaction.
 * Either gives how many parts there are in all, as far as is known.
 */
struct kind {
	const char *name;
	const char *sql;
	enum rc (*run)(struct lane *l, const struct work *w, int part,
	    int *total, struct err *err);
	const char *daily_at; /* "02:30": queued each day by itself, or NULL */
	bool is_for_tests;
};

static enum rc
run_checkpoint(
    struct lane *l, const struct work *w, int part, int *total, struct err *err)
{
	long did;

	(void)w;
	*total = part + 1;
	return audit_checkpoint(l->db, l->settings->key_dir, &did, err);
}

static enum rc
run_verify(
    struct lane *l, const struct work *w, int part, int *total, struct err *err)
{
	bool is_done;
	enum rc rc = audit_verify_part(
	    l->db, l->settings->key_dir, w->id, &is_done, err);

	*total = is_done ? part + 1 : part + 2;
	return rc;
}

static enum rc
run_similar(
    struct lane *l, const struct work *w, int part, int *total, struct err *err)
{
	int left;
	enum rc rc = similar_part(l, w->id, w->args, &left, err);

	*total = part + 1 + left;
	return rc;
}

static enum rc
run_lineage(
    struct lane *l, const struct work *w, int part, int *total, struct err *err)
{
	*total = part + 1;
	return lineage_part(l, w->args, err);
}

static enum rc
run_paper(
    struct lane *l, const struct work *w, int part, int *total, struct err *err)
{
	*total = part + 1;
	return paper_part(l, w->args, err);
}

static enum rc
run_report_files(
    struct lane *l, const struct work *w, int part, int *total, struct err *err)
{
	return artifact_part(l, w->args, part, total, err);
}

static const struct kind kinds[] = {
	{ "checkpoint", NULL, run_checkpoint, "00:05", false },
	{ "audit_verify", NULL, run_verify, "02:00", false },
	{ "retention", "select job.retention($1::bigint, $2::int, $3::jsonb)",
	    NULL, "02:30", false },
	{ "address_import",
	    "select job.address_import($1::bigint, $2::int, $3::jsonb)", NULL,
	    NULL, false },
	{ "similar", NULL, run_similar, "03:00", false },
	{ "lineage", NULL, run_lineage, NULL, false },
	{ "paper", NULL, run_paper, NULL, false },
	{ "report_files", NULL, run_report_files, NULL, false },
	/* of tests, which bring the function along */
	{ "test", "select job.test($1::bigint, $2::int, $3::jsonb)", NULL, NULL,
	    true },
};

static const struct kind *
daily(size_t i)
{
	for (size_t k = 0; k < NELEM(kinds); k++)
		if (kinds[k].daily_at != NULL && i-- == 0)
			return &kinds[k];
	return NULL;
}

const char *
job_daily_name(size_t i)
{
	const struct kind *k = daily(i);

	return k == NULL ? NULL : k->name;
}

const char *
job_daily_at(size_t i)
{
	const struct kind *k = daily(i);

	return k == NULL ? NULL : k->daily_at;
}

static const struct kind *
find_kind(const char *name)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static void
work_clear(struct work *w)
{
	mem_free(w->id);
	mem_free(w->kind);
	mem_free(w->args);
	*w = (struct work){ 0 };
}

/* RC_NOTFOUND: nothing waits. */
static enum rc
claim(struct lane *l, struct work *w, struct err *err)
{
	bool is_test = strcmp(l->settings->mode, "test") == 0;
	struct buf names = { 0 };
	PGresult *res;

	buf_char(&names, '{');
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (!kinds[i].is_for_tests || is_test)
			buf_printf(&names, "%s%s", names.len == 1 ? "" : ",",
			    kinds[i].name);
	buf_char(&names, '}');
	res = lane_query(l, "select * from job.claim($1, $2::text[])",
	    DB_PARAMS(l->worker, buf_text(&names)), err);
	buf_clear(&names);
	if (res == NULL)
		return err->rc;
	if (PQntuples(res) == 0) {
		PQclear(res);
		return RC_NOTFOUND;
	}
	w->id = mem_strdup(PQgetvalue(res, 0, 0));
	w->kind = mem_strdup(PQgetvalue(res, 0, 1));
	w->args = mem_strdup(PQgetvalue(res, 0, 2));
	PQclear(res);
	return RC_OK;
}

static enum rc
run_kind(struct lane *l, const struct work *w, const char *part, int *total,
    struct err *err)
{
	const struct kind *k = find_kind(w->kind);
	char *value;
	enum rc rc;

	if (k->run != NULL)
		return k->run(l, w, (int)strtol(part, NULL, 10), total, err);
	rc =
	    lane_value(l, k->sql, DB_PARAMS(w->id, part, w->args), &value, err);
	if (rc == RC_OK && value == NULL)
		rc = err_set(err, RC_INTERNAL, "job", "",
		    "%s did not say how many parts it has", k->name);
	if (rc == RC_OK)
		*total = (int)strtol(value, NULL, 10);
	mem_free(value);
	return rc;
}

/* One transaction. RC_NOTFOUND: another has taken the job. */
static enum rc
run_part(struct lane *l, const struct work *w, bool *is_done, struct err *err)
{
	char *part = NULL, *done = NULL;
	char number[16];
	int total = 0;
	enum rc rc;

	rc = lane_exec(l, "begin", err);
	if (rc == RC_OK)
		rc = lane_value(l, "select job.part_begin($1::bigint, $2)",
		    DB_PARAMS(w->id, l->worker), &part, err);
	if (rc == RC_OK && part == NULL)
		rc = RC_NOTFOUND;
	if (rc == RC_OK)
		rc = run_kind(l, w, part, &total, err);
	if (rc == RC_OK) {
		snprintf(number, sizeof number, "%d", total);
		rc = lane_value(l, "select job.part_end($1::bigint, $2::int)",
		    DB_PARAMS(w->id, number), &done, err);
	}
	if (rc == RC_OK)
		rc = lane_exec(l, "commit", err);
	*is_done = done != NULL && strcmp(done, "t") == 0;
	mem_free(part);
	mem_free(done);
	return rc;
}

/* What an error leaves: nothing of the part, and a note at the job. */
static enum rc
give_up(struct lane *l, const struct work *w, const struct err *why)
{
	struct err err = { 0 };
	char *state = NULL;
	enum rc rc;

	log_event(LOG_LEVEL_WARNING, "%s %s: %s", w->kind, w->id, why->msg);
	rc = lane_exec(l, "rollback", &err);
	if (rc == RC_OK)
		rc = lane_value(l, "select job.part_failed($1::bigint, $2, $3)",
		    DB_PARAMS(w->id, l->worker, why->msg), &state, &err);
	mem_free(state);
	return rc;
}

static enum rc
leave(struct lane *l, const struct work *w, struct err *err)
{
	char *left;
	enum rc rc = lane_value(l, "select job.leave($1::bigint, $2)",
	    DB_PARAMS(w->id, l->worker), &left, err);

	mem_free(left);
	return rc;
}

static enum rc
run_parts(struct lane *l, const struct work *w, int *failures)
{
	struct err err = { 0 };
	bool is_done = false;
	enum rc rc;

	while (!is_done) {
		if (job_is_over())
			return leave(l, w, &err);
		rc = run_part(l, w, &is_done, &err);
		if (rc == RC_DATABASE)
			return rc;
		if (rc == RC_NOTFOUND) /* taken by another */
			return lane_exec(l, "rollback", &err);
		if (rc != RC_OK) {
			*failures += 1;
			return give_up(l, w, &err);
		}
	}
	log_event(LOG_LEVEL_INFO, "%s %s: done", w->kind, w->id);
	return RC_OK;
}

enum rc
job_work_pass(struct lane *l, int *failures)
{
	struct err err = { 0 };
	struct work w = { 0 };
	enum rc rc;

	while (!job_is_over()) {
		rc = claim(l, &w, &err);
		if (rc != RC_OK)
			return rc == RC_NOTFOUND ? RC_OK : rc;
		rc = run_parts(l, &w, failures);
		work_clear(&w);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
