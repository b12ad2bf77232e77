/* Words, word pairs and MinHash signatures. */
#include "similar_parts.h"

#include <stdlib.h>
#include <string.h>

/* The last step of SplitMix64: each bit depends on all. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* FNV-1a */
static uint64_t
word_hash(const char *s, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	return mix(h);
}

static uint64_t
pair_hash(uint64_t first, uint64_t second)
{
	return mix(first + UINT64_C(0x9e3779b97f4a7c15) * second);
}

static uint32_t
code_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* The words of text into s->hashes; how many there are. */
static size_t
hash_words(struct similar *s, const char *text, size_t len)
{
	size_t count = 0, from = 0;

	while (from < len) {
		const char *blank = memchr(text + from, ' ', len - from);
		size_t to = blank == NULL ? len : (size_t)(blank - text);

		if (count == s->hash_cap) {
			s->hash_cap = s->hash_cap == 0 ? 256 : 2 * s->hash_cap;
			s->hashes = mem_array(
			    s->hashes, s->hash_cap, sizeof *s->hashes);
		}
		s->hashes[count++] = word_hash(text + from, to - from);
		from = to + 1;
	}
	return count;
}

static int
by_code(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
sort_codes(uint32_t *codes, size_t count, bool is_set)
{
	size_t kept = 0;

	qsort(codes, count, sizeof *codes, by_code);
	if (!is_set)
		return count;
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || codes[i] != codes[kept - 1])
			codes[kept++] = codes[i];
	}
	return kept;
}

static uint32_t *
reserve(struct similar *s, size_t count)
{
	if (s->code_cap - s->code_count < count) {
		while (s->code_cap - s->code_count < count)
			s->code_cap =
			    s->code_cap == 0 ? 4096 : s->code_cap / 2 * 3;
		s->codes = mem_array(s->codes, s->code_cap, sizeof *s->codes);
	}
	return s->codes + s->code_count;
}

/* The least of each of SIGNATURE ways to number all word pairs. */
static void
sign(uint32_t *signature, uint64_t pair)
{
	for (size_t i = 0; i < SIGNATURE; i++) {
		uint64_t way = UINT64_C(0xd1342543de82ef95) * (2 * i + 1);
		uint32_t number = (uint32_t)(((pair ^ way) * (way | 1)) >> 32);

		if (number < signature[i])
			signature[i] = number;
	}
}

void
sketch_fill(struct similar *s, struct sketch *k, const char *text, size_t len,
    uint32_t *signature)
{
	size_t words = hash_words(s, text, len), pairs;
	uint32_t *codes = reserve(s, 2 * words + 1);
	uint64_t before = UINT64_C(0x2545f4914f6cdd1d), pair;

	memset(signature, 0xff, SIGNATURE * sizeof *signature);
	k->at = s->code_count;
	k->key = pair_hash(words, words < SIMILAR_SHORT ? k->target : 0);
	for (size_t i = 0; i < words; i++) {
		k->key = pair_hash(k->key, s->hashes[i]);
		codes[i] = code_of(s->hashes[i]);
	}
	/* The first and the last word each have the edge as their neighbour. */
	pairs = words == 0 ? 0 : words + 1;
	for (size_t i = 0; i < pairs; i++) {
		uint64_t word =
		    i < words ? s->hashes[i] : UINT64_C(0x2545f4914f6cdd1d);

		pair = pair_hash(before, word);
		codes[words + i] = code_of(pair);
		sign(signature, pair);
		before = word;
	}
	k->word_count = (uint32_t)sort_codes(codes, words, false);
	k->pair_count = (uint32_t)sort_codes(codes + words, pairs, true);
	s->code_count += k->word_count + k->pair_count;
}

/* Codes that both have, counted as often as they are in both. */
static uint32_t
common(const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count)
{
	uint32_t i = 0, j = 0, n = 0;

	while (i < a_count && j < b_count) {
		uint32_t x = a[i], y = b[j];

		n += x == y;
		i += x <= y;
		j += y <= x;
	}
	return n;
}

bool
sketch_comparable(const struct similar *s, uint32_t a, uint32_t b)
{
	const struct sketch *x = &s->list[a], *y = &s->list[b];

	return x->target == y->target || (x->word_count >= SIMILAR_SHORT &&
					     y->word_count >= SIMILAR_SHORT);
}

bool
sketch_equal(const struct similar *s, uint32_t a, uint32_t b)
{
	const struct sketch *x = &s->list[a], *y = &s->list[b];

	return x->key == y->key && sketch_comparable(s, a, b) &&
	       x->word_count == y->word_count &&
	       x->pair_count == y->pair_count &&
	       memcmp(s->codes + x->at, s->codes + y->at,
		   (x->word_count + x->pair_count) * sizeof *s->codes) == 0;
}

uint32_t
sketch_score(const struct similar *s, uint32_t a, uint32_t b)
{
	const struct sketch *x = &s->list[a], *y = &s->list[b];
	uint64_t both = common(s->codes + x->at + x->word_count, x->pair_count,
	    s->codes + y->at + y->word_count, y->pair_count);

	return (uint32_t)(both * SCORE_ONE /
			  (x->pair_count + y->pair_count - both));
}

int
sketch_percent(const struct similar *s, uint32_t a, uint32_t b)
{
	const struct sketch *x = &s->list[a], *y = &s->list[b];
	uint64_t both = common(
	    s->codes + x->at, x->word_count, s->codes + y->at, y->word_count);

	return (int)(200 * both / (x->word_count + y->word_count));
}
