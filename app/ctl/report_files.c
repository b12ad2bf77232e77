/*
 * resonanzctl report-files: queues the files that frozen reports lack, of one
 * report or of all, such as when Chromium was installed later.
 */
#include "ctl.h"

#include <stdio.h>

int
cmd_report_files(int argc, char **argv)
{
	struct settings s;
	char *count;
	PGconn *db;

	if (argc > 2)
		return ctl_usage("report-files [KEY]");
	ctl_settings(&s);
	db = db_open(&s);
	db_begin_as_owner(db);
	count = db_value_dup(db, "select job.report_files_queue($1)",
	    DB_PARAMS(argc == 2 ? argv[1] : NULL));
	db_commit(db);
	printf("%s reports wait for the jobs\n", count);
	mem_free(count);
	PQfinish(db);
	return 0;
}
