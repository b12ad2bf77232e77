/* From two editions to what became of each item. */
#include "lineage_parts.h"

#include <stdlib.h>
#include <string.h>

enum { PART_PAIRS = 3 }; /* fewer are in a text by chance */

/* What is done needs no further edge. */
struct side {
	const struct lineage_item *items;
	struct lineage_text *texts;
	uint32_t *same_key; /* the item of the other side, or LINEAGE_NONE */
	bool *is_done;
	size_t count;
};

struct proposal {
	struct side old, new;
	struct lineage_link *by_from, *by_to;
	size_t link_count;
	struct lineage_edge *edges;
	size_t count, cap;
};

/* A link by how much of both texts it is. */
struct scored {
	uint32_t from, to;
	size_t score; /* of 100 */
};

static void side_init(
    struct side *s, const struct lineage_item *items, size_t count);
static void side_clear(struct side *s);
static enum rc bound(
    const struct lineage_item *items, size_t count, struct err *err);
static void pair_keys(struct proposal *p);
static void find_links(struct proposal *p);
static void keep_unchanged(struct proposal *p);
static void find_parts(struct proposal *p, enum lineage_relation relation);
static void keep_same_key(struct proposal *p, int least);
static void match_alike(struct proposal *p, size_t least, bool needs_place);
static void take_rest(struct proposal *p);
static int by_edge(const void *a, const void *b);

const char *
lineage_word(enum lineage_relation relation)
{
	static const char *const words[] = { "continues", "split", "merged",
		"replaced", "dropped", "added" };

	return words[relation];
}

enum rc
lineage_propose(const struct lineage_item *old, size_t old_count,
    const struct lineage_item *new, size_t new_count,
    struct lineage_edge **edges, size_t *count, struct err *err)
{
	struct proposal p = { 0 };
	enum rc rc;

	*edges = NULL;
	*count = 0;
	if ((rc = bound(old, old_count, err)) != RC_OK ||
	    (rc = bound(new, new_count, err)) != RC_OK)
		return rc;
	side_init(&p.old, old, old_count);
	side_init(&p.new, new, new_count);
	pair_keys(&p);
	keep_unchanged(&p);
	find_links(&p);
	find_parts(&p, LINEAGE_SPLIT);
	find_parts(&p, LINEAGE_MERGED);
	keep_same_key(&p, LINEAGE_LIKE);
	match_alike(&p, LINEAGE_LIKE, false);
	keep_same_key(&p, 0);
	match_alike(&p, LINEAGE_WEAK, true);
	take_rest(&p);
	if (p.count > 1)
		qsort(p.edges, p.count, sizeof *p.edges, by_edge);
	*edges = p.edges;
	*count = p.count;
	mem_free(p.by_from);
	mem_free(p.by_to);
	side_clear(&p.old);
	side_clear(&p.new);
	return RC_OK;
}

static enum rc
bound(const struct lineage_item *items, size_t count, struct err *err)
{
	size_t octets = 0;

	for (size_t i = 0; i < count; i++)
		octets += (items[i].title ? strlen(items[i].title) : 0) +
			  (items[i].body ? strlen(items[i].body) : 0);
	if (count > LINEAGE_ITEMS_MAX || octets > LINEAGE_OCTETS_MAX)
		return err_set(err, RC_TOO_LARGE, "lineage", "",
		    "%zu items of %zu octets are too many to compare", count,
		    octets);
	return RC_OK;
}

static void
side_init(struct side *s, const struct lineage_item *items, size_t count)
{
	s->items = items;
	s->count = count;
	s->texts = mem_array(NULL, count + 1, sizeof *s->texts);
	s->same_key = mem_array(NULL, count + 1, sizeof *s->same_key);
	s->is_done = mem_array(NULL, count + 1, sizeof *s->is_done);
	for (size_t i = 0; i < count; i++) {
		lineage_text_init(&s->texts[i], &items[i]);
		s->same_key[i] = LINEAGE_NONE;
		s->is_done[i] = items[i].is_settled;
	}
}

static void
side_clear(struct side *s)
{
	for (size_t i = 0; i < s->count; i++)
		lineage_text_clear(&s->texts[i]);
	mem_free(s->texts);
	mem_free(s->same_key);
	mem_free(s->is_done);
}

