/* ZIP, forward only. */
#include "zip.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "mem.h"

#define LEVEL 4 /* a quarter of the time of 6 for a tenth more bytes */
#define OUT_STEP 16384
#define NAME_MAX_LEN 64

enum { VERSION = 20, FLAGS = 0x0808, DEFLATE = 8 }; /* sizes follow; UTF-8 */

struct entry {
	char name[NAME_MAX_LEN];
	uint32_t crc;
	uint32_t packed;
	uint32_t size;
	uint32_t offset;
};

struct zip {
	struct buf *out;
	uint32_t written; /* since the beginning, whatever out has now */
	uint16_t time, date;
	struct entry entries[ZIP_ENTRIES_MAX];
	size_t count;
	bool is_open;
	z_stream stream;
};

static void put(struct zip *, const void *, size_t);
static void put16(struct zip *, unsigned);
static void put32(struct zip *, uint32_t);
static void put_head(struct zip *, const struct entry *);
static void deflate_into(struct zip *, const void *, size_t, int);
static void end_entry(struct zip *);

struct zip *
zip_begin(struct buf *out, time_t made_at)
{
	struct zip *z = mem_calloc(1, sizeof(*z));
	struct tm tm;

	gmtime_r(&made_at, &tm);
	z->out = out;
	z->time = (uint16_t)(tm.tm_hour << 11 | tm.tm_min << 5 | tm.tm_sec / 2);
	z->date = (uint16_t)((tm.tm_year - 80) << 9 | (tm.tm_mon + 1) << 5 |
			     tm.tm_mday);
	if (deflateInit2(&z->stream, LEVEL, Z_DEFLATED, -MAX_WBITS, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		abort(); /* no memory */
	return z;
}

void
zip_entry(struct zip *z, const char *name)
{
	struct entry *e;

	end_entry(z);
	if (z->count == ZIP_ENTRIES_MAX || strlen(name) >= NAME_MAX_LEN)
		abort();
	e = &z->entries[z->count++];
	snprintf(e->name, sizeof(e->name), "%s", name);
	e->offset = z->written;
	e->crc = (uint32_t)crc32(0, NULL, 0);
	put32(z, 0x04034b50);
	put_head(z, &(struct entry){ 0 });
	put16(z, (unsigned)strlen(name));
	put16(z, 0);
	put(z, name, strlen(name));
	deflateReset(&z->stream);
	z->is_open = true;
}

void
zip_add(struct zip *z, const void *data, size_t len)
{
	struct entry *e = &z->entries[z->count - 1];

	e->crc = (uint32_t)crc32(e->crc, data, (uInt)len);
	e->size += (uint32_t)len;
	deflate_into(z, data, len, Z_NO_FLUSH);
}

size_t
zip_entry_size(const struct zip *z)
{
	return z->entries[z->count - 1].size;
}

/* The list of entries, and where it begins. */
void
zip_finish(struct zip *z)
{
	uint32_t begin, end;

	end_entry(z);
	begin = z->written;
	for (size_t i = 0; i < z->count; i++) {
		const struct entry *e = &z->entries[i];

		put32(z, 0x02014b50);
		put16(z, VERSION);
		put_head(z, e);
		put16(z, (unsigned)strlen(e->name));
		put16(z, 0); /* extra field, comment, disk, attributes */
		put16(z, 0);
		put16(z, 0);
		put16(z, 0);
		put32(z, 0);
		put32(z, e->offset);
		put(z, e->name, strlen(e->name));
	}
	end = z->written;
	put32(z, 0x06054b50);
	put16(z, 0);
	put16(z, 0);
	put16(z, (unsigned)z->count);
	put16(z, (unsigned)z->count);
	put32(z, end - begin);
	put32(z, begin);
	put16(z, 0);
}

void
zip_free(struct zip *z)
{
	if (z == NULL)
		return;
	deflateEnd(&z->stream);
	mem_free(z);
}

/* What the head of an entry and its line in the list have in common. */
static void
put_head(struct zip *z, const struct entry *e)
{
	put16(z, VERSION);
	put16(z, FLAGS);
	put16(z, DEFLATE);
	put16(z, z->time);
	put16(z, z->date);
	put32(z, e->crc);
	put32(z, e->packed);
	put32(z, e->size);
}

static void
end_entry(struct zip *z)
{
	struct entry *e;

	if (!z->is_open)
		return;
	e = &z->entries[z->count - 1];
	deflate_into(z, NULL, 0, Z_FINISH);
	z->is_open = false;
	put32(z, 0x08074b50);
	put32(z, e->crc);
	put32(z, e->packed);
	put32(z, e->size);
}

static void
deflate_into(struct zip *z, const void *data, size_t len, int flush)
{
	unsigned char step[OUT_STEP];
	int r;

	/* zlib only reads here; its type is from before const. */
	memcpy(&z->stream.next_in, &data, sizeof(data));
	z->stream.avail_in = (uInt)len;
	do {
		z->stream.next_out = step;
		z->stream.avail_out = sizeof(step);
		r = deflate(&z->stream, flush);
		if (r == Z_STREAM_ERROR)
			abort();
		z->entries[z->count - 1].packed +=
		    (uint32_t)(sizeof(step) - z->stream.avail_out);
		put(z, step, sizeof(step) - z->stream.avail_out);
	} while (z->stream.avail_out == 0 ||
		 (flush == Z_FINISH && r != Z_STREAM_END));
}

static void
put(struct zip *z, const void *data, size_t len)
{
	buf_add(z->out, data, len);
	z->written += (uint32_t)len;
}

static void
put16(struct zip *z, unsigned n)
{
	unsigned char b[] = { (unsigned char)n, (unsigned char)(n >> 8) };

	put(z, b, sizeof(b));
}

static void
put32(struct zip *z, uint32_t n)
{
	put16(z, n & 0xffff);
	put16(z, n >> 16);
}
