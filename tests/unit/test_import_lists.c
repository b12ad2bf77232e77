/*
 * The check of code lists: the file that ships has no findings; each change to
 * it is a finding at its path.
 */
#include "unit.h"

#include <jansson.h>

#include "ctl/import_lists.h"
#include "web/buf.h"

#define FEDERAL "assets/codelists/federal.json"

static void
findings(struct buf *b, const json_t *doc)
{
	struct import_issues issues = { 0 };
	size_t count = import_lists_check(doc, &issues);

	assert_int_equal(count, issues.len);
	for (size_t i = 0; i < issues.len; i++)
		buf_printf(
		    b, "%s: %s\n", issues.list[i].path, issues.list[i].reason);
	import_issues_clear(&issues);
}

static json_t *
federal(void)
{
	json_t *doc = json_load_file(FEDERAL, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(doc);
	return doc;
}

/* The object that "lists 1 codes 0" leads to. */
static json_t *
walk(json_t *doc, const char *path)
{
	char *copy = mem_strdup(path), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) != NULL && *word != '\0') {
		if (json_is_array(doc))
			doc = json_array_get(doc, (size_t)(*word - '0'));
		else
			doc = json_object_get(doc, word);
	}
	mem_free(copy);
	assert_non_null(doc);
	return doc;
}

static void
the_file_that_ships_is_valid(void **state)
{
	struct buf b = { 0 };
	json_t *doc = federal();

	(void)state;
	findings(&b, doc);
	assert_string_equal(buf_text(&b), "");
	assert_int_equal(json_array_size(walk(doc, "lists 0 codes")), 16);
	assert_int_equal(json_array_size(walk(doc, "seats rows")), 23);
	buf_clear(&b);
	json_decref(doc);
}

static void
each_change_is_a_finding(void **state)
{
	static const struct {
		const char *path, *member, *value; /* NULL: taken away */
		const char *found;
	} rows[] = {
		{ "", "format", "2", "$.format: is 2, this command reads" },
		{ "", "farbe", "1", "$.farbe: is not a known member" },
		{ "", "seats", NULL, "$.seats: is missing" },
		{ "lists 0", "as_of", "\"2024-02-30\"",
		    "$.lists[0].as_of: \"2024-02-30\" is not a date" },
		{ "lists 0", "as_of", NULL, "$.lists[0].as_of: is missing" },
		{ "lists 0", "source", "\"\"",
		    "$.lists[0].source: must not be empty" },
		{ "lists 0", "key", "\"laender\"",
		    "$.lists: lacks the list \"land\"" },
		{ "lists 0", "key", "\"size-class\"",
		    "$.lists[2].key: \"size-class\" is there twice: "
		    "$.lists[0].key" },
		{ "lists 0 codes 3", "key", "\"17\"",
		    "$.lists[0].codes[3]: \"17\" is no Land (01 to 16)" },
		{ "lists 0 codes 3", "key", "\"1\"", "\"1\" is no Land" },
		{ "lists 0 codes 3", "key", "\"01\"",
		    "$.lists[0].codes[3].key: \"01\" is there twice" },
		{ "lists 0 codes 3", "label", "\"Hamburg\"",
		    "$.lists[0].codes[3].label: \"Hamburg\" is there twice" },
		{ "lists 0 codes 3", "level", "\"land\"",
		    "$.lists[0].codes[3]: only a kind has a level" },
		{ "lists 1 codes 0", "level", NULL,
		    "$.lists[1].codes[0]: a kind belongs to a level" },
		{ "lists 1 codes 0", "level", "\"kreis\"",
		    "$.lists[1].codes[0].level: \"kreis\" is none of: bund," },
		{ "lists 1 codes 0", "key", "\"Bundes ministerium\"",
		    "is not a code such as kreisfreie_stadt" },
		{ "seats rows 2", "key", "\"BUND\"",
		    "$.seats.rows[2].key: \"BUND\" is there twice" },
		{ "seats rows 2", "name", "7",
		    "$.seats.rows[2].name: must be a text" },
		{ "seats rows 2", "seat_status", "\"consulted\"",
		    "$.seats.rows[2].seat_status: \"consulted\" is none of: "
		    "voting, advisory" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		json_t *doc = federal(), *o = walk(doc, rows[i].path);
		struct buf b = { 0 };

		if (rows[i].value == NULL)
			json_object_del(o, rows[i].member);
		else
			json_object_set_new(o, rows[i].member,
			    json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		findings(&b, doc);
		if (strstr(buf_text(&b), rows[i].found) == NULL)
			fail_msg("row %zu: %s", i, buf_text(&b));
		buf_clear(&b);
		json_decref(doc);
	}
}

static void
what_is_no_object_is_a_finding(void **state)
{
	struct buf b = { 0 };
	json_t *doc = json_array();

	(void)state;
	findings(&b, doc);
	assert_non_null(strstr(buf_text(&b), "$: must be an object"));
	buf_clear(&b);
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_that_ships_is_valid),
		cmocka_unit_test(each_change_is_a_finding),
		cmocka_unit_test(what_is_no_object_is_a_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
