/*
 * Lists that leave as a file, each by the query and the filter of its page and
 * noted in the audit log: the synopsis, the audit log, the organisations. The
 * registers are public: who takes them is not noted.
 */
#include "custom.h"

#include "csv_out.h"
#include "json_out.h"
#include "print_out.h"
#include "reply.h"
#include "stream.h"
#include "svg_out.h"
#include "xlsx_out.h"

#define NOTE(function, filter)                                                 \
	"select action." function "(e, " filter ") "                           \
	"from app.enter($1::text, $2::bytea, $3::text) e"
#define ROWS(what, function, filter)                                           \
	"select " what                                                         \
	" from app.enter_read($1::text, $2::bytea, $3::text) e, "              \
	"lateral page." function "(e, " filter ") r"
#define NO_NOTE                                                                \
	"select null from app.enter_read($1::text, $2::bytea, $3::text) e"
#define AS_COLUMNS "r.*"
#define AS_JSON "row_to_json(r)::text"

#define SYNOPSIS                                                               \
	"p_consultation => $4::text, p_target => $5::text, "                   \
	"p_level => $6::text, p_land => $7::text, p_seat => $8::text, "        \
	"p_stance => $9::text, p_tag => $10::text, "                           \
	"p_decision => $11::text, p_place => $12::text, "                      \
	"p_assignee => $13::text, p_grouped => $14::text, "                    \
	"p_state => $15::text, p_q => $16::text, p_view => $17::text"
#define COLUMNS ", p_column => $18::json"
#define ALL_COLUMNS ROWS(AS_COLUMNS, "synopsis_rows", SYNOPSIS)
#define LINES ROWS("r", "synopsis_lines", SYNOPSIS COLUMNS)
#define NOTED NOTE("synopsis_exported", SYNOPSIS COLUMNS)
#define AUDIT                                                                  \
	"p_from => $4::text, p_until => $5::text, p_act => $6::text, "         \
	"p_person => $7::text, p_organisation => $8::text, "                   \
	"p_object => $9::text"
#define ORGANISATIONS                                                          \
	"p_q => $4::text, p_level => $5::text, p_land => $6::text, "           \
	"p_status => $7::text, p_on => $8::text, p_valid => $9::text"

#define VALIDITY                                                               \
	"p_consultation => $4::text, p_level => $5::text, p_seat => $6::text"

#define SHIFT                                                                  \
	"p_consultation => $4::text, p_from => $5::text, "                     \
	"p_level => $6::text, p_seat => $7::text"

/* In the order of the 13 columns; which of them leave says the note. */
static const struct stream_column synopsis[] = {
	{ "number", NULL, 9, false },
	{ "target", NULL, 10, false },
	{ "target_title", NULL, 28, false },
	{ "edition", NULL, 8, true },
	{ "organisation", NULL, 26, false },
	{ "short_name", NULL, 16, false },
	{ "level", "level", 14, false },
	{ "land_name", NULL, 16, false },
	{ "seat_status", "seat_status", 14, false },
	{ "organisations", NULL, 10, true },
	{ "also_for", NULL, 20, false },
	{ "is_held", "yes_no", 10, false },
	{ "released_at", "@", 18, false },
	{ "stance", "outcome", 18, false },
	{ "nature", "nature", 12, false },
	{ "body", NULL, 60, false },
	{ "confidential", "yes_no", 10, false },
	{ "proposal", NULL, 60, false },
	{ "reason", NULL, 40, false },
	{ "topics", NULL, 22, false },
	{ "group_number", NULL, 9, false },
	{ "group_size", NULL, 9, true },
	{ "assessment", NULL, 50, false },
	{ "mark", "synopsis_mark", 14, false },
	{ "decision", "decision", 18, false },
	{ "referred_to", NULL, 22, false },
	{ "edition_place", NULL, 24, false },
	{ "state", "assessment_state", 14, false },
	{ "approvals_given", NULL, 10, true },
	{ "approvals_of", NULL, 10, true },
	{ "place", NULL, 16, false },
	{ "assignee", NULL, 18, false },
	{ "due_on", "@day", 11, false },
	{ "saved_at", "@", 18, false },
	{ "saved_by", NULL, 18, false },
};

static const struct stream_column audit[] = {
	{ "number", NULL, 0, false },
	{ "berlin", NULL, 0, false },
	{ "who", NULL, 0, false },
	{ "house", NULL, 0, false },
	{ "act", "act", 0, false },
	{ "kind", "audit_kind", 0, false },
	{ "object", NULL, 0, false },
	{ "role", "role", 0, false },
	{ "amount", NULL, 0, false },
	{ "block", NULL, 0, false },
	{ "hash", NULL, 0, false },
	{ "epoch", NULL, 0, false },
	{ "xid", NULL, 0, false },
	{ "request", NULL, 0, false },
};

static const struct stream_column shift[] = {
	{ "target", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "organisation", NULL, 0, false },
	{ "level", "level", 0, false },
	{ "seat_status", "seat_status", 0, false },
	{ "before", "shift_stance", 0, false },
	{ "after", "shift_stance", 0, false },
	{ "change", "shift_change", 0, false },
};

