/* Rows of the database as lines of CSV, with the words of the interface. */
#ifndef APP_CSV_OUT_H
#define APP_CSV_OUT_H

#include <libpq-fe.h>

#include "web/buf.h"
#include "worker.h"

/* A column by its name in the result; a code is written as its word. */
struct csv_column {
	const char *name;
	const char *list; /* of labels; NULL: as it is; "@": a time; "@day" */
};

/* The first line: names from the list of labels. */
void csv_out_head(struct buf *out, const struct worker *worker,
    const char *labels, const struct csv_column *columns, size_t count);
void csv_out_row(struct buf *out, const struct worker *worker,
    const PGresult *row, const struct csv_column *columns, size_t count);

#endif
