#include "statements.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "custom.h"
#include "web/log.h"
#include "web/route.h"

#define WAIT_SECONDS 30
#ifndef SCHEMA_HASH
#define SCHEMA_HASH "" /* fits no database; the Makefile gives the real one */
#endif

static const struct {
	const char *name;
	const char *sql;
	int nparams;
} fixed[] = {
	[ST_LOGIN_BEGIN] = { "login_begin",
	    "select person_id::text, password_hash, state, "
	    "wait_seconds::text from app.login_begin($1::text, $2::text)",
	    2 },
	[ST_LOGIN_FINISH] = { "login_finish",
	    "select app.login_finish($1::bigint, $2::text, $3::text, "
	    "$4::boolean, $5::bytea, $6::bytea, $7::text)::text",
	    7 },
	[ST_LOGOUT] = { "logout", "select app.logout($1::bytea)::text", 1 },
	[ST_ENTER_FORM] = { "enter_form",
	    "select 'ok' from app.enter_form($1::text, $2::bytea, $3::text, "
	    "$4::text)",
	    4 },
	[ST_CONTEXT_SWITCH] = { "context_switch",
	    "select app.switch_context($1::bytea, $2::text, $3::text)::text",
	    3 },
	[ST_FACTOR_BEGIN] = { "factor_begin",
	    "select person_key, totp_secret::text, person_id::text, "
	    "password_hash, wait_seconds::text "
	    "from app.factor_begin($1::bytea, $2::boolean, $3::text)",
	    3 },
	[ST_FACTOR_FINISH] = { "factor_finish",
	    "select app.factor_finish($1::bytea, $2::text, $3::bigint, "
	    "$4::text[], $5::bytea, $6::text)::text",
	    6 },
	[ST_STEP_UP_FINISH] = { "step_up_finish",
	    "select app.step_up_finish($1::bytea, $2::text, $3::bigint, "
	    "$4::text[], $5::boolean)::text",
	    5 },
	[ST_FACTOR_SUBJECT] = { "factor_subject",
	    "select action.factor_subject(e)::text, e.touch_due, e.person_id "
	    "from app.enter_form($1::text, $2::bytea, $3::text, $4::text) e",
	    4 },
	[ST_FACTOR_SET] = { "factor_set",
	    "select action.factor_set(e, $5::bytea, $6::bigint, "
	    "$7::text[])::text, e.touch_due, e.person_id "
	    "from app.enter_form($1::text, $2::bytea, $3::text, $4::text) e",
	    7 },
	[ST_FACTOR_CODES] = { "factor_codes",
	    "select action.factor_codes(e, $5::text[])::text, e.touch_due, "
	    "e.person_id "
	    "from app.enter_form($1::text, $2::bytea, $3::text, $4::text) e",
	    5 },
	[ST_ACCOUNT_DATA] = { "account_data",
	    "select action.account_data_file(e)::text, null, e.person_id::text "
	    "from app.enter($1::text, $2::bytea, $3::text) e",
	    3 },
	[ST_PERSON_DATA] = { "person_data_file",
	    "select action.person_data_file(e, $4::text)::text, null, "
	    "e.person_id::text from app.enter($1::text, $2::bytea, $3::text) e",
	    4 },
	[ST_RECEIPT_FILE] = { "receipt_file",
	    "select page.receipt_file(e, $4::text)::text, e.touch_due, "
	    "e.person_id from app.enter_read($1::text, $2::bytea, $3::text) e",
	    4 },
	[ST_LINK_USE] = { "link_use", "select app.link_use($1::bytea)::text",
	    1 },
	[ST_LINK_ACCEPT] = { "link_accept",
	    "select app.link_accept($1::bytea, $2::text, $3::bytea, "
	    "$4::bytea, $5::text, $6::text, $7::text)::text",
	    7 },
	[ST_RESET_BEGIN] = { "reset_begin",
	    "select app.reset_begin($1::text, $2::text)::text", 2 },
	[ST_RESET_MAKE] = { "reset_make",
	    "select app.reset_make($1::text, $2::text)::text", 2 },
	[ST_BARRIER_BEGIN] = { "barrier_begin",
	    "select app.barrier_begin($1::text)::text", 1 },
	[ST_BARRIER_REPORT] = { "barrier_report",
	    "select action.barrier_record(app.enter('public', $1::bytea, "
	    "$2::text), $3::text, $4::text, $5::text, $6::text, "
	    "$7::text)::text",
	    7 },
	[ST_PASSWORD_BEGIN] = { "password_begin",
	    "select app.password_begin($1::bytea, $2::text)::text", 2 },
	[ST_PASSWORD_CHANGE] = { "password_change",
	    "select app.password_change($1::bytea, $2::text, $3::text, "
	    "$4::bytea, $5::text)",
	    5 },
	[ST_ADDRESS_IMPORT] = { "address_import",
	    "select action.address_import_create(e, $5::text, $6::text, "
	    "$7::text, $8::text, $9::text, $10::jsonb, $11::jsonb)::text, "
	    "e.touch_due, e.person_id from app.enter_form($1::text, "
	    "$2::bytea, $3::text, $4::text) e",
	    11 },
	[ST_EDITION_UPLOAD] = { "edition_upload",
	    "select action.edition_upload_create(e, $5::text, $6::text, "
	    "$7::bytea)::text, e.touch_due, e.person_id from "
	    "app.enter_form($1::text, $2::bytea, $3::text, $4::text) e",
	    7 },
	[ST_ERROR_FRAME] = { "error_frame",
	    "select page.error_frame(e)::text, null, e.person_id::text "
	    "from app.enter_read('public', $1::bytea, $2::text) e",
	    2 },
	[ST_TOUCH] = { "touch", "select app.touch($1::bytea)::text", 1 },
	[ST_ANSWER_LOOKED] = { "answer_looked",
	    "select action.answer_looked(e, $4::text, $5::text, $6::bigint, "
	    "$7::bigint)::text "
	    "from app.enter($1::text, $2::bytea, $3::text) e",
	    7 },
	[ST_HEALTH] = { "health", "select 'ok'", 0 },
};
_Static_assert(NELEM(fixed) == ST__MAX, "one row for each");

