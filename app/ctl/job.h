/*
 * The work of "resonanzctl jobs". Three lanes, each with its own connection:
 * what comes round by the clock, jobs that somebody asked for, mail. A new
 * piece of work is a row in job_period.c or job_work.c.
 */
#ifndef APP_JOB_H
#define APP_JOB_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <time.h>

#include "ctl.h"
#include "web/rc.h"

enum { WORKER_SIZE = 96, PERIODS_MAX = 16 };

/* A periodic kind between two of its turns; times of the monotonic clock. */
struct beat {
	time_t due;
	time_t noted;
	bool is_bad;
};

/* What a lane works with. */
struct lane {
	const struct settings *settings;
	char
	    worker[WORKER_SIZE]; /* "HOST:PID:NUMBER", for app.job.claimed_by */
	struct mail_lane *mail;  /* of the lane that sends mails */
	PGconn *db;              /* NULL while the database is away */
	bool is_away;            /* and that was said */
	bool has_lock;           /* this connection does the periodic work */
	struct beat beats[PERIODS_MAX];
	time_t daily_due;
};

/* SIGTERM or SIGINT came: end after the current part. */
bool job_is_over(void);

/* --- job_db.c: libpq for a loop that outlives its database -----------------
 */

/* True when connected; tries once. What else hangs on it is forgotten. */
bool lane_connect(struct lane *l);
void lane_disconnect(struct lane *l);
/*
 * One statement with text parameters. NULL with err filled: RC_DATABASE when
 * the connection is gone, else the code of the SQLSTATE with the message of
 * the function. The caller clears the result.
 */
PGresult *lane_query(struct lane *l, const char *sql, size_t count,
    const char *const *params, struct err *err);
/* The same for its one value: a copy (mem_free), or NULL for null or no row. */
enum rc lane_value(struct lane *l, const char *sql, size_t count,
    const char *const *params, char **value, struct err *err) MUST_CHECK;
/*
 * The same row by row, none kept: each sees one at a time until it returns
 * another code than RC_OK, which is then the result.
 */
enum rc lane_stream(struct lane *l, const char *sql, size_t count,
    const char *const *params,
    enum rc (*each)(void *arg, const PGresult *row, struct err *err), void *arg,
    struct err *err) MUST_CHECK;
/* begin, commit, rollback. */
enum rc lane_exec(struct lane *l, const char *sql, struct err *err) MUST_CHECK;

/* --- the passes of the lanes ------------------------------------------------
 *
 * Each does what is due and returns, RC_DATABASE when the database went away.
 * *failures counts what went wrong otherwise; it was logged.
 */
enum rc job_period_pass(struct lane *l, int *failures) MUST_CHECK;
enum rc job_work_pass(struct lane *l, int *failures) MUST_CHECK;

/* --- daily kinds, from job_work.c for job_period.c -------------------------
 */

/* Name and hour ("02:30") of the i-th kind that is queued each day; NULL at
 * the end. */
const char *job_daily_name(size_t i);
const char *job_daily_at(size_t i);

#endif
