/* A workbook, row by row. */
#include "xlsx.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"
#include "zip.h"

#define SHEETS_MAX 32
#define SHEET_OCTETS ((size_t)3 << 30) /* below the 4 GiB of a ZIP entry */
#define FLUSH 32768
#define LINE_HEIGHT 15u /* points, of the 11 point font */
#define HEIGHT_MAX 409u
#define PAGE_WIDTH 210u /* characters across A4 that can still be read */
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define DOCUMENT "http://schemas.openxmlformats.org/officeDocument/2006"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

enum { STYLE_TEXT = 1, STYLE_HEAD = 2 };

struct xlsx {
	struct zip *zip;
	char *name, *title, *header, *cut;
	unsigned *widths;
	size_t columns;
	struct buf xml;   /* of rows, not yet in the archive */
	struct buf heads; /* the first row, for a further sheet */
	unsigned sheets;
	char names[SHEETS_MAX][64];
	unsigned part;        /* of a table that needs more than one sheet */
	unsigned row, column; /* counted from 1 and 0 */
	bool is_in_row;
	size_t height_at; /* where in xml the height of the row stands */
	unsigned lines;
};

static void take_table(struct xlsx *, const struct xlsx_sheet *);
static void begin_sheet(struct xlsx *);
static void end_sheet(struct xlsx *);
static void next_sheet(struct xlsx *);
static void begin_row(struct xlsx *);
static void begin_cell(struct xlsx *, const char *);
static void column_name(unsigned, char[4]);
static unsigned lines_of(const char *, size_t, unsigned);
static void xml_text(struct buf *, const char *, size_t);
static size_t fitting(const char *, size_t, size_t);
static void put(struct xlsx *, const char *, const struct buf *);
static void put_workbook(struct xlsx *);
static void put_types(struct xlsx *);

struct xlsx *
xlsx_begin(struct buf *out, const struct xlsx_sheet *sheet)
{
	struct xlsx *x = mem_calloc(1, sizeof(*x));

	x->title = mem_strdup(sheet->title);
	x->header = sheet->header == NULL ? NULL : mem_strdup(sheet->header);
	x->cut = mem_strdup(sheet->cut);
	take_table(x, sheet);
	x->zip = zip_begin(out, sheet->made_at);
	begin_sheet(x);
	return x;
}

void
xlsx_table(struct xlsx *x, const struct xlsx_sheet *sheet)
{
	end_sheet(x);
	take_table(x, sheet);
	begin_sheet(x);
}

static void
take_table(struct xlsx *x, const struct xlsx_sheet *sheet)
{
	mem_free(x->name);
	mem_free(x->widths);
	x->name = mem_strdup(sheet->name);
	x->columns = sheet->columns;
	x->widths = mem_calloc(sheet->columns, sizeof(*x->widths));
	memcpy(x->widths, sheet->widths, sheet->columns * sizeof(*x->widths));
	buf_reset(&x->heads);
	x->part = 0;
}

void
xlsx_text(struct xlsx *x, const char *s, size_t len)
{
	size_t fits = fitting(s, len, XLSX_CELL_MAX);
	unsigned lines;

	if (len == 0) {
		begin_row(x);
		x->column++;
		return;
	}
	lines = x->column < x->columns ? lines_of(s, fits, x->widths[x->column])
				       : 1;
	begin_cell(x, "inlineStr");
	if (lines > x->lines)
		x->lines = lines;
	buf_str(&x->xml, "<is><t xml:space=\"preserve\">");
	if (fits < len)
		fits = fitting(
		    s, len, XLSX_CELL_MAX - utf8_count(x->cut, strlen(x->cut)));
	xml_text(&x->xml, s, fits);
	if (fits < len)
		xml_text(&x->xml, x->cut, strlen(x->cut));
	buf_str(&x->xml, "</t></is></c>");
}

void
xlsx_number(struct xlsx *x, const char *digits)
{
	begin_cell(x, "n");
	buf_printf(&x->xml, "<v>%s</v></c>", digits);
}

