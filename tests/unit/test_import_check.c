/*
 * The check of consultation files: each file in tests/fixtures/import/invalid
 * has exactly the findings of the .txt beside it, the valid ones have none.
 */
#include "unit.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

#include "ctl/import_check.h"
#include "web/buf.h"

#define FIXTURES "tests/fixtures/import"
#define REFERENCE "assets/consultations/strategy-2024.json"

static json_t *
read_json(const char *file)
{
	json_error_t err;
	json_t *doc = json_load_file(file, 0, &err);

	if (doc == NULL)
		fail_msg("%s:%d: %s", file, err.line, err.text);
	return doc;
}

static void
read_text(struct buf *b, const char *file)
{
	FILE *in = fopen(file, "r");
	char chunk[4096];
	size_t n;

	if (in == NULL)
		fail_msg("%s is missing", file);
	while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_add(b, chunk, n);
	fclose(in);
}

/* The findings, a line each. */
static void
findings(struct buf *b, const json_t *doc)
{
	struct import_issues issues = { 0 };

	import_check(doc, &issues);
	for (size_t i = 0; i < issues.len; i++)
		buf_printf(
		    b, "%s: %s\n", issues.list[i].path, issues.list[i].reason);
	import_issues_clear(&issues);
}

/* Calls fn with the path of every .json of a folder; returns how many. */
static size_t
each_file(const char *folder, void (*fn)(const char *path))
{
	struct dirent *entry;
	DIR *dir = opendir(folder);
	char path[512];
	size_t count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot == NULL || strcmp(dot, ".json") != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		fn(path);
		count++;
	}
	closedir(dir);
	return count;
}

static void
expect_none(const char *path)
{
	struct buf found = { 0 };
	json_t *doc = read_json(path);

	findings(&found, doc);
	assert_string_equal(buf_text(&found), "");
	buf_clear(&found);
	json_decref(doc);
}

static void
expect_listed(const char *path)
{
	struct buf found = { 0 }, wanted = { 0 };
	char list[512];
	json_t *doc = read_json(path);

	snprintf(list, sizeof list, "%.*s.txt", (int)strlen(path) - 5, path);
	read_text(&wanted, list);
	findings(&found, doc);
	assert_string_equal(buf_text(&found), buf_text(&wanted));
	buf_clear(&found);
	buf_clear(&wanted);
	json_decref(doc);
}

static void
test_valid_files_have_no_findings(void **state)
{
	(void)state;
	assert_true(each_file(FIXTURES "/valid", expect_none) >= 2);
}

static void
test_invalid_files_have_the_listed_findings(void **state)
{
	(void)state;
	assert_true(each_file(FIXTURES "/invalid", expect_listed) >= 17);
}

static void
test_the_reference_consultation_is_valid(void **state)
{
	(void)state;
	expect_none(REFERENCE);
}

/* Nothing can be lost from the reference without a finding. */
static void
test_a_lost_member_is_noticed(void **state)
{
	static const char *const arrays[] = { "chapters", "sections", "items",
		"question_sets", "questions", "footnotes",
		"council_decisions" };
	json_t *doc = read_json(REFERENCE), *copy;
	const char *name;
	json_t *value;

	(void)state;
	json_object_foreach (doc, name, value) {
		struct buf found = { 0 };

		if (strcmp(name, "$schema") == 0)
			continue;
		copy = json_deep_copy(doc);
		json_object_del(copy, name);
		findings(&found, copy);
		assert_true(found.len > 0);
		json_decref(copy);
		buf_clear(&found);
	}
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
		size_t count = json_array_size(json_object_get(doc, arrays[i]));

		for (size_t k = 0; k < count; k++) {
			struct buf found = { 0 };

			copy = json_deep_copy(doc);
			json_array_remove(json_object_get(copy, arrays[i]), k);
			findings(&found, copy);
			/* the title page has nothing but its section */
			assert_true(found.len > 0 ||
				    strcmp(arrays[i], "sections") == 0);
			json_decref(copy);
			buf_clear(&found);
		}
	}
	json_decref(doc);
}

/* Any value in any place is a finding, never a crash. */
static void
test_any_value_in_any_place(void **state)
{
	static const char *const values[] = { "null", "true", "-1", "1.5",
		"\"\"", "\"x\"", "[]", "{}", "[[]]", "[null]", "[{}]" };
	json_t *doc = read_json(FIXTURES "/valid/small.json"), *copy, *list;
	const char *name;
	json_t *value;

	(void)state;
	json_object_foreach (doc, name, value) {
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			struct buf found = { 0 };

			copy = json_deep_copy(doc);
			json_object_set_new(copy, name,
			    json_loads(values[i], JSON_DECODE_ANY, NULL));
			findings(&found, copy);
			json_decref(copy);
			copy = json_deep_copy(doc);
			list = json_object_get(copy, name);
			if (json_array_size(list) > 0)
				json_array_set_new(list, 0,
				    json_loads(
					values[i], JSON_DECODE_ANY, NULL));
			findings(&found, copy);
			json_decref(copy);
			buf_clear(&found);
		}
	}
	json_decref(doc);
}

static void
test_times_and_dates(void **state)
{
	int64_t a, b;

	(void)state;
	assert_true(import_date_is_valid("2024-02-29"));
	assert_false(import_date_is_valid("2100-02-29"));
	assert_false(import_date_is_valid("2024-2-29"));
	assert_false(import_date_is_valid("2024-04-31"));
	assert_true(import_time_read("2024-03-25T00:00:00+01:00", &a));
	assert_true(import_time_read("2024-03-24T23:00:00Z", &b));
	assert_int_equal(a, b);
	assert_false(import_time_read("2024-03-25T00:00:00", &a));
	assert_false(import_time_read("2024-03-25 00:00:00Z", &a));
	assert_false(import_time_read("2024-03-25T00:60:00Z", &a));
	assert_false(import_time_read("2024-03-25T00:00:00+1:00", &a));
}

static void
test_decisions_and_keys(void **state)
{
	(void)state;
	assert_true(import_decision_is_valid("2023/46"));
	assert_true(import_decision_is_valid("2023/146"));
	assert_true(import_decision_is_valid("B-2025/33-IT"));
	assert_false(import_decision_is_valid("2023/4"));
	assert_false(import_decision_is_valid("23/46"));
	assert_false(import_decision_is_valid("B-2025/33"));
	assert_false(import_decision_is_valid("B-2025/33-it"));
	assert_false(import_decision_is_valid("2023/46 "));
	assert_true(import_key_is_valid("K4.G2.I1"));
	assert_true(import_key_is_valid("L-K12-4.a"));
	assert_false(import_key_is_valid("k4"));
	assert_false(import_key_is_valid("K4."));
	assert_false(import_key_is_valid("K4..A"));
	assert_false(import_key_is_valid("K 4"));
	assert_false(import_key_is_valid(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_files_have_no_findings),
		cmocka_unit_test(test_invalid_files_have_the_listed_findings),
		cmocka_unit_test(test_the_reference_consultation_is_valid),
		cmocka_unit_test(test_a_lost_member_is_noticed),
		cmocka_unit_test(test_any_value_in_any_place),
		cmocka_unit_test(test_times_and_dates),
		cmocka_unit_test(test_decisions_and_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
