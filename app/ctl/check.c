/*
 * resonanzctl check: whether database and program belong together. Each row of
 * routes.def needs its function; the checksums must be those of this sql
 * folder; no test clock in production; forced policies; a web role without
 * tables.
 */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "sqltree.h"
#include "web/buf.h"
#include "web/route.h"

/* A statement that names one finding a row. */
static const struct {
	const char *what;
	const char *sql;
} findings[] = {
	{ "row level security is not forced",
	    "select c.relname from pg_class c "
	    "where c.relnamespace = 'app'::regnamespace and c.relkind = 'r' "
	    "and c.relname not in ('seat_holding', 'organisation_name', "
	    "'sponsor') "
	    "and not c.relforcerowsecurity "
	    "and (c.relname in ('person', 'login_attempt') or exists ("
	    "select from pg_attribute a where a.attrelid = c.oid "
	    "and a.attname in ('organisation_id', 'person_id', 'author_id'))) "
	    "order by 1" },
	{ "forced row level security without a policy",
	    "select c.relname from pg_class c "
	    "where c.relnamespace = 'app'::regnamespace "
	    "and c.relforcerowsecurity and not exists (select from pg_policy p "
	    "where p.polrelid = c.oid) order by 1" },
	{ "the web role has rights on a table",
	    "select c.relname from pg_class c "
	    "where c.relnamespace in ('app'::regnamespace, "
	    "'public'::regnamespace) and c.relkind in ('r', 'v', 'm', 'S') "
	    "and has_table_privilege('resonanz_web', c.oid, "
	    "'select, insert, update, delete, truncate') order by 1" },
	{ "the web role is a member of",
	    "select r.rolname from pg_roles r "
	    "where r.rolname like 'resonanz%' and r.rolname <> 'resonanz_web' "
	    "and pg_has_role('resonanz_web', r.oid, 'member')" },
	{ "a function of app is open to everybody",
	    "select p.oid::regprocedure from pg_proc p "
	    "where p.pronamespace = 'app'::regnamespace "
	    "and exists (select from aclexplode(coalesce(p.proacl, "
	    "acldefault('f', p.proowner))) x where x.grantee = 0)" },
	{ "released answers that the search does not find: resonanzctl search "
	  "rebuild",
	    "select count(*) from app.current_version c "
	    "join app.version_answer v "
	    "on v.response_version_id = c.response_version_id "
	    "join app.released_answer a on a.id = v.released_answer_id "
	    "where a.kind = 'answered' "
	    "and not exists (select from app.search_document d "
	    "where d.released_answer_id = a.id) "
	    "and not exists (select from app.search_due d "
	    "where d.response_id = c.response_id) having count(*) > 0" },
	{ "assessments and texts of replies that the search does not find: "
	  "resonanzctl search rebuild",
	    "select count(*) from (select from app.assessment a "
	    "where num_nonnulls(a.body, a.edition_place, a.referred_to) > 0 "
	    "and exists (select from app.position p "
	    "where p.assessment_id = a.id and p.is_current) "
	    "and not exists (select from app.search_document d "
	    "where d.assessment_id = a.id) "
	    "union all select from app.reply r where r.body is not null "
	    "and not exists (select from app.search_document d "
	    "where d.reply_id = r.id)) x having count(*) > 0 "
	    "and not exists (select from app.search_due)" },
	{ "published answers that the search does not find: resonanzctl search "
	  "rebuild",
	    "select count(*) from app.published_answer a "
	    "where num_nonnulls(a.body, a.proposal, a.reason, a.value) > 0 "
	    "and not exists (select from app.search_document d "
	    "where d.published_answer_id = a.id) having count(*) > 0" },
	{ "security definer without a fixed search_path",
	    "select p.oid::regprocedure from pg_proc p "
	    "where p.pronamespace in ('app'::regnamespace, "
	    "'page'::regnamespace, 'action'::regnamespace, "
	    "'job'::regnamespace) and p.prosecdef and not coalesce("
	    "array_to_string(p.proconfig, ',') like '%search_path=%', false)" },
};

static size_t
report(const char *what, const char *which)
{
	printf("%s: %s\n", what, which);
	return 1;
}

static const char *
sql_type(enum param_kind kind)
{
	switch (kind) {
	case PARAM_INT:
		return "bigint";
	case PARAM_FLAG:
		return "boolean";
	case PARAM_LIST:
	case PARAM_MAP:
		return "json";
	case PARAM_TOKEN:
		return "bytea";
	case PARAM_KEY:
	case PARAM_LINE:
	case PARAM_TEXT:
	case PARAM_HASH:
	case PARAM_SECRET:
		break;
	}
	return "text";
}

