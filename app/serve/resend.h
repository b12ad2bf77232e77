/*
 * A form that was sent after its session had ended: it waits behind the login,
 * in a field of that form, and is offered for sending again.
 */
#ifndef APP_RESEND_H
#define APP_RESEND_H

#include "req.h"

/*
 * What req carries on: of this request's body, or what the field "kept" brought
 * along. A new string, or NULL when there is nothing.
 */
json_t *resend_kept(const struct req *req, int status);
/* [{name, value, is_typed}] of the body, without secrets. */
json_t *resend_fields(const struct req *req);
/* Does a form wait behind this login? */
bool resend_is_due(const struct req *req);
/*
 * After the login, with the session of token: the page that shows the form and
 * sends it again. second_factor: asks for the code first.
 */
int resend_page(struct req *req, const char *token);
int resend_second_factor(struct req *req, const char *token);

#endif
