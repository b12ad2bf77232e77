/* Reads the texts of a stage, has them compared, writes what is to be decided.
 */
#include "similar_job.h"

#include <stdio.h>
#include <stdlib.h>

#include "domain/similar.h"
#include "web/buf.h"

/* Texts have the numbers of their positions in ids, which ascend. */
struct comparison {
	struct similar *similar;
	int64_t *ids;
	size_t count, cap;
};

static int64_t
number_at(const PGresult *row, int column)
{
	return strtoll(PQgetvalue(row, 0, column), NULL, 10);
}

static enum rc
add_position(void *arg, const PGresult *row, struct err *err)
{
	struct comparison *c = arg;

	if (c->count == c->cap) {
		c->cap = c->cap == 0 ? 1024 : 2 * c->cap;
		c->ids = mem_array(c->ids, c->cap, sizeof *c->ids);
	}
	c->ids[c->count++] = number_at(row, 0);
	return similar_add(c->similar, PQgetvalue(row, 0, 3),
	    (size_t)PQgetlength(row, 0, 3), (uint64_t)number_at(row, 1),
	    (uint64_t)number_at(row, 2), err);
}

static int
by_id(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The number of a text, or -1 for a position that counts no more. */
static int64_t
text_of(const struct comparison *c, int64_t id)
{
	const int64_t *at = c->count == 0 ? NULL
					  : bsearch(&id, c->ids, c->count,
						sizeof *c->ids, by_id);

	return at == NULL ? -1 : at - c->ids;
}

static enum rc
add_apart(void *arg, const PGresult *row, struct err *err)
{
	struct comparison *c = arg;
	int64_t a = text_of(c, number_at(row, 0));
	int64_t b = text_of(c, number_at(row, 1));

	(void)err;
	if (a >= 0 && b >= 0)
		similar_keep_apart(c->similar, (uint32_t)a, (uint32_t)b);
	return RC_OK;
}

static void
add_number(struct buf *array, int64_t number)
{
	buf_printf(
	    array, "%s%lld", array->len == 0 ? "{" : ",", (long long)number);
}

static enum rc
write_pairs(struct lane *l, const struct comparison *c, const char *id,
    const char *stage, const char *args, int *left, struct err *err)
{
	struct buf a = { 0 }, b = { 0 }, percent = { 0 };
	struct similar_pair *pairs;
	char count[24], last[24], *value = NULL;
	size_t pair_count;
	enum rc rc;

	pairs = similar_pairs(c->similar, &pair_count);
	for (size_t i = 0; i < pair_count; i++) {
		add_number(&a, c->ids[pairs[i].a]);
		add_number(&b, c->ids[pairs[i].b]);
		add_number(&percent, pairs[i].percent);
	}
	buf_str(&a, pair_count == 0 ? "{}" : "}");
	buf_str(&b, pair_count == 0 ? "{}" : "}");
	buf_str(&percent, pair_count == 0 ? "{}" : "}");
	mem_free(pairs);
	snprintf(count, sizeof count, "%zu", c->count);
	snprintf(last, sizeof last, "%lld",
	    c->count == 0 ? 0LL : (long long)c->ids[c->count - 1]);
	rc = lane_value(l,
	    "select job.similar_end($1::bigint, $2::bigint, $3::jsonb, "
	    "$4::int, $5::bigint, $6::bigint[], $7::bigint[], $8::int[])",
	    DB_PARAMS(id, stage, args, count, last, buf_text(&a), buf_text(&b),
		buf_text(&percent)),
	    &value, err);
	if (rc == RC_OK)
		*left = value == NULL ? 0 : (int)strtol(value, NULL, 10);
	mem_free(value);
	buf_clear(&a);
	buf_clear(&b);
	buf_clear(&percent);
	return rc;
}

enum rc
similar_part(struct lane *l, const char *id, const char *args, int *left,
    struct err *err)
{
	struct comparison c = { .similar = similar_new() };
	char *stage = NULL;
	enum rc rc;

	*left = 0;
	rc = lane_value(l, "select job.similar_stage($1::jsonb)",
	    DB_PARAMS(args), &stage, err);
	if (rc != RC_OK || stage == NULL)
		goto out;
	rc = lane_stream(l,
	    "select id, target_id, group_id, words "
	    "from job.similar_positions($1::bigint)",
	    DB_PARAMS(stage), add_position, &c, err);
	if (rc == RC_OK)
		rc = lane_stream(l,
		    "select a_id, b_id from job.similar_apart($1::bigint)",
		    DB_PARAMS(stage), add_apart, &c, err);
	if (rc == RC_OK)
		rc = write_pairs(l, &c, id, stage, args, left, err);
out:
	similar_free(c.similar);
	mem_free(c.ids);
	mem_free(stage);
	return rc;
}
