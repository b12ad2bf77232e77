/*
 * A report as PDF, DOCX and ODT by the programs themselves: nothing is lost,
 * what a reader with a screen reader needs is there, and the same report is the
 * same bytes.
 */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "ctl/child.h"
#include "ctl/report_render.h"
#include "web/zip_check.h"

enum { CELLS = 12 };

static struct buf html;

static int
load(void **state)
{
	FILE *f = fopen("tests/fixtures/report.html", "re");
	char part[4096];
	size_t len;

	(void)state;
	assert_non_null(f);
	while ((len = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&html, part, len);
	fclose(f);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	buf_clear(&html);
	return 0;
}

static struct buf
render(const char *format)
{
	const struct report_render r = { html.data, html.len, 1718800000,
		"Nur für den <Dienstgebrauch>", "Bericht Nr. 1 & Stand",
		"assets" };
	struct err err = { 0 };
	struct buf out = { 0 };
	enum rc rc = strcmp(format, "pdf") == 0
			 ? report_pdf(&r, &out, &err)
			 : report_office(&r, format, &out, &err);

	if (rc != RC_OK)
		fail_msg("%s: %s", err.code, err.msg);
	return out;
}

/* Once more, and not a byte is another. */
static struct buf
render_twice(const char *format)
{
	struct buf a = render(format), b = render(format);

	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	buf_clear(&b);
	return a;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word)) != NULL) {
		n++;
		text += strlen(word);
	}
	return n;
}

static bool
has(const struct buf *bytes, const char *word)
{
	return memmem(bytes->data, bytes->len, word, strlen(word)) != NULL;
}

static char *
pdfinfo(const struct buf *pdf, const char *option)
{
	const char *const argv[] = { "pdfinfo", option, "-", NULL };
	struct child c = { .argv = argv,
		.in = child_input(pdf->data, pdf->len),
		.seconds = 20,
		.files = 32,
		.file_mib = 1,
		.memory_mib = 512 };
	struct buf out = { 0 };
	struct err err = { 0 };

	assert_int_equal(child_run(&c, &out, &err), RC_OK);
	close(c.in);
	return buf_take(&out);
}

static void
pdf_can_be_read_by_everybody(void **state)
{
	struct buf pdf = render_twice("pdf");
	char *info = pdfinfo(&pdf, "-isodates"),
	     *tree = pdfinfo(&pdf, "-struct"),
	     *text = pdfinfo(&pdf, "-struct-text");

	(void)state;
	assert_non_null(strstr(info, "Zwischenbericht zur Dachstrategie\n"));
	assert_non_null(strstr(info, "2024-06-19T12:26:40"));
	assert_null(strstr(info, "Author"));
	assert_non_null(strstr(info, "Tagged:          yes"));
	assert_non_null(strstr(info, "Pages:           3\n"));
	assert_non_null(strstr(info, "(A4)"));
	assert_int_equal(count(tree, "H1 (block)"), 1);
	assert_int_equal(count(tree, "H2 (block)"), 2);
	assert_int_equal(count(tree, "  TH"), 6);
	assert_int_equal(count(tree, "/Scope /Column"), 3);
	assert_int_equal(count(tree, "/Scope /Row"), 3);
	assert_int_equal(count(tree, "  TD"), 6);
	/* Each figure has its words. */
	assert_int_equal(count(tree, "Figure"), 1);
	assert_true(has(&pdf, "/S /Figure\n/Alt (Meinungsbild der Sitze"));
	assert_true(has(&pdf, "/Lang (de)"));
	assert_true(has(&pdf, "/Type /Outlines"));
	/* The second pass has written the pages into the contents. */
	assert_non_null(strstr(text, "\"1 Rücklauf"));
	assert_non_null(strstr(text, "\"2\""));
	assert_non_null(strstr(text, "\"3\""));
	mem_free(info);
	mem_free(tree);
	mem_free(text);
	buf_clear(&pdf);
}

static char *
entry(const struct buf *zip, const char *name)
{
	struct buf out = { 0 };
	struct err err = { 0 };

	if (zip_take(zip->data, zip->len, name, &out, &err) != RC_OK)
		fail_msg("no %s", name);
	return buf_take(&out);
}

static void
docx_loses_no_cell(void **state)
{
	struct buf docx = render_twice("docx");
	char *body = entry(&docx, "word/document.xml"),
	     *head = entry(&docx, "word/header1.xml"),
	     *foot = entry(&docx, "word/footer1.xml"),
	     *core = entry(&docx, "docProps/core.xml");

	(void)state;
	assert_int_equal(count(body, "<w:tc>"), CELLS);
	assert_non_null(strstr(body, "Kommunale Spitzenverbände"));
	assert_non_null(strstr(body, "w:val=\"Heading1\""));
	assert_non_null(strstr(body, "descr=\"Meinungsbild der Sitze. "
				     "Zustimmung 12, Ablehnung 2 von 17"));
	assert_non_null(strstr(body, "svgBlip"));
	assert_non_null(strstr(body, "<a:blip r:embed=")); /* for older ones */
	assert_non_null(strstr(head, "Nur für den &lt;Dienstgebrauch&gt;"));
	assert_non_null(strstr(foot, "Bericht Nr. 1 &amp; Stand"));
	assert_non_null(strstr(foot, "NUMPAGES"));
	assert_non_null(strstr(core, "<dc:creator></dc:creator>"));
	assert_non_null(strstr(core, "<dc:language>de-DE</dc:language>"));
	mem_free(body);
	mem_free(head);
	mem_free(foot);
	mem_free(core);
	buf_clear(&docx);
}

static void
odt_loses_no_cell(void **state)
{
	struct buf odt = render_twice("odt");
	char *body = entry(&odt, "content.xml"),
	     *styles = entry(&odt, "styles.xml"),
	     *chart = entry(&odt, "Pictures/0.svg");

	(void)state;
	assert_int_equal(count(body, "<table:table-cell "), CELLS);
	assert_non_null(strstr(body, "Kommunale Spitzenverbände"));
	assert_non_null(strstr(styles, "Nur für den &lt;Dienstgebrauch&gt;"));
	assert_non_null(strstr(styles, "text:page-count"));
	/* The very bytes of the page. */
	assert_non_null(strstr(buf_text(&html), chart));
	mem_free(body);
	mem_free(styles);
	mem_free(chart);
	buf_clear(&odt);
}

static void
a_missing_program_is_told(void **state)
{
	const char *const argv[] = { "resonanz-no-such-program", NULL };
	const struct child c = { .argv = argv,
		.in = -1,
		.seconds = 5,
		.files = 16,
		.file_mib = 1,
		.memory_mib = 64 };
	struct buf out = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(child_run(&c, &out, &err), RC_NOTFOUND);
	assert_string_equal(err.code, "child_missing");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pdf_can_be_read_by_everybody),
		cmocka_unit_test(docx_loses_no_cell),
		cmocka_unit_test(odt_loses_no_cell),
		cmocka_unit_test(a_missing_program_is_told),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
