/* Templates beyond the specification: filters, literals, limits, errors. */
#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "web/buf.h"
#include "web/filter.h"
#include "web/tpl.h"

static struct filter_env env;

static const char *
find_asset(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "css/app.css") == 0 ? "/static/css/app.3f2a.css"
						: NULL;
}

static int
setup(void **state)
{
	(void)state;
	env.labels = json_pack("{s{ss ss}}", "stance", "agree", "Zustimmung",
	    "reject", "Ablehnung");
	env.asset = find_asset;
	filter_setup(&env);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	json_decref(env.labels);
	return 0;
}

static struct tpl *
parse(const char *text)
{
	struct err err = { 0 };
	struct tpl *t = tpl_parse(text, strlen(text), &err);

	if (t == NULL)
		fail_msg("%s: %s", text, err.msg);
	return t;
}

static json_t *
json_of(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	return json;
}

static void
assert_renders(const char *text, const char *data, const char *expected)
{
	struct tpl *t = parse(text);
	json_t *doc = json_of(data);
	struct buf b = { 0 };

	assert_int_equal(tpl_render(t, doc, NULL, NULL, NULL, &b), RC_OK);
	assert_string_equal(buf_text(&b), expected);
	buf_clear(&b);
	json_decref(doc);
	tpl_free(t);
}

static void
assert_error(const char *text, const char *expected)
{
	struct err err = { 0 };
	struct tpl *t = tpl_parse(text, strlen(text), &err);

	if (t != NULL)
		fail_msg("%s should not parse", text);
	assert_int_equal(err.rc, RC_INTERNAL);
	assert_string_equal(err.msg, expected);
}

static void
filters_follow_each_other(void **state)
{
	(void)state;
	assert_renders("{{n|number}} {{n|plural:Antwort;Antworten}}",
	    "{\"n\": 1234}", "1.234 Antworten");
	assert_renders("{{ n | plural : \"eine | Antwort;viele\" }}",
	    "{\"n\": 1}", "eine | Antwort");
	assert_renders(
	    "{{list|count|plural:\"Sitz;Sitze\"}}", "{\"list\": [1]}", "Sitz");
	assert_renders("{{own.stance|label}} {{s|label:stance}}",
	    "{\"own\": {\"stance\": \"agree\"}, \"s\": \"reject\"}",
	    "Zustimmung Ablehnung");
	assert_renders("{{{b|lines}}}{{b|lines}}", "{\"b\": \"a<b\"}",
	    "<p>a&lt;b</p>\n&lt;p&gt;a&amp;lt;b&lt;/p&gt;\n");
	assert_renders("{{x|json}}", "{\"x\": {\"a\": \"<\"}}",
	    "{&quot;a&quot;:&quot;&lt;&quot;}");
	assert_renders("{{none|date}}{{none|json}}{{.|count}}", "{}", "0");
}

static void
literals_stand_for_names(void **state)
{
	(void)state;
	assert_renders("<link href=\"{{{\"css/app.css\"|asset}}}\">", "{}",
	    "<link href=\"/static/css/app.3f2a.css\">");
	assert_renders("{{\"a & b\"}} {{ \"x\" | url }}", "{}", "a &amp; b x");
	assert_renders("{{\"\"}}", "{}", "");
}

static void
sections_take_filters(void **state)
{
	const char *t = "{{#stance|is:agree}}ja{{/stance|is:agree}}"
			"{{^ stance | is:agree }}nein{{/stance|is:agree}}";

	(void)state;
	assert_renders(t, "{\"stance\": \"agree\"}", "ja");
	assert_renders(t, "{\"stance\": \"reject\"}", "nein");
	assert_renders(t, "{\"stance\": null}", "nein");
	/* true shows a section without becoming "." */
	assert_renders("{{#l}}{{#.|is:@f.x}}[{{.}}]{{/.|is:@f.x}}{{/l}}",
	    "{\"l\": [\"a\", \"b\"], \"f\": {\"x\": \"b\"}}", "[b]");
	assert_renders("{{#l}}{{#.|is:@f.y}}[{{.}}]{{/.|is:@f.y}}{{/l}}",
	    "{\"l\": [\"a\"], \"f\": {\"y\": null}}", "");
	assert_renders("{{#l}}{{#.|is:b}}[{{.}}]{{/.|is:b}}{{/l}}",
	    "{\"l\": [\"a\", \"b\"]}", "[b]");
	assert_renders("{{#l|count}}{{.}} Zeilen{{/l|count}}",
	    "{\"l\": [1, 2]}", "2 Zeilen");
	assert_renders("{{#l|count}}x{{/l|count}}", "{\"l\": []}", "");
}

