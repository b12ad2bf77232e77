/* The filters of templates, with the texts they are made for. */
#include "unit.h"

#include <jansson.h>

#include "web/buf.h"
#include "web/filter.h"
#include "web/filter_parts.h"

#define SHY "\xC2\xAD"

static const char *
find_asset(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "css/app.css") == 0 ? "/static/css/app.3f2a.css"
						: NULL;
}

static struct filter_env env = { .asset = find_asset };

static int
setup(void **state)
{
	(void)state;
	env.labels =
	    json_loads("{\"stance\": {\"agree\": \"Zustimmung\","
		       " \"agree_changed\": \"Zustimmung mit Änderung\"},"
		       " \"stance@still\": {\"agree\": \"Gilt weiter\"},"
		       " \"stage_words\": {\"evaluation\": \"still\"},"
		       " \"level\": {\"land\": \"Land\"},"
		       " \"stage\": {\"1\": \"Beteiligungsstufe 1\"}}",
		0, NULL);
	filter_setup(&env);
	return env.labels == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	json_decref(env.labels);
	return 0;
}

/* value is JSON; the result is compared as JSON text. */
static void
assert_filter(const char *filter, const char *arg, const char *value,
    const char *expected)
{
	json_t *v, *result;
	char *text;

	v = value == NULL ? NULL : json_loads(value, JSON_DECODE_ANY, NULL);
	result = filter_apply(
	    filter, strlen(filter), arg, strlen(arg), "stance", 6, NULL, v);
	text = result == NULL
		   ? strdup("nothing")
		   : json_dumps(result, JSON_ENCODE_ANY | JSON_COMPACT);
	if (strcmp(text, expected) != 0)
		fail_msg("%s:%s of %s: expected %s, got %s", filter, arg,
		    value == NULL ? "nothing" : value, expected, text);
	free(text);
	json_decref(result);
	json_decref(v);
}

static void
pieces_are_cut_at_words_in_brackets(void **state)
{
	(void)state;
	assert_filter("pieces", "", "\"Frist: [Frist], [1] [x\"",
	    "[{\"text\":\"Frist: \",\"name\":null},"
	    "{\"text\":null,\"name\":\"Frist\"},"
	    "{\"text\":\", [1] [x\",\"name\":null}]");
	assert_filter("pieces", "", "\"[[Länge]]\"",
	    "[{\"text\":\"[\",\"name\":null},"
	    "{\"text\":null,\"name\":\"Länge\"},"
	    "{\"text\":\"]\",\"name\":null}]");
	assert_filter("pieces", "", "\"\"", "[]");
	assert_filter(
	    "pieces", "", "\"[]\"", "[{\"text\":\"[]\",\"name\":null}]");
	assert_filter("pieces", "", "7", "nothing");
}

static void
assert_text(void (*fn)(const char *, size_t, struct buf *), const char *text,
    const char *expected)
{
	struct buf b = { 0 };

	fn(text, strlen(text), &b);
	assert_string_equal(buf_text(&b), expected);
	buf_clear(&b);
}

static void
knows_its_names(void **state)
{
	(void)state;
	assert_true(filter_exists("label", 5));
	assert_false(filter_exists("labe", 4));
	assert_false(filter_exists("labels", 6));
	assert_false(filter_exists("", 0));
	assert_true(filter_is_raw("markdown", 8));
	assert_true(filter_is_raw("lines", 5));
	assert_true(filter_is_raw("asset", 5));
	assert_true(filter_is_raw("chart", 5));
	assert_false(filter_is_raw("soft", 4));
	assert_false(filter_is_raw("json", 4));
	assert_null(filter_apply("none", 4, "", 0, "", 0, NULL, NULL));
}

static void
label_finds_the_word(void **state)
{
	(void)state;
	assert_filter("label", "", "\"agree\"", "\"Zustimmung\"");
	assert_filter("label", "level", "\"land\"", "\"Land\"");
	assert_filter("label", "stage", "1", "\"Beteiligungsstufe 1\"");
	assert_filter("label", "", "\"unbekannt\"", "\"unbekannt\"");
	assert_filter("label", "keine_liste", "\"agree\"", "\"agree\"");
	assert_filter("label", "", "null", "null");
	assert_filter("label", "", NULL, "nothing");
}

static const char *
word_in(const char *list, const char *code, const char *kind)
{
	return json_string_value(filter_word(
	    env.labels, list, strlen(list), code, strlen(code), kind));
}

