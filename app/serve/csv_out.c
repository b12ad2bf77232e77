/* Rows of the database as lines of CSV. */
#include "csv_out.h"

#include <string.h>

#include "web/csv.h"
#include "web/filter.h"

static void cell(struct buf *, const struct worker *, const struct csv_column *,
    const char *);
static json_t *formatted(const char *filter, const char *value);

void
csv_out_head(struct buf *out, const struct worker *worker, const char *labels,
    const struct csv_column *columns, size_t count)
{
	json_t *names = json_object_get(worker->labels, labels);
	const char *name;

	buf_str(out, CSV_BOM);
	for (size_t i = 0; i < count; i++) {
		name =
		    json_string_value(json_object_get(names, columns[i].name));
		if (name == NULL)
			name = columns[i].name;
		if (i > 0)
			csv_separator(out);
		csv_text(out, name, strlen(name));
	}
	csv_end_row(out);
}

void
csv_out_row(struct buf *out, const struct worker *worker, const PGresult *row,
    const struct csv_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int column = PQfnumber(row, columns[i].name);

		if (i > 0)
			csv_separator(out);
		cell(out, worker, &columns[i],
		    column < 0 ? "" : PQgetvalue(row, 0, column));
	}
	csv_end_row(out);
}

static void
cell(struct buf *out, const struct worker *worker,
    const struct csv_column *column, const char *value)
{
	const char *list = column->list;
	const char *word = NULL;
	json_t *time = NULL;

	if (list != NULL && list[0] == '@' && value[0] != '\0') {
		time = formatted(list[1] == '\0' ? "datetime" : "date", value);
		word = json_string_value(time);
	} else if (list != NULL) {
		word = json_string_value(json_object_get(
		    json_object_get(worker->labels, list), value));
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
