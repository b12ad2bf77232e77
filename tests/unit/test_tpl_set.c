/* The folder of templates: layout, front matter, and the lint of their HTML. */
#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/buf.h"
#include "web/tpl.h"

#define LAYOUT                                                                 \
	"<title>{{head.title}}</title><body class=\"{{head.class}}\">"         \
	"{{{content}}}<a href=\"{{view.twin_href}}\">JSON</a>{{frame.name}}"

struct folder {
	char dir[64];
};

static const char *const names[] = { "parts/layout.html", "parts/part.html",
	"pages/page.html", "parts", "pages" };

static void
write_file(const struct folder *f, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int
setup(void **state)
{
	struct folder *f = mem_calloc(1, sizeof(*f));
	char path[128];

	*state = f;
	snprintf(f->dir, sizeof(f->dir), "/tmp/tpl-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(path, sizeof(path), "%s/parts", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/pages", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(f, "parts/layout.html", LAYOUT);
	write_file(f, "parts/part.html", "<b>{{x}}</b>\n");
	return 0;
}

static int
teardown(void **state)
{
	struct folder *f = *state;
	char path[128];
	size_t i;

	for (i = 0; i < NELEM(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		remove(path);
	}
	rmdir(f->dir);
	mem_free(f);
	return 0;
}

/* Loads the folder with this page; NULL when it is refused. */
static struct tpl_set *
load(const struct folder *f, const char *page, struct err *err)
{
	*err = (struct err){ 0 };
	write_file(f, "pages/page.html", page);
	return tpl_set_load(f->dir, err);
}

static void
assert_page(const struct folder *f, const char *page, const char *doc_text,
    const char *expected)
{
	json_t *doc = json_loads(doc_text, 0, NULL);
	json_t *view = json_pack("{ss}", "twin_href", "/api/x?a=1&b=2");
	struct buf b = { 0 };
	struct tpl_set *set;
	struct err err;

	set = load(f, page, &err);
	if (set == NULL)
		fail_msg("%s", err.msg);
	assert_int_equal(tpl_set_render(set, "page", doc, view, &b), RC_OK);
	assert_string_equal(buf_text(&b), expected);
	buf_clear(&b);
	json_decref(doc);
	json_decref(view);
	tpl_set_free(set);
}

static void
assert_accepted(const struct folder *f, const char *page)
{
	struct err err;
	struct tpl_set *set = load(f, page, &err);

	if (set == NULL)
		fail_msg("%s: %s", page, err.msg);
	tpl_set_free(set);
}

static void
assert_refused(const struct folder *f, const char *page, const char *expected)
{
	struct err err;
	struct tpl_set *set = load(f, page, &err);

	if (set != NULL)
		fail_msg("accepted: %s", page);
	assert_string_equal(err.msg, expected);
}

static void
page_stands_in_layout(void **state)
{
	assert_page(*state,
	    "title: Grundsatz {{item.key}} & mehr\nclass: app-desk\n---\n"
	    "<h1>{{item.title}}</h1>\n{{>part}}\n",
	    "{\"item\": {\"key\": \"<K4>\", \"title\": \"Länder & Bund\"},"
	    " \"x\": \"<\", \"frame\": {\"name\": \"Gast\"}}",
	    "<title>Grundsatz &lt;K4&gt; &amp; mehr</title>"
	    "<body class=\"app-desk\"><h1>Länder &amp; Bund</h1>\n<b>&lt;</b>\n"
	    "<a href=\"/api/x?a=1&amp;b=2\">JSON</a>Gast");
	assert_page(*state, "kein Kopf", "{}",
	    "<title></title><body class=\"\">kein Kopf"
	    "<a href=\"/api/x?a=1&amp;b=2\">JSON</a>");
}

static void
front_matter_is_checked(void **state)
{
	assert_refused(*state, "title: {{x|dat}}\n---\n",
	    "pages/page.html:1: unknown filter \"dat\"");
	assert_refused(*state, "title: x\n<p>\n---\n",
	    "pages/page.html:2: expected \"key: text\" or ---");
	assert_refused(*state, "title: x\n",
	    "pages/page.html:2: front matter without ---");
	assert_refused(*state, "title: {{>part}}\n---\n",
	    "pages/page.html:1: no partials in the front matter");
	assert_refused(*state, "title: x\n---\n\n{{a|b}}",
	    "pages/page.html:4: unknown filter \"b\"");
}

static void
parts_must_be_there(void **state)
{
	struct folder *f = *state;
	struct tpl_set *set;
	struct err err;

	assert_refused(f, "a\n{{>missing}}",
	    "pages/page.html:2: there is no parts/missing.html");
	set = load(f, "x", &err);
	assert_true(tpl_set_has(set, "page"));
	assert_false(tpl_set_has(set, "layout"));
	tpl_set_free(set);
	assert_null(tpl_set_load("/nonexistent", &err));
	assert_string_equal(
	    err.msg, "/nonexistent/parts: No such file or directory");
}

static void
raw_needs_a_filter(void **state)
{
	assert_accepted(*state, "{{{a|lines}}}{{{b|soft|markdown}}}");
	assert_accepted(*state, "<i>{{\"css/x\"|asset}}{{{c|chart}}}</i>");
	assert_refused(*state, "{{{a}}}",
	    "pages/page.html:1: {{{a}}} is not escaped and no filter makes "
	    "it HTML");
	assert_refused(*state, "\n{{&a}}",
	    "pages/page.html:2: {{{a}}} is not escaped and no filter makes "
	    "it HTML");
	assert_refused(*state, "{{{a|lines|label}}}",
	    "pages/page.html:1: {{{a|lines|label}}} is not escaped and no "
	    "filter makes it HTML");
	assert_refused(*state, "{{{content}}}",
	    "pages/page.html:1: {{{content}}} is not escaped and no filter "
	    "makes it HTML");
	assert_refused(*state, "{{a|markdown}}",
	    "pages/page.html:1: {{a|markdown}} shows HTML: use {{{ }}}");
	assert_refused(*state, "<p title=\"{{{a|lines}}}\">",
	    "pages/page.html:1: {{{a|lines}}} inside an attribute");
}

static void
values_need_double_quotes(void **state)
{
	assert_accepted(*state,
	    "<input type=text value=\"{{a}}\" {{#b}}checked{{/b}}{{^c}} "
	    "disabled{{/c}} data-x='1'><br/>1 < 2 <!-- \"' -->{{d}}");
	assert_refused(*state, "<p title='{{a}}'>",
	    "pages/page.html:1: {{a}} inside an attribute without double "
	    "quotes");
	assert_refused(*state, "<p title={{a}}>",
	    "pages/page.html:1: {{a}} inside an attribute without quotes");
	assert_refused(*state, "<p {{a}}>",
	    "pages/page.html:1: {{a}} inside a tag outside its attributes");
	assert_refused(*state, "<h{{a}}>",
	    "pages/page.html:1: {{a}} inside a tag outside its attributes");
	assert_refused(*state, "<{{a}}>",
	    "pages/page.html:1: a tag's name must stand behind <");
	assert_refused(*state, "<!-- {{a}} -->",
	    "pages/page.html:1: {{a}} inside a comment");
	assert_refused(*state, "<script>\nlet a = \"{{a}}\"</script>",
	    "pages/page.html:2: {{a}} inside <script> or <style>");
	assert_refused(*state, "<style>{{a}}</style>",
	    "pages/page.html:1: {{a}} inside <script> or <style>");
	assert_refused(*state, "<p style=\"width: {{a}}px\">",
	    "pages/page.html:1: {{a}} inside style=");
	assert_refused(*state, "<p onclick=\"x({{a}})\">",
	    "pages/page.html:1: {{a}} inside onclick=");
	assert_refused(*state, "<a {{>part}}>",
	    "pages/page.html:1: partial part inside a tag outside its "
	    "attributes");
	assert_accepted(*state, "<script src=\"/x.js\"></script>{{a}}");
}

static void
addresses_begin_safely(void **state)
{
	assert_accepted(*state,
	    "<a href=\"/items/{{key}}\">a</a><a href=\"#{{key}}\">b</a>"
	    "<a href=\"?show={{key|url}}\">c</a>"
	    "<a href=\"{{item.href}}#x\">d</a><a href=\"{{next_href}}\">e</a>"
	    "<img src=\"{{{\"icons/mark.svg\"|asset}}}\" alt=\"{{x}}\">"
	    "<a href=\"mailto:{{mail}}\">f</a><form action=\"{{action}}\">"
	    "<a href=\"https://example.org/{{x}}\">g</a>"
	    "<a href=\"{{#a}}/x{{/a}}{{^a}}/y{{/a}}/z\">h</a>");
	assert_refused(*state, "<a href=\"{{url}}\">",
	    "pages/page.html:1: href begins with {{url}}, which is no href");
	assert_refused(*state, "<form\naction=\"{{x}}\">",
	    "pages/page.html:2: action begins with {{x}}, which is no href");
	assert_refused(*state, "<a href=\"javascript:{{x}}\">",
	    "pages/page.html:1: href must begin with / or # or ?");
	assert_refused(*state, "<a\nhref=\"\n//x\">",
	    "pages/page.html:2: href must begin with / or # or ?");
	assert_refused(*state, "<a href=\"//x.example\">",
	    "pages/page.html:1: href must begin with / or # or ?");
	assert_refused(*state, "<a href=\"/{{x}}\">",
	    "pages/page.html:1: href=\"/{{x}} may become //host: put a word "
	    "between");
	assert_refused(*state, "<a href=\"/{{#a}}b{{/a}}{{x}}\">",
	    "pages/page.html:1: href=\"/{{x}} may become //host: put a word "
	    "between");
	assert_accepted(*state, "<a href=\"/{{#a}}b{{/a}}{{^a}}c{{/a}}{{x}}\">"
				"<a href=\"#{{x}}\"><a href=\"?{{x}}\">");
	assert_refused(*state, "<a HREF=\"{{#a}}/x{{/a}}{{b}}\">",
	    "pages/page.html:1: HREF begins with {{b}}, which is no href");
	assert_refused(*state, "<a href=\"{{#a}}/x{{/a}}{{^b}}/y{{/b}}z\">",
	    "pages/page.html:1: href must begin with / or # or ?");
}

static void
foreign_addresses_are_cut(void **state)
{
	static const char *const rows[][2] = {
		{ "/items/K4.G2.5?a=1&b=2", "/items/K4.G2.5?a=1&amp;b=2" },
		{ "#x", "#x" },
		{ "?show=all", "?show=all" },
		{ "https://www.it-planungsrat.de/",
		    "https://www.it-planungsrat.de/" },
		{ "http://example.org", "http://example.org" },
		{ "mailto:buero@example.org", "mailto:buero@example.org" },
		{ "javascript:alert(1)", "#" },
		{ " javascript:alert(1)", "#" },
		{ "JaVaScRiPt:alert(1)", "#" },
		{ "data:text/html,x", "#" },
		{ "data:text/plain,x", "#" },
		{ "data:text/plain;charset=utf-8,x",
		    "data:text/plain;charset=utf-8,x" },
		{ "otpauth://totp/A?b", "otpauth://totp/A?b" },
		{ "otpauth:x", "#" },
		{ "//evil.example", "#" },
		{ "/\\\\evil.example", "#" },
		{ "items", "#" },
		{ "", "#" },
	};
	char doc[256], expected[256];
	size_t i;

	for (i = 0; i < NELEM(rows); i++) {
		snprintf(doc, sizeof(doc), "{\"a\": {\"href\": \"%s\"}}",
		    rows[i][0]);
		snprintf(expected, sizeof(expected),
		    "<title></title><body class=\"\"><a href=\"%s\">"
		    "<a href=\"/api/x?a=1&amp;b=2\">JSON</a>",
		    rows[i][1]);
		assert_page(*state, "<a href=\"{{a.href}}\">", doc, expected);
	}
}

/* Nothing there would let the second value begin the address. */
static void
addresses_are_never_empty(void **state)
{
	static const char page[] = "<a href=\"{{none.href}}{{b.href}}\">"
				   "<img src=\"{{{\"x\"|asset}}}{{b.href}}\">";

	assert_page(*state, page, "{\"b\": {\"href\": \"javascript:x\"}}",
	    "<title></title><body class=\"\"><a href=\"#javascript:x\">"
	    "<img src=\"#javascript:x\">"
	    "<a href=\"/api/x?a=1&amp;b=2\">JSON</a>");
}

static void
sections_keep_the_place(void **state)
{
	assert_refused(*state, "{{#a}}<p title=\"{{/a}}\">",
	    "pages/page.html:1: section a begins inside text and ends inside "
	    "an attribute");
	assert_refused(*state, "<p {{#a}}>{{/a}}",
	    "pages/page.html:1: section a begins inside a tag outside its "
	    "attributes and ends inside text");
	assert_refused(*state, "<p title={{#a}}1{{/a}}>",
	    "pages/page.html:1: section a inside an attribute without quotes");
	assert_refused(*state, "<p",
	    "pages/page.html:1: the template ends "
	    "inside a tag outside its attributes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_stands_in_layout),
		cmocka_unit_test(front_matter_is_checked),
		cmocka_unit_test(parts_must_be_there),
		cmocka_unit_test(raw_needs_a_filter),
		cmocka_unit_test(values_need_double_quotes),
		cmocka_unit_test(addresses_begin_safely),
		cmocka_unit_test(foreign_addresses_are_cut),
		cmocka_unit_test(addresses_are_never_empty),
		cmocka_unit_test(sections_keep_the_place),
	};

	return cmocka_run_group_tests_name("tpl_set", tests, setup, teardown);
}
