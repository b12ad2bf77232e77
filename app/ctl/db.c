/* Blocking libpq for the command line: what fails ends the program. */
#include "ctl.h"

#include <string.h>

static void
ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

/* libpq's messages end with a line feed. */
static int
message_len(const char *message)
{
	size_t len = strlen(message);

	while (len > 0 && message[len - 1] == '\n')
		len--;
	return (int)len;
}

PGconn *
db_open(const struct settings *s)
{
	PGconn *db = PQconnectdb(s->database_url);

	if (PQstatus(db) != CONNECTION_OK)
		ctl_die("%.*s", message_len(PQerrorMessage(db)),
		    PQerrorMessage(db));
	PQsetNoticeReceiver(db, ignore_notice, NULL);
	db_exec(db, "session",
	    "set timezone = 'Europe/Berlin'; set client_min_messages = warning;"
	    "set application_name = 'resonanzctl'");
	return db;
}

void
db_exec(PGconn *db, const char *what, const char *sql)
{
	PGresult *res = PQexec(db, sql);
	ExecStatusType status = PQresultStatus(res);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
	    status != PGRES_EMPTY_QUERY)
		ctl_die("%s: %.*s", what, message_len(PQerrorMessage(db)),
		    PQerrorMessage(db));
	PQclear(res);
}

PGresult *
db_query(PGconn *db, const char *sql, size_t count, const char *const *params)
{
	PGresult *res =
	    PQexecParams(db, sql, (int)count, NULL, params, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(res);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		ctl_die("%.*s", message_len(PQerrorMessage(db)),
		    PQerrorMessage(db));
	return res;
}

PGresult *
db_try(PGconn *db, const char *sql, size_t count, const char *const *params,
    struct err *err)
{
	PGresult *res =
	    PQexecParams(db, sql, (int)count, NULL, params, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(res);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return res;
	db_error(db, res, err);
	PQclear(res);
	return NULL;
}

enum rc
db_error(PGconn *db, const PGresult *res, struct err *err)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	enum rc rc;

	if (PQstatus(db) != CONNECTION_OK || state == NULL)
		return err_set(err, RC_DATABASE, "database_away", "",
		    "the database went away");
	rc = rc_from_sqlstate(state);
	/* a lock or a statement timeout is no end of the connection */
	if (rc == RC_DATABASE && strncmp(state, "57P", 3) != 0 &&
	    strncmp(state, "08", 2) != 0)
		rc = RC_INTERNAL;
	return err_set(err, rc, "sql", "", "%s (%s)",
	    text == NULL ? "unknown" : text, state);
}

char *
db_value_dup(
    PGconn *db, const char *sql, size_t count, const char *const *params)
{
	PGresult *res = db_query(db, sql, count, params);
	char *value = NULL;

	if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
		value = mem_strdup(PQgetvalue(res, 0, 0));
	PQclear(res);
	return value;
}

void
db_begin_as_owner(PGconn *db)
{
	db_exec(db, "begin", "begin; set local role resonanz_owner");
}

void
db_commit(PGconn *db)
{
	db_exec(db, "commit", "commit");
}
