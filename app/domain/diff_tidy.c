/*
 * From words that are kept to changes that read well. The order matters: first
 * each change is moved to the best place among equal ones, then what differs
 * between kept words is given to a word, then small kept rests are taken in.
 */
#include "diff_parts.h"

#include <string.h>

#include "web/utf8.h"

enum { TINY_WORDS = 3 };

/* How much of a break a gap is, for the edges of what was put in. */
enum strength { BREAK_NONE, BREAK_PART, BREAK_SENTENCE, BREAK_LINE };

static void
push(struct hunks *h, struct hunk hunk)
{
	if (h->count == h->cap) {
		h->cap = h->cap == 0 ? 16 : 2 * h->cap;
		h->list = mem_array(h->list, h->cap, sizeof(*h->list));
	}
	h->list[h->count++] = hunk;
}

static bool
is_same_word(const struct hunks *h, size_t old, size_t new)
{
	return h->old.list[old].id == h->new.list[new].id;
}

/* Leaves out equal words at both ends, which a long way may have left. */
static void
tighten(const struct hunks *h, struct hunk *k)
{
	while (k->old_from < k->old_to && k->new_from < k->new_to &&
	       is_same_word(h, k->old_from, k->new_from)) {
		k->old_from++;
		k->new_from++;
	}
	while (k->old_from < k->old_to && k->new_from < k->new_to &&
	       is_same_word(h, k->old_to - 1, k->new_to - 1)) {
		k->old_to--;
		k->new_to--;
	}
}

/* Joins changes that touch each other. */
static void
join(struct hunks *h)
{
	size_t count = 0;

	for (size_t i = 0; i < h->count; i++) {
		struct hunk *k = &h->list[i];
		struct hunk *last = count == 0 ? NULL : &h->list[count - 1];

		if (last != NULL && last->old_to == k->old_from &&
		    last->new_to == k->new_from) {
			last->old_to = k->old_to;
			last->new_to = k->new_to;
		} else {
			h->list[count++] = *k;
		}
	}
	h->count = count;
}

static void
tighten_all(struct hunks *h)
{
	size_t count = 0;

	join(h);
	for (size_t i = 0; i < h->count; i++) {
		struct hunk k = h->list[i];

		tighten(h, &k);
		if (k.old_from < k.old_to || k.new_from < k.new_to)
			h->list[count++] = k;
	}
	h->count = count;
}

static void
collect(struct hunks *h, const bool *old_kept, const bool *new_kept)
{
	size_t i = 0, j = 0;

	while (i < h->old.count || j < h->new.count) {
		struct hunk k = { i, i, j, j };

		while (k.old_to < h->old.count && !old_kept[k.old_to])
			k.old_to++;
		while (k.new_to < h->new.count && !new_kept[k.new_to])
			k.new_to++;
		if (k.old_to > i || k.new_to > j)
			push(h, k);
		/* Behind a change a word is kept in both, or nothing is left.
		 */
		i = k.old_to + 1;
		j = k.new_to + 1;
	}
}

static enum strength
strength(const struct words *w, size_t gap)
{
	struct diff_text text = words_gap(w, gap);
	enum strength s = BREAK_NONE;
	size_t pos = 0;

	if (gap == 0 || gap == w->count)
		return BREAK_LINE;
	while (pos < text.len) {
		char c = text.s[pos];

		if (c == '\n')
			return BREAK_LINE;
		if (c == '.' || c == '!' || c == '?' || c == ':' || c == ';')
			s = BREAK_SENTENCE;
		else if (c != ' ' && s < BREAK_PART)
			s = BREAK_PART;
		utf8_next(text.s, text.len, &pos);
	}
	return s;
}

/*
 * Words [from, to) were put in (or taken out) between kept words, of which low
 * is the first before and high the end of those behind. How far the same could
 * have happened to the left (negative) or right: the place with the strongest
 * breaks around it, the first of them.
 */
static ptrdiff_t
best_shift(
    const struct words *w, size_t from, size_t to, size_t low, size_t high)
{
	ptrdiff_t shift = 0, best;
	int most, s;

	while (from > low && w->list[from - 1].id == w->list[to - 1].id) {
		from--;
		to--;
		shift--;
	}
	best = shift;
	most = (int)strength(w, from) + (int)strength(w, to);
	while (to < high && w->list[from].id == w->list[to].id) {
		from++;
		to++;
		shift++;
		s = (int)strength(w, from) + (int)strength(w, to);
		if (s > most) {
			most = s;
			best = shift;
		}
	}
	return best;
}

static void
move(struct hunk *k, ptrdiff_t shift)
{
	k->old_from += (size_t)shift;
	k->old_to += (size_t)shift;
	k->new_from += (size_t)shift;
	k->new_to += (size_t)shift;
}

static void
slide(struct hunks *h)
{
	for (size_t i = 0; i < h->count; i++) {
		struct hunk *k = &h->list[i];
		const struct hunk *before = i == 0 ? NULL : k - 1;
		const struct hunk *behind = i + 1 == h->count ? NULL : k + 1;

		if (k->old_from == k->old_to)
			move(k, best_shift(&h->new, k->new_from, k->new_to,
				    before == NULL ? 0 : before->new_to,
				    behind == NULL ? h->new.count
						   : behind->new_from));
		else if (k->new_from == k->new_to)
			move(k, best_shift(&h->old, k->old_from, k->old_to,
				    before == NULL ? 0 : before->old_to,
				    behind == NULL ? h->old.count
						   : behind->old_from));
	}
}

