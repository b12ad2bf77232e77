/* Rows of the database as lines of CSV. */
#include "csv_out.h"

#include <string.h>

#include "web/csv.h"
#include "web/filter.h"

static void head(
    struct buf *, const struct worker *, const struct stream_list *);
static void row(struct buf *, const struct worker *, const struct stream_list *,
    const PGresult *, bool);
static void tail(struct buf *);
static void cell(struct buf *, const struct worker *,
    const struct stream_column *, const char *);
static json_t *formatted(const char *filter, const char *value);

const struct stream_format csv_out = {
	"text/csv; charset=utf-8; header=present", "csv", head, row, tail
};

static void
head(struct buf *out, const struct worker *worker,
    const struct stream_list *list)
{
	json_t *names = json_object_get(worker->labels, list->labels);
	const char *name;

	buf_str(out, CSV_BOM);
	for (size_t i = 0; i < list->column_count; i++) {
		name = json_string_value(
		    json_object_get(names, list->columns[i].name));
		if (name == NULL)
			name = list->columns[i].name;
		if (i > 0)
			csv_separator(out);
		csv_text(out, name, strlen(name));
	}
	csv_end_row(out);
}

static void
row(struct buf *out, const struct worker *worker,
    const struct stream_list *list, const PGresult *res, bool is_first)
{
	(void)is_first;
	for (size_t i = 0; i < list->column_count; i++) {
		int column = PQfnumber(res, list->columns[i].name);

		if (i > 0)
			csv_separator(out);
		cell(out, worker, &list->columns[i],
		    column < 0 ? "" : PQgetvalue(res, 0, column));
	}
	csv_end_row(out);
}

static void
tail(struct buf *out)
{
	(void)out;
}

static void
cell(struct buf *out, const struct worker *worker,
    const struct stream_column *column, const char *value)
{
	const char *codes = column->codes;
	const char *word = NULL;
	json_t *time = NULL;

	if (codes != NULL && codes[0] == '@' && value[0] != '\0') {
		time = formatted(codes[1] == '\0' ? "datetime" : "date", value);
		word = json_string_value(time);
	} else if (codes != NULL) {
		word = json_string_value(json_object_get(
		    json_object_get(worker->labels, codes), value));
	}
	if (word == NULL)
		word = value;
	csv_text(out, word, strlen(word));
	json_decref(time);
}

static json_t *
formatted(const char *filter, const char *value)
{
	json_t *iso = json_string(value);
	json_t *text =
	    filter_apply(filter, strlen(filter), "", 0, "at", 2, iso);

	json_decref(iso);
	return text;
}
