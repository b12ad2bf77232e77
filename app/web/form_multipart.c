/*
 * multipart/form-data (RFC 7578) over a body that is in memory. Strict: CRLF
 * line ends, a closing delimiter, no transfer encodings; whoever sends
 * something else hears about it.
 */
#include "form.h"

#include <string.h>
#include <strings.h>

#include "buf.h"
#include "form_part.h"

#define BOUNDARY_MAX 70
#define HEADERS_MAX 4096

struct multipart {
	const char *data; /* what is left */
	size_t len;
	char delimiter[4 + BOUNDARY_MAX + 1]; /* "\r\n--boundary" */
	size_t delimiter_len;
};

struct part {
	struct buf name, filename;
	bool has_name, has_filename;
};

static enum rc read_boundary(
    struct multipart *m, const char *content_type, struct err *err);
static enum rc read_start(struct multipart *m, bool *is_last, struct err *err);
static enum rc read_delimiter_end(
    struct multipart *m, bool *is_last, struct err *err);
static enum rc read_headers(
    struct multipart *m, struct part *part, struct err *err);
static enum rc read_header(
    struct part *part, const char *line, size_t len, struct err *err);
static enum rc read_disposition(
    struct part *part, const char *s, size_t len, struct err *err);
static enum rc read_parameter(
    struct buf *out, const char *s, size_t len, size_t *pos, struct err *err);
static enum rc bad(struct err *err, const char *why);

enum rc
form_parse_multipart(struct form *f, const char *content_type, const char *data,
    size_t len, struct err *err)
{
	struct multipart m = { .data = data, .len = len };
	struct part part = { 0 };
	bool is_last = false;
	enum rc rc;

	rc = read_boundary(&m, content_type, err);
	if (rc == RC_OK)
		rc = read_start(&m, &is_last, err);
	while (rc == RC_OK && !is_last) {
		const char *value, *end;
		size_t value_len;

		rc = read_headers(&m, &part, err);
		if (rc != RC_OK)
			break;
		value = m.data;
		end = memmem(m.data, m.len, m.delimiter, m.delimiter_len);
		if (end == NULL) {
			rc = bad(err, "a part without an end");
			break;
		}
		value_len = (size_t)(end - value);
		m.data += value_len + m.delimiter_len;
		m.len -= value_len + m.delimiter_len;
		rc = form_put(f,
		    (struct form_text){ buf_text(&part.name), part.name.len },
		    (struct form_text){ value, value_len },
		    (struct form_text){
			part.has_filename ? buf_text(&part.filename) : NULL,
			part.filename.len },
		    err);
		if (rc == RC_OK)
			rc = read_delimiter_end(&m, &is_last, err);
	}
	buf_clear(&part.name);
	buf_clear(&part.filename);
	return rc;
}

static enum rc
bad(struct err *err, const char *why)
{
	return err_set(err, RC_BAD, "bad_multipart", "", "%s", why);
}

/* The parameter `boundary` of the Content-Type header. */
static enum rc
read_boundary(struct multipart *m, const char *content_type, struct err *err)
{
	static const char type[] = "multipart/form-data";
	static const char key[] = "boundary=";
	struct buf value = { 0 };
	const char *s;
	size_t pos = 0, len;
	enum rc rc;

	if (content_type == NULL ||
	    strncasecmp(content_type, type, sizeof type - 1) != 0)
		return bad(err, "not multipart/form-data");
	s = content_type + sizeof type - 1;
	s += strspn(s, " \t");
	while (*s == ';') {
		s += 1 + strspn(s + 1, " \t");
		if (strncasecmp(s, key, sizeof key - 1) == 0)
			break;
		s += strcspn(s, ";");
	}
	if (strncasecmp(s, key, sizeof key - 1) != 0)
		return bad(err, "no boundary");
	s += sizeof key - 1;
	rc = read_parameter(&value, s, strlen(s), &pos, err);
	len = value.len;
	if (rc == RC_OK && (len == 0 || len > BOUNDARY_MAX))
		rc = bad(err, "boundary of a wrong length");
	if (rc == RC_OK) {
		memcpy(m->delimiter, "\r\n--", 4);
		memcpy(m->delimiter + 4, value.data, len + 1);
		m->delimiter_len = 4 + len;
	}
	buf_clear(&value);
	return rc;
}

/* Up to the end of the first delimiter; a preamble is allowed by MIME. */
static enum rc
read_start(struct multipart *m, bool *is_last, struct err *err)
{
	const char *dashes = m->delimiter + 2;
	size_t dashes_len = m->delimiter_len - 2;
	const char *at;
	size_t skip;

	if (m->len >= dashes_len && memcmp(m->data, dashes, dashes_len) == 0) {
		skip = dashes_len;
	} else {
		at = memmem(m->data, m->len, m->delimiter, m->delimiter_len);
		if (at == NULL)
			return bad(err, "the boundary does not occur");
		skip = (size_t)(at - m->data) + m->delimiter_len;
	}
	m->data += skip;
	m->len -= skip;
	return read_delimiter_end(m, is_last, err);
}

