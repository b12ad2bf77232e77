/* The text form, read line by line into the parts it is made of. */
#include "paper_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "web/utf8.h"

/* What the lines that come belong to. */
enum at {
	AT_NOTHING,
	AT_CHAPTER,
	AT_SECTION,
	AT_ITEM,
	AT_ENTRY,
	AT_SET,
	AT_QUESTION,
	AT_FOOTNOTE
};

/* Where the text of each goes; entries are requirements and sub-items. */
static const char *const text_member[] = { [AT_NOTHING] = NULL,
	[AT_CHAPTER] = "summary",
	[AT_SECTION] = "note",
	[AT_ITEM] = "body",
	[AT_ENTRY] = "body",
	[AT_SET] = "note",
	[AT_QUESTION] = "body",
	[AT_FOOTNOTE] = "body" };

struct reader {
	json_t *doc;
	json_t *chapter, *section, *item, *set, *question; /* borrowed */
	json_t *target; /* what text belongs to, borrowed */
	enum at at;
	bool is_summary; /* of a footnote */
	struct buf body;
	size_t line, body_line, parts;
	struct paper_issues *issues;
};

static size_t front(struct reader *, const char *, size_t);
static void one_line(struct reader *, const char *, size_t);
static void heading(struct reader *, int, const char *, size_t);
static void flush(struct reader *);
static void add_text(struct reader *, const char *, size_t);
static bool entry(struct reader *, const char *, size_t);
static void footnote(struct reader *, const char *, size_t);

/* A new part of the document, with the line it stands in. */
static json_t *
part(struct reader *r, const char *list)
{
	json_t *o = json_object();

	flush(r);
	json_object_set_new(o, ".line", json_integer((json_int_t)r->line));
	json_array_append_new(json_object_get(r->doc, list), o);
	if (++r->parts == PAPER_PARTS_MAX + 1)
		paper_issue(r->issues, r->line, true, "paper_many", "");
	return o;
}

static void
begin(struct reader *r, enum at at, json_t *target)
{
	r->at = at;
	r->target = target;
	r->is_summary = false;
}

enum rc
paper_read(const char *bytes, size_t len, const json_t *base, json_t **doc,
    struct paper_issues *issues)
{
	static const char *const lists[] = { "chapters", "sections", "items",
		"question_sets", "questions", "footnotes" };
	struct reader r = { .doc = json_object(), .issues = issues };
	char *text = mem_strndup(bytes, len); /* ends in NUL */
	size_t pos;

	*doc = NULL;
	if (len > PAPER_MAX)
		paper_issue(issues, 0, true, "paper_long", "");
	else if (!utf8_is_valid(text, len) || memchr(text, '\0', len) != NULL)
		paper_issue(issues, 0, true, "paper_encoding", "");
	for (size_t i = 0; i < NELEM(lists); i++)
		json_object_set_new(r.doc, lists[i], json_array());
	json_object_set_new(r.doc, "new_keys", json_array());
	pos = issues->errors > 0 ? len : front(&r, text, len);
	while (pos < len && r.parts <= PAPER_PARTS_MAX) {
		const char *end = memchr(text + pos, '\n', len - pos);
		size_t n = end == NULL ? len - pos : (size_t)(end - text) - pos;

		r.line++;
		one_line(&r, text + pos,
		    n > 0 && text[pos + n - 1] == '\r' ? n - 1 : n);
		pos += n + 1;
	}
	flush(&r);
	buf_clear(&r.body);
	mem_free(text);
	if (r.parts > 0 && r.parts <= PAPER_PARTS_MAX)
		paper_settle(r.doc, base, issues);
	if (issues->errors > 0) {
		json_decref(r.doc);
		return RC_INVALID;
	}
	*doc = r.doc;
	return RC_OK;
}

/* A day as people write it, as the document has it; what else comes stays. */
static json_t *
day(const char *text)
{
	int d, m, y, used = 0;
	char iso[16];

	if (sscanf(text, "%2d.%2d.%4d%n", &d, &m, &y, &used) != 3 ||
	    text[used] != '\0')
		return json_string(text);
	snprintf(
	    iso, sizeof iso, "%04d-%02d-%02d", y % 10000, m % 100, d % 100);
	return json_string(iso);
}

