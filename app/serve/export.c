/*
 * Lists that leave as a file, each by the query and the filter of its page and
 * noted in the audit log: the synopsis, the audit log, the organisations.
 */
#include "custom.h"

#include "csv_out.h"
#include "json_out.h"
#include "reply.h"
#include "stream.h"

#define NOTE(function, filter)                                                 \
	"select action." function "(e, " filter ") "                           \
	"from app.enter($1::text, $2::bytea, $3::text) e"
#define ROWS(what, function, filter)                                           \
	"select " what                                                         \
	" from app.enter_read($1::text, $2::bytea, $3::text) e, "              \
	"lateral page." function "(e, " filter ") r"
#define AS_COLUMNS "r.*"
#define AS_JSON "row_to_json(r)::text"

#define SYNOPSIS                                                               \
	"p_consultation => $4::text, p_target => $5::text, "                   \
	"p_level => $6::text, p_land => $7::text, p_seat => $8::text, "        \
	"p_stance => $9::text"
#define AUDIT                                                                  \
	"p_from => $4::text, p_until => $5::text, p_act => $6::text, "         \
	"p_person => $7::text, p_organisation => $8::text, "                   \
	"p_object => $9::text"
#define ORGANISATIONS                                                          \
	"p_q => $4::text, p_level => $5::text, p_land => $6::text, "           \
	"p_status => $7::text, p_on => $8::text, p_valid => $9::text"

static const struct stream_column synopsis[] = {
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
	{ "group_number", NULL },
	{ "group_size", NULL },
	{ "decision", "decision" },
	{ "confidential", "yes_no" },
	{ "released_at", "@" },
	{ "organisations", NULL },
	{ "also_for", NULL },
	{ "is_held", "yes_no" },
};

static const struct stream_column audit[] = {
	{ "number", NULL },
	{ "berlin", NULL },
	{ "who", NULL },
	{ "house", NULL },
	{ "act", "act" },
	{ "kind", "audit_kind" },
	{ "object", NULL },
	{ "role", "role" },
	{ "amount", NULL },
	{ "block", NULL },
	{ "hash", NULL },
	{ "epoch", NULL },
	{ "xid", NULL },
	{ "request", NULL },
};

/* In the words of an address list, so that it can be read in again. */
static const struct stream_column organisations[] = {
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
	static const struct stream_list list = { "synopse",
		NOTE("synopsis_exported", SYNOPSIS),
		ROWS(AS_COLUMNS, "synopsis_rows", SYNOPSIS), &csv_out,
		"synopsis_column", synopsis, NELEM(synopsis) };

	return begin(req, &list);
}

int
custom_synopsis_json(struct req *req)
{
	static const struct stream_list list = { "synopse",
		NOTE("synopsis_exported", SYNOPSIS),
		ROWS(AS_JSON, "synopsis_rows", SYNOPSIS), &json_out, NULL, NULL,
		0 };

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
