/*
 * CSV files: what was taken is UTF-8, in order and within bounds; written again
 * with quotes around every cell it reads the same; as an address list it is
 * JSON.
 */
#include "fuzz.h"

#include <jansson.h>

#include "web/address_list.h"
#include "web/csv_read.h"
#include "web/utf8.h"

#define LINES 200

static void
check_lines(const struct csv_file *f)
{
	size_t before = 0;

	CHECK(f->count >= 1 && f->count <= LINES);
	for (size_t i = 0; i < f->count; i++) {
		const struct csv_line *line = &f->lines[i];

		CHECK(line->number > before);
		before = line->number;
		CHECK(line->count >= 1 && line->count <= CSV_CELLS_MAX);
		CHECK(line->first + line->count <= f->cell_count);
		for (size_t c = 0; c < line->count; c++) {
			const char *s = csv_cell(f, line, c);

			CHECK(utf8_is_valid(s, strlen(s)));
		}
	}
}

static bool
write_again(struct buf *b, const struct csv_file *f)
{
	for (size_t i = 0; i < f->count; i++) {
		for (size_t c = 0; c < f->lines[i].count; c++) {
			const char *s = csv_cell(f, &f->lines[i], c);

			buf_str(b, c > 0 ? ";\"" : "\"");
			for (; *s != '\0'; s++)
				buf_str(b,
				    *s == '"' ? "\"\"" : (char[]){ *s, '\0' });
			buf_char(b, '"');
		}
		buf_char(b, '\n');
		if (f->lines[i].error != NULL)
			return false;
	}
	return true;
}

static void
check_again(const struct csv_file *f)
{
	struct csv_file again = { 0 };
	struct err err = { 0 };
	struct buf b = { 0 };

	buf_str(&b, "\xef\xbb\xbf");
	if (f->lines[0].count > 1 && write_again(&b, f)) {
		CHECK(csv_read(&again, b.data, b.len, LINES, &err) == RC_OK);
		CHECK(again.count == f->count && again.separator == ';');
		for (size_t i = 0; i < f->count; i++) {
			CHECK(again.lines[i].count == f->lines[i].count);
			for (size_t c = 0; c < f->lines[i].count; c++)
				CHECK(strcmp(csv_cell(f, &f->lines[i], c),
					  csv_cell(&again, &again.lines[i],
					      c)) == 0);
		}
	}
	csv_file_clear(&again);
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_file f = { 0 };
	struct buf rows = { 0 }, unused = { 0 };
	struct err err = { 0 };
	json_t *doc;
	enum rc rc = csv_read(&f, (const char *)data, size, LINES, &err);

	if (rc != RC_OK) {
		CHECK(rc == RC_INVALID && strncmp(err.code, "csv_", 4) == 0);
		goto out;
	}
	check_lines(&f);
	check_again(&f);
	if (address_list_read(&f, &rows, &unused, &err) == RC_OK) {
		doc = json_loadb(rows.data, rows.len, 0, NULL);
		CHECK(json_is_array(doc));
		CHECK(json_array_size(doc) == f.count - 1);
		json_decref(doc);
		doc = json_loadb(unused.data, unused.len, 0, NULL);
		CHECK(json_is_array(doc));
		json_decref(doc);
	} else {
		CHECK(strncmp(err.code, "csv_", 4) == 0);
	}
out:
	csv_file_clear(&f);
	buf_clear(&rows);
	buf_clear(&unused);
	return 0;
}
