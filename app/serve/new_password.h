/* A new password in a form: what is wrong with it, and its hash. */
#ifndef APP_NEW_PASSWORD_H
#define APP_NEW_PASSWORD_H

#include "req.h"

/*
 * Is the field password allowed for who has these names ({mail, name,
 * organisations} as JSON text), and typed alike in password_again, where the
 * form has that field? Else RC_INVALID in req->err.
 */
enum rc new_password_check(struct req *req, const char *names) MUST_CHECK;
/*
 * Hashes the field password in a thread and goes on at next with req->hash.
 * With too many waiting, page is shown again as 429.
 */
int new_password_hash(struct req *req, const char *page, req_step next);
/* The form once more with req->err. */
int new_password_refused(struct req *req, const char *page);

#endif