static bool
is_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Adds what became of an old item; both are done with it. */
static void
add_edge(struct proposal *p, uint32_t from, uint32_t to,
    enum lineage_relation relation)
{
	struct lineage_edge e = { from, to, relation, false, false, -1 };

	if (from != LINEAGE_NONE && to != LINEAGE_NONE) {
		const struct lineage_item *o = &p->old.items[from];
		const struct lineage_item *n = &p->new.items[to];

		e.text_changed = !is_equal(o->title, n->title) ||
				 !is_equal(o->body, n->body);
		e.moved = relation == LINEAGE_CONTINUES &&
			  (!is_equal(o->key, n->key) ||
			      !is_equal(o->place, n->place));
		e.percent =
		    lineage_percent(&p->old.texts[from], &p->new.texts[to]);
	}
	if (p->count == p->cap) {
		p->cap = p->cap == 0 ? 256 : 2 * p->cap;
		p->edges = mem_array(p->edges, p->cap, sizeof *p->edges);
	}
	p->edges[p->count++] = e;
	if (from != LINEAGE_NONE)
		p->old.is_done[from] = true;
	if (to != LINEAGE_NONE)
		p->new.is_done[to] = true;
}

static int
by_key(const void *a, const void *b)
{
	const struct lineage_item *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static void
pair_keys(struct proposal *p)
{
	const struct lineage_item **sorted =
	    mem_array(NULL, p->new.count + 1, sizeof *sorted);

	for (size_t i = 0; i < p->new.count; i++)
		sorted[i] = &p->new.items[i];
	if (p->new.count > 1)
		qsort(sorted, p->new.count, sizeof *sorted, by_key);
	for (size_t i = 0; i < p->old.count; i++) {
		const struct lineage_item *o = &p->old.items[i], *const * found;

		found = p->new.count == 0 ? NULL
					  : bsearch(&o, sorted, p->new.count,
						sizeof *sorted, by_key);
		if (found != NULL && !o->is_settled && !(*found)->is_settled) {
			size_t j = (size_t)(*found - p->new.items);

			p->old.same_key[i] = (uint32_t)j;
			p->new.same_key[j] = (uint32_t)i;
		}
	}
	mem_free(sorted);
}

static void
keep_unchanged(struct proposal *p)
{
	for (size_t i = 0; i < p->old.count; i++) {
		uint32_t to = p->old.same_key[i];

		if (to != LINEAGE_NONE &&
		    p->old.texts[i].key == p->new.texts[to].key)
			add_edge(p, (uint32_t)i, to, LINEAGE_CONTINUES);
	}
}

static int
by_to(const void *a, const void *b)
{
	const struct lineage_link *x = a, *y = b;

	if (x->to != y->to)
		return (x->to > y->to) - (x->to < y->to);
	return (x->from > y->from) - (x->from < y->from);
}

static void
find_links(struct proposal *p)
{
	p->by_from = lineage_links(p->old.texts, p->old.count, p->new.texts,
	    p->new.count, &p->link_count);
	p->by_to = mem_array(NULL, p->link_count + 1, sizeof *p->by_to);
	if (p->link_count == 0)
		return;
	memcpy(p->by_to, p->by_from, p->link_count * sizeof *p->by_to);
	qsort(p->by_to, p->link_count, sizeof *p->by_to, by_to);
}

/*
 * The links [first, end) of one whole: of an old text that was split, of a new
 * one that was merged. Marks those that are parts by moving them to the front.
 */
static size_t
parts_of(const struct side *wholes, const struct side *parts,
    struct lineage_link *links, size_t first, size_t end, bool is_split)
{
	uint32_t whole = is_split ? links[first].from : links[first].to;
	const struct lineage_text *w = &wholes->texts[whole];
	size_t n = 0, covered = 0;

	for (size_t i = first; i < end; i++) {
		uint32_t part = is_split ? links[i].to : links[i].from;
		const struct lineage_text *t = &parts->texts[part];
		size_t common = lineage_common(
		    t->core, t->core_count, w->core, w->core_count);

		if (parts->is_done[part] || t->core_count < PART_PAIRS ||
		    (parts->same_key[part] != LINEAGE_NONE &&
			parts->same_key[part] != whole) ||
		    common * 100 < t->core_count * LINEAGE_PART)
			continue;
		if (common * 100 >= w->core_count * LINEAGE_WHOLE)
			return 0;
		covered += common;
		links[first + n++] = links[i];
	}
	return n > 1 && covered * 100 >= w->core_count * LINEAGE_PART ? n : 0;
}

static void
find_parts(struct proposal *p, enum lineage_relation relation)
{
	bool is_split = relation == LINEAGE_SPLIT;
	struct side *wholes = is_split ? &p->old : &p->new;
	struct side *parts = is_split ? &p->new : &p->old;
	struct lineage_link *links =
	    mem_array(NULL, p->link_count + 1, sizeof *links);
	size_t end;

	memcpy(links, is_split ? p->by_from : p->by_to,
	    p->link_count * sizeof *links);
	for (size_t first = 0; first < p->link_count; first = end) {
		uint32_t whole = is_split ? links[first].from : links[first].to;
		size_t n;

		for (end = first; end < p->link_count; end++)
			if ((is_split ? links[end].from : links[end].to) !=
			    whole)
				break;
		if (wholes->is_done[whole])
			continue;
		n = parts_of(wholes, parts, links, first, end, is_split);
		for (size_t i = first; i < first + n; i++)
			add_edge(p, links[i].from, links[i].to, relation);
	}
	mem_free(links);
}

static void
keep_same_key(struct proposal *p, int least)
{
	for (size_t i = 0; i < p->old.count; i++) {
		uint32_t to = p->old.same_key[i];

		if (to != LINEAGE_NONE && !p->old.is_done[i] &&
		    !p->new.is_done[to] &&
		    lineage_percent(&p->old.texts[i], &p->new.texts[to]) >=
			least)
			add_edge(p, (uint32_t)i, to, LINEAGE_CONTINUES);
	}
}

static int
by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score != y->score)
		return (x->score < y->score) - (x->score > y->score);
	if (x->from != y->from)
		return (x->from > y->from) - (x->from < y->from);
	return (x->to > y->to) - (x->to < y->to);
}

