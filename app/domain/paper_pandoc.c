#include "paper_pandoc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "paper_parts.h"

enum { TITLE_WORDS = 8, DEPTH_MAX = 40 };

/* What is open, and what the headings say items are. */
struct walk {
	struct buf *out;
	struct buf notes; /* footnotes, for the end */
	struct buf chapter, section;
	struct buf heading; /* of a block of questions that may come */
	char kind[24];
	bool has_section, has_item, takes_text, in_set, is_group;
	int footnote, depth;
	json_t *styles; /* unknown ones that were named */
	struct paper_issues *issues;
};

static void blocks(struct walk *, const json_t *, const char *style);
static void inlines(struct walk *, const json_t *, struct buf *);

/* Styles of Word and LibreOffice that say nothing about the part. */
static const char *const plain_styles[] = { "Normal", "Body Text",
	"First Paragraph", "Compact", "List Paragraph", "Footnote Text",
	"Standard", "Text body", "Text Body", "Textkörper", "Listenabsatz",
	"Fußnotentext", "footnote text", "List Bullet", "Aufzählungszeichen",
	"Table Contents", "List Contents", "Caption", "Beschriftung", "Default",
	"No Spacing", "Kein Leerraum" };

static const char *
tag(const json_t *o)
{
	const char *t = json_string_value(json_object_get(o, "t"));

	return t == NULL ? "" : t;
}

static bool
is(const json_t *o, const char *name)
{
	return strcmp(tag(o), name) == 0;
}

static const json_t *
content(const json_t *o)
{
	return json_object_get(o, "c");
}

/* A note stands as a mark; its words wait for the end. */
static void
note(struct walk *w, const json_t *list, struct buf *out)
{
	struct buf text = { 0 };
	json_t *b;
	size_t i;

	if (++w->depth > DEPTH_MAX)
		return;
	json_array_foreach (list, i, b) {
		const json_t *c =
		    is(b, "Div") ? json_array_get(content(b), 1) : NULL;
		json_t *inner;
		size_t k;

		if (is(b, "Para") || is(b, "Plain"))
			inlines(w, content(b), &text);
		json_array_foreach (c, k, inner)
			if (is(inner, "Para") || is(inner, "Plain"))
				inlines(w, content(inner), &text);
	}
	buf_printf(out, "\x01%d\x02", ++w->footnote);
	buf_printf(&w->notes, "[^%d]: ", w->footnote);
	paper_lines(&w->notes, "    ", "",
	    buf_text(&text) + strspn(buf_text(&text), " "));
	buf_clear(&text);
	w->depth--;
}

/* The words; marks of notes are \1 number \2 until they are written. */
static void
inlines(struct walk *w, const json_t *list, struct buf *out)
{
	json_t *x;
	size_t i;

	if (++w->depth > DEPTH_MAX)
		return;
	json_array_foreach (list, i, x) {
		const json_t *c = content(x);

		if (is(x, "Str"))
			buf_str(out, json_string_value(c) == NULL
					 ? ""
					 : json_string_value(c));
		else if (is(x, "Space") || is(x, "SoftBreak"))
			buf_char(out, ' ');
		else if (is(x, "LineBreak"))
			buf_char(out, '\n');
		else if (is(x, "Note"))
			note(w, c, out);
		else if (is(x, "Quoted")) {
			buf_str(out, "„");
			inlines(w, json_array_get(c, 1), out);
			buf_str(out, "“");
		} else if (is(x, "Link") || is(x, "Span"))
			inlines(w, json_array_get(c, 1), out);
		else if (is(x, "Code") || is(x, "Math"))
			buf_str(
			    out, json_string_value(json_array_get(c, 1)) == NULL
				     ? ""
				     : json_string_value(json_array_get(c, 1)));
		else if (json_is_array(c) && !is(x, "Image") &&
			 !is(x, "RawInline"))
			inlines(w, c, out);
	}
	w->depth--;
}

/* Into the text: escaped, marks as marks. */
static void
write_words(struct walk *w, const char *text, bool is_title)
{
	struct buf escaped = { 0 };

	while (isspace((unsigned char)*text))
		text++;
	paper_lines(&escaped, "", "-", text);
	for (size_t i = 0; i < escaped.len; i++) {
		char c = escaped.data[i];

		if (c == '\x01')
			buf_str(w->out, "[^");
		else if (c == '\x02')
			buf_char(w->out, ']');
		else if (c != '\n' || !is_title)
			buf_char(w->out, c);
		else if (i + 2 < escaped.len)
			buf_char(w->out, ' ');
	}
	buf_clear(&escaped);
}

