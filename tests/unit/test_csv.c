/* CSV: quoting, and no formulas. */
#include "unit.h"

#include "web/csv.h"
#include "web/mem.h"

static void
cells(void **state)
{
	static const struct {
		const char *text, *cell;
	} rows[] = {
		{ "", "\"\"" },
		{ "Zustimmung", "\"Zustimmung\"" },
		{ "Bund; Länder", "\"Bund; Länder\"" },
		{ "sagt \"nein\"", "\"sagt \"\"nein\"\"\"" },
		{ "\"", "\"\"\"\"" },
		{ "eins\nzwei", "\"eins\nzwei\"" },
		{ "=1+1", "\"'=1+1\"" },
		{ "+49 30", "\"'+49 30\"" },
		{ "- Spiegelstrich", "\"'- Spiegelstrich\"" },
		{ "@SUM(A1)", "\"'@SUM(A1)\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "\tText", "\"'\tText\"" },
		{ "\nText", "\"'\nText\"" },
		{ "  =1", "\"'  =1\"" },
		{ "\xc2\xa0=1", "\"'\xc2\xa0=1\"" },
		{ "＝1", "\"'＝1\"" },
		{ "a=1", "\"a=1\"" },
		{ "–Gedankenstrich", "\"–Gedankenstrich\"" },
		{ "=HYPERLINK(\"http://x\";\"klick\")",
		    "\"'=HYPERLINK(\"\"http://x\"\";\"\"klick\"\")\"" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		buf_reset(&b);
		csv_text(&b, rows[i].text, strlen(rows[i].text));
		assert_string_equal(buf_text(&b), rows[i].cell);
	}
	buf_clear(&b);
}

static void
a_row(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, CSV_BOM);
	csv_number(&b, -17);
	csv_separator(&b);
	csv_text(&b, "Thüringen", strlen("Thüringen"));
	csv_end_row(&b);
	assert_string_equal(
	    buf_text(&b), "\xef\xbb\xbf\"-17\";\"Thüringen\"\r\n");
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(a_row),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
