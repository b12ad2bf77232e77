/* UTF-8, with the sequences of the RFC and of attackers. */
#include "unit.h"

#include "web/mem.h"
#include "web/utf8.h"

static void
valid_texts(void **state)
{
	static const struct {
		const char *text;
		size_t count;
	} rows[] = {
		{ "", 0 },
		{ "Föderale Modernisierungsagenda", 30 },
		{ "„Once-Only“ – §\u00a0123", 19 },
		{ "Größe", 5 },
		{ "Gro\u0308ße", 6 }, /* decomposed: two code points */
		{ "𝄞 und 🧑‍💻", 9 },
		{ "\xf4\x8f\xbf\xbf", 1 },         /* U+10FFFF */
		{ "\xed\x9f\xbf\xee\x80\x80", 2 }, /* around surrogates */
		{ "\xef\xbf\xbf", 1 },
		{ "1234567ü12345678", 16 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		size_t len = strlen(rows[i].text), pos = 0, count = 0;

		assert_true(utf8_is_valid(rows[i].text, len));
		assert_int_equal(utf8_count(rows[i].text, len), rows[i].count);
		while (pos < len) {
			assert_int_not_equal(
			    utf8_next(rows[i].text, len, &pos), 0xfffd);
			count++;
		}
		assert_int_equal(count, rows[i].count);
		assert_int_equal(pos, len);
	}
	assert_true(utf8_is_valid("a\0b", 3));
}

static void
broken_texts(void **state)
{
	static const char *const rows[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",             /* overlong NUL */
		"\xc1\xbf",             /* overlong */
		"\xe0\x80\xaf",         /* overlong slash */
		"\xf0\x80\x80\xaf",     /* overlong slash */
		"\xed\xa0\x80",         /* high surrogate */
		"\xed\xbf\xbf",         /* low surrogate */
		"\xf4\x90\x80\x80",     /* U+110000 */
		"\xf8\x88\x80\x80\x80", /* five octets */
		"\xff",
		"\xfe",
		"\xc3", /* cut */
		"\xe2\x82",
		"\xf0\x9f\x98",
		"\xc3(",
		"Gr\xf6\xdf"
		"e", /* Latin-1 */
		"12345678\xff",
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_false(utf8_is_valid(rows[i], strlen(rows[i])));
	/* the length counts, not the octets behind it */
	assert_false(utf8_is_valid("ü", 1));
}

static void
reading_goes_on_after_a_broken_byte(void **state)
{
	size_t pos = 0;

	(void)state;
	assert_int_equal(utf8_next("\xff€", 4, &pos), 0xfffd);
	assert_int_equal(pos, 1);
	assert_int_equal(utf8_next("\xff€", 4, &pos), 0x20ac);
	assert_int_equal(pos, 4);
	assert_int_equal(utf8_next("\xff€", 4, &pos), 0xfffd);
	assert_int_equal(pos, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_texts),
		cmocka_unit_test(broken_texts),
		cmocka_unit_test(reading_goes_on_after_a_broken_byte),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
