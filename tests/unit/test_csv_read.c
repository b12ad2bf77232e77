/* Reading CSV of offices, and the columns of an address list. */
#include "unit.h"

#include <jansson.h>

#include "web/address_list.h"
#include "web/csv_read.h"

/* The lines as number:cell|cell, a line each. */
static enum rc
read_text(struct buf *out, const char *data, size_t len, struct err *err)
{
	struct csv_file f = { 0 };
	enum rc rc = csv_read(&f, data, len, 10, err);

	buf_reset(out);
	for (size_t i = 0; rc == RC_OK && i < f.count; i++) {
		buf_printf(out, "%zu%s", f.lines[i].number,
		    f.lines[i].error == NULL ? "" : f.lines[i].error);
		for (size_t c = 0; c < f.lines[i].count; c++)
			buf_printf(out, "%c%s", c == 0 ? ':' : '|',
			    csv_cell(&f, &f.lines[i], c));
		buf_char(out, '\n');
	}
	if (rc == RC_OK)
		buf_printf(out, "%s %c", f.encoding, f.separator);
	csv_file_clear(&f);
	return rc;
}

static void
files_are_read(void **state)
{
	static const struct {
		const char *data, *lines;
	} rows[] = {
		{ "a;b\n1;2\n", "1:a|b\n2:1|2\nutf-8 ;" },
		{ "a,b\r\n1,2", "1:a|b\n2:1|2\nutf-8 ," },
		{ "a\tb\r1\t2\r", "1:a|b\n2:1|2\nutf-8 \t" },
		{ "Name\nBayern\n", "1:Name\n2:Bayern\nutf-8 ;" },
		/* a comma inside quotes does not separate */
		{ "\"a,b,c\";d\nx;y\n", "1:a,b,c|d\n2:x|y\nutf-8 ;" },
		{ "\xef\xbb\xbf"
		  "Größe;b\n",
		    "1:Größe|b\nutf-8-bom ;" },
		{ "Gr\xf6\xdf"
		  "e;b\n",
		    "1:Größe|b\niso-8859-1 ;" },
		{ "\x84Gr\xf6\xdf"
		  "e\x93;\x80\n",
		    "1:„Größe“|€\nwindows-1252 ;" },
		/* blank lines count and are left out; so are empty cells */
		{ "\n\na;b\n  \n;;\n1;2\n", "3:a|b\n6:1|2\nutf-8 ;" },
		{ "a;b\n\"x\ny\";2\n3;4\n", "1:a|b\n2:x\ny|2\n4:3|4\nutf-8 ;" },
		{ "a;b\n\"sagt \"\"ja\"\"\";2\n",
		    "1:a|b\n2:sagt \"ja\"|2\nutf-8 ;" },
		{ "  a ;  \" b \" \n1;2\n", "1:a|b\n2:1|2\nutf-8 ;" },
		/* a broken line does not take the others with it */
		{ "a;b\nx\"y;2\n3;4\n",
		    "1:a|b\n2csv_quote:x\"y;2\n3:3|4\nutf-8 ;" },
		{ "a;b\n\"x\"y;2\n3;4\n",
		    "1:a|b\n2csv_quote:\"x\"y;2\n3:3|4\nutf-8 ;" },
		{ "a;b\n1;\"offen\n3;4\n", "1:a|b\n2csv_quote:3;4\nutf-8 ;" },
	};
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    read_text(&b, rows[i].data, strlen(rows[i].data), &err),
		    RC_OK);
		assert_string_equal(buf_text(&b), rows[i].lines);
	}
	buf_clear(&b);
}

static void
what_is_no_csv_is_refused(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *code, *args;
	} rows[] = {
		{ "", 0, "csv_empty", "" },
		{ "\xef\xbb\xbf", 3, "csv_empty", "" },
		{ "\n \n;;\n", 6, "csv_empty", "" },
		{ "\xff\xfe"
		  "a\0",
		    4, "csv_utf16", "" },
		{ "\xfe\xff\0a", 4, "csv_utf16", "" },
		{ "PK\3\4\0\0", 6, "csv_binary", "" },
		{ "a;b\n\x81;2\n", 8, "csv_encoding", "{\"line\":2}" },
		{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", 24, "csv_lines",
		    "{\"max\":10}" },
	};
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    read_text(&b, rows[i].data, rows[i].len, &err), RC_INVALID);
		assert_string_equal(err.code, rows[i].code);
		assert_string_equal(err.field, "file");
		assert_string_equal(err.args, rows[i].args);
	}
	buf_clear(&b);
}

