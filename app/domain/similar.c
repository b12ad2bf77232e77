/* From texts to pairs: equal ones, close ones, and which of them to propose. */
#include "similar_parts.h"

#include <stdlib.h>
#include <string.h>

static size_t octets_of(const struct similar *, size_t);
static uint64_t unit_of(const struct similar *, uint32_t);
static int by_units(const void *, const void *);
static void find_equal(struct similar *);
static size_t collect(struct similar *, struct edge **);
static void join_groups(struct similar *);
static void take(struct similar *, const struct edge *, size_t,
    struct similar_pair *, size_t *);

struct similar *
similar_new(void)
{
	return mem_calloc(1, sizeof(struct similar));
}

void
similar_free(struct similar *s)
{
	if (s == NULL)
		return;
	mem_free(s->list);
	mem_free(s->codes);
	mem_free(s->signatures);
	mem_free(s->hashes);
	mem_free(s->apart);
	buf_clear(&s->words);
	mem_free(s);
}

size_t
similar_count(const struct similar *s)
{
	return s->count;
}

/* What all of it takes at its highest, with another `words`. */
static size_t
octets_of(const struct similar *s, size_t words)
{
	size_t each = sizeof *s->list + SIGNATURE * sizeof *s->signatures +
		      NEIGHBOURS * sizeof *s->neighbours +
		      (NEIGHBOURS + 3) * sizeof(struct edge) + 32;

	return (s->count + 1) * each +
	       (s->code_count + 2 * words) * sizeof *s->codes;
}

enum rc
similar_add(struct similar *s, const char *text, size_t len, uint64_t target,
    uint64_t group, struct err *err)
{
	struct sketch *k;

	buf_reset(&s->words);
	similar_text(&s->words, text, len);
	if (octets_of(s, s->words.len / 2 + 1) > SIMILAR_OCTETS_MAX)
		return err_set(err, RC_TOO_LARGE, "too_many_texts", "",
		    "more than %zu texts are too many to compare", s->count);
	if (s->count == s->cap) {
		s->cap = s->cap == 0 ? 64 : s->cap / 2 * 3;
		s->list = mem_array(s->list, s->cap, sizeof *s->list);
		s->signatures = mem_array(
		    s->signatures, s->cap, SIGNATURE * sizeof *s->signatures);
	}
	k = &s->list[s->count];
	*k = (struct sketch){
		.target = target, .group = group, .same = (uint32_t)s->count
	};
	sketch_fill(s, k, buf_text(&s->words), s->words.len,
	    s->signatures + s->count * SIGNATURE);
	s->count++;
	return RC_OK;
}

/* A group counts as one, whoever is in it. */
static uint64_t
unit_of(const struct similar *s, uint32_t text)
{
	uint64_t group = s->list[text].group;

	return group != 0 ? group << 1 | 1 : (uint64_t)text << 1;
}

static struct apart
units_of(const struct similar *s, uint32_t a, uint32_t b)
{
	uint64_t x = unit_of(s, a), y = unit_of(s, b);

	return x < y ? (struct apart){ x, y } : (struct apart){ y, x };
}

static int
by_units(const void *a, const void *b)
{
	const struct apart *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->high > y->high) - (x->high < y->high);
}

void
similar_keep_apart(struct similar *s, uint32_t a, uint32_t b)
{
	if (s->apart_count == s->apart_cap) {
		s->apart_cap = s->apart_cap == 0 ? 64 : 2 * s->apart_cap;
		s->apart = mem_array(s->apart, s->apart_cap, sizeof *s->apart);
	}
	s->apart[s->apart_count++] = units_of(s, a, b);
}

bool
is_kept_apart(const struct similar *s, uint32_t a, uint32_t b)
{
	struct apart units;

	if (s->apart_count == 0)
		return false;
	units = units_of(s, a, b);
	return bsearch(&units, s->apart, s->apart_count, sizeof *s->apart,
		   by_units) != NULL;
}

uint32_t
part_of(struct similar *s, uint32_t x)
{
	while (s->parent[x] != x) {
		s->parent[x] = s->parent[s->parent[x]];
		x = s->parent[x];
	}
	return x;
}

bool
part_join(struct similar *s, uint32_t a, uint32_t b)
{
	uint32_t x = part_of(s, a), y = part_of(s, b);

	if (x == y)
		return false;
	if (x < y)
		s->parent[y] = x;
	else
		s->parent[x] = y;
	return true;
}

static void
part_reset(struct similar *s)
{
	for (size_t i = 0; i < s->count; i++)
		s->parent[i] = (uint32_t)i;
}

/* --- equal texts ---------------------------------------------------------- */

struct keyed {
	uint64_t key;
	uint32_t text;
	bool is_single;
};