/* "p_me app.caller, p_consultation text", as PostgreSQL writes it. */
static void
signature(struct buf *out, const struct route *r)
{
	buf_str(out, "p_me app.caller");
	for (size_t i = 0; i < r->param_count; i++)
		buf_printf(out, ", p_%s %s", r->params[i].name,
		    sql_type(r->params[i].kind));
}

static size_t
check_route(PGconn *db, const struct route *r)
{
	const char *schema = r->kind == ROUTE_PAGE ? "page" : "action";
	const char *volatility = r->kind == ROUTE_PAGE ? "s" : "v";
	struct buf expected = { 0 };
	char name[96];
	size_t found = 0;
	PGresult *res;

	snprintf(name, sizeof name, "%s.%s", schema, r->name);
	signature(&expected, r);
	res = db_query(db,
	    "select pg_get_function_identity_arguments(p.oid), p.provolatile, "
	    "p.prosecdef, p.prorettype::regtype::text, "
	    "has_function_privilege('resonanz_web', p.oid, 'execute') "
	    "from pg_proc p where p.pronamespace = $1::text::regnamespace "
	    "and p.proname = $2",
	    DB_PARAMS(schema, r->name));
	if (PQntuples(res) == 0)
		found += report("a route without its function", name);
	else if (PQntuples(res) > 1)
		found += report("a route with several functions", name);
	else if (strcmp(PQgetvalue(res, 0, 0), buf_text(&expected)) != 0)
		found += report("a function with other arguments than its "
				"route",
		    name);
	else if (strcmp(PQgetvalue(res, 0, 1), volatility) != 0)
		found += report("a function with the wrong volatility", name);
	else if (strcmp(PQgetvalue(res, 0, 2), "t") != 0)
		found += report("a function without security definer", name);
	else if (strcmp(PQgetvalue(res, 0, 3), "json") != 0)
		found += report("a function that does not return json", name);
	else if (strcmp(PQgetvalue(res, 0, 4), "t") != 0)
		found +=
		    report("a function the web role may not execute", name);
	PQclear(res);
	buf_clear(&expected);
	return found;
}

static size_t
check_audience(PGconn *db, const struct route *r)
{
	char *known =
	    db_value_dup(db, "select 1 where app.audience($1) is not null",
		DB_PARAMS(r->audience));
	bool is_known = known != NULL;

	mem_free(known);
	return is_known ? 0
			: report("a route with an unknown audience", r->name);
}

static size_t
check_state(PGconn *db, const struct settings *s)
{
	struct sqltree tree;
	struct err err = { 0 };
	size_t found = 0;
	PGresult *res;

	if (sqltree_load(&tree, &err) != RC_OK)
		ctl_die("%s", err.msg);
	res = db_query(db,
	    "select r ->> 'schema_checksum', r ->> 'is_intact', "
	    "r ->> 'has_test_clock' from app.ready() r",
	    0, NULL);
	if (strcmp(PQgetvalue(res, 0, 0), tree.hash) != 0)
		found += report("another sql folder made this database",
		    "run resonanzctl migrate");
	if (strcmp(PQgetvalue(res, 0, 1), "true") != 0)
		found += report("functions were changed by hand",
		    "run resonanzctl migrate");
	if (strcmp(PQgetvalue(res, 0, 2), "true") == 0 &&
	    strcmp(s->mode, "production") == 0)
		found += report(
		    "a test clock in production", "resonanzctl clock off");
	PQclear(res);
	sqltree_clear(&tree);
	return found;
}

static size_t
check_findings(PGconn *db)
{
	size_t found = 0;

	for (size_t i = 0; i < NELEM(findings); i++) {
		PGresult *res = db_query(db, findings[i].sql, 0, NULL);

		for (int row = 0; row < PQntuples(res); row++)
			found +=
			    report(findings[i].what, PQgetvalue(res, row, 0));
		PQclear(res);
	}
	return found;
}

int
cmd_check(int argc, char **argv)
{
	struct settings s;
	size_t found = 0;
	PGconn *db;

	(void)argv;
	if (argc != 1)
		return ctl_usage("check");
	ctl_settings(&s);
	db = db_open(&s);
	db_exec(db, "search_path", "set search_path = pg_catalog");
	found += check_state(db, &s);
	for (size_t i = 0; i < route_count; i++) {
		found += check_audience(db, &route_table[i]);
		if (route_table[i].kind != ROUTE_CUSTOM)
			found += check_route(db, &route_table[i]);
	}
	found += check_findings(db);
	PQfinish(db);
	printf("%zu routes, %zu findings\n", route_count, found);
	return found == 0 ? 0 : 1;
}
