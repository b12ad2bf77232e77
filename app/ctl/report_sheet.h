/*
 * The data of a frozen report as CSV, as a workbook and as JSON: the same rows
 * in each, as job.report_sheet gives them, and columns as the codebook names
 * them.
 */
#ifndef APP_REPORT_SHEET_H
#define APP_REPORT_SHEET_H

#include <time.h>

#include "job.h"
#include "web/buf.h"

struct report_sheets {
	struct lane *lane;
	const char *report; /* its key */
	const char *title;
	const char *about; /* JSON: what the report is */
	time_t at;
};

enum rc report_csv(const struct report_sheets *r, const char *sheet,
    struct buf *out, struct err *err) MUST_CHECK;
enum rc report_xlsx(
    const struct report_sheets *r, struct buf *out, struct err *err) MUST_CHECK;
enum rc report_json(
    const struct report_sheets *r, struct buf *out, struct err *err) MUST_CHECK;

#endif
