/*
 * pandoc as a child that can do nothing but read its input: limits of memory,
 * time and file size, no network where the system allows to take it, an empty
 * directory of its own, its own sandbox.
 */
#ifndef APP_PANDOC_H
#define APP_PANDOC_H

#include <stdbool.h>
#include <stddef.h>

#include "web/buf.h"
#include "web/rc.h"

/*
 * What pandoc says (its JSON) of data in the format from. RC_INVALID with
 * file_unreadable, file_too_hard (limits) or pandoc_missing.
 */
enum rc pandoc_read(const char *from, const void *data, size_t len,
    struct buf *out, struct err *err) MUST_CHECK;

#endif
