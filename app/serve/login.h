/* What the two steps of signing in share. */
#ifndef APP_LOGIN_H
#define APP_LOGIN_H

#include "req.h"

/* The new session goes out, and leads to next of the form or to landing. */
int login_welcome(struct req *req, const char *token, const char *landing);
/*
 * The form once more with what is wrong: field "" for the form as a whole,
 * args for its text, or "".
 */
int login_refused(struct req *req, const char *page, enum rc rc,
    const char *code, const char *field, const char *args);
/*
 * Too many attempts: text holds the seconds to wait, as SQL says them. False
 * when there is nothing to wait for; else args is filled for the text.
 */
bool login_must_wait(const char *text, char *args, size_t args_size);

#endif
