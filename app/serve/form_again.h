/* A refused form comes back with everything that was typed. */
#ifndef APP_FORM_AGAIN_H
#define APP_FORM_AGAIN_H

#include "req.h"

/*
 * Puts into doc: `form` with the submitted values in place of the stored ones,
 * `errors` [{field, code, message}], `error` {field: message} and, for 409,
 * `conflict` {code, message} and `theirs`, the stored values.
 */
void form_again(const struct req *req, json_t *doc);
/* Puts in errors, error and conflict only. */
void form_again_say(const struct req *req, json_t *doc);

#endif
