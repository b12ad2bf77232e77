/*
 * The queues before the connections: a job goes to the connection with the
 * fewest jobs, or waits in its class until one has room.
 */
#include "db_conn.h"

#include <kore/http.h>

#include <stdlib.h>
#include <string.h>

#define DB_TICK_MS 100
/* Times in JSON carry the offset that people here read. */
#define BERLIN "-c TimeZone=Europe/Berlin"

static void pool_open(
    struct db *, enum db_class, const char *, const char *, int, unsigned);
static void pool_submit(struct db_class_pool *, struct db_job *);
static bool pool_has(const struct db_class_pool *, enum db_conn_state);
static void pool_fail_waiting(struct db_class_pool *, uint64_t, uint64_t);
static struct db_conn *pool_choose(struct db_class_pool *);
static struct db_job *job_new(unsigned, const char *const *, int);
static void job_refuse(struct db_job *, const char *);
static void tick(void *, uint64_t);

struct db *
db_open(const struct settings *settings, const struct db_statement *statements,
    unsigned count)
{
	struct db *db = mem_calloc(1, sizeof(*db));

	db->statements = statements;
	db->statement_count = count;
	pool_open(db, DB_READ, settings->database_url,
	    "-c statement_timeout=5000 -c lock_timeout=2000 " BERLIN,
	    settings->read_connections, DB_READ_DEPTH);
	pool_open(db, DB_WORK, settings->database_url,
	    "-c statement_timeout=10000 -c lock_timeout=5000 " BERLIN,
	    settings->write_connections, 1);
	if (settings->read_url[0] != '\0')
		pool_open(db, DB_REPLICA, settings->read_url,
		    "-c statement_timeout=5000 " BERLIN,
		    settings->read_connections, DB_READ_DEPTH);
	db->timer = kore_timer_add(tick, DB_TICK_MS, db, 0);
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	kore_timer_remove(db->timer);
	for (int class = 0; class < DB__MAX; class ++) {
		struct db_class_pool *pool = &db->pools[class];

		for (unsigned i = 0; i < pool->count; i++)
			db_conn_close(&pool->conns[i]);
		pool_fail_waiting(pool, UINT64_MAX, 0);
		mem_free(pool->conns);
	}
	mem_free(db);
}

struct db_job *
db_call(struct db *db, enum db_class class, unsigned statement,
    const char *const *values, int nvalues, struct http_request *http)
{
	struct db_job *job = job_new(statement, values, nvalues);

	job->http = http;
	pool_submit(&db->pools[class], job);
	if (!job->is_done)
		http_request_sleep(http);
	return job;
}

void
db_send(struct db *db, enum db_class class, unsigned statement,
    const char *const *values, int nvalues)
{
	struct db_job *job = job_new(statement, values, nvalues);

	job->is_orphan = true;
	pool_submit(&db->pools[class], job);
}

void
db_job_free(struct db_job *job)
{
	if (job == NULL)
		return;
	if (!job->is_done) {
		job->http = NULL;
		job->is_orphan = true;
		return;
	}
	PQclear(job->res);
	for (int i = 0; i < job->nvalues; i++)
		mem_free(job->values[i]);
	mem_free(job->values);
	mem_free(job);
}

const char *
db_job_text(const struct db_job *job, int column)
{
	if (job->res == NULL || PQntuples(job->res) != 1 ||
	    column >= PQnfields(job->res) || PQgetisnull(job->res, 0, column))
		return NULL;
	return PQgetvalue(job->res, 0, column);
}

void
db_error(struct err *err, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *field = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
	const char *args = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
	bool is_ours = state != NULL && strncmp(state, "CN", 2) == 0;

	err_set(err, rc_from_sqlstate(state == NULL ? "08000" : state),
	    is_ours && text != NULL ? text : "database",
	    is_ours && field != NULL ? field : "", "%s %s",
	    state == NULL ? "" : state, text == NULL ? "" : text);
	if (is_ours && args != NULL && args[0] == '{')
		snprintf(err->args, sizeof(err->args), "%s", args);
}

/* The database is back: who waits for his timer need not. */
void
db_came_up(struct db *db)
{
	for (int class = 0; class < DB__MAX; class ++) {
		struct db_class_pool *pool = &db->pools[class];

		for (unsigned i = 0; i < pool->count; i++) {
			if (pool->conns[i].state == CONN_DOWN)
				db_conn_start(&pool->conns[i]);
		}
	}
}

