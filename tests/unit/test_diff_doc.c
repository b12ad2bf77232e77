/* What a document asks for, and what it gets instead. */
#include "unit.h"

#include <jansson.h>

#include "domain/diff_doc.h"
#include "web/buf.h"

static json_t *
json_of(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, 0, &error);

	if (json == NULL)
		fail_msg("%s: %s", error.text, text);
	return json;
}

static void
assert_filled(const char *asked, const char *expected)
{
	struct err err = { 0 };
	json_t *doc = json_of(asked), *wanted = json_of(expected);
	char *text;

	if (diff_doc_fill(doc, &err) != RC_OK)
		fail_msg("%s", err.msg);
	text = json_dumps(doc, JSON_COMPACT);
	if (!json_equal(doc, wanted))
		fail_msg("%s", text);
	free(text);
	json_decref(wanted);
	json_decref(doc);
}

static void
differences_take_the_place_of_texts(void **state)
{
	(void)state;
	assert_filled("{\"rows\": [{\"id\": 1, \"own\": {\"diff_of\":"
		      " {\"old\": \"das Ziel\", \"new\": \"der Zweck\"}}}]}",
	    "{\"rows\": [{\"id\": 1, \"own\": {\"diff\":"
	    " [{\"op\": \"delete\", \"text\": \"das Ziel\", \"before\": \"\","
	    "   \"words\": \"das Ziel\", \"after\": \"\"},"
	    "  {\"op\": \"insert\", \"text\": \"der Zweck\", \"before\": \"\","
	    "   \"words\": \"der Zweck\", \"after\": \"\"}],"
	    " \"change_count\": 1, \"words_deleted\": 2,"
	    " \"words_inserted\": 2, \"diff_too_long\": false}}]}");
	assert_filled("{\"diff_of\": {\"old\": null, \"new\": \"\"}}",
	    "{\"diff\": [], \"change_count\": 0, \"words_deleted\": 0,"
	    " \"words_inserted\": 0, \"diff_too_long\": false}");
	assert_filled("[1, null, {\"diff\": \"x\"}, \"diff_of\"]",
	    "[1, null, {\"diff\": \"x\"}, \"diff_of\"]");
}

static void
merging_takes_the_place_of_versions(void **state)
{
	(void)state;
	assert_filled("{\"body\": {\"merge_of\": {\"base\": \"Das Ziel gilt.\","
		      " \"mine\": \"Das hohe Ziel gilt.\","
		      " \"theirs\": \"Das Ziel gilt weiter.\"}}}",
	    "{\"body\": {\"merge_proposal\":"
	    " \"Das hohe Ziel gilt weiter.\"}}");
	assert_filled("{\"merge_of\": {\"base\": null, \"mine\": \"Ja.\","
		      " \"theirs\": \"Nein.\"}}",
	    "{\"merge_proposal\": null}");
	/* both may be asked for at one place */
	assert_filled("{\"diff_of\": {\"old\": \"\", \"new\": \"\"},"
		      " \"merge_of\": {\"base\": \"\", \"mine\": \"\","
		      " \"theirs\": \"Ja.\"}}",
	    "{\"diff\": [], \"change_count\": 0, \"words_deleted\": 0,"
	    " \"words_inserted\": 0, \"diff_too_long\": false,"
	    " \"merge_proposal\": \"Ja.\"}");
}

static void
variants_say_which_of_them_meet(void **state)
{
	(void)state;
	static const struct {
		const char *chosen[3], *text, *one, *other;
	} rows[] = {
		{ { "true", "false", "true" }, "Das hohe Ziel gilt weiter.",
		    NULL, NULL },
		{ { "true", "true", "false" }, NULL, "Bayern", "Hessen" },
		{ { "false", "true", "false" }, NULL, NULL, NULL },
	};
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct buf text = { 0 };
		struct err err = { 0 };
		json_t *doc, *variants, *combined, *conflict;

		buf_printf(&text,
		    "{\"variants_of\": {\"base\": \"Das Ziel gilt.\", "
		    "\"variants\": ["
		    "{\"key\": \"BY\", \"name\": \"Bayern\", \"is_chosen\": %s,"
		    " \"text\": \"Das hohe Ziel gilt.\"},"
		    "{\"key\": \"HE\", \"name\": \"Hessen\", \"is_chosen\": %s,"
		    " \"text\": \"Das ferne Ziel gilt.\"},"
		    "{\"key\": \"SN\", \"name\": \"Sachsen\", \"is_chosen\": "
		    "%s,"
		    " \"text\": \"Das Ziel gilt weiter.\"}]}}",
		    rows[i].chosen[0], rows[i].chosen[1], rows[i].chosen[2]);
		doc = json_of(buf_text(&text));
		assert_true(diff_doc_asks(buf_text(&text)));
		assert_int_equal(diff_doc_fill(doc, &err), RC_OK);
		variants = json_object_get(doc, "variants");
		assert_int_equal(json_array_size(variants), 3);
		/* whoever is chosen: Bayern and Hessen meet, Sachsen nobody */
		assert_string_equal(
		    json_string_value(json_object_get(
			json_array_get(
			    json_object_get(
				json_array_get(variants, 0), "overlaps"),
			    0),
			"key")),
		    "HE");
		assert_int_equal(json_array_size(json_object_get(
				     json_array_get(variants, 2), "overlaps")),
		    0);
		assert_true(json_is_array(
		    json_object_get(json_array_get(variants, 2), "diff")));
		combined = json_object_get(doc, "combined");
		if (rows[i].text == NULL && rows[i].one == NULL) {
			assert_true(json_is_null(combined));
		} else if (rows[i].text != NULL) {
			assert_string_equal(json_string_value(json_object_get(
						combined, "text")),
			    rows[i].text);
			assert_true(
			    json_is_array(json_object_get(combined, "diff")));
		} else {
			assert_true(
			    json_is_null(json_object_get(combined, "text")));
			conflict = json_array_get(
			    json_object_get(combined, "conflicts"), 0);
			assert_string_equal(
			    json_string_value(json_object_get(conflict, "one")),
			    rows[i].one);
			assert_string_equal(json_string_value(json_object_get(
						conflict, "other")),
			    rows[i].other);
		}
		json_decref(doc);
		buf_clear(&text);
	}
}