static void
front_value(struct reader *r, json_t *edition, const char *member,
    const struct buf *value)
{
	const char *text = buf_text(value);

	if (member == NULL || *text == '\0')
		return;
	if (strcmp(member, "note") != 0 &&
	    utf8_count(text, value->len) > PAPER_TITLE_MAX)
		paper_issue(r->issues, r->line, true, "paper_title_long", "");
	json_object_set_new(edition, member,
	    strcmp(member, "as_of") == 0 ? day(text) : json_string(text));
}

/* "---", "Titel: …" and "---": what the edition says of itself. */
static size_t
front(struct reader *r, const char *text, size_t len)
{
	json_t *edition;
	struct buf value = { 0 }, name = { 0 };
	const char *member = NULL;
	size_t pos = 0;
	bool over = false;

	if (len < 4 || strncmp(text, "---\n", 4) != 0)
		return 0;
	edition = json_object();
	r->line = 1;
	for (pos = 4; pos < len && !over; r->line++) {
		const char *s = text + pos;
		size_t n = strcspn(s, "\n"), colon = strcspn(s, ":\n");

		over = n == 3 && strncmp(s, "---", 3) == 0;
		if (!over && n > 2 && s[0] == ' ' && s[1] == ' ') {
			buf_char(&value, '\n');
			buf_add(&value, s + 2, n - 2);
		} else {
			front_value(r, edition, member, &value);
			buf_reset(&value);
			buf_reset(&name);
			buf_add(&name, s, colon);
			member = paper_code(paper_head, buf_text(&name));
			if (!over && n > 0 && member == NULL)
				paper_issue(r->issues, r->line + 1, false,
				    "paper_head_unknown", buf_text(&name));
			if (colon < n) {
				colon += 1 + strspn(s + colon + 1, " ");
				buf_add(&value, s + colon, n - colon);
			}
		}
		pos += n + (pos + n < len);
	}
	front_value(r, edition, over ? NULL : member, &value);
	json_object_set_new(r->doc, "edition", edition);
	buf_clear(&value);
	buf_clear(&name);
	return pos;
}

static void
one_line(struct reader *r, const char *s, size_t len)
{
	size_t level = 0, digits;

	while (level < len && s[level] == '#')
		level++;
	if (level > 0 && level < len && s[level] == ' ') {
		heading(r, (int)level, s + level + 1, len - level - 1);
		return;
	}
	digits = len > 3 && s[0] == '[' && s[1] == '^'
		     ? strspn(s + 2, "0123456789")
		     : 0;
	if (digits > 0 && digits < 7 && digits + 4 <= len &&
	    s[2 + digits] == ']' && s[3 + digits] == ':') {
		footnote(r, s, len);
		return;
	}
	if (entry(r, s, len))
		return;
	if (r->at == AT_SECTION && len > 3 && s[0] == '!' && s[1] == '[' &&
	    s[len - 1] == ']') {
		struct buf figure = { 0 };

		buf_add(&figure, s + 2, len - 3);
		paper_unescape(&figure);
		json_object_set_new(
		    r->target, "figure", json_string(buf_text(&figure)));
		buf_clear(&figure);
		return;
	}
	if (r->at == AT_SET && len > 1 && s[0] == '>') {
		struct buf words = { 0 };

		buf_add(&words, s + 1, len - 1);
		paper_unescape(&words);
		json_object_set_new(r->target, "heading_verbatim",
		    json_string(
			buf_text(&words) + strspn(buf_text(&words), " ")));
		buf_clear(&words);
		return;
	}
	add_text(r, s, len);
}