/* Who is in a group stands for the others, else who came first. */
static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->is_single != y->is_single)
		return x->is_single ? 1 : -1;
	return (x->text > y->text) - (x->text < y->text);
}

static void
find_equal(struct similar *s)
{
	struct keyed *list = mem_array(NULL, s->count + 1, sizeof *list);
	size_t count = 0, first = 0;

	for (size_t i = 0; i < s->count; i++) {
		s->list[i].same = (uint32_t)i;
		if (s->list[i].pair_count > 0)
			list[count++] = (struct keyed){ s->list[i].key,
				(uint32_t)i, s->list[i].group == 0 };
	}
	qsort(list, count, sizeof *list, by_key);
	for (size_t i = 1; i < count; i++) {
		if (sketch_equal(s, list[first].text, list[i].text))
			s->list[list[i].text].same = list[first].text;
		else
			first = i;
	}
	mem_free(list);
}

/* --- what to propose ------------------------------------------------------ */

static struct edge
edge_of(uint32_t a, uint32_t b, uint32_t score)
{
	return a < b ? (struct edge){ a, b, score }
		     : (struct edge){ b, a, score };
}

static int
by_score(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static int
by_texts(const void *a, const void *b)
{
	const struct similar_pair *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* All pairs that were found, the closest first; some come twice. */
static size_t
collect(struct similar *s, struct edge **edges)
{
	size_t cap = s->count * (NEIGHBOURS + 2) + 1, n = 0;

	*edges = mem_array(NULL, cap, sizeof **edges);
	for (uint32_t i = 0; i < s->count; i++) {
		const struct neighbour *near =
		    s->neighbours + (size_t)i * NEIGHBOURS;
		uint32_t same = s->list[i].same;

		if (same != i && !is_kept_apart(s, same, i))
			(*edges)[n++] = edge_of(same, i, SCORE_ONE);
		for (size_t k = 0; k < NEIGHBOURS && near[k].score > 0; k++)
			(*edges)[n++] = edge_of(i, near[k].text, near[k].score);
	}
	for (size_t i = 0; i < s->bridge_count; i++)
		(*edges)[n++] = edge_of(
		    s->bridges[i].a, s->bridges[i].b, s->bridges[i].score);
	qsort(*edges, n, sizeof **edges, by_score);
	return n;
}

struct grouped {
	uint64_t group;
	uint32_t text;
};

static int
by_group(const void *a, const void *b)
{
	const struct grouped *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->text > y->text) - (x->text < y->text);
}

/* Members of a group are one part from the beginning. */
static void
join_groups(struct similar *s)
{
	struct grouped *list = mem_array(NULL, s->count + 1, sizeof *list);
	size_t count = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		if (s->list[i].group != 0)
			list[count++] = (struct grouped){ s->list[i].group, i };
	}
	qsort(list, count, sizeof *list, by_group);
	for (size_t i = 1; i < count; i++) {
		if (list[i].group == list[i - 1].group)
			part_join(s, list[i - 1].text, list[i].text);
	}
	mem_free(list);
}

static void
take(struct similar *s, const struct edge *edges, size_t edge_count,
    struct similar_pair *pairs, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < edge_count; i++) {
		const struct edge *e = &edges[i];
		struct similar_pair *p = &pairs[*count];

		if (!part_join(s, e->a, e->b))
			continue;
		*p = (struct similar_pair){ e->a, e->b, 100 };
		if (e->score < SCORE_ONE || !sketch_equal(s, e->a, e->b)) {
			int percent = sketch_percent(s, e->a, e->b);

			p->percent = percent < 100 ? percent : 99;
		}
		++*count;
	}
	qsort(pairs, *count, sizeof *pairs, by_texts);
}

struct similar_pair *
similar_pairs(struct similar *s, size_t *count)
{
	struct similar_pair *pairs =
	    mem_array(NULL, s->count + 1, sizeof *pairs);
	struct edge *edges;
	size_t edge_count;

	if (s->apart_count > 0)
		qsort(s->apart, s->apart_count, sizeof *s->apart, by_units);
	s->neighbours =
	    mem_calloc(s->count * NEIGHBOURS + 1, sizeof *s->neighbours);
	s->bridges = mem_array(NULL, s->count + 1, sizeof *s->bridges);
	s->bridge_count = 0;
	s->parent = mem_array(NULL, s->count + 1, sizeof *s->parent);
	part_reset(s);
	find_equal(s);
	bands_search(s);
	edge_count = collect(s, &edges);
	part_reset(s);
	join_groups(s);
	take(s, edges, edge_count, pairs, count);
	mem_free(edges);
	mem_free(s->parent);
	mem_free(s->bridges);
	mem_free(s->neighbours);
	s->parent = NULL;
	s->bridges = NULL;
	s->neighbours = NULL;
	return pairs;
}
