/*
 * A ZIP archive (APPNOTE 6.3) written forward only: sizes follow the data of
 * each entry, the list of entries is its end.
 */
#ifndef APP_ZIP_H
#define APP_ZIP_H

#include <time.h>

#include "buf.h"

#define ZIP_ENTRIES_MAX 64

struct zip;

struct zip *zip_begin(struct buf *out, time_t made_at);
/* name is copied. Ends the entry before it. */
void zip_entry(struct zip *z, const char *name);
void zip_add(struct zip *z, const void *data, size_t len);
/* How much was put into the present entry so far. */
size_t zip_entry_size(const struct zip *z);
void zip_finish(struct zip *z);
void zip_free(struct zip *z);

#endif
