/* One connection: connecting, sending, reading, failing, coming back. */
#include "db_conn.h"

#include <kore/http.h>

#include <sys/epoll.h>
#include <string.h>

#include "web/log.h"

static void handle(void *, int);
static void connect_poll(struct db_conn *);
static void came_up(struct db_conn *);
static void watch(struct db_conn *, bool);
static void unwatch(struct db_conn *);
static void read_results(struct db_conn *);
static void take_result(struct db_conn *, PGresult *);
static void end_first(struct db_conn *);
static void flush(struct db_conn *);

void
db_conn_start(struct db_conn *c)
{
	const char *keys[] = { "dbname", "options", "application_name",
		"client_encoding", NULL };
	const char *values[] = { c->pool->conninfo, c->pool->options,
		"resonanz", "UTF8", NULL };

	c->evt.type = KORE_TYPE_PGSQL_CONN;
	c->evt.handle = handle;
	c->evt.flags = 0;
	c->since_ms = kore_time_ms();
	c->pg = PQconnectStartParams(keys, values, 1);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		db_conn_fail(c, "cannot connect");
		return;
	}
	c->state = CONN_CONNECTING;
	watch(c, true);
}

void
db_conn_send(struct db_conn *c, struct db_job *job)
{
	const struct db_statement *st =
	    &c->pool->db->statements[job->statement];
	int ok = 1;

	*c->last = job;
	c->last = &job->next;
	c->depth++;
	if (!c->prepared[job->statement]) {
		ok = PQsendPrepare(c->pg, st->name, st->sql, st->nparams, NULL);
		c->prepared[job->statement] = true;
		job->is_preparing = true;
	}
	ok = ok &&
	     PQsendQueryPrepared(c->pg, st->name, job->nvalues,
		 (const char *const *)job->values, NULL, NULL, 0) &&
	     PQpipelineSync(c->pg);
	if (!ok)
		db_conn_fail(c, "cannot send");
	else
		flush(c);
}

void
db_conn_fail(struct db_conn *c, const char *why)
{
	struct db_job *job;

	if (c->state == CONN_UP)
		log_event(LOG_LEVEL_WARNING, "database connection lost: %s: %s",
		    why, c->pg == NULL ? "" : PQerrorMessage(c->pg));
	db_conn_close(c);
	while ((job = c->first) != NULL) {
		c->first = job->next;
		PQclear(job->res);
		job->res = NULL;
		err_set(&job->err, RC_DATABASE, "database_away", "", "%s", why);
		db_job_end(job);
	}
	c->last = &c->first;
	c->depth = 0;
}

void
db_conn_close(struct db_conn *c)
{
	unwatch(c);
	PQfinish(c->pg);
	c->pg = NULL;
	c->state = CONN_DOWN;
	c->since_ms = kore_time_ms();
	memset(c->prepared, 0,
	    c->pool->db->statement_count * sizeof(*c->prepared));
}

void
db_conn_tick(struct db_conn *c, uint64_t now_ms)
{
	switch (c->state) {
	case CONN_DOWN:
		if (now_ms - c->since_ms >= DB_RETRY_MS)
			db_conn_start(c);
		break;
	case CONN_CONNECTING:
		if (now_ms - c->since_ms >= DB_CONNECT_MS)
			db_conn_fail(c, "connecting takes too long");
		break;
	case CONN_UP:
		if (c->first != NULL &&
		    now_ms - c->first->created_ms >= DB_JOB_MS)
			db_conn_fail(c, "no answer in time");
		break;
	}
}

static void
handle(void *arg, int error)
{
	struct db_conn *c = arg;

	if (c->state == CONN_DOWN)
		return;
	if (c->state == CONN_CONNECTING) {
		connect_poll(c);
		return;
	}
	if (!PQconsumeInput(c->pg)) {
		db_conn_fail(c, "cannot read");
		return;
	}
	read_results(c);
	if (c->state != CONN_UP)
		return;
	if (error || PQstatus(c->pg) == CONNECTION_BAD) {
		db_conn_fail(c, "closed by the database");
		return;
	}
	flush(c);
	db_pool_ready(c->pool);
}

/* The socket may change while libpq connects, so it is watched anew. */
static void
connect_poll(struct db_conn *c)
{
	PostgresPollingStatusType status;

	unwatch(c);
	status = PQconnectPoll(c->pg);
	switch (status) {
	case PGRES_POLLING_READING:
		watch(c, false);
		break;
	case PGRES_POLLING_WRITING:
		watch(c, true);
		break;
	case PGRES_POLLING_OK:
		came_up(c);
		break;
	case PGRES_POLLING_ACTIVE:
	case PGRES_POLLING_FAILED:
		db_conn_fail(c, "cannot connect");
		break;
	}
}

static void
came_up(struct db_conn *c)
{
	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
		db_conn_fail(c, "no pipeline mode");
		return;
	}
	c->state = CONN_UP;
	c->since_ms = kore_time_ms();
	watch(c, false);
	db_pool_ready(c->pool);
	db_came_up(c->pool->db);
}

static void
watch(struct db_conn *c, bool wants_write)
{
	if (c->is_watching && c->wants_write == wants_write)
		return;
	kore_platform_event_schedule(PQsocket(c->pg),
	    EPOLLIN | EPOLLRDHUP | (wants_write ? EPOLLOUT : 0), 0, c);
	c->is_watching = true;
	c->wants_write = wants_write;
}

static void
unwatch(struct db_conn *c)
{
	if (c->is_watching && PQsocket(c->pg) >= 0)
		kore_platform_disable_read(PQsocket(c->pg));
	c->is_watching = false;
}

/* What does not fit into the socket waits for EPOLLOUT. */
static void
flush(struct db_conn *c)
{
	int left = PQflush(c->pg);

	if (left < 0)
		db_conn_fail(c, "cannot write");
	else
		watch(c, left == 1);
}

static void
read_results(struct db_conn *c)
{
	PGresult *res;
	int nulls = 0;

	while (c->state == CONN_UP && c->first != NULL && !PQisBusy(c->pg)) {
		if ((res = PQgetResult(c->pg)) != NULL) {
			nulls = 0;
			take_result(c, res);
		} else if (++nulls > 2) {
			/* One NULL parts two statements, more is a dead end. */
			db_conn_fail(c, "lost its place");
		}
	}
}

/* Keeps the last good result and the first error of the job in front. */
static void
take_result(struct db_conn *c, PGresult *res)
{
	struct db_job *job = c->first;

	switch (PQresultStatus(res)) {
	case PGRES_PIPELINE_SYNC:
		PQclear(res);
		end_first(c);
		return;
	case PGRES_TUPLES_OK:
		PQclear(job->res);
		job->res = res;
		return;
	case PGRES_FATAL_ERROR:
		if (job->err.rc == RC_OK)
			db_error(&job->err, res);
		if (job->is_preparing)
			c->prepared[job->statement] = false;
		break;
	case PGRES_COMMAND_OK:
		job->is_preparing = false;
		break;
	default: /* skipped after an error */
		break;
	}
	PQclear(res);
}

static void
end_first(struct db_conn *c)
{
	struct db_job *job = c->first;

	c->first = job->next;
	if (c->first == NULL)
		c->last = &c->first;
	c->depth--;
	job->next = NULL;
	if (job->err.rc == RC_OK && job->res == NULL)
		err_set(&job->err, RC_INTERNAL, "database", "", "no result");
	db_job_end(job);
}
