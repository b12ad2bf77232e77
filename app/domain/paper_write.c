/* The paper as text. */
#include "paper_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void head(const json_t *, struct buf *);
static void chapter(const json_t *, const json_t *, struct buf *);
static void section(const json_t *, const json_t *, struct buf *);
static void item(const json_t *, const json_t *, struct buf *);
static void questions(const json_t *, const char *, struct buf *);
static void question(const json_t *, struct buf *);
static void footnote(const json_t *, struct buf *);
static void heading(struct buf *, int, const json_t *);
static void attr_words(struct buf *, const char *, const json_t *);
static void attr_text(struct buf *, const char *, const char *);
static void attr_flag(struct buf *, const char *, bool);
static void end_attrs(struct buf *);

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static bool
is(const json_t *o, const char *name, const char *value)
{
	const char *s = text_of(o, name);

	return s != NULL && value != NULL && strcmp(s, value) == 0;
}

static bool
flag(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

void
paper_write(const json_t *doc, struct buf *out)
{
	json_t *o;
	size_t i;

	if (json_object_get(doc, "edition") != NULL)
		head(json_object_get(doc, "edition"), out);
	json_array_foreach (json_object_get(doc, "chapters"), i, o)
		chapter(doc, o, out);
	json_array_foreach (json_object_get(doc, "footnotes"), i, o)
		footnote(o, out);
}

static bool
is_iso(const char *s)
{
	static const char form[] = "0000-00-00";

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)s[i])
				   : s[i] != form[i])
			return false;
	return true;
}

/* Further lines of a value are indented. */
static void
head(const json_t *edition, struct buf *out)
{
	buf_str(out, "---\n");
	for (const struct paper_word *w = paper_head; w->text != NULL; w++) {
		const char *s = text_of(edition, w->code);

		if (s == NULL)
			continue;
		buf_printf(out, "%s: ", w->text);
		if (strcmp(w->code, "as_of") == 0 && is_iso(s)) {
			buf_printf(out, "%.2s.%.2s.%.4s\n", s + 8, s + 5, s);
			continue;
		}
		for (; *s != '\0'; s++) {
			buf_char(out, *s);
			if (*s == '\n')
				buf_str(out, "  ");
		}
		buf_char(out, '\n');
	}
	buf_str(out, "---\n\n");
}

static void
chapter(const json_t *doc, const json_t *o, struct buf *out)
{
	const char *key = text_of(o, "key");
	const json_t *number = json_object_get(o, "number");
	char usual[32] = "";
	json_t *s;
	size_t i;

	heading(out, 1, o);
	if (json_is_integer(number))
		snprintf(usual, sizeof usual, "K%lld",
		    (long long)json_integer_value(number));
	if (json_is_integer(number) && key != NULL && strcmp(usual, key) != 0)
		attr_text(out, "nummer", usual + 1);
	attr_flag(out, "ohne-nummer", !json_is_integer(number));
	attr_flag(out, "redaktionell", flag(o, "is_editorial"));
	end_attrs(out);
	paper_lines(out, "", "", text_of(o, "summary"));
	json_array_foreach (json_object_get(doc, "sections"), i, s) {
		if (is(s, "chapter", key))
			section(doc, s, out);
	}
}

static void
section(const json_t *doc, const json_t *o, struct buf *out)
{
	const char *key = text_of(o, "key"), *kind = text_of(o, "kind");
	json_t *x;
	size_t i;

	heading(out, 2, o);
	if (kind != NULL && strcmp(kind, "text") != 0)
		attr_flag(out, paper_text(paper_sections, kind), true);
	attr_flag(out, "redaktionell", flag(o, "is_editorial"));
	end_attrs(out);
	if (text_of(o, "figure") != NULL) {
		buf_str(out, "![");
		paper_inline(
		    out, text_of(o, "figure"), strlen(text_of(o, "figure")));
		buf_str(out, "]\n\n");
	}
	paper_lines(out, "", "!", text_of(o, "note"));
	json_array_foreach (json_object_get(doc, "items"), i, x) {
		if (is(x, "section", key))
			item(doc, x, out);
	}
	questions(doc, key, out);
}

/* The marks of the footnotes that an object cites or bears. */
static void
marks(const json_t *doc, const json_t *o, struct buf *out)
{
	json_t *list = json_array(), *x;
	size_t i, k;

	json_array_foreach (json_object_get(o, "decisions"), i, x)
		json_array_append(list, json_object_get(x, "footnote"));
	json_array_foreach (json_object_get(doc, "footnotes"), i, x) {
		if (is(x, "anchor", text_of(o, "key")))
			json_array_append(list, json_object_get(x, "number"));
	}
	json_array_foreach (list, i, x) {
		bool known = false;

		for (k = 0; k < i; k++)
			known |= json_equal(json_array_get(list, k), x);
		if (!known)
			buf_printf(
			    out, "[^%lld]", (long long)json_integer_value(x));
	}
	json_decref(list);
}

