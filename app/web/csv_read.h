/*
 * A CSV file from somebody's office taken apart: encoding and separator are
 * found out, quoting is RFC 4180's, every line keeps its number in the file.
 */
#ifndef APP_CSV_READ_H
#define APP_CSV_READ_H

#include "buf.h"
#include "rc.h"

#define CSV_CELLS_MAX 50 /* of a line; what is behind is csv_cells */

struct csv_line {
	size_t number;     /* in the file, from 1; of a line break inside
			      quotes the first */
	size_t first;      /* of its cells */
	size_t count;      /* cells */
	const char *error; /* NULL, csv_quote or csv_cells; csv_quote: one
			      cell with the line as it stands */
};

struct csv_file {
	const char *encoding; /* utf-8, utf-8-bom, iso-8859-1, windows-1252 */
	char separator;       /* ; , or tab */
	struct csv_line *lines;
	size_t count;
	/* private */
	struct buf text; /* the cells, NUL-terminated */
	size_t *cells;   /* where they begin */
	size_t cell_count;
};

/*
 * Reads data[0..len); lines without any content are left out. RC_OK, or
 * RC_INVALID with a code: csv_empty, csv_utf16, csv_binary, csv_encoding (with
 * the line), csv_lines (more than max_lines). f is to be cleared in every case.
 */
enum rc csv_read(struct csv_file *f, const char *data, size_t len,
    size_t max_lines, struct err *err) MUST_CHECK;
/* A cell in UTF-8 without spaces around it, "" behind the end; borrowed. */
const char *csv_cell(
    const struct csv_file *f, const struct csv_line *line, size_t i);
void csv_file_clear(struct csv_file *f);

#endif
