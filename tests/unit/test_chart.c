/* Charts: safe, complete SVG from what SQL answers, and nothing from else. */
#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "domain/chart.h"
#include "domain/day.h"

static const char stacked[] =
    "{\"kind\": \"stacked\", \"id\": \"K4.G2.5\","
    " \"title\": \"Meinungsbild <je> Grundsatz\","
    " \"desc\": \"Basis: 17 Sitze & mehr\","
    " \"classes\": [\"agree\", \"agree_changed\", \"reject\", \"outstanding\"],"
    " \"rows\": [{\"label\": \"K4.G1.1 Mehr Einheitlichkeit\", \"n\": 17,"
    "             \"values\": [3, 1, 0, 13]},"
    "            {\"label\": \"K4.G2.5 Digitale Souveränität, "
    "Multivendoren-Fähigkeit und Wechselmöglichkeiten\", \"n\": 17,"
    "             \"values\": [4, 2, 1, 10]},"
    "            {\"label\": \"Noch niemand\", \"n\": 0,"
    "             \"values\": [0, 0, 0, 0]}]}";

static const char steps[] =
    "{\"kind\": \"steps\", \"id\": \"returns\", \"title\": \"Rücklauf\","
    " \"desc\": \"Treppenlinie\", \"from\": \"2024-03-25\","
    " \"to\": \"2024-05-03\", \"max\": 28,"
    " \"series\": [{\"key\": \"total\", \"label\": \"eingegangen\","
    "   \"points\": [{\"on\": \"2024-04-03\", \"value\": 1},"
    "                {\"on\": \"2024-04-26\", \"value\": 20},"
    "                {\"on\": \"2024-05-03\", \"value\": 21}]},"
    "  {\"key\": \"seats\", \"label\": \"davon Sitze\","
    "   \"points\": [{\"on\": \"2024-05-03\", \"value\": 15}]}],"
    " \"marks\": [{\"on\": \"2024-04-26\", \"label\": \"Frist 26.04.\"},"
    "             {\"on\": \"2024-05-03\", \"label\": \"DLT 03.05.\"}],"
    " \"levels\": [{\"value\": 17, \"label\": \"17 Sitze\"}]}";

static json_t *labels;

static int
setup(void **state)
{
	(void)state;
	labels = json_pack("{s{ss ss}}", "outcome", "agree", "Zustimmung",
	    "agree_changed", "Zustimmung mit Änderung");
	return labels == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	json_decref(labels);
	return 0;
}

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
draw(const char *text, struct buf *out)
{
	json_t *chart = json_of(text);
	struct err err = { 0 };

	if (chart_svg(chart, labels, out, &err) != RC_OK)
		fail_msg("%s", err.msg);
	json_decref(chart);
}

/* The chart with one member replaced (or taken away) must be refused. */
static void
assert_refused(
    const char *text, const char *member, const char *value, const char *reason)
{
	json_t *chart = json_of(text);
	struct buf b = { 0 };
	struct err err = { 0 };

	if (value == NULL)
		json_object_del(chart, member);
	else
		json_object_set_new(
		    chart, member, json_loads(value, JSON_DECODE_ANY, NULL));
	assert_int_equal(chart_svg(chart, labels, &b, &err), RC_INTERNAL);
	assert_string_equal(err.msg, reason);
	buf_clear(&b);
	json_decref(chart);
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)) != NULL; text += strlen(word))
		n++;
	return n;
}

/* What a strict content security policy forbids, or XML. */
static void
assert_clean(const char *svg)
{
	assert_memory_equal(svg, "<svg xmlns=", 11);
	assert_string_equal(svg + strlen(svg) - 6, "</svg>");
	assert_null(strstr(svg, "style"));
	assert_null(strstr(svg, "<script"));
	assert_null(strstr(svg, "href"));
	assert_int_equal(count(svg, "<text"), count(svg, "</text>"));
	assert_int_equal(
	    count(svg, "<g>") + count(svg, "<g "), count(svg, "</g>"));
	assert_int_equal(count(svg, "\"") % 2, 0);
}

