/* Words of the texts, and what two texts share. */
#include "lineage_parts.h"

#include <stdlib.h>
#include <string.h>

#include "similar.h"
#include "web/buf.h"

/* A pair that stands in more old texts than this says nothing. */
enum { COMMON_MAX = 48 };

/* A word pair of an old text. */
struct posting {
	uint32_t pair, text;
};

static uint32_t
hash(const char *s, size_t len, uint64_t *key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	*key = (*key ^ h) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(h ^ h >> 32);
}

static int
by_code(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
sort_codes(uint32_t *codes, size_t count)
{
	if (count > 1)
		qsort(codes, count, sizeof *codes, by_code);
}

static size_t
without_doubles(uint32_t *codes, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || codes[kept - 1] != codes[i])
			codes[kept++] = codes[i];
	return kept;
}

/* The pairs of neighbouring words; one word alone is a pair. */
static size_t
pair_words(const uint32_t *words, size_t count, uint32_t *pairs)
{
	size_t n = 0;

	for (size_t i = 1; i < count; i++)
		pairs[n++] = (words[i - 1] * UINT32_C(2654435761)) ^ words[i];
	if (count == 1)
		pairs[n++] = words[0];
	sort_codes(pairs, n);
	return without_doubles(pairs, n);
}

/* Adds the words of a text in their order. */
static void
add_words(struct lineage_text *t, const char *text)
{
	struct buf folded = { 0 };
	const char *s;

	if (text != NULL)
		similar_text(&folded, text, strlen(text));
	t->words = mem_array(
	    t->words, t->word_count + folded.len / 2 + 1, sizeof *t->words);
	s = buf_text(&folded);
	while (*s != '\0') {
		size_t len = strcspn(s, " ");

		t->words[t->word_count++] = hash(s, len, &t->key);
		s += len;
		s += *s == ' ';
	}
	buf_clear(&folded);
}

void
lineage_text_init(struct lineage_text *t, const struct lineage_item *item)
{
	size_t title;

	*t = (struct lineage_text){ 0 };
	add_words(t, item->title);
	title = t->word_count;
	add_words(t, item->body);
	if (title == t->word_count)
		title = 0;
	t->pairs = mem_array(NULL, t->word_count + 1, sizeof *t->pairs);
	t->core = mem_array(NULL, t->word_count + 1, sizeof *t->core);
	t->pair_count = pair_words(t->words, t->word_count, t->pairs);
	t->core_count =
	    pair_words(t->words + title, t->word_count - title, t->core);
	sort_codes(t->words, t->word_count);
}

void
lineage_text_clear(struct lineage_text *t)
{
	mem_free(t->words);
	mem_free(t->pairs);
	mem_free(t->core);
	*t = (struct lineage_text){ 0 };
}

size_t
lineage_common(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	size_t i = 0, j = 0, common = 0;

	while (i < a_count && j < b_count) {
		common += a[i] == b[j];
		if (a[i] == b[j]) {
			i++;
			j++;
		} else if (a[i] < b[j])
			i++;
		else
			j++;
	}
	return common;
}

int
lineage_percent(const struct lineage_text *a, const struct lineage_text *b)
{
	size_t all = a->word_count + b->word_count;
	size_t common =
	    lineage_common(a->words, a->word_count, b->words, b->word_count);
	int percent = all == 0 ? 100 : (int)(200 * common / all);

	return percent == 100 && a->key != b->key ? 99 : percent;
}

static int
by_pair(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;

	if (x->pair != y->pair)
		return (x->pair > y->pair) - (x->pair < y->pair);
	return (x->text > y->text) - (x->text < y->text);
}

static struct posting *
post(const struct lineage_text *old, size_t old_count, size_t *count)
{
	struct posting *list;
	size_t all = 0;

	for (size_t i = 0; i < old_count; i++)
		all += old[i].pair_count;
	list = mem_array(NULL, all + 1, sizeof *list);
	*count = 0;
	for (size_t i = 0; i < old_count; i++)
		for (size_t k = 0; k < old[i].pair_count; k++)
			list[(*count)++] =
			    (struct posting){ old[i].pairs[k], (uint32_t)i };
	if (*count > 1)
		qsort(list, *count, sizeof *list, by_pair);
	return list;
}

/* Where the postings of a pair begin, or where they would. */
static size_t
find_pair(const struct posting *list, size_t count, uint32_t pair)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].pair < pair)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How often each old text is met by the pairs of a new one. */
static void
meet(const struct posting *list, size_t count, const struct lineage_text *t,
    uint32_t *met)
{
	for (size_t k = 0; k < t->pair_count; k++) {
		size_t first = find_pair(list, count, t->pairs[k]);
		size_t end = first;

		while (end < count && list[end].pair == t->pairs[k] &&
		       end - first <= COMMON_MAX)
			end++;
		if (end - first > COMMON_MAX)
			continue;
		for (; first < end; first++)
			met[list[first].text]++;
	}
}

static int
by_common(const void *a, const void *b)
{
	const struct lineage_link *x = a, *y = b;

	if (x->common != y->common)
		return (x->common < y->common) - (x->common > y->common);
	return (x->from > y->from) - (x->from < y->from);
}

static int
by_place(const void *a, const void *b)
{
	const struct lineage_link *x = a, *y = b;

	if (x->from != y->from)
		return (x->from > y->from) - (x->from < y->from);
	return (x->to > y->to) - (x->to < y->to);
}

struct lineage_link *
lineage_links(const struct lineage_text *old, size_t old_count,
    const struct lineage_text *new, size_t new_count, size_t *count)
{
	size_t posted;
	struct posting *list = post(old, old_count, &posted);
	uint32_t *met = mem_array(NULL, old_count + 1, sizeof *met);
	struct lineage_link *found =
	    mem_array(NULL, old_count + 1, sizeof *found);
	struct lineage_link *links =
	    mem_array(NULL, new_count * LINKS_MAX + 1, sizeof *links);

	*count = 0;
	for (size_t j = 0; j < new_count; j++) {
		size_t n = 0;

		memset(met, 0, (old_count + 1) * sizeof *met);
		meet(list, posted, &new[j], met);
		for (size_t i = 0; i < old_count; i++)
			if (met[i] > 0)
				found[n++] = (struct lineage_link){ (uint32_t)i,
					(uint32_t)j, met[i] };
		qsort(found, n, sizeof *found, by_common);
		for (size_t i = 0; i < n && i < LINKS_MAX; i++) {
			const struct lineage_text *o = &old[found[i].from];

			links[*count] = found[i];
			links[(*count)++].common = lineage_common(o->pairs,
			    o->pair_count, new[j].pairs, new[j].pair_count);
		}
	}
	if (*count > 1)
		qsort(links, *count, sizeof *links, by_place);
	mem_free(found);
	mem_free(met);
	mem_free(list);
	return links;
}
