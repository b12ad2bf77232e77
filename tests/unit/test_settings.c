/* Settings out of the environment. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "web/mem.h"
#include "web/settings.h"

/* Loaded settings live as long as the process: the leak check finds them here.
 */
static struct settings kept[8];
static size_t kept_count;

static struct settings *
load(void)
{
	struct settings *s = &kept[kept_count++];
	struct err err = { 0 };

	assert_int_equal(settings_load(s, &err), RC_OK);
	return s;
}

/* Only ours: cmocka reads its own variables from the environment too. */
static int
clear(void **state)
{
	(void)state;
	for (size_t i = 0; environ[i] != NULL;) {
		char name[64];
		size_t len = strcspn(environ[i], "=");

		if (strncmp(environ[i], "RESONANZ_", 9) != 0 ||
		    len >= sizeof name) {
			i++;
			continue;
		}
		memcpy(name, environ[i], len);
		name[len] = '\0';
		unsetenv(name);
	}
	return 0;
}

static void
defaults(void **state)
{
	const struct settings *s = load();

	(void)state;
	assert_string_equal(s->bind, "127.0.0.1");
	assert_int_equal(s->port, 8080);
	assert_int_equal(s->workers, 2);
	assert_string_equal(s->mode, "production");
	assert_string_equal(s->base_url, "");
	assert_string_equal(s->read_url, "");
	assert_string_equal(s->run_as, "");
	assert_false(s->is_behind_proxy);
	assert_int_equal(s->read_connections, 2);
	assert_int_equal(s->write_connections, 8);
	assert_int_equal(s->hash_threads, 1);
	assert_non_null(s->database_url);
	assert_non_null(s->asset_dir);
}

static void
values_are_taken(void **state)
{
	const struct settings *s;

	(void)state;
	setenv("RESONANZ_PORT", "18080", 1);
	setenv("RESONANZ_MODE", "demo", 1);
	setenv("RESONANZ_OPERATOR", "Digitalministerium Länderhausen", 1);
	setenv("RESONANZ_DATABASE_URL", "host=/run/pg dbname=r", 1);
	setenv("RESONANZ_BASE_URL", "https://beteiligung.example.org", 1);
	setenv("RESONANZ_TRUST_PROXY", "1", 1);
	setenv("RESONANZ_WORKERS", "", 1); /* empty = default */
	s = load();
	assert_int_equal(s->port, 18080);
	assert_string_equal(s->mode, "demo");
	assert_string_equal(
	    s->operator_name, "Digitalministerium Länderhausen");
	assert_string_equal(s->database_url, "host=/run/pg dbname=r");
	assert_string_equal(s->base_url, "https://beteiligung.example.org");
	assert_true(s->is_behind_proxy);
	assert_int_equal(s->workers, 2);
	/* a copy: later changes do not reach it */
	setenv("RESONANZ_MODE", "test", 1);
	assert_string_equal(s->mode, "demo");
}

static void
bad_values_are_named(void **state)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "RESONANZ_MODE", "produktion" },
		{ "RESONANZ_MODE", "Production" },
		{ "RESONANZ_PORT", "0" },
		{ "RESONANZ_PORT", "65536" },
		{ "RESONANZ_PORT", "-1" },
		{ "RESONANZ_PORT", "80a" },
		{ "RESONANZ_PORT", " 80" },
		{ "RESONANZ_PORT", "99999999999999999999" },
		{ "RESONANZ_WORKERS", "0" },
		{ "RESONANZ_WORKERS", "1000" },
		{ "RESONANZ_DB_READ", "0" },
		{ "RESONANZ_HASH_THREADS", "zwei" },
		{ "RESONANZ_TRUST_PROXY", "ja" },
		{ "RESONANZ_BASE_URL", "beteiligung.example.org" },
		{ "RESONANZ_BASE_URL", "https://beteiligung.example.org/" },
		{ "RESONANZ_BASE_URL", "javascript:alert(1)" },
		{ "RESONANZ_BIND", "127.0.0.1 8080" },
		{ "RESONANZ_BIND", "127.0.0.1\n\troot /" },
		{ "RESONANZ_OPERATOR", "FITKO\r\nset-cookie: a=b" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct settings s;
		struct err err = { 0 };

		clear(NULL);
		setenv(rows[i].name, rows[i].value, 1);
		assert_int_equal(settings_load(&s, &err), RC_INVALID);
		assert_string_equal(err.code, "bad_setting");
		assert_string_equal(err.field, rows[i].name);
		assert_non_null(strstr(err.msg, rows[i].name));
	}
}

static void
certificate_and_key_belong_together(void **state)
{
	struct settings s;
	struct err err = { 0 };

	(void)state;
	setenv("RESONANZ_TLS_CERT", "/etc/resonanz/cert.pem", 1);
	assert_int_equal(settings_load(&s, &err), RC_INVALID);
	assert_non_null(strstr(err.msg, "RESONANZ_TLS_KEY"));
	setenv("RESONANZ_TLS_KEY", "/etc/resonanz/key.pem", 1);
	assert_string_equal(load()->tls_key, "/etc/resonanz/key.pem");
}

static void
the_table_can_be_printed(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	settings_print(out);
	fclose(out);
	assert_non_null(strstr(text, "RESONANZ_PORT"));
	assert_non_null(strstr(text, "8080"));
	assert_non_null(strstr(text, "RESONANZ_HASH_THREADS"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defaults, clear),
		cmocka_unit_test_setup(values_are_taken, clear),
		cmocka_unit_test_setup(bad_values_are_named, clear),
		cmocka_unit_test_setup(
		    certificate_and_key_belong_together, clear),
		cmocka_unit_test_setup(the_table_can_be_printed, clear),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
