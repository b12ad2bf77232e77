/*
 * Like texts in a set whose truth is known:
 *
 *     similar TEXTS SEED
 *
 * Of the texts, of five sentences each, one in five is copied from one of 2 %
 * that are models: word for word, or with one sentence edited. One in ten of
 * the others shares two sentences with a model and is no copy of it. A pair is
 * found when both are in one part of the proposed pairs. Prints one JSON
 * object; the memory is the process's at its highest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ctl/generate_text.h"
#include "domain/similar.h"

enum { SENTENCES = 5 };

struct set {
	char **text;
	unsigned *family; /* the model's number, else its own */
	unsigned count, models;
};

static double
now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Two sentences of a model, then its own. */
static void
borrow(struct buf *out, struct dice *d, const char *model)
{
	const char *end = strchr(strchr(model, '.') + 1, '.') + 1;

	buf_add(out, model, (size_t)(end - model));
	buf_char(out, ' ');
	text_sentences(out, d, SENTENCES - 2);
}

static void
make(struct set *set, uint64_t seed)
{
	struct dice d = { seed };
	struct buf b = { 0 };

	for (unsigned i = 0; i < set->count; i++) {
		unsigned model = dice_below(&d, set->models);

		set->family[i] = i;
		buf_reset(&b);
		if (i < set->models) {
			text_sentences(&b, &d, SENTENCES);
		} else if (dice_percent(&d, 20)) {
			set->family[i] = model;
			if (dice_percent(&d, 40))
				buf_str(&b, set->text[model]);
			else
				text_edited(&b, &d, set->text[model]);
		} else if (dice_percent(&d, 10)) {
			borrow(&b, &d, set->text[model]);
		} else {
			text_sentences(&b, &d, SENTENCES);
		}
		set->text[i] = mem_strndup(b.data, b.len);
	}
	buf_clear(&b);
}

static unsigned
root(unsigned *parent, unsigned x)
{
	while (parent[x] != x)
		x = parent[x] = parent[parent[x]];
	return x;
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Pairs of texts with the same number. */
static double
pairs_within(uint64_t *numbers, unsigned count)
{
	double pairs = 0, run = 0;

	qsort(numbers, count, sizeof *numbers, by_number);
	for (unsigned i = 1; i < count; i++) {
		run = numbers[i] == numbers[i - 1] ? run + 1 : 0;
		pairs += run;
	}
	return pairs;
}

static void
report(const struct set *set, const struct similar_pair *pairs, size_t count,
    double seconds, double cpu)
{
	unsigned *parent = mem_array(NULL, set->count, sizeof *parent);
	uint64_t *numbers = mem_array(NULL, set->count, sizeof *numbers);
	double truth, found, both, right = 0;
	struct rusage usage;

	for (unsigned i = 0; i < set->count; i++)
		parent[i] = i;
	for (size_t i = 0; i < count; i++) {
		parent[root(parent, pairs[i].a)] = root(parent, pairs[i].b);
		right += set->family[pairs[i].a] == set->family[pairs[i].b];
	}
	for (unsigned i = 0; i < set->count; i++)
		numbers[i] = set->family[i];
	truth = pairs_within(numbers, set->count);
	for (unsigned i = 0; i < set->count; i++)
		numbers[i] = root(parent, i);
	found = pairs_within(numbers, set->count);
	for (unsigned i = 0; i < set->count; i++)
		numbers[i] = (uint64_t)root(parent, i) << 32 | set->family[i];
	both = pairs_within(numbers, set->count);
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"seconds\": %.3f, \"cpu\": %.3f, \"rss\": %.1f, \"recall\": "
	       "%.5f, "
	       "\"precision\": %.5f, \"proposals\": %zu, \"right\": %.5f, "
	       "\"pairs\": %.0f}\n",
	    seconds, cpu, (double)usage.ru_maxrss / 1024, both / truth,
	    both / found, count, right / (double)count, truth);
	mem_free(numbers);
	mem_free(parent);
}

int
main(int argc, char **argv)
{
	struct set set = { 0 };
	struct similar *s = similar_new();
	struct similar_pair *pairs;
	struct err err = { 0 };
	size_t count;
	double from, cpu;

	if (argc != 3 ||
	    (set.count = (unsigned)strtoul(argv[1], NULL, 10)) < 100) {
		fprintf(stderr, "usage: similar TEXTS SEED\n");
		return 2;
	}
	set.models = set.count / 50;
	set.text = mem_array(NULL, set.count, sizeof *set.text);
	set.family = mem_array(NULL, set.count, sizeof *set.family);
	make(&set, strtoull(argv[2], NULL, 10));
	from = now(CLOCK_MONOTONIC);
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 0; i < set.count; i++) {
		if (similar_add(s, set.text[i], strlen(set.text[i]), 0, 0,
			&err) != RC_OK) {
			fprintf(stderr, "%s\n", err.msg);
			return 1;
		}
	}
	pairs = similar_pairs(s, &count);
	report(&set, pairs, count, now(CLOCK_MONOTONIC) - from,
	    now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	mem_free(pairs);
	similar_free(s);
	for (unsigned i = 0; i < set.count; i++)
		mem_free(set.text[i]);
	mem_free(set.family);
	mem_free(set.text);
	return 0;
}
