/*
 * Open data: what is on the public pages of the results, as files. Nothing of
 * it is noted in the audit log; in place of an entry stands what the file is
 * and how new, by which a client that has it gets nothing twice.
 */
#include "custom.h"

#include "csv_out.h"
#include "json_out.h"
#include "reply.h"
#include "stream.h"

#define FROM " from app.enter_read($1::text, $2::bytea, $3::text) e"
#define ABOUT(file)                                                            \
	"select page.result_file(e, p_consultation => $4::text, "              \
	"p_file => '" file "')" FROM
#define ROWS(what, function)                                                   \
	"select " what FROM ", lateral page." function                         \
	"(e, p_consultation => $4::text) r"
#define AS_JSON "row_to_json(r)::text"

static const struct stream_column results[] = {
	{ "stage", NULL, 0, false },
	{ "chapter", NULL, 0, false },
	{ "target", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "group_code", "result_group", 0, false },
	{ "levels", NULL, 0, false },
	{ "base", NULL, 0, false },
	{ "answered", NULL, 0, false },
	{ "agree", NULL, 0, false },
	{ "agree_changed", NULL, 0, false },
	{ "reject", NULL, 0, false },
	{ "note", NULL, 0, false },
	{ "no_position", NULL, 0, false },
};

static const struct stream_column statements[] = {
	{ "stage", NULL, 0, false },
	{ "organisation_code", NULL, 0, false },
	{ "organisation", NULL, 0, false },
	{ "level", "level", 0, false },
	{ "land_name", NULL, 0, false },
	{ "published_on", "@day", 0, false },
	{ "is_shortened", "yes_no", 0, false },
	{ "target", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "kind", "kind", 0, false },
	{ "stance", "outcome", 0, false },
	{ "body", NULL, 0, false },
	{ "proposal", NULL, 0, false },
	{ "reason", NULL, 0, false },
	{ "more", NULL, 0, false },
	{ "joined", NULL, 0, false },
	{ "decision", "decision", 0, false },
	{ "referred_to", NULL, 0, false },
	{ "assessment", NULL, 0, false },
	{ "edition_place", NULL, 0, false },
};

static const struct stream_column codebook[] = {
	{ "file", "result_file", 0, false },
	{ "column_title", "result_column", 0, false },
	{ "name", NULL, 0, false },
	{ "meaning", "result_meaning", 0, false },
};

/* Public: a session is not needed. */
static int
begin(struct req *req, const struct stream_list *list)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	return stream_begin(req, list);
}

int
custom_results_csv(struct req *req)
{
	static const struct stream_list list = { "ergebnisse", ABOUT("results"),
		ROWS("r.*", "result_rows"), &csv_out, "result_column", results,
		NELEM(results) };

	return begin(req, &list);
}

int
custom_results_json(struct req *req)
{
	static const struct stream_list list = { "ergebnisse", ABOUT("results"),
		ROWS(AS_JSON, "result_rows"), &json_out, NULL, NULL, 0 };

	return begin(req, &list);
}

int
custom_statements_csv(struct req *req)
{
	static const struct stream_list list = { "stellungnahmen",
		ABOUT("statements"), ROWS("r.*", "statement_rows"), &csv_out,
		"result_column", statements, NELEM(statements) };

	return begin(req, &list);
}

int
custom_statements_json(struct req *req)
{
	static const struct stream_list list = { "stellungnahmen",
		ABOUT("statements"), ROWS(AS_JSON, "statement_rows"), &json_out,
		NULL, NULL, 0 };

	return begin(req, &list);
}

int
custom_codebook_csv(struct req *req)
{
	static const struct stream_list list = { "codebuch", ABOUT("codebook"),
		"select r.*" FROM ", lateral page.codebook_rows(e) r", &csv_out,
		"result_column", codebook, NELEM(codebook) };

	return begin(req, &list);
}
