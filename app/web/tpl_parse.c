/*
 * From the text of a template to its nodes. Everything that can be wrong with
 * a template is found here, at start, so that rendering cannot fail on it.
 */
#include "tpl_node.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "filter.h"

struct parser {
	struct tpl *t;
	const char *file; /* NULL: errors say "line N" */
	const char *end;
	const char *pos;    /* behind the last tag */
	bool at_line_start; /* pos begins a line */
	bool wants_indent;  /* the next node begins a line */
	unsigned line;
	char open[TPL_MAX_DELIMITER + 1];
	char close[TPL_MAX_DELIMITER + 1];
	size_t stack[TPL_MAX_DEPTH];
	size_t depth;
	struct err *err;
};

/* One tag as it stands in the source. */
struct tag {
	char sigil; /* # ^ / > ! & { = or '\0' */
	const char *start, *after;
	struct tpl_span content; /* trimmed */
};

static bool parse_next(struct parser *p, bool *done);
static bool find_tag(struct parser *p, const char *start, struct tag *tag);
static bool take_tag(
    struct parser *p, const struct tag *tag, struct tpl_span indent);
static bool set_delimiters(struct parser *p, struct tpl_span content);
static bool open_section(struct parser *p, struct tpl_node *n);
static bool close_section(struct parser *p, struct tpl_span content);
static bool add_partial(
    struct parser *p, const struct tag *tag, struct tpl_span indent);
static bool parse_expression(struct parser *p, struct tpl_node *n);
static bool parse_path(
    struct parser *p, struct tpl_node *n, struct tpl_span name);
static bool parse_filter(
    struct parser *p, struct tpl_node *n, const char **pos, const char *end);
static struct tpl_node *add_node(
    struct parser *p, enum tpl_kind kind, struct tpl_span text);
