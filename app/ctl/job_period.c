/*
 * What comes round by the clock, in one process at a time: the one that holds
 * the lock. A row for each kind. Work that takes longer than a moment is not
 * done here but queued once a day (job_work.c), so that the seconds keep time.
 */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "receipts.h"
#include "web/buf.h"
#include "web/log.h"

struct period {
	const char *name;
	int seconds;
	/* one of both: a statement whose value is how much it did, or C */
	const char *sql;
	enum rc (*run)(struct lane *l, long *did, struct err *err);
};

static enum rc
seal(struct lane *l, long *did, struct err *err)
{
	return audit_seal(l->db, l->settings->key_dir, did, err);
}

static enum rc
sign_receipts(struct lane *l, long *did, struct err *err)
{
	return receipts_sign(l->db, l->settings->key_dir, did, err);
}

static const struct period periods[] = {
	{ "sign_receipts", 1, NULL, sign_receipts },
	{ "number_positions", 1, "select job.number_positions()", NULL },
	{ "fold_outcomes", 1, "select job.fold_outcomes()", NULL },
	{ "search_index", 1, "select job.search_index()", NULL },
	{ "seal", 1, NULL, seal },
	{ "house_reminders", 60, "select job.house_reminders()", NULL },
	{ "reply_mails", 1, "select job.reply_mails()", NULL },
};

/* What is quiet is noted in the database once a minute. */
enum { QUIET_SECONDS = 60, DAILY_SECONDS = 20 };

_Static_assert(NELEM(periods) <= PERIODS_MAX, "a beat for each");

static time_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void
add_element(struct buf *b, const char *text)
{
	buf_str(b, b->len == 1 ? "" : ",");
	buf_str(b, text);
}

/* Tells the database what there is, so that /jobs shows it before it ran. */
static enum rc
enroll(struct lane *l, struct err *err)
{
	struct buf names = { 0 }, seconds = { 0 }, hours = { 0 };
	char number[16];
	char *done = NULL;
	enum rc rc;

	buf_char(&names, '{');
	buf_char(&seconds, '{');
	buf_char(&hours, '{');
	for (size_t i = 0; i < NELEM(periods); i++) {
		snprintf(number, sizeof number, "%d", periods[i].seconds);
		add_element(&names, periods[i].name);
		add_element(&seconds, number);
		add_element(&hours, "\"\"");
	}
	add_element(&names, "mail");
	add_element(&seconds, "1");
	add_element(&hours, "\"\"");
	for (size_t i = 0; job_daily_name(i) != NULL; i++) {
		add_element(&names, job_daily_name(i));
		add_element(&seconds, "0");
		add_element(&hours, job_daily_at(i));
	}
	buf_char(&names, '}');
	buf_char(&seconds, '}');
	buf_char(&hours, '}');
	rc = lane_value(l,
	    "select job.period_register($1::text[], $2::int[], $3::text[])",
	    DB_PARAMS(buf_text(&names), buf_text(&seconds), buf_text(&hours)),
	    &done, err);
	mem_free(done);
	buf_clear(&names);
	buf_clear(&seconds);
	buf_clear(&hours);
	return rc;
}

static enum rc
take_lock(struct lane *l, struct err *err)
{
	char *is_ours;
	enum rc rc;

	rc = lane_value(l, "select job.period_lock()", 0, NULL, &is_ours, err);
	if (rc != RC_OK)
		return rc;
	l->has_lock = is_ours != NULL && strcmp(is_ours, "t") == 0;
	mem_free(is_ours);
	if (!l->has_lock)
		return RC_OK;
	memset(l->beats, 0, sizeof l->beats);
	l->daily_due = 0;
	return enroll(l, err);
}

static enum rc
run_one(struct lane *l, const struct period *p, long *did, struct err *err)
{
	char *value;
	enum rc rc;

	*did = 0;
	if (p->run != NULL)
		return p->run(l, did, err);
	rc = lane_value(l, p->sql, 0, NULL, &value, err);
	if (rc == RC_OK && value != NULL)
		*did = strtol(value, NULL, 10);
	mem_free(value);
	return rc;
}

/* Into the log and the table: what was done, what went wrong, that it lives. */
static enum rc
note(struct lane *l, const struct period *p, struct beat *b, enum rc ran,
    long did, struct err *err)
{
	bool is_bad = ran != RC_OK;
	char number[32];
	char *done = NULL;
	enum rc rc;

	if (is_bad && !b->is_bad)
		log_event(LOG_LEVEL_WARNING, "%s: %s", p->name, err->msg);
	if (did > 0 && !is_bad)
		log_event(LOG_LEVEL_INFO, "%s: %ld", p->name, did);
	if (did == 0 && is_bad == b->is_bad &&
	    monotonic() - b->noted < QUIET_SECONDS && b->noted != 0)
		return RC_OK;
	snprintf(number, sizeof number, "%ld", did);
	rc = lane_value(l,
	    "select job.period_note($1, $2::boolean, $3::bigint, $4)",
	    DB_PARAMS(
		p->name, is_bad ? "f" : "t", number, is_bad ? err->msg : ""),
	    &done, err);
	mem_free(done);
	b->noted = monotonic();
	b->is_bad = is_bad;
	return rc;
}

static enum rc
queue_daily(struct lane *l, struct err *err)
{
	enum rc rc = RC_OK;

	if (monotonic() < l->daily_due)
		return RC_OK;
	l->daily_due = monotonic() + DAILY_SECONDS;
	for (size_t i = 0; rc == RC_OK && job_daily_name(i) != NULL; i++) {
		char *id;

		rc = lane_value(l, "select job.queue_daily($1)",
		    DB_PARAMS(job_daily_name(i)), &id, err);
		mem_free(id);
	}
	return rc;
}

enum rc
job_period_pass(struct lane *l, int *failures)
{
	struct err err = { 0 };
	enum rc rc;

	if (!l->has_lock) {
		rc = take_lock(l, &err);
		if (rc != RC_OK || !l->has_lock)
			return rc;
	}
	for (size_t i = 0; i < NELEM(periods) && !job_is_over(); i++) {
		struct beat *b = &l->beats[i];
		long did;

		if (monotonic() < b->due)
			continue;
		b->due = monotonic() + periods[i].seconds;
		rc = run_one(l, &periods[i], &did, &err);
		if (rc == RC_DATABASE)
			return rc;
		*failures += rc != RC_OK;
		rc = note(l, &periods[i], b, rc, did, &err);
		if (rc != RC_OK)
			return rc;
	}
	return queue_daily(l, &err);
}