static void
add_text(struct reader *r, const char *s, size_t len)
{
	static const char brief[] = "    Kurz: ";
	size_t most = r->at == AT_FOOTNOTE ? 4 : r->at == AT_ENTRY ? 2 : 0;

	if (r->at == AT_FOOTNOTE && len >= sizeof brief - 1 &&
	    strncmp(s, brief, sizeof brief - 1) == 0) {
		flush(r);
		r->is_summary = true;
		s += sizeof brief - 1;
		len -= sizeof brief - 1;
	}
	while (most > 0 && len > 0 && *s == ' ') {
		s++;
		len--;
		most--;
	}
	if (r->body.len == 0 && len == 0)
		return;
	if (r->body.len == 0)
		r->body_line = r->line;
	else
		buf_char(&r->body, '\n');
	buf_add(&r->body, s, len);
	/* Nobody knows whose it is. */
	if (r->at == AT_NOTHING && strspn(s, " \t") < len)
		paper_issue(r->issues, r->line, false, "paper_text_lost", "");
}

/* What an item or an entry cites. */
static void
take_marks(struct reader *r, json_t *o, struct buf *text)
{
	json_t *marks = json_array();

	paper_marks_take(text, marks);
	if (json_array_size(marks) > 0 && r->at != AT_ITEM && r->at != AT_ENTRY)
		paper_issue(r->issues, r->line, false, "paper_mark_lost", "");
	if (json_object_get(o, ".marks") == NULL)
		json_object_set_new(o, ".marks", json_array());
	json_array_extend(json_object_get(o, ".marks"), marks);
	json_decref(marks);
}

/* Each line loses the spaces at its end; empty lines at the edges go. */
static void
tidy(struct buf *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == '\n')
			while (to > 0 && (text->data[to - 1] == ' ' ||
					     text->data[to - 1] == '\t'))
				to--;
		text->data[to++] = text->data[i];
	}
	while (to > 0 && isspace((unsigned char)text->data[to - 1]))
		to--;
	text->len = to;
	if (text->data != NULL)
		text->data[to] = '\0';
}

static void
flush(struct reader *r)
{
	const char *member = r->is_summary ? "summary" : text_member[r->at];
	struct paper_attrs attrs;
	const char *name;
	json_t *value;

	tidy(&r->body);
	if (r->at == AT_FOOTNOTE && !r->is_summary) {
		if (paper_attrs_take(&r->body, &attrs)) {
			json_object_foreach (attrs.classes, name, value)
				json_object_set_new(
				    r->target, ".class", json_string(name));
			json_object_update(r->target, attrs.values);
		}
		paper_attrs_clear(&attrs);
	}
	if (r->target != NULL && r->at != AT_FOOTNOTE)
		take_marks(r, r->target, &r->body);
	tidy(&r->body);
	paper_unescape(&r->body);
	if (r->body.len > 0 && r->target != NULL && member != NULL) {
		if (utf8_count(r->body.data, r->body.len) > PAPER_BODY_MAX)
			paper_issue(r->issues, r->body_line, true,
			    "paper_body_long", "");
		json_object_set_new(
		    r->target, member, json_string(buf_text(&r->body)));
	}
	buf_reset(&r->body);
}

/* Key and title of a heading or an entry, whose braces are off. */
static void
name_part(struct reader *r, json_t *o, struct buf *line,
    const struct paper_attrs *attrs, const char *member)
{
	const char *id = attrs == NULL ? NULL : paper_value(attrs, "#");
	const char *s = buf_text(line);
	size_t key = id == NULL ? paper_key_length(s) : 0;
	struct buf title = { 0 };

	if (id != NULL && paper_is_key(id, strlen(id)))
		json_object_set_new(o, "key", json_string(id));
	else if (id != NULL)
		paper_issue(r->issues, r->line, true, "paper_key_bad", id);
	if (key > 0)
		json_object_set_new(o, "key", json_stringn(s, key));
	s += key + strspn(s + key, " \t");
	buf_str(&title, s);
	tidy(&title);
	paper_unescape(&title);
	if (title.len > 0)
		json_object_set_new(o, member, json_string(buf_text(&title)));
	if (attrs != NULL && utf8_count(title.data == NULL ? "" : title.data,
				 title.len) > PAPER_TITLE_MAX)
		paper_issue(r->issues, r->line, true, "paper_title_long", "");
	buf_clear(&title);
}

static json_t *
words(const char *text)
{
	json_t *list = json_array();

	for (size_t n; text != NULL && *text != '\0';
	     text += n + strspn(text + n, " ,")) {
		n = strcspn(text, " ,");
		if (n > 0)
			json_array_append_new(list, json_stringn(text, n));
		else
			n = 1;
	}
	return list;
}