/* Not every program computes how high a row of wrapped text is. */
void
xlsx_end_row(struct xlsx *x)
{
	char height[4];

	begin_row(x);
	snprintf(height, sizeof(height), "%03u",
	    x->lines > HEIGHT_MAX / LINE_HEIGHT ? HEIGHT_MAX
						: x->lines * LINE_HEIGHT);
	memcpy(x->xml.data + x->height_at, height, 3);
	buf_str(&x->xml, "</row>\n");
	if (x->row == 1 && x->part == 1)
		buf_add(&x->heads, x->xml.data, x->xml.len);
	x->row++;
	x->column = 0;
	x->is_in_row = false;
	if (x->xml.len < FLUSH)
		return;
	zip_add(x->zip, x->xml.data, x->xml.len);
	buf_reset(&x->xml);
}

void
xlsx_finish(struct xlsx *x)
{
	struct buf b = { 0 };

	end_sheet(x);
	put_workbook(x);
	buf_str(&b,
	    HEAD "<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\">"
		 "<font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
		 "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font>"
		 "</fonts><fills count=\"2\"><fill>"
		 "<patternFill patternType=\"none\"/></fill>"
		 "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
		 "<borders count=\"1\"><border><left/><right/><top/><bottom/>"
		 "<diagonal/></border></borders><cellStyleXfs count=\"1\">"
		 "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
		 "</cellStyleXfs><cellXfs count=\"3\">"
		 "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" "
		 "xfId=\"0\"/>"
		 "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" "
		 "xfId=\"0\" applyAlignment=\"1\">"
		 "<alignment horizontal=\"left\" vertical=\"top\" "
		 "wrapText=\"1\"/></xf>"
		 "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" "
		 "xfId=\"0\" applyFont=\"1\" applyAlignment=\"1\">"
		 "<alignment horizontal=\"left\" vertical=\"top\" "
		 "wrapText=\"1\"/></xf></cellXfs>"
		 "<cellStyles count=\"1\"><cellStyle name=\"Normal\" "
		 "xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>");
	put(x, "xl/styles.xml", &b);
	put_types(x);
	zip_finish(x->zip);
	buf_clear(&b);
}

void
xlsx_free(struct xlsx *x)
{
	if (x == NULL)
		return;
	zip_free(x->zip);
	mem_free(x->name);
	mem_free(x->title);
	mem_free(x->header);
	mem_free(x->cut);
	mem_free(x->widths);
	buf_clear(&x->xml);
	buf_clear(&x->heads);
	mem_free(x);
}

/* Heads stay in view, and the paper is A4 across. */
static void
begin_sheet(struct xlsx *x)
{
	char name[64];

	if (x->sheets == SHEETS_MAX)
		abort();
	snprintf(x->names[x->sheets], sizeof(x->names[0]),
	    x->part == 0 ? "%s" : "%s %u", x->name, x->part + 1);
	x->part++;
	snprintf(name, sizeof(name), "xl/worksheets/sheet%u.xml", ++x->sheets);
	zip_entry(x->zip, name);
	buf_str(&x->xml,
	    HEAD "<worksheet xmlns=\"" MAIN "\"><sheetPr><pageSetUpPr "
		 "fitToPage=\"1\"/></sheetPr><sheetViews><sheetView "
		 "workbookViewId=\"0\"><pane xSplit=\"1\" ySplit=\"1\" "
		 "topLeftCell=\"B2\" activePane=\"bottomRight\" "
		 "state=\"frozen\"/></sheetView></sheetViews>"
		 "<sheetFormatPr defaultRowHeight=\"15\"/><cols>");
	for (size_t i = 0; i < x->columns; i++)
		buf_printf(&x->xml,
		    "<col min=\"%zu\" max=\"%zu\" width=\"%u\" "
		    "customWidth=\"1\"/>",
		    i + 1, i + 1, x->widths[i]);
	buf_str(&x->xml, "</cols><sheetData>\n");
	x->row = 1;
	x->column = 0;
}

