/* From two texts to operations, and those as JSON. */
#include "diff_parts.h"

#include <string.h>

#include "web/utf8.h"

/* A change in octets: this range of the old text became that of the new. */
struct change {
	size_t old_at, old_len;
	size_t new_at, new_len;
};

static enum rc check(struct diff_text, struct err *);
static bool is_turned(struct diff_text, struct diff_text);
static void find_changes(
    struct diff *, struct diff_text, struct diff_text, bool);
static struct change change_of(const struct hunks *, const struct hunk *);
static void add_keep(struct diff *, size_t);
static void add_change(struct diff *, const struct change *);

enum rc
diff_init(
    struct diff *d, struct diff_text old, struct diff_text new, struct err *err)
{
	enum rc rc;

	*d = (struct diff){ 0 };
	if ((rc = check(old, err)) != RC_OK || (rc = check(new, err)) != RC_OK)
		return rc;
	if (old.len == new.len && memcmp(old.s, new.s, old.len) == 0) {
		d->ops = mem_alloc(sizeof(*d->ops));
		add_keep(d, old.len);
		return RC_OK;
	}
	if (is_turned(old, new))
		find_changes(d, new, old, true);
	else
		find_changes(d, old, new, false);
	return RC_OK;
}

void
diff_clear(struct diff *d)
{
	mem_free(d->ops);
	*d = (struct diff){ 0 };
}

static enum rc
check(struct diff_text text, struct err *err)
{
	if (text.len > DIFF_TEXT_MAX)
		return err_set(err, RC_TOO_LARGE, "too_large", "",
		    "a text of %zu octets is not compared", text.len);
	if (!utf8_is_valid(text.s, text.len))
		return err_set(
		    err, RC_INVALID, "utf8", "", "a text is not UTF-8");
	return RC_OK;
}

/* There and back are the same way: it is looked for from the lesser text. */
static bool
is_turned(struct diff_text old, struct diff_text new)
{
	if (old.len != new.len)
		return old.len > new.len;
	return memcmp(old.s, new.s, old.len) > 0;
}

static void
find_changes(
    struct diff *d, struct diff_text from, struct diff_text to, bool turned)
{
	struct hunks h;
	size_t old, new;

	hunks_init(&h, from, to);
	hunks_tidy(&h);
	d->ops = mem_array(NULL, 3 * h.count + 1, sizeof(*d->ops));
	d->change_count = h.count;
	for (size_t i = 0; i < h.count; i++) {
		const struct hunk *k = &h.list[i];
		struct change c = change_of(&h, k);

		old = k->old_to - k->old_from;
		new = k->new_to - k->new_from;
		d->words_deleted += turned ? new : old;
		d->words_inserted += turned ? old : new;
		if (turned)
			c = (struct change){ c.new_at, c.new_len, c.old_at,
				c.old_len };
		add_change(d, &c);
	}
	add_keep(d, turned ? to.len : from.len);
	hunks_clear(&h);
}

/* Words [from, to) and the gaps around them. */
static struct diff_text
around(const struct words *w, size_t from, size_t to)
{
	struct diff_text first = words_gap(w, from), last = words_gap(w, to);

	return (
	    struct diff_text){ first.s, (size_t)(last.s + last.len - first.s) };
}

/* What of `all` comes before its first word, or is left behind the last. */
static struct diff_text
start_of(struct diff_text all, const struct words *w, size_t from, size_t to)
{
	return from == to ? all : words_gap(w, from);
}

static struct diff_text
end_of(struct diff_text all, const struct words *w, size_t from, size_t to)
{
	return from == to ? all : words_gap(w, to);
}

static struct diff_text
skip(struct diff_text text, size_t n)
{
	return (struct diff_text){ text.s + n, text.len - n };
}

/* Without the punctuation and blanks that both begin and end with. */
static struct change
change_of(const struct hunks *h, const struct hunk *k)
{
	struct diff_text old = around(&h->old, k->old_from, k->old_to);
	struct diff_text new = around(&h->new, k->new_from, k->new_to);
	size_t n;

	n = text_common_start(start_of(old, &h->old, k->old_from, k->old_to),
	    start_of(new, &h->new, k->new_from, k->new_to));
	old = skip(old, n);
	new = skip(new, n);
	n = text_common_end(end_of(old, &h->old, k->old_from, k->old_to),
	    end_of(new, &h->new, k->new_from, k->new_to));
	return (struct change){ (size_t)(old.s - h->old.text), old.len - n,
		(size_t)(new.s - h->new.text), new.len - n };
}

/* From where the last operation ends to old_end. */
static void
add_keep(struct diff *d, size_t old_end)
{
	const struct diff_op *last =
	    d->op_count == 0 ? NULL : &d->ops[d->op_count - 1];
	struct diff_op op = { .kind = DIFF_KEEP };

	if (last != NULL) {
		op.old_at = last->old_at;
		op.new_at = last->new_at;
		if (last->kind != DIFF_INSERT)
			op.old_at += last->len;
		if (last->kind != DIFF_DELETE)
			op.new_at += last->len;
	}
	op.len = old_end - op.old_at;
	if (op.len > 0)
		d->ops[d->op_count++] = op;
}

/* What is kept before it, what is struck, what is inserted. */
static void
add_change(struct diff *d, const struct change *c)
{
	add_keep(d, c->old_at);
	if (c->old_len > 0)
		d->ops[d->op_count++] = (struct diff_op){ DIFF_DELETE,
			c->old_at, c->new_at, c->old_len };
	if (c->new_len > 0)
		d->ops[d->op_count++] = (struct diff_op){ DIFF_INSERT,
			c->old_at + c->old_len, c->new_at, c->new_len };
}

/* Blanks at the edges are no part of what is marked as changed. */
static void
add_marked(json_t *op, struct diff_text text)
{
	size_t start, end;

	text_blanks(text, &start, &end);
	json_object_set_new(op, "before", json_stringn_nocheck(text.s, start));
	json_object_set_new(op, "words",
	    json_stringn_nocheck(text.s + start, text.len - start - end));
	json_object_set_new(
	    op, "after", json_stringn_nocheck(text.s + text.len - end, end));
}

json_t *
diff_json(const struct diff *d, struct diff_text old, struct diff_text new)
{
	static const char *const names[] = { [DIFF_KEEP] = "keep",
		[DIFF_DELETE] = "delete",
		[DIFF_INSERT] = "insert" };
	json_t *list = json_array(), *element;

	for (size_t i = 0; i < d->op_count; i++) {
		const struct diff_op *op = &d->ops[i];
		struct diff_text text = { op->kind == DIFF_INSERT
					      ? new.s + op->new_at
					      : old.s + op->old_at,
			op->len };

		element = json_pack("{ss so}", "op", names[op->kind], "text",
		    json_stringn_nocheck(text.s, text.len));
		if (op->kind != DIFF_KEEP)
			add_marked(element, text);
		json_array_append_new(list, element);
	}
	return list;
}
