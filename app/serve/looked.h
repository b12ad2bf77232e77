/* What a person has seen of an answer, noted after the page was sent. */
#ifndef APP_LOOKED_H
#define APP_LOOKED_H

#include "req.h"

/*
 * The page of an answer says in "news" whether there is something to note
 * (is_due) and what was shown (version, comment); action.answer_looked notes
 * it. Nobody waits for it: what is lost is noted by the next visit.
 */
void answer_looked(const struct req *req, const json_t *doc);

#endif
