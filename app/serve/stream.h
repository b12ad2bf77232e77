/*
 * Exports: rows go from a database connection of their own straight to the
 * client, in chunks, with the memory of two chunks whatever the size. A slow
 * client slows the database down, not the worker.
 */
#ifndef APP_STREAM_H
#define APP_STREAM_H

#include "req.h"

#define STREAM_COLUMNS_MAX 48

struct stream_list;

/* What is being written. */
struct stream_out {
	struct buf bytes;
	const struct worker *worker;
	const struct stream_list *list;
	char *note; /* what the note has answered, as JSON */
	bool is_left_out[STREAM_COLUMNS_MAX]; /* not in note.fields */
	/* From note.stage_kinds: of which kind of stage a column speaks. */
	char stage_kind[STREAM_COLUMNS_MAX][16];
	char type[96]; /* of the content */
	bool is_first; /* no row so far */
	void *state;   /* of the format */
};

/* How rows become bytes. */
struct stream_format {
	const char *type; /* content type; NULL: the note says "type" */
	/* of the file name; NULL: shown, not saved; "": the name has it */
	const char *extension;
	/* req: whose answer begins. */
	void (*head)(struct stream_out *out, const struct req *req);
	void (*row)(struct stream_out *out, const PGresult *row);
	void (*tail)(struct stream_out *out);
	void (*end)(void *state); /* NULL: it has none */
};

/* A column by its name in the result; a code is written as its word. */
struct stream_column {
	const char *name;
	const char *codes; /* of labels; NULL: as it is; "@": a time; "@day" */
	unsigned width;    /* in a workbook, in characters; 0: 14 */
	bool is_number;
};

/*
 * What leaves. Both statements take the same parameters: three as for every
 * route, then those of the row.
 */
struct stream_list {
	const char *file_name; /* without extension */
	/*
	 * Writes into the audit log what will leave. An object that it answers
	 * may name the fields that do, and another file.
	 */
	const char *note;
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

/*
 * What stands above the column, and the text of a row in it: a reference that
 * is to be given back, or NULL with *plain set where it is as in the result.
 */
const char *stream_column_name(const struct stream_out *out, size_t column);
json_t *stream_word(const struct stream_out *out, const PGresult *row,
    size_t column, const char **plain);

#endif
