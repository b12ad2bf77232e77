/* Rows of the database as a workbook. */
#include "xlsx_out.h"

#include <string.h>

#include "web/utf8.h"
#include "web/xlsx.h"

#define WIDTH 14

static void head(struct stream_out *, const struct req *);
static void row(struct stream_out *, const PGresult *);
static void tail(struct stream_out *);
static void end(void *);
static unsigned width_of(const struct stream_column *, const char *);
static void page_header(
    const struct stream_out *, const json_t *, struct buf *);
static const char *label(const struct stream_out *, const char *, const char *);

const struct stream_format xlsx_out = {
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"xlsx", head, row, tail, end
};

static void
head(struct stream_out *out, const struct req *req)
{
	unsigned widths[STREAM_COLUMNS_MAX];
	json_t *note = json_loads(out->note, JSON_DECODE_ANY, NULL);
	const struct stream_list *list = out->list;
	struct xlsx_sheet sheet = {
		.name = label(out, "workbook", list->file_name),
		.cut = label(out, "workbook", "cut"),
		.widths = widths,
		.made_at = time(NULL),
	};
	struct buf header = { 0 };
	const char *name;

	(void)req;
	page_header(out, note, &header);
	sheet.title = sheet.header = buf_text(&header);
	for (size_t i = 0; i < list->column_count; i++) {
		if (!out->is_left_out[i])
			widths[sheet.columns++] = width_of(
			    &list->columns[i], stream_column_name(out, i));
	}
	out->state = xlsx_begin(&out->bytes, &sheet);
	buf_clear(&header);
	json_decref(note);
	for (size_t i = 0; i < list->column_count; i++) {
		if (out->is_left_out[i])
			continue;
		name = stream_column_name(out, i);
		xlsx_text(out->state, name, strlen(name));
	}
	xlsx_end_row(out->state);
}

/* Wide enough for the longest word of its head, and the button beside it. */
static unsigned
width_of(const struct stream_column *column, const char *name)
{
	size_t widest = column->width == 0 ? WIDTH : column->width;

	while (*name != '\0') {
		size_t len = strcspn(name, " ");
		size_t needs = utf8_count(name, len) + 3;

		widest = needs > widest ? needs : widest;
		name += len + strspn(name + len, " ");
	}
	return (unsigned)widest;
}

static void
row(struct stream_out *out, const PGresult *res)
{
	const char *text;
	json_t *word;

	for (size_t i = 0; i < out->list->column_count; i++) {
		if (out->is_left_out[i])
			continue;
		word = stream_word(out, res, i, &text);
		if (out->list->columns[i].is_number && text[0] != '\0')
			xlsx_number(out->state, text);
		else
			xlsx_text(out->state, text, strlen(text));
		json_decref(word);
	}
	xlsx_end_row(out->state);
}

static void
tail(struct stream_out *out)
{
	xlsx_finish(out->state);
}

static void
end(void *state)
{
	xlsx_free(state);
}

/* What it is, of when, for whom, and that it is a draft: on each sheet. */
static void
page_header(const struct stream_out *out, const json_t *note, struct buf *b)
{
	json_t *frame = json_object_get(note, "frame");
	const char *title = json_string_value(
	    json_object_get(json_object_get(frame, "consultation"), "title"));
	const char *version =
	    json_string_value(json_object_get(note, "version"));
	const char *mark = json_string_value(json_object_get(note, "mark"));
	json_t *at = filter_apply("datetime", 8, "", 0, "at", 2, NULL,
	    json_object_get(frame, "server_time"));

	buf_printf(b, "%s, %s. %s %s",
	    label(out, "workbook", out->list->file_name),
	    title == NULL ? "" : title, label(out, "workbook", "as_of"),
	    at == NULL ? "" : json_string_value(at));
	if (version != NULL)
		buf_printf(b, ". %s", label(out, "synopsis_version", version));
	if (mark != NULL)
		buf_printf(b, ". %s", label(out, "synopsis_mark", mark));
	json_decref(at);
}

static const char *
label(const struct stream_out *out, const char *list, const char *code)
{
	const char *word = json_string_value(
	    json_object_get(json_object_get(out->worker->labels, list), code));

	return word == NULL ? code : word;
}