static void route_statement(struct db_statement *, const struct route *);
static void route_call(struct buf *, const struct route *);
static PGconn *connect_patiently(const char *, struct err *);
static enum rc check_statements(const struct worker *, PGconn *, struct err *);
static enum rc check_ready(const struct worker *, PGconn *, struct err *);
static const char *unfit(json_t *, const char *);

void
statements_build(struct worker *worker)
{
	size_t n = 0;

	worker->statement_count = (unsigned)route_count + ST__MAX;
	worker->statements =
	    mem_calloc(worker->statement_count, sizeof(*worker->statements));
	for (; n < route_count; n++)
		route_statement(&worker->statements[n], &route_table[n]);
	for (size_t i = 0; i < ST__MAX; i++, n++) {
		struct db_statement *st = &worker->statements[n];

		snprintf(st->name, sizeof(st->name), "app_%s", fixed[i].name);
		st->sql = mem_strdup(fixed[i].sql);
		st->nparams = fixed[i].nparams;
	}
}

unsigned
worker_statement(enum fixed_statement which)
{
	return (unsigned)route_count + which;
}

enum rc
statements_check(const struct worker *worker, struct err *err)
{
	PGconn *pg;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < route_count && rc == RC_OK; i++) {
		const struct route *r = &route_table[i];

		if (r->kind == ROUTE_PAGE &&
		    !tpl_set_has(worker->templates, r->name))
			rc = err_set(err, RC_INTERNAL, "template", "",
			    "page %s has no template", r->name);
		if (r->kind == ROUTE_CUSTOM && !custom_exists(r->name))
			rc = err_set(err, RC_INTERNAL, "handler", "",
			    "route %s has no handler", r->name);
	}
	if (rc != RC_OK)
		return rc;
	pg = connect_patiently(worker->settings.database_url, err);
	if (pg == NULL)
		return err->rc;
	rc = check_ready(worker, pg, err);
	if (rc == RC_OK)
		rc = check_statements(worker, pg, err);
	PQfinish(pg);
	return rc;
}

/*
 * The identity is set by the function in FROM, which runs before the select
 * list; both are one statement and so one transaction.
 */
