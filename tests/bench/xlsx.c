/*
 * The same cells as a workbook, by our writer or by libxlsxwriter in constant
 * memory:
 *
 *     xlsx own|library ROWS FILE
 *
 * Prints one JSON object: seconds of processor time, octets, and the memory of
 * the process at its highest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <xlsxwriter.h>

#include "ctl/generate_text.h"
#include "web/xlsx.h"

enum { COLUMNS = 12, TEXT = 5, SENTENCES = 6 };

/* A row of the synopsis: short words, and one text. */
static const char *
cell(struct buf *text, unsigned row, unsigned column)
{
	struct dice d = { row };

	buf_reset(text);
	if (column == TEXT)
		text_sentences(text, &d, SENTENCES);
	else
		buf_printf(text, "Zelle %u von Zeile %u", column, row);
	return buf_text(text);
}

static void
own(unsigned rows, FILE *file)
{
	static const unsigned widths[COLUMNS] = { 9, 9, 9, 9, 9, 60, 9, 9, 9, 9,
		9, 9 };
	struct xlsx_sheet sheet = { "Synopse", "Synopse", NULL, "…", widths,
		COLUMNS, time(NULL) };
	struct buf out = { 0 }, text = { 0 };
	struct xlsx *x = xlsx_begin(&out, &sheet);

	for (unsigned r = 0; r < rows; r++) {
		for (unsigned c = 0; c < COLUMNS; c++) {
			cell(&text, r, c);
			xlsx_text(x, text.data, text.len);
		}
		xlsx_end_row(x);
		fwrite(out.data, 1, out.len, file);
		buf_reset(&out);
	}
	xlsx_finish(x);
	fwrite(out.data, 1, out.len, file);
	xlsx_free(x);
	buf_clear(&out);
	buf_clear(&text);
}

static void
library(unsigned rows, const char *name)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	lxw_workbook *book = workbook_new_opt(name, &options);
	lxw_worksheet *sheet = workbook_add_worksheet(book, "Synopse");
	struct buf text = { 0 };

	for (unsigned r = 0; r < rows; r++)
		for (unsigned c = 0; c < COLUMNS; c++)
			worksheet_write_string(
			    sheet, r, (lxw_col_t)c, cell(&text, r, c), NULL);
	workbook_close(book);
	buf_clear(&text);
}

int
main(int argc, char **argv)
{
	struct rusage used;
	FILE *file;
	unsigned rows;
	long size;

	if (argc != 4)
		return EXIT_FAILURE;
	rows = (unsigned)strtoul(argv[2], NULL, 10);
	if (strcmp(argv[1], "own") == 0) {
		file = fopen(argv[3], "wb");
		if (file == NULL)
			return EXIT_FAILURE;
		own(rows, file);
		fclose(file);
	} else {
		library(rows, argv[3]);
	}
	file = fopen(argv[3], "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		return EXIT_FAILURE;
	size = ftell(file);
	fclose(file);
	getrusage(RUSAGE_SELF, &used);
	printf("{\"seconds\":%.3f,\"bytes\":%ld,\"rss\":%.1f}\n",
	    (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
	    size, (double)used.ru_maxrss / 1024);
	return EXIT_SUCCESS;
}