/*
 * Gap old and gap new stand between kept words. Where they differ, the word
 * before is changed with them when they differ from the first sign on, else
 * the word behind.
 */
static void
add_gap(struct hunks *h, size_t old, size_t new)
{
	struct diff_text a = words_gap(&h->old, old);
	struct diff_text b = words_gap(&h->new, new);
	const struct hunk *last = h->count == 0 ? NULL : &h->list[h->count - 1];
	bool is_before;

	if (a.len == b.len && memcmp(a.s, b.s, a.len) == 0)
		return;
	is_before =
	    old == h->old.count || (old > 0 && text_common_start(a, b) == 0);
	if (is_before) {
		old--;
		new --;
	}
	if (last == NULL || last->old_to <= old)
		push(h, (struct hunk){ old, old + 1, new, new + 1 });
}

/* All gaps of the kept words [old_from, old_to), which begin at new_from. */
static void
add_gaps(struct hunks *h, size_t old_from, size_t old_to, size_t new_from)
{
	size_t count = old_to - old_from;

	if (count == 0)
		return;
	if (old_from == 0 && new_from == 0)
		add_gap(h, 0, 0);
	for (size_t i = 1; i < count; i++)
		add_gap(h, old_from + i, new_from + i);
	if (old_to == h->old.count && new_from + count == h->new.count)
		add_gap(h, old_to, new_from + count);
}

static void
give_gaps_to_words(struct hunks *h)
{
	struct hunk *list = h->list;
	size_t count = h->count, old = 0, new = 0;

	h->list = NULL;
	h->count = h->cap = 0;
	for (size_t i = 0; i < count; i++) {
		add_gaps(h, old, list[i].old_from, new);
		push(h, list[i]);
		old = list[i].old_to;
		new = list[i].new_to;
	}
	add_gaps(h, old, h->old.count, new);
	mem_free(list);
	join(h);
}

/* Octets from the first to the last of words [from, to). */
static size_t
length(const struct words *w, size_t from, size_t to)
{
	if (from == to)
		return 0;
	return w->list[to - 1].at + w->list[to - 1].len - w->list[from].at;
}

static size_t
longer_side(const struct hunks *h, const struct hunk *k)
{
	size_t old = length(&h->old, k->old_from, k->old_to);
	size_t new = length(&h->new, k->new_from, k->new_to);

	return old > new ? old : new;
}

static bool
is_replaced(const struct hunk *k)
{
	return k->old_from < k->old_to && k->new_from < k->new_to;
}

static bool
has_line_break(struct diff_text text)
{
	return memchr(text.s, '\n', text.len) != NULL;
}

/* Are the words kept between a and b too few to stand alone? */
static bool
is_tiny(const struct hunks *h, const struct hunk *a, const struct hunk *b)
{
	size_t count = b->old_from - a->old_to, len;

	if (count == 0 || count > TINY_WORDS ||
	    (!is_replaced(a) && !is_replaced(b)))
		return false;
	for (size_t i = 0; i <= count; i++) {
		if (has_line_break(words_gap(&h->old, a->old_to + i)) ||
		    has_line_break(words_gap(&h->new, a->new_to + i)))
			return false;
	}
	len = length(&h->old, a->old_to, b->old_from);
	return len <= longer_side(h, a) && len <= longer_side(h, b);
}

static void
take_in_tiny(struct hunks *h)
{
	size_t count = 0;

	for (size_t i = 0; i < h->count; i++) {
		struct hunk *k = &h->list[i];
		struct hunk *last = count == 0 ? NULL : &h->list[count - 1];

		if (last != NULL && is_tiny(h, last, k)) {
			last->old_to = k->old_to;
			last->new_to = k->new_to;
		} else {
			h->list[count++] = *k;
		}
	}
	h->count = count;
}

void
hunks_init(struct hunks *h, struct diff_text old, struct diff_text new)
{
	uint32_t id_count;
	bool *old_kept, *new_kept;

	*h = (struct hunks){ 0 };
	words_init(&h->old, old);
	words_init(&h->new, new);
	id_count = words_number(&h->old, &h->new);
	old_kept = mem_array(NULL, h->old.count + 1, sizeof(*old_kept));
	new_kept = mem_array(NULL, h->new.count + 1, sizeof(*new_kept));
	words_match(&h->old, &h->new, id_count, old_kept, new_kept);
	collect(h, old_kept, new_kept);
	mem_free(new_kept);
	mem_free(old_kept);
}

void
hunks_tidy(struct hunks *h)
{
	tighten_all(h);
	slide(h);
	tighten_all(h);
	give_gaps_to_words(h);
	take_in_tiny(h);
	/* No words at all: what differs is one change. */
	if (h->old.count == 0 && h->new.count == 0)
		push(h, (struct hunk){ 0 });
}

void
hunks_clear(struct hunks *h)
{
	words_clear(&h->old);
	words_clear(&h->new);
	mem_free(h->list);
	*h = (struct hunks){ 0 };
}
