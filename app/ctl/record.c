#include "record.h"

#include <stdio.h>
#include <string.h>

#include "web/json_mem.h"
#include "web/zip.h"
#include "web/zip_check.h"

#define ENTRY_MAX ((size_t)1 << 30)

void
record_manifest(struct buf *out, json_t *report,
    const struct record_file *files, size_t count, const char *key_id)
{
	json_t *list = json_array(),
	       *doc = json_pack("{s:s, s:s, s:O, s:o}", "form", RECORD_FORM,
		   "key_id", key_id, "report", report, "files", list);
	char hex[CANON_HEX + 1], *text;

	for (size_t i = 0; i < count; i++) {
		canon_sha256_hex(files[i].data, files[i].len, hex);
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:I, s:s}", "name",
			      files[i].name, "about", files[i].about, "size",
			      (json_int_t)files[i].len, "sha256", hex));
	}
	text = json_dumps(doc, JSON_INDENT(2));
	buf_str(out, text);
	buf_char(out, '\n');
	json_mem_free(text);
	json_decref(doc);
}

void
record_pack(struct buf *out, time_t at, const struct record_file *files,
    size_t count, const struct buf *manifest,
    const unsigned char signature[RECEIPT_SIGNATURE])
{
	struct zip *z = zip_begin(out, at);

	zip_entry(z, RECORD_MANIFEST);
	zip_add(z, manifest->data, manifest->len);
	zip_entry(z, RECORD_SIGNATURE);
	zip_add(z, signature, RECEIPT_SIGNATURE);
	for (size_t i = 0; i < count; i++) {
		zip_entry(z, files[i].name);
		zip_add(z, files[i].data, files[i].len);
	}
	zip_finish(z);
	zip_free(z);
}

/* --- checking --------------------------------------------------------------
 */

struct entry {
	char name[64];
	char sha256[CANON_HEX + 1];
	size_t size;
	bool is_listed;
};

struct look {
	struct entry entries[RECORD_FILES_MAX + 2];
	size_t count;
	struct buf manifest, signature;
};

static enum rc
differs(struct err *err, const char *name, const char *what)
{
	return err_set(err, RC_INVALID, "record", name, "%s %s", name, what);
}

static enum rc
see(void *arg, const char *name, const void *data, size_t len, struct err *err)
{
	struct look *l = arg;
	struct entry *e;

	if (l->count == NELEM(l->entries))
		return differs(err, "the package", "has too many files");
	if (strlen(name) >= sizeof e->name)
		return differs(
		    err, "the package", "has a file with a long name");
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->entries[i].name, name) == 0)
			return differs(err, name, "is there twice");
	e = &l->entries[l->count++];
	snprintf(e->name, sizeof e->name, "%s", name);
	canon_sha256_hex(data, len, e->sha256);
	e->size = len;
	if (strcmp(name, RECORD_MANIFEST) == 0)
		buf_add(&l->manifest, data, len);
	if (strcmp(name, RECORD_SIGNATURE) == 0)
		buf_add(&l->signature, data, len);
	e->is_listed = strcmp(name, RECORD_MANIFEST) == 0 ||
		       strcmp(name, RECORD_SIGNATURE) == 0;
	return RC_OK;
}

static enum rc
check_signature(
    const struct look *l, json_t *manifest, const char *keys, struct err *err)
{
	const char *id = json_string_value(json_object_get(manifest, "key_id"));
	unsigned char key[RECEIPT_KEY];
	enum rc rc;

	if (l->signature.len != RECEIPT_SIGNATURE)
		return differs(err, RECORD_SIGNATURE, "is no signature");
	rc = receipt_key_read(keys, id == NULL ? "" : id, key, err);
	if (rc != RC_OK)
		return err->rc = RC_INVALID;
	if (!receipt_is_signed(l->manifest.data, l->manifest.len,
		(const unsigned char *)l->signature.data, key))
		return differs(err, RECORD_MANIFEST,
		    "is not what was signed with this key");
	return RC_OK;
}

static enum rc
check_file(struct look *l, json_t *row, struct err *err)
{
	const char *name = json_string_value(json_object_get(row, "name"));
	const char *hash = json_string_value(json_object_get(row, "sha256"));
	json_int_t size = json_integer_value(json_object_get(row, "size"));

	if (name == NULL || hash == NULL)
		return differs(
		    err, RECORD_MANIFEST, "lists a file without name");
	for (size_t i = 0; i < l->count; i++) {
		struct entry *e = &l->entries[i];

		if (strcmp(e->name, name) != 0)
			continue;
		e->is_listed = true;
		if ((json_int_t)e->size != size)
			return differs(err, name, "has another size");
		if (strcmp(e->sha256, hash) != 0)
			return differs(err, name,
			    "has another content: its SHA-256 is not the one "
			    "in the manifest");
		return RC_OK;
	}
	return differs(err, name, "is missing");
}

static enum rc
check_all(struct look *l, json_t *manifest, struct err *err)
{
	const char *form = json_string_value(json_object_get(manifest, "form"));
	json_t *files = json_object_get(manifest, "files"), *row;
	enum rc rc = RC_OK;
	size_t i;

	if (form == NULL || strcmp(form, RECORD_FORM) != 0 ||
	    !json_is_array(files))
		return differs(
		    err, RECORD_MANIFEST, "is of no form known here");
	json_array_foreach (files, i, row)
		if (rc == RC_OK)
			rc = check_file(l, row, err);
	for (i = 0; i < l->count && rc == RC_OK; i++)
		if (!l->entries[i].is_listed)
			rc = differs(
			    err, l->entries[i].name, "is not in the manifest");
	return rc;
}

enum rc
record_check(const void *data, size_t len, const char *keys,
    struct record_found *found, struct err *err)
{
	struct look *l = mem_calloc(1, sizeof *l);
	enum rc rc = zip_each(data, len, ENTRY_MAX, see, l, err);

	*found = (struct record_found){ 0 };
	if (rc != RC_OK && strcmp(err->code, "record") != 0)
		rc = differs(err, "the package", "is no intact ZIP archive");
	if (rc == RC_OK)
		found->manifest = json_loadb(buf_text(&l->manifest),
		    l->manifest.len, JSON_REJECT_DUPLICATES, NULL);
	if (rc == RC_OK && !json_is_object(found->manifest))
		rc = differs(err, RECORD_MANIFEST, "is missing or no JSON");
	if (rc == RC_OK)
		rc = check_signature(l, found->manifest, keys, err);
	if (rc == RC_OK)
		rc = check_all(l, found->manifest, err);
	found->files =
	    json_array_size(json_object_get(found->manifest, "files"));
	buf_clear(&l->manifest);
	buf_clear(&l->signature);
	mem_free(l);
	return rc;
}
