/*
 * A dangerous act asks for code or password once more when the last time is
 * ten minutes ago (audiences NAME_confirmed). Any form may bring the answer
 * along: confirm_code or confirm_password.
 */
#ifndef APP_STEP_UP_H
#define APP_STEP_UP_H

#include "req.h"

/* Does this form bring code or password along? */
bool step_up_is_answered(const struct req *req);
/* Checks it; right: on with the act itself, wrong: the page again, 422. */
int step_up_check(struct req *req, req_step go_on);
/*
 * The page that asks, for what req->err has refused: it keeps whatever was
 * sent and sends it to the same path again.
 */
int step_up_ask(struct req *req);

#endif
