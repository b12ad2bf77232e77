/* The paper as text, and read back. */
#include "unit.h"

#include <stdio.h>

#include "domain/paper.h"

static const char *const lists[] = { "chapters", "sections", "items",
	"question_sets", "questions", "footnotes" };

static json_t *
reference(void)
{
	json_t *doc =
	    json_load_file("assets/consultations/strategy-2024.json", 0, NULL);

	assert_non_null(doc);
	json_object_del(json_object_get(doc, "edition"), "number");
	return doc;
}

static json_t *
read_text(const char *text, struct paper_issues *issues)
{
	json_t *doc;

	*issues = (struct paper_issues){ 0 };
	if (paper_read(text, strlen(text), NULL, &doc, issues) != RC_OK)
		assert_null(doc);
	return doc;
}

/* The words of all that was found: "3 paper_key_new K4.G2.6". */
static void
assert_found(const char *text, const char *expected)
{
	struct paper_issues issues;
	json_t *doc = read_text(text, &issues);
	struct buf found = { 0 };

	for (size_t i = 0; i < issues.len; i++)
		buf_printf(&found, "%s%zu %s%s%s", i == 0 ? "" : "; ",
		    issues.list[i].line, issues.list[i].code,
		    issues.list[i].what[0] == '\0' ? "" : " ",
		    issues.list[i].what);
	assert_string_equal(buf_text(&found), expected);
	buf_clear(&found);
	json_decref(doc);
}

static void
assert_same(json_t *is, json_t *was, const char *what)
{
	char *a, *b;

	if (json_equal(is, was))
		return;
	a = json_dumps(is, JSON_INDENT(1) | JSON_SORT_KEYS);
	b = json_dumps(was, JSON_INDENT(1) | JSON_SORT_KEYS);
	for (size_t i = 0, line = 0; a != NULL && b != NULL; i++) {
		if (a[i] == '\n')
			line = i;
		if (a[i] != b[i])
			fail_msg(
			    "%s: %.300s\nwas %.300s", what, a + line, b + line);
	}
	fail_msg("%s", what);
}

static void
the_real_paper_is_read_as_it_was_written(void **state)
{
	json_t *was = reference(), *is;
	struct paper_issues issues;
	struct buf text = { 0 }, again = { 0 };

	(void)state;
	paper_write(was, &text);
	is = read_text(buf_text(&text), &issues);
	if (issues.len > 0)
		fail_msg("line %zu: %s %s", issues.list[0].line,
		    issues.list[0].code, issues.list[0].what);
	for (size_t i = 0; i < NELEM(lists); i++)
		assert_same(json_object_get(is, lists[i]),
		    json_object_get(was, lists[i]), lists[i]);
	assert_same(json_object_get(is, "edition"),
	    json_object_get(was, "edition"), "edition");
	paper_write(is, &again);
	assert_string_equal(buf_text(&again), buf_text(&text));
	buf_clear(&text);
	buf_clear(&again);
	json_decref(was);
	json_decref(is);
}

#define HEAD "# K1 Ziele\n\n## K1.G1 Technik\n\n"

/* Groups in any order, twice, or all of them, which is everybody. */
static void
who_is_asked_is_written_in_one_order(void **state)
{
	static const char *const cases[][2] = {
		{ " gefragt=\"kommunen, länder kommunen\"",
		    " gefragt=\"länder kommunen\"" },
		{ " gefragt=\"bund länder beratend kommunen weitere\"", "" },
		{ " gefragt=\"\"", "" },
	};
	struct paper_issues issues;
	struct buf text = { 0 }, out = { 0 };
	json_t *doc;

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		buf_reset(&text);
		buf_reset(&out);
		buf_printf(&text,
		    HEAD "#### L-K1-1 {.leitfrage%s}\n\nWie viele?\n",
		    cases[i][0]);
		doc = read_text(buf_text(&text), &issues);
		assert_non_null(doc);
		paper_write(doc, &out);
		buf_reset(&text);
		buf_printf(&text, "#### L-K1-1 {.leitfrage%s}\n", cases[i][1]);
		assert_non_null(strstr(buf_text(&out), buf_text(&text)));
		json_decref(doc);
	}
	buf_clear(&text);
	buf_clear(&out);
}

