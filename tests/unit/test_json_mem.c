/* JSON documents from one block. */
#include "unit.h"

#include <jansson.h>

#include "web/json_mem.h"

static void
block_empties_with_its_last_value(void **state)
{
	json_t *a, *b;
	char *text;

	(void)state;
	b = json_string("Zweites Dokument");
	assert_true(json_mem_used() > 0);
	a = json_loads("{\"titel\": [1, 2, \"drei\"]}", 0, NULL);
	json_decref(a);
	assert_true(json_mem_used() > 0);
	text = json_dumps(b, JSON_ENCODE_ANY);
	assert_string_equal(text, "\"Zweites Dokument\"");
	json_decref(b);
	json_mem_free(text);
	assert_int_equal(json_mem_used(), 0);
}

static void
full_block_is_no_limit(void **state)
{
	json_t *list = json_array(), *element;
	size_t i;

	(void)state;
	for (i = 0; i < 60000; i++)
		json_array_append_new(list, json_integer((json_int_t)i));
	json_array_foreach (list, i, element)
		assert_int_equal(json_integer_value(element), i);
	json_decref(list);
	assert_int_equal(json_mem_used(), 0);
}

static void
value_from_before_is_given_back(void **state)
{
	json_t **early = *state;

	json_array_append_new(*early, json_string("später"));
	json_decref(*early);
	assert_int_equal(json_mem_used(), 0);
}

int
main(void)
{
	json_t *early = json_pack("[s]", "früher");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(block_empties_with_its_last_value),
		cmocka_unit_test(full_block_is_no_limit),
		cmocka_unit_test_prestate(
		    value_from_before_is_given_back, &early),
	};

	json_mem_setup();
	return cmocka_run_group_tests_name("json_mem", tests, NULL, NULL);
}