static void
read_chapter(struct reader *r, json_t *o, const struct paper_attrs *a)
{
	const char *number = paper_value(a, "nummer");

	r->chapter = o;
	r->section = r->item = r->set = r->question = NULL;
	json_object_set_new(
	    o, "is_editorial", json_boolean(paper_has(a, "redaktionell")));
	if (paper_has(a, "ohne-nummer"))
		json_object_set_new(o, "number", json_null());
	else if (number != NULL && number[0] > '0' && number[0] <= '9' &&
		 strlen(number) < 5)
		json_object_set_new(
		    o, "number", json_integer(strtol(number, NULL, 10)));
	begin(r, AT_CHAPTER, o);
}

static void
read_section(struct reader *r, json_t *o, const struct paper_attrs *a)
{
	const char *kind = "text";

	for (const struct paper_word *w = paper_sections; w->text != NULL; w++)
		if (paper_has(a, w->text))
			kind = w->code;
	r->section = o;
	r->item = r->set = r->question = NULL;
	json_object_set_new(o, "kind", json_string(kind));
	json_object_set_new(
	    o, "is_editorial", json_boolean(paper_has(a, "redaktionell")));
	json_object_set(o, ".chapter", r->chapter);
	begin(r, AT_SECTION, o);
}

static void
read_item(struct reader *r, json_t *o, const struct paper_attrs *a)
{
	for (const struct paper_word *w = paper_kinds; w->text != NULL; w++)
		if (paper_has(a, w->text))
			json_object_set_new(o, "kind", json_string(w->code));
	json_object_set_new(
	    o, "is_title_verbatim", json_boolean(!paper_has(a, "sinngemäß")));
	if (paper_has(a, "kommunal"))
		json_object_set_new(o, "is_municipal", json_true());
	json_object_set(o, ".section", r->section);
	r->item = o;
	begin(r, AT_ITEM, o);
}

static void
read_set(struct reader *r, json_t *o, const struct paper_attrs *a)
{
	json_object_set(o, "label", json_object_get(o, "title"));
	json_object_del(o, "title");
	json_object_set_new(o, "chapters", words(paper_value(a, "kapitel")));
	json_object_set_new(o, "sections", words(paper_value(a, "abschnitte")));
	json_object_set_new(
	    o, "seed_label_correct", json_boolean(!paper_has(a, "abweichend")));
	json_object_set(o, ".chapter", r->chapter);
	json_object_set(o, ".section", r->section);
	r->set = o;
	begin(r, AT_SET, o);
}

static void
read_question(struct reader *r, json_t *o, const struct paper_attrs *a)
{
	const char *shape = paper_value(a, "form");
	const char *bad = NULL;
	json_t *said = words(paper_value(a, "gefragt")),
	       *asked = paper_audience(said, &bad);

	if (r->set == NULL) { /* a block by itself */
		r->set = part(r, "question_sets");
		json_object_set_new(r->set, "chapters", json_array());
		json_object_set_new(r->set, "sections", json_array());
		json_object_set_new(r->set, "seed_label_correct", json_true());
		json_object_set(r->set, ".chapter", r->chapter);
		json_object_set(r->set, ".section", r->section);
	}
	if (json_object_get(o, "title") != NULL) { /* said in the heading */
		json_object_set(o, "body", json_object_get(o, "title"));
		json_object_del(o, "title");
	}
	if (shape != NULL && paper_code(paper_shapes, shape) == NULL)
		paper_issue(r->issues, r->line, true, "paper_shape", shape);
	json_object_set_new(o, "shape",
	    json_string(shape == NULL || paper_code(paper_shapes, shape) == NULL
			    ? "text"
			    : paper_code(paper_shapes, shape)));
	json_object_set_new(
	    o, "is_municipal", json_boolean(paper_has(a, "kommunal")));
	if (paper_has(a, "doppelt"))
		json_object_set_new(o, "is_double_barrelled", json_true());
	if (bad != NULL)
		paper_issue(r->issues, r->line, true, "paper_group", bad);
	if (asked != NULL)
		json_object_set_new(o, "audience", asked);
	json_decref(said);
	if (paper_value(a, "hinweis") != NULL)
		json_object_set_new(
		    o, "audience_hint", json_string(paper_value(a, "hinweis")));
	json_object_set_new(o, "aims", words(paper_value(a, "ziele")));
	json_object_set(o, ".set", r->set);
	json_object_set(o, ".section", r->section);
	r->question = o;
	begin(r, AT_QUESTION, o);
}

