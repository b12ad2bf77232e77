/* The steps from two texts to their differences; diff.c takes them in turn. */
#ifndef APP_DIFF_PARTS_H
#define APP_DIFF_PARTS_H

#include <stdint.h>

#include "diff.h"

struct word {
	uint32_t at, len; /* octets */
	uint32_t id;      /* equal words have equal numbers */
};

/* Gap i stands before word i, gap `count` behind the last one. */
struct words {
	const char *text;
	size_t len;
	struct word *list;
	size_t count;
};

/* Words [old_from, old_to) became words [new_from, new_to). */
struct hunk {
	size_t old_from, old_to;
	size_t new_from, new_to;
};

/* All changes of a pair, in order; between them words are kept one by one. */
struct hunks {
	struct words old, new;
	struct hunk *list;
	size_t count, cap;
};

/* text is valid UTF-8 and must outlive w. */
void words_init(struct words *w, struct diff_text text);
void words_clear(struct words *w);
/* Numbers the words of both; returns how many numbers there are. */
uint32_t words_number(struct words *a, struct words *b);
struct diff_text words_gap(const struct words *w, size_t i);
/* Is this a letter, digit or sign of a word? */
bool text_is_word(uint32_t c);
/* Does it hold a word at all? */
bool words_any(struct diff_text text);

/*
 * Marks words that both have in the same order: kept[i] of a and of b are true
 * equally often, and pairwise the words are equal. Mostly as many as there can
 * be.
 */
void words_match(const struct words *a, const struct words *b,
    uint32_t id_count, bool *a_kept, bool *b_kept);

void hunks_init(struct hunks *h, struct diff_text old, struct diff_text new);
void hunks_clear(struct hunks *h);
/* Moves and joins changes so that they read well; see diff.h. */
void hunks_tidy(struct hunks *h);

/* Octets that both begin or end with, whole characters only. */
size_t text_common_start(struct diff_text a, struct diff_text b);
size_t text_common_end(struct diff_text a, struct diff_text b);

/*
 * Octets of blanks at the start, and of those at the end; a text of blanks
 * alone has none.
 */
void text_blanks(struct diff_text text, size_t *start, size_t *end);

#endif