static bool fail(struct parser *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static struct tpl_span
trim(const char *s, const char *end)
{
	while (s < end && is_space(*s))
		s++;
	while (end > s && is_space(end[-1]))
		end--;
	return (struct tpl_span){ s, (size_t)(end - s) };
}

static unsigned
count_lines(const char *s, const char *end)
{
	unsigned n = 0;

	while (s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		n++;
		s++;
	}
	return n;
}

struct tpl *
tpl_parse(const char *src, size_t len, struct err *err)
{
	return tpl_parse_part(src, len, NULL, 1, false, err);
}

struct tpl *
tpl_parse_part(const char *src, size_t len, const char *file,
    unsigned first_line, bool is_plain, struct err *err)
{
	struct parser p = { .file = file,
		.line = first_line,
		.err = err,
		.open = "{{",
		.close = "}}" };
	bool done = false;

	p.t = mem_calloc(1, sizeof(*p.t));
	p.t->src = mem_strndup(src, len);
	p.t->is_plain = is_plain;
	p.pos = p.t->src;
	p.end = p.t->src + len;
	p.at_line_start = p.wants_indent = true;

	while (!done)
		if (!parse_next(&p, &done))
			goto broken;
	if (p.depth > 0) {
		const struct tpl_node *n = &p.t->nodes[p.stack[p.depth - 1]];

		p.line = n->line;
		fail(&p, "section {{#%.*s}} is never closed", (int)n->text.len,
		    n->text.s);
		goto broken;
	}
	return p.t;
broken:
	tpl_free(p.t);
	return NULL;
}

void
tpl_free(struct tpl *t)
{
	if (t == NULL)
		return;
	mem_free(t->src);
	mem_free(t->nodes);
	mem_free(t->parts);
	mem_free(t->calls);
	mem_free(t);
}

struct tpl_span
tpl_node_key(const struct tpl *t, const struct tpl_node *n)
{
	if (n->is_literal || n->part_count == 0)
		return (struct tpl_span){ "", 0 };
	return t->parts[n->part + n->part_count - 1];
}

/*
 * Is the tag alone on its line? Then the whole line belongs to it: blanks
 * before go away (or indent a partial) and so does the line break behind.
 */
static bool
is_standalone(const struct parser *p, const struct tag *tag,
    const char **line_start, const char **line_end)
{
	const char *s = tag->start, *e = tag->after;

	if (tag->sigil == '\0' || tag->sigil == '&' || tag->sigil == '{')
		return false;
	while (s > p->pos && is_blank(s[-1]))
		s--;
	if (s == p->pos ? !p->at_line_start : s[-1] != '\n')
		return false;
	while (e < p->end && is_blank(*e))
		e++;
	if (e < p->end && *e == '\r' && e + 1 < p->end && e[1] == '\n')
		e++;
	if (e < p->end && *e != '\n')
		return false;
	*line_start = s;
	*line_end = e < p->end ? e + 1 : e;
	return true;
}

/* Text up to the next tag, then the tag. */
static bool
parse_next(struct parser *p, bool *done)
{
	struct tag tag;
	const char *text_end, *next, *start;
	bool standalone;

	start =
	    memmem(p->pos, (size_t)(p->end - p->pos), p->open, strlen(p->open));
	if (start == NULL) {
		if (p->pos < p->end)
			add_node(p, TPL_TEXT,
			    (struct tpl_span){
				p->pos, (size_t)(p->end - p->pos) });
		*done = true;
		return true;
	}
	if (!find_tag(p, start, &tag))
		return false;

	standalone = is_standalone(p, &tag, &text_end, &next);
	if (!standalone) {
		text_end = tag.start;
		next = tag.after;
	}
	if (text_end > p->pos) {
		add_node(p, TPL_TEXT,
		    (struct tpl_span){ p->pos, (size_t)(text_end - p->pos) });
		p->wants_indent = text_end[-1] == '\n';
	}
	if (standalone) /* it vanishes; a partial indents its own lines */
		p->wants_indent = false;
	p->line += count_lines(p->pos, tag.start);
	p->pos = next;
	p->at_line_start = standalone;
	if (!take_tag(p, &tag,
		standalone ? (struct tpl_span){ text_end,
				 (size_t)(tag.start - text_end) }
			   : (struct tpl_span){ "", 0 }))
		return false;
	p->line += count_lines(tag.start, next);
	if (standalone)
		p->wants_indent = true;
	return true;
}

static bool
find_tag(struct parser *p, const char *start, struct tag *tag)
{
	char close[TPL_MAX_DELIMITER + 2];
	const char *s = start + strlen(p->open), *e;

	*tag = (struct tag){ .start = start };
	if (s < p->end && *s != '\0' && strchr("#^/>!&{=", *s) != NULL)
		tag->sigil = *s++;
	snprintf(close, sizeof(close), "%s%s",
	    tag->sigil == '{'   ? "}"
	    : tag->sigil == '=' ? "="
				: "",
	    p->close);
	e = memmem(s, (size_t)(p->end - s), close, strlen(close));
	if (e == NULL) {
		p->line += count_lines(p->pos, start);
		return fail(p, "tag is never closed, expected %s", close);
	}
	tag->content = trim(s, e);
	tag->after = e + strlen(close);
	return true;
}

static bool
take_tag(struct parser *p, const struct tag *tag, struct tpl_span indent)
{
	struct tpl_node *n;

	switch (tag->sigil) {
	case '!':
		return true;
	case '=':
		return set_delimiters(p, tag->content);
	case '/':
		return close_section(p, tag->content);
	case '>':
		return add_partial(p, tag, indent);
	case '#':
		n = add_node(p, TPL_SECTION, tag->content);
		return open_section(p, n);
	case '^':
		n = add_node(p, TPL_INVERTED, tag->content);
		return open_section(p, n);
	case '&':
	case '{':
		return parse_expression(p, add_node(p, TPL_RAW, tag->content));
	default:
		return parse_expression(
		    p, add_node(p, TPL_VARIABLE, tag->content));
	}
}

static bool
copy_delimiter(char *to, const char *s, size_t len)
{
	if (len == 0 || len > TPL_MAX_DELIMITER ||
	    memchr(s, '=', len) != NULL || memchr(s, '\0', len) != NULL)
		return false;
	memcpy(to, s, len);
	to[len] = '\0';
	return true;
}

/* "<% %>" of {{=<% %>=}} */
static bool
set_delimiters(struct parser *p, struct tpl_span content)
{
	const char *end = content.s + content.len, *first = content.s, *second;

	second = first;
	while (second < end && !is_space(*second))
		second++;
	if (copy_delimiter(p->open, first, (size_t)(second - first))) {
		while (second < end && is_space(*second))
			second++;
		for (first = second; first < end && !is_space(*first); first++)
			;
		if (first == end &&
		    copy_delimiter(p->close, second, (size_t)(end - second)))
			return true;
	}
	return fail(p, "delimiters must be two words without =");
}

static bool
open_section(struct parser *p, struct tpl_node *n)
{
	if (p->depth == TPL_MAX_DEPTH)
		return fail(p, "more than %d sections inside each other",
		    TPL_MAX_DEPTH);
	p->stack[p->depth++] = (size_t)(n - p->t->nodes);
	if (!parse_expression(p, n))
		return false;
	if (n->is_literal)
		return fail(p, "a literal cannot be a section");
	return true;
}

/* Equal but for blanks: {{#a|is:b}} is closed by {{/a | is:b}}. */
static bool
is_same_tag(struct tpl_span a, struct tpl_span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.len && is_space(a.s[i]))
			i++;
		while (j < b.len && is_space(b.s[j]))
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (a.s[i++] != b.s[j++])
			return false;
	}
}

static bool
close_section(struct parser *p, struct tpl_span content)
{
	struct tpl_node *n, *opener;
	size_t at;

	if (p->depth == 0)
		return fail(
		    p, "{{/%.*s}} closes nothing", (int)content.len, content.s);
	at = p->stack[--p->depth];
	n = add_node(p, TPL_END, content);
	opener = &p->t->nodes[at];
	if (!is_same_tag(opener->text, content))
		return fail(p, "{{/%.*s}} where {{/%.*s}} of line %u is due",
		    (int)content.len, content.s, (int)opener->text.len,
		    opener->text.s, opener->line);
	n->jump = at;
	opener->jump = (size_t)(n - p->t->nodes);
	return true;
}