/* The closest first, each of them once. */
static void
match_alike(struct proposal *p, size_t least, bool needs_place)
{
	struct scored *list = mem_array(NULL, p->link_count + 1, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < p->link_count; i++) {
		struct lineage_link l = p->by_from[i];
		size_t all = p->old.texts[l.from].pair_count +
			     p->new.texts[l.to].pair_count - l.common;
		size_t score = 100 * l.common / (all == 0 ? 1 : all);

		if (score >= least &&
		    (!needs_place || is_equal(p->old.items[l.from].place,
					 p->new.items[l.to].place)))
			list[n++] = (struct scored){ l.from, l.to, score };
	}
	if (n > 1)
		qsort(list, n, sizeof *list, by_score);
	for (size_t i = 0; i < n; i++) {
		struct scored s = list[i];
		bool goes_on =
		    !needs_place && is_equal(p->old.items[s.from].kind,
					p->new.items[s.to].kind);

		if (!p->old.is_done[s.from] && !p->new.is_done[s.to])
			add_edge(p, s.from, s.to,
			    goes_on ? LINEAGE_CONTINUES : LINEAGE_REPLACED);
	}
	mem_free(list);
}

static void
take_rest(struct proposal *p)
{
	for (size_t i = 0; i < p->old.count; i++)
		if (!p->old.is_done[i])
			add_edge(p, (uint32_t)i, LINEAGE_NONE, LINEAGE_DROPPED);
	for (size_t j = 0; j < p->new.count; j++)
		if (!p->new.is_done[j])
			add_edge(p, LINEAGE_NONE, (uint32_t)j, LINEAGE_ADDED);
}

static int
by_edge(const void *a, const void *b)
{
	const struct lineage_edge *x = a, *y = b;

	if (x->from != y->from)
		return (x->from > y->from) - (x->from < y->from);
	return (x->to > y->to) - (x->to < y->to);
}