static void
another_form_is_refused(void **state)
{
	static const char *const wrong[] = { "{\"diff_of\": null}",
		"{\"diff_of\": \"x\"}", "{\"diff_of\": {\"old\": \"x\"}}",
		"{\"diff_of\": {\"old\": 1, \"new\": \"x\"}}",
		"[{\"a\": [{\"diff_of\": {\"old\": \"x\", \"new\": []}}]}]",
		"{\"merge_of\": {\"base\": \"x\", \"mine\": \"y\"}}" };

	(void)state;
	for (size_t i = 0; i < NELEM(wrong); i++) {
		struct err err = { 0 };
		json_t *doc = json_of(wrong[i]);

		assert_int_equal(diff_doc_fill(doc, &err), RC_INTERNAL);
		assert_string_equal(err.code, "diff");
		json_decref(doc);
	}
}

static void
only_names_ask(void **state)
{
	(void)state;
	assert_true(diff_doc_asks("{\"a\":{\"diff_of\" : {}}}"));
	assert_true(diff_doc_asks("{\"merge_of\":{}}"));
	assert_false(diff_doc_asks("{\"a\":\"\\\"diff_of\\\"\"}"));
	assert_false(diff_doc_asks("{\"diff\":[]}"));
}

/* count pairs of texts of len octets; how many were compared? */
static size_t
compared(size_t count, size_t len, bool are_equal)
{
	struct err err = { 0 };
	struct buf b = { 0 };
	json_t *doc = json_array(), *pair;
	size_t n = 0, i;

	while (b.len < len)
		buf_char(&b, "Land "[b.len % 5]);
	for (i = 0; i < count; i++) {
		pair = json_pack("{s{ss# ss#}}", "diff_of", "old", b.data,
		    (int)len, "new", are_equal ? b.data : "Bund",
		    are_equal ? (int)len : 4);
		json_array_append_new(doc, pair);
	}
	assert_int_equal(diff_doc_fill(doc, &err), RC_OK);
	json_array_foreach (doc, i, pair) {
		bool too_long =
		    json_is_true(json_object_get(pair, "diff_too_long"));

		/* one or the other, and no member is missing */
		assert_int_equal(
		    json_object_get(pair, "diff_of") != NULL, too_long);
		assert_int_equal(
		    json_is_array(json_object_get(pair, "diff")), !too_long);
		assert_int_equal(
		    json_is_null(json_object_get(pair, "change_count")),
		    too_long);
		n += !too_long;
	}
	json_decref(doc);
	buf_clear(&b);
	return n;
}

static void
a_page_has_its_share(void **state)
{
	(void)state;
	assert_int_equal(
	    compared(DIFF_PAGE_PAIRS + 3, 10, false), DIFF_PAGE_PAIRS);
	assert_int_equal(compared(40, 16 * 1024 - 4, false), 16);
	assert_int_equal(compared(2, DIFF_PAGE_OCTETS - 3, false), 0);
	/* what is equal costs nothing */
	assert_int_equal(compared(300, 16 * 1024, true), 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_take_the_place_of_texts),
		cmocka_unit_test(merging_takes_the_place_of_versions),
		cmocka_unit_test(variants_say_which_of_them_meet),
		cmocka_unit_test(another_form_is_refused),
		cmocka_unit_test(only_names_ask),
		cmocka_unit_test(a_page_has_its_share),
	};

	return cmocka_run_group_tests_name("diff_doc", tests, NULL, NULL);
}
