/* A growing byte buffer, always NUL-terminated behind its length. */
#ifndef APP_BUF_H
#define APP_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* NULL while empty */
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds text with & < > " ' escaped for HTML text and quoted attributes. */
void buf_html(struct buf *b, const char *s, size_t len);
/*
 * Adds s percent-encoded for a query value: unreserved characters of RFC 3986
 * and the slash stay.
 */
void buf_url(struct buf *b, const char *s);
/* The content as a string, "" when empty; valid until the next change. */
const char *buf_text(const struct buf *b);
/* Hands the bytes to the caller (mem_free); b is empty afterwards. */
char *buf_take(struct buf *b);
/* Empties without freeing. */
void buf_reset(struct buf *b);
void buf_clear(struct buf *b);

#endif
