/*
 * The log: JSON lines on the standard output, each in one write, so that lines
 * of several workers do not mix. No bodies, no queries, no tokens.
 */
#ifndef APP_LOG_H
#define APP_LOG_H

#include <time.h>

#include "buf.h"

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* All strings are borrowed; NULL is written as "". */
struct log_request {
	const char *request_id;
	const char *method;
	const char *route; /* name of the row, or "" */
	const char *path;  /* what follows a ? is cut off */
	int status;
	size_t bytes; /* of the response body */
	double total_ms;
	double database_ms;
	long long person_id; /* 0 = nobody */
	const char *address; /* of the peer, or what the proxy said */
	const char *message; /* err.msg, or NULL */
};

/* One line; the level follows from the status: 5xx error, 4xx warning. */
void log_request(const struct log_request *r);
void log_event(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same lines into a buffer, with their line feed; for other sinks. */
void log_request_line(
    struct buf *out, const struct log_request *r, const struct timespec *at);
void log_event_line(struct buf *out, enum log_level level, const char *message,
    const struct timespec *at);

#endif
