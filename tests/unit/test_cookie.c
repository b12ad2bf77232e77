/* Cookies, honest and planted ones. */
#include "unit.h"

#include "web/cookie.h"
#include "web/mem.h"
#include "web/token.h"

#define NAME "__Host-sid"
#define VALUE "3q2-7wAB_9xYzv0123456789abcdefghijklmnopQRS"

static void
finds_its_cookie(void **state)
{
	static const char *const rows[] = {
		NAME "=" VALUE,
		"lang=de; " NAME "=" VALUE,
		"lang=de;" NAME "=" VALUE ";x=y",
		"  " NAME "=" VALUE "  ; a=b",
		"leer=; " NAME "=" VALUE,
		"ohne; " NAME "=" VALUE ";",
		"x" NAME "=falsch; " NAME "=" VALUE,
		NAME "x=falsch; " NAME "=" VALUE,
		"__host-SID=falsch; " NAME "=" VALUE,
		"umlaut=\xc3\xbc; " NAME "=" VALUE,
	};
	char out[TOKEN_LEN + 1];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_true(cookie_get(rows[i], NAME, out, sizeof out));
		assert_string_equal(out, VALUE);
	}
}

static void
refuses_the_rest(void **state)
{
	static const char *const rows[] = {
		NULL,
		"",
		";;;",
		"lang=de",
		NAME,
		NAME "=",
		NAME "= ;",
		NAME "=" VALUE "0", /* too long for the buffer */
		NAME "=\"" VALUE "\"",
		NAME "=a b",
		NAME "=a%20b",
		NAME "=a\xc3\xbc",
		NAME " =" VALUE,
		"=" NAME "=" VALUE,
		NAME "=" VALUE "; " NAME "=geplant",
		NAME "=" VALUE "; " NAME "=" VALUE,
		NAME "=" VALUE "; " NAME "=", /* one may be empty */
		"__host-sid=" VALUE,
	};
	char out[TOKEN_LEN + 1] = "vorher";

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_false(cookie_get(rows[i], NAME, out, sizeof out));
		assert_string_equal(out, "");
	}
	assert_false(cookie_get(NAME "=x", NAME, out, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_its_cookie),
		cmocka_unit_test(refuses_the_rest),
	};

	return cmocka_run_group_tests_name("cookie", tests, NULL, NULL);
}
