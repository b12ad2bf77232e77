/* The steps of lineage.c: words of the texts, and what two texts share. */
#ifndef APP_LINEAGE_PARTS_H
#define APP_LINEAGE_PARTS_H

#include "lineage.h"

/*
 * Sorted codes of the words of a text and of the different pairs of them; the
 * core are those of the body, or of a title that stands alone: a part mostly
 * gets a title of its own.
 */
struct lineage_text {
	uint32_t *words, *pairs, *core;
	size_t word_count, pair_count, core_count;
	uint64_t key; /* of all words in their order */
};

/* Word pairs that an old and a new text share. */
struct lineage_link {
	uint32_t from, to;
	size_t common;
};

void lineage_text_init(struct lineage_text *t, const struct lineage_item *item);
void lineage_text_clear(struct lineage_text *t);
/* Of the words of both in percent, rounded down; 100 for equal ones only. */
int lineage_percent(const struct lineage_text *a, const struct lineage_text *b);
/* How many codes both sorted lists have. */
size_t lineage_common(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count);
/*
 * The links between texts that share a word pair, by from and to; of each new
 * text at most LINKS_MAX to its closest old ones. (mem_free)
 */
enum { LINKS_MAX = 24 };
struct lineage_link *lineage_links(const struct lineage_text *old,
    size_t old_count, const struct lineage_text *new, size_t new_count,
    size_t *count);

#endif
