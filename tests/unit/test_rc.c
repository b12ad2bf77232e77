/* Results, their way to HTTP and from SQLSTATE. */
#include "unit.h"

#include "web/rc.h"

static void
every_result_has_word_and_status(void **state)
{
	(void)state;
	for (int rc = RC_OK; rc < RC__MAX; rc++) {
		assert_true(strlen(rc_text((enum rc)rc)) > 1);
		assert_in_range(rc_http((enum rc)rc), 200, 503);
	}
	assert_string_equal(rc_text(RC_NOTFOUND), "not_found");
	assert_int_equal(rc_http(RC_NOTFOUND), 404);
	assert_int_equal(rc_http(RC_LOGIN), 401);
	assert_int_equal(rc_http(RC_LIMITED), 429);
	assert_int_equal(rc_http((enum rc)4711), 500);
	assert_string_equal(rc_text((enum rc)4711), "internal");
}

static void
sqlstates_are_known(void **state)
{
	static const struct {
		const char *sqlstate;
		enum rc rc;
	} rows[] = {
		{ "CN401", RC_LOGIN },
		{ "CN403", RC_DENIED },
		{ "CN404", RC_NOTFOUND },
		{ "CN409", RC_CONFLICT },
		{ "CN422", RC_INVALID },
		{ "CN429", RC_LIMITED },
		{ "23505", RC_CONFLICT },
		{ "40001", RC_CONFLICT },
		{ "40P01", RC_CONFLICT },
		{ "57014", RC_DATABASE },
		{ "57P01", RC_DATABASE },
		{ "57P03", RC_DATABASE },
		{ "08006", RC_DATABASE },
		{ "53300", RC_DATABASE },
		{ "23503", RC_INTERNAL },
		{ "42501", RC_INTERNAL },
		{ "CN500", RC_INTERNAL },
		{ "cn404", RC_INTERNAL },
		{ "CN4", RC_INTERNAL },
		{ "CN4044", RC_INTERNAL },
		{ "08", RC_INTERNAL },
		{ "", RC_INTERNAL },
		{ NULL, RC_INTERNAL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_int_equal(
		    rc_from_sqlstate(rows[i].sqlstate), rows[i].rc);
}

static void
fills_an_error(void **state)
{
	struct err err;
	char long_word[500];

	(void)state;
	memset(&err, 'x', sizeof err);
	assert_int_equal(
	    err_set(&err, RC_INVALID, "too_long", "body", "%d Zeichen", 20001),
	    RC_INVALID);
	assert_int_equal(err.rc, RC_INVALID);
	assert_string_equal(err.code, "too_long");
	assert_string_equal(err.field, "body");
	assert_string_equal(err.msg, "20001 Zeichen");
	assert_string_equal(err.args, "");

	memset(long_word, 'y', sizeof long_word - 1);
	long_word[sizeof long_word - 1] = '\0';
	err_set(&err, RC_BAD, long_word, long_word, "%s", long_word);
	assert_int_equal(strlen(err.code), sizeof err.code - 1);
	assert_int_equal(strlen(err.field), sizeof err.field - 1);
	assert_int_equal(strlen(err.msg), sizeof err.msg - 1);

	assert_int_equal(
	    err_set(NULL, RC_DENIED, "denied", "", "no room"), RC_DENIED);
	err_set(&err, RC_DENIED, NULL, NULL, "%s", "");
	assert_string_equal(err.code, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_result_has_word_and_status),
		cmocka_unit_test(sqlstates_are_known),
		cmocka_unit_test(fills_an_error),
	};

	return cmocka_run_group_tests_name("rc", tests, NULL, NULL);
}
