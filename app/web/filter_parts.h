/* The longer filters, each a plain function; filter.c holds the table. */
#ifndef APP_FILTER_PARTS_H
#define APP_FILTER_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* How filter_time writes a moment. */
enum time_form {
	TIME_DATE,      /* 26.04.2024 */
	TIME_DAY_MONTH, /* 26.04. */
	TIME_CLOCK,     /* 14:03 Uhr */
	TIME_BOTH,      /* 26.04.2024, 23:59 Uhr */
	TIME_STAMP,     /* 18.04.2024, 09:42:17 */
	TIME_EXACT      /* 18.04.2024, 09:42:17 Uhr MESZ (UTC+2) */
};

/*
 * s: RFC 3339 with offset, shown in the time of Berlin, or a date, shown as it
 * is (and without a clock). False when it is neither; out is untouched then.
 */
bool filter_time(
    const char *s, size_t len, enum time_form form, struct buf *out);

/*
 * A text cut at its [Words], letters between brackets: a new list of {"text",
 * "name"}, of each one is null.
 */
json_t *filter_pieces(const char *s, size_t len);

/* Paragraphs and line breaks of plain text as escaped HTML. */
void filter_lines(const char *s, size_t len, struct buf *out);

/*
 * CommonMark in cmark's safe mode: no HTML, no javascript: links. Headings
 * begin at <h3>, pictures leave their text: a paper brings no foreign parts.
 */
void filter_markdown(const char *s, size_t len, struct buf *out);

/*
 * Soft hyphens (U+00AD) into words of more than 18 letters, at the joints of
 * German compounds and between syllables. Words with digits or signs (ids,
 * addresses) stay as they are. Removing U+00AD gives back s.
 */
void filter_soft(const char *s, size_t len, struct buf *out);

/*
 * A copy in which each text "list:code" that the labels know has become its
 * word: charts come from the database with codes for titles and labels.
 */
json_t *filter_words(json_t *value, const json_t *labels);

#endif