static void
item(const json_t *doc, const json_t *o, struct buf *out)
{
	const char *kind = text_of(o, "kind");
	bool is_group = kind != NULL && strcmp(kind, "user_group") == 0;
	json_t *r;
	size_t i, before;

	heading(out, 3, o);
	if (paper_text(paper_kinds, kind) != NULL)
		attr_flag(out, paper_text(paper_kinds, kind), true);
	attr_flag(out, "sinngemäß",
	    json_is_false(json_object_get(o, "is_title_verbatim")));
	attr_flag(out, "kommunal", flag(o, "is_municipal"));
	end_attrs(out);
	paper_lines(out, "", is_group ? "-" : "", text_of(o, "body"));
	/* The marks stand behind the text, or where it would be. */
	before = text_of(o, "body") != NULL ? 2 : 0;
	out->len -= before;
	marks(doc, o, out);
	buf_str(out, "\n\n");
	json_array_foreach (json_object_get(o, "requirements"), i, r) {
		buf_printf(out, "- %s ", text_of(r, "key"));
		paper_lines(out, "  ", "", text_of(r, "body"));
		out->len -= 2;
		marks(doc, r, out);
		buf_str(out, "\n");
	}
	if (i > 0)
		buf_char(out, '\n');
}

static void
questions(const json_t *doc, const char *key, struct buf *out)
{
	json_t *set, *q;
	size_t i, k;

	json_array_foreach (json_object_get(doc, "question_sets"), i, set) {
		bool begun = false;

		json_array_foreach (json_object_get(doc, "questions"), k, q) {
			if (!is(q, "section", key) ||
			    !is(q, "set", text_of(set, "key")))
				continue;
			if (!begun) {
				heading(out, 3, set);
				attr_flag(out, "leitfragen", true);
				attr_words(out, "kapitel",
				    json_object_get(set, "chapters"));
				attr_words(out, "abschnitte",
				    json_object_get(set, "sections"));
				attr_flag(out, "abweichend",
				    json_is_false(json_object_get(
					set, "seed_label_correct")));
				end_attrs(out);
				buf_str(out, "> ");
				paper_lines(out, "> ", "",
				    text_of(set, "heading_verbatim"));
				paper_lines(out, "", ">", text_of(set, "note"));
			}
			begun = true;
			question(q, out);
		}
	}
}

static void
groups(struct buf *out, const json_t *audience)
{
	json_t *list = json_array(), *code;
	size_t i;

	json_array_foreach (audience, i, code) {
		const char *word =
		    paper_text(paper_groups, json_string_value(code));

		json_array_append_new(list,
		    json_string(word == NULL ? json_string_value(code) : word));
	}
	attr_words(out, "gefragt", list);
	json_decref(list);
}

static void
question(const json_t *o, struct buf *out)
{
	const char *shape = text_of(o, "shape");
	json_t *s;
	size_t i;

	heading(out, 4, o);
	attr_flag(out, "leitfrage", true);
	if (shape != NULL && strcmp(shape, "text") != 0)
		attr_text(out, "form",
		    paper_text(paper_shapes, shape) == NULL
			? shape
			: paper_text(paper_shapes, shape));
	attr_flag(out, "kommunal", flag(o, "is_municipal"));
	attr_flag(out, "doppelt", flag(o, "is_double_barrelled"));
	if (json_array_size(json_object_get(o, "aims")) > 0)
		attr_words(out, "ziele", json_object_get(o, "aims"));
	if (json_array_size(json_object_get(o, "audience")) > 0)
		groups(out, json_object_get(o, "audience"));
	if (text_of(o, "audience_hint") != NULL)
		attr_text(out, "hinweis", text_of(o, "audience_hint"));
	end_attrs(out);
	paper_lines(out, "", "-", text_of(o, "body"));
	json_array_foreach (json_object_get(o, "sub_items"), i, s) {
		buf_printf(out, "- %s ", text_of(s, "key"));
		paper_lines(out, "  ", "", text_of(s, "body"));
		out->len--;
	}
	if (i > 0)
		buf_char(out, '\n');
}

