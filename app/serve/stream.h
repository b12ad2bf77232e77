/*
 * Exports: rows go from a database connection of their own straight to the
 * client, in chunks, with the memory of two chunks whatever the size. A slow
 * client slows the database down, not the worker.
 */
#ifndef APP_STREAM_H
#define APP_STREAM_H

#include "req.h"

struct stream_list;

/* How rows become bytes. */
struct stream_format {
	const char *type;      /* content type */
	const char *extension; /* of the file name */
	void (*head)(struct buf *out, const struct worker *worker,
	    const struct stream_list *list);
	void (*row)(struct buf *out, const struct worker *worker,
	    const struct stream_list *list, const PGresult *row, bool is_first);
	void (*tail)(struct buf *out);
};

/* A column by its name in the result; a code is written as its word. */
struct stream_column {
	const char *name;
	const char *codes; /* of labels; NULL: as it is; "@": a time; "@day" */
};

/*
 * What leaves. Both statements take the same parameters: three as for every
 * route, then those of the row.
 */
struct stream_list {
	const char *file_name; /* without extension */
	const char *note;      /* writes into the audit log what will leave */
	const char *rows;
	const struct stream_format *format;
	const char *labels; /* of a CSV: the list of its column names */
	const struct stream_column *columns;
	size_t column_count;
};

/*
 * Runs note, and when that is committed rows, and answers with all of them. The
 * request sleeps until the first row is there, so that a refusal is a plain
 * error. list must be static.
 */
int stream_begin(struct req *req, const struct stream_list *list);

#endif
