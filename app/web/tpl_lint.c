/*
 * What stands in for context-aware escaping: a walk over the HTML of a
 * template at start that refuses a variable wherever the one escaping we have
 * (for text and double-quoted attributes) would not be enough.
 */
#include "tpl_node.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "filter.h"

enum place {
	IN_TEXT,
	IN_TAG,       /* between < and >, outside values */
	IN_ASSIGN,    /* behind = */
	IN_VALUE,     /* "…" */
	IN_BAD_VALUE, /* '…' or without quotes */
	IN_COMMENT,
	IN_SCRIPT /* and style: text up to the closing tag */
};

/* Where the HTML is, as far as sections must agree on it. */
struct spot {
	enum place place;
	unsigned seen; /* certain characters of the value, up to 2 */
};

struct lint {
	struct tpl *t;
	const char *file;
	bool is_layout;
	struct err *err;
	struct spot at;
	char quote; /* of IN_BAD_VALUE, '\0' without */
	char tag[16], attr[24];
	size_t tag_len, attr_len;
	bool in_tag_name, attr_done;
	struct spot stack[TPL_MAX_DEPTH];
	size_t depth;
	size_t closed; /* END of the section just left */
	unsigned closed_seen;
};

static const char *const place_text[] = {
	[IN_TEXT] = "text",
	[IN_TAG] = "a tag outside its attributes",
	[IN_ASSIGN] = "an attribute without quotes",
	[IN_VALUE] = "an attribute",
	[IN_BAD_VALUE] = "an attribute without double quotes",
	[IN_COMMENT] = "a comment",
	[IN_SCRIPT] = "<script> or <style>",
};

static const char *const url_attributes[] = { "href", "src", "action",
	"formaction", "poster", "xlink:href", "cite", "data" };

static enum rc scan_text(struct lint *l, const struct tpl_node *n) MUST_CHECK;
static enum rc check_value(struct lint *l, struct tpl_node *n) MUST_CHECK;
static enum rc check_raw(struct lint *l, const struct tpl_node *n) MUST_CHECK;
static enum rc check_attribute(struct lint *l, struct tpl_node *n) MUST_CHECK;
static enum rc open_section(
    struct lint *l, const struct tpl_node *n) MUST_CHECK;
static enum rc close_section(
    struct lint *l, const struct tpl_node *n) MUST_CHECK;
