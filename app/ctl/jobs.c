/* resonanzctl jobs: the work that waits, each second or once. */
#include "ctl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "web/log.h"

static volatile sig_atomic_t is_over;

/* A row for each job: a statement whose value is how much it did. */
static const struct {
	const char *name;
	const char *sql;
} jobs[] = {
	{ "number_positions", "select job.number_positions()" },
};

static void
stop(int signo)
{
	(void)signo;
	is_over = 1;
}

/* False when the database did not answer; the caller tries again later. */
static bool
run_all(PGconn *db)
{
	for (size_t i = 0; i < NELEM(jobs); i++) {
		PGresult *res = PQexec(db, jobs[i].sql);
		bool is_done = PQresultStatus(res) == PGRES_TUPLES_OK;

		if (!is_done)
			log_event(LOG_LEVEL_WARNING, "%s: %s", jobs[i].name,
			    PQerrorMessage(db));
		else if (strcmp(PQgetvalue(res, 0, 0), "0") != 0)
			log_event(LOG_LEVEL_INFO, "%s: %s", jobs[i].name,
			    PQgetvalue(res, 0, 0));
		PQclear(res);
		if (!is_done)
			return false;
	}
	return true;
}

static void
run_for_ever(const struct settings *s)
{
	const struct timespec second = { 1, 0 };
	struct sigaction action = { .sa_handler = stop };
	PGconn *db = NULL;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!is_over) {
		if (db == NULL)
			db = PQconnectdb(s->database_url);
		if (PQstatus(db) != CONNECTION_OK || !run_all(db)) {
			/* a new connection in a second, by the loop */
			PQfinish(db);
			db = NULL;
		}
		nanosleep(&second, NULL);
	}
	PQfinish(db);
}

int
cmd_jobs(int argc, char **argv)
{
	struct settings s;
	bool is_done;
	PGconn *db;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--once") != 0))
		return ctl_usage("jobs [--once]");
	ctl_settings(&s);
	if (argc == 1) {
		run_for_ever(&s);
		return 0;
	}
	db = db_open(&s);
	is_done = run_all(db);
	PQfinish(db);
	return is_done ? 0 : 1;
}