static void
what_is_wrong_is_said_with_its_line(void **state)
{
	(void)state;
	assert_found("## K1.A Abschnitt\n", "1 paper_no_chapter");
	assert_found("# K1 Ziele\n### Punkt\n", "2 paper_no_section");
	assert_found("##### Tief\n", "1 paper_level");
	assert_found("# K1 Ziele\n\n# K1 Wieder\n",
	    "3 paper_key_twice K1; 3 paper_gap K1");
	assert_found("# K1\n", "1 paper_no_title K1");
	assert_found("# K1 Eins\n# K3 Drei\n", "2 paper_gap K3");
	assert_found("Vorweg.\n# K1 Eins\n", "1 paper_text_lost");
	assert_found(
	    "---\nFarbe: blau\n---\n# K1 Eins\n", "2 paper_head_unknown Farbe");
	assert_found(HEAD "### K1.G1.1 Cloud {.grundsatz}\n\nText.[^3]\n",
	    "5 paper_mark 3");
	assert_found(HEAD "### K1.G1.1 Cloud {.grundsatz}\n\n"
			  "[^3]: Beschluss 2023/42\n",
	    "7 paper_footnote_lost 3");
	assert_found(HEAD "### K1.G1.1 Cloud {.grundsatz}\n\nText.[^3]\n\n"
			  "[^3]: Beschluss 2024/7\n",
	    "9 paper_ref 2024/7");
	assert_found(HEAD "### K1.G1.1 Cloud\n", "5 paper_kind grundsatz");
	assert_found(HEAD "#### L-1 Frage?\n", "5 paper_key_new L-K1");
	assert_found(HEAD "#### L-1 {.leitfrage form=\"tanz\"}\n\nWas?\n",
	    "5 paper_shape tanz; 5 paper_key_new L-K1");
	assert_found(HEAD
	    "#### L-1 {.leitfrage gefragt=\"länder kreise\"}\n\nOb?\n",
	    "5 paper_group kreise; 5 paper_key_new L-K1");
	assert_found(HEAD "#### L-K1-1 {.leitfrage form=\"auswahl\"}\n\nOb?\n"
			  "\n- Ja\n",
	    "5 paper_key_new L-K1; 9 paper_key_new L-K1-1.a; "
	    "5 paper_options auswahl");
	assert_found(HEAD "#### L-K1-1 {.leitfrage form=\"tabelle\"}\n\nOb?\n"
			  "\n- Ja\n- Nein\n",
	    "5 paper_key_new L-K1; 9 paper_key_new L-K1-1.a; "
	    "10 paper_key_new L-K1-1.b; 5 paper_rows");
	assert_found(HEAD "#### L-K1-1 {.leitfrage form=\"mehrfach\"}\n\nOb?\n"
			  "\n- O1 Ja\n- O1 Nein\n",
	    "10 paper_key_twice O1; 5 paper_key_new L-K1");
	assert_found("---\nTitel: X\n---\n" HEAD
		     "#### L-1 {.leitfrage ziele=\"K9.A\"}\n\nWas?\n",
	    "8 paper_key_new L-K1; 8 paper_aim K9.A");
	assert_found("# K1 \xff\n", "0 paper_encoding");
}

static void
what_has_no_key_gets_a_free_one(void **state)
{
	(void)state;
	assert_found(HEAD "### K1.G1.1 Eins {.grundsatz}\n"
			  "### Zwei {.grundsatz}\n### Drei {.idee}\n",
	    "6 paper_key_new K1.G1.2; 7 paper_key_new K1.G1.I1");
	assert_found("# Anfang\n## Lage\n### Eins {.aussage}\n",
	    "1 paper_key_new K1; 2 paper_key_new K1.A; "
	    "3 paper_key_new K1.A1");
	assert_found("# K3 Nutzen\n## K3.N Wer\n"
		     "### K3.N1 Alle {.nutzendengruppe}\n- Einfach.\n",
	    "4 paper_key_new K3.N1.1");
}

/* Layout and marks do not matter to find what is meant. */
static void
keys_come_from_the_edition_before(void **state)
{
	static const char text[] =
	    "# ziele\n## TECHNIK\n### „Cloud“ {.grundsatz}\n"
	    "### Neu {.grundsatz}\n";
	struct paper_issues issues;
	json_t *base, *doc;

	(void)state;
	base = read_text(HEAD "### K1.G1.7 Cloud {.grundsatz}\n", &issues);
	issues = (struct paper_issues){ 0 };
	assert_int_equal(
	    paper_read(text, strlen(text), base, &doc, &issues), RC_OK);
	assert_int_equal(issues.len, 1);
	assert_string_equal(issues.list[0].what, "K1.G1.1");
	assert_string_equal(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(doc, "items"), 0), "key")),
	    "K1.G1.7");
	json_decref(base);
	json_decref(doc);
}

static void
bounds_hold(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_str(&text, "# Kapitel\n");
	assert_found(buf_text(&text), "3001 paper_many");
	buf_reset(&text);
	buf_str(&text, HEAD "### K1.G1.1 X {.grundsatz}\n\n");
	for (int i = 0; i < 20001; i++)
		buf_str(&text, "ä");
	assert_found(buf_text(&text), "7 paper_body_long");
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_real_paper_is_read_as_it_was_written),
		cmocka_unit_test(who_is_asked_is_written_in_one_order),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(what_has_no_key_gets_a_free_one),
		cmocka_unit_test(keys_come_from_the_edition_before),
		cmocka_unit_test(bounds_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
