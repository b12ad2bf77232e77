/* Queries of the job lanes: an error is returned, never the end. */
#include "job.h"

#include <string.h>

#include "web/log.h"

static void
ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

/* A peer that vanished without a word is noticed within half a minute. */
static PGconn *
connect_to(const char *url)
{
	const char *const keys[] = { "dbname", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "connect_timeout",
		"application_name", NULL };
	const char *const values[] = { url, "15", "5", "3", "10",
		"resonanzctl jobs", NULL };

	return PQconnectdbParams(keys, values, 1);
}

bool
lane_connect(struct lane *l)
{
	static const char *const sql =
	    "set timezone = 'Europe/Berlin'; set client_min_messages = warning";
	PGresult *res;
	bool is_ready;

	if (l->db != NULL)
		return true;
	l->db = connect_to(l->settings->database_url);
	PQsetNoticeReceiver(l->db, ignore_notice, NULL);
	if (PQstatus(l->db) != CONNECTION_OK) {
		log_event(LOG_LEVEL_WARNING, "jobs: %s", PQerrorMessage(l->db));
		lane_disconnect(l);
		return false;
	}
	res = PQexec(l->db, sql);
	is_ready = PQresultStatus(res) == PGRES_COMMAND_OK;
	PQclear(res);
	if (!is_ready)
		lane_disconnect(l);
	l->is_away = !is_ready;
	return is_ready;
}

void
lane_disconnect(struct lane *l)
{
	PQfinish(l->db);
	l->db = NULL;
	l->has_lock = false;
}

PGresult *
lane_query(struct lane *l, const char *sql, size_t count,
    const char *const *params, struct err *err)
{
	return db_try(l->db, sql, count, params, err);
}

enum rc
lane_value(struct lane *l, const char *sql, size_t count,
    const char *const *params, char **value, struct err *err)
{
	PGresult *res = lane_query(l, sql, count, params, err);

	*value = NULL;
	if (res == NULL)
		return err->rc;
	if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
		*value = mem_strdup(PQgetvalue(res, 0, 0));
	PQclear(res);
	return RC_OK;
}

enum rc
lane_stream(struct lane *l, const char *sql, size_t count,
    const char *const *params,
    enum rc (*each)(void *arg, const PGresult *row, struct err *err), void *arg,
    struct err *err)
{
	enum rc rc = RC_OK;
	PGresult *res;

	if (PQsendQueryParams(
		l->db, sql, (int)count, NULL, params, NULL, NULL, 0) != 1 ||
	    PQsetSingleRowMode(l->db) != 1)
		return db_error(l->db, NULL, err);
	while ((res = PQgetResult(l->db)) != NULL) {
		ExecStatusType status = PQresultStatus(res);

		if (rc == RC_OK && status == PGRES_SINGLE_TUPLE)
			rc = each(arg, res, err);
		else if (rc == RC_OK && status != PGRES_TUPLES_OK)
			rc = db_error(l->db, res, err);
		PQclear(res);
	}
	return rc;
}

enum rc
lane_exec(struct lane *l, const char *sql, struct err *err)
{
	PGresult *res = lane_query(l, sql, 0, NULL, err);

	if (res == NULL)
		return err->rc;
	PQclear(res);
	return RC_OK;
}