static void
footnote(const json_t *o, struct buf *out)
{
	const char *body = text_of(o, "body"), *relation;
	const json_t *decisions = json_object_get(o, "decisions");
	json_t *refs = paper_refs(body == NULL ? "" : body);
	bool is_note = is(o, "kind", "note");

	relation = text_of(o, "relation");
	buf_printf(out, "[^%lld]: ",
	    (long long)json_integer_value(json_object_get(o, "number")));
	paper_lines(out, "    ", "", body);
	out->len -= out->len > 2 && body != NULL ? 2 : 0;
	attr_flag(out, "hinweis", is_note && json_array_size(refs) > 0);
	if (!is_note && relation != NULL &&
	    strcmp(relation, paper_relation_of(body == NULL ? "" : body)) != 0)
		attr_flag(out, paper_text(paper_relations, relation), true);
	if (!is_note && !json_equal(refs, decisions))
		attr_words(out, "beschlüsse", decisions);
	end_attrs(out);
	if (text_of(o, "summary") != NULL) {
		out->len--;
		buf_str(out, "    Kurz: ");
		paper_lines(out, "    ", "", text_of(o, "summary"));
	}
	json_decref(refs);
}

/* "### KEY Title" with the braces still to come. */
static void
heading(struct buf *out, int level, const json_t *o)
{
	const char *key = text_of(o, "key"), *title = text_of(o, "title");

	if (title == NULL)
		title = text_of(o, "label");
	buf_printf(out, "%.*s", level, "####");
	if (key != NULL && paper_key_length(key) == strlen(key)) {
		buf_char(out, ' ');
		buf_str(out, key);
		key = NULL;
	}
	if (title != NULL) {
		buf_char(out, ' ');
		paper_inline(out, title, strlen(title));
	}
	if (key != NULL)
		buf_printf(out, " {#%s", key);
}

/* Braces are opened by the first word and closed in the end. */
static void
attr(struct buf *out, const char *lead, const char *name)
{
	size_t at = out->len;
	bool open = false;

	while (at > 0 && out->data[at - 1] != '\n' && !open)
		open = out->data[--at] == '{' &&
		       (at == 0 || out->data[at - 1] != '\\');
	buf_printf(out, open ? " %s%s" : " {%s%s", lead, name);
}

static void
attr_flag(struct buf *out, const char *name, bool on)
{
	if (on)
		attr(out, ".", name);
}

static void
attr_text(struct buf *out, const char *name, const char *value)
{
	attr(out, "", name);
	buf_str(out, "=\"");
	for (; *value != '\0'; value++) {
		if (strchr("\\\"{}", *value) != NULL)
			buf_char(out, '\\');
		buf_char(out, *value == '\n' ? ' ' : *value);
	}
	buf_char(out, '"');
}

static void
attr_words(struct buf *out, const char *name, const json_t *list)
{
	struct buf words = { 0 };
	json_t *x;
	size_t i;

	json_array_foreach (list, i, x) {
		buf_str(&words, i == 0 ? "" : " ");
		buf_str(&words, json_string_value(x));
	}
	attr_text(out, name, buf_text(&words));
	buf_clear(&words);
}

static void
end_attrs(struct buf *out)
{
	size_t at = out->len;

	while (at > 0 && out->data[at - 1] != '\n') {
		if (out->data[--at] == '{' &&
		    (at == 0 || out->data[at - 1] != '\\')) {
			buf_char(out, '}');
			break;
		}
	}
	buf_str(out, "\n\n");
}

/*
 * A text of several lines and an empty one behind it; each further line begins
 * with indent. What the reader would take for something else where a line
 * begins gets a backslash: lead says what there is beside headings.
 */
void
paper_lines(
    struct buf *out, const char *indent, const char *lead, const char *text)
{
	if (text == NULL)
		return;
	for (const char *s = text;; s++) {
		size_t n = strcspn(s, "\n"), space = strspn(s, " \t");
		char first = s[space];

		if (s > text && n > 0)
			buf_str(out, indent);
		buf_add(out, s, space < n ? space : n);
		if (space < n &&
		    (first == '#' || (*lead != '\0' && first == *lead) ||
			(s == text && first == '-')))
			buf_char(out, '\\');
		if (space < n)
			paper_inline(out, s + space, n - space);
		buf_char(out, '\n');
		s += n;
		if (*s == '\0')
			break;
	}
	buf_char(out, '\n');
}

void
paper_inline(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool punct = i + 1 < len && ispunct((unsigned char)s[i + 1]);

		if ((s[i] == '\\' && (punct || i + 1 == len)) || s[i] == '{' ||
		    s[i] == '}' ||
		    (s[i] == '[' && i + 1 < len && s[i + 1] == '^'))
			buf_char(out, '\\');
		buf_char(out, s[i]);
	}
}
