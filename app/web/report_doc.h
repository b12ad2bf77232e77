/*
 * A paper for a session as HTML, from its data alone: the same data and
 * template give the same bytes. The data is what app.report_data answers:
 *
 *   title, kind_title, mark, consultation, stage, session, number, frozen
 *   cover    [{"name", "value"}]
 *   sections [{"number", "title", "body"}], the body in Markdown
 *   figures  {key: {"label", "form", "value", "base", "base_label", "href",
 *             "parts"}}, in a body {{zahl:KEY}}
 *   blocks   {word: a table, chart or list}, in a body {{WORD}} on a line
 */
#ifndef APP_REPORT_DOC_H
#define APP_REPORT_DOC_H

#include <jansson.h>
#include <stdbool.h>

#include "buf.h"
#include "rc.h"

/*
 * One document that needs nothing else: for files, the print and the archive.
 * tpl is the template the report was frozen with, or app.report_template().
 */
enum rc report_doc_html(json_t *data, const char *tpl, size_t len,
    struct buf *out, struct err *err) MUST_CHECK;

/*
 * The sections for a page of ours: figures lead to their rows, no style in the
 * tags. number: this section alone; 0: all.
 */
enum rc report_doc_sections(
    json_t *data, int number, struct buf *out, struct err *err) MUST_CHECK;

#endif
