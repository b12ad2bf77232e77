/* The synopsis as CSV and JSON, from the query of the page. */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include "csv_out.h"
#include "json_out.h"
#include "reply.h"
#include "stream.h"

#define FILTER                                                                 \
	"p_consultation => $4::text, p_target => $5::text, "                   \
	"p_level => $6::text, p_land => $7::text, p_seat => $8::text, "        \
	"p_stance => $9::text"
#define NOTE                                                                   \
	"select action.synopsis_exported(e, " FILTER ") "                      \
	"from app.enter($1::text, $2::bytea, $3::text) e"
#define ROWS                                                                   \
	"from app.enter_read($1::text, $2::bytea, $3::text) e, "               \
	"lateral page.synopsis_rows(e, " FILTER ") r"

/* The columns in their order. */
static const struct csv_column columns[] = {
	{ "number", NULL },
	{ "target", NULL },
	{ "target_title", NULL },
	{ "edition", NULL },
	{ "organisation", NULL },
	{ "level", "level" },
	{ "land_name", NULL },
	{ "seat_status", "seat_status" },
	{ "stance", "outcome" },
	{ "body", NULL },
	{ "proposal", NULL },
	{ "reason", NULL },
	{ "decision", "decision" },
	{ "confidential", "yes_no" },
	{ "released_at", "@" },
};

static int begin(struct req *, const char *, const struct stream_format *);
static void csv_head(struct buf *, const struct worker *, const PGresult *);
static void csv_row(
    struct buf *, const struct worker *, const PGresult *, bool);
static void csv_tail(struct buf *);

static const struct stream_format csv_format = {
	"text/csv; charset=utf-8; header=present", "csv", csv_head, csv_row,
	csv_tail
};

int
custom_synopsis_csv(struct req *req)
{
	return begin(req, "select r.* " ROWS, &csv_format);
}

int
custom_synopsis_json(struct req *req)
{
	return begin(req, "select row_to_json(r)::text " ROWS, &json_out);
}

static int
begin(struct req *req, const char *sql, const struct stream_format *format)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	if (!req->has_session)
		return reply_fail(req, RC_LOGIN, "login");
	return stream_begin(req, NOTE, sql, "synopse", format);
}

static void
csv_head(struct buf *out, const struct worker *worker, const PGresult *res)
{
	(void)res;
	csv_out_head(out, worker, "synopsis_column", columns, NELEM(columns));
}

static void
csv_row(struct buf *out, const struct worker *worker, const PGresult *row,
    bool is_first)
{
	(void)is_first;
	csv_out_row(out, worker, row, columns, NELEM(columns));
}

static void
csv_tail(struct buf *out)
{
	(void)out;
}