static void
end_sheet(struct xlsx *x)
{
	char last[4];
	unsigned width = 0;

	for (size_t i = 0; i < x->columns; i++)
		width += x->widths[i];
	column_name((unsigned)x->columns - 1, last);
	buf_str(&x->xml, "</sheetData>");
	if (x->row > 2)
		buf_printf(
		    &x->xml, "<autoFilter ref=\"A1:%s%u\"/>", last, x->row - 1);
	buf_printf(&x->xml,
	    "<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.7\" "
	    "bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/><pageSetup "
	    "paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"%u\" "
	    "fitToHeight=\"0\"/><headerFooter>",
	    (width + PAGE_WIDTH - 1) / PAGE_WIDTH);
	if (x->header != NULL) {
		buf_str(&x->xml, "<oddHeader>&amp;L");
		for (const char *s = x->header; *s != '\0'; s++) {
			if (*s == '&') /* a code of its own */
				buf_str(&x->xml, "&amp;");
			xml_text(&x->xml, s, 1);
		}
		buf_str(&x->xml, "</oddHeader>");
	}
	buf_str(&x->xml, "<oddFooter>&amp;RSeite &amp;P von &amp;N</oddFooter>"
			 "</headerFooter></worksheet>");
	zip_add(x->zip, x->xml.data, x->xml.len);
	buf_reset(&x->xml);
}

static void
next_sheet(struct xlsx *x)
{
	end_sheet(x);
	begin_sheet(x);
	buf_add(&x->xml, x->heads.data, x->heads.len);
	x->row = 2;
}

static void
begin_row(struct xlsx *x)
{
	if (x->is_in_row)
		return;
	if (x->sheets < SHEETS_MAX &&
	    (x->row > XLSX_ROWS_MAX || zip_entry_size(x->zip) > SHEET_OCTETS))
		next_sheet(x);
	buf_printf(&x->xml, "<row r=\"%u\" ht=\"", x->row);
	x->height_at = x->xml.len;
	buf_str(&x->xml, "000\">");
	x->lines = 1;
	x->is_in_row = true;
}

static void
begin_cell(struct xlsx *x, const char *type)
{
	char name[4];

	begin_row(x);
	column_name(x->column++, name);
	buf_printf(&x->xml, "<c r=\"%s%u\" s=\"%d\" t=\"%s\">", name, x->row,
	    x->row == 1 ? STYLE_HEAD : STYLE_TEXT, type);
}

/* Lines of a text that is wrapped between words at so many characters. */
static unsigned
lines_of(const char *s, size_t len, unsigned width)
{
	unsigned lines = 1, column = 0, word = 0;

	for (size_t i = 0; i <= len; i++) {
		char c = i < len ? s[i] : '\n';

		if (((unsigned char)c & 0xc0) == 0x80)
			continue;
		if (c != ' ' && c != '\n') {
			word++;
			continue;
		}
		if (column > 0 && column + word > width) {
			lines++;
			column = 0;
		}
		column += word;
		for (; column > width; column -= width)
			lines++;
		word = 0;
		column += c == ' ';
		if (c == '\n' && i < len) {
			lines++;
			column = 0;
		}
	}
	return lines;
}

/* A … Z, AA … */
static void
column_name(unsigned column, char name[4])
{
	size_t n = 0;

	if (column >= 26)
		name[n++] = (char)('A' + column / 26 - 1);
	name[n++] = (char)('A' + column % 26);
	name[n] = '\0';
}

/*
 * Text of an element. Control characters that XML does not know are left out;
 * _x0041_ would be read as A, so its underscore is written as such a code.
 */
static void
xml_text(struct buf *b, const char *s, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *instead = NULL;

		if (c == '&')
			instead = "&amp;";
		else if (c == '<')
			instead = "&lt;";
		else if (c == '>')
			instead = "&gt;";
		else if (c < ' ' && c != '\t' && c != '\n')
			instead = "";
		else if (c == '_' && len - i >= 7 && s[i + 1] == 'x' &&
			 s[i + 6] == '_' && isxdigit((unsigned char)s[i + 2]) &&
			 isxdigit((unsigned char)s[i + 3]) &&
			 isxdigit((unsigned char)s[i + 4]) &&
			 isxdigit((unsigned char)s[i + 5]))
			instead = "_x005F_";
		if (instead == NULL)
			continue;
		buf_add(b, s + from, i - from);
		buf_str(b, instead);
		from = i + 1;
	}
	buf_add(b, s + from, len - from);
}

