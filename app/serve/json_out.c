/* Rows that PostgreSQL wrote as JSON, put together as one document. */
#include "json_out.h"

static void head(
    struct buf *, const struct worker *, const struct stream_list *);
static void row(struct buf *, const struct worker *, const struct stream_list *,
    const PGresult *, bool);
static void tail(struct buf *);

const struct stream_format json_out = { "application/json; charset=utf-8",
	"json", head, row, tail };

static void
head(struct buf *out, const struct worker *worker,
    const struct stream_list *list)
{
	(void)worker;
	(void)list;
	buf_str(out, "{\"rows\":[");
}

static void
row(struct buf *out, const struct worker *worker,
    const struct stream_list *list, const PGresult *res, bool is_first)
{
	(void)worker;
	(void)list;
	buf_str(out, is_first ? "\n" : ",\n");
	buf_add(out, PQgetvalue(res, 0, 0), (size_t)PQgetlength(res, 0, 0));
}

static void
tail(struct buf *out)
{
	buf_str(out, "\n]}\n");
}
