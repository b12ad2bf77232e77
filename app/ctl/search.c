/*
 * resonanzctl search rebuild: reads every text into the index of the search
 * anew, a portion at a time, so that it can be used meanwhile.
 */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

int
cmd_search(int argc, char **argv)
{
	struct settings s;
	char *after = mem_strdup("0"), *count;
	PGconn *db;

	if (argc != 2 || strcmp(argv[1], "rebuild") != 0)
		return ctl_usage("search rebuild");
	ctl_settings(&s);
	db = db_open(&s);
	while (after != NULL) {
		char *next;

		db_begin_as_owner(db);
		next = db_value_dup(db, "select job.search_renew($1::bigint)",
		    DB_PARAMS(after));
		db_commit(db);
		mem_free(after);
		after = next;
	}
	count = db_value_dup(db,
	    "select format('%s texts, %s words',"
	    " (select count(*) from app.search_document),"
	    " (select count(*) from app.word))",
	    0, NULL);
	puts(count);
	mem_free(count);
	PQfinish(db);
	return 0;
}