static const struct stream_column validity[] = {
	{ "target", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "reject", NULL, 0, false },
	{ "agree_changed", NULL, 0, false },
	{ "agree", NULL, 0, false },
	{ "other", NULL, 0, false },
	{ "no_answer", NULL, 0, false },
	{ "base", NULL, 0, false },
	{ "reject_seats", NULL, 0, false },
	{ "agree_changed_seats", NULL, 0, false },
	{ "agree_seats", NULL, 0, false },
	{ "seats", NULL, 0, false },
	{ "inherited", NULL, 0, false },
	{ "findings", NULL, 0, false },
	{ "not_asked", NULL, 0, false },
};

static const struct stream_column matrix[] = {
	{ "target", NULL, 12, false },
	{ "title", NULL, 40, false },
	{ "kind", "kind", 14, false },
	{ "organisation_code", NULL, 12, false },
	{ "organisation", NULL, 40, false },
	{ "level", "level", 14, false },
	{ "seat_status", "seat_status", 14, false },
	{ "stance", "outcome", 22, false },
};

static const struct stream_column opinion[] = {
	{ "target", NULL, 12, false },
	{ "title", NULL, 40, false },
	{ "kind", "kind", 14, false },
	{ "level", "level", 14, false },
	{ "seat_status", "seat_status", 14, false },
	{ "base", NULL, 9, true },
	{ "agree", NULL, 12, true },
	{ "agree_changed", NULL, 12, true },
	{ "reject", NULL, 12, true },
	{ "note", NULL, 12, true },
	{ "no_position", NULL, 12, true },
	{ "nil", NULL, 12, true },
	{ "not_applicable", NULL, 12, true },
	{ "no_answer", NULL, 12, true },
	{ "outstanding", NULL, 12, true },
	{ "not_asked", NULL, 12, true },
};

/* In the words of an address list, so that it can be read in again. */
static const struct stream_column organisations[] = {
	{ "code", NULL, 0, false },
	{ "name", NULL, 0, false },
	{ "short_name", NULL, 0, false },
	{ "level", "level", 0, false },
	{ "kind", NULL, 0, false },
	{ "land", NULL, 0, false },
	{ "land_name", NULL, 0, false },
	{ "ars", NULL, 0, false },
	{ "size_class", NULL, 0, false },
	{ "office_mail", NULL, 0, false },
	{ "postal_address", NULL, 0, false },
	{ "seats", NULL, 0, false },
	{ "status", "council_status", 0, false },
	{ "valid_from", "@day", 0, false },
	{ "valid_until", "@day", 0, false },
	{ "people", NULL, 0, false },
};

static const struct stream_column council_decisions[] = {
	{ "ref", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "session_number", NULL, 0, false },
	{ "decided_on", "@day", 0, false },
	{ "status", "decision_status", 0, false },
	{ "repealed_by", NULL, 0, false },
	{ "replaced_by", NULL, 0, false },
	{ "amended_by", NULL, 0, false },
	{ "cited_by", NULL, 0, false },
	{ "citations", NULL, 0, false },
	{ "note", NULL, 0, false },
	{ "address", NULL, 0, false },
};

static const struct stream_column commitments[] = {
	{ "number", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "step", "commitment_step", 0, false },
	{ "binding", "commitment_binding", 0, false },
	{ "members", NULL, 0, false },
	{ "state", "commitment_state", 0, false },
	{ "valid_from", "@day", 0, false },
	{ "valid_until", "@day", 0, false },
	{ "review_since", "@day", 0, false },
	{ "decision", NULL, 0, false },
	{ "origin", NULL, 0, false },
	{ "positions", NULL, 0, false },
	{ "owner", NULL, 0, false },
	{ "deviations", NULL, 0, false },
	{ "reasoned", NULL, 0, false },
	{ "body", NULL, 0, false },
};

static const struct stream_column convergence[] = {
	{ "number", NULL, 0, false },
	{ "title", NULL, 0, false },
	{ "vision", NULL, 0, false },
	{ "verdict", "convergence", 0, false },
	{ "evidence", NULL, 0, false },
	{ "stated_on", "@day", 0, false },
	{ "manager", NULL, 0, false },
};

static int
begin(struct req *req, const struct stream_list *list)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	if (!req->has_session)
		return reply_fail(req, RC_LOGIN, "login");
	return stream_begin(req, list);
}

int
custom_synopsis_csv(struct req *req)
{
	static const struct stream_list list = { "synopse", NOTED, ALL_COLUMNS,
		&csv_out, "synopsis_column", synopsis, NELEM(synopsis) };

	return begin(req, &list);
}

int
custom_synopsis_xlsx(struct req *req)
{
	static const struct stream_list list = { "synopse", NOTED, ALL_COLUMNS,
		&xlsx_out, "synopsis_column", synopsis, NELEM(synopsis) };

	return begin(req, &list);
}

int
custom_synopsis_json(struct req *req)
{
	static const struct stream_list list = { "synopse", NOTED, LINES,
		&json_out, NULL, NULL, 0 };

	return begin(req, &list);
}

