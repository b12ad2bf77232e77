/* Tokens against known values and against each other. */
#include "unit.h"

#include "web/mem.h"
#include "web/token.h"

static void
tokens_are_new_and_wellformed(void **state)
{
	char seen[64][TOKEN_LEN + 1];

	(void)state;
	for (size_t i = 0; i < NELEM(seen); i++) {
		token_new(seen[i]);
		assert_int_equal(strlen(seen[i]), TOKEN_LEN);
		assert_true(token_is_wellformed(seen[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(seen[i], seen[j]);
	}
}

static void
malformed_ones(void **state)
{
	static const char *const rows[] = {
		NULL,
		"",
		"kurz",
		"012345678901234567890123456789012345678901",   /* 42 */
		"01234567890123456789012345678901234567890123", /* 44 */
		"012345678901234567890123456789012345678901+",
		"012345678901234567890123456789012345678901=",
		"01234567890123456789012345678901234567890ü",
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_false(token_is_wellformed(rows[i]));
	assert_true(
	    token_is_wellformed("0123456789012345678901234567890123456789-_A"));
}

static void
the_hash_is_sha256_as_bytea(void **state)
{
	char out[TOKEN_HASH_HEX + 1];

	(void)state;
	token_hash("abc", out); /* FIPS 180-2 */
	assert_string_equal(out, "\\xba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

static void
the_form_token_hangs_on_the_session(void **state)
{
	char a[TOKEN_LEN + 1], b[TOKEN_LEN + 1];
	char one[TOKEN_LEN + 1], again[TOKEN_LEN + 1], two[TOKEN_LEN + 1];

	(void)state;
	token_new(a);
	token_new(b);
	token_csrf(a, one);
	token_csrf(a, again);
	token_csrf(b, two);
	assert_true(token_is_wellformed(one));
	assert_string_equal(one, again);
	assert_string_not_equal(one, two);
	assert_string_not_equal(one, a);
}

static void
comparing(void **state)
{
	char a[TOKEN_LEN + 1], b[TOKEN_LEN + 1];

	(void)state;
	token_new(a);
	memcpy(b, a, sizeof b);
	assert_true(token_equal(a, b));
	b[TOKEN_LEN - 1] = b[TOKEN_LEN - 1] == 'A' ? 'B' : 'A';
	assert_false(token_equal(a, b));
	assert_false(token_equal(a, NULL));
	assert_false(token_equal(NULL, NULL));
	assert_false(token_equal("", ""));
	assert_false(token_equal("gleich", "gleich"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_are_new_and_wellformed),
		cmocka_unit_test(malformed_ones),
		cmocka_unit_test(the_hash_is_sha256_as_bytea),
		cmocka_unit_test(the_form_token_hangs_on_the_session),
		cmocka_unit_test(comparing),
	};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
