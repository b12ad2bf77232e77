/* Sealed secrets open for their owner with their key, and not otherwise. */
#include "unit.h"

#include <sodium.h>

#include "web/mem.h"
#include "web/seal.h"

static const unsigned char key[KEYS_BOX] = { 7 };
static const struct keys_list keys = { .count = 1, .at = { { 7 } } };
static const char secret[20] = "zwanzig Zeichen lang";

static void
opens_for_its_owner(void **state)
{
	struct buf a = { 0 }, b = { 0 };
	char out[20];

	(void)state;
	seal(key, "totp huber", secret, sizeof secret, &a);
	seal(key, "totp huber", secret, sizeof secret, &b);
	assert_string_not_equal(buf_text(&a), buf_text(&b));
	assert_memory_equal(buf_text(&a), "\\x", 2);
	assert_int_equal(
	    seal_open(&keys, "totp huber", buf_text(&a), out, sizeof out, NULL),
	    RC_OK);
	assert_memory_equal(out, secret, sizeof secret);
	buf_clear(&a);
	buf_clear(&b);
}

static void
and_for_nobody_else(void **state)
{
	static const struct keys_list others = { .count = 2,
		.at = { { 8 }, { 9 }, { 7 } } };
	struct buf a = { 0 };
	char out[20];

	(void)state;
	seal(key, "totp huber", secret, sizeof secret, &a);
	assert_int_equal(
	    seal_open(&keys, "totp huben", buf_text(&a), out, 20, NULL),
	    RC_INVALID);
	assert_int_equal(
	    seal_open(&keys, "totp hube", buf_text(&a), out, 20, NULL),
	    RC_INVALID);
	assert_int_equal(
	    seal_open(&others, "totp huber", buf_text(&a), out, 20, NULL),
	    RC_INVALID);
	assert_int_equal(
	    seal_open(&keys, "totp huber", buf_text(&a), out, 19, NULL),
	    RC_INVALID);
	a.data[40] = a.data[40] == '0' ? '1' : '0';
	assert_int_equal(
	    seal_open(&keys, "totp huber", buf_text(&a), out, 20, NULL),
	    RC_INVALID);
	a.data[40] = 'x';
	assert_int_equal(
	    seal_open(&keys, "totp huber", buf_text(&a), out, 20, NULL),
	    RC_INVALID);
	assert_int_equal(
	    seal_open(&keys, "totp huber", "", out, 20, NULL), RC_INVALID);
	assert_int_equal(
	    seal_open(&keys, "totp huber", "\\x00", out, 20, NULL), RC_INVALID);
	buf_clear(&a);
}

static void
former_keys_open_too(void **state)
{
	static const struct keys_list list = { .count = 3,
		.at = { { 9 }, { 8 }, { 7 } } };
	struct buf a = { 0 };
	char out[20];
	size_t which = 0;

	(void)state;
	seal(key, "totp huber", secret, sizeof secret, &a);
	assert_int_equal(seal_open(&list, "totp huber", buf_text(&a), out,
			     sizeof out, &which),
	    RC_OK);
	assert_memory_equal(out, secret, sizeof secret);
	assert_int_equal(which, 2);
	buf_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_for_its_owner),
		cmocka_unit_test(and_for_nobody_else),
		cmocka_unit_test(former_keys_open_too),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
