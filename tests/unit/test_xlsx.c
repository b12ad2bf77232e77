/* A workbook as it is written: the archive and the cells. */
#include "unit.h"

#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

#include "web/mem.h"
#include "web/xlsx.h"

static const unsigned widths[] = { 9, 40 };
static const struct xlsx_sheet sheet = { "Synopse", "Synopse & mehr",
	"Stand 22.04. & Entwurf", "[gekürzt]", widths, 2, 1713769200 };

static uint32_t
number(const unsigned char *p, int octets)
{
	uint32_t n = 0;

	for (int i = octets - 1; i >= 0; i--)
		n = n << 8 | p[i];
	return n;
}

/* The bytes of an entry, found by the list at the end of the archive. */
static char *
entry(const struct buf *zip, const char *name)
{
	const unsigned char *data = (const unsigned char *)zip->data;
	const unsigned char *at = data + zip->len - 22;
	unsigned count = number(at + 10, 2);

	assert_int_equal(number(at, 4), 0x06054b50);
	at = data + number(at + 16, 4);
	for (unsigned i = 0; i < count; i++) {
		uint32_t packed = number(at + 20, 4), size = number(at + 24, 4);
		uint32_t len = number(at + 28, 2), from = number(at + 42, 4);
		z_stream z = { 0 };
		char *text;

		assert_int_equal(number(at, 4), 0x02014b50);
		if (len != strlen(name) || memcmp(at + 46, name, len) != 0) {
			at += 46 + len;
			continue;
		}
		text = mem_calloc(1, size + 1);
		assert_int_equal(inflateInit2(&z, -MAX_WBITS), Z_OK);
		z.next_in = (unsigned char *)zip->data + from + 30 + len;
		z.avail_in = packed;
		z.next_out = (unsigned char *)text;
		z.avail_out = size;
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		assert_int_equal(z.total_out, size);
		assert_int_equal(
		    crc32(0, (unsigned char *)text, size), number(at + 16, 4));
		inflateEnd(&z);
		return text;
	}
	fail_msg("no entry %s", name);
	return NULL;
}

static void
put(struct xlsx *x, const char *text)
{
	xlsx_text(x, text, strlen(text));
}

static void
cells(void **state)
{
	struct buf out = { 0 };
	struct xlsx *x = xlsx_begin(&out, &sheet);
	char *xml, *book;

	(void)state;
	put(x, "Nr.");
	put(x, "Wortlaut");
	xlsx_end_row(x);
	put(x, "");
	put(x, "=SUMME(1) <b> & \"Größe\" \x01 _x0041_ _x_");
	xlsx_end_row(x);
	xlsx_number(x, "42");
	xlsx_end_row(x);
	xlsx_finish(x);
	xml = entry(&out, "xl/worksheets/sheet1.xml");
	assert_non_null(strstr(xml,
	    "<row r=\"2\" ht=\"015\"><c r=\"B2\" s=\"1\" "
	    "t=\"inlineStr\"><is><t "
	    "xml:space=\"preserve\">=SUMME(1) &lt;b&gt; &amp; \"Größe\"  "
	    "_x005F_x0041_ _x_</t></is></c></row>"));
	assert_non_null(
	    strstr(xml, "<c r=\"A3\" s=\"1\" t=\"n\"><v>42</v></c>"));
	assert_null(strstr(xml, "<f>"));
	assert_non_null(strstr(xml, "<autoFilter ref=\"A1:B3\"/>"));
	assert_non_null(
	    strstr(xml, "<oddHeader>&amp;LStand 22.04. &amp;&amp; Entwurf"));
	book = entry(&out, "xl/workbook.xml");
	assert_non_null(strstr(book, "'Synopse'!$A:$A,'Synopse'!$1:$1"));
	mem_free(xml);
	mem_free(book);
	mem_free(entry(&out, "[Content_Types].xml"));
	mem_free(entry(&out, "_rels/.rels"));
	mem_free(entry(&out, "xl/styles.xml"));
	xlsx_free(x);
	buf_clear(&out);
}

/* Tables of their own columns, each on a sheet of its name. */
static void
tables(void **state)
{
	static const unsigned one[] = { 70 };
	const struct xlsx_sheet second = {
		.name = "Codebuch", .widths = one, .columns = 1
	};
	struct buf out = { 0 };
	struct xlsx *x = xlsx_begin(&out, &sheet);
	char *xml, *book;

	(void)state;
	put(x, "Nr.");
	put(x, "Wortlaut");
	xlsx_end_row(x);
	xlsx_table(x, &second);
	put(x, "Bedeutung");
	xlsx_end_row(x);
	xlsx_finish(x);
	book = entry(&out, "xl/workbook.xml");
	assert_non_null(strstr(book, "<sheet name=\"Synopse\" sheetId=\"1\""));
	assert_non_null(strstr(book, "<sheet name=\"Codebuch\" sheetId=\"2\""));
	assert_non_null(strstr(book, "'Codebuch'!$A:$A"));
	xml = entry(&out, "xl/worksheets/sheet2.xml");
	assert_non_null(strstr(xml, "width=\"70\""));
	assert_null(strstr(xml, "Wortlaut"));
	mem_free(xml);
	mem_free(book);
	xlsx_free(x);
	buf_clear(&out);
}

