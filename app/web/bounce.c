/*
 * A report is multipart/report with a part message/delivery-status, whose
 * groups of fields tell of each recipient, and a part with the returned mail or
 * its head. Nothing else of MIME is looked at; nothing is decoded.
 */
#include "bounce.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "utf8.h"

struct span {
	const char *s;
	size_t len;
};

/* The next line without its end; false at the end of the text. */
static bool
next_line(struct span *text, struct span *line)
{
	const char *end;
	size_t len;

	if (text->len == 0)
		return false;
	end = memchr(text->s, '\n', text->len);
	len = end == NULL ? text->len : (size_t)(end - text->s);
	*line = (struct span){ text->s, len };
	if (line->len > 0 && line->s[line->len - 1] == '\r')
		line->len--;
	len += end != NULL;
	text->s += len;
	text->len -= len;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
trim(struct span t)
{
	while (t.len > 0 && is_blank(t.s[0])) {
		t.s++;
		t.len--;
	}
	while (t.len > 0 && is_blank(t.s[t.len - 1]))
		t.len--;
	return t;
}

/*
 * The next field of a head, unfolded into value; false at the blank line (which
 * is taken) or the end.
 */
static bool
next_field(struct span *text, struct span *name, struct buf *value)
{
	struct span line;
	const char *colon;

	buf_reset(value);
	do {
		if (!next_line(text, &line) || line.len == 0)
			return false;
		colon = memchr(line.s, ':', line.len);
	} while (colon == NULL); /* such as "From " of a mailbox */
	*name = trim((struct span){ line.s, (size_t)(colon - line.s) });
	buf_add(value, colon + 1, line.len - (size_t)(colon + 1 - line.s));
	while (text->len > 0 && is_blank(text->s[0])) {
		(void)next_line(text, &line);
		buf_add(value, line.s, line.len);
	}
	return true;
}

static bool
is_named(struct span name, const char *word)
{
	return name.len == strlen(word) &&
	       strncasecmp(name.s, word, name.len) == 0;
}

/* One clean line, cut between characters where it does not fit. */
static void
put(char *out, size_t size, struct span t)
{
	size_t pos = 0, n = 0;

	t = trim(t);
	while (pos < t.len) {
		size_t from = pos;
		uint32_t c = utf8_next(t.s, t.len, &pos);
		bool is_bad = c < 0x20 || c == 0x7f || c == 0xfffd;
		size_t len = is_bad ? 1 : pos - from;

		if (n + len >= size)
			break;
		memcpy(out + n, is_bad ? "?" : t.s + from, len);
		n += len;
	}
	out[n] = '\0';
}

/* What stands behind "rfc822;" or another type of address or code. */
static struct span
behind_type(struct span t)
{
	const char *semicolon = t.len == 0 ? NULL : memchr(t.s, ';', t.len);

	if (semicolon == NULL)
		return t;
	return (struct span){ semicolon + 1,
		t.len - (size_t)(semicolon + 1 - t.s) };
}

static struct span
without_brackets(struct span t)
{
	t = trim(t);
	if (t.len >= 2 && t.s[0] == '<' && t.s[t.len - 1] == '>')
		return (struct span){ t.s + 1, t.len - 2 };
	return t;
}

static struct span
span_of(const struct buf *b)
{
	return (struct span){ buf_text(b), b->len };
}

/* Is this the type, whatever parameters follow? */
static bool
is_type(struct span value, const char *type)
{
	size_t len = strlen(type);

	value = trim(value);
	return value.len >= len && strncasecmp(value.s, type, len) == 0 &&
	       (value.len == len || value.s[len] == ';' ||
		   is_blank(value.s[len]));
}

/* The boundary of a Content-Type, quoted or not; at most 70 characters. */
static bool
find_boundary(struct span value, char out[72])
{
	static const char key[] = "boundary=";
	size_t len = 0;
	char end;

	while (value.len >= sizeof key - 1 &&
	       strncasecmp(value.s, key, sizeof key - 1) != 0) {
		value.s++;
		value.len--;
	}
	if (value.len < sizeof key)
		return false;
	value.s += sizeof key - 1;
	value.len -= sizeof key - 1;
	end = *value.s == '"' ? '"' : ';';
	if (end == '"') {
		value.s++;
		value.len--;
	}
	while (len < value.len && value.s[len] != end &&
	       (end == '"' || !is_blank(value.s[len])))
		len++;
	if (len == 0 || len > 70)
		return false;
	memcpy(out, value.s, len);
	out[len] = '\0';
	return true;
}

static bool
is_delimiter(struct span line, const char *boundary)
{
	size_t len = strlen(boundary);

	return line.len >= len + 2 && line.s[0] == '-' && line.s[1] == '-' &&
	       memcmp(line.s + 2, boundary, len) == 0;
}

/* Cuts the next part off, up to the line of the boundary. */
static bool
next_part(struct span *text, const char *boundary, struct span *part)
{
	struct span line;
	const char *begin = text->s;

	if (text->len == 0)
		return false;
	while (next_line(text, &line))
		if (is_delimiter(line, boundary)) {
			*part =
			    (struct span){ begin, (size_t)(line.s - begin) };
			return true;
		}
	*part = (struct span){ begin, (size_t)(text->s - begin) };
	return part->len > 0;
}

static bool
has_failed(const struct bounce *b)
{
	return strcasecmp(b->action, "failed") == 0;
}

/* One group of fields: the report as a whole, or one recipient. */
static void
read_group(struct span *text, struct bounce *b)
{
	struct buf value = { 0 };
	struct span name;

	while (next_field(text, &name, &value)) {
		struct span v = span_of(&value);

		if (is_named(name, "Action"))
			put(b->action, sizeof b->action, v);
		else if (is_named(name, "Status"))
			put(b->status, sizeof b->status, v);
		else if (is_named(name, "Diagnostic-Code"))
			put(b->diagnostic, sizeof b->diagnostic,
			    behind_type(v));
		else if (is_named(name, "Original-Recipient") ||
			 (is_named(name, "Final-Recipient") &&
			     b->recipient[0] == '\0'))
			put(b->recipient, sizeof b->recipient,
			    without_brackets(behind_type(v)));
	}
	buf_clear(&value);
}

/* "5.1.1 (bad mailbox)" is more than the status. */
static void
cut_status(char *status)
{
	status[strspn(status, "0123456789.")] = '\0';
}

static void
read_status(struct span text, struct bounce *out)
{
	while (text.len > 0) {
		struct bounce b = { 0 };

		read_group(&text, &b);
		if (b.action[0] == '\0')
			continue;
		cut_status(b.status);
		if (out->action[0] == '\0' ||
		    (has_failed(&b) && !has_failed(out))) {
			memcpy(
			    b.message_id, out->message_id, sizeof b.message_id);
			*out = b;
		}
	}
}

static void
read_returned(struct span text, struct bounce *out)
{
	struct buf value = { 0 };
	struct span name;

	while (next_field(&text, &name, &value))
		if (is_named(name, "Message-ID") && out->message_id[0] == '\0')
			put(out->message_id, sizeof out->message_id,
			    without_brackets(span_of(&value)));
	buf_clear(&value);
}

static void
read_part(struct span part, struct bounce *out)
{
	struct buf value = { 0 };
	bool is_status = false, is_returned = false;
	struct span name;

	while (next_field(&part, &name, &value)) {
		struct span v = span_of(&value);

		if (!is_named(name, "Content-Type"))
			continue;
		is_status = is_type(v, "message/delivery-status") ||
			    is_type(v, "message/global-delivery-status");
		is_returned = is_type(v, "message/rfc822") ||
			      is_type(v, "text/rfc822-headers") ||
			      is_type(v, "message/rfc822-headers") ||
			      is_type(v, "message/global") ||
			      is_type(v, "message/global-headers");
	}
	if (is_status)
		read_status(part, out);
	else if (is_returned)
		read_returned(part, out);
	buf_clear(&value);
}

enum rc
bounce_parse(
    const char *message, size_t len, struct bounce *out, struct err *err)
{
	struct span text = { message, len }, name, part;
	struct buf value = { 0 };
	bool is_report = false;
	char boundary[72];

	memset(out, 0, sizeof *out);
	while (next_field(&text, &name, &value))
		if (is_named(name, "Content-Type"))
			is_report =
			    is_type(span_of(&value), "multipart/report") &&
			    find_boundary(span_of(&value), boundary);
	buf_clear(&value);
	if (!is_report)
		return err_set(err, RC_INVALID, "no_report", "",
		    "not a report of a delivery");
	if (next_part(
		&text, boundary, &part)) /* what stands before the first */
		while (next_part(&text, boundary, &part))
			read_part(part, out);
	if (out->action[0] == '\0')
		return err_set(err, RC_INVALID, "no_report", "",
		    "the report has no delivery status");
	if (out->message_id[0] == '\0')
		return err_set(err, RC_INVALID, "no_message_id", "",
		    "the report does not name the mail");
	return RC_OK;
}
