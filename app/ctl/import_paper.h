/* "resonanzctl import" of a paper: DOCX, ODT or Markdown, or JSON into a
 * consultation that is there. */
#ifndef APP_IMPORT_PAPER_H
#define APP_IMPORT_PAPER_H

#include <stdbool.h>

/* Is it a paper by itself, that is, not JSON? */
bool import_is_paper(const char *file);
/*
 * Reads it and says what it is; then makes it the draft of the consultation
 * slug (NULL: only that). The exit status.
 */
int import_paper(const char *file, const char *slug);

#endif
