/* Versions of one text put together by words. */
#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "diff_parts.h"

/* base[at, end) became these octets in the version of that number. */
struct edit {
	size_t at, end;
	struct diff_text text;
	size_t variant;
};

/* Of some versions, in the order of the base. */
struct edits {
	struct edit *list;
	size_t count;
};

static void edits_add(struct edits *, const struct variant *, size_t);
static struct edits edits_of(const struct variant *, size_t);
static bool any_meet(struct diff_text, const struct edits *);
static size_t same_end(const struct edits *, size_t);
static bool are_among(const struct edit *, size_t, const struct edit *);
static int edit_order(const void *, const void *);
static bool is_same(const struct edit *, const struct edit *);
static bool is_near(struct diff_text, const struct edit *, const struct edit *);

enum rc
merge_texts(struct diff_text base, struct diff_text mine,
    struct diff_text theirs, struct buf *out, bool *overlaps, struct err *err)
{
	struct diff a = { 0 }, b = { 0 };
	struct variant both[] = { { mine, &a }, { theirs, &b } };
	enum rc rc;

	if ((rc = diff_init(&a, base, mine, err)) == RC_OK &&
	    (rc = diff_init(&b, base, theirs, err)) == RC_OK)
		*overlaps = !merge_variants(base, both, NELEM(both), out);
	diff_clear(&b);
	diff_clear(&a);
	return rc;
}

void
merge_overlaps(struct diff_text base, const struct variant *variants,
    size_t count, bool *overlaps)
{
	for (size_t i = 0; i < count; i++) {
		overlaps[i * count + i] = false;
		for (size_t j = 0; j < i; j++) {
			struct variant pair[] = { variants[i], variants[j] };
			struct edits edits = edits_of(pair, NELEM(pair));
			bool meet = any_meet(base, &edits);

			overlaps[i * count + j] = meet;
			overlaps[j * count + i] = meet;
			mem_free(edits.list);
		}
	}
}

bool
merge_variants(struct diff_text base, const struct variant *variants,
    size_t count, struct buf *out)
{
	struct edits edits = edits_of(variants, count);
	bool can = !any_meet(base, &edits);
	size_t at = 0;

	for (size_t i = 0; can && i < edits.count; i = same_end(&edits, i)) {
		const struct edit *e = &edits.list[i];

		buf_add(out, base.s + at, e->at - at);
		buf_add(out, e->text.s, e->text.len);
		at = e->end;
	}
	if (can)
		buf_add(out, base.s + at, base.len - at);
	mem_free(edits.list);
	return can;
}

static struct edits
edits_of(const struct variant *variants, size_t count)
{
	struct edits edits = { 0 };
	size_t most = 1;

	for (size_t i = 0; i < count; i++)
		most += variants[i].diff->change_count;
	edits.list = mem_array(NULL, most, sizeof(struct edit));
	for (size_t i = 0; i < count; i++)
		edits_add(&edits, &variants[i], i);
	qsort(edits.list, edits.count, sizeof(struct edit), edit_order);
	return edits;
}

/* Striking and inserting at one place are one edit. */
static void
edits_add(struct edits *edits, const struct variant *v, size_t number)
{
	for (size_t i = 0; i < v->diff->op_count; i++) {
		const struct diff_op *op = &v->diff->ops[i];
		struct edit *e;

		if (op->kind == DIFF_KEEP)
			continue;
		if (i == 0 || op[-1].kind == DIFF_KEEP)
			edits->list[edits->count++] =
			    (struct edit){ op->old_at, op->old_at,
				    { v->text.s + op->new_at, 0 }, number };
		e = &edits->list[edits->count - 1];
		if (op->kind == DIFF_DELETE)
			e->end += op->len;
		else
			e->text.len += op->len;
	}
}

/* Do edits of different versions meet? */
static bool
any_meet(struct diff_text base, const struct edits *edits)
{
	for (size_t i = 0, next; i < edits->count; i = next) {
		next = same_end(edits, i);
		if (next < edits->count &&
		    is_near(base, &edits->list[i], &edits->list[next]) &&
		    !are_among(&edits->list[next], same_end(edits, next) - next,
			&edits->list[i]))
			return true;
	}
	return false;
}

/* Behind the last edit that is the same as this one. */
static size_t
same_end(const struct edits *edits, size_t i)
{
	size_t end = i + 1;

	while (
	    end < edits->count && is_same(&edits->list[i], &edits->list[end]))
		end++;
	return end;
}

/* Have all versions that made the edit `next` made the one before it as well?
 */
static bool
are_among(const struct edit *next, size_t count, const struct edit *before)
{
	for (size_t i = 0; i < count; i++) {
		const struct edit *e = before;

		while (e < next && e->variant != next[i].variant)
			e++;
		if (e == next)
			return false;
	}
	return true;
}

static int
edit_order(const void *one, const void *other)
{
	const struct edit *a = one, *b = other;
	size_t len = a->text.len < b->text.len ? a->text.len : b->text.len;
	int order;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	if ((order = memcmp(a->text.s, b->text.s, len)) != 0)
		return order;
	if (a->text.len != b->text.len)
		return a->text.len < b->text.len ? -1 : 1;
	return a->variant < b->variant ? -1 : 1;
}

static bool
is_same(const struct edit *a, const struct edit *b)
{
	return a->at == b->at && a->end == b->end &&
	       a->text.len == b->text.len &&
	       memcmp(a->text.s, b->text.s, a->text.len) == 0;
}

/* Is there no word of the base between them? */
static bool
is_near(
    struct diff_text base, const struct edit *first, const struct edit *second)
{
	struct diff_text between = { base.s + first->end, 0 };

	if (second->at < first->end)
		return true;
	between.len = second->at - first->end;
	return !words_any(between);
}
