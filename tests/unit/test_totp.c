/* Codes, what people type, recovery codes. */
#include "unit.h"

#include <sodium.h>

#include "web/mem.h"
#include "web/totp.h"

/* The secret of the test vectors of RFC 6238, appendix B. */
static const unsigned char rfc[TOTP_SECRET] = "12345678901234567890";

static void
codes_of_rfc_6238(void **state)
{
	static const struct {
		time_t at;
		const char *code; /* the last six of the eight digits */
	} rows[] = {
		{ 59, "287082" },
		{ 1111111109, "081804" },
		{ 1111111111, "050471" },
		{ 1234567890, "005924" },
		{ 2000000000, "279037" },
		{ 20000000000, "353130" },
	};
	char code[TOTP_CODE + 1];
	long long step;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		totp_code(rfc, totp_step(rows[i].at), code);
		assert_string_equal(code, rows[i].code);
		assert_true(totp_verify(rfc, code, rows[i].at, &step));
		assert_int_equal(step, rows[i].at / 30);
	}
}

static void
one_step_to_each_side(void **state)
{
	const time_t now = 1234567890;
	char code[TOTP_CODE + 1];
	long long step;

	(void)state;
	for (int d = -3; d <= 3; d++) {
		totp_code(rfc, totp_step(now) + d, code);
		assert_int_equal(
		    totp_verify(rfc, code, now, &step), d >= -1 && d <= 1);
		if (d >= -1 && d <= 1)
			assert_int_equal(step, totp_step(now) + d);
	}
}

static void
no_code_at_all(void **state)
{
	static const char *const rows[] = { "", "28708", "2870822", "28708a",
		"abcdef", "-28708", " 28708" };
	long long step;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_false(totp_verify(rfc, rows[i], 59, &step));
}

static void
what_people_type(void **state)
{
	static const struct {
		const char *typed;
		enum totp_kind kind;
		const char *digits;
	} rows[] = {
		{ "287082", TOTP_IS_CODE, "287082" },
		{ " 287 082 ", TOTP_IS_CODE, "287082" },
		{ "1234-5678-9012", TOTP_IS_RECOVERY, "123456789012" },
		{ "1234 5678 9012", TOTP_IS_RECOVERY, "123456789012" },
		{ "123456789012", TOTP_IS_RECOVERY, "123456789012" },
		{ "", TOTP_IS_NEITHER, "" },
		{ "28708", TOTP_IS_NEITHER, "" },
		{ "2870823", TOTP_IS_NEITHER, "" },
		{ "1234-5678-90123", TOTP_IS_NEITHER, "" },
		{ "28708x", TOTP_IS_NEITHER, "" },
		{ "٢٨٧٠٨٢", TOTP_IS_NEITHER, "" },
	};
	char digits[TOTP_RECOVERY + 1];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    totp_kind(rows[i].typed, digits), rows[i].kind);
		assert_string_equal(digits, rows[i].digits);
	}
}

static void
for_an_app(void **state)
{
	char text[TOTP_TEXT + 1];
	struct buf uri = { 0 };

	(void)state;
	totp_text(rfc, text);
	assert_string_equal(text, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
	totp_uri(rfc, "vera+x&huber@bayern.example", &uri);
	assert_string_equal(buf_text(&uri),
	    "otpauth://totp/Resonanz:vera%2Bx%26huber%40bayern.example"
	    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Resonanz"
	    "&algorithm=SHA1&digits=6&period=30");
	buf_clear(&uri);
}

static void
an_offer_belongs_to_session_and_factor(void **state)
{
	const unsigned char key[KEYS_BOX] = { 1 }, other[KEYS_BOX] = { 2 };
	unsigned char a[TOTP_SECRET], b[TOTP_SECRET];

	(void)state;
	totp_offer(key, "sitzung", "", a);
	totp_offer(key, "sitzung", "", b);
	assert_memory_equal(a, b, sizeof a);
	totp_offer(key, "sitzung", "2024-04-22", b);
	assert_memory_not_equal(a, b, sizeof a);
	totp_offer(key, "sitzun", "g", b);
	assert_memory_not_equal(a, b, sizeof a);
	totp_offer(other, "sitzung", "", b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void
recovery_codes(void **state)
{
	const unsigned char key[KEYS_BOX] = { 1 }, other[KEYS_BOX] = { 2 };
	char seen[64][TOTP_RECOVERY + 1], digits[TOTP_RECOVERY + 1];
	char a[TOTP_HASH + 1], b[TOTP_HASH + 1];

	(void)state;
	for (size_t i = 0; i < NELEM(seen); i++) {
		totp_recovery(seen[i]);
		assert_int_equal(totp_kind(seen[i], digits), TOTP_IS_RECOVERY);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(seen[i], seen[j]);
	}
	totp_recovery_hash(key, "abc", "123456789012", a);
	assert_int_equal(strlen(a), TOTP_HASH);
	totp_recovery_hash(key, "abc", "123456789012", b);
	assert_string_equal(a, b);
	totp_recovery_hash(key, "abd", "123456789012", b);
	assert_string_not_equal(a, b);
	totp_recovery_hash(key, "abc", "123456789013", b);
	assert_string_not_equal(a, b);
	totp_recovery_hash(other, "abc", "123456789012", b);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_rfc_6238),
		cmocka_unit_test(one_step_to_each_side),
		cmocka_unit_test(no_code_at_all),
		cmocka_unit_test(what_people_type),
		cmocka_unit_test(for_an_app),
		cmocka_unit_test(an_offer_belongs_to_session_and_factor),
		cmocka_unit_test(recovery_codes),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("totp", tests, NULL, NULL);
}
