/* The OpenAPI document: every row that a program may use, as the row says. */
#include "unit.h"

#include <jansson.h>

#include "web/mem.h"
#include "web/openapi.h"

static json_t *doc;

static json_t *
op(const char *path, const char *method)
{
	return json_object_get(
	    json_object_get(json_object_get(doc, "paths"), path), method);
}

static void
every_row_is_there_once(void **state)
{
	const char *path, *method;
	json_t *item, *one;
	size_t count = 0;

	(void)state;
	json_object_foreach (json_object_get(doc, "paths"), path, item) {
		json_object_foreach (item, method, one) {
			const char *name = json_string_value(
			    json_object_get(one, "operationId"));

			assert_non_null(route_by_name(name));
			count++;
		}
	}
	assert_int_equal(count, route_count);
}

static void
parameters_have_their_bounds(void **state)
{
	json_t *save, *fields, *version, *text;

	(void)state;
	save = op("/api/consultations/{consultation}/response/answers/"
		  "{target}",
	    "post");
	fields = json_object_get(
	    json_object_get(
		json_object_get(
		    json_object_get(
			json_object_get(save, "requestBody"), "content"),
		    "application/json"),
		"schema"),
	    "properties");
	version = json_object_get(fields, "version");
	text = json_object_get(fields, "body");
	assert_int_equal(
	    json_integer_value(json_object_get(version, "minimum")), 0);
	assert_int_equal(
	    json_integer_value(json_object_get(text, "maxLength")), 20000);
	assert_null(json_object_get(fields, "target"));
	assert_int_equal(
	    json_array_size(json_object_get(save, "parameters")), 2);
}

static bool
takes_token(const char *name)
{
	return openapi_takes_token(route_by_name(name));
}

static void
tokens_stay_out_of_what_is_personal_or_confirmed(void **state)
{
	(void)state;
	assert_true(takes_token("start"));
	assert_true(takes_token("answer_save"));
	assert_true(takes_token("synopsis"));
	assert_false(takes_token("release_submit"));
	assert_false(takes_token("account"));
	assert_false(takes_token("password_change"));
	assert_false(takes_token("second_factor"));
	assert_false(takes_token("link"));
}

static void
the_same_rows_give_the_same_bytes(void **state)
{
	char *a = openapi_text("assets"), *b = openapi_text("assets");

	(void)state;
	assert_string_equal(a, b);
	mem_free(a);
	mem_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_there_once),
		cmocka_unit_test(parameters_have_their_bounds),
		cmocka_unit_test(
		    tokens_stay_out_of_what_is_personal_or_confirmed),
		cmocka_unit_test(the_same_rows_give_the_same_bytes),
	};
	char *text = openapi_text("assets");
	int failed;

	doc = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	failed = doc == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(doc);
	mem_free(text);
	return failed;
}
