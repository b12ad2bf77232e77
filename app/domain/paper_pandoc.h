/*
 * What pandoc says of a DOCX or ODT file (its JSON, with styles) as the text
 * form of a paper: headings 1 and 2 are chapters and sections, heading 3 and
 * paragraphs or list entries with a bold beginning are items, paragraphs of the
 * style "Leitfrage" are questions. What cannot be said that way is a warning.
 */
#ifndef APP_PAPER_PANDOC_H
#define APP_PAPER_PANDOC_H

#include "paper.h"

/* RC_OK, or RC_INVALID when it is not what pandoc says. */
enum rc paper_from_pandoc(const json_t *pandoc, struct buf *out,
    struct paper_issues *issues) MUST_CHECK;

#endif