static void
nothing_hides_a_section(void **state)
{
	static const char *const nothing[] = { "{}", "{\"x\": null}",
		"{\"x\": false}", "{\"x\": \"\"}", "{\"x\": 0}",
		"{\"x\": []}" };
	static const char *const something[] = { "{\"x\": true}",
		"{\"x\": \"0\"}", "{\"x\": 1}", "{\"x\": {}}", "{\"x\": [0]}",
		"{\"x\": 0.5}" };
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(nothing); i++)
		assert_renders(
		    "{{#x}}da{{/x}}{{^x}}leer{{/x}}", nothing[i], "leer");
	for (i = 0; i < NELEM(something); i++)
		assert_renders(
		    "{{#x}}da{{/x}}{{^x}}leer{{/x}}", something[i], "da");
}

static void
escapes_for_html(void **state)
{
	(void)state;
	assert_renders("{{x}}", "{\"x\": \"<a href='x'>\\\"&\\\"</a>\"}",
	    "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
	assert_renders("{{x}}{{y}}{{z}}",
	    "{\"x\": [1], \"y\": {\"a\": 1}, \"z\": 12.5}", "12.5");
}

/* The value that the server adds lies below what SQL answered. */
static void
root_comes_before_below(void **state)
{
	struct tpl *t = parse("{{a}} {{view.csrf}}{{#l}} {{a}}{{/l}}");
	json_t *root = json_of("{\"a\": 1, \"l\": [{\"a\": 3}, {}]}");
	json_t *below = json_of("{\"a\": 2, \"view\": {\"csrf\": \"t\"}}");
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(tpl_render(t, root, below, NULL, NULL, &b), RC_OK);
	assert_string_equal(buf_text(&b), "1 t 3 1");
	buf_clear(&b);
	json_decref(root);
	json_decref(below);
	tpl_free(t);
}

static void
errors_name_line_and_reason(void **state)
{
	(void)state;
	assert_error("a\nb {{x|dat}}", "line 2: unknown filter \"dat\"");
	assert_error(
	    "{{#a}}\n\n{{/b}}", "line 3: {{/b}} where {{/a}} of line 1 is due");
	assert_error("\n{{#a}}", "line 2: section {{#a}} is never closed");
	assert_error("{{/a}}", "line 1: {{/a}} closes nothing");
	assert_error("x\n\n{{a", "line 3: tag is never closed, expected }}");
	assert_error("{{{a}}", "line 1: tag is never closed, expected }}}");
	assert_error("{{}}", "line 1: bad name: \"\"");
	assert_error("{{a..b}}", "line 1: bad name: \"a..b\"");
	assert_error("{{a b}}", "line 1: bad name: \"a b\"");
	assert_error("{{a|}}", "line 1: unknown filter \"\"");
	assert_error("{{\"a}}", "line 1: literal without closing quote");
	assert_error(
	    "{{\"a\" b}}", "line 1: only a filter may follow a literal");
	assert_error("{{a|is:\"b}}", "line 1: argument without closing quote");
	assert_error("{{a|is:\"b\" c}}", "line 1: text behind an argument");
	assert_error(
	    "{{#\"a\"}}{{/\"a\"}}", "line 1: a literal cannot be a section");
	assert_error("{{>../x}}", "line 1: bad name of a partial: \"../x\"");
	assert_error("{{=a=}}", "line 1: delimiters must be two words "
				"without =");
	assert_error("{{#a|is:x}}{{/a}}",
	    "line 1: {{/a}} where {{/a|is:x}} of line 1 is due");
}

static const struct tpl *
only_partial(void *ctx, const char *name)
{
	assert_string_equal(name, "part");
	return ctx;
}

static void
assert_partial(const char *text, const char *part, const char *expected)
{
	struct tpl *t = parse(text), *p = parse(part);
	json_t *doc = json_of("{\"v\": \"a\\nb\", \"yes\": true,"
			      " \"l\": [1, 2]}");
	struct buf b = { 0 };

	assert_int_equal(tpl_render(t, doc, NULL, only_partial, p, &b), RC_OK);
	assert_string_equal(buf_text(&b), expected);
	buf_clear(&b);
	json_decref(doc);
	tpl_free(t);
	tpl_free(p);
}

/* As if the text of the partial itself were indented, and nothing else. */
static void
partials_are_indented(void **state)
{
	(void)state;
	assert_partial("<\n  {{>part}}\n>", "x\n\ny\n", "<\n  x\n\n  y\n>");
	assert_partial("  {{>part}}\n>", "{{v}}\n{{v}}\n", "  a\nb\n  a\nb\n>");
	assert_partial(
	    "  {{>part}}\n>", "{{#l}}\n[{{.}}]\n{{/l}}\n", "  [1]\n  [2]\n>");
	assert_partial(
	    "  {{>part}}\n>", "{{#l}}{{.}}\n{{/l}} e\n", "  1\n  2\n   e\n>");
	assert_partial("  {{>part}}\n>", "{{! c }}x\n{{#no}}\n{{/no}}\ny\n",
	    "  x\n  y\n>");
	assert_partial("a {{>part}} b", "x\ny", "a x\ny b");
	assert_partial("\t{{>part}}\r\n>", "x\r\ny\r\n", "\tx\r\n\ty\r\n>");
}

static void
recursion_ends(void **state)
{
	struct tpl *t = parse("{{#l}}{{>part}}{{/l}}");
	struct tpl *self = parse("x{{>part}}");
	json_t *doc = json_of("{\"l\": [1, 2, 3]}");
	struct buf b = { 0 };

	(void)state;
	/* Three calls at each level would be 3 to the 32nd. */
	assert_int_equal(
	    tpl_render(t, doc, NULL, only_partial, t, &b), RC_INTERNAL);
	buf_reset(&b);
	assert_int_equal(
	    tpl_render(self, doc, NULL, only_partial, self, &b), RC_INTERNAL);
	assert_true(b.len < 100);
	buf_clear(&b);
	json_decref(doc);
	tpl_free(t);
	tpl_free(self);
}

static void
depth_is_bounded(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 64; i++)
		buf_str(&b, "{{#a}}");
	for (i = 0; i < 64; i++)
		buf_str(&b, "{{/a}}");
	assert_renders(buf_text(&b), "{\"a\": {\"b\": 1}}", "");
	buf_reset(&b);
	for (i = 0; i < 65; i++)
		buf_str(&b, "{{#a}}");
	assert_error(
	    buf_text(&b), "line 1: more than 64 sections inside each other");
	buf_clear(&b);
}

