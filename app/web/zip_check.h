/*
 * Whether a ZIP archive from outside can be given to another program: before
 * anything else reads it, it is taken apart here, within bounds.
 */
#ifndef APP_ZIP_CHECK_H
#define APP_ZIP_CHECK_H

#include <stddef.h>

#include "buf.h"
#include "rc.h"

enum {
	ZIP_CHECK_ENTRIES = 2000,
	ZIP_CHECK_UNPACKED = 64 << 20, /* octets of all entries */
};

enum zip_kind { ZIP_OTHER, ZIP_DOCX, ZIP_ODT };

/*
 * RC_OK and what it is; RC_INVALID with the code of a message: file_zip_broken,
 * file_zip_entries, file_zip_bomb, file_zip_paths, file_encrypted,
 * file_entities.
 */
enum rc zip_check(const void *data, size_t len, enum zip_kind *kind,
    struct err *err) MUST_CHECK;

/*
 * The content of one entry of an archive that was checked. RC_INVALID when it
 * is not there.
 */
enum rc zip_take(const void *data, size_t len, const char *name,
    struct buf *out, struct err *err) MUST_CHECK;

/*
 * Each entry in turn, unpacked, until one is answered by another code than
 * RC_OK. RC_INVALID when the archive is broken or an entry is larger than most.
 */
enum rc zip_each(const void *data, size_t len, size_t most,
    enum rc (*each)(void *arg, const char *name, const void *data, size_t len,
	struct err *err),
    void *arg, struct err *err) MUST_CHECK;

#endif
