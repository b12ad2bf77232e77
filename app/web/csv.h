/*
 * CSV as an office opens it: semicolon, CRLF, RFC 4180 quoting of every field,
 * and no cell that a spreadsheet takes for a formula.
 */
#ifndef APP_CSV_H
#define APP_CSV_H

#include "buf.h"

#define CSV_BOM "\xef\xbb\xbf"

/* Text: gets an apostrophe in front where it would be read as a formula. */
void csv_text(struct buf *b, const char *s, size_t len);
/* A number written by us; no apostrophe. */
void csv_number(struct buf *b, long long n);
void csv_separator(struct buf *b);
void csv_end_row(struct buf *b);

#endif