static void
evaluation_has_words_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(
	    word_in("stance", "agree", "evaluation"), "Gilt weiter");
	assert_string_equal(
	    word_in("stance", "agree", "consultation"), "Zustimmung");
	assert_string_equal(word_in("stance", "agree", NULL), "Zustimmung");
	assert_string_equal(word_in("stance", "agree_changed", "evaluation"),
	    "Zustimmung mit Änderung");
	assert_string_equal(word_in("level", "land", "evaluation"), "Land");
	assert_null(word_in("stance", "unbekannt", "evaluation"));
}

static void
is_compares(void **state)
{
	(void)state;
	assert_filter("is", "agree", "\"agree\"", "true");
	assert_filter("is", "agree", "\"agree_changed\"", "false");
	assert_filter("is", "agree_changed", "\"agree\"", "false");
	assert_filter("is", "", "\"\"", "true");
	assert_filter("is", "3", "3", "true");
	assert_filter("is", "3", "30", "false");
	assert_filter("is", "true", "true", "true");
	assert_filter("is", "agree", "null", "false");
	assert_filter("is", "agree", "[\"agree\"]", "false");
	assert_filter("is", "agree", NULL, "false");
}

static void
any_tells_something_from_nothing(void **state)
{
	static const char *const nothing[] = { "null", "false", "0", "\"\"",
		"[]", "{}", NULL };
	static const char *const something[] = { "true", "-1", "\"0\"",
		"[null]", "{\"a\": null}", "0.5" };
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(nothing); i++)
		assert_filter("any", "", nothing[i], "false");
	for (i = 0; i < NELEM(something); i++)
		assert_filter("any", "", something[i], "true");
}

static void
times_are_shown_or_left(void **state)
{
	const char *t = "\"2024-04-22T12:03:00+00:00\"";

	(void)state;
	assert_filter("date", "", t, "\"22.04.2024\"");
	assert_filter("daymonth", "", t, "\"22.04.\"");
	assert_filter("time", "", t, "\"14:03 Uhr\"");
	assert_filter("datetime", "", t, "\"22.04.2024, 14:03 Uhr\"");
	assert_filter("date", "", "\"Mitte Mai\"", "\"Mitte Mai\"");
	assert_filter("date", "", "null", "nothing");
}

static void
numbers_have_points(void **state)
{
	(void)state;
	assert_filter("number", "", "0", "\"0\"");
	assert_filter("number", "", "999", "\"999\"");
	assert_filter("number", "", "1000", "\"1.000\"");
	assert_filter("number", "", "10787", "\"10.787\"");
	assert_filter("number", "", "-1234567", "\"-1.234.567\"");
	assert_filter("number", "", "9223372036854775807",
	    "\"9.223.372.036.854.775.807\"");
	assert_filter("number", "", "\"12345\"", "\"12.345\"");
	assert_filter("number", "", "\"B-2023/10\"", "\"B-2023/10\"");
	assert_filter("number", "", "null", "null");
}

static void
plural_chooses(void **state)
{
	const char *words = "Antwort;Antworten";

	(void)state;
	assert_filter("plural", words, "1", "\"Antwort\"");
	assert_filter("plural", words, "0", "\"Antworten\"");
	assert_filter("plural", words, "2", "\"Antworten\"");
	assert_filter("plural", words, "\"1\"", "\"Antwort\"");
	assert_filter("plural", words, NULL, "\"Antworten\"");
	assert_filter("plural", "Sitz", "2", "\"Sitz\"");
}

static void
small_ones_work(void **state)
{
	(void)state;
	assert_filter("count", "", "[1,2,3]", "3");
	assert_filter("count", "", "null", "0");
	assert_filter(
	    "asset", "", "\"css/app.css\"", "\"/static/css/app.3f2a.css\"");
	assert_filter("asset", "", "\"css/none.css\"", "nothing");
	assert_filter(
	    "json", "", "{\"a\": [1, \"ü\"]}", "\"{\\\"a\\\":[1,\\\"ü\\\"]}\"");
	assert_filter(
	    "url", "", "\"2023/46 §ü~\"", "\"2023%2F46%20%C2%A7%C3%BC~\"");
	assert_filter("url", "", "46", "\"46\"");
	assert_filter("chart", "", "{}", "nothing");
	assert_filter("qr", "", "12", "nothing");
	assert_filter("qr", "", "\"\"", "nothing");
	assert_filter("lines", "", "3", "nothing");
}

static void
lines_keep_paragraphs(void **state)
{
	(void)state;
	assert_text(filter_lines, "", "");
	assert_text(filter_lines, "\n \n", "");
	assert_text(
	    filter_lines, "Wir stimmen zu.", "<p>Wir stimmen zu.</p>\n");
	assert_text(filter_lines, "eins\nzwei\n\n\n drei & <vier>\n",
	    "<p>eins<br>\nzwei</p>\n<p> drei &amp; &lt;vier&gt;</p>\n");
	assert_text(
	    filter_lines, "eins\r\n\r\nzwei", "<p>eins</p>\n<p>zwei</p>\n");
}

