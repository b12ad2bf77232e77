#include "report_sheet.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "web/csv.h"
#include "web/json_mem.h"
#include "web/xlsx.h"

enum { COLUMNS_MAX = 16 };

/* What a table is written to, cell by cell. */
struct sink {
	struct buf *csv; /* or */
	struct xlsx *xlsx;
	json_t *rows; /* or, of objects by the names of the columns */
	json_t *columns;
};

static void
cell(const struct sink *s, json_t *value)
{
	const char *text =
	    json_is_string(value) ? json_string_value(value) : "";
	size_t len = json_is_string(value) ? json_string_length(value) : 0;
	json_int_t n = json_integer_value(value);
	char digits[24];

	if (s->csv != NULL && json_is_integer(value))
		csv_number(s->csv, n);
	else if (s->csv != NULL)
		csv_text(s->csv, text, len);
	else if (json_is_integer(value)) {
		snprintf(digits, sizeof digits, "%lld", (long long)n);
		xlsx_number(s->xlsx, digits);
	} else
		xlsx_text(s->xlsx, text, len);
}

static void
line(const struct sink *s, json_t *values)
{
	json_t *value;
	size_t i;

	json_array_foreach (values, i, value) {
		if (s->csv != NULL && i > 0)
			csv_separator(s->csv);
		cell(s, value);
	}
	if (s->csv != NULL)
		csv_end_row(s->csv);
	else
		xlsx_end_row(s->xlsx);
}

static void
object(const struct sink *s, json_t *values)
{
	json_t *row = json_object(), *column;
	size_t i;

	json_array_foreach (s->columns, i, column)
		json_object_set(row,
		    json_string_value(json_object_get(column, "name")),
		    json_array_get(values, i));
	json_array_append_new(s->rows, row);
}

static enum rc
each(void *arg, const PGresult *row, struct err *err)
{
	const struct sink *s = arg;
	json_t *values = json_loads(PQgetvalue(row, 0, 0), 0, NULL);

	if (json_array_size(values) != json_array_size(s->columns)) {
		json_decref(values);
		return err_set(err, RC_INTERNAL, "report", "",
		    "a row has other columns than the codebook");
	}
	if (s->rows != NULL)
		object(s, values);
	else
		line(s, values);
	json_decref(values);
	return RC_OK;
}

/* All columns of all tables, in their order. */
static enum rc
codebook(const struct report_sheets *r, json_t **columns, struct err *err)
{
	char *text;
	enum rc rc = lane_value(
	    r->lane, "select job.report_columns()", 0, NULL, &text, err);

	*columns = NULL;
	if (rc != RC_OK)
		return rc;
	*columns = json_loads(text == NULL ? "" : text, 0, NULL);
	mem_free(text);
	if (!json_is_array(*columns))
		return err_set(err, RC_INTERNAL, "report", "", "no codebook");
	return RC_OK;
}

/* Those of one table. */
static json_t *
columns_of(json_t *all, const char *sheet)
{
	json_t *found = json_array(), *column;
	size_t i;

	json_array_foreach (all, i, column)
		if (strcmp(json_string_value(json_object_get(column, "sheet")),
			sheet) == 0)
			json_array_append(found, column);
	return found;
}

static enum rc
rows(const struct report_sheets *r, const char *sheet, struct sink *s,
    struct err *err)
{
	return lane_stream(r->lane, "select r from job.report_sheet($1, $2) r",
	    DB_PARAMS(r->report, sheet), each, s, err);
}

static void
heads(const struct sink *s)
{
	json_t *titles = json_array(), *column;
	size_t i;

	json_array_foreach (s->columns, i, column)
		json_array_append(titles, json_object_get(column, "title"));
	line(s, titles);
	json_decref(titles);
}

enum rc
report_csv(const struct report_sheets *r, const char *sheet, struct buf *out,
    struct err *err)
{
	struct sink s = { .csv = out };
	json_t *all;
	enum rc rc = codebook(r, &all, err);

	if (rc != RC_OK)
		return rc;
	s.columns = columns_of(all, sheet);
	buf_str(out, CSV_BOM);
	heads(&s);
	rc = rows(r, sheet, &s, err);
	json_decref(s.columns);
	json_decref(all);
	return rc;
}

static void
begin_table(const struct report_sheets *r, struct sink *s, struct buf *out)
{
	unsigned widths[COLUMNS_MAX];
	struct xlsx_sheet sheet = { .title = r->title,
		.header = r->title,
		.cut = " [gekürzt]",
		.widths = widths,
		.made_at = r->at };
	json_t *column;
	size_t i;

	json_array_foreach (s->columns, i, column) {
		sheet.name =
		    json_string_value(json_object_get(column, "sheet_title"));
		if (i < COLUMNS_MAX)
			widths[sheet.columns++] = (unsigned)json_integer_value(
			    json_object_get(column, "width"));
	}
	if (s->xlsx == NULL)
		s->xlsx = xlsx_begin(out, &sheet);
	else
		xlsx_table(s->xlsx, &sheet);
	heads(s);
}

/* Calls do_table for each table of the codebook. */
static enum rc
tables(const struct report_sheets *r, struct sink *s,
    enum rc (*do_table)(const struct report_sheets *, const char *,
	struct sink *, void *, struct err *),
    void *arg, struct err *err)
{
	const char *before = "", *sheet;
	json_t *all, *column;
	enum rc rc = codebook(r, &all, err);
	size_t i;

	json_array_foreach (all, i, column) {
		sheet = json_string_value(json_object_get(column, "sheet"));
		if (rc != RC_OK || strcmp(sheet, before) == 0)
			continue;
		before = sheet;
		s->columns = columns_of(all, sheet);
		rc = do_table(r, sheet, s, arg, err);
		json_decref(s->columns);
	}
	json_decref(all);
	return rc;
}

static enum rc
as_sheet(const struct report_sheets *r, const char *sheet, struct sink *s,
    void *out, struct err *err)
{
	begin_table(r, s, out);
	return rows(r, sheet, s, err);
}

enum rc
report_xlsx(const struct report_sheets *r, struct buf *out, struct err *err)
{
	struct sink s = { 0 };
	enum rc rc = tables(r, &s, as_sheet, out, err);

	if (rc == RC_OK && s.xlsx != NULL)
		xlsx_finish(s.xlsx);
	xlsx_free(s.xlsx);
	return rc;
}

static enum rc
as_objects(const struct report_sheets *r, const char *sheet, struct sink *s,
    void *doc, struct err *err)
{
	s->rows = json_array();
	json_object_set_new(doc, sheet, s->rows);
	return rows(r, sheet, s, err);
}

enum rc
report_json(const struct report_sheets *r, struct buf *out, struct err *err)
{
	json_t *doc = json_pack("{s:s, s:o}", "form", "resonanz report data 1",
		   "report", json_loads(r->about, 0, NULL)),
	       *list = json_object();
	struct sink s = { 0 };
	enum rc rc = tables(r, &s, as_objects, list, err);
	char *text;

	json_object_set_new(doc, "tables", list);
	text = json_dumps(doc, JSON_INDENT(1));
	if (rc == RC_OK && text != NULL) {
		buf_str(out, text);
		buf_char(out, '\n');
	}
	json_mem_free(text);
	json_decref(doc);
	return rc;
}
