/*
 * A report as HTML and what other programs need of it: page numbers for its
 * contents, a form that office programs keep whole, bytes that are the same
 * each time. Our own HTML, well formed; nothing here reads that of others.
 */
#ifndef APP_REPORT_FILE_H
#define APP_REPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "web/buf.h"

/*
 * Fills each <span class="pg" data-p="ID"></span> with the page of ID, as
 * "pdfinfo -dests" lists it. What is not in the list stays empty. Gives how
 * many were filled.
 */
size_t report_fill_pages(
    const char *html, size_t len, const char *dests, struct buf *out);

/* A chart that an office file has as a file of its own. */
struct report_chart {
	char name[24]; /* "chart1.svg" */
	struct buf svg;
};

struct report_charts {
	size_t count;
	struct report_chart *list;
};

/*
 * For pandoc: each <svg> as an <img> with its title and description as the
 * alternative text, and without <h1>, since the title becomes a paragraph.
 * plain_cells: <th> outside of <thead> becomes <td>, since ODT would lose it.
 */
void report_for_office(const char *html, size_t len, bool plain_cells,
    struct buf *out, struct report_charts *charts);
void report_charts_clear(struct report_charts *charts);

/*
 * What differs from one making to the next, set in place to what is of the
 * report: the times in a PDF of Chromium and the numbers of its nodes, which
 * begin anywhere; the times of the entries of a ZIP.
 */
void report_pdf_settle(char *data, size_t len, time_t at);
void report_zip_set_time(char *data, size_t len, time_t at);

#endif
