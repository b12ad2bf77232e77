/*
 * The paper of an edition as one Markdown text, and back: conf/paper.md says
 * how it is written. What is read is the part of a consultation file that is
 * the paper itself: edition, chapters, sections, items, question_sets,
 * questions, footnotes; and new_keys, those that the text does not say. A text
 * that does not begin with what the edition is, is a part of one.
 */
#ifndef APP_PAPER_H
#define APP_PAPER_H

#include <jansson.h>
#include <stdbool.h>

#include "web/buf.h"
#include "web/rc.h"

enum {
	PAPER_MAX = 1 << 20,    /* octets of a text */
	PAPER_PARTS_MAX = 3000, /* headings, list entries and footnotes */
	PAPER_BODY_MAX = 20000, /* characters of a text of a part */
	PAPER_TITLE_MAX = 500,
	PAPER_OPTION_MAX = 300, /* of what is picked from */
	PAPER_ISSUES_MAX = 200
};

struct paper_issue {
	size_t line; /* from 1; 0: of the whole */
	bool is_error;
	char code[32]; /* a row of assets/text/messages.json */
	char what[72]; /* the key, number or word it is about, or "" */
};

struct paper_issues {
	struct paper_issue list[PAPER_ISSUES_MAX];
	size_t len;    /* the first ones, in the order found */
	size_t errors; /* of all */
};

/*
 * Reads UTF-8. RC_OK with the caller's doc, warnings in issues; RC_INVALID with
 * errors there and no doc. What has no key gets one: that of its like in base
 * (the same document of another edition, or NULL), else the next free one, with
 * a warning.
 */
enum rc paper_read(const char *text, size_t len, const json_t *base,
    json_t **doc, struct paper_issues *issues) MUST_CHECK;
/* Writes the text of a document; what it lacks is left out. */
void paper_write(const json_t *doc, struct buf *out);
/* A warning about the whole. */
void paper_issue_add(
    struct paper_issues *issues, const char *code, const char *what);
/* [{"line", "is_error", "code", "what"}] */
json_t *paper_issues_json(const struct paper_issues *issues);
/*
 * The parts one within the other, for a template: [{"key", "number", "title",
 * "sections": [{…, "items": [{…, "requirements": 2}]}], "questions": […]}]
 */
json_t *paper_tree(const json_t *doc);
/* Is a question of that shape answered by picking from its sub-items? */
bool paper_has_options(const char *shape);

#endif
