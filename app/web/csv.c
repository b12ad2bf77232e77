/* CSV as an office opens it, without formulas. */
#include "csv.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

static bool is_formula(const char *s, size_t len);

void
csv_text(struct buf *b, const char *s, size_t len)
{
	buf_char(b, '"');
	if (is_formula(s, len))
		buf_char(b, '\'');
	while (len > 0) {
		const char *quote = memchr(s, '"', len);
		size_t n = quote ? (size_t)(quote - s) + 1 : len;

		buf_add(b, s, n);
		if (quote != NULL)
			buf_char(b, '"');
		s += n;
		len -= n;
	}
	buf_char(b, '"');
}

void
csv_number(struct buf *b, long long n)
{
	buf_printf(b, "\"%lld\"", n);
}

void
csv_separator(struct buf *b)
{
	buf_char(b, ';');
}

void
csv_end_row(struct buf *b)
{
	buf_str(b, "\r\n");
}

/*
 * Starts with = + - @ (or their full-width forms, which some offices read the
 * same), also behind white space; a tab or line end in front counts itself.
 */
static bool
is_formula(const char *s, size_t len)
{
	size_t pos = 0;

	if (len > 0 && (s[0] == '\t' || s[0] == '\r' || s[0] == '\n'))
		return true;
	while (pos < len) {
		uint32_t c = utf8_next(s, len, &pos);

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
		    c == 0xa0 || c == 0xfeff)
			continue;
		return c == '=' || c == '+' || c == '-' || c == '@' ||
		       c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
	}
	return false;
}