static void
a_line_has_fifty_cells_at_most(void **state)
{
	struct csv_file f = { 0 };
	struct err err = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < CSV_CELLS_MAX + 10; i++)
		buf_str(&b, "x;");
	buf_str(&b, "\n1");
	/* separators behind the end mean nothing */
	for (int i = 0; i < CSV_CELLS_MAX + 10; i++)
		buf_char(&b, ';');
	assert_int_equal(csv_read(&f, b.data, b.len, 10, &err), RC_OK);
	assert_int_equal(f.count, 2);
	assert_string_equal(f.lines[0].error, "csv_cells");
	assert_int_equal(f.lines[0].count, CSV_CELLS_MAX);
	assert_null(f.lines[1].error);
	assert_string_equal(csv_cell(&f, &f.lines[1], 0), "1");
	assert_string_equal(csv_cell(&f, &f.lines[1], 70), "");
	csv_file_clear(&f);
	buf_clear(&b);
}

/* rows and unused of a list, or its code and arguments. */
static void
expect_list(const char *data, const char *wanted)
{
	struct csv_file f = { 0 };
	struct err err = { 0 };
	struct buf rows = { 0 }, unused = { 0 };
	json_t *doc;

	assert_int_equal(csv_read(&f, data, strlen(data), 10, &err), RC_OK);
	if (address_list_read(&f, &rows, &unused, &err) == RC_OK) {
		doc = json_loadb(rows.data, rows.len, 0, NULL);
		assert_non_null(doc);
		json_decref(doc);
		buf_printf(&rows, " %s", buf_text(&unused));
		assert_string_equal(buf_text(&rows), wanted);
	} else {
		buf_reset(&rows);
		buf_printf(&rows, "%s %s", err.code, err.args);
		assert_string_equal(buf_text(&rows), wanted);
	}
	csv_file_clear(&f);
	buf_clear(&rows);
	buf_clear(&unused);
}

static void
columns_are_known_by_many_names(void **state)
{
	(void)state;
	expect_list("Name;Ebene\nLand Berlin;Land\n",
	    "[{\"line\":2,\"name\":\"Land Berlin\",\"level\":\"Land\"}] []");
	expect_list("EBENE;Größenklasse;E-Mail-Adresse;Telefon;ARS;Bezeichnung;"
		    "Art;Bundesland;Kurzname;Kürzel\n"
		    "a;b;c;d;e;f;g;h;i;j\n;;c;;;;;;;\n",
	    "[{\"line\":2,\"name\":\"f\",\"short_name\":\"i\",\"code\":\"j\","
	    "\"level\":\"a\",\"kind\":\"g\",\"land\":\"h\",\"ars\":\"e\","
	    "\"size_class\":\"b\",\"mail\":\"c\"},"
	    "{\"line\":3,\"mail\":\"c\"}] [\"Telefon\"]");
	expect_list("Name;Ebene\n\"sagt \"\"ja\"\" \\ \x07\";x\nq\"q;x\n",
	    "[{\"line\":2,\"name\":\"sagt \\\"ja\\\" \\\\ \\u0007\","
	    "\"level\":\"x\"},{\"line\":3,\"error\":\"csv_quote\","
	    "\"content\":\"q\\\"q;x\"}] []");
	expect_list("Name;Land\nx;y\n", "csv_column {\"column\":\"Ebene\"}");
	expect_list("Ebene;Land\nx;y\n", "csv_column {\"column\":\"Name\"}");
	expect_list("Name;Ebene;Organisation\nx;y;z\n",
	    "csv_column_twice {\"column\":\"Name\"}");
	expect_list("Berlin;11\nBremen;04\n", "csv_header {\"column\":\"\"}");
	expect_list("Name;Ebene\n", "csv_no_rows {\"column\":\"\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(what_is_no_csv_is_refused),
		cmocka_unit_test(a_line_has_fifty_cells_at_most),
		cmocka_unit_test(columns_are_known_by_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
