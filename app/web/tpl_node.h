/* The parsed form of a template, shared by the parts of the tpl module. */
#ifndef APP_TPL_NODE_H
#define APP_TPL_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "tpl.h"

enum {
	TPL_MAX_DEPTH = 64,    /* sections open at once */
	TPL_MAX_PARTIALS = 32, /* partials inside partials */
	TPL_MAX_DELIMITER = 15
};

enum tpl_kind {
	TPL_TEXT,
	TPL_VARIABLE, /* {{name}} */
	TPL_RAW,      /* {{{name}}}, {{&name}} */
	TPL_SECTION,  /* {{#name}} */
	TPL_INVERTED, /* {{^name}} */
	TPL_END,      /* {{/name}} */
	TPL_PARTIAL   /* {{>name}} */
};

/* A piece of the template's own copy of its source. */
struct tpl_span {
	const char *s;
	size_t len;
};

struct tpl_call {
	struct tpl_span name;
	struct tpl_span arg;
};

struct tpl_node {
	enum tpl_kind kind;
	bool at_line_start; /* an indented partial puts its indent here */
	bool is_literal;    /* "css/app.css": text is the value itself */
	bool is_url; /* begins a href, src or action: checked when shown */
	unsigned line;
	size_t jump; /* SECTION, INVERTED: their END; END: its opener */
	/* TEXT: the bytes; PARTIAL: the name; else the tag as written */
	struct tpl_span text;
	struct tpl_span indent;   /* PARTIAL alone on its line */
	size_t part, part_count;  /* a.b.c; none for "." */
	size_t call, call_count;  /* the filters */
	const struct tpl *target; /* PARTIAL: resolved by the set, or NULL */
};

struct tpl {
	char *src;
	struct tpl_node *nodes;
	size_t node_count, node_cap;
	struct tpl_span *parts;
	size_t part_count, part_cap;
	struct tpl_call *calls;
	size_t call_count, call_cap;
	bool is_plain; /* no escaping: the result is text, not HTML */
};

/*
 * tpl_parse for a piece of a file: errors begin "FILE:LINE: ". A plain
 * template makes text that is escaped later, such as a page's title.
 */
struct tpl *tpl_parse_part(const char *src, size_t len, const char *file,
    unsigned first_line, bool is_plain, struct err *err);

/*
 * Checks that what the template puts into HTML is safe where it stands, and
 * marks the variables that begin an address. is_layout allows {{{content}}}.
 */
enum rc tpl_lint(struct tpl *t, const char *file, bool is_layout,
    struct err *err) MUST_CHECK;

/* Last part of the node's name ("href" of question.href); "" for "." */
struct tpl_span tpl_node_key(const struct tpl *t, const struct tpl_node *n);

static inline bool
tpl_span_is(struct tpl_span span, const char *word)
{
	size_t i;

	for (i = 0; i < span.len && word[i] == span.s[i]; i++)
		if (word[i] == '\0')
			return false;
	return i == span.len && word[i] == '\0';
}

#endif