/* How many octets of s have at most so many UTF-16 units. */
static size_t
fitting(const char *s, size_t len, size_t units)
{
	size_t pos = 0, next = 0;

	if (len <= units)
		return len;
	while (next < len) {
		size_t needs = utf8_next(s, len, &next) > 0xffff ? 2 : 1;

		if (needs > units)
			return pos;
		units -= needs;
		pos = next;
	}
	return len;
}

static void
put(struct xlsx *x, const char *name, const struct buf *b)
{
	zip_entry(x->zip, name);
	zip_add(x->zip, b->data, b->len);
}

/* The sheets by name; their first row and column are printed on each page. */
static void
put_workbook(struct xlsx *x)
{
	struct buf b = { 0 }, names = { 0 }, rels = { 0 };

	buf_str(&b, HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" DOCUMENT
			 "/relationships\"><sheets>");
	buf_str(&rels,
	    HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\">"
		 "<Relationship Id=\"rId0\" Type=\"" DOCUMENT
		 "/relationships/styles\" Target=\"styles.xml\"/>");
	for (unsigned i = 1; i <= x->sheets; i++) {
		const char *name = x->names[i - 1];

		buf_str(&b, "<sheet name=\"");
		xml_text(&b, name, strlen(name));
		buf_printf(&b, "\" sheetId=\"%u\" r:id=\"rId%u\"/>", i, i);
		buf_printf(&names,
		    "<definedName name=\"_xlnm.Print_Titles\" "
		    "localSheetId=\"%u\">'",
		    i - 1);
		xml_text(&names, name, strlen(name));
		buf_str(&names, "'!$A:$A,'");
		xml_text(&names, name, strlen(name));
		buf_str(&names, "'!$1:$1</definedName>");
		buf_printf(&rels,
		    "<Relationship Id=\"rId%u\" Type=\"" DOCUMENT
		    "/relationships/worksheet\" "
		    "Target=\"worksheets/sheet%u.xml\"/>",
		    i, i);
	}
	buf_printf(&b, "</sheets><definedNames>%s</definedNames></workbook>",
	    buf_text(&names));
	buf_str(&rels, "</Relationships>");
	put(x, "xl/workbook.xml", &b);
	put(x, "xl/_rels/workbook.xml.rels", &rels);
	buf_clear(&b);
	buf_clear(&names);
	buf_clear(&rels);
}

static void
put_types(struct xlsx *x)
{
	struct buf b = { 0 };

	buf_str(&b,
	    HEAD "<cp:coreProperties xmlns:cp=\"" PACKAGE
		 "/metadata/core-properties\" "
		 "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
	xml_text(&b, x->title, strlen(x->title));
	buf_str(&b, "</dc:title><dc:language>de</dc:language>"
		    "</cp:coreProperties>");
	put(x, "docProps/core.xml", &b);
	buf_reset(&b);
	buf_str(&b, HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\">"
			 "<Relationship Id=\"rId1\" Type=\"" DOCUMENT
			 "/relationships/officeDocument\" "
			 "Target=\"xl/workbook.xml\"/>"
			 "<Relationship Id=\"rId2\" Type=\"" PACKAGE
			 "/relationships/metadata/core-properties\" "
			 "Target=\"docProps/core.xml\"/></Relationships>");
	put(x, "_rels/.rels", &b);
	buf_reset(&b);
	buf_str(&b,
	    HEAD "<Types xmlns=\"" PACKAGE "/content-types\">"
		 "<Default Extension=\"rels\" ContentType=\"application/"
		 "vnd.openxmlformats-package.relationships+xml\"/>"
		 "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
		 "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPE
		 "sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" "
		 "ContentType=\"" TYPE "styles+xml\"/><Override "
		 "PartName=\"/docProps/core.xml\" ContentType=\"application/"
		 "vnd.openxmlformats-package.core-properties+xml\"/>");
	for (unsigned i = 1; i <= x->sheets; i++)
		buf_printf(&b,
		    "<Override PartName=\"/xl/worksheets/sheet%u.xml\" "
		    "ContentType=\"" TYPE "worksheet+xml\"/>",
		    i);
	buf_str(&b, "</Types>");
	put(x, "[Content_Types].xml", &b);
	buf_clear(&b);
}
