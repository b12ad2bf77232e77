/* Rows of the database as lines of CSV. */
#include "csv_out.h"

#include <string.h>

#include "web/csv.h"

static void head(struct stream_out *, const struct req *);
static void row(struct stream_out *, const PGresult *);
static void tail(struct stream_out *);

const struct stream_format csv_out = {
	"text/csv; charset=utf-8; header=present", "csv", head, row, tail, NULL
};

static void
head(struct stream_out *out, const struct req *req)
{
	const char *name, *separator = "";

	(void)req;
	buf_str(&out->bytes, CSV_BOM);
	for (size_t i = 0; i < out->list->column_count; i++) {
		if (out->is_left_out[i])
			continue;
		name = stream_column_name(out, i);
		buf_str(&out->bytes, separator);
		csv_text(&out->bytes, name, strlen(name));
		separator = ";";
	}
	csv_end_row(&out->bytes);
}

static void
row(struct stream_out *out, const PGresult *res)
{
	const char *text, *separator = "";
	json_t *word;

	for (size_t i = 0; i < out->list->column_count; i++) {
		if (out->is_left_out[i])
			continue;
		word = stream_word(out, res, i, &text);
		buf_str(&out->bytes, separator);
		csv_text(&out->bytes, text, strlen(text));
		json_decref(word);
		separator = ";";
	}
	csv_end_row(&out->bytes);
}

static void
tail(struct stream_out *out)
{
	(void)out;
}
