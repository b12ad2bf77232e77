#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>
#include <time.h>

#include "domain/day.h"
#include "reply.h"

/* security.txt holds so long from the day it is read (under a year). */
#define CONTACT_DAYS 180

static int health(struct req *);
static int health_done(struct req *);
static int security_txt(struct req *);
static int openapi(struct req *);

static const struct {
	const char *name;
	req_step begin;
} handlers[] = {
	{ "login_post", custom_login_post },
	{ "logout", custom_logout },
	{ "link_accept", custom_link_accept },
	{ "password_reset_ask", custom_password_reset_ask },
	{ "password_change", custom_password_change },
	{ "barrier_report", custom_barrier_report },
	{ "context_switch", custom_context_switch },
	{ "second_factor_post", custom_second_factor_post },
	{ "step_up_post", custom_step_up_post },
	{ "factor_set", custom_factor_set },
	{ "factor_codes", custom_factor_codes },
	{ "account_data_json", custom_data_file },
	{ "person_data_json", custom_data_file },
	{ "receipt_proof", custom_data_file },
	{ "address_import_upload", custom_address_import_upload },
	{ "edition_upload_post", custom_edition_upload_post },
	{ "address_template", custom_address_template },
	{ "organisations_csv", custom_organisations_csv },
	{ "council_decisions_csv", custom_council_decisions_csv },
	{ "commitments_csv", custom_commitments_csv },
	{ "results_csv", custom_results_csv },
	{ "results_json", custom_results_json },
	{ "statements_csv", custom_statements_csv },
	{ "statements_json", custom_statements_json },
	{ "codebook_csv", custom_codebook_csv },
	{ "convergence_csv", custom_convergence_csv },
	{ "matrix_csv", custom_matrix_csv },
	{ "matrix_svg", custom_matrix_svg },
	{ "matrix_xlsx", custom_matrix_xlsx },
	{ "opinion_csv", custom_opinion_csv },
	{ "opinion_xlsx", custom_opinion_xlsx },
	{ "shift_csv", custom_shift_csv },
	{ "validity_csv", custom_validity_csv },
	{ "synopsis_csv", custom_synopsis_csv },
	{ "synopsis_xlsx", custom_synopsis_xlsx },
	{ "synopsis_json", custom_synopsis_json },
	{ "synopsis_print", custom_synopsis_print },
	{ "report_file", custom_report_file },
	{ "audit_csv", custom_audit_csv },
	{ "audit_json", custom_audit_json },
	{ "health", health },
	{ "openapi", openapi },
	{ "security_txt", security_txt },
};

int
custom_begin(struct req *req)
{
	for (size_t i = 0; i < NELEM(handlers); i++) {
		if (strcmp(handlers[i].name, req->route->name) == 0)
			return handlers[i].begin(req);
	}
	return reply_fail(req, RC_INTERNAL, "route");
}

bool
custom_exists(const char *name)
{
	for (size_t i = 0; i < NELEM(handlers); i++) {
		if (strcmp(handlers[i].name, name) == 0)
			return true;
	}
	return false;
}

/* For load balancers: 200 only when the database answers. */
static int
health(struct req *req)
{
	req->wants_json = true;
	return req_call(req, DB_READ, ST_HEALTH, NULL, 0, health_done);
}

static int
health_done(struct req *req)
{
	static const char ok[] = "{\"status\":\"ok\"}";

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	return reply_bytes(
	    req, 200, "application/json; charset=utf-8", ok, sizeof(ok) - 1);
}

/* RFC 9116. */
static int
security_txt(struct req *req)
{
	struct date until = day_date(time(NULL) / 86400 + CONTACT_DAYS);
	struct buf text = { 0 };
	int r;

	/* A file without a contact helps nobody. */
	if (req->worker->settings.contact_mail[0] == '\0')
		return reply_fail(req, RC_NOTFOUND, "not_found");
	buf_printf(&text,
	    "Contact: mailto:%s\n"
	    "Expires: %04d-%02u-%02uT00:00:00Z\n"
	    "Preferred-Languages: de, en\n",
	    req->worker->settings.contact_mail, (int)until.year, until.month,
	    until.day);
	r = reply_bytes(
	    req, 200, "text/plain; charset=utf-8", buf_text(&text), text.len);
	buf_clear(&text);
	return r;
}

/* Made once at start: the routes do not change while it runs. */
static int
openapi(struct req *req)
{
	const char *text = req->worker->openapi;

	return reply_bytes(
	    req, 200, "application/json; charset=utf-8", text, strlen(text));
}
