/* The log: JSON lines on the standard output, each in one write. */
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "utf8.h"

/*
 * Octets of a string in a line, escaped: all together stay below PIPE_BUF, so
 * that a write into a pipe is atomic.
 */
#define STRING_MAX 400
#define MESSAGE_MAX 1000
#define ESCAPE_LEN 6 /* the longest, \u0000 */

static const char *const level_names[] = {
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_ERROR] = "error",
};

static void add_time(struct buf *out, const struct timespec *at);
static void add_string(
    struct buf *out, const char *key, const char *s, size_t len, size_t max);
static void add_text(struct buf *out, const char *key, const char *s);
static void write_line(const struct buf *line);

void
log_request(const struct log_request *r)
{
	struct buf line = { 0 };
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	log_request_line(&line, r, &now);
	write_line(&line);
	buf_clear(&line);
}

void
log_event(enum log_level level, const char *fmt, ...)
{
	struct buf line = { 0 };
	struct timespec now;
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	clock_gettime(CLOCK_REALTIME, &now);
	log_event_line(&line, level, message, &now);
	write_line(&line);
	buf_clear(&line);
}

void
log_request_line(
    struct buf *out, const struct log_request *r, const struct timespec *at)
{
	enum log_level level = r->status >= 500   ? LOG_LEVEL_ERROR
			       : r->status >= 400 ? LOG_LEVEL_WARNING
						  : LOG_LEVEL_INFO;
	const char *path = r->path != NULL ? r->path : "";
	const char *message = r->message != NULL ? r->message : "";

	add_time(out, at);
	add_text(out, "level", level_names[level]);
	add_text(out, "request_id", r->request_id);
	add_text(out, "method", r->method);
	add_text(out, "route", r->route);
	add_string(out, "path", path, strcspn(path, "?#"), STRING_MAX);
	buf_printf(out,
	    ",\"status\":%d,\"bytes\":%zu,\"total_ms\":%.3f,"
	    "\"database_ms\":%.3f,\"person_id\":%lld",
	    r->status, r->bytes, r->total_ms, r->database_ms, r->person_id);
	add_text(out, "address", r->address);
	add_string(out, "message", message, strlen(message), MESSAGE_MAX);
	buf_str(out, "}\n");
}

void
log_event_line(struct buf *out, enum log_level level, const char *message,
    const struct timespec *at)
{
	add_time(out, at);
	add_text(out, "level", level_names[level]);
	add_string(out, "message", message, strlen(message), MESSAGE_MAX);
	buf_str(out, "}\n");
}

/*
 * {"time":"2024-04-22T09:00:00.123Z" - by hand, since gmtime_r reads the time
 * zone file at its first call, which the sandbox of a worker does not allow.
 * The calendar is that of Howard Hinnant's civil_from_days.
 */
static void
add_time(struct buf *out, const struct timespec *at)
{
	int64_t seconds = at->tv_sec;
	int64_t days = seconds / 86400, rest = seconds % 86400;
	int64_t era, day, year, shifted, month;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	days += 719468; /* 0000-03-01 */
	era = (days >= 0 ? days : days - 146096) / 146097;
	day = days - era * 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	shifted = (5 * day + 2) / 153; /* 0 = March */
	day = day - (153 * shifted + 2) / 5 + 1;
	month = shifted < 10 ? shifted + 3 : shifted - 9;
	year += era * 400 + (month <= 2);
	buf_printf(out, "{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"",
	    (int)year, (int)month, (int)day, (int)(rest / 3600),
	    (int)(rest / 60 % 60), (int)(rest % 60),
	    (int)(at->tv_nsec / 1000000));
}

/* Escaped as JSON, at most max octets of it, cut between characters. */
static void
add_string(
    struct buf *out, const char *key, const char *s, size_t len, size_t max)
{
	size_t pos = 0, end;

	buf_printf(out, ",\"%s\":\"", key);
	end = out->len + max - ESCAPE_LEN;
	while (pos < len && out->len <= end) {
		size_t start = pos;
		uint32_t c = utf8_next(s, len, &pos);

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (char)c);
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfffd ||
			 c == 0x2028 || c == 0x2029)
			buf_printf(out, "\\u%04x", (unsigned)c);
		else
			buf_add(out, s + start, pos - start);
	}
	buf_char(out, '"');
}

static void
add_text(struct buf *out, const char *key, const char *s)
{
	if (s == NULL)
		s = "";
	add_string(out, key, s, strlen(s), STRING_MAX);
}

static void
write_line(const struct buf *line)
{
	const char *s = line->data;
	size_t left = line->len;

	while (left > 0) {
		ssize_t n = write(STDOUT_FILENO, s, left);

		if (n > 0) {
			s += n;
			left -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { STDOUT_FILENO, POLLOUT, 0 };

			/* a reader that stopped must not stop us */
			if (poll(&p, 1, 100) <= 0)
				return;
		} else if (n == 0 || errno != EINTR) {
			return;
		}
	}
}
