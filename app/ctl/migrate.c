/*
 * resonanzctl migrate: one transaction from whatever the database is to what
 * the sql folder says. New migrations once, in order, by checksum; everything
 * else is made again. With nothing new it reads two checksums and is done.
 */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "sqltree.h"

/* Any constant does; it keeps two deployments from running at once. */
#define LOCK_SQL "select pg_advisory_lock(7304918266501)"

static bool
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool
is_migration(const struct sql_file *f)
{
	return starts_with(f->name, "migrations/");
}

static bool
has_tables(PGconn *db)
{
	char *yes = db_value_dup(db,
	    "select 1 from pg_tables where schemaname = 'app' "
	    "and tablename = 'migration'",
	    0, NULL);
	bool has = yes != NULL;

	mem_free(yes);
	return has;
}

static bool
is_up_to_date(PGconn *db, const struct sqltree *tree)
{
	char *yes;
	bool is_same;

	yes = db_value_dup(db,
	    "select 1 from pg_proc where pronamespace = "
	    "to_regnamespace('app') and proname = 'functions_checksum'",
	    0, NULL);
	if (yes == NULL)
		return false;
	mem_free(yes);
	yes = db_value_dup(db,
	    "select 1 from app.setting s where s.key = 'schema.checksum' "
	    "and s.value ->> 'files' = $1 "
	    "and s.value ->> 'functions' = app.functions_checksum() "
	    "and exists (select from app.setting e, pg_control_system() c "
	    "where e.key = 'audit.epoch' "
	    "and e.value ->> 'system' = c.system_identifier::text)",
	    DB_PARAMS(tree->hash));
	is_same = yes != NULL;
	mem_free(yes);
	return is_same;
}

/* Each applied migration must still be here, and be what it was. */
static void
refuse_changed(PGconn *db, const struct sqltree *tree)
{
	PGresult *res = db_query(db,
	    "select name, encode(sha256, 'hex') from app.migration order by 1",
	    0, NULL);

	for (int i = 0; i < PQntuples(res); i++) {
		const char *name = PQgetvalue(res, i, 0);
		const struct sql_file *f = sqltree_find(tree, name);

		if (f == NULL)
			ctl_die("%s was applied here and is not in the sql "
				"folder: this program is older than the "
				"database",
			    name);
		if (strcmp(f->hash, PQgetvalue(res, i, 1)) != 0)
			ctl_die("%s was changed after it was applied: write a "
				"new migration instead",
			    name);
	}
	PQclear(res);
}

static bool
was_applied(PGconn *db, const char *name)
{
	char *yes = db_value_dup(
	    db, "select 1 from app.migration where name = $1", DB_PARAMS(name));
	bool was = yes != NULL;

	mem_free(yes);
	return was;
}

/* Functions made by migrations are marked, so that they are never dropped. */
static const char mark_sql[] =
    "do $$ declare f record; begin "
    "for f in select p.oid::regprocedure::text as name from pg_proc p "
    "  where p.pronamespace = to_regnamespace('app') "
    "  and p.xmin::text = pg_current_xact_id()::xid::text loop "
    "  execute 'comment on function ' || f.name || ' is ''migration'''; "
    "end loop; end $$";

/*
 * All functions of app but those of migrations and the clock go, with the
 * policies that call them, and are made anew: so a changed signature leaves no
 * overload and a removed file no function. As the connected role, since some
 * belong to resonanz_identity.
 */
static const char drop_functions_sql[] =
    "set local client_min_messages = warning;"
    "reset role;"
    "do $$ declare f record; begin "
    "for f in select p.oid::regprocedure::text as name from pg_proc p "
    "  where p.pronamespace = 'app'::regnamespace "
    "  and p.proname <> 'now' "
    "  and obj_description(p.oid, 'pg_proc') is distinct from 'migration' "
    "loop execute 'drop function if exists ' || f.name || ' cascade'; "
    "end loop; end $$;"
    "set local role resonanz_owner";

