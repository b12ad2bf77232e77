/* The canonical form against vectors that SQL is held to as well. */
#include "unit.h"

#include <jansson.h>
#include <stdlib.h>

#include "domain/canon.h"
#include "web/mem.h"

#define FIXTURE "tests/fixtures/canon.json"

static json_t *vectors;

static int
load_vectors(void **state)
{
	json_error_t error;

	(void)state;
	vectors = json_load_file(FIXTURE, 0, &error);
	if (vectors == NULL)
		print_error("%s:%d: %s\n", FIXTURE, error.line, error.text);
	return vectors == NULL;
}

static int
drop_vectors(void **state)
{
	(void)state;
	json_decref(vectors);
	return 0;
}

static const char *
text_of(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
assert_form(const struct buf *b, json_t *vector)
{
	char hex[CANON_HEX + 1];

	assert_string_equal(buf_text(b), text_of(vector, "canon"));
	canon_sha256_hex(b->data, b->len, hex);
	assert_string_equal(hex, text_of(vector, "sha256"));
}

static void
answers_have_one_form(void **state)
{
	json_t *vector, *fields;
	struct canon_answer a;
	struct buf b = { 0 };
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "answers"), i, vector) {
		fields = json_object_get(vector, "answer");
		a = (struct canon_answer){ text_of(fields, "kind"),
			text_of(fields, "stance"), text_of(fields, "body"),
			text_of(fields, "proposal"), text_of(fields, "reason"),
			text_of(fields, "value") };
		buf_reset(&b);
		canon_answer(&b, &a);
		assert_form(&b, vector);
	}
	assert_true(i >= 10);
	buf_clear(&b);
}

static void
wordings_have_one_form(void **state)
{
	json_t *vector, *f;
	struct buf b = { 0 };
	const char *kind;
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "wordings"), i, vector) {
		kind = text_of(vector, "kind");
		f = json_object_get(vector, "fields");
		buf_reset(&b);
		if (strcmp(kind, "item") == 0)
			canon_item(&b, text_of(f, "title"), text_of(f, "body"));
		else if (strcmp(kind, "question") == 0)
			canon_question(&b, text_of(f, "body"),
			    text_of(f, "shape"), text_of(f, "sub_items"));
		else
			canon_chapter(
			    &b, text_of(f, "title"), text_of(f, "summary"));
		assert_form(&b, vector);
	}
	assert_true(i >= 5);
	buf_clear(&b);
}

static void
terms_have_one_form(void **state)
{
	json_t *vector, *f, *cut;
	struct buf b = { 0 }, cuts = { 0 };
	struct canon_terms t;
	size_t i, j;

	(void)state;
	json_array_foreach (json_object_get(vectors, "terms"), i, vector) {
		f = json_object_get(vector, "terms");
		buf_reset(&cuts);
		json_array_foreach (json_object_get(f, "cuts"), j, cut)
			buf_printf(&cuts, "%s%s", j == 0 ? "" : "\n",
			    json_string_value(cut));
		t = (struct canon_terms){ text_of(f, "answer"),
			text_of(f, "confidential"),
			j == 0 ? NULL : buf_text(&cuts) };
		buf_reset(&b);
		canon_terms(&b, &t);
		assert_form(&b, vector);
	}
	assert_true(i >= 3);
	buf_clear(&cuts);
	buf_clear(&b);
}

static void
responses_have_one_form(void **state)
{
	json_t *vector, *f, *row;
	struct canon_row rows[16];
	struct canon_response r;
	struct buf b = { 0 };
	size_t i, j;

	(void)state;
	json_array_foreach (json_object_get(vectors, "responses"), i, vector) {
		f = json_object_get(vector, "response");
		json_array_foreach (json_object_get(f, "rows"), j, row)
			rows[j] = (struct canon_row){ text_of(row, "key"),
				text_of(row, "wording"),
				text_of(row, "answer") };
		r = (struct canon_response){
			.stage = text_of(f, "stage"),
			.organisation = text_of(f, "organisation"),
			.level = text_of(f, "level"),
			.number = (int)json_integer_value(
			    json_object_get(f, "number")),
			.publication = text_of(f, "publication"),
			.nil_rest =
			    json_is_true(json_object_get(f, "nil_rest")),
			.rows = rows,
			.row_count = j,
		};
		buf_reset(&b);
		canon_response(&b, &r);
		assert_form(&b, vector);
	}
	assert_true(i >= 3);
	buf_clear(&b);
}

static void
entries_of_the_log_have_one_form(void **state)
{
	json_t *vector, *f;
	struct buf b = { 0 };
	struct canon_entry e;
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "entries"), i, vector) {
		f = json_object_get(vector, "entry");
		e = (struct canon_entry){ text_of(f, "epoch"),
			text_of(f, "xid"), text_of(f, "id"), text_of(f, "at"),
			text_of(f, "person"), text_of(f, "organisation"),
			text_of(f, "act"), text_of(f, "kind"),
			text_of(f, "object"), text_of(f, "before"),
			text_of(f, "after"), text_of(f, "amount"),
			text_of(f, "request") };
		buf_reset(&b);
		canon_entry(&b, &e);
		assert_form(&b, vector);
	}
	assert_true(i >= 3);
	buf_clear(&b);
}

static void
blocks_of_the_log_have_one_form(void **state)
{
	json_t *vector, *f;
	struct buf b = { 0 };
	struct canon_block k;
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "blocks"), i, vector) {
		f = json_object_get(vector, "block");
		k = (struct canon_block){ text_of(f, "number"),
			text_of(f, "epoch"), text_of(f, "xid_from"),
			text_of(f, "xid_to"), text_of(f, "entry_count"),
			text_of(f, "previous"), text_of(f, "entries"),
			text_of(f, "sealed_at"), text_of(f, "key") };
		buf_reset(&b);
		canon_block(&b, &k);
		assert_form(&b, vector);
	}
	assert_true(i >= 2);
	buf_clear(&b);
}

/* The example of FIPS 180-4. */
static void
sha256_is_sha256(void **state)
{
	char hex[CANON_HEX + 1];

	(void)state;
	canon_sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_is_sha256),
		cmocka_unit_test(answers_have_one_form),
		cmocka_unit_test(wordings_have_one_form),
		cmocka_unit_test(terms_have_one_form),
		cmocka_unit_test(terms_have_one_form),
		cmocka_unit_test(responses_have_one_form),
		cmocka_unit_test(entries_of_the_log_have_one_form),
		cmocka_unit_test(blocks_of_the_log_have_one_form),
	};

	return cmocka_run_group_tests_name(
	    "canon", tests, load_vectors, drop_vectors);
}
