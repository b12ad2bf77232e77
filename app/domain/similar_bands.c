/*
 * Candidates: texts whose signatures are equal in one band at least. A text is
 * compared with WINDOW earlier ones of a band at most, so that a band which all
 * share (the same opening everywhere) costs no more than any other.
 */
#include "similar_parts.h"

#include <stdlib.h>

struct slot {
	uint64_t key;
	uint32_t text;
};

enum {
	SCORE_MIN = SCORE_ONE / 100 * SIMILAR_SHARE,
	/* Three standard deviations below the share: not worth comparing. */
	SIGNATURE_MIN = SIGNATURE * (SIMILAR_SHARE - 14) / 100
};

static int
by_key(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->text > y->text) - (x->text < y->text);
}

static uint64_t
band_key(const uint32_t *signature, size_t band)
{
	const uint32_t *rows = signature + band * BAND_ROWS;
	uint64_t key = 0;

	for (size_t i = 0; i < BAND_ROWS; i++)
		key = (key ^ rows[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return key;
}

static bool
is_promising(const struct similar *s, uint32_t a, uint32_t b)
{
	const uint32_t *x = s->signatures + (size_t)a * SIGNATURE;
	const uint32_t *y = s->signatures + (size_t)b * SIGNATURE;
	uint64_t few = s->list[a].pair_count, many = s->list[b].pair_count;
	size_t equal = 0;

	if (few > many) {
		uint64_t swap = few;

		few = many;
		many = swap;
	}
	if (few * 100 < many * SIMILAR_SHARE)
		return false;
	for (size_t i = 0; i < SIGNATURE; i++)
		equal += x[i] == y[i];
	return equal >= SIGNATURE_MIN;
}

static bool
is_neighbour(const struct similar *s, uint32_t of, uint32_t text)
{
	const struct neighbour *n = s->neighbours + (size_t)of * NEIGHBOURS;

	for (size_t i = 0; i < NEIGHBOURS && n[i].score > 0; i++) {
		if (n[i].text == text)
			return true;
	}
	return false;
}

/* Closest first; among equally close ones those that came first. */
static void
add_neighbour(struct similar *s, uint32_t of, uint32_t text, uint32_t score)
{
	struct neighbour *n = s->neighbours + (size_t)of * NEIGHBOURS;
	size_t i = NEIGHBOURS;

	while (i > 0 && (n[i - 1].score < score ||
			    (n[i - 1].score == score && n[i - 1].text > text)))
		i--;
	if (i == NEIGHBOURS)
		return;
	for (size_t k = NEIGHBOURS - 1; k > i; k--)
		n[k] = n[k - 1];
	n[i] = (struct neighbour){ text, score };
}

static void
compare(struct similar *s, uint32_t a, uint32_t b)
{
	uint32_t score;

	if (is_neighbour(s, a, b) || is_neighbour(s, b, a) ||
	    !sketch_comparable(s, a, b) || !is_promising(s, a, b) ||
	    is_kept_apart(s, a, b))
		return;
	score = sketch_score(s, a, b);
	if (score < SCORE_MIN)
		return;
	add_neighbour(s, a, b, score);
	add_neighbour(s, b, a, score);
	if (part_join(s, a, b))
		s->bridges[s->bridge_count++] = (struct edge){ a, b, score };
}

static void
compare_equal_keys(struct similar *s, const struct slot *slots, size_t count)
{
	size_t first = 0;

	for (size_t i = 1; i < count; i++) {
		if (slots[i].key != slots[first].key)
			first = i;
		for (size_t k = i; k > first && i - k < WINDOW; k--)
			compare(s, slots[k - 1].text, slots[i].text);
	}
}

void
bands_search(struct similar *s)
{
	struct slot *slots = mem_array(NULL, s->count + 1, sizeof *slots);

	for (size_t band = 0; band < BANDS; band++) {
		size_t count = 0;

		for (size_t i = 0; i < s->count; i++) {
			const uint32_t *signature =
			    s->signatures + i * SIGNATURE;

			if (s->list[i].same != i || s->list[i].pair_count == 0)
				continue;
			slots[count].key = band_key(signature, band);
			slots[count++].text = (uint32_t)i;
		}
		qsort(slots, count, sizeof *slots, by_key);
		compare_equal_keys(s, slots, count);
	}
	mem_free(slots);
}
