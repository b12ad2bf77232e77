/* Parameters: each kind, its limits and its words. */
#include "unit.h"

#include "web/buf.h"
#include "web/param.h"

static const struct param answer[] = {
	{ "target", PARAM_KEY, 64, true, true },
	{ "version", PARAM_INT, 16, true, false },
	{ "stance", PARAM_KEY, 64, false, false },
	{ "body", PARAM_TEXT, 20, false, false },
	{ "reason", PARAM_LINE, 10, false, false },
	{ "confidential", PARAM_FLAG, 8, false, false },
	{ "paper_title", PARAM_LIST, 10, false, false },
};
enum { TARGET, VERSION, STANCE, BODY, REASON, CONFIDENTIAL, PAPER, COUNT };
_Static_assert(NELEM(answer) == COUNT, "one name for each");

static struct param_value values[PARAM_MAX];
static struct param_errors errors;

static enum rc
collect(const char *target, const char *query)
{
	const char *const captures[] = { target };
	struct form f = { 0 };
	struct err err = { 0 };
	enum rc rc;

	param_values_clear(values, COUNT);
	assert_int_equal(
	    form_parse_urlencoded(&f, query, strlen(query), &err), RC_OK);
	rc = params_collect(answer, COUNT, captures, &f, values, &errors);
	form_clear(&f);
	return rc;
}

/* One parameter of a kind against one value; "" as code = taken. */
static void
check(
    const struct param *p, const char *sent, const char *code, const char *want)
{
	struct param_value value = { 0 };
	struct form f = { 0 };
	enum rc rc;

	form_add(&f, p->name, sent, strlen(sent));
	rc = params_collect(p, 1, NULL, &f, &value, &errors);
	if (code[0] != '\0') {
		assert_int_equal(rc, RC_INVALID);
		assert_int_equal(errors.count, 1);
		assert_string_equal(errors.at[0].code, code);
		assert_ptr_equal(errors.at[0].field, p->name);
	} else {
		assert_int_equal(rc, RC_OK);
		if (want == NULL) {
			assert_null(value.text);
		} else {
			assert_string_equal(value.text, want);
			assert_int_equal(value.len, strlen(want));
		}
	}
	param_values_clear(&value, 1);
	form_clear(&f);
}

/* The value is the hash: the token itself reaches no statement. */
static void
a_token_of_a_link(void **state)
{
	static const struct param p = { "token", PARAM_TOKEN, 43, true, true };
	static const char good[] =
	    "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";
	static const char *const bad[] = { "", "kurz",
		"AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCd",
		"AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEf",
		"AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCd!" };
	struct param_value value = { 0 };
	const char *captures[] = { good };

	(void)state;
	assert_int_equal(
	    params_collect(&p, 1, captures, NULL, &value, &errors), RC_OK);
	assert_int_equal(value.len, 2 + 64);
	assert_memory_equal(value.text, "\\x", 2);
	assert_null(strstr(value.text, "AbCd"));
	param_values_clear(&value, 1);
	for (size_t i = 0; i < NELEM(bad); i++) {
		captures[0] = bad[i];
		assert_int_equal(
		    params_collect(&p, 1, captures, NULL, &value, &errors),
		    RC_NOTFOUND);
		param_values_clear(&value, 1);
	}
}

static void
a_whole_answer(void **state)
{
	(void)state;
	assert_int_equal(
	    collect("K4.G2.5", "version=7&stance=agree_changed&"
			       "body=Wir+stimmen+zu.%0D%0A&reason=+Kosten+&"
			       "confidential=on&paper_title=%C2%A71&"
			       "paper_title=&paper_title=+%22B%22+"),
	    RC_OK);
	assert_string_equal(values[TARGET].text, "K4.G2.5");
	assert_string_equal(values[VERSION].text, "7");
	assert_string_equal(values[STANCE].text, "agree_changed");
	assert_string_equal(values[BODY].text, "Wir stimmen zu.\n");
	assert_string_equal(values[REASON].text, "Kosten");
	assert_string_equal(values[CONFIDENTIAL].text, "true");
	assert_string_equal(values[PAPER].text, "[\"§1\",\"\",\"\\\"B\\\"\"]");
	param_values_clear(values, COUNT);
}

