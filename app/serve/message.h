/* The German sentence of an error code, over the numbers that come with it. */
#ifndef APP_MESSAGE_H
#define APP_MESSAGE_H

#include "req.h"

struct message;

/* Parses { code: Mustache text }; the list goes into worker. */
enum rc message_load(
    struct worker *worker, const char *path, struct err *err) MUST_CHECK;
/*
 * A new string for code; args is a JSON object as text or "". An unknown code
 * gives the sentence of "unknown".
 */
json_t *message_text(
    const struct worker *worker, const char *code, const char *args);
/*
 * [{field, code, message}] of all that is wrong with the parameters, or of
 * req->err when it names a field. A new reference.
 */
json_t *message_errors(const struct req *req);

#endif