int
custom_synopsis_print(struct req *req)
{
	static const struct stream_list list = { "synopse", NOTED, LINES,
		&print_out, NULL, NULL, 0 };

	return begin(req, &list);
}

/* To read; the JSON is to compute again. */
int
custom_audit_csv(struct req *req)
{
	static const struct stream_list list = { "protokoll",
		NOTE("audit_exported", AUDIT),
		ROWS(AS_COLUMNS, "audit_lines", AUDIT), &csv_out,
		"audit_column", audit, NELEM(audit) };

	return begin(req, &list);
}

int
custom_audit_json(struct req *req)
{
	static const struct stream_list list = { "protokoll",
		NOTE("audit_exported", AUDIT),
		ROWS(AS_JSON, "audit_lines", AUDIT), &json_out, NULL, NULL, 0 };

	return begin(req, &list);
}

int
custom_organisations_csv(struct req *req)
{
	static const struct stream_list list = { "organisationen",
		NOTE("organisations_exported", ORGANISATIONS),
		ROWS(AS_COLUMNS, "organisations_csv", ORGANISATIONS), &csv_out,
		"organisation_column", organisations, NELEM(organisations) };

	return begin(req, &list);
}

/* Public: a session shows more of it, but is not needed. */
static int
begin_public(struct req *req, const struct stream_list *list)
{
	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	return stream_begin(req, list);
}

int
custom_council_decisions_csv(struct req *req)
{
	static const struct stream_list list = { "beschluesse", NO_NOTE,
		ROWS(AS_COLUMNS, "council_decisions_csv",
		    "p_q => $4::text, p_state => $5::text"),
		&csv_out, "council_decision_column", council_decisions,
		NELEM(council_decisions) };

	return begin_public(req, &list);
}

int
custom_commitments_csv(struct req *req)
{
	static const struct stream_list list = { "verbindlichkeiten", NO_NOTE,
		ROWS(AS_COLUMNS, "commitments_csv",
		    "p_step => $4::text, p_state => $5::text, "
		    "p_vision => $6::text, p_on => $7::text"),
		&csv_out, "commitment_column", commitments,
		NELEM(commitments) };

	return begin_public(req, &list);
}

int
custom_convergence_csv(struct req *req)
{
	static const struct stream_list list = { "konvergenz", NO_NOTE,
		"select r.* from app.enter_read($1::text, $2::bytea, $3::text) "
		"e, lateral page.convergence_csv(e) r",
		&csv_out, "convergence_column", convergence,
		NELEM(convergence) };

	return begin_public(req, &list);
}

int
custom_shift_csv(struct req *req)
{
	static const struct stream_list list = { "verschiebung",
		NOTE("shift_exported", SHIFT),
		ROWS(AS_COLUMNS, "shift_lines", SHIFT), &csv_out,
		"shift_column", shift, NELEM(shift) };

	return begin(req, &list);
}

int
custom_validity_csv(struct req *req)
{
	static const struct stream_list list = { "gilt-noch",
		NOTE("validity_exported", VALIDITY),
		ROWS(AS_COLUMNS, "validity_lines", VALIDITY), &csv_out,
		"validity_column", validity, NELEM(validity) };

	return begin(req, &list);
}

#define MATRIX "p_consultation => $4::text, p_kind => $5::text"
#define OPINION "p_consultation => $4::text"

int
custom_matrix_csv(struct req *req)
{
	static const struct stream_list list = { "matrix",
		NOTE("matrix_exported", MATRIX),
		ROWS(AS_COLUMNS, "matrix_lines", MATRIX), &csv_out,
		"matrix_column", matrix, NELEM(matrix) };

	return begin(req, &list);
}

int
custom_matrix_xlsx(struct req *req)
{
	static const struct stream_list list = { "matrix",
		NOTE("matrix_exported", MATRIX),
		ROWS(AS_COLUMNS, "matrix_lines", MATRIX), &xlsx_out,
		"matrix_column", matrix, NELEM(matrix) };

	return begin(req, &list);
}

int
custom_matrix_svg(struct req *req)
{
	static const struct stream_list list = { "matrix",
		NOTE("matrix_drawn", MATRIX ", p_differ => $6::text"),
		"select null::text from app.enter_read($1::text, $2::bytea, "
		"$3::text) e "
		"where $4::text is null and $5::text is null and $6::text is "
		"null",
		&svg_out, NULL, NULL, 0 };

	return begin(req, &list);
}

int
custom_opinion_csv(struct req *req)
{
	static const struct stream_list list = { "meinungsbild",
		NOTE("opinion_exported", OPINION),
		ROWS(AS_COLUMNS, "opinion_lines", OPINION), &csv_out,
		"opinion_column", opinion, NELEM(opinion) };

	return begin(req, &list);
}

int
custom_opinion_xlsx(struct req *req)
{
	static const struct stream_list list = { "meinungsbild",
		NOTE("opinion_exported", OPINION),
		ROWS(AS_COLUMNS, "opinion_lines", OPINION), &xlsx_out,
		"opinion_column", opinion, NELEM(opinion) };

	return begin(req, &list);
}