static void
what_is_missing(void **state)
{
	(void)state;
	assert_int_equal(collect("K5", "version=0"), RC_OK);
	assert_null(values[STANCE].text);
	assert_string_equal(values[BODY].text, "");
	assert_null(values[REASON].text);
	assert_string_equal(values[CONFIDENTIAL].text, "false");
	assert_string_equal(values[PAPER].text, "[]");
	/* sent but empty is the same */
	assert_int_equal(collect("K5", "version=0&stance=&body=&reason=++&"
				       "confidential="),
	    RC_OK);
	assert_null(values[STANCE].text);
	assert_string_equal(values[BODY].text, "");
	assert_null(values[REASON].text);
	assert_string_equal(values[CONFIDENTIAL].text, "false");
	param_values_clear(values, COUNT);
}

static void
all_errors_at_once(void **state)
{
	(void)state;
	assert_int_equal(collect("K5", "stance=ja%21&body=zwanzig+und+ein+"
				       "Zeich&reason=a%0Ab&paper_title=ok&"
				       "paper_title=viel+zu+lang"),
	    RC_INVALID);
	assert_int_equal(errors.count, 5);
	assert_string_equal(errors.at[0].field, "version");
	assert_string_equal(errors.at[0].code, "required");
	assert_string_equal(errors.at[1].code, "bad_key");
	assert_string_equal(errors.at[2].field, "body");
	assert_string_equal(errors.at[2].code, "too_long");
	assert_int_equal(errors.at[2].actual, 21);
	assert_int_equal(errors.at[2].max, 20);
	assert_string_equal(errors.at[3].code, "line_break");
	assert_int_equal(errors.at[3].actual, 2);
	assert_string_equal(errors.at[4].field, "paper_title");
	assert_string_equal(errors.at[4].code, "too_long");
	assert_int_equal(errors.at[4].actual, 12);
	param_values_clear(values, COUNT);
}

static void
a_bad_path_is_not_found(void **state)
{
	char key[66];

	(void)state;
	assert_int_equal(collect("K4 G2", "version=1"), RC_NOTFOUND);
	assert_int_equal(collect("Kü", "version=1"), RC_NOTFOUND);
	assert_int_equal(collect("", "version=1"), RC_NOTFOUND);
	assert_int_equal(collect("'; drop table", "version=1"), RC_NOTFOUND);
	memset(key, 'k', 65);
	key[65] = '\0';
	assert_int_equal(collect(key, "version=1"), RC_NOTFOUND);
	assert_int_equal(collect(key + 1, "version=1"), RC_OK);
	param_values_clear(values, COUNT);
}

static void
a_single_value_twice_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    collect("K5", "version=1&stance=agree&stance=reject"), RC_INVALID);
	assert_string_equal(errors.at[0].code, "too_many");
	assert_int_equal(errors.at[0].actual, 2);
	assert_int_equal(errors.at[0].max, 1);
	/* a hidden 0 before a tick box is usual */
	assert_int_equal(
	    collect("K5", "version=1&confidential=0&confidential=1"), RC_OK);
	assert_string_equal(values[CONFIDENTIAL].text, "true");
	param_values_clear(values, COUNT);
}

static void
numbers(void **state)
{
	static const struct param p = { "n", PARAM_INT, 16, true, false };

	(void)state;
	check(&p, "0", "", "0");
	check(&p, "9007199254740992", "", "9007199254740992");
	check(&p, "9007199254740993", "bad_number", NULL);
	check(&p, "99999999999999999", "bad_number", NULL);
	check(&p, "-1", "bad_number", NULL);
	check(&p, "+1", "bad_number", NULL);
	check(&p, " 1", "bad_number", NULL);
	check(&p, "1 ", "bad_number", NULL);
	check(&p, "01", "bad_number", NULL);
	check(&p, "1e3", "bad_number", NULL);
	check(&p, "1.0", "bad_number", NULL);
	check(&p, "0x1", "bad_number", NULL);
	check(&p, "１", "bad_number", NULL);
	check(&p, "", "required", NULL);
}

/* What is missing of radios and lists is a choice. */
static void
choices(void **state)
{
	static const struct param p = { "k", PARAM_KEY, 64, true, false };

	(void)state;
	check(&p, "editor", "", "editor");
	check(&p, "", "choose", NULL);
}

