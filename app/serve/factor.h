/* The own second factor: offering, setting, recovery codes. */
#ifndef APP_FACTOR_H
#define APP_FACTOR_H

#include "req.h"

/*
 * Adds to the page of the second factor, where one is to be set, "offer"
 * {secret, otpauth_href}: what the app is to know. It is of this session and
 * stored nowhere.
 */
void factor_add_offer(const struct req *req, json_t *doc);

#endif
