/* resonanzctl clock: the clock of a demo or test database. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "sqltree.h"

static void
run_file(PGconn *db, const char *name)
{
	struct sqltree tree;
	struct err err = { 0 };
	const struct sql_file *f;

	if (sqltree_load(&tree, &err) != RC_OK)
		ctl_die("%s", err.msg);
	f = sqltree_find(&tree, name);
	if (f == NULL)
		ctl_die("no %s in the sql folder", name);
	db_exec(db, f->name, f->text);
	sqltree_clear(&tree);
}

/* "2024-04-22T09:00" or with seconds; PostgreSQL checks the calendar. */
static bool
is_local_time(const char *s)
{
	static const char form[] = "0000-00-00T00:00:00";
	size_t len = strlen(s);

	if (len != 16 && len != 19)
		return false;
	for (size_t i = 0; i < len; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return true;
}

void
clock_set(PGconn *db, const struct settings *s, const char *local)
{
	bool is_own = PQtransactionStatus(db) == PQTRANS_IDLE;

	if (strcmp(s->mode, "demo") != 0 && strcmp(s->mode, "test") != 0)
		ctl_die("the clock is for RESONANZ_MODE=demo and test only");
	if (local != NULL && !is_local_time(local))
		ctl_die("not a time such as 2024-04-22T09:00: %s", local);
	if (is_own)
		db_exec(db, "begin", "begin");
	db_exec(db, "role", "set local role resonanz_owner");
	if (local == NULL) {
		db_exec(db, "clock", "drop table if exists app.clock");
		run_file(db, "access/10_time.sql");
	} else {
		run_file(db, "access/clock.sql");
		PQclear(db_query(db,
		    "update app.clock set shift = make_interval(secs => "
		    "extract(epoch from ($1::text::timestamp "
		    "at time zone 'Europe/Berlin') "
		    "- pg_catalog.now())::float8)",
		    DB_PARAMS(local)));
	}
	if (is_own)
		db_commit(db);
}

int
cmd_clock(int argc, char **argv)
{
	struct settings s;
	PGconn *db;
	char *now;

	if (!(argc == 1 || (argc == 2 && strcmp(argv[1], "off") == 0) ||
		(argc == 3 && strcmp(argv[1], "set") == 0)))
		return ctl_usage("clock [set 2024-04-22T09:00 | off]");
	ctl_settings(&s);
	db = db_open(&s);
	if (argc > 1)
		clock_set(db, &s, argc == 3 ? argv[2] : NULL);
	now = db_value_dup(db,
	    "select to_char(app.now(), 'YYYY-MM-DD HH24:MI:SS') || "
	    "case when app.has_test_clock() then ' (demo)' else '' end",
	    0, NULL);
	puts(now);
	mem_free(now);
	PQfinish(db);
	return 0;
}