static void
stacked_shows_counts_and_words(void **state)
{
	struct buf b = { 0 };
	const char *svg;

	(void)state;
	draw(stacked, &b);
	svg = buf_text(&b);
	assert_clean(svg);
	assert_non_null(strstr(
	    svg, "role=\"img\" aria-labelledby=\"c-K4-G2-5-t c-K4-G2-5-d\""));
	assert_non_null(strstr(svg,
	    "<title id=\"c-K4-G2-5-t\">Meinungsbild &lt;je&gt; Grundsatz"
	    "</title>"));
	assert_non_null(strstr(svg, "Basis: 17 Sitze &amp; mehr</desc>"));
	assert_non_null(strstr(svg, "fill=\"#fff\"/><defs>"));
	assert_non_null(strstr(svg, "id=\"c-K4-G2-5-h\""));
	assert_non_null(strstr(svg, "fill=\"url(#c-K4-G2-5-h)\""));
	/* only the patterns that the classes need */
	assert_null(strstr(svg, "id=\"c-K4-G2-5-v\""));
	assert_non_null(strstr(svg, ">Zustimmung mit Änderung</text>"));
	assert_non_null(strstr(svg, ">reject</text>"));
	assert_non_null(strstr(svg, "<title>Zustimmung: 4</title>"));
	assert_non_null(strstr(svg, "font-weight=\"600\">13</text>"));
	assert_int_equal(count(svg, ">n = 17</text>"), 2);
	assert_int_equal(count(svg, ">n = 0</text>"), 1);
	assert_int_equal(count(svg, "<g>"), 7); /* pieces with a count */
	assert_non_null(strstr(svg, "K4.G2.5 Digitale Souveränität,</text>"));
	buf_clear(&b);
}

static const char matrix[] =
    "{\"kind\": \"matrix\", \"id\": \"m\", \"title\": \"Positionsmatrix\","
    " \"desc\": \"Zeilen sind Punkte\", \"classes\": [\"agree\", \"reject\","
    " \"not_invited\"], \"columns\": [\"Bund\", \"BY & <b>\"], \"rows\": [{"
    "\"label\": \"K4.G2.5 Digitale Souveränität\", \"cells\": [0, 1]},"
    " {\"label\": \"K4.G2.4\", \"cells\": [2, 2]}]}";

static void
matrix_has_a_shape_for_each_field(void **state)
{
	struct buf b = { 0 };
	const char *svg;

	(void)state;
	draw(matrix, &b);
	svg = buf_text(&b);
	assert_clean(svg);
	assert_int_equal(count(svg, "<title>Zustimmung</title>"), 2);
	assert_int_equal(count(svg, "<title>reject</title>"), 2);
	assert_int_equal(count(svg, "<title>not_invited</title>"), 3);
	assert_non_null(strstr(svg, ">BY &amp; &lt;b&gt;</text>"));
	buf_clear(&b);
	assert_refused(
	    matrix, "columns", NULL, "columns must be a list of at most 60");
	assert_refused(matrix, "columns", "[1]", "a column must be a word");
	assert_refused(
	    matrix, "classes", "[\"unknown\"]", "no shape for a class");
	assert_refused(matrix, "rows", "[{\"label\": \"a\", \"cells\": [3]}]",
	    "a field needs the number of a class");
	assert_refused(matrix, "rows",
	    "[{\"label\": \"a\", \"cells\": [0, 0, 0]}]",
	    "cells must be a list of at most 2");
	assert_refused(matrix, "rows", "[{\"cells\": [0]}]",
	    "a chart needs the text label");
}

static void
own_words_win(void **state)
{
	json_t *chart = json_of(stacked);
	struct buf b = { 0 };
	struct err err;

	(void)state;
	json_object_set_new(chart, "classes_labels",
	    json_pack("[ssss]", "dafür", "so nicht", "dagegen", "fehlt"));
	assert_int_equal(chart_svg(chart, NULL, &b, &err), RC_OK);
	assert_non_null(strstr(buf_text(&b), ">dafür</text>"));
	assert_null(strstr(buf_text(&b), "Zustimmung"));
	buf_clear(&b);
	json_decref(chart);
}

