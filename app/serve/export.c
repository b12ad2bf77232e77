/* The synopsis as CSV and JSON, from the query of the page. */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "reply.h"
#include "stream.h"
#include "web/csv.h"
#include "web/filter.h"

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

/* The columns in their order; a code is written as the word of its list. */
static const struct {
	const char *name;
	const char *list; /* NULL = as it is; "@" = a time */
} columns[] = {
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
static void csv_cell(struct buf *, const struct worker *, size_t, const char *);
static void csv_tail(struct buf *);
static void json_head(struct buf *, const struct worker *, const PGresult *);
static void json_row(
    struct buf *, const struct worker *, const PGresult *, bool);
static void json_tail(struct buf *);

static const struct stream_format csv_format = {
	"text/csv; charset=utf-8; header=present", "csv", csv_head, csv_row,
	csv_tail
};
static const struct stream_format json_format = {
	"application/json; charset=utf-8", "json", json_head, json_row,
	json_tail
};

int
custom_synopsis_csv(struct req *req)
{
	return begin(req, "select r.* " ROWS, &csv_format);
}

int
custom_synopsis_json(struct req *req)
{
	return begin(req, "select row_to_json(r)::text " ROWS, &json_format);
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
	json_t *names = json_object_get(worker->labels, "synopsis_column");
	const char *name;

	(void)res;
	buf_str(out, CSV_BOM);
	for (size_t i = 0; i < NELEM(columns); i++) {
		name =
		    json_string_value(json_object_get(names, columns[i].name));
		if (name == NULL)
			name = columns[i].name;
		if (i > 0)
			csv_separator(out);
		csv_text(out, name, strlen(name));
	}
	csv_end_row(out);
}

static void
csv_row(struct buf *out, const struct worker *worker, const PGresult *row,
    bool is_first)
{
	(void)is_first;
	for (size_t i = 0; i < NELEM(columns); i++) {
		int column = PQfnumber(row, columns[i].name);

		if (i > 0)
			csv_separator(out);
		csv_cell(out, worker, i,
		    column < 0 ? "" : PQgetvalue(row, 0, column));
	}
	csv_end_row(out);
}

static void
csv_cell(struct buf *out, const struct worker *worker, size_t column,
    const char *value)
{
	const char *list = columns[column].list;
	const char *word = NULL;
	json_t *time = NULL;

	if (list != NULL && strcmp(list, "@") == 0) {
		json_t *iso = json_string(value);

		time =
		    filter_apply("datetime", 8, "", 0, "released_at", 11, iso);
		json_decref(iso);
		word = json_string_value(time);
	} else if (list != NULL) {
		word = json_string_value(json_object_get(
		    json_object_get(worker->labels, list), value));
	}
	if (word == NULL)
		word = value;
	csv_text(out, word, strlen(word));
	json_decref(time);
}

static void
csv_tail(struct buf *out)
{
	(void)out;
}

static void
json_head(struct buf *out, const struct worker *worker, const PGresult *res)
{
	(void)worker;
	(void)res;
	buf_str(out, "{\"rows\":[");
}

static void
json_row(struct buf *out, const struct worker *worker, const PGresult *row,
    bool is_first)
{
	(void)worker;
	buf_str(out, is_first ? "\n" : ",\n");
	buf_add(out, PQgetvalue(row, 0, 0), (size_t)PQgetlength(row, 0, 0));
}

static void
json_tail(struct buf *out)
{
	buf_str(out, "\n]}\n");
}
