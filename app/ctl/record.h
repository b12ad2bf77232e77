/*
 * A record package (Aktenpaket): the ZIP that a registry files. It holds the
 * files of a report, manifest.json with the SHA-256 of each, and manifest.sig,
 * the signature (Ed25519) of the manifest's octets. conf/record-package.md is
 * its form for those who check it without this program.
 */
#ifndef APP_RECORD_H
#define APP_RECORD_H

#include <jansson.h>
#include <stddef.h>
#include <time.h>

#include "domain/receipt.h"
#include "web/buf.h"
#include "web/rc.h"

#define RECORD_FORM "resonanz record 1"
#define RECORD_MANIFEST "manifest.json"
#define RECORD_SIGNATURE "manifest.sig"

enum { RECORD_FILES_MAX = 48 };

struct record_file {
	const char *name, *about; /* about: what it is, in German */
	const void *data;
	size_t len;
};

/* The octets that are signed. report: members that say what the files are of.
 */
void record_manifest(struct buf *out, json_t *report,
    const struct record_file *files, size_t count, const char *key_id);
/* The ZIP with them; the same files, time and signature are the same bytes. */
void record_pack(struct buf *out, time_t at, const struct record_file *files,
    size_t count, const struct buf *manifest,
    const unsigned char signature[RECEIPT_SIGNATURE]);

/* What was found in a package that holds together. */
struct record_found {
	json_t *manifest;
	size_t files;
};

/*
 * Checks all of it with the key; the first difference is in err->msg, with the
 * file's name in err->field. keys: the text of a file of keys
 * (receipt_key_read). RC_INVALID: it differs. The caller gives the manifest
 * back.
 */
enum rc record_check(const void *data, size_t len, const char *keys,
    struct record_found *found, struct err *err) MUST_CHECK;

#endif