/* The pieces of a row fill the bar without a gap, whatever the counts. */
static void
pieces_fill_the_bar(void **state)
{
	struct buf b = { 0 };
	json_t *chart = json_of(stacked);
	struct err err;

	(void)state;
	json_object_set_new(chart, "rows",
	    json_pack("[{ss si s[iiii]}]", "label", "Kommunen", "n", 412,
		"values", 407, 1, 1, 3));
	assert_int_equal(chart_svg(chart, labels, &b, &err), RC_OK);
	assert_clean(buf_text(&b));
	/* a single one among 412 is too narrow for a number, not for a title */
	assert_non_null(strstr(buf_text(&b), "<title>reject: 1</title>"));
	assert_null(strstr(buf_text(&b), "font-weight=\"600\">1</text>"));
	assert_null(strstr(buf_text(&b), "width=\"0\""));
	assert_null(strstr(buf_text(&b), "width=\"-"));
	buf_clear(&b);
	json_decref(chart);
}

static void
steps_show_course_and_marks(void **state)
{
	struct buf b = { 0 };
	const char *svg;

	(void)state;
	draw(steps, &b);
	svg = buf_text(&b);
	assert_clean(svg);
	assert_non_null(strstr(svg, ">21 eingegangen</text>"));
	assert_non_null(strstr(svg, ">15 davon Sitze</text>"));
	assert_non_null(strstr(svg, ">Frist 26.04.</text>"));
	assert_non_null(strstr(svg, ">17 Sitze</text>"));
	assert_non_null(strstr(svg, ">25.03.</text>"));
	assert_non_null(strstr(svg, ">29.04.</text>"));
	assert_non_null(strstr(svg, ">28</text>"));
	assert_int_equal(count(svg, "<path"), 2);
	assert_int_equal(count(svg, "<circle"), 1);
	buf_clear(&b);
}

static void
refuses_what_is_no_chart(void **state)
{
	(void)state;
	assert_refused(stacked, "kind", "\"pie\"", "no chart is called pie");
	assert_refused(stacked, "title", NULL, "a chart needs the text title");
	assert_refused(stacked, "id", "3", "a chart needs the text id");
	assert_refused(
	    stacked, "rows", "{}", "rows must be a list of at most 500");
	assert_refused(stacked, "classes", "[1]", "a class must be a word");
	assert_refused(
	    stacked, "rows", "[{\"n\": 1}]", "a chart needs the text label");
	assert_refused(stacked, "rows",
	    "[{\"label\": \"x\", \"n\": 1, \"values\": [1]}]",
	    "a row needs a count for each class");
	assert_refused(stacked, "rows",
	    "[{\"label\": \"x\", \"n\": 1, \"values\": [1, -1, 0, 0]}]",
	    "a row needs a count for each class");
	assert_refused(stacked, "rows",
	    "[{\"label\": \"x\", \"values\": [1, 1, 0, 0]}]",
	    "n must be a number from 0 to 1000000");
	assert_refused(steps, "from", "\"gestern\"", "from must be a date");
	assert_refused(
	    steps, "to", "\"2024-03-24\"", "a course ends after it begins");
	assert_refused(
	    steps, "max", "-1", "max must be a number from 0 to 1000000");
	assert_refused(steps, "series", "[1]", "a chart needs the text label");
	assert_refused(steps, "marks", "[{\"on\": \"2024-04-26\"}]",
	    "a chart needs the text label");
	assert_refused(
	    steps, "levels", "3", "levels must be a list of at most 4");
}