void
db_pool_ready(struct db_class_pool *pool)
{
	struct db_job *job;
	struct db_conn *c;

	while ((job = pool->first) != NULL) {
		if ((c = pool_choose(pool)) == NULL)
			return;
		pool->first = job->next;
		if (pool->first == NULL)
			pool->last = &pool->first;
		pool->waiting--;
		job->next = NULL;
		db_conn_send(c, job);
	}
}

void
db_job_end(struct db_job *job)
{
	job->is_done = true;
	job->done_ms = kore_time_ms();
	if (job->is_orphan)
		db_job_free(job);
	else if (job->http != NULL)
		http_request_wakeup(job->http);
}

static void
pool_open(struct db *db, enum db_class class, const char *conninfo,
    const char *options, int count, unsigned max_depth)
{
	struct db_class_pool *pool = &db->pools[class];

	pool->db = db;
	pool->conninfo = conninfo;
	pool->options = options;
	pool->max_depth = max_depth;
	pool->count = (unsigned)count;
	pool->last = &pool->first;
	pool->conns = mem_calloc(pool->count, sizeof(*pool->conns));
	for (unsigned i = 0; i < pool->count; i++) {
		struct db_conn *c = &pool->conns[i];

		c->pool = pool;
		c->last = &c->first;
		c->prepared = mem_calloc(db->statement_count, sizeof(bool));
		db_conn_start(c);
	}
}

/* Orphans are freed by ending, so job is not looked at after this for them. */
static void
pool_submit(struct db_class_pool *pool, struct db_job *job)
{
	struct db_conn *c = pool_choose(pool);

	if (c != NULL && pool->first == NULL) {
		db_conn_send(c, job);
		return;
	}
	if (!pool_has(pool, CONN_UP) && !pool_has(pool, CONN_CONNECTING)) {
		job_refuse(job, "no connection to the database");
		return;
	}
	if (pool->waiting >= DB_QUEUE_MAX) {
		job_refuse(job, "too many requests are waiting");
		return;
	}
	*pool->last = job;
	pool->last = &job->next;
	pool->waiting++;
}

static struct db_conn *
pool_choose(struct db_class_pool *pool)
{
	struct db_conn *best = NULL;

	for (unsigned i = 0; i < pool->count; i++) {
		struct db_conn *c = &pool->conns[i];

		if (c->state != CONN_UP || c->depth >= pool->max_depth)
			continue;
		if (best == NULL || c->depth < best->depth)
			best = c;
	}
	return best;
}

static bool
pool_has(const struct db_class_pool *pool, enum db_conn_state state)
{
	for (unsigned i = 0; i < pool->count; i++) {
		if (pool->conns[i].state == state)
			return true;
	}
	return false;
}

/* Fails the waiting jobs that are older than max_ms. */
static void
pool_fail_waiting(struct db_class_pool *pool, uint64_t now_ms, uint64_t max_ms)
{
	struct db_job *job;

	while (
	    (job = pool->first) != NULL && now_ms - job->created_ms >= max_ms) {
		pool->first = job->next;
		if (pool->first == NULL)
			pool->last = &pool->first;
		pool->waiting--;
		job_refuse(job, "waited too long for the database");
	}
}

static struct db_job *
job_new(unsigned statement, const char *const *values, int nvalues)
{
	struct db_job *job = mem_calloc(1, sizeof(*job));

	job->statement = statement;
	job->nvalues = nvalues;
	job->created_ms = kore_time_ms();
	job->values = mem_calloc((size_t)nvalues + 1, sizeof(*job->values));
	for (int i = 0; i < nvalues; i++)
		job->values[i] =
		    values[i] == NULL ? NULL : mem_strdup(values[i]);
	return job;
}

static void
job_refuse(struct db_job *job, const char *why)
{
	err_set(&job->err, RC_DATABASE, "database_away", "", "%s", why);
	db_job_end(job);
}

/* With no connection up a job waits for an attempt that is under way. */
static void
tick(void *arg, uint64_t now_ms)
{
	struct db *db = arg;
	uint64_t max_ms;

	for (int class = 0; class < DB__MAX; class ++) {
		struct db_class_pool *pool = &db->pools[class];

		for (unsigned i = 0; i < pool->count; i++)
			db_conn_tick(&pool->conns[i], now_ms);
		if (pool_has(pool, CONN_UP))
			max_ms = DB_JOB_MS;
		else
			max_ms =
			    pool_has(pool, CONN_CONNECTING) ? DB_COMING_MS : 0;
		pool_fail_waiting(pool, now_ms, max_ms);
	}
}
