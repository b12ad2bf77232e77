/*
 * Myers' algorithm in linear space ("An O(ND) Difference Algorithm and Its
 * Variations", 1986, section 4b) over numbered words.
 *
 * Words that only one text has are left out first: they can never be kept, and
 * texts without anything in common cost nothing. The search for the middle of
 * a shortest way ends after STEPS_MAX steps from both ends at the farthest
 * point that was reached. So it costs at most STEPS_MAX for each step forward,
 * and what is found is still a way, if not always a shortest one.
 */
#include "diff_parts.h"

#include <limits.h>

enum {
	STEPS_MAX = 128,
	FRONT_DEAD = INT_MIN / 2, /* a diagonal that has left the box */
	BACK_DEAD = INT_MAX / 2
};

/* One text: its words that the other one has too. */
struct side {
	uint32_t *ids;
	size_t *places; /* in the list of all words */
	int count;
	bool *kept; /* of the list of all words */
};

/* Part of the table of all pairs of words. */
struct box {
	int a_from, a_to;
	int b_from, b_to;
};

/*
 * The farthest a on each diagonal a - b, from the start and from the end of a
 * box; both may be asked one diagonal beyond each end.
 */
struct match {
	struct side a, b;
	int *front, *back;
};

struct point {
	int a, b;
};

static void
side_init(struct side *side, const struct words *w, bool *kept,
    const unsigned char *seen)
{
	side->ids = mem_array(NULL, w->count + 1, sizeof(*side->ids));
	side->places = mem_array(NULL, w->count + 1, sizeof(*side->places));
	side->kept = kept;
	side->count = 0;
	for (size_t i = 0; i < w->count; i++) {
		kept[i] = false;
		if (seen[w->list[i].id] != 3)
			continue;
		side->ids[side->count] = w->list[i].id;
		side->places[side->count++] = i;
	}
}

static void
side_clear(struct side *side)
{
	mem_free(side->ids);
	mem_free(side->places);
}

static void
keep(struct match *m, int a, int b)
{
	m->a.kept[m->a.places[a]] = true;
	m->b.kept[m->b.places[b]] = true;
}

/* Keeps what both begin and end with. */
static void
keep_ends(struct match *m, struct box *box)
{
	while (box->a_from < box->a_to && box->b_from < box->b_to &&
	       m->a.ids[box->a_from] == m->b.ids[box->b_from])
		keep(m, box->a_from++, box->b_from++);
	while (box->a_from < box->a_to && box->b_from < box->b_to &&
	       m->a.ids[box->a_to - 1] == m->b.ids[box->b_to - 1])
		keep(m, --box->a_to, --box->b_to);
}

/* One step further from the start on diagonal d, then along equal words. */
static int
go_on(const struct match *m, const struct box *box, int d)
{
	int a = m->front[d - 1] + 1;

	if (a < m->front[d + 1])
		a = m->front[d + 1];
	if (a < box->a_from || a > box->a_to || a - d > box->b_to)
		return FRONT_DEAD;
	while (a < box->a_to && a - d < box->b_to &&
	       m->a.ids[a] == m->b.ids[a - d])
		a++;
	return a;
}

/* The same from the end. */
static int
go_back(const struct match *m, const struct box *box, int d)
{
	int a = m->back[d + 1] - 1;

	if (a > m->back[d - 1])
		a = m->back[d - 1];
	if (a > box->a_to || a < box->a_from || a - d < box->b_from)
		return BACK_DEAD;
	while (a > box->a_from && a - d > box->b_from &&
	       m->a.ids[a - 1] == m->b.ids[a - 1 - d])
		a--;
	return a;
}

/* The diagonals that a search has reached, every other one at a time. */
struct span {
	int low, high;
	int least, most; /* of the box */
};

/* One diagonal more at each end while there are any, else one less. */
static void
span_grow(struct span *s, int *reach, int dead)
{
	if (s->low > s->least)
		reach[--s->low - 1] = dead;
	else
		s->low++;
	if (s->high < s->most)
		reach[++s->high + 1] = dead;
	else
		s->high--;
}