/* Behind a delimiter: "--" for the last one, else white space and CRLF. */
static enum rc
read_delimiter_end(struct multipart *m, bool *is_last, struct err *err)
{
	size_t i = 0;

	*is_last = m->len >= 2 && memcmp(m->data, "--", 2) == 0;
	if (*is_last)
		return RC_OK;
	while (i < m->len && (m->data[i] == ' ' || m->data[i] == '\t'))
		i++;
	if (m->len - i < 2 || memcmp(m->data + i, "\r\n", 2) != 0)
		return bad(err, "no line end behind a boundary");
	m->data += i + 2;
	m->len -= i + 2;
	return RC_OK;
}

/* Header lines up to the empty one. */
static enum rc
read_headers(struct multipart *m, struct part *part, struct err *err)
{
	size_t seen = 0;

	buf_reset(&part->name);
	buf_reset(&part->filename);
	part->has_name = part->has_filename = false;
	for (;;) {
		const char *end = memmem(m->data, m->len, "\r\n", 2);
		const char *line = m->data;
		size_t len;
		enum rc rc;

		if (end == NULL)
			return bad(err, "part headers without an end");
		len = (size_t)(end - line);
		seen += len + 2;
		if (seen > HEADERS_MAX)
			return bad(err, "part headers are too long");
		m->data += len + 2;
		m->len -= len + 2;
		if (len == 0)
			break;
		rc = read_header(part, line, len, err);
		if (rc != RC_OK)
			return rc;
	}
	if (!part->has_name)
		return bad(err, "a part without a name");
	return RC_OK;
}

static enum rc
read_header(struct part *part, const char *line, size_t len, struct err *err)
{
	static const char disposition[] = "content-disposition:";
	static const char encoding[] = "content-transfer-encoding:";
	static const char *const plain[] = { "7bit", "8bit", "binary" };
	size_t n = sizeof disposition - 1;

	if (memchr(line, '\0', len) != NULL)
		return bad(err, "NUL in a part header");
	if (len >= n && strncasecmp(line, disposition, n) == 0)
		return read_disposition(part, line + n, len - n, err);
	n = sizeof encoding - 1;
	if (len < n || strncasecmp(line, encoding, n) != 0)
		return RC_OK; /* Content-Type and others say nothing to us */
	line += n;
	len -= n;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	for (size_t i = 0; i < NELEM(plain); i++) {
		if (len == strlen(plain[i]) &&
		    strncasecmp(line, plain[i], len) == 0)
			return RC_OK;
	}
	return bad(err, "a transfer encoding we do not know");
}

/* form-data; name="paper"; filename="Beschluss 2024-01.pdf" */
static enum rc
read_disposition(struct part *part, const char *s, size_t len, struct err *err)
{
	static const char kind[] = "form-data";
	size_t pos = 0;

	while (pos < len && (s[pos] == ' ' || s[pos] == '\t'))
		pos++;
	if (len - pos < sizeof kind - 1 ||
	    strncasecmp(s + pos, kind, sizeof kind - 1) != 0)
		return bad(err, "not form-data");
	pos += sizeof kind - 1;
	while (pos < len) {
		const char *key;
		size_t key_len;
		struct buf ignored = { 0 }, *out = &ignored;
		enum rc rc;

		if (s[pos] != ';' && s[pos] != ' ' && s[pos] != '\t')
			return bad(err, "broken content-disposition");
		while (pos < len &&
		       (s[pos] == ';' || s[pos] == ' ' || s[pos] == '\t'))
			pos++;
		key = s + pos;
		while (pos < len && s[pos] != '=' && s[pos] != ';')
			pos++;
		key_len = (size_t)(s + pos - key);
		if (key_len == 0)
			continue;
		if (pos == len || s[pos] != '=')
			return bad(err, "broken content-disposition");
		pos++;
		if (key_len == 4 && strncasecmp(key, "name", 4) == 0) {
			if (part->has_name)
				return bad(err, "two names for a part");
			part->has_name = true;
			out = &part->name;
		} else if (key_len == 8 &&
			   strncasecmp(key, "filename", 8) == 0) {
			if (part->has_filename)
				return bad(err, "two file names for a part");
			part->has_filename = true;
			out = &part->filename;
		}
		rc = read_parameter(out, s, len, &pos, err);
		buf_clear(&ignored);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/*
 * A token, or a quoted string. Browsers write a quotation mark as %22, others
 * as \"; a backslash before anything else is one (C:\Daten from old Windows).
 */
static enum rc
read_parameter(
    struct buf *out, const char *s, size_t len, size_t *pos, struct err *err)
{
	size_t i = *pos;

	if (i < len && s[i] == '"') {
		for (i++; i < len && s[i] != '"'; i++) {
			if (s[i] == '\\' && i + 1 < len &&
			    (s[i + 1] == '"' || s[i + 1] == '\\')) {
				buf_char(out, s[++i]);
			} else if (len - i > 2 &&
				   memcmp(s + i, "%22", 3) == 0) {
				buf_char(out, '"');
				i += 2;
			} else {
				buf_char(out, s[i]);
			}
		}
		if (i == len)
			return bad(err, "a quotation without an end");
		*pos = i + 1;
		return RC_OK;
	}
	while (i < len && s[i] != ';' && s[i] != ' ' && s[i] != '\t')
		buf_char(out, s[i++]);
	*pos = i;
	return RC_OK;
}