/* Beside other things a chart is narrow, its letters are as large. */
static void
width_can_be_chosen(void **state)
{
	static const char *const texts[] = { stacked, steps };
	struct buf b = { 0 };
	struct err err;
	json_t *chart;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		chart = json_of(texts[i]);
		json_object_set_new(chart, "width", json_integer(560));
		buf_reset(&b);
		assert_int_equal(chart_svg(chart, labels, &b, &err), RC_OK);
		assert_clean(buf_text(&b));
		assert_non_null(strstr(buf_text(&b), " viewBox=\"0 0 560 "));
		json_decref(chart);
	}
	buf_clear(&b);
	assert_refused(
	    steps, "width", "100", "a chart is from 320 to 2000 wide");
}

static void
marks_name_their_day(void **state)
{
	json_t *chart = json_of(steps);
	struct buf b = { 0 };
	struct err err;

	(void)state;
	json_object_set_new(chart, "marks",
	    json_pack("[{ss ss}]", "on", "2024-04-26", "label", "Frist"));
	assert_int_equal(chart_svg(chart, labels, &b, &err), RC_OK);
	assert_non_null(strstr(buf_text(&b), ">Frist 26.04.</text>"));
	buf_clear(&b);
	json_decref(chart);
}

/* One day, nobody invited, nothing answered: still a chart. */
static void
empty_charts_are_charts(void **state)
{
	struct buf b = { 0 };

	(void)state;
	draw("{\"kind\": \"steps\", \"id\": \"\", \"title\": \"\","
	     " \"desc\": \"\", \"from\": \"2024-02-29\","
	     " \"to\": \"2024-02-29\", \"max\": 0, \"series\": [],"
	     " \"marks\": []}",
	    &b);
	assert_clean(buf_text(&b));
	buf_reset(&b);
	draw("{\"kind\": \"stacked\", \"id\": \"a\", \"title\": \"a\\u0001b\","
	     " \"desc\": \"\", \"classes\": [], \"rows\": []}",
	    &b);
	assert_clean(buf_text(&b));
	assert_non_null(strstr(buf_text(&b), ">a b</title>"));
	buf_clear(&b);
}

static void
days_are_days(void **state)
{
	struct date d;
	int64_t n;

	(void)state;
	assert_true(day_parse("1970-01-01", 10, &d));
	assert_int_equal(day_number(d), 0);
	assert_true(day_parse("2000-03-01", 10, &d));
	assert_int_equal(day_number(d), 11017);
	for (n = -800000; n < 800000; n += 37) {
		d = day_date(n);
		assert_int_equal(day_number(d), n);
	}
	assert_false(day_parse("2100-02-29", 10, &d));
	assert_true(day_parse("2400-02-29", 10, &d));
	assert_false(day_parse("2024-04-2", 9, &d));
}

static void
draws_fast(void **state)
{
	json_t *chart = json_of(stacked);
	struct timespec from, to;
	struct buf b = { 0 };
	double us, best = 1e9;
	struct err err;
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		buf_reset(&b);
		clock_gettime(CLOCK_MONOTONIC, &from);
		assert_int_equal(chart_svg(chart, labels, &b, &err), RC_OK);
		clock_gettime(CLOCK_MONOTONIC, &to);
		us = (double)(to.tv_sec - from.tv_sec) * 1e6 +
		     (double)(to.tv_nsec - from.tv_nsec) / 1e3;
		if (us < best)
			best = us;
	}
	print_message("%zu bytes in %.1f us\n", b.len, best);
	buf_clear(&b);
	json_decref(chart);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacked_shows_counts_and_words),
		cmocka_unit_test(matrix_has_a_shape_for_each_field),
		cmocka_unit_test(own_words_win),
		cmocka_unit_test(pieces_fill_the_bar),
		cmocka_unit_test(steps_show_course_and_marks),
		cmocka_unit_test(refuses_what_is_no_chart),
		cmocka_unit_test(width_can_be_chosen),
		cmocka_unit_test(marks_name_their_day),
		cmocka_unit_test(empty_charts_are_charts),
		cmocka_unit_test(days_are_days),
		cmocka_unit_test(draws_fast),
	};

	return cmocka_run_group_tests_name("chart", tests, setup, teardown);
}
