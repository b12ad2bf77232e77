/* A file with a paper, whatever its format is, as the document it stands for.
 */
#ifndef APP_PAPER_FILE_H
#define APP_PAPER_FILE_H

#include "domain/paper.h"

enum { PAPER_FILE_MAX = 4000000 };

/*
 * DOCX and ODT (with pandoc), Markdown (conf/paper.md), or JSON (a consultation
 * file). RC_OK with text and the caller's doc; RC_INVALID with the code of a
 * message in err, and in issues what else was found.
 */
enum rc paper_file_read(const void *data, size_t len, const json_t *base,
    struct buf *text, json_t **doc, struct paper_issues *issues,
    struct err *err) MUST_CHECK;

#endif