static enum rc fail(struct lint *l, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

enum rc
tpl_lint(struct tpl *t, const char *file, bool is_layout, struct err *err)
{
	struct lint l = {
		.t = t, .file = file, .is_layout = is_layout, .err = err
	};
	struct tpl_node *n = NULL;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < t->node_count && rc == RC_OK; i++) {
		n = &t->nodes[i];
		switch (n->kind) {
		case TPL_TEXT:
			rc = scan_text(&l, n);
			break;
		case TPL_VARIABLE:
		case TPL_RAW:
			rc = check_value(&l, n);
			break;
		case TPL_SECTION:
		case TPL_INVERTED:
			rc = open_section(&l, n);
			break;
		case TPL_END:
			rc = close_section(&l, n);
			break;
		case TPL_PARTIAL:
			if (l.at.place != IN_TEXT)
				rc = fail(&l, n->line, "partial %s inside %s",
				    n->text.s, place_text[l.at.place]);
			break;
		}
	}
	if (rc == RC_OK && l.at.place != IN_TEXT)
		rc = fail(&l, n->line, "the template ends inside %s",
		    place_text[l.at.place]);
	return rc;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_url_attribute(const struct lint *l)
{
	size_t i;

	for (i = 0; i < NELEM(url_attributes); i++)
		if (strcasecmp(l->attr, url_attributes[i]) == 0)
			return true;
	return false;
}

static void
collect(char *to, size_t size, size_t *len, char c)
{
	if (*len + 1 < size)
		to[(*len)++] = c;
	to[*len] = '\0';
}

static void
enter_tag(struct lint *l)
{
	l->at = (struct spot){ .place = IN_TAG };
	l->tag_len = l->attr_len = 0;
	l->tag[0] = l->attr[0] = '\0';
	l->in_tag_name = true;
	l->attr_done = true;
}

static void
leave_tag(struct lint *l)
{
	bool is_script = strcasecmp(l->tag, "script") == 0 ||
			 strcasecmp(l->tag, "style") == 0;

	l->at.place = is_script ? IN_SCRIPT : IN_TEXT;
}

/* One character between < and > and outside values. */
static void
scan_tag(struct lint *l, char c)
{
	if (c == '>') {
		leave_tag(l);
	} else if (is_space(c) || (c == '/' && l->tag_len > 0)) {
		l->in_tag_name = false;
		l->attr_done = true;
	} else if (l->in_tag_name) {
		collect(l->tag, sizeof(l->tag), &l->tag_len, c);
	} else if (c == '=') {
		l->at.place = IN_ASSIGN;
	} else {
		if (l->attr_done)
			l->attr_len = 0;
		l->attr_done = false;
		collect(l->attr, sizeof(l->attr), &l->attr_len, c);
	}
}

/* The first bytes of an address: a path, a fragment, or a fixed scheme. */
static enum rc
check_url_start(
    struct lint *l, const struct tpl_node *n, const char *s, size_t len)
{
	unsigned line = n->line;
	const char *p;

	if (s[0] == '/' ? len < 2 || s[1] != '/' : s[0] == '#' || s[0] == '?')
		return RC_OK;
	if ((len >= 8 && memcmp(s, "https://", 8) == 0) ||
	    (len >= 7 && memcmp(s, "mailto:", 7) == 0))
		return RC_OK;
	for (p = n->text.s; p < s; p++)
		line += *p == '\n';
	return fail(l, line, "%s must begin with / or # or ?", l->attr);
}

/* One character of a value; "/" alone does not yet say where it leads. */
static enum rc
take_value(struct lint *l, const struct tpl_node *n, const char *s, size_t len)
{
	enum rc rc = RC_OK;

	if (l->at.seen == 0 && is_url_attribute(l))
		rc = check_url_start(l, n, s, len);
	if (l->at.seen == 0 && *s == '/')
		l->at.seen = 1;
	else
		l->at.seen = 2;
	return rc;
}

static enum rc
scan_text(struct lint *l, const struct tpl_node *n)
{
	const char *s = n->text.s, *end = s + n->text.len;
	enum rc rc;

	for (; s < end; s++) {
		switch (l->at.place) {
		case IN_TEXT:
			if (*s != '<')
				break;
			if (end - s == 1)
				return fail(l, n->line,
				    "a tag's name must stand behind <");
			if (end - s >= 4 && memcmp(s, "<!--", 4) == 0)
				l->at.place = IN_COMMENT;
			else if ((is_letter(s[1]) || s[1] == '/' ||
				     s[1] == '!'))
				enter_tag(l);
			break;
		case IN_TAG:
			scan_tag(l, *s);
			break;
		case IN_ASSIGN:
			if (is_space(*s))
				break;
			l->quote = *s == '\'' ? '\'' : '\0';
			l->at.place = *s == '"' ? IN_VALUE : IN_BAD_VALUE;
			l->at.seen = 0;
			l->attr_done = true;
			break;
		case IN_VALUE:
			if (*s == '"') {
				l->at = (struct spot){ .place = IN_TAG };
				break;
			}
			rc = take_value(l, n, s, (size_t)(end - s));
			if (rc != RC_OK)
				return rc;
			break;
		case IN_BAD_VALUE:
			if (l->quote != '\0' ? *s == l->quote : is_space(*s))
				l->at.place = IN_TAG;
			else if (l->quote == '\0' && *s == '>')
				leave_tag(l);
			break;
		case IN_COMMENT:
			if (*s == '>' && s - n->text.s >= 2 && s[-1] == '-' &&
			    s[-2] == '-')
				l->at.place = IN_TEXT;
			break;
		case IN_SCRIPT:
			if (*s == '<' && end - s >= 2 && s[1] == '/')
				enter_tag(l);
			break;
		}
	}
	return RC_OK;
}

/* "name" or "name|filter", as a person would point at it. */
static enum rc
check_value(struct lint *l, struct tpl_node *n)
{
	enum rc rc = check_raw(l, n);

	if (rc != RC_OK)
		return rc;
	switch (l->at.place) {
	case IN_TEXT:
		return RC_OK;
	case IN_VALUE:
		rc = check_attribute(l, n);
		if (n->is_url)
			l->at.seen = 2;
		return rc;
	case IN_TAG:
	case IN_ASSIGN:
	case IN_BAD_VALUE:
	case IN_COMMENT:
	case IN_SCRIPT:
		break;
	}
	return fail(l, n->line, "{{%.*s}} inside %s", (int)n->text.len,
	    n->text.s, place_text[l->at.place]);
}

static bool
ends_with_filter(
    const struct lint *l, const struct tpl_node *n, const char *name)
{
	return n->call_count > 0 &&
	       tpl_span_is(l->t->calls[n->call + n->call_count - 1].name, name);
}

/* {{{ }}} is for what a filter made HTML, and for nothing else. */
static enum rc
check_raw(struct lint *l, const struct tpl_node *n)
{
	const struct tpl_call *last = NULL;
	bool is_raw = n->kind == TPL_RAW, makes_html;

	if (n->call_count > 0)
		last = &l->t->calls[n->call + n->call_count - 1];
	makes_html =
	    last != NULL && filter_is_raw(last->name.s, last->name.len);
	if (is_raw && !makes_html &&
	    !(l->is_layout && tpl_span_is(n->text, "content")))
		return fail(l, n->line,
		    "{{{%.*s}}} is not escaped and no filter makes it HTML",
		    (int)n->text.len, n->text.s);
	if (ends_with_filter(l, n, "asset"))
		return RC_OK;
	if (!is_raw && makes_html)
		return fail(l, n->line, "{{%.*s}} shows HTML: use {{{ }}}",
		    (int)n->text.len, n->text.s);
	if (is_raw && l->at.place == IN_VALUE)
		return fail(l, n->line, "{{{%.*s}}} inside an attribute",
		    (int)n->text.len, n->text.s);
	return RC_OK;
}

static bool
is_address_name(struct tpl_span key)
{
	if (tpl_span_is(key, "href") || tpl_span_is(key, "action"))
		return true;
	return key.len > 5 && memcmp(key.s + key.len - 5, "_href", 5) == 0;
}

static enum rc
check_attribute(struct lint *l, struct tpl_node *n)
{
	if (strncasecmp(l->attr, "on", 2) == 0 ||
	    strcasecmp(l->attr, "style") == 0 ||
	    strcasecmp(l->attr, "srcdoc") == 0)
		return fail(l, n->line, "{{%.*s}} inside %s=", (int)n->text.len,
		    n->text.s, l->attr);
	if (l->at.seen == 2 || !is_url_attribute(l))
		return RC_OK;
	if (l->at.seen == 1)
		return fail(l, n->line,
		    "%s=\"/{{%.*s}} may become //host: put a word between",
		    l->attr, (int)n->text.len, n->text.s);
	if (!ends_with_filter(l, n, "asset") &&
	    (n->is_literal || !is_address_name(tpl_node_key(l->t, n))))
		return fail(l, n->line,
		    "%s begins with {{%.*s}}, which is no href", l->attr,
		    (int)n->text.len, n->text.s);
	n->is_url = true;
	return RC_OK;
}

static enum rc
open_section(struct lint *l, const struct tpl_node *n)
{
	if (l->at.place == IN_ASSIGN || l->at.place == IN_BAD_VALUE)
		return fail(l, n->line, "section %.*s inside %s",
		    (int)n->text.len, n->text.s, place_text[l->at.place]);
	l->attr_done = true;
	l->stack[l->depth++] = l->at;
	return RC_OK;
}

/* Whether a section is shown or not, the HTML behind it must be the same. */
static enum rc
close_section(struct lint *l, const struct tpl_node *n)
{
	const struct tpl_node *opener = &l->t->nodes[n->jump];
	struct spot before = l->stack[--l->depth];
	unsigned inside = l->at.seen, outside = before.seen;
	bool is_else;

	if (l->at.place != before.place)
		return fail(l, opener->line,
		    "section %.*s begins inside %s and ends inside %s",
		    (int)n->text.len, n->text.s, place_text[before.place],
		    place_text[l->at.place]);
	/* {{#a}}/x{{/a}}{{^a}}/y{{/a}}: one of the two begins the value. */
	is_else =
	    opener->kind == TPL_INVERTED && l->closed + 1 == n->jump &&
	    l->t->nodes[l->closed].text.len == n->text.len &&
	    memcmp(l->t->nodes[l->closed].text.s, n->text.s, n->text.len) == 0;
	l->closed = (size_t)(n - l->t->nodes);
	if (is_else && l->closed_seen > outside)
		outside = inside < l->closed_seen ? inside : l->closed_seen;
	l->closed_seen = inside;
	l->at.seen = outside;
	l->attr_done = true;
	return RC_OK;
}

static enum rc
fail(struct lint *l, unsigned line, const char *fmt, ...)
{
	char reason[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	return err_set(l->err, RC_INTERNAL, "template", "", "%s:%u: %s",
	    l->file, line, reason);
}
