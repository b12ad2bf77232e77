/* The list of organisations as CSV, by the filter of its page. */
#include "custom.h"

#include "csv_out.h"
#include "reply.h"
#include "stream.h"

#define FILTER                                                                 \
	"p_q => $4::text, p_level => $5::text, p_land => $6::text, "           \
	"p_status => $7::text, p_on => $8::text, p_valid => $9::text"
#define NOTE                                                                   \
	"select action.organisations_exported(e, " FILTER ") "                 \
	"from app.enter($1::text, $2::bytea, $3::text) e"
#define ROWS                                                                   \
	"select r.* from app.enter_read($1::text, $2::bytea, $3::text) e, "    \
	"lateral page.organisations_csv(e, " FILTER ") r"

/* In the words of an address list, so that it can be read in again. */
static const struct csv_column columns[] = {
	{ "code", NULL },
	{ "name", NULL },
	{ "short_name", NULL },
	{ "level", "level" },
	{ "kind", NULL },
	{ "land", NULL },
	{ "land_name", NULL },
	{ "ars", NULL },
	{ "size_class", NULL },
	{ "office_mail", NULL },
	{ "seats", NULL },
	{ "status", "council_status" },
	{ "valid_from", "@day" },
	{ "valid_until", "@day" },
	{ "people", NULL },
};

static void head(struct buf *, const struct worker *, const PGresult *);
static void row(struct buf *, const struct worker *, const PGresult *, bool);
static void tail(struct buf *);

static const struct stream_format format = {
	"text/csv; charset=utf-8; header=present", "csv", head, row, tail
};

int
custom_organisations_csv(struct req *req)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	if (!req->has_session)
		return reply_fail(req, RC_LOGIN, "login");
	return stream_begin(req, NOTE, ROWS, "organisationen", &format);
}

static void
head(struct buf *out, const struct worker *worker, const PGresult *res)
{
	(void)res;
	csv_out_head(
	    out, worker, "organisation_column", columns, NELEM(columns));
}

static void
row(struct buf *out, const struct worker *worker, const PGresult *res,
    bool is_first)
{
	(void)is_first;
	csv_out_row(out, worker, res, columns, NELEM(columns));
}

static void
tail(struct buf *out)
{
	(void)out;
}
