/* Building mails: headers, encoded words, quoted-printable. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

enum {
	LINE_MAX_OCTETS = 76,
	WRAP_AT = 72,  /* characters */
	WORD_MAX = 75, /* octets of an encoded word, RFC 2047 */
	ADDRESS_MAX = 254,
	LOCAL_MAX = 64,
	LABEL_MAX = 63
};

static const char hex_digits[] = "0123456789ABCDEF";

static bool
is_alnum(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* RFC 5322 atext. */
static bool
is_atext(unsigned char c)
{
	return is_alnum(c) ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_local(const char *s, size_t len)
{
	if (len == 0 || len > LOCAL_MAX || s[0] == '.' || s[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_atext((unsigned char)s[i]) &&
		    (s[i] != '.' || s[i - 1] == '.'))
			return false;
	return true;
}

static bool
is_domain(const char *s)
{
	size_t label = 0;

	for (; *s != '\0'; s++) {
		if (*s == '.') {
			if (label == 0 || s[-1] == '-')
				return false;
			label = 0;
		} else if (is_alnum((unsigned char)*s) ||
			   (*s == '-' && label > 0)) {
			if (++label > LABEL_MAX)
				return false;
		} else {
			return false;
		}
	}
	return label > 0 && s[-1] != '-';
}

bool
mail_address_is_valid(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL && strlen(address) <= ADDRESS_MAX &&
	       is_local(address, (size_t)(at - address)) && is_domain(at + 1);
}

/* --- header lines -----------------------------------------------------------
 */

struct line {
	struct buf *out;
	size_t column;
};

static void
begin_header(struct line *l, struct buf *out, const char *name)
{
	l->out = out;
	buf_printf(out, "%s:", name);
	l->column = strlen(name) + 1;
}

/* A piece that is not split, on a line of its own when it does not fit. */
static void
add_piece(struct line *l, const char *s, size_t len)
{
	if (l->column > 1 && l->column + 1 + len > LINE_MAX_OCTETS) {
		buf_str(l->out, "\r\n");
		l->column = 0;
	}
	buf_char(l->out, ' ');
	buf_add(l->out, s, len);
	l->column += 1 + len;
}

static void
end_header(struct line *l)
{
	buf_str(l->out, "\r\n");
}

/* How many octets of a character are in Q; the set is that of phrases. */
static size_t
q_cost(const char *s, size_t len)
{
	return len == 1 && (is_alnum((unsigned char)*s) || *s == ' ') ? 1
								      : 3 * len;
}

static void
q_add(struct buf *b, const char *s, size_t len)
{
	if (len == 1 && *s == ' ') {
		buf_char(b, '_');
		return;
	}
	if (len == 1 && is_alnum((unsigned char)*s)) {
		buf_char(b, *s);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		buf_char(b, '=');
		buf_char(b, hex_digits[c >> 4]);
		buf_char(b, hex_digits[c & 15]);
	}
}

/* Encoded words, none longer than allowed, no character in two of them. */
static void
add_encoded(struct line *l, const char *s)
{
	static const char begin[] = "=?UTF-8?Q?", end[] = "?=";
	size_t len = strlen(s), pos = 0;
	struct buf word = { 0 };

	while (pos < len) {
		buf_reset(&word);
		buf_str(&word, begin);
		while (pos < len) {
			size_t next = pos;

			(void)utf8_next(s, len, &next);
			if (word.len + q_cost(s + pos, next - pos) >
			    WORD_MAX - (sizeof end - 1))
				break;
			q_add(&word, s + pos, next - pos);
			pos = next;
		}
		buf_str(&word, end);
		add_piece(l, buf_text(&word), word.len);
	}
	buf_clear(&word);
}

/* ASCII without what a reader would take for an encoded word, in short words.
 */
static bool
is_plain(const char *s)
{
	size_t word = 0;

	if (strstr(s, "=?") != NULL)
		return false;
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s > 0x7e)
			return false;
		word = *s == ' ' ? 0 : word + 1;
		if (word > LINE_MAX_OCTETS - 20)
			return false;
	}
	return true;
}

/* Words of a text, folded at spaces; more than one space is kept by encoding.
 */
static void
add_text(struct line *l, const char *s)
{
	if (!is_plain(s) || strstr(s, "  ") != NULL || s[0] == ' ' ||
	    (s[0] != '\0' && s[strlen(s) - 1] == ' ')) {
		add_encoded(l, s);
		return;
	}
	while (*s != '\0') {
		size_t len = strcspn(s, " ");

		add_piece(l, s, len);
		s += len;
		s += *s == ' ';
	}
}

static bool
is_atoms(const char *s)
{
	for (; *s != '\0'; s++)
		if (!is_atext((unsigned char)*s) && *s != ' ')
			return false;
	return true;
}

static void
add_quoted(struct line *l, const char *s)
{
	struct buf quoted = { 0 };

	buf_char(&quoted, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(&quoted, '\\');
		buf_char(&quoted, *s);
	}
	buf_char(&quoted, '"');
	add_piece(l, buf_text(&quoted), quoted.len);
	buf_clear(&quoted);
}

static void
add_address(struct line *l, const struct mail_address *a)
{
	struct buf address = { 0 };

	if (a->name != NULL && a->name[0] != '\0') {
		if (!is_plain(a->name) || strlen(a->name) > LINE_MAX_OCTETS / 2)
			add_encoded(l, a->name);
		else if (is_atoms(a->name))
			add_text(l, a->name);
		else
			add_quoted(l, a->name);
	}
	buf_printf(&address, "<%s>", a->address);
	add_piece(l, buf_text(&address), address.len);
	buf_clear(&address);
}

/* "Mon, 22 Apr 2024 07:00:00 +0000"; names of days are English here. */
static void
add_date(struct buf *out, time_t at)
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm;

	gmtime_r(&at, &tm);
	buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* --- the body
 * ------------------------------------------------------------------- */

/* Where a line of at most WRAP_AT characters ends: behind its last word. */
static size_t
wrap_point(const char *s, size_t len)
{
	size_t pos = 0, count = 0, space = 0;

	while (pos < len) {
		if (s[pos] == ' ' && pos > 0) {
			space = pos;
			if (count > WRAP_AT)
				return pos;
		}
		if (count >= WRAP_AT && space > 0)
			return space;
		(void)utf8_next(s, len, &pos);
		count++;
	}
	return len;
}

static void
wrap(struct buf *out, const char *s)
{
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");
		const char *end = s + len;

		while (len > 0 && s[len - 1] == ' ')
			len--;
		while (len > 0) {
			size_t n = wrap_point(s, len);

			buf_add(out, s, n);
			while (n < len && s[n] == ' ')
				n++;
			s += n;
			len -= n;
			if (len > 0)
				buf_char(out, '\n');
		}
		buf_char(out, '\n');
		s = end + (*end == '\n');
	}
}