static void
need_section(struct walk *w)
{
	if (w->has_section)
		return;
	buf_str(w->out, "## ");
	write_words(w, buf_text(&w->chapter), true);
	buf_str(w->out, " {.redaktionell}\n\n");
	w->has_section = true;
}

static void
begin_item(struct walk *w, const char *title, const char *kind, bool is_own)
{
	need_section(w);
	buf_str(w->out, "### ");
	write_words(w, title, true);
	buf_printf(w->out, " {.%s%s}\n\n", kind, is_own ? "" : " .sinngemäß");
	w->has_item = true;
	w->takes_text = is_own;
	w->in_set = false;
	w->is_group = strcmp(kind, "nutzendengruppe") == 0;
}

/* What a heading makes of the items below it. */
static void
set_kind(struct walk *w)
{
	const char *s = buf_text(&w->section), *c = buf_text(&w->chapter);

	snprintf(w->kind, sizeof w->kind, "%s",
	    strstr(s, "Ideen") != NULL || strstr(s, "Idee ") != NULL ? "idee"
	    : strstr(s, "Eckpunkt") != NULL                  ? "eckpunkt"
	    : strstr(s, "Anforderung") != NULL               ? "nutzendengruppe"
	    : strstr(c, "Grundsätz") != NULL && s[0] != '\0' ? "grundsatz"
							     : "aussage");
}

/* A title for a paragraph that has none: its first words. */
static void
first_words(const char *text, struct buf *title)
{
	int words = 0;

	for (; *text != '\0' && words < TITLE_WORDS; text++) {
		if (*text == '\x01')
			while (*text != '\0' && *text != '\x02')
				text++;
		else if (*text == ' ' || *text == '\n') {
			words++;
			buf_char(title, ' ');
		} else
			buf_char(title, *text);
		if (*text == '\0')
			return;
	}
	while (title->len > 0 &&
	       strchr(" ,;:.", title->data[title->len - 1]) != NULL)
		title->data[--title->len] = '\0';
	if (*text != '\0')
		buf_str(title, " …");
}

static void
question(struct walk *w, const char *text)
{
	if (!w->in_set) {
		const char *s = buf_text(&w->heading);
		size_t n = strlen(s);

		if (!w->has_section) {
			buf_str(w->out,
			    "## Leitfragen {.fragen .redaktionell}\n\n");
			w->has_section = true;
		}
		while (n > 0 && (s[n - 1] == ':' || s[n - 1] == ' '))
			n--;
		buf_str(w->out, "### ");
		paper_inline(
		    w->out, n == 0 ? "Leitfragen" : s, n == 0 ? 10 : n);
		buf_str(w->out, " {.leitfragen}\n\n");
		if (n > 0) {
			buf_str(w->out, "> ");
			paper_lines(w->out, "> ", "", s);
		}
	}
	buf_reset(&w->heading);
	w->in_set = true;
	w->has_item = w->takes_text = false;
	buf_str(w->out, "#### {.leitfrage}\n\n");
	write_words(w, text, false);
}

/* "**Lead:** text": the length of the list that is bold at its beginning. */
static const json_t *
lead_of(const json_t *list)
{
	const json_t *first = json_array_get(list, 0);

	return is(first, "Strong") ? content(first) : NULL;
}

static bool
lead_item(struct walk *w, const json_t *list)
{
	const json_t *strong = lead_of(list);
	struct buf title = { 0 }, rest = { 0 };
	json_t *tail = json_array();
	const char *s;
	bool found;
	size_t n;

	for (size_t i = 1; i < json_array_size(list); i++)
		json_array_append(tail, json_array_get(list, i));
	if (strong != NULL) {
		inlines(w, strong, &title);
		inlines(w, tail, &rest);
	}
	s = buf_text(&rest);
	n = title.len;
	while (n > 0 && title.data[n - 1] == ' ')
		n--;
	found = n > 0 && (title.data[n - 1] == ':' || *s == ':');
	if (found) {
		while (n > 0 && strchr(": ", title.data[n - 1]) != NULL)
			n--;
		title.data[n] = '\0';
		s += *s == ':';
		begin_item(w, buf_text(&title), w->kind, true);
		if (s[strspn(s, " ")] != '\0')
			write_words(w, s, false);
	}
	json_decref(tail);
	buf_clear(&title);
	buf_clear(&rest);
	return found;
}

