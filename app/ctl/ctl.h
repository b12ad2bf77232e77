/* resonanzctl: everything that is not the web server. One row a command. */
#ifndef APP_CTL_H
#define APP_CTL_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "web/mem.h"
#include "web/settings.h"

/*
 * A command gets its own name as argv[0] and returns the exit status: 0, 1 for
 * findings, 2 for wrong use. Its row is in main.c.
 */
int cmd_migrate(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_clock(int argc, char **argv);
int cmd_account(int argc, char **argv);
int cmd_jobs(int argc, char **argv);
int cmd_mail(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_settings(int argc, char **argv);
int cmd_openapi(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_generate(int argc, char **argv);
int cmd_search(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_verify_receipt(int argc, char **argv);
int cmd_report_files(int argc, char **argv);
int cmd_verify_package(int argc, char **argv);
int cmd_checkpoint(int argc, char **argv);
int cmd_keys(int argc, char **argv);

/* --- cli.c: ends of the program and its words ------------------------------
 */

/* Prints "resonanzctl: …" on standard error and ends with status 1. */
_Noreturn void ctl_die(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
/* Prints how a command is used; returns 2, for its caller to return. */
int ctl_usage(const char *text);
/* The settings of the environment; dies naming the wrong one. */
void ctl_settings(struct settings *s);

/* --- db.c: blocking libpq; whatever fails ends the program with its message -
 */

/* Connects by RESONANZ_DATABASE_URL; times are shown in Europe/Berlin. */
PGconn *db_open(const struct settings *s);
/* One or more statements without parameters; what names them in an error. */
void db_exec(PGconn *db, const char *what, const char *sql);
/* One statement with text parameters, NULL for null; the caller clears. */
PGresult *db_query(
    PGconn *db, const char *sql, size_t count, const char *const *params);
/* The same for one value: a copy (mem_free) or NULL for null or no row. */
char *db_value_dup(
    PGconn *db, const char *sql, size_t count, const char *const *params);
/*
 * For what outlives its database: like db_query, but NULL with err filled,
 * RC_DATABASE when the connection is gone, else the code of the SQLSTATE with
 * the message of the function.
 */
PGresult *db_try(PGconn *db, const char *sql, size_t count,
    const char *const *params, struct err *err);
/* What went wrong with res, or with the connection; returns its code. */
enum rc db_error(PGconn *db, const PGresult *res, struct err *err);
/* begin and commit with the rights of the owner of the tables. */
void db_begin_as_owner(PGconn *db);
void db_commit(PGconn *db);

#define DB_PARAMS(...)                                                         \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *),   \
	    (const char *const[])                                              \
	{                                                                      \
		__VA_ARGS__                                                    \
	}

/* --- clock.c ---------------------------------------------------------------
 */

/*
 * Sets the clock of a demo or test database to local German time such as
 * "2024-04-22T09:00", from where it runs on; NULL takes the test clock away.
 * Dies in production. Runs in the transaction of the caller, if there is one.
 */
void clock_set(PGconn *db, const struct settings *s, const char *local);

#endif
