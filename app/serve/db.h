/*
 * PostgreSQL from Kore's event loop: own connections in pipeline mode, one
 * prepared statement a request, nothing ever blocks.
 *
 * A statement between two Syncs is one implicit transaction, so the identity
 * that app.enter sets lasts exactly as long as the statement. No BEGIN is sent
 * from here, and a client that goes away changes nothing: its job runs to the
 * end and is thrown away.
 */
#ifndef APP_DB_H
#define APP_DB_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "web/rc.h"
#include "web/settings.h"

struct http_request;
struct db;

enum db_class {
	DB_READ,    /* few connections, deep pipelines: short reads */
	DB_WORK,    /* more connections, one job each: writes and reports */
	DB_REPLICA, /* like DB_READ on DATABASE_READ_URL: reads without session
		     */
	DB__MAX
};

/* What is prepared, once per connection, when first used. */
struct db_statement {
	char name[48];
	char *sql;
	int nparams;
};

/* One call; owned by the request that asked until db_job_free. */
struct db_job {
	struct http_request *http; /* woken when done; NULL = nobody waits */
	unsigned statement;
	char **values;
	int nvalues;
	PGresult *res;     /* of a good call: one row */
	struct err err;    /* err.rc is RC_OK for a good call */
	bool is_preparing; /* the answer to Prepare comes first */
	bool is_done;
	bool is_orphan;      /* freed by the connection when it ends */
	uint64_t created_ms; /* kore_time_ms */
	uint64_t done_ms;
	struct db_job *next;
};

/*
 * Opens the pools of this worker; connecting goes on in the background.
 * statements stay the caller's and live as long as the worker.
 */
struct db *db_open(const struct settings *settings,
    const struct db_statement *statements, unsigned count);
void db_close(struct db *db);

/*
 * Sends statement with values (NULL = SQL null, copied) and returns at once;
 * http is put to sleep and woken when job->is_done. With the database away or
 * the queue full the job is done at once with RC_DATABASE.
 */
struct db_job *db_call(struct db *db, enum db_class class, unsigned statement,
    const char *const *values, int nvalues, struct http_request *http);
/* Like db_call for what nobody waits for. */
void db_send(struct db *db, enum db_class class, unsigned statement,
    const char *const *values, int nvalues);
/* Gives the job up, running or not. NULL is fine. */
void db_job_free(struct db_job *job);
/* First column of the row, or NULL; borrowed from the job. */
const char *db_job_text(const struct db_job *job, int column);
/* Fills err from a failed result: SQLSTATE, code, field and arguments. */
void db_error(struct err *err, const PGresult *res);

#endif
