/* Requests of programs are counted, those of people hardly ever matter. */
#ifndef APP_RATE_H
#define APP_RATE_H

#include "req.h"

/*
 * Counts the request where its route is limited (below /api; the search and
 * files for everybody) and says in RateLimit-* how much is left. RC_OK or
 * RC_LIMITED in req->err, with Retry-After set.
 */
enum rc rate_check(struct req *req) MUST_CHECK;

#endif
