/* Passwords: parameters, salt, and hashes that are none. */
#include "unit.h"

#include "web/mem.h"
#include "web/password.h"

static int
init(void **state)
{
	(void)state;
	return password_init() ? 0 : -1;
}

static void
hashes_and_verifies(void **state)
{
	static const char secret[] = "Vier Wörter, die keiner rät";
	char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];
	size_t len = strlen(secret);

	(void)state;
	assert_int_equal(password_hash(secret, len, one), RC_OK);
	assert_int_equal(password_hash(secret, len, two), RC_OK);
	assert_memory_equal(one, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_string_not_equal(one, two);
	assert_true(password_verify(one, secret, len));
	assert_true(password_verify(two, secret, len));
	assert_false(password_verify(one, secret, len - 1));
	assert_false(password_verify(one, "", 0));
	one[strlen(one) - 1] ^= 1;
	assert_false(password_verify(one, secret, len));
}

static void
a_foreign_hash_of_the_kind(void **state)
{
	/* argon2 reference tool: m=64 KiB, t=2, p=1, "password" */
	static const char hash[] =
	    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
	    "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

	(void)state;
	assert_true(password_verify(hash, "password", 8));
	assert_false(password_verify(hash, "Password", 8));
}

static void
what_is_no_hash(void **state)
{
	static const char *const rows[] = {
		"",
		"geheim",
		"$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aaaa",
		"$argon2id$",
		"$argon2id$v=19$m=0,t=0,p=0$$",
		"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
		"$2b$12$abcdefghijklmnopqrstuv",
	};
	char long_one[300];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_false(password_verify(rows[i], "geheim", 6));
	memset(long_one, 'a', sizeof long_one - 1);
	memcpy(long_one, "$argon2id$", 10);
	long_one[sizeof long_one - 1] = '\0';
	assert_false(password_verify(long_one, "geheim", 6));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_and_verifies),
		cmocka_unit_test(a_foreign_hash_of_the_kind),
		cmocka_unit_test(what_is_no_hash),
	};

	return cmocka_run_group_tests_name("password", tests, init, NULL);
}
