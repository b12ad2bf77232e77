/* Limits: a minute's worth at once, then as it comes; each for himself. */
#include "unit.h"

#include <stdio.h>

#include "web/limit.h"

#define SECOND 1000000ULL

static void
a_minute_at_once_then_step_by_step(void **state)
{
	struct limit_table *t = limit_new();
	struct limit_answer a;
	uint64_t now = 5 * SECOND;

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		a = limit_take(t, "api", "192.0.2.1", 60, now);
		assert_false(a.is_over);
		assert_int_equal(a.remaining, 59 - i);
		assert_int_equal(a.reset, i + 1);
	}
	a = limit_take(t, "api", "192.0.2.1", 60, now);
	assert_true(a.is_over);
	assert_int_equal(a.retry, 1);
	assert_int_equal(a.remaining, 0);
	assert_int_equal(a.limit, 60);
	/* asking while it is over costs nothing more */
	assert_true(limit_take(t, "api", "192.0.2.1", 60, now).is_over);
	now += SECOND;
	assert_false(limit_take(t, "api", "192.0.2.1", 60, now).is_over);
	assert_true(limit_take(t, "api", "192.0.2.1", 60, now).is_over);
	now += 60 * SECOND;
	assert_int_equal(
	    limit_take(t, "api", "192.0.2.1", 60, now).remaining, 59);
	limit_free(t);
}

static void
each_for_himself(void **state)
{
	struct limit_table *t = limit_new();

	(void)state;
	assert_false(limit_take(t, "api", "192.0.2.1", 1, SECOND).is_over);
	assert_true(limit_take(t, "api", "192.0.2.1", 1, SECOND).is_over);
	assert_false(limit_take(t, "api", "192.0.2.2", 1, SECOND).is_over);
	assert_false(limit_take(t, "export", "192.0.2.1", 1, SECOND).is_over);
	limit_free(t);
}

/* Whoever asks now keeps his row while a million others come by once. */
static void
a_full_table_forgets_who_was_quiet(void **state)
{
	struct limit_table *t = limit_new();
	char who[24];
	unsigned over = 0;

	(void)state;
	for (unsigned i = 0; i < 1000000; i++) {
		snprintf(who, sizeof(who), "10.%u.%u.%u", i >> 16 & 255,
		    i >> 8 & 255, i & 255);
		(void)limit_take(t, "api", who, 600, SECOND + i);
		if (i % 100 == 0)
			over += limit_take(t, "api", "busy", 60, SECOND + i)
				    .is_over;
	}
	assert_true(over > 9000);
	limit_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_at_once_then_step_by_step),
		cmocka_unit_test(each_for_himself),
		cmocka_unit_test(a_full_table_forgets_who_was_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
