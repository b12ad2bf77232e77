/*
 * Paragraph styles of an ODT file, which pandoc's reader does not tell: a
 * paragraph whose style means something begins with a mark that names it, and
 * the marks become what pandoc says of the styles of a DOCX file.
 */
#ifndef APP_PAPER_ODT_H
#define APP_PAPER_ODT_H

#include <jansson.h>

#include "web/buf.h"

/* content.xml with the marks in it. */
void paper_odt_mark(const char *xml, size_t len, struct buf *out);
/* In what pandoc says: a mark becomes a Div with custom-style. */
void paper_odt_styles(json_t *pandoc);

#endif
