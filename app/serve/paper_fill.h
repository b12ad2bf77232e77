/*
 * The text form of a paper in documents and forms. Of the document of a page,
 * and of its members form, theirs, preview and refusal, what SQL says as
 *
 *   "paper_of": document   becomes "paper", its text, unless one was sent
 *   "tree_of": document    becomes "tree"
 *   "read_of": text        becomes "tree" and "issues"
 *   "issues_of": [{…}]     becomes "issues": [{"line", "is_error", "message"}]
 *
 * see domain/paper.h. A member preview of a form that is shown again is of the
 * text that was sent.
 */
#ifndef APP_PAPER_FILL_H
#define APP_PAPER_FILL_H

#include "req.h"

/* Does this JSON ask for anything? A quick look. */
bool paper_asks(const char *json);
void paper_fill(const struct req *req, json_t *doc);
/*
 * The field "paper" of a form: its place takes the document that was read.
 * RC_OK, also for all other forms, or RC_INVALID with req->errors.
 */
enum rc paper_take(struct req *req) MUST_CHECK;

#endif