static void
route_statement(struct db_statement *st, const struct route *r)
{
	struct buf sql = { 0 };

	snprintf(st->name, sizeof(st->name), "%s", r->name);
	st->nparams = (int)(3 + r->param_count);
	if (r->kind == ROUTE_CUSTOM) {
		/* Sends its own statements; the row only names the audience. */
		st->sql = mem_strdup("select null");
		st->nparams = 0;
		return;
	}
	buf_str(&sql, "select ");
	if (r->is_seen) {
		/*
		 * The entry is of the transaction that reads, so there is no
		 * answer without it; the page itself is stable and cannot
		 * write.
		 */
		buf_printf(&sql,
		    "d.doc::text, e.touch_due, e.person_id, "
		    "action.%s_seen(e, d.doc) "
		    "from app.enter($1::text, $2::bytea, $3::text) e, "
		    "lateral (select ",
		    r->name);
		route_call(&sql, r);
		buf_str(&sql, " as doc offset 0) d");
		st->sql = buf_take(&sql);
		return;
	}
	route_call(&sql, r);
	buf_str(&sql, "::text, e.touch_due, e.person_id from ");
	if (r->kind == ROUTE_ACTION)
		buf_printf(&sql,
		    "app.enter_form($1::text, $2::bytea, $3::text, $%d::text) "
		    "e",
		    st->nparams++ + 1);
	else
		buf_str(
		    &sql, "app.enter_read($1::text, $2::bytea, $3::text) e");
	st->sql = buf_take(&sql);
}

/* "page.answer(e, p_consultation => $4::text, …)" */
static void
route_call(struct buf *sql, const struct route *r)
{
	unsigned n = 4;

	buf_printf(sql, "%s.%s(e", r->kind == ROUTE_ACTION ? "action" : "page",
	    r->name);
	for (size_t i = 0; i < r->param_count; i++, n++) {
		buf_printf(sql, ", p_%s => ", r->params[i].name);
		param_sql(sql, &r->params[i], n);
	}
	buf_char(sql, ')');
}

static PGconn *
connect_patiently(const char *conninfo, struct err *err)
{
	PGconn *pg = NULL;

	for (int i = 0; i < WAIT_SECONDS * 4; i++) {
		pg = PQconnectdb(conninfo);
		if (PQstatus(pg) == CONNECTION_OK)
			return pg;
		err_set(err, RC_DATABASE, "database_away", "", "%s",
		    PQerrorMessage(pg));
		PQfinish(pg);
		usleep(250000);
	}
	return NULL;
}

static enum rc
check_ready(const struct worker *worker, PGconn *pg, struct err *err)
{
	PGresult *res =
	    PQexec(pg, "select (app.ready()::jsonb || jsonb_build_object("
		       "'is_operator', pg_has_role(session_user, "
		       "'resonanz_owner', 'member')))::text");
	json_t *doc = NULL;
	const char *why;

	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		doc = json_loads(PQgetvalue(res, 0, 0), 0, NULL);
	why = doc == NULL ? "it is not migrated: run resonanzctl migrate"
			  : unfit(doc, worker->settings.mode);
	json_decref(doc);
	PQclear(res);
	return why == NULL ? RC_OK
			   : err_set(err, RC_INTERNAL, "schema", "", "%s", why);
}

/* Why this database is not for this program, or NULL. */
static const char *
unfit(json_t *doc, const char *mode)
{
	const char *schema =
	    json_string_value(json_object_get(doc, "schema_checksum"));

	if (json_is_true(json_object_get(doc, "has_test_clock")) &&
	    strcmp(mode, "production") == 0)
		return "it runs on a test clock; this is a production start";
	if (schema == NULL || strcmp(SCHEMA_HASH, schema) != 0)
		return "its schema is not the one of this program: run "
		       "resonanzctl migrate";
	if (!json_is_true(json_object_get(doc, "is_intact")))
		return "functions were changed by hand: run resonanzctl "
		       "migrate";
	if (!json_is_true(json_object_get(doc, "is_own_epoch")))
		return "it was restored or upgraded: run resonanzctl migrate";
	if (json_is_true(json_object_get(doc, "is_operator")))
		return "connect as resonanz_web: the operator's role sees "
		       "every row";
	return NULL;
}

static enum rc
check_statements(const struct worker *worker, PGconn *pg, struct err *err)
{
	for (unsigned i = 0; i < worker->statement_count; i++) {
		const struct db_statement *st = &worker->statements[i];
		PGresult *res =
		    PQprepare(pg, st->name, st->sql, st->nparams, NULL);
		bool is_ok = PQresultStatus(res) == PGRES_COMMAND_OK;

		PQclear(res);
		if (!is_ok)
			return err_set(err, RC_INTERNAL, "function", "",
			    "%s: %s", st->name, PQerrorMessage(pg));
	}
	return RC_OK;
}