static size_t
apply_migrations(PGconn *db, const struct sqltree *tree, bool is_new)
{
	size_t count = 0;

	for (size_t i = 0; i < tree->count; i++) {
		const struct sql_file *f = &tree->files[i];

		if (!is_migration(f) || (!is_new && was_applied(db, f->name)))
			continue;
		db_exec(db, f->name, f->text);
		printf("applied %s\n", f->name);
		count++;
	}
	if (count > 0)
		db_exec(db, "mark", mark_sql);
	for (size_t i = 0; i < tree->count; i++)
		if (is_migration(&tree->files[i]))
			PQclear(db_query(db,
			    "insert into app.migration (name, sha256) "
			    "values ($1, decode($2, 'hex')) "
			    "on conflict do nothing",
			    DB_PARAMS(
				tree->files[i].name, tree->files[i].hash)));
	return count;
}

/* access/1… to 8… before pages, actions and jobs; access/9… after them. */
static void
run_files(PGconn *db, const struct sqltree *tree, const char *folder,
    char first, char last)
{
	size_t skip = strlen(folder);

	for (size_t i = 0; i < tree->count; i++) {
		const struct sql_file *f = &tree->files[i];

		if (starts_with(f->name, folder) && f->name[skip] >= first &&
		    f->name[skip] <= last)
			db_exec(db, f->name, f->text);
	}
}

static void
make_functions(PGconn *db, const struct sqltree *tree)
{
	db_exec(db, "schemas",
	    "drop schema if exists page, action, job cascade;"
	    "create schema page; create schema action; create schema job");
	db_exec(db, "functions", drop_functions_sql);
	run_files(db, tree, "access/", '1', '8');
	run_files(db, tree, "page/", '!', '~');
	run_files(db, tree, "action/", '!', '~');
	run_files(db, tree, "job/", '!', '~');
	run_files(db, tree, "access/", '9', '9');
}

/* A restored dump counts transactions anew: its audit log begins an epoch. */
static void
note_state(PGconn *db, const struct sqltree *tree)
{
	db_exec(db, "epoch",
	    "update app.setting s set value = jsonb_build_object("
	    "'system', c.system_identifier::text, "
	    "'epoch', (s.value ->> 'epoch')::int + (case when "
	    "s.value ->> 'system' is null then 0 else 1 end)) "
	    "from pg_control_system() c where s.key = 'audit.epoch' "
	    "and s.value ->> 'system' is distinct from "
	    "c.system_identifier::text");
	PQclear(db_query(db,
	    "insert into app.setting (key, value) values ('schema.checksum', "
	    "jsonb_build_object('files', $1::text, "
	    "'functions', app.functions_checksum())) "
	    "on conflict (key) do update set value = excluded.value",
	    DB_PARAMS(tree->hash)));
}

int
cmd_migrate(int argc, char **argv)
{
	struct settings s;
	struct sqltree tree;
	struct err err = { 0 };
	size_t applied = 0;
	PGconn *db;
	bool is_new;

	(void)argv;
	if (argc != 1)
		return ctl_usage("migrate");
	ctl_settings(&s);
	if (sqltree_load(&tree, &err) != RC_OK)
		ctl_die("%s", err.msg);
	db = db_open(&s);
	db_exec(db, "lock", LOCK_SQL);
	is_new = !has_tables(db);
	if (!is_new)
		refuse_changed(db, &tree);
	if (is_new || !is_up_to_date(db, &tree)) {
		db_exec(db, "begin",
		    "begin; set local lock_timeout = '20s';"
		    "set local check_function_bodies = off");
		run_files(db, &tree, "access/", '0', '0');
		db_exec(db, "role", "set local role resonanz_owner");
		applied = apply_migrations(db, &tree, is_new);
		make_functions(db, &tree);
		note_state(db, &tree);
		db_commit(db);
		printf("%zu migrations applied, functions and rights made\n",
		    applied);
	} else {
		puts("nothing to do");
	}
	printf("schema %.12s\n", tree.hash);
	PQfinish(db);
	sqltree_clear(&tree);
	return 0;
}

/* The build asks, so that the server knows which schema it was made for. */
int
cmd_schema(int argc, char **argv)
{
	struct sqltree tree;
	struct err err = { 0 };

	(void)argv;
	if (argc != 1)
		return ctl_usage("schema");
	if (sqltree_load(&tree, &err) != RC_OK)
		ctl_die("%s", err.msg);
	puts(tree.hash);
	sqltree_clear(&tree);
	return 0;
}
