#include "zip_check.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum { END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30 };

/* An entry as the list at the end of the archive has it. */
struct entry {
	const unsigned char *data;
	size_t packed, unpacked;
	char name[256];
	unsigned method, flags;
};

static uint32_t
number(const unsigned char *p, int octets)
{
	uint32_t n = 0;

	for (int i = octets; i-- > 0;)
		n = n << 8 | p[i];
	return n;
}

static enum rc
refuse(struct err *err, const char *code)
{
	return err_set(err, RC_INVALID, code, "file", "zip");
}

/* The record that ends the archive; NULL if there is none. */
static const unsigned char *
find_end(const unsigned char *data, size_t len)
{
	size_t lowest = len > 65557 ? len - 65557 : 0;

	if (len < END_SIZE)
		return NULL;
	for (size_t i = len - END_SIZE + 1; i-- > lowest;) {
		if (memcmp(data + i, "PK\5\6", 4) == 0)
			return data + i;
	}
	return NULL;
}

static bool
is_bad_name(const char *name)
{
	return name[0] == '/' || strchr(name, '\\') != NULL ||
	       strstr(name, "..") != NULL || strchr(name, ':') != NULL;
}

/* One row of the list; *at moves behind it. */
static enum rc
read_entry(const unsigned char *data, size_t len, size_t *at, struct entry *e,
    struct err *err)
{
	const unsigned char *p = data + *at;
	size_t name, local, begin;

	if (*at > len || len - *at < CENTRAL_SIZE ||
	    memcmp(p, "PK\1\2", 4) != 0)
		return refuse(err, "file_zip_broken");
	e->flags = number(p + 8, 2);
	e->method = number(p + 10, 2);
	e->packed = number(p + 20, 4);
	e->unpacked = number(p + 24, 4);
	name = number(p + 28, 2);
	local = number(p + 42, 4);
	if (name >= sizeof e->name || len - *at - CENTRAL_SIZE < name)
		return refuse(err, "file_zip_broken");
	memcpy(e->name, p + CENTRAL_SIZE, name);
	e->name[name] = '\0';
	*at += CENTRAL_SIZE + name + number(p + 30, 2) + number(p + 32, 2);
	if (strlen(e->name) != name || is_bad_name(e->name))
		return refuse(err, "file_zip_paths");
	if (e->flags & 1)
		return refuse(err, "file_encrypted");
	if (local > len || len - local < LOCAL_SIZE ||
	    memcmp(data + local, "PK\3\4", 4) != 0)
		return refuse(err, "file_zip_broken");
	begin = local + LOCAL_SIZE + number(data + local + 26, 2) +
		number(data + local + 28, 2);
	if (begin > len || len - begin < e->packed)
		return refuse(err, "file_zip_broken");
	e->data = data + begin;
	return RC_OK;
}

/* Unpacks up to size octets; what the list says is not believed. */
static enum rc
unpack(const struct entry *e, unsigned char *out, size_t size, size_t *len,
    struct err *err)
{
	z_stream z = { .next_in = e->data,
		.avail_in = (uInt)e->packed,
		.next_out = out,
		.avail_out = (uInt)size };
	int r;

	if (e->method == 0) {
		if (e->packed > size)
			return refuse(err, "file_zip_bomb");
		memcpy(out, e->data, e->packed);
		*len = e->packed;
		return RC_OK;
	}
	if (e->method != 8 || inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return refuse(err, "file_zip_broken");
	r = inflate(&z, Z_FINISH);
	*len = size - z.avail_out;
	inflateEnd(&z);
	if (r == Z_STREAM_END)
		return RC_OK;
	return refuse(
	    err, z.avail_out == 0 ? "file_zip_bomb" : "file_zip_broken");
}

static bool
contains(const unsigned char *data, size_t len, const char *word)
{
	return memmem(data, len, word, strlen(word)) != NULL;
}

static bool
ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n >= k && strcmp(name + n - k, end) == 0;
}

