/* Reading CSV; libcsv does the quoting, line by line so that lines count. */
#include "csv_read.h"

#include <csv.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

/* A line of the file with its line end. */
struct span {
	const char *data;
	size_t len;
};

struct reader {
	struct csv_file *f;
	struct csv_parser parser;
	struct csv_line line; /* the one that is being read */
	bool has_content;
	size_t line_cap, cell_cap;
};

static enum rc to_utf8(
    struct csv_file *f, const char *, size_t, struct buf *, struct err *);
static enum rc from_windows(
    struct csv_file *f, const char *, size_t, struct buf *, struct err *);
static char find_separator(const char *, size_t);
static bool next_span(const char *, size_t, size_t *, struct span *);
static void parser_begin(struct reader *);
static void take_span(struct reader *, struct span, size_t);
static void take_cell(void *, size_t, void *);
static void take_line(int, void *);
static void add_cell(struct reader *, const char *, size_t);
static void end_line(struct reader *);
static void broken(struct reader *, struct span);
static enum rc refuse(struct err *, const char *, const char *, size_t);

enum rc
csv_read(struct csv_file *f, const char *data, size_t len, size_t max_lines,
    struct err *err)
{
	struct reader r = { .f = f };
	struct buf text = { 0 };
	struct span span = { 0 };
	size_t pos = 0, number = 0;
	enum rc rc;

	rc = to_utf8(f, data, len, &text, err);
	if (rc != RC_OK)
		goto out;
	f->separator = find_separator(buf_text(&text), text.len);
	parser_begin(&r);
	while (rc == RC_OK && next_span(text.data, text.len, &pos, &span)) {
		take_span(&r, span, ++number);
		if (f->count > max_lines)
			rc = refuse(err, "csv_lines", "max", max_lines);
	}
	if (rc == RC_OK &&
	    csv_fini(&r.parser, take_cell, take_line, &r) != CSV_SUCCESS)
		broken(&r, span);
	csv_free(&r.parser);
	if (rc == RC_OK && f->count == 0)
		rc = err_set(err, RC_INVALID, "csv_empty", "file", "no line");
out:
	buf_clear(&text);
	return rc;
}

const char *
csv_cell(const struct csv_file *f, const struct csv_line *line, size_t i)
{
	return i < line->count ? f->text.data + f->cells[line->first + i] : "";
}

void
csv_file_clear(struct csv_file *f)
{
	mem_free(f->lines);
	mem_free(f->cells);
	buf_clear(&f->text);
	memset(f, 0, sizeof *f);
}

/* --- encoding ---------------------------------------------------------------
 */

static enum rc
to_utf8(struct csv_file *f, const char *data, size_t len, struct buf *out,
    struct err *err)
{
	bool has_bom = len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0;

	if (len >= 2 && (memcmp(data, "\xff\xfe", 2) == 0 ||
			    memcmp(data, "\xfe\xff", 2) == 0))
		return err_set(
		    err, RC_INVALID, "csv_utf16", "file", "a mark of UTF-16");
	if (memchr(data, '\0', len) != NULL)
		return err_set(err, RC_INVALID, "csv_binary", "file", "NUL");
	if (!utf8_is_valid(data, len))
		return from_windows(f, data, len, out, err);
	f->encoding = has_bom ? "utf-8-bom" : "utf-8";
	buf_add(out, data + (has_bom ? 3 : 0), len - (has_bom ? 3 : 0));
	return RC_OK;
}

/* ISO-8859-1, or what Windows put into its gap; five octets are nothing. */
static enum rc
from_windows(struct csv_file *f, const char *data, size_t len, struct buf *out,
    struct err *err)
{
	static const uint16_t gap[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e,
		0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
		0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
		0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e,
		0x0178 };
	size_t line = 1;

	f->encoding = "iso-8859-1";
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];
		uint32_t u = c >= 0x80 && c < 0xa0 ? gap[c - 0x80] : c;

		line += c == '\n';
		if (u == 0) {
			return refuse(err, "csv_encoding", "line", line);
		}
		if (c >= 0x80 && c < 0xa0)
			f->encoding = "windows-1252";
		if (u < 0x80) {
			buf_char(out, (char)u);
		} else if (u < 0x800) {
			buf_char(out, (char)(0xc0 | u >> 6));
			buf_char(out, (char)(0x80 | (u & 0x3f)));
		} else {
			buf_char(out, (char)(0xe0 | u >> 12));
			buf_char(out, (char)(0x80 | (u >> 6 & 0x3f)));
			buf_char(out, (char)(0x80 | (u & 0x3f)));
		}
	}
	return RC_OK;
}