/* As high as the highest of its cells, wrapped between words. */
static void
heights(void **state)
{
	static const struct {
		const char *number, *text, *height;
	} rows[] = {
		{ "R1-0042", "", "015" },
		{ "R1-0042", "Zustimmung.", "015" },
		{ "R1-0042", "Eins\nZwei\n\nVier", "060" },
		{ "R1-0042", "vierzig Zeichen, die genau passen: ÄÖÜ.", "015" },
		{ "R1-0042", "ein Wort mehr als vierzig Zeichen passt n icht",
		    "030" },
		{ "R1-0042",
		    "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik",
		    "030" },
		{ "neun Zeichen und mehr", "kurz", "045" },
		{ "R1-0042",
		    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17"
		    "\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27\n28\n29",
		    "409" },
	};
	struct buf out = { 0 };
	struct xlsx *x = xlsx_begin(&out, &sheet);
	char *xml, expected[64];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		put(x, rows[i].number);
		put(x, rows[i].text);
		xlsx_end_row(x);
	}
	xlsx_finish(x);
	xml = entry(&out, "xl/worksheets/sheet1.xml");
	for (size_t i = 0; i < NELEM(rows); i++) {
		snprintf(expected, sizeof(expected),
		    "<row r=\"%zu\" ht=\"%s\">", i + 1, rows[i].height);
		if (strstr(xml, expected) == NULL)
			fail_msg("no %s", expected);
	}
	assert_non_null(strstr(xml, "fitToWidth=\"1\""));
	mem_free(xml);
	xlsx_free(x);
	buf_clear(&out);
}

/* 32,767 UTF-16 units a cell: what is more is cut, and says so. */
static void
long_cells(void **state)
{
	static const struct {
		size_t characters;
		const char *character;
		bool is_cut;
	} rows[] = {
		{ XLSX_CELL_MAX, "a", false },
		{ XLSX_CELL_MAX + 1, "a", true },
		{ XLSX_CELL_MAX, "ß", false },
		{ XLSX_CELL_MAX / 2, "😀", false },
		{ XLSX_CELL_MAX / 2 + 1, "😀", true },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct buf out = { 0 }, text = { 0 };
		struct xlsx *x = xlsx_begin(&out, &sheet);
		char *xml;

		for (size_t n = 0; n < rows[i].characters; n++)
			buf_str(&text, rows[i].character);
		xlsx_text(x, text.data, text.len);
		xlsx_end_row(x);
		xlsx_finish(x);
		xml = entry(&out, "xl/worksheets/sheet1.xml");
		assert_int_equal(
		    strstr(xml, "[gekürzt]</t>") != NULL, rows[i].is_cut);
		mem_free(xml);
		xlsx_free(x);
		buf_clear(&out);
		buf_clear(&text);
	}
}

/* Whoever takes the bytes as they come has the same file. */
static void
in_pieces(void **state)
{
	struct buf whole = { 0 }, out = { 0 }, pieces = { 0 };
	struct xlsx *a = xlsx_begin(&whole, &sheet);
	struct xlsx *b = xlsx_begin(&out, &sheet);
	size_t most = 0;
	char text[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "Zeile %d: %d", i, i * 7919);
		put(a, text);
		xlsx_end_row(a);
		put(b, text);
		xlsx_end_row(b);
		most = out.len > most ? out.len : most;
		buf_add(&pieces, out.data, out.len);
		buf_reset(&out);
	}
	xlsx_finish(a);
	xlsx_finish(b);
	buf_add(&pieces, out.data, out.len);
	assert_int_equal(pieces.len, whole.len);
	assert_memory_equal(pieces.data, whole.data, whole.len);
	assert_true(most < 65536);
	mem_free(entry(&pieces, "xl/worksheets/sheet1.xml"));
	xlsx_free(a);
	xlsx_free(b);
	buf_clear(&whole);
	buf_clear(&out);
	buf_clear(&pieces);
}

/* More rows than a sheet has go into the next one, below the same heads. */
static void
next_sheet(void **state)
{
	struct buf out = { 0 };
	struct xlsx *x = xlsx_begin(&out, &sheet);
	char *xml;

	(void)state;
	put(x, "Nr.");
	xlsx_end_row(x);
	for (int i = 0; i < XLSX_ROWS_MAX; i++) {
		xlsx_number(x, "1");
		xlsx_end_row(x);
	}
	xlsx_finish(x);
	xml = entry(&out, "xl/worksheets/sheet2.xml");
	assert_non_null(strstr(xml, ">Nr.</t>"));
	assert_non_null(strstr(xml, "<row r=\"2\" "));
	assert_null(strstr(xml, "<row r=\"3\" "));
	mem_free(xml);
	xml = entry(&out, "xl/workbook.xml");
	assert_non_null(strstr(xml, "name=\"Synopse 2\""));
	mem_free(xml);
	xlsx_free(x);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(tables),
		cmocka_unit_test(heights),
		cmocka_unit_test(long_cells),
		cmocka_unit_test(in_pieces),
		cmocka_unit_test(next_sheet),
	};

	return cmocka_run_group_tests_name("xlsx", tests, NULL, NULL);
}
