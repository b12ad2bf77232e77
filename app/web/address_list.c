/* From the columns of an office to ours. */
#include "address_list.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define NAME_MAX_LEN 40
#define NO_COLUMN SIZE_MAX

enum column {
	COLUMN_NAME,
	COLUMN_SHORT_NAME,
	COLUMN_CODE,
	COLUMN_LEVEL,
	COLUMN_KIND,
	COLUMN_LAND,
	COLUMN_ARS,
	COLUMN_SIZE_CLASS,
	COLUMN_MAIL,
	COLUMN_POSTAL_ADDRESS,
	COLUMN__MAX
};

static const struct {
	const char *member;
	const char *label; /* in messages */
	bool is_needed;
	const char *spellings[6]; /* folded: small letters and digits */
} columns[] = {
	[COLUMN_NAME] = { "name", "Name", true,
	    { "name", "organisation", "bezeichnung", "langname" } },
	[COLUMN_SHORT_NAME] = { "short_name", "Kurzname", false,
	    { "kurzname", "kurzbezeichnung", "kurz" } },
	[COLUMN_CODE] = { "code", "Kennung", false,
	    { "kennung", "kuerzel", "code" } },
	[COLUMN_LEVEL] = { "level", "Ebene", true, { "ebene", "level" } },
	[COLUMN_KIND] = { "kind", "Art", false,
	    { "art", "typ", "organisationsart" } },
	[COLUMN_LAND] = { "land", "Land", false,
	    { "land", "bundesland", "landcode", "landesschluessel" } },
	[COLUMN_ARS] = { "ars", "ARS", false,
	    { "ars", "regionalschluessel", "amtlicherregionalschluessel" } },
	[COLUMN_SIZE_CLASS] = { "size_class", "Größenklasse", false,
	    { "groessenklasse", "groesse", "einwohnerklasse" } },
	[COLUMN_MAIL] = { "mail", "E-Mail", false,
	    { "email", "emailadresse", "mail", "mailadresse", "poststelle" } },
	[COLUMN_POSTAL_ADDRESS] = { "postal_address", "Postanschrift", false,
	    { "postanschrift", "anschrift", "adresse", "postadresse",
		"hausanschrift" } },
};
_Static_assert(NELEM(columns) == COLUMN__MAX, "one row for each column");

static enum rc read_header(
    const struct csv_file *f, size_t *at, struct buf *unused, struct err *err);
static void fold(const char *s, char *out, size_t room);
static size_t find_column(const char *folded);
static void write_row(struct buf *out, const struct csv_file *f,
    const struct csv_line *line, const size_t *at);
static void write_string(struct buf *out, const char *s);
static enum rc refuse(struct err *err, const char *code, const char *column);

enum rc
address_list_read(const struct csv_file *f, struct buf *rows,
    struct buf *unused, struct err *err)
{
	size_t at[COLUMN__MAX];
	enum rc rc = read_header(f, at, unused, err);

	if (rc != RC_OK)
		return rc;
	if (f->count < 2)
		return refuse(err, "csv_no_rows", "");
	buf_char(rows, '[');
	for (size_t i = 1; i < f->count; i++) {
		if (i > 1)
			buf_char(rows, ',');
		write_row(rows, f, &f->lines[i], at);
	}
	buf_char(rows, ']');
	return RC_OK;
}

static enum rc
read_header(
    const struct csv_file *f, size_t *at, struct buf *unused, struct err *err)
{
	const struct csv_line *line = &f->lines[0];
	size_t found = 0, left = 0;
	char folded[NAME_MAX_LEN];

	for (size_t c = 0; c < COLUMN__MAX; c++)
		at[c] = NO_COLUMN;
	buf_char(unused, '[');
	for (size_t i = 0; i < line->count; i++) {
		const char *name = csv_cell(f, line, i);
		size_t column;

		fold(name, folded, sizeof folded);
		column = find_column(folded);
		if (column == NO_COLUMN && *name != '\0') {
			buf_str(unused, left++ > 0 ? "," : "");
			write_string(unused, name);
		}
		if (column == NO_COLUMN)
			continue;
		if (at[column] != NO_COLUMN)
			return refuse(
			    err, "csv_column_twice", columns[column].label);
		at[column] = i;
		found++;
	}
	buf_char(unused, ']');
	if (found == 0)
		return refuse(err, "csv_header", "");
	for (size_t c = 0; c < COLUMN__MAX; c++) {
		if (columns[c].is_needed && at[c] == NO_COLUMN)
			return refuse(err, "csv_column", columns[c].label);
	}
	return RC_OK;
}

/* „E-Mail Adresse“ and EMAILADRESSE are emailadresse; ö is oe. */
static void
fold(const char *s, char *out, size_t room)
{
	static const struct {
		uint32_t c;
		const char *letters;
	} umlauts[] = { { 0xe4, "ae" }, { 0xc4, "ae" }, { 0xf6, "oe" },
		{ 0xd6, "oe" }, { 0xfc, "ue" }, { 0xdc, "ue" },
		{ 0xdf, "ss" } };
	size_t len = strlen(s), n = 0;

	for (size_t pos = 0; pos < len && n + 3 < room;) {
		uint32_t c = utf8_next(s, len, &pos);

		if (c < 0x80 && isalnum((int)c))
			out[n++] = (char)tolower((int)c);
		for (size_t i = 0; i < NELEM(umlauts); i++) {
			if (umlauts[i].c == c) {
				memcpy(out + n, umlauts[i].letters, 2);
				n += 2;
			}
		}
	}
	out[n] = '\0';
}

static size_t
find_column(const char *folded)
{
	for (size_t c = 0; c < COLUMN__MAX; c++) {
		for (size_t i = 0; i < NELEM(columns[c].spellings); i++) {
			const char *s = columns[c].spellings[i];

			if (s != NULL && strcmp(s, folded) == 0)
				return c;
		}
	}
	return NO_COLUMN;
}

static void
write_row(struct buf *out, const struct csv_file *f,
    const struct csv_line *line, const size_t *at)
{
	buf_printf(out, "{\"line\":%zu", line->number);
	if (line->error != NULL) {
		buf_printf(out, ",\"error\":\"%s\",\"content\":", line->error);
		write_string(out, csv_cell(f, line, 0));
	}
	for (size_t c = 0; c < COLUMN__MAX && line->error == NULL; c++) {
		const char *s =
		    at[c] == NO_COLUMN ? "" : csv_cell(f, line, at[c]);

		if (*s == '\0')
			continue;
		buf_printf(out, ",\"%s\":", columns[c].member);
		write_string(out, s);
	}
	buf_char(out, '}');
}

static void
write_string(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else
			buf_char(out, *s);
	}
	buf_char(out, '"');
}

static enum rc
refuse(struct err *err, const char *code, const char *column)
{
	err_set(err, RC_INVALID, code, "file", "column %s", column);
	snprintf(err->args, sizeof err->args, "{\"column\":\"%s\"}", column);
	return RC_INVALID;
}
