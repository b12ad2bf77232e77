/*
 * A report's HTML as PDF, DOCX and ODT, by Chromium and pandoc in a folder that
 * is gone afterwards. The same HTML and time give the same bytes.
 */
#ifndef APP_REPORT_RENDER_H
#define APP_REPORT_RENDER_H

#include <time.h>

#include "web/buf.h"
#include "web/rc.h"

struct report_render {
	const char *html;
	size_t len;
	time_t at;          /* when it was frozen */
	const char *mark;   /* stands at the head of each page */
	const char *footer; /* left of the page number */
	const char *assets; /* folder with report/docx and report/odt */
};

/* RC_NOTFOUND: a program is missing here. */
enum rc report_pdf(
    const struct report_render *r, struct buf *out, struct err *err) MUST_CHECK;
/* format: "docx" or "odt" */
enum rc report_office(const struct report_render *r, const char *format,
    struct buf *out, struct err *err) MUST_CHECK;

#endif