static void
hashes(void **state)
{
	static const struct param p = { "h", PARAM_HASH, 64, true, false };
	char hash[66];

	(void)state;
	memset(hash, 'a', 64);
	hash[64] = '\0';
	check(&p, hash, "", hash);
	hash[5] = 'A';
	check(&p, hash, "bad_hash", NULL);
	hash[5] = 'g';
	check(&p, hash, "bad_hash", NULL);
	hash[5] = '0';
	check(&p, hash + 1, "bad_hash", NULL);
	hash[64] = '0';
	hash[65] = '\0';
	check(&p, hash, "bad_hash", NULL);
	check(&p, "", "required", NULL);
}

static void
lines(void **state)
{
	static const struct param p = { "l", PARAM_LINE, 8, true, false };

	(void)state;
	check(&p, "  Länder\xc2\xa0\n", "", "Länder");
	check(&p, "Bund\tund", "bad_character", NULL);
	check(&p, "Bund\nund", "line_break", NULL);
	check(&p, "B\xe2\x80\xa8u", "line_break", NULL); /* U+2028 */
	check(&p, "B\x1b[31m", "bad_character", NULL);
	check(&p, "B\x7f", "bad_character", NULL);
	check(&p,
	    "B\xc2\x9b"
	    "1",
	    "bad_character", NULL); /* C1 */
	check(&p, "ÄÖÜäöüß€", "", "ÄÖÜäöüß€");
	check(&p, "ÄÖÜäöüß€x", "too_long", NULL);
	check(&p, " \t\n \xe3\x80\x80", "required", NULL);
	check(&p, "", "required", NULL);
	check(&p, "<b>&", "", "<b>&");
}

static void
texts(void **state)
{
	static const struct param p = { "t", PARAM_TEXT, 8, false, false };
	static const struct param must = { "t", PARAM_TEXT, 8, true, false };

	(void)state;
	check(&p, " a\n\tb ", "", " a\n\tb ");
	check(&p, "12345678", "", "12345678");
	check(&p, "123456789", "too_long", NULL);
	check(&p, "a\vb", "bad_character", NULL);
	assert_int_equal(errors.at[0].actual, 2);
	check(&p, "", "", "");
	check(&must, "", "required", NULL);
}

static void
secrets(void **state)
{
	static const struct param p = { "p", PARAM_SECRET, 12, true, false };

	(void)state;
	check(&p, " geheim ", "", " geheim ");
	check(&p, "   ", "", "   ");
	check(&p, "", "required", NULL);
	check(&p, "zu lange Parole", "too_long", NULL);
	check(&p, "a\nb", "line_break", NULL);
}

static void
flags(void **state)
{
	static const struct param p = { "f", PARAM_FLAG, 8, false, false };

	(void)state;
	check(&p, "on", "", "true");
	check(&p, "1", "", "true");
	check(&p, "true", "", "true");
	check(&p, "0", "", "false");
	check(&p, "false", "", "false");
	check(&p, "", "", "false");
}

static void
lists(void **state)
{
	static const struct param p = { "l", PARAM_LIST, 8, false, false };
	static const struct param must = { "l", PARAM_LIST, 8, true, false };
	struct param_value value = { 0 };
	struct form f = { 0 };
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < PARAM_LIST_MAX; i++)
		form_add(&f, "l", "x", 1);
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_OK);
	assert_int_equal(value.len, PARAM_LIST_MAX * 4 + 1);
	param_values_clear(&value, 1);
	form_add(&f, "l", "x", 1);
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_INVALID);
	assert_string_equal(errors.at[0].code, "too_many");
	assert_int_equal(errors.at[0].actual, PARAM_LIST_MAX + 1);
	assert_int_equal(errors.at[0].max, PARAM_LIST_MAX);
	form_clear(&f);

	check(&p, "a\nb", "line_break", NULL);
	assert_int_equal(form_parse_json(&f, "{\"l\":null}", 10, &err), RC_OK);
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_OK);
	assert_string_equal(value.text, "[]");
	param_values_clear(&value, 1);
	assert_int_equal(
	    params_collect(&must, 1, NULL, &f, &value, &errors), RC_INVALID);
	assert_string_equal(errors.at[0].code, "required");
	form_clear(&f);
}

