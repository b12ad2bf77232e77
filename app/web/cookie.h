/* Request cookies (RFC 6265bis): reading one value by its exact name. */
#ifndef APP_COOKIE_H
#define APP_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Looks for name in a Cookie header. False when absent, longer than
 * out_size - 1, empty, with characters outside base64url, or sent twice; out is
 * "" then.
 */
bool cookie_get(
    const char *header, const char *name, char *out, size_t out_size);

#endif
