/*
 * A workbook (ECMA-376) as it is written: deflated into a buffer while rows
 * come, with the memory of two windows whatever the size, and without a file.
 * Every text is a string, never a formula, and rows are as high as their texts;
 * the first row and column stay in view and are printed on each page.
 */
#ifndef APP_XLSX_H
#define APP_XLSX_H

#include <time.h>

#include "buf.h"

#define XLSX_CELL_MAX 32767   /* UTF-16 units that a cell may have */
#define XLSX_ROWS_MAX 1048576 /* of a sheet; more go into the next one */

struct xlsx_sheet {
	const char *name;   /* of the sheet, at most 25 characters */
	const char *title;  /* of the document */
	const char *header; /* of each printed page; NULL: none */
	const char *cut;    /* stands at the end of a text that did not fit */
	const unsigned *widths; /* of the columns, in characters */
	size_t columns;
	time_t made_at;
};

struct xlsx;

/* Bytes go to out, which may be emptied between any two calls; sheet is copied.
 */
struct xlsx *xlsx_begin(struct buf *out, const struct xlsx_sheet *sheet);
/* Another table on a sheet of its own: name, widths and columns of sheet. */
void xlsx_table(struct xlsx *x, const struct xlsx_sheet *sheet);
/* The next cell of the row; the first row is the heads of the columns. */
void xlsx_text(struct xlsx *x, const char *s, size_t len);
/* A whole number as it is written. */
void xlsx_number(struct xlsx *x, const char *digits);
void xlsx_end_row(struct xlsx *x);
void xlsx_finish(struct xlsx *x);
void xlsx_free(struct xlsx *x);

#endif