static json_t *
hundred_rows(void)
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < 100; i++)
		json_array_append_new(rows,
		    json_pack("{ss si ss ss so}", "organisation",
			"Freie und Hansestadt Hamburg", "number", (int)i,
			"stance", i % 2 ? "agree" : "reject", "body",
			"Die Länder tragen den Grundsatz mit, wenn Kosten & "
			"Zeitplan „geklärt“ sind.",
			"open", json_boolean(i % 3)));
	return json_pack("{so}", "rows", rows);
}

/* The page of 25 KB that the design measures with; the best of many runs. */
static void
renders_fast(void **state)
{
	struct tpl *t = parse(
	    "<table>\n{{#rows}}\n<tr class=\"app-row\"><th scope=\"row\">"
	    "{{number}}</th><td>{{organisation}}</td>\n"
	    "<td>{{stance|label}}</td><td>{{body}}</td>"
	    "<td>{{#open}}<span class=\"app-state\">offen</span>{{/open}}"
	    "{{^open}}<span class=\"app-state\">fertig</span>{{/open}}</td>"
	    "</tr>\n{{/rows}}\n</table>\n");
	json_t *doc = hundred_rows();
	struct timespec from, to;
	struct buf b = { 0 };
	double us, best = 1e9;
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		buf_reset(&b);
		clock_gettime(CLOCK_MONOTONIC, &from);
		assert_int_equal(
		    tpl_render(t, doc, NULL, NULL, NULL, &b), RC_OK);
		clock_gettime(CLOCK_MONOTONIC, &to);
		us = (double)(to.tv_sec - from.tv_sec) * 1e6 +
		     (double)(to.tv_nsec - from.tv_nsec) / 1e3;
		if (us < best)
			best = us;
	}
	print_message("%zu bytes in %.1f us\n", b.len, best);
	assert_true(b.len > 20000);
	buf_clear(&b);
	json_decref(doc);
	tpl_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_follow_each_other),
		cmocka_unit_test(literals_stand_for_names),
		cmocka_unit_test(sections_take_filters),
		cmocka_unit_test(nothing_hides_a_section),
		cmocka_unit_test(escapes_for_html),
		cmocka_unit_test(root_comes_before_below),
		cmocka_unit_test(errors_name_line_and_reason),
		cmocka_unit_test(partials_are_indented),
		cmocka_unit_test(recursion_ends),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(renders_fast),
	};

	return cmocka_run_group_tests_name("tpl", tests, setup, teardown);
}