static bool
is_7bit(const char *s)
{
	size_t column = 0;

	for (; *s != '\0'; s++) {
		if ((unsigned char)*s > 0x7e)
			return false;
		column = *s == '\n' ? 0 : column + 1;
		if (column > LINE_MAX_OCTETS)
			return false;
	}
	return true;
}

static void
add_7bit(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			buf_char(out, '\r');
		buf_char(out, *s);
	}
}

/* RFC 2045, 6.7; a soft line end before a line gets too long. */
static void
add_quoted_printable(struct buf *out, const char *s)
{
	size_t column = 0;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		bool is_last = s[1] == '\n' || s[1] == '\0';
		bool is_literal = (c > 0x20 && c < 0x7f && c != '=') ||
				  ((c == ' ' || c == '\t') && !is_last);
		size_t cost = is_literal ? 1 : 3;

		if (c == '\n') {
			buf_str(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + cost > LINE_MAX_OCTETS - (is_last ? 0 : 1)) {
			buf_str(out, "=\r\n");
			column = 0;
		}
		if (is_literal) {
			buf_char(out, (char)c);
		} else {
			buf_char(out, '=');
			buf_char(out, hex_digits[c >> 4]);
			buf_char(out, hex_digits[c & 15]);
		}
		column += cost;
	}
}

/* --- the whole
 * ------------------------------------------------------------------ */

static bool
is_header_value(const char *s)
{
	if (!utf8_is_valid(s, strlen(s)))
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static bool
is_body(const char *s)
{
	if (!utf8_is_valid(s, strlen(s)))
		return false;
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t') ||
		    *s == 0x7f)
			return false;
	return true;
}

static enum rc
check(const struct mail_message *m, struct err *err)
{
	const struct mail_address *const both[] = { &m->from, &m->to };

	for (size_t i = 0; i < NELEM(both); i++) {
		if (!mail_address_is_valid(both[i]->address))
			return err_set(err, RC_INVALID, "bad_address",
			    i == 0 ? "from" : "to", "not an address: %.100s",
			    is_header_value(both[i]->address)
				? both[i]->address
				: "(control characters)");
		if (both[i]->name != NULL && !is_header_value(both[i]->name))
			return err_set(err, RC_INVALID, "bad_header",
			    i == 0 ? "from" : "to", "a name is not one line");
	}
	if (!is_header_value(m->subject))
		return err_set(err, RC_INVALID, "bad_header", "subject",
		    "the subject is not one line");
	if (strspn(m->message_id,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789.-_@") != strlen(m->message_id) ||
	    strlen(m->message_id) > ADDRESS_MAX)
		return err_set(err, RC_INVALID, "bad_header", "message_id",
		    "the message id is none");
	if (!is_body(m->body))
		return err_set(
		    err, RC_INVALID, "bad_body", "body", "the body is no text");
	return RC_OK;
}

enum rc
mail_build(const struct mail_message *m, struct buf *out, struct err *err)
{
	enum rc rc = check(m, err);
	struct buf body = { 0 };
	struct line l;
	bool is_ascii;

	if (rc != RC_OK)
		return rc;
	begin_header(&l, out, "From");
	add_address(&l, &m->from);
	end_header(&l);
	begin_header(&l, out, "To");
	add_address(&l, &m->to);
	end_header(&l);
	begin_header(&l, out, "Subject");
	add_text(&l, m->subject);
	end_header(&l);
	add_date(out, m->at);
	buf_printf(out, "Message-ID: <%s>\r\n", m->message_id);
	/* no holiday notes, please: RFC 3834, and what Exchange looks at */
	buf_str(out, "Auto-Submitted: auto-generated\r\n"
		     "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
		     "MIME-Version: 1.0\r\n"
		     "Content-Language: de\r\n");
	wrap(&body, m->body);
	is_ascii = is_7bit(buf_text(&body));
	buf_printf(out,
	    "Content-Type: text/plain; charset=%s\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n",
	    is_ascii ? "us-ascii" : "utf-8",
	    is_ascii ? "7bit" : "quoted-printable");
	if (is_ascii)
		add_7bit(out, buf_text(&body));
	else
		add_quoted_printable(out, buf_text(&body));
	buf_clear(&body);
	return RC_OK;
}