/* --- lines ------------------------------------------------------------------
 */

/* What stands most often between the names of the first line with content. */
static char
find_separator(const char *s, size_t len)
{
	static const char candidates[] = { ';', ',', '\t' };
	size_t counts[NELEM(candidates)] = { 0 }, best = 0;
	bool is_quoted = false, has_content = false;

	for (size_t i = 0; i < len; i++) {
		is_quoted ^= s[i] == '"';
		if (!is_quoted && (s[i] == '\n' || s[i] == '\r')) {
			if (has_content)
				break;
			continue;
		}
		has_content = true;
		for (size_t c = 0; c < NELEM(candidates) && !is_quoted; c++)
			counts[c] += s[i] == candidates[c];
	}
	for (size_t c = 1; c < NELEM(candidates); c++) {
		if (counts[c] > counts[best])
			best = c;
	}
	return candidates[best];
}

static bool
next_span(const char *data, size_t len, size_t *pos, struct span *span)
{
	size_t end = *pos;

	if (end == len)
		return false;
	while (end < len && data[end] != '\n' && data[end] != '\r')
		end++;
	if (end + 1 < len && data[end] == '\r' && data[end + 1] == '\n')
		end++;
	if (end < len)
		end++;
	*span = (struct span){ data + *pos, end - *pos };
	*pos = end;
	return true;
}

static int
is_blank(unsigned char c)
{
	return c == ' ';
}

static void
parser_begin(struct reader *r)
{
	if (csv_init(&r->parser, OPTIONS) != 0)
		return; /* only for no parser at all */
	csv_set_delim(&r->parser, (unsigned char)r->f->separator);
	csv_set_space_func(&r->parser, is_blank);
	csv_set_realloc_func(&r->parser, mem_realloc);
	csv_set_free_func(&r->parser, mem_free);
	r->line = (struct csv_line){ .first = r->f->cell_count };
	r->has_content = false;
}

static void
take_span(struct reader *r, struct span span, size_t number)
{
	if (r->line.number == 0)
		r->line.number = number;
	if (csv_parse(&r->parser, span.data, span.len, take_cell, take_line,
		r) == span.len) {
		/* Blank lines begin no row. */
		if (r->parser.pstate == 0)
			r->line.number = 0;
		return;
	}
	broken(r, span);
	csv_free(&r->parser);
	parser_begin(r);
}

static void
take_cell(void *data, size_t len, void *ctx)
{
	struct reader *r = ctx;

	if (r->line.count == CSV_CELLS_MAX) {
		if (len > 0)
			r->line.error = "csv_cells";
		return;
	}
	add_cell(r, data, len);
}

static void
take_line(int c, void *ctx)
{
	(void)c;
	end_line(ctx);
}

static void
add_cell(struct reader *r, const char *s, size_t len)
{
	struct csv_file *f = r->f;

	while (len > 0 && (s[0] == ' ' || s[0] == '\t')) {
		s++;
		len--;
	}
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	if (f->cell_count == r->cell_cap) {
		r->cell_cap = r->cell_cap == 0 ? 256 : r->cell_cap * 2;
		f->cells = mem_array(f->cells, r->cell_cap, sizeof *f->cells);
	}
	f->cells[f->cell_count++] = f->text.len;
	if (len > 0)
		buf_add(&f->text, s, len);
	buf_add(&f->text, "", 1);
	r->line.count++;
	r->has_content |= len > 0;
}

static void
end_line(struct reader *r)
{
	struct csv_file *f = r->f;

	if (r->has_content || r->line.error != NULL) {
		if (f->count == r->line_cap) {
			r->line_cap = r->line_cap == 0 ? 64 : r->line_cap * 2;
			f->lines =
			    mem_array(f->lines, r->line_cap, sizeof *f->lines);
		}
		f->lines[f->count++] = r->line;
	}
	r->line = (struct csv_line){ .first = f->cell_count };
	r->has_content = false;
}

/* The line as it stands instead of its cells. */
static void
broken(struct reader *r, struct span span)
{
	while (span.len > 0 && (span.data[span.len - 1] == '\n' ||
				   span.data[span.len - 1] == '\r'))
		span.len--;
	r->f->cell_count = r->line.first;
	r->line.count = 0;
	r->line.error = "csv_quote";
	add_cell(r, span.data, span.len);
	end_line(r);
}

static enum rc
refuse(struct err *err, const char *code, const char *name, size_t value)
{
	err_set(err, RC_INVALID, code, "file", "%s %zu", name, value);
	snprintf(err->args, sizeof err->args, "{\"%s\":%zu}", name, value);
	return RC_INVALID;
}
