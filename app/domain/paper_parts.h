/* Lines of the text form; private to paper_*.c. */
#ifndef APP_PAPER_PARTS_H
#define APP_PAPER_PARTS_H

#include "paper.h"

/* One word of both: in the text, and in the document. */
struct paper_word {
	const char *text, *code;
};

extern const struct paper_word paper_kinds[];     /* of items */
extern const struct paper_word paper_shapes[];    /* of questions */
extern const struct paper_word paper_groups[];    /* who is asked */
extern const struct paper_word paper_relations[]; /* of footnotes */
extern const struct paper_word paper_sections[];  /* kinds of sections */
extern const struct paper_word paper_head[];      /* of the edition */

/* The other side of a word, or NULL. */
const char *paper_code(const struct paper_word *, const char *text);
const char *paper_text(const struct paper_word *, const char *code);

/* Groups in their order, each once; NULL for everybody. bad: a word for none.
 */
json_t *paper_audience(const json_t *words, const char **bad);

/* "{.class #id name="value"}" at the end of a line, taken apart. */
struct paper_attrs {
	json_t *classes; /* name -> true */
	json_t *values;  /* name -> text; "#" is the id */
};

/* Takes the braces off the line; false where there are none. */
bool paper_attrs_take(struct buf *line, struct paper_attrs *attrs);
void paper_attrs_clear(struct paper_attrs *attrs);
bool paper_has(const struct paper_attrs *, const char *class);
const char *paper_value(const struct paper_attrs *, const char *name);

/* Takes "[^12]" out of a line, adding each number to marks. */
void paper_marks_take(struct buf *line, json_t *marks);
/* Takes backslashes before punctuation away. */
void paper_unescape(struct buf *line);
/* Length of the key that the text begins with, 0 for none. */
size_t paper_key_length(const char *text);
/* Is it a key as the database takes it? */
bool paper_is_key(const char *text, size_t len);
/* The decisions that a text names, in its order, each once. */
json_t *paper_refs(const char *text);
/* What looks like the number of a decision and is none; its length or 0. */
size_t paper_bad_ref(const char *text, const char **at);
/* develops, covered or basis, as the words say. */
const char *paper_relation_of(const char *text);

void paper_issue(struct paper_issues *, size_t line, bool is_error,
    const char *code, const char *what);

/* A text and an empty line, each further line behind indent (paper_write.c). */
void paper_lines(
    struct buf *out, const char *indent, const char *lead, const char *text);
void paper_inline(struct buf *out, const char *s, size_t len);

/* Keys, places and references of what has been read (paper_keys.c). */
void paper_settle(json_t *doc, const json_t *base, struct paper_issues *);
/*
 * The part of base that has the same words in a member, of the same kind and
 * with a key that is not in keys yet; or NULL (paper_like.c).
 */
const json_t *paper_like(const json_t *base, const json_t *keys,
    const char *list, const char *member, const json_t *o);
/* Its key, and what a file without keys cannot say of it. */
void paper_inherit(json_t *o, const json_t *x, const json_t *keys);
/* Footnotes and citations of it (paper_notes.c). */
void paper_settle_notes(json_t *doc, struct paper_issues *);

#endif
