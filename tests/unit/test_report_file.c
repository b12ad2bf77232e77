/* What is done to a report's HTML, PDF and ZIP on the way to its files. */
#include "unit.h"

#include <stdio.h>

#include "domain/report_file.h"
#include "web/zip.h"

static const char html[] =
    "<h1>Zwischenbericht</h1><nav class=\"toc\"><ol>"
    "<li><a href=\"#s1\">1 Deckblatt</a> <span class=\"pg\" data-p=\"s1\">"
    "</span></li><li><a href=\"#s12\">12 Anlagen</a> "
    "<span class=\"pg\" data-p=\"s12\"></span></li>"
    "<li><a href=\"#s9\">weg</a> <span class=\"pg\" data-p=\"s9\"></span></li>"
    "</ol></nav><table><caption>Länder <small>Basis: 17</small></caption>"
    "<thead><tr><th scope=\"col\">Land</th></tr></thead>"
    "<tbody><tr><th scope=\"row\">Bayern</th><td>ja</td></tr></tbody></table>"
    "<figure><svg viewBox=\"0 0 9 9\"><title>Bild &amp; \"Wort\"</title>"
    "<desc>12 von 17</desc><rect width=\"9\"/></svg></figure>";

static void
pages_are_filled(void **state)
{
	static const char dests[] = "Page  Destination                 Name\n"
				    "  14 [ XYZ   62  740 null      ] \"s12\"\n"
				    "   3 [ XYZ   62  740 null      ] \"s1\"\n";
	struct buf out = { 0 };

	(void)state;
	assert_int_equal(report_fill_pages(html, strlen(html), dests, &out), 2);
	assert_non_null(strstr(buf_text(&out), "data-p=\"s1\">3</span>"));
	assert_non_null(strstr(buf_text(&out), "data-p=\"s12\">14</span>"));
	assert_non_null(strstr(buf_text(&out), "data-p=\"s9\"></span>"));
	assert_int_equal(out.len, strlen(html) + 3);
	buf_clear(&out);
	/* Nothing to fill: as it was. */
	assert_int_equal(report_fill_pages("<p>a</p>", 8, "", &out), 0);
	assert_string_equal(buf_text(&out), "<p>a</p>");
	buf_clear(&out);
}

static void
office_keeps_cells_and_charts(void **state)
{
	struct report_charts charts = { 0 };
	struct buf out = { 0 };

	(void)state;
	report_for_office(html, strlen(html), true, &out, &charts);
	assert_null(strstr(buf_text(&out), "<h1>"));
	assert_non_null(strstr(buf_text(&out), "<th scope=\"col\">Land</th>"));
	assert_non_null(
	    strstr(buf_text(&out), "<td scope=\"row\">Bayern</td>"));
	assert_non_null(strstr(buf_text(&out), "Länder  – <small>"));
	assert_non_null(strstr(buf_text(&out),
	    "<img src=\"chart1.svg\" alt=\"Bild &amp; &quot;Wort&quot;. "
	    "12 von 17\">"));
	assert_int_equal(charts.count, 1);
	assert_string_equal(buf_text(&charts.list[0].svg),
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">"
	    "<title>Bild &amp; \"Wort\"</title><desc>12 von 17</desc>"
	    "<rect width=\"9\"/></svg>");
	report_charts_clear(&charts);
	buf_reset(&out);
	report_for_office(html, strlen(html), false, &out, &charts);
	assert_non_null(
	    strstr(buf_text(&out), "<th scope=\"row\">Bayern</th>"));
	report_charts_clear(&charts);
	buf_clear(&out);
}

static void
times_are_the_report_s(void **state)
{
	char pdf[] = "%PDF-1.4\n/CreationDate (D:20261201023311+00'00')\n"
		     "/ModDate (D:20261201023311+00'00')>>/ID (node00000047)"
		     "/ID (node00000045)/Headers [(node00000047)] (node1)";
	struct buf a = { 0 }, b = { 0 };
	struct zip *z;

	(void)state;
	report_pdf_settle(pdf, strlen(pdf), 1718800000);
	assert_string_equal(pdf,
	    "%PDF-1.4\n/CreationDate (D:20240619122640+00'00')\n"
	    "/ModDate (D:20240619122640+00'00')>>/ID (node00000002)"
	    "/ID (node00000001)/Headers [(node00000002)] (node1)");
	for (int i = 0; i < 2; i++) {
		struct buf *out = i == 0 ? &a : &b;

		z = zip_begin(out, i == 0 ? 1718800000 : 1800000000);
		zip_entry(z, "mimetype");
		zip_add(z, "abc", 3);
		zip_entry(z, "content.xml");
		zip_add(z, "<a/>", 4);
		zip_finish(z);
		zip_free(z);
	}
	assert_memory_not_equal(a.data, b.data, a.len);
	report_zip_set_time(b.data, b.len, 1718800000);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	/* Of what is no archive nothing is changed. */
	report_zip_set_time(pdf, strlen(pdf), 1);
	assert_memory_equal(pdf, "%PDF-1.4", 8);
	buf_clear(&a);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_filled),
		cmocka_unit_test(office_keeps_cells_and_charts),
		cmocka_unit_test(times_are_the_report_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
