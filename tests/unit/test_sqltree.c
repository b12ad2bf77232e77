/* The sql folder: order, names, checksum, and what is refused. */
#include "ctl/sqltree.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

static char dir[] = "/tmp/sqltree-XXXXXX";

static void
put(const char *name, const char *text, size_t len)
{
	char *path = join_dup(dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	mem_free(path);
}

static void
put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	for (size_t i = 0; i < NELEM(folders); i++) {
		char *path = join_dup(dir, folders[i]);
		int made = mkdir(path, 0700);

		mem_free(path);
		if (made != 0)
			return -1;
	}
	put_text("migrations/0002_haus.sql", "create table haus ();");
	put_text("migrations/0001_grund.sql", "create schema app;");
	put_text("access/90_grants.sql", "grant …;");
	put_text("access/10_time.sql", "select 'für';");
	put_text("page/start.sql", "select 1;");
	put_text("page/start.sql~", "Sicherung");
	put_text("page/.start.sql", "verborgen");
	put_text("page/README.md", "kein SQL");
	return 0;
}

static int
drop_folder(void **state)
{
	static const char *const names[] = { "migrations/0001_grund.sql",
		"migrations/0002_haus.sql", "access/90_grants.sql",
		"access/10_time.sql", "page/start.sql", "page/start.sql~",
		"page/.start.sql", "page/README.md", "action/null.sql",
		"migrations", "access", "page", "action", "job" };

	(void)state;
	for (size_t i = 0; i < NELEM(names); i++) {
		char *path = join_dup(dir, names[i]);

		(void)remove(path);
		mem_free(path);
	}
	return remove(dir);
}

static void
files_come_in_the_order_of_a_deployment(void **state)
{
	static const char *const expected[] = { "migrations/0001_grund.sql",
		"migrations/0002_haus.sql", "access/10_time.sql",
		"access/90_grants.sql", "page/start.sql" };
	struct sqltree tree;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(sqltree_read(&tree, dir, &err), RC_OK);
	assert_int_equal(tree.count, NELEM(expected));
	for (size_t i = 0; i < tree.count; i++)
		assert_string_equal(tree.files[i].name, expected[i]);
	assert_string_equal(tree.files[2].text, "select 'für';");
	assert_ptr_equal(sqltree_find(&tree, "page/start.sql"), &tree.files[4]);
	assert_null(sqltree_find(&tree, "page/ende.sql"));
	sqltree_clear(&tree);
	assert_int_equal(tree.count, 0);
}

static void
a_hash_is_that_of_the_octets(void **state)
{
	struct sqltree tree;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(sqltree_read(&tree, dir, &err), RC_OK);
	/* printf 'select 1;' | sha256sum */
	assert_string_equal(sqltree_find(&tree, "page/start.sql")->hash,
	    "354b7196c9ba5fb4b21cf615bb6ec4cd5c07503c34229feef033fc081a8c03f4");
	sqltree_clear(&tree);
}

static void
any_change_changes_the_checksum(void **state)
{
	struct sqltree tree;
	struct err err = { 0 };
	char before[SQLTREE_HASH_SIZE];

	(void)state;
	assert_int_equal(sqltree_read(&tree, dir, &err), RC_OK);
	memcpy(before, tree.hash, sizeof before);
	sqltree_clear(&tree);

	put_text("page/start.sql", "select 2;");
	assert_int_equal(sqltree_read(&tree, dir, &err), RC_OK);
	assert_string_not_equal(tree.hash, before);
	sqltree_clear(&tree);

	put_text("page/start.sql", "select 1;");
	assert_int_equal(sqltree_read(&tree, dir, &err), RC_OK);
	assert_string_equal(tree.hash, before);
	sqltree_clear(&tree);
}

static void
a_file_with_nul_is_refused_by_name(void **state)
{
	struct sqltree tree;
	struct err err = { 0 };

	(void)state;
	put("action/null.sql", "select\0;", 8);
	assert_int_equal(sqltree_read(&tree, dir, &err), RC_NOTFOUND);
	assert_non_null(strstr(err.msg, "action/null.sql"));
	assert_int_equal(tree.count, 0);
}

static void
the_environment_says_where(void **state)
{
	struct sqltree tree;
	struct err err = { 0 };

	(void)state;
	setenv("RESONANZ_SQL", "/nirgends", 1);
	assert_int_equal(sqltree_load(&tree, &err), RC_NOTFOUND);
	assert_non_null(strstr(err.msg, "/nirgends"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_come_in_the_order_of_a_deployment),
		cmocka_unit_test(a_hash_is_that_of_the_octets),
		cmocka_unit_test(any_change_changes_the_checksum),
		cmocka_unit_test(a_file_with_nul_is_refused_by_name),
		cmocka_unit_test(the_environment_says_where),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
