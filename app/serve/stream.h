/*
 * Exports: rows go from a database connection of their own straight to the
 * client, in chunks, with the memory of two chunks whatever the size. A slow
 * client slows the database down, not the worker.
 */
#ifndef APP_STREAM_H
#define APP_STREAM_H

#include "req.h"

/* How rows become bytes. */
struct stream_format {
	const char *type;      /* content type */
	const char *extension; /* of the file name */
	void (*head)(struct buf *out, const struct worker *worker,
	    const PGresult *columns);
	void (*row)(struct buf *out, const struct worker *worker,
	    const PGresult *row, bool is_first);
	void (*tail)(struct buf *out);
};

/*
 * Runs note, which writes into the audit log what is about to leave, and when
 * that is committed sql, and answers with all its rows; both take the same
 * parameters: three as for every route, then those of the row. name is that of
 * the file. The request sleeps until the first row is there, so that a refusal
 * is a plain error.
 */
int stream_begin(struct req *req, const char *note, const char *sql,
    const char *name, const struct stream_format *format);

#endif
