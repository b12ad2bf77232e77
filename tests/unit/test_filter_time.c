/* Moments in the time of Berlin. */
#include "unit.h"

#include <time.h>

#include "web/buf.h"
#include "web/filter_parts.h"
#include "web/mem.h"

static void
assert_shown(const char *moment, enum time_form form, const char *expected)
{
	struct buf b = { 0 };

	if (!filter_time(moment, strlen(moment), form, &b))
		buf_str(&b, "no time");
	if (strcmp(buf_text(&b), expected) != 0)
		fail_msg(
		    "%s: expected %s, got %s", moment, expected, buf_text(&b));
	buf_clear(&b);
}

static void
shows_each_form(void **state)
{
	const char *deadline = "2024-04-26T23:59:00+02:00";

	(void)state;
	assert_shown(deadline, TIME_DATE, "26.04.2024");
	assert_shown(deadline, TIME_DAY_MONTH, "26.04.");
	assert_shown(deadline, TIME_CLOCK, "23:59 Uhr");
	assert_shown(deadline, TIME_BOTH, "26.04.2024, 23:59 Uhr");
	assert_shown("2024-04-26", TIME_DATE, "26.04.2024");
	assert_shown("2024-04-26", TIME_DAY_MONTH, "26.04.");
	assert_shown(
	    "2024-04-18T07:42:17.9Z", TIME_STAMP, "18.04.2024, 09:42:17");
	assert_shown("2024-04-18T07:42:17.9Z", TIME_EXACT,
	    "18.04.2024, 09:42:17 Uhr MESZ (UTC+2)");
	assert_shown("2024-01-18T07:42:17Z", TIME_EXACT,
	    "18.01.2024, 08:42:17 Uhr MEZ (UTC+1)");
	assert_shown("2024-04-26", TIME_BOTH, "26.04.2024");
	assert_shown("2024-04-26", TIME_CLOCK, "");
}

static void
reads_what_postgresql_writes(void **state)
{
	static const char *const same[] = { "2024-04-22T12:03:07.123456+00:00",
		"2024-04-22T12:03:07Z", "2024-04-22T12:03Z",
		"2024-04-22 14:03:07+02", "2024-04-22T14:03:07+0200",
		"2024-04-22T02:03:00-10:00", "2024-04-22t12:03:00z" };
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(same); i++)
		assert_shown(same[i], TIME_BOTH, "22.04.2024, 14:03 Uhr");
}

/* Last Sunday of March and of October, at 01:00 UTC. */
static void
summer_time_follows_the_rule(void **state)
{
	static const struct {
		const char *utc, *berlin;
	} rows[] = {
		{ "2024-03-31T00:59:59Z", "31.03.2024, 01:59 Uhr" },
		{ "2024-03-31T01:00:00Z", "31.03.2024, 03:00 Uhr" },
		{ "2024-10-27T00:59:59Z", "27.10.2024, 02:59 Uhr" },
		{ "2024-10-27T01:00:00Z", "27.10.2024, 02:00 Uhr" },
		{ "2025-03-30T00:59:00Z", "30.03.2025, 01:59 Uhr" },
		{ "2025-03-30T01:00:00Z", "30.03.2025, 03:00 Uhr" },
		{ "2026-10-25T00:59:00Z", "25.10.2026, 02:59 Uhr" },
		{ "2026-10-25T01:00:00Z", "25.10.2026, 02:00 Uhr" },
		/* the 31st itself is a Sunday, and the 25th the last one */
		{ "2030-03-31T01:00:00Z", "31.03.2030, 03:00 Uhr" },
		{ "2029-03-25T01:00:00Z", "25.03.2029, 03:00 Uhr" },
		{ "1999-12-31T23:30:00Z", "01.01.2000, 00:30 Uhr" },
		{ "1996-06-01T12:00:00Z", "01.06.1996, 14:00 Uhr" },
		{ "2024-02-29T23:00:00Z", "01.03.2024, 00:00 Uhr" },
		{ "2024-12-31T23:59:59Z", "01.01.2025, 00:59 Uhr" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		assert_shown(rows[i].utc, TIME_BOTH, rows[i].berlin);
}

/* Against the system's tz data, every six hours of forty years. */
static void
agrees_with_the_system(void **state)
{
	char utc[32], berlin[40];
	struct buf b = { 0 };
	struct tm tm;
	time_t t;

	(void)state;
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	t = 1704067200; /* 2024-01-01 */
	localtime_r(&t, &tm);
	if (tm.tm_gmtoff != 3600) {
		print_message("skipped: no tz data of Berlin\n");
		skip();
	}
	for (t = 852076800; t < 852076800 + 1262304000; t += 6 * 3600 - 7) {
		gmtime_r(&t, &tm);
		strftime(utc, sizeof(utc), "%Y-%m-%dT%H:%M:%SZ", &tm);
		localtime_r(&t, &tm);
		strftime(berlin, sizeof(berlin), "%d.%m.%Y, %H:%M Uhr", &tm);
		buf_reset(&b);
		assert_true(filter_time(utc, strlen(utc), TIME_BOTH, &b));
		assert_string_equal(buf_text(&b), berlin);
	}
	buf_clear(&b);
}

static void
refuses_what_is_no_time(void **state)
{
	static const char *const bad[] = { "", "gestern", "2024-4-26",
		"26.04.2024", "2024-02-30", "2023-02-29", "2024-13-01",
		"2024-00-10", "2024-01-00", "2024-04-26T", "2024-04-26T12",
		"2024-04-26T25:00:00Z", "2024-04-26T12:60:00Z",
		"2024-04-26T12:00:00", "2024-04-26T12:00:00+",
		"2024-04-26T12:00:00+2", "2024-04-26T12:00:00+02:0",
		"2024-04-26T12:00:00+02:00x", "2024-04-26x", "0000-01-01",
		"2024-04-26T12:00:00+24:00" };
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(bad); i++)
		assert_shown(bad[i], TIME_BOTH, "no time");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_each_form),
		cmocka_unit_test(reads_what_postgresql_writes),
		cmocka_unit_test(summer_time_follows_the_rule),
		cmocka_unit_test(agrees_with_the_system),
		cmocka_unit_test(refuses_what_is_no_time),
	};

	return cmocka_run_group_tests_name("filter_time", tests, NULL, NULL);
}