static bool
is_known_style(const char *style)
{
	for (size_t i = 0; i < NELEM(plain_styles); i++)
		if (strcmp(plain_styles[i], style) == 0)
			return true;
	return false;
}

/* Styles that say what a paragraph is: those of the kinds, and "Leitfrage". */
static const char *
kind_of_style(const char *style)
{
	char lower[40] = "";

	for (size_t i = 0; style[i] != '\0' && i + 1 < sizeof lower; i++) {
		lower[i] = (char)tolower((unsigned char)style[i]);
		lower[i + 1] = '\0';
	}
	return paper_code(paper_kinds, lower) == NULL
		   ? NULL
		   : paper_text(paper_kinds, paper_code(paper_kinds, lower));
}

static void
paragraph(struct walk *w, const json_t *list, const char *style)
{
	struct buf text = { 0 }, title = { 0 };
	const char *kind = style == NULL ? NULL : kind_of_style(style), *s;
	int before = w->footnote;

	if (kind != NULL)
		snprintf(w->kind, sizeof w->kind, "%s", kind);
	if (w->chapter.len > 0 &&
	    (style == NULL || strcmp(style, "Leitfrage") != 0) &&
	    lead_item(w, list))
		return;
	inlines(w, list, &text);
	s = buf_text(&text) + strspn(buf_text(&text), " \n");
	if (*s == '\0' || strncmp(s, "Abbildung ", 10) == 0)
		;
	else if (w->chapter.len == 0)
		paper_issue(w->issues, 0, false, "paper_before", s);
	else if (style != NULL && strcmp(style, "Leitfrage") == 0)
		question(w, s);
	else if (strncmp(s, "Leitfragen", 10) == 0 && s[strlen(s) - 1] == ':') {
		buf_reset(&w->heading);
		buf_str(&w->heading, s);
		w->in_set = w->has_item = w->takes_text = false;
	} else if (w->has_item && w->takes_text)
		write_words(w, s, false);
	else if (w->has_section && !w->has_item && !w->in_set &&
		 w->section.len > 0 && w->footnote == before)
		write_words(w, s, false); /* a note of the section */
	else {
		first_words(s, &title);
		begin_item(w, buf_text(&title), kind == NULL ? "aussage" : kind,
		    false);
		write_words(w, s, false);
	}
	buf_clear(&text);
	buf_clear(&title);
}

static const char *
style_of(const json_t *attr)
{
	json_t *pair;
	size_t i;

	json_array_foreach (json_array_get(attr, 2), i, pair) {
		const char *name = json_string_value(json_array_get(pair, 0));

		if (name != NULL && strcmp(name, "custom-style") == 0)
			return json_string_value(json_array_get(pair, 1));
	}
	return NULL;
}

/* Below a question its sub-items, below a user group its requirements. */
static void
entry(struct walk *w, const json_t *list, const char *style)
{
	json_t *b = json_array_get(list, 0);
	const json_t *inner = b;
	struct buf text = { 0 };

	if (is(b, "Div")) {
		style = style_of(json_array_get(content(b), 0)) != NULL
			    ? style_of(json_array_get(content(b), 0))
			    : style;
		inner = json_array_get(json_array_get(content(b), 1), 0);
	}
	if ((style != NULL && strcmp(style, "Leitfrage") == 0) ||
	    lead_of(content(inner)) != NULL ||
	    (!w->in_set && !(w->has_item && w->takes_text))) {
		blocks(w, list, style);
		return;
	}
	inlines(w, content(inner), &text);
	if (w->in_set || w->is_group) {
		buf_str(w->out, "- ");
		write_words(w, buf_text(&text), true);
		buf_str(w->out, "\n\n");
	} else {
		buf_str(&text, "");
		buf_str(w->out, "– ");
		write_words(w, buf_text(&text), false);
	}
	buf_clear(&text);
}

/* Does a heading name the kind of what comes, rather than being an item? */
static bool
names_kind(const json_t *next)
{
	if (is(next, "Div"))
		next = json_array_get(json_array_get(content(next), 1), 0);
	return is(next, "BulletList") || is(next, "OrderedList") ||
	       ((is(next, "Para") || is(next, "Plain")) &&
		   lead_of(content(next)) != NULL);
}

