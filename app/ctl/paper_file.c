#include "paper_file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "domain/paper_odt.h"
#include "domain/paper_pandoc.h"
#include "import_check.h"
#include "pandoc.h"
#include "web/utf8.h"
#include "web/zip.h"
#include "web/zip_check.h"

/* What a file of another kind begins with. */
static const struct {
	const char *begin;
	size_t len;
	const char *code;
} foreign[] = {
	{ "%PDF", 4, "file_pdf" },
	/* Word before 2007, or any Office file with a password. */
	{ "\xd0\xcf\x11\xe0", 4, "file_ole" },
	{ "{\\rtf", 5, "file_rtf" },
};

static enum rc
refuse(struct err *err, const char *code)
{
	return err_set(err, RC_INVALID, code, "file", "%s", code);
}

/* The same file with its styles told in the text; what pandoc needs of it. */
static enum rc
mark_styles(const void *data, size_t len, struct buf *out, struct err *err)
{
	static const char *const parts[] = { "styles.xml",
		"META-INF/manifest.xml" };
	struct buf xml = { 0 }, marked = { 0 };
	struct err none = { 0 };
	struct zip *z;
	enum rc rc = zip_take(data, len, "content.xml", &xml, err);

	if (rc == RC_OK) {
		paper_odt_mark(buf_text(&xml), xml.len, &marked);
		z = zip_begin(out, time(NULL));
		zip_entry(z, "content.xml");
		zip_add(z, marked.data, marked.len);
		for (size_t i = 0; i < NELEM(parts); i++) {
			buf_reset(&xml);
			if (zip_take(data, len, parts[i], &xml, &none) != RC_OK)
				continue;
			zip_entry(z, parts[i]);
			zip_add(z, buf_text(&xml), xml.len);
		}
		zip_finish(z);
		zip_free(z);
	}
	buf_clear(&xml);
	buf_clear(&marked);
	return rc;
}

static enum rc
from_office(const void *data, size_t len, struct buf *text,
    struct paper_issues *issues, struct err *err)
{
	struct buf said = { 0 }, marked = { 0 };
	enum zip_kind kind;
	json_t *ast;
	enum rc rc;

	if ((rc = zip_check(data, len, &kind, err)) != RC_OK)
		return rc;
	if (kind == ZIP_OTHER)
		return refuse(err, "file_zip_other");
	if (kind == ZIP_DOCX)
		rc = pandoc_read("docx+styles", data, len, &said, err);
	else if ((rc = mark_styles(data, len, &marked, err)) == RC_OK)
		rc = pandoc_read("odt", marked.data, marked.len, &said, err);
	ast = rc == RC_OK ? json_loadb(said.data, said.len, 0, NULL) : NULL;
	buf_clear(&said);
	buf_clear(&marked);
	paper_odt_styles(ast);
	if (rc == RC_OK && paper_from_pandoc(ast, text, issues) != RC_OK)
		rc = refuse(err, issues->list[issues->len - 1].code);
	json_decref(ast);
	return rc;
}

static enum rc
from_json(const void *data, size_t len, struct buf *text, struct err *err)
{
	struct import_issues found = { 0 };
	json_t *doc = json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL);
	enum rc rc = RC_OK;

	if (!json_is_object(doc))
		rc = refuse(err, "file_json");
	else if (import_check(doc, &found) > 0) {
		rc = refuse(err, "file_json_form");
		snprintf(err->args, sizeof err->args, "%.100s: %.100s",
		    found.list[0].path, found.list[0].reason);
	} else
		paper_write(doc, text);
	import_issues_clear(&found);
	json_decref(doc);
	return rc;
}

/* Where there is nothing to take keys from, that all are new is said once. */
static void
tell_keys_once(struct paper_issues *issues)
{
	size_t to = 0, keys = 0;
	char what[24];

	for (size_t i = 0; i < issues->len; i++) {
		if (strcmp(issues->list[i].code, "paper_key_new") == 0)
			keys++;
		else
			issues->list[to++] = issues->list[i];
	}
	issues->len = to;
	snprintf(what, sizeof what, "%zu", keys);
	if (keys > 0)
		paper_issue_add(issues, "paper_keys_new", what);
}

enum rc
paper_file_read(const void *data, size_t len, const json_t *base,
    struct buf *text, json_t **doc, struct paper_issues *issues,
    struct err *err)
{
	const char *s = data;
	enum rc rc = RC_OK;

	*doc = NULL;
	if (len == 0)
		return refuse(err, "file_empty");
	if (len > PAPER_FILE_MAX)
		return refuse(err, "file_paper_large");
	for (size_t i = 0; i < NELEM(foreign); i++) {
		if (len >= foreign[i].len &&
		    memcmp(s, foreign[i].begin, foreign[i].len) == 0)
			return refuse(err, foreign[i].code);
	}
	if (len > 3 &&
	    memcmp(s, "\xef\xbb\xbf", 3) == 0) { /* a mark of UTF-8 */
		s += 3;
		len -= 3;
	}
	if (len > 1 && memcmp(s, "PK", 2) == 0)
		rc = from_office(s, len, text, issues, err);
	else if (!utf8_is_valid(s, len) || memchr(s, '\0', len) != NULL)
		rc = refuse(err, "file_encoding");
	else if (*s == '{')
		rc = from_json(s, len, text, err);
	else
		for (size_t i = 0; i < len; i++)
			if (s[i] != '\r')
				buf_char(text, s[i]);
	if (rc != RC_OK)
		return rc;
	rc = paper_read(buf_text(text), text->len, base, doc, issues);
	if (base == NULL)
		tell_keys_once(issues);
	if (rc != RC_OK)
		return refuse(err, "file_paper");
	if (json_array_size(json_object_get(*doc, "chapters")) == 0) {
		json_decref(*doc);
		*doc = NULL;
		return refuse(err, "paper_no_heading");
	}
	return RC_OK;
}