static void
heading(struct reader *r, int level, const char *s, size_t len)
{
	struct paper_attrs attrs;
	struct buf line = { 0 };
	json_t *marks = json_array();
	json_t *o;
	bool is_set, is_question;

	buf_add(&line, s, len);
	tidy(&line);
	paper_attrs_take(&line, &attrs);
	paper_marks_take(&line, marks);
	is_question =
	    level == 4 || (level == 3 && paper_has(&attrs, "leitfrage"));
	is_set = level == 3 && !is_question && paper_has(&attrs, "leitfragen");
	if (level > 4)
		paper_issue(r->issues, r->line, true, "paper_level", "");
	else if (level > 1 && r->chapter == NULL)
		paper_issue(r->issues, r->line, true, "paper_no_chapter", "");
	else if (level > 2 && r->section == NULL)
		paper_issue(r->issues, r->line, true, "paper_no_section", "");
	else {
		o = part(r, is_question  ? "questions"
			    : is_set     ? "question_sets"
			    : level == 1 ? "chapters"
			    : level == 2 ? "sections"
					 : "items");
		name_part(r, o, &line, &attrs, "title");
		if (is_question)
			read_question(r, o, &attrs);
		else if (is_set)
			read_set(r, o, &attrs);
		else if (level == 1)
			read_chapter(r, o, &attrs);
		else if (level == 2)
			read_section(r, o, &attrs);
		else
			read_item(r, o, &attrs);
		if (json_array_size(marks) > 0)
			json_object_set(o, ".marks", marks);
	}
	json_decref(marks);
	paper_attrs_clear(&attrs);
	buf_clear(&line);
}

/* "- K3.N1.1 …" below a user group, "- L-K12-4.a …" below a question. */
static bool
entry(struct reader *r, const char *s, size_t len)
{
	json_t *owner = r->question != NULL ? r->question : r->item;
	const char *kind = json_string_value(json_object_get(r->item, "kind"));
	const char *list = r->question != NULL ? "sub_items" : "requirements";
	struct buf line = { 0 };
	json_t *o;

	if (len < 3 || s[0] != '-' || s[1] != ' ' || owner == NULL ||
	    (r->at != AT_ITEM && r->at != AT_ENTRY && r->at != AT_QUESTION) ||
	    (r->question == NULL &&
		(kind == NULL || strcmp(kind, "user_group") != 0)))
		return false;
	flush(r);
	if (++r->parts == PAPER_PARTS_MAX + 1)
		paper_issue(r->issues, r->line, true, "paper_many", "");
	o = json_object();
	json_object_set_new(o, ".line", json_integer((json_int_t)r->line));
	if (json_object_get(owner, list) == NULL)
		json_object_set_new(owner, list, json_array());
	json_array_append_new(json_object_get(owner, list), o);
	s += 2;
	len -= 2;
	buf_add(&line, s, len);
	if (paper_key_length(buf_text(&line)) > 0) {
		size_t key = paper_key_length(buf_text(&line));

		json_object_set_new(
		    o, "key", json_stringn(buf_text(&line), key));
		s += key;
		len -= key;
		while (len > 0 && *s == ' ') {
			s++;
			len--;
		}
	}
	buf_clear(&line);
	begin(r, AT_ENTRY, o);
	add_text(r, s, len);
	return true;
}

static void
footnote(struct reader *r, const char *s, size_t len)
{
	json_t *o = part(r, "footnotes");
	size_t n = 2;

	json_object_set_new(o, "number", json_integer(strtol(s + 2, NULL, 10)));
	while (s[n] != ':')
		n++;
	for (n++; n < len && s[n] == ' ';)
		n++;
	begin(r, AT_FOOTNOTE, o);
	add_text(r, s + n, len - n);
}