static void
heading(struct walk *w, const json_t *c, const json_t *next)
{
	json_int_t level = json_integer_value(json_array_get(c, 0));
	struct buf title = { 0 };

	inlines(w, json_array_get(c, 2), &title);
	if (level == 1) {
		buf_reset(&w->chapter);
		buf_reset(&w->section);
		buf_str(&w->chapter, buf_text(&title));
		buf_str(w->out, "# ");
		write_words(w, buf_text(&title), true);
		buf_str(w->out, "\n\n");
		w->has_section = false;
	} else if (w->chapter.len == 0)
		paper_issue(
		    w->issues, 0, false, "paper_before", buf_text(&title));
	else if (level == 2) {
		buf_reset(&w->section);
		buf_str(&w->section, buf_text(&title));
		buf_str(w->out, "## ");
		write_words(w, buf_text(&title), true);
		buf_str(w->out, strstr(buf_text(&title), "Ideen") != NULL
				    ? " {.ideen}\n\n"
				    : "\n\n");
		w->has_section = true;
	} else if (names_kind(next)) {
		/* It names the kind of the entries below it. */
		buf_reset(&w->section);
		buf_str(&w->section, buf_text(&title));
	} else {
		begin_item(w, buf_text(&title), w->kind, true);
		buf_clear(&title);
		return;
	}
	w->has_item = w->takes_text = w->in_set = w->is_group = false;
	set_kind(w);
	buf_clear(&title);
}

static void
blocks(struct walk *w, const json_t *list, const char *style)
{
	json_t *b, *x;
	size_t i, k;

	if (++w->depth > DEPTH_MAX || json_array_size(list) > 20000) {
		w->depth--;
		return;
	}
	json_array_foreach (list, i, b) {
		const json_t *c = content(b);

		if (is(b, "Header"))
			heading(w, c, json_array_get(list, i + 1));
		else if (is(b, "Para") || is(b, "Plain"))
			paragraph(w, c, style);
		else if (is(b, "BulletList") || is(b, "OrderedList")) {
			json_array_foreach (
			    is(b, "BulletList") ? c : json_array_get(c, 1), k,
			    x)
				entry(w, x, style);
			if (!w->in_set)
				w->has_item = w->takes_text = w->is_group =
				    false;
		} else if (is(b, "Div")) {
			const char *own = style_of(json_array_get(c, 0));

			if (own != NULL && strcmp(own, "Leitfrage") != 0 &&
			    kind_of_style(own) == NULL &&
			    !is_known_style(own) &&
			    json_object_get(w->styles, own) == NULL) {
				paper_issue(
				    w->issues, 0, false, "paper_style", own);
				json_object_set_new(
				    w->styles, own, json_true());
			}
			blocks(
			    w, json_array_get(c, 1), own == NULL ? style : own);
		} else if (is(b, "BlockQuote"))
			blocks(w, c, style);
		else if (!is(b, "Null") && !is(b, "HorizontalRule"))
			paper_issue(w->issues, 0, false, "paper_block",
			    is(b, "Table") ? "Tabelle" : tag(b));
	}
	w->depth--;
}

static void
front(struct walk *w, const json_t *meta, const char *name, const char *word)
{
	const json_t *o = json_object_get(meta, name);
	struct buf text = { 0 };

	if (is(o, "MetaInlines"))
		inlines(w, content(o), &text);
	if (text.len > 0)
		buf_printf(w->out, "%s: %s\n", word, buf_text(&text));
	buf_clear(&text);
}

enum rc
paper_from_pandoc(
    const json_t *pandoc, struct buf *out, struct paper_issues *issues)
{
	const json_t *meta = json_object_get(pandoc, "meta");
	struct walk w = { .out = out,
		.styles = json_object(),
		.issues = issues,
		.kind = "aussage" };

	if (json_is_array(json_object_get(pandoc, "blocks"))) {
		buf_str(out, "---\n");
		front(&w, meta, "title", "Titel");
		front(&w, meta, "subtitle", "Untertitel");
		front(&w, meta, "date", "Stand");
		buf_str(out, "---\n\n");
		blocks(&w, json_object_get(pandoc, "blocks"), NULL);
		if (w.notes.len > 0)
			buf_add(out, w.notes.data, w.notes.len);
		if (w.chapter.len == 0)
			paper_issue(issues, 0, true, "paper_no_heading", "");
	} else
		paper_issue(issues, 0, true, "file_unreadable", "");
	json_decref(w.styles);
	buf_clear(&w.notes);
	buf_clear(&w.chapter);
	buf_clear(&w.section);
	buf_clear(&w.heading);
	return issues->errors > 0 ? RC_INVALID : RC_OK;
}