/* Texts of the rows of a form, by the key behind the point. */
static void
maps(void **state)
{
	static const struct param p = { "body", PARAM_MAP, 8, false, false };
	struct param_value value = { 0 };
	struct form f = { 0 };

	(void)state;
	assert_int_equal(
	    params_collect(&p, 1, NULL, NULL, &value, &errors), RC_OK);
	assert_string_equal(value.text, "{}");
	param_values_clear(&value, 1);
	form_add(&f, "body.L-K4-4", "Maß\n\"", 6);
	form_add(&f, "body.", "x", 1);
	form_add(&f, "body", "x", 1);
	form_add(&f, "bodyguard.K4", "x", 1);
	form_add(&f, "body.K4.G2.5", "", 0);
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_OK);
	assert_string_equal(
	    value.text, "{\"L-K4-4\":\"Ma\xc3\x9f\\n\\\"\",\"K4.G2.5\":\"\"}");
	param_values_clear(&value, 1);
	assert_string_equal(param_map_key(&p, f.fields[0].name), "L-K4-4");
	assert_null(param_map_key(&p, "body"));

	form_add(&f, "body.K5", "neun Uhr!", 9);
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_INVALID);
	assert_string_equal(errors.at[0].field, "body.K5");
	assert_string_equal(errors.at[0].code, "too_long");
	form_clear(&f);
	form_add(&f, "body.K5", "a", 1);
	form_add(&f, "body.K5", "b", 1);
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_INVALID);
	assert_string_equal(errors.at[0].code, "too_many");
	form_clear(&f);
	for (int i = 0; i <= PARAM_MAP_MAX; i++) {
		char name[16];

		snprintf(name, sizeof name, "body.%d", i);
		form_add(&f, name, "", 0);
	}
	assert_int_equal(
	    params_collect(&p, 1, NULL, &f, &value, &errors), RC_INVALID);
	assert_int_equal(errors.at[0].actual, PARAM_MAP_MAX + 1);
	form_clear(&f);
}

static void
without_a_form(void **state)
{
	static const struct param p[] = {
		{ "k", PARAM_KEY, 8, true, false },
		{ "o", PARAM_KEY, 8, false, false },
	};
	struct param_value some[2];

	(void)state;
	assert_int_equal(
	    params_collect(p, 2, NULL, NULL, some, &errors), RC_INVALID);
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.at[0].field, "k");
	param_values_clear(some, 2);
	assert_int_equal(
	    params_collect(NULL, 0, NULL, NULL, NULL, &errors), RC_OK);
}

static void
sql_types(void **state)
{
	static const struct {
		enum param_kind kind;
		const char *sql;
	} rows[] = {
		{ PARAM_KEY, "$4::text" },
		{ PARAM_INT, "$4::bigint" },
		{ PARAM_LINE,
		    "case when $4::text is nfc normalized then $4::text "
		    "else normalize($4::text, NFC) end" },
		{ PARAM_TEXT,
		    "case when $4::text is nfc normalized then $4::text "
		    "else normalize($4::text, NFC) end" },
		{ PARAM_FLAG, "$4::boolean" },
		{ PARAM_LIST, "$4::json" },
		{ PARAM_MAP, "$4::json" },
		{ PARAM_HASH, "$4::text" },
		{ PARAM_TOKEN, "$4::bytea" },
		{ PARAM_SECRET, "$4::text" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct param p = { "x", rows[i].kind, 1, false, false };

		buf_reset(&out);
		param_sql(&out, &p, 4);
		assert_string_equal(buf_text(&out), rows[i].sql);
	}
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_of_a_link),
		cmocka_unit_test(a_whole_answer),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(all_errors_at_once),
		cmocka_unit_test(a_bad_path_is_not_found),
		cmocka_unit_test(a_single_value_twice_is_refused),
		cmocka_unit_test(numbers),
		cmocka_unit_test(choices),
		cmocka_unit_test(hashes),
		cmocka_unit_test(lines),
		cmocka_unit_test(texts),
		cmocka_unit_test(secrets),
		cmocka_unit_test(flags),
		cmocka_unit_test(lists),
		cmocka_unit_test(maps),
		cmocka_unit_test(without_a_form),
		cmocka_unit_test(sql_types),
	};

	return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}
