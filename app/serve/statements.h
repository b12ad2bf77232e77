/* Every statement of the server, built from the route table. */
#ifndef APP_STATEMENTS_H
#define APP_STATEMENTS_H

#include "worker.h"

/* Fills worker->statements: one for each row, then the fixed ones. */
void statements_build(struct worker *worker);
/*
 * Asks the database, blocking and before any worker runs, whether it fits:
 * each statement can be prepared (so each function exists with exactly these
 * parameters), each page has its template, the schema is the one of this
 * build, and no test clock runs in production. RC_INTERNAL with the first
 * reason in err otherwise; waits up to 30 s for a database that is away.
 */
enum rc statements_check(
    const struct worker *worker, struct err *err) MUST_CHECK;

#endif
