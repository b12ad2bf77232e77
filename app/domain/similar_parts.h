/* The steps of similar.c: words and signatures of a text, candidates, edges. */
#ifndef APP_SIMILAR_PARTS_H
#define APP_SIMILAR_PARTS_H

#include <stdbool.h>

#include "similar.h"

enum {
	BANDS = 40, /* of a signature; equal in one of them: a candidate */
	BAND_ROWS = 3,
	SIGNATURE = BANDS * BAND_ROWS,
	NEIGHBOURS = 4, /* closest ones that are remembered of each text */
	WINDOW = 32,    /* earlier texts of a band that one is compared with */
	SCORE_ONE = 1 << 16
};

/* What is kept of a text: sorted codes of its words, then of its word pairs. */
struct sketch {
	size_t at; /* in codes */
	uint32_t word_count, pair_count;
	uint64_t key; /* of its words in their order */
	uint64_t target;
	uint64_t group; /* 0: in none */
	uint32_t same;  /* the text that stands for all equal ones, or itself */
};

struct edge {
	uint32_t a, b;  /* a < b */
	uint32_t score; /* share of common word pairs of SCORE_ONE */
};

struct neighbour {
	uint32_t text, score; /* score 0: none */
};

struct similar {
	struct sketch *list;
	size_t count, cap;
	uint32_t *codes;
	size_t code_count, code_cap;
	uint32_t *signatures; /* SIGNATURE of each text */
	/* of the text that is being added */
	struct buf words;
	uint64_t *hashes;
	size_t hash_cap;
	/* pairs that a person keeps apart, as units; sorted by similar_pairs */
	struct apart {
		uint64_t low, high;
	} * apart;
	size_t apart_count, apart_cap;
	/* while pairs are looked for */
	struct neighbour *neighbours; /* NEIGHBOURS of each text */
	struct edge *bridges;         /* what first held two parts together */
	size_t bridge_count;
	uint32_t *parent; /* of each text in the tree of its part */
};

/* --- similar_hash.c ------------------------------------------------------- */

/* Fills k, the codes and signature behind all others; text went through
 * similar_text. Without words it has no codes. */
void sketch_fill(struct similar *s, struct sketch *k, const char *text,
    size_t len, uint32_t *signature);
/* Are both long enough to be compared, or about the same? */
bool sketch_comparable(const struct similar *s, uint32_t a, uint32_t b);
bool sketch_equal(const struct similar *s, uint32_t a, uint32_t b);
/* Common word pairs of all, of SCORE_ONE. */
uint32_t sketch_score(const struct similar *s, uint32_t a, uint32_t b);
/* Common words of both texts in percent, rounded down. */
int sketch_percent(const struct similar *s, uint32_t a, uint32_t b);

/* --- similar_bands.c ------------------------------------------------------ */

/* Neighbours and bridges of all texts that stand for themselves. */
void bands_search(struct similar *s);

/* --- similar.c ------------------------------------------------------------ */

/* The part of the tree in parent that x belongs to. */
uint32_t part_of(struct similar *s, uint32_t x);
/* False: they are in one part already. */
bool part_join(struct similar *s, uint32_t a, uint32_t b);
bool is_kept_apart(const struct similar *s, uint32_t a, uint32_t b);

#endif