static bool
add_partial(struct parser *p, const struct tag *tag, struct tpl_span indent)
{
	struct tpl_span name = tag->content;
	struct tpl_node *n;
	size_t i;

	for (i = 0; i < name.len; i++)
		if (!is_word(name.s[i]))
			break;
	if (name.len == 0 || i < name.len)
		return fail(p, "bad name of a partial: \"%.*s\"", (int)name.len,
		    name.s);
	n = add_node(p, TPL_PARTIAL, name);
	n->indent = indent;
	/* Behind the name stands the rest of a tag that is read already. */
	p->t->src[(size_t)(name.s - p->t->src) + name.len] = '\0';
	return true;
}

/* name or "literal", then filters. */
static bool
parse_expression(struct parser *p, struct tpl_node *n)
{
	const char *s = n->text.s, *end = s + n->text.len, *e;

	if (s < end && *s == '"') {
		e = memchr(s + 1, '"', (size_t)(end - s - 1));
		if (e == NULL)
			return fail(p, "literal without closing quote");
		n->is_literal = true;
		n->text = (struct tpl_span){ s + 1, (size_t)(e - s - 1) };
		for (s = e + 1; s < end && is_space(*s); s++)
			;
		if (s < end && *s != '|')
			return fail(p, "only a filter may follow a literal");
	} else {
		e = memchr(s, '|', (size_t)(end - s));
		if (e == NULL)
			e = end;
		if (!parse_path(p, n, trim(s, e)))
			return false;
		s = e;
	}
	n->call = p->t->call_count;
	while (s < end)
		if (!parse_filter(p, n, &s, end))
			return false;
	return true;
}

static bool
parse_path(struct parser *p, struct tpl_node *n, struct tpl_span name)
{
	struct tpl *t = p->t;
	const char *s = name.s, *end = s + name.len, *e;

	n->part = t->part_count;
	if (name.len == 1 && *s == '.')
		return true;
	for (;; s = e + 1) {
		for (e = s; e < end && is_word(*e); e++)
			;
		if (e == s || (e < end && *e != '.'))
			return fail(
			    p, "bad name: \"%.*s\"", (int)name.len, name.s);
		if (t->part_count == t->part_cap) {
			t->part_cap = t->part_cap == 0 ? 32 : t->part_cap * 2;
			t->parts =
			    mem_array(t->parts, t->part_cap, sizeof(*t->parts));
		}
		t->parts[t->part_count++] =
		    (struct tpl_span){ s, (size_t)(e - s) };
		n->part_count++;
		if (e == end)
			return true;
	}
}

/* At "|name" or "|name:arg"; arg may be quoted. */
static bool
parse_filter(
    struct parser *p, struct tpl_node *n, const char **pos, const char *end)
{
	struct tpl *t = p->t;
	struct tpl_call call = { { "", 0 }, { "", 0 } };
	const char *s = *pos + 1, *e;

	for (e = s; e < end && *e != '|' && *e != ':'; e++)
		;
	call.name = trim(s, e);
	if (!filter_exists(call.name.s, call.name.len))
		return fail(p, "unknown filter \"%.*s\"", (int)call.name.len,
		    call.name.s);
	if (e < end && *e == ':') {
		for (s = e + 1; s < end && is_space(*s); s++)
			;
		if (s < end && *s == '"') {
			e = memchr(s + 1, '"', (size_t)(end - s - 1));
			if (e == NULL)
				return fail(
				    p, "argument without closing quote");
			call.arg =
			    (struct tpl_span){ s + 1, (size_t)(e - s - 1) };
			for (e++; e < end && is_space(*e); e++)
				;
			if (e < end && *e != '|')
				return fail(p, "text behind an argument");
		} else {
			for (e = s; e < end && *e != '|'; e++)
				;
			call.arg = trim(s, e);
		}
	}
	if (t->call_count == t->call_cap) {
		t->call_cap = t->call_cap == 0 ? 16 : t->call_cap * 2;
		t->calls = mem_array(t->calls, t->call_cap, sizeof(*t->calls));
	}
	t->calls[t->call_count++] = call;
	n->call_count++;
	*pos = e;
	return true;
}

static struct tpl_node *
add_node(struct parser *p, enum tpl_kind kind, struct tpl_span text)
{
	struct tpl *t = p->t;
	struct tpl_node *n;

	if (t->node_count == t->node_cap) {
		t->node_cap = t->node_cap == 0 ? 64 : t->node_cap * 2;
		t->nodes = mem_array(t->nodes, t->node_cap, sizeof(*t->nodes));
	}
	n = &t->nodes[t->node_count++];
	*n = (struct tpl_node){
		.kind = kind,
		.text = text,
		.line = p->line,
		.at_line_start = p->wants_indent,
	};
	p->wants_indent = false;
	return n;
}

static bool
fail(struct parser *p, const char *fmt, ...)
{
	char reason[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	if (p->file != NULL)
		err_set(p->err, RC_INTERNAL, "template", "", "%s:%u: %s",
		    p->file, p->line, reason);
	else
		err_set(p->err, RC_INTERNAL, "template", "", "line %u: %s",
		    p->line, reason);
	return false;
}