static bool
span_has(const struct span *s, int d)
{
	return d >= s->low && d <= s->high;
}

/* The point that is farthest from the corner it was reached from. */
static struct point
farthest(const struct match *m, const struct box *box, const struct span *front,
    const struct span *back)
{
	struct point best = { box->a_from, box->b_from };
	int most = 0, far;

	for (int d = front->low; d <= front->high; d += 2) {
		far = 2 * m->front[d] - d - box->a_from - box->b_from;
		if (m->front[d] == FRONT_DEAD || far <= most)
			continue;
		most = far;
		best = (struct point){ m->front[d], m->front[d] - d };
	}
	for (int d = back->low; d <= back->high; d += 2) {
		far = box->a_to + box->b_to - (2 * m->back[d] - d);
		if (m->back[d] == BACK_DEAD || far <= most)
			continue;
		most = far;
		best = (struct point){ m->back[d], m->back[d] - d };
	}
	return best;
}

/* A point inside the box that a short way goes through. */
static struct point
middle(struct match *m, const struct box *box)
{
	int least = box->a_from - box->b_to, most = box->a_to - box->b_from;
	int start = box->a_from - box->b_from, end = box->a_to - box->b_to;
	struct span front = { start, start, least, most };
	struct span back = { end, end, least, most };
	bool is_odd = ((start - end) & 1) != 0;

	m->front[start] = box->a_from;
	m->back[end] = box->a_to;
	for (int step = 0; step < STEPS_MAX; step++) {
		span_grow(&front, m->front, FRONT_DEAD);
		for (int d = front.high; d >= front.low; d -= 2) {
			m->front[d] = go_on(m, box, d);
			if (is_odd && span_has(&back, d) &&
			    m->back[d] <= m->front[d])
				return (struct point){ m->front[d],
					m->front[d] - d };
		}
		span_grow(&back, m->back, BACK_DEAD);
		for (int d = back.high; d >= back.low; d -= 2) {
			m->back[d] = go_back(m, box, d);
			if (!is_odd && span_has(&front, d) &&
			    m->back[d] <= m->front[d])
				return (
				    struct point){ m->back[d], m->back[d] - d };
		}
	}
	return farthest(m, box, &front, &back);
}

/* Calls itself for the smaller part only, so that it is never deep. */
static void
compare(struct match *m, struct box box)
{
	struct box before, behind;
	struct point p;

	for (;;) {
		keep_ends(m, &box);
		if (box.a_from == box.a_to || box.b_from == box.b_to)
			return;
		p = middle(m, &box);
		before = (struct box){ box.a_from, p.a, box.b_from, p.b };
		behind = (struct box){ p.a, box.a_to, p.b, box.b_to };
		if (p.a - box.a_from + p.b - box.b_from <
		    box.a_to - p.a + box.b_to - p.b) {
			compare(m, before);
			box = behind;
		} else {
			compare(m, behind);
			box = before;
		}
	}
}

void
words_match(const struct words *a, const struct words *b, uint32_t id_count,
    bool *a_kept, bool *b_kept)
{
	unsigned char *seen = mem_calloc(id_count + 1, 1);
	struct match m;
	size_t size;
	int *both;

	for (size_t i = 0; i < a->count; i++)
		seen[a->list[i].id] |= 1;
	for (size_t i = 0; i < b->count; i++)
		seen[b->list[i].id] |= 2;
	side_init(&m.a, a, a_kept, seen);
	side_init(&m.b, b, b_kept, seen);
	size = (size_t)m.a.count + (size_t)m.b.count + 3;
	both = mem_array(NULL, 2 * size, sizeof(*both));
	m.front = both + m.b.count + 1;
	m.back = m.front + size;
	compare(&m, (struct box){ 0, m.a.count, 0, m.b.count });
	mem_free(both);
	side_clear(&m.b);
	side_clear(&m.a);
	mem_free(seen);
}