static void
markdown_is_harmless(void **state)
{
	(void)state;
	assert_text(filter_markdown, "# Titel\n\n- *eins*\n- zwei",
	    "<h3>Titel</h3>\n<ul>\n<li><em>eins</em></li>\n"
	    "<li>zwei</li>\n</ul>\n");
	assert_text(filter_markdown, "###### tief", "<h6>tief</h6>\n");
	assert_text(filter_markdown, "<script>alert(1)</script>",
	    "<!-- raw HTML omitted -->\n");
	assert_text(filter_markdown, "[hier](javascript:alert(1))",
	    "<p><a href=\"\">hier</a></p>\n");
	assert_text(filter_markdown, "vor ![Bild *eins*](http://x/y.png) nach",
	    "<p>vor Bild <em>eins</em> nach</p>\n");
	assert_text(filter_markdown, "eins\nzwei", "<p>eins\nzwei</p>\n");
}

static void
soft_breaks_long_words(void **state)
{
	(void)state;
	assert_text(filter_soft, "Verwaltung und Bürgerinnen",
	    "Verwaltung und Bürgerinnen");
	assert_text(filter_soft, "Verwaltungsmodernisierung",
	    "Verwaltungs" SHY "moderni" SHY "sierung");
	assert_text(filter_soft, "länderübergreifenden Zusammenhalt",
	    "länder" SHY "übergrei" SHY "fenden Zusammenhalt");
	assert_text(filter_soft, "„Dienstleistungszentrum-Leitung“,",
	    "„Dienst" SHY "leistungs" SHY "zentrum-Leitung“,");
	assert_text(filter_soft, "Fachministerkonferenzen\nder Länder",
	    "Fach" SHY "minister" SHY "konferenzen\nder Länder");
}

static void
soft_leaves_ids_alone(void **state)
{
	static const char *const same[] = { "",
		"https://www.it-planungsrat.de/beschlussdokumente",
		"/consultations/dachstrategiezweitausend/questions",
		"postfach.digitalisierung@staatskanzlei.example",
		"R1-0042-Verwaltungsmodernisierung",
		"verwaltungsmodernisierung_entwurf",
		"verwaltungsmodernisierung.pdf",
		"bund=verwaltungsmodernisierung" };
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(same); i++)
		assert_text(filter_soft, same[i], same[i]);
}

/* Without the hyphens the text is the same, and no part is tiny. */
static void
soft_is_reversible(void **state)
{
	static const char *const texts[] = {
		"Rechtsanspruchsverwirklichungsgesetz", "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"Multivendorenfähigkeitsanforderungen, Gestaltungsfähigkeit!",
		"bcdfghjklmnpqrstvwxzbcdfghjklmnpqrstvwxz",
		"Straßenverkehrszulassungsordnungsänderung",
		"Bürger*innenbeteiligungsverfahren/Kommunalverfassungsrecht"
	};
	struct buf b = { 0 };
	size_t i, j, n, since;
	char plain[256];

	(void)state;
	for (i = 0; i < NELEM(texts); i++) {
		buf_reset(&b);
		filter_soft(texts[i], strlen(texts[i]), &b);
		for (j = 0, n = 0, since = 3; j < b.len; j++) {
			if (strncmp(b.data + j, SHY, 2) == 0) {
				assert_true(since >= 3);
				since = 0;
				j++;
				continue;
			}
			since++;
			plain[n++] = b.data[j];
		}
		plain[n] = '\0';
		assert_string_equal(plain, texts[i]);
	}
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_cut_at_words_in_brackets),
		cmocka_unit_test(knows_its_names),
		cmocka_unit_test(label_finds_the_word),
		cmocka_unit_test(evaluation_has_words_of_its_own),
		cmocka_unit_test(is_compares),
		cmocka_unit_test(any_tells_something_from_nothing),
		cmocka_unit_test(times_are_shown_or_left),
		cmocka_unit_test(numbers_have_points),
		cmocka_unit_test(plural_chooses),
		cmocka_unit_test(small_ones_work),
		cmocka_unit_test(lines_keep_paragraphs),
		cmocka_unit_test(markdown_is_harmless),
		cmocka_unit_test(soft_breaks_long_words),
		cmocka_unit_test(soft_leaves_ids_alone),
		cmocka_unit_test(soft_is_reversible),
	};

	return cmocka_run_group_tests_name("filter", tests, setup, teardown);
}
