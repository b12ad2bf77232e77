/* Reads a draft and the edition before, has them compared, writes the edges. */
#include "lineage_job.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "domain/lineage.h"
#include "web/buf.h"

/* Items in their order; the texts and ids are copies of what the row said. */
struct items {
	struct lineage_item *list;
	char **ids;
	size_t count, cap;
};

struct editions {
	struct items old, new;
};

static char *
copy_at(const PGresult *row, int column)
{
	return PQgetisnull(row, 0, column)
		   ? NULL
		   : mem_strdup(PQgetvalue(row, 0, column));
}

static enum rc
add_item(void *arg, const PGresult *row, struct err *err)
{
	struct editions *e = arg;
	struct items *s =
	    strcmp(PQgetvalue(row, 0, 0), "old") == 0 ? &e->old : &e->new;

	(void)err;
	if (s->count == s->cap) {
		s->cap = s->cap == 0 ? 128 : 2 * s->cap;
		s->list = mem_array(s->list, s->cap, sizeof *s->list);
		s->ids = mem_array(s->ids, s->cap, sizeof *s->ids);
	}
	s->ids[s->count] = copy_at(row, 1);
	s->list[s->count++] = (struct lineage_item){
		.key = copy_at(row, 2),
		.kind = copy_at(row, 3),
		.place = copy_at(row, 4),
		.title = copy_at(row, 5),
		.body = copy_at(row, 6),
		.is_settled = PQgetvalue(row, 0, 7)[0] == 't',
	};
	return RC_OK;
}

static void
drop(const char *text)
{
	union {
		const char *read;
		char *own;
	} t = { text };

	mem_free(t.own);
}

static void
items_clear(struct items *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct lineage_item *item = &s->list[i];

		mem_free(s->ids[i]);
		drop(item->key);
		drop(item->kind);
		drop(item->place);
		drop(item->title);
		drop(item->body);
	}
	mem_free(s->ids);
	mem_free(s->list);
}

static void
add_value(struct buf *array, const char *value)
{
	buf_printf(array, "%s%s", array->len == 0 ? "{" : ",", value);
}

static const char *
id_of(const struct items *s, uint32_t number)
{
	return number == LINEAGE_NONE ? "null" : s->ids[number];
}

enum { COLUMNS = 6 };

static enum rc
write_edges(struct lane *l, const char *edition, const struct editions *e,
    const struct lineage_edge *edges, size_t count, struct err *err)
{
	struct buf c[COLUMNS] = { { 0 } };
	char percent[16], *value = NULL;
	enum rc rc;

	for (size_t i = 0; i < count; i++) {
		const struct lineage_edge *x = &edges[i];

		snprintf(percent, sizeof percent, "%d", x->percent);
		add_value(&c[0], id_of(&e->old, x->from));
		add_value(&c[1], id_of(&e->new, x->to));
		add_value(&c[2], lineage_word(x->relation));
		add_value(&c[3], x->text_changed ? "t" : "f");
		add_value(&c[4], x->moved ? "t" : "f");
		add_value(&c[5], x->percent < 0 ? "null" : percent);
	}
	for (size_t i = 0; i < COLUMNS; i++)
		buf_str(&c[i], count == 0 ? "{}" : "}");
	rc = lane_value(l,
	    "select job.lineage_end($1::bigint, $2::bigint[], $3::bigint[], "
	    "$4::text[], $5::boolean[], $6::boolean[], $7::int[])",
	    DB_PARAMS(edition, buf_text(&c[0]), buf_text(&c[1]),
		buf_text(&c[2]), buf_text(&c[3]), buf_text(&c[4]),
		buf_text(&c[5])),
	    &value, err);
	mem_free(value);
	for (size_t i = 0; i < COLUMNS; i++)
		buf_clear(&c[i]);
	return rc;
}

enum rc
lineage_part(struct lane *l, const char *args, struct err *err)
{
	struct editions e = { 0 };
	struct lineage_edge *edges = NULL;
	json_t *doc = json_loads(args, 0, NULL);
	char edition[24];
	size_t count;
	enum rc rc;

	snprintf(edition, sizeof edition, "%lld",
	    (long long)json_integer_value(json_object_get(doc, "edition")));
	json_decref(doc);
	rc = lane_stream(l, "select * from job.lineage_items($1::bigint)",
	    DB_PARAMS(edition), add_item, &e, err);
	if (rc == RC_OK)
		rc = lineage_propose(e.old.list, e.old.count, e.new.list,
		    e.new.count, &edges, &count, err);
	if (rc == RC_OK)
		rc = write_edges(l, edition, &e, edges, count, err);
	mem_free(edges);
	items_clear(&e.old);
	items_clear(&e.new);
	return rc;
}
