/* Three versions of a text put together by words. */
#include "merge.h"

#include <string.h>

#include "diff_parts.h"

/* base[at, end) became these octets. */
struct edit {
	size_t at, end;
	struct diff_text text;
};

struct edits {
	struct edit *list;
	size_t count;
};

static enum rc edits_init(
    struct edits *, struct diff_text, struct diff_text, struct err *);
static bool both(
    struct diff_text, const struct edits *, const struct edits *, struct buf *);
static bool is_same(const struct edit *, const struct edit *);
static bool is_near(struct diff_text, const struct edit *, const struct edit *);

enum rc
merge_texts(struct diff_text base, struct diff_text mine,
    struct diff_text theirs, struct buf *out, bool *overlaps, struct err *err)
{
	struct edits a = { 0 }, b = { 0 };
	struct buf merged = { 0 };
	enum rc rc;

	if ((rc = edits_init(&a, base, mine, err)) != RC_OK ||
	    (rc = edits_init(&b, base, theirs, err)) != RC_OK)
		goto out;
	*overlaps = !both(base, &a, &b, &merged);
	if (!*overlaps)
		buf_add(out, buf_text(&merged), merged.len);
out:
	buf_clear(&merged);
	mem_free(b.list);
	mem_free(a.list);
	return rc;
}

/* Striking and inserting at one place are one edit. */
static enum rc
edits_init(struct edits *edits, struct diff_text base, struct diff_text text,
    struct err *err)
{
	struct diff d;
	enum rc rc = diff_init(&d, base, text, err);

	if (rc != RC_OK)
		return rc;
	edits->list = mem_array(NULL, d.change_count + 1, sizeof(struct edit));
	for (size_t i = 0; i < d.op_count; i++) {
		const struct diff_op *op = &d.ops[i];
		struct edit *e = &edits->list[edits->count];

		if (op->kind == DIFF_KEEP)
			continue;
		if (i == 0 || op[-1].kind == DIFF_KEEP) {
			*e = (struct edit){ op->old_at, op->old_at,
				{ text.s + op->new_at, 0 } };
			edits->count++;
		} else {
			e--;
		}
		if (op->kind == DIFF_DELETE)
			e->end += op->len;
		else
			e->text.len += op->len;
	}
	diff_clear(&d);
	return RC_OK;
}

/* The base with the edits of both; false where they meet. */
static bool
both(struct diff_text base, const struct edits *a, const struct edits *b,
    struct buf *out)
{
	const struct edit *x = a->list, *y = b->list, *first, *second;
	const struct edit *x_end = x + a->count, *y_end = y + b->count;
	size_t at = 0;

	while (x < x_end || y < y_end) {
		bool is_one = x < x_end && y < y_end && is_same(x, y);
		bool x_first = y == y_end || (x < x_end && x->at <= y->at);

		first = x_first ? x : y;
		second = x_first ? y : x;
		if (!is_one && second < (x_first ? y_end : x_end) &&
		    is_near(base, first, second))
			return false;
		buf_add(out, base.s + at, first->at - at);
		buf_add(out, first->text.s, first->text.len);
		at = first->end;
		x += x_first || is_one;
		y += !x_first || is_one;
	}
	buf_add(out, base.s + at, base.len - at);
	return true;
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