static enum rc
look_into(const struct entry *e, const unsigned char *data, size_t len,
    enum zip_kind *kind, struct err *err)
{
	bool is_xml = ends_in(e->name, ".xml") || ends_in(e->name, ".rels");

	if (strcmp(e->name, "word/document.xml") == 0)
		*kind = ZIP_DOCX;
	if (strcmp(e->name, "content.xml") == 0)
		*kind = ZIP_ODT;
	if (strcmp(e->name, "META-INF/manifest.xml") == 0 &&
	    contains(data, len, "encryption-data"))
		return refuse(err, "file_encrypted");
	/* Manifests of old ODT files name a document type, and no more. */
	if (is_xml && (contains(data, len, "<!ENTITY") ||
			  (contains(data, len, "<!DOCTYPE") &&
			      strcmp(e->name, "META-INF/manifest.xml") != 0)))
		return refuse(err, "file_entities");
	return RC_OK;
}

enum rc
zip_check(const void *bytes, size_t len, enum zip_kind *kind, struct err *err)
{
	const unsigned char *data = bytes, *end = find_end(data, len);
	size_t count, at, left = ZIP_CHECK_UNPACKED, unpacked = 0;
	unsigned char *room;
	struct entry e;
	enum rc rc = RC_OK;

	*kind = ZIP_OTHER;
	if (end == NULL)
		return refuse(err, "file_zip_broken");
	count = number(end + 10, 2);
	at = number(end + 16, 4);
	if (count > ZIP_CHECK_ENTRIES)
		return refuse(err, "file_zip_entries");
	room = mem_alloc(ZIP_CHECK_UNPACKED);
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		rc = read_entry(data, len, &at, &e, err);
		if (rc == RC_OK && e.unpacked > left)
			rc = refuse(err, "file_zip_bomb");
		if (rc == RC_OK)
			rc = unpack(&e, room, left, &unpacked, err);
		if (rc == RC_OK)
			rc = look_into(&e, room, unpacked, kind, err);
		left -= rc == RC_OK ? unpacked : 0;
	}
	mem_free(room);
	return rc;
}

enum rc
zip_take(const void *bytes, size_t len, const char *name, struct buf *out,
    struct err *err)
{
	const unsigned char *data = bytes, *end = find_end(data, len);
	size_t at = end == NULL ? len : number(end + 16, 4), unpacked = 0;
	size_t count = end == NULL ? 0 : number(end + 10, 2);
	unsigned char *room;
	struct entry e;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++) {
		if ((rc = read_entry(data, len, &at, &e, err)) != RC_OK)
			return rc;
		if (strcmp(e.name, name) != 0)
			continue;
		room = mem_alloc(ZIP_CHECK_UNPACKED);
		rc = unpack(&e, room, ZIP_CHECK_UNPACKED, &unpacked, err);
		if (rc == RC_OK)
			buf_add(out, room, unpacked);
		mem_free(room);
		return rc;
	}
	return refuse(err, "file_zip_broken");
}

enum rc
zip_each(const void *bytes, size_t len, size_t most,
    enum rc (*each)(void *arg, const char *name, const void *data, size_t len,
	struct err *err),
    void *arg, struct err *err)
{
	const unsigned char *data = bytes, *end = find_end(data, len);
	size_t at = end == NULL ? len : number(end + 16, 4), unpacked = 0;
	size_t count = end == NULL ? 0 : number(end + 10, 2);
	enum rc rc = RC_OK;
	struct entry e;

	if (end == NULL)
		return refuse(err, "file_zip_broken");
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		unsigned char *room;

		rc = read_entry(data, len, &at, &e, err);
		if (rc == RC_OK && e.unpacked > most)
			rc = refuse(err, "file_zip_bomb");
		if (rc != RC_OK)
			return rc;
		room = mem_alloc(e.unpacked + 1);
		rc = unpack(&e, room, e.unpacked + 1, &unpacked, err);
		if (rc == RC_OK)
			rc = each(arg, e.name, room, unpacked, err);
		mem_free(room);
	}
	return rc;
}
