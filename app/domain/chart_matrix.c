/*
 * The matrix: points by houses, a shape in each field. Every class has a shape
 * of its own, so that neither print nor colour blindness takes anything away.
 */
#include "chart_draw.h"

#include <string.h>

enum {
	MAX_COLUMNS = 60,
	BOX = PX(16), /* a shape */
	ROW = PX(26),
	HEAD_GAP = PX(8),
	LEGEND_LINE = PX(24),
	LEGEND_GAP = PX(12)
};

/* Drawn in a box of 16 by 16. */
static const struct shape {
	const char *code, *body;
} shapes[] = {
	{ "agree", "<circle cx=\"8\" cy=\"8\" r=\"7\" fill=\"#1d4f91\"/>"
		   "<path d=\"M4.5 8.3l2.5 2.5 4.5-5\" fill=\"none\""
		   " stroke=\"#fff\" stroke-width=\"2\"/>" },
	{ "agree_changed",
	    "<circle cx=\"8\" cy=\"8\" r=\"6.5\" fill=\"#fff\""
	    " stroke=\"#1d4f91\" stroke-width=\"1.5\"/>"
	    "<path d=\"M8 1.5a6.5 6.5 0 010 13z\" fill=\"#1d4f91\"/>" },
	{ "reject", "<rect x=\"1.5\" y=\"1.5\" width=\"13\" height=\"13\""
		    " fill=\"#8c2d04\"/><path d=\"M5 5l6 6M11 5l-6 6\""
		    " stroke=\"#fff\" stroke-width=\"2\"/>" },
	{ "note", "<path d=\"M2 2h12v9H8l-3 3v-3H2z\" fill=\"none\""
		  " stroke=\"" QUIET "\" stroke-width=\"1.5\"/>"
		  "<path d=\"M8 4v3M8 8.5v1\" stroke=\"" QUIET "\""
		  " stroke-width=\"1.5\"/>" },
	{ "no_position",
	    "<circle cx=\"8\" cy=\"8\" r=\"2\" fill=\"" QUIET "\"/>" },
	{ "nil",
	    "<circle cx=\"8\" cy=\"8\" r=\"6\" fill=\"none\" stroke=\"" QUIET
	    "\" stroke-width=\"1.5\"/><path d=\"M5 8h6\""
	    " stroke=\"" QUIET "\" stroke-width=\"1.5\"/>" },
	{ "not_applicable", "<circle cx=\"8\" cy=\"8\" r=\"6\" fill=\"none\""
			    " stroke=\"" QUIET "\" stroke-width=\"1.5\"/>"
			    "<path d=\"M4 12l8-8\" stroke=\"" QUIET "\""
			    " stroke-width=\"1.5\"/>" },
	{ "no_answer",
	    "<path d=\"M4 8h8\" stroke=\"" QUIET "\" stroke-width=\"1.5\"/>" },
	{ "outstanding", "<rect x=\"2\" y=\"2\" width=\"12\" height=\"12\""
			 " fill=\"none\" stroke=\"" QUIET "\""
			 " stroke-dasharray=\"2 2\"/>" },
	{ "not_asked",
	    "<path d=\"M8 2l6 6-6 6-6-6z\" fill=\"none\" stroke=\"" QUIET
	    "\" stroke-dasharray=\"2 1.5\"/>" },
	{ "not_invited",
	    "<path d=\"M3 11l8-8M5 13l8-8M7 15l6-6\" stroke=\"" QUIET "\"/>" },
};

struct matrix {
	size_t class_count, column_count;
	const char *word[CHART_MAX_CLASSES];
	const struct shape *shape[CHART_MAX_CLASSES];
	json_t *columns, *rows;
	int width, label_width, head_height, field_x, field_width;
	struct buf *out;
	struct err *err;
};

static enum rc read_chart(
    struct matrix *m, json_t *chart, json_t *labels) MUST_CHECK;
static enum rc measure(struct matrix *m, int *height) MUST_CHECK;
static int put_legend(struct matrix *m, bool is_drawn);
static void put_heads(struct matrix *m, int y);
static enum rc put_row(struct matrix *m, json_t *row, int *y) MUST_CHECK;

enum rc
chart_matrix(json_t *chart, const char *id, json_t *labels, struct buf *out,
    struct err *err)
{
	struct matrix m = { .out = out, .err = err };
	int height = 0, y;
	enum rc rc;
	json_t *row;
	size_t i;

	rc = chart_width(chart, &m.width, err);
	if (rc == RC_OK)
		rc = read_chart(&m, chart, labels);
	if (rc == RC_OK)
		rc = measure(&m, &height);
	if (rc != RC_OK)
		return rc;
	draw_begin(out, id, chart, m.width, height);
	y = put_legend(&m, true);
	put_heads(&m, y);
	y += m.head_height;
	json_array_foreach (m.rows, i, row) {
		rc = put_row(&m, row, &y);
		if (rc != RC_OK)
			return rc;
	}
	draw_end(out);
	return RC_OK;
}

static const struct shape *
find_shape(const char *code)
{
	for (size_t i = 0; i < NELEM(shapes); i++)
		if (strcmp(shapes[i].code, code) == 0)
			return &shapes[i];
	return NULL;
}

static enum rc
read_chart(struct matrix *m, json_t *chart, json_t *labels)
{
	json_t *classes, *words = json_object_get(chart, "classes_labels");
	json_t *list = json_object_get(labels, "outcome");
	const char *code, *word;
	enum rc rc;

	rc = chart_array(chart, "classes", CHART_MAX_CLASSES, &classes, m->err);
	if (rc == RC_OK)
		rc = chart_array(
		    chart, "columns", MAX_COLUMNS, &m->columns, m->err);
	if (rc == RC_OK)
		rc = chart_array(
		    chart, "rows", CHART_MAX_ROWS, &m->rows, m->err);
	if (rc != RC_OK)
		return rc;
	m->column_count = json_array_size(m->columns);
	m->class_count = json_array_size(classes);
	for (size_t i = 0; i < m->class_count; i++) {
		code = json_string_value(json_array_get(classes, i));
		m->shape[i] = code == NULL ? NULL : find_shape(code);
		if (m->shape[i] == NULL)
			return err_set(m->err, RC_INTERNAL, "chart", "classes",
			    "no shape for a class");
		word = json_string_value(json_array_get(words, i));
		if (word == NULL)
			word = json_string_value(json_object_get(list, code));
		m->word[i] = word != NULL ? word : code;
	}
	for (size_t i = 0; i < m->column_count; i++)
		if (!json_is_string(json_array_get(m->columns, i)))
			return err_set(m->err, RC_INTERNAL, "chart", "columns",
			    "a column must be a word");
	return RC_OK;
}

static int
row_height(int lines)
{
	return lines < 2 ? ROW : lines * CHART_LINE + PX(8);
}

static enum rc
measure(struct matrix *m, int *height)
{
	int columns = (int)m->column_count;
	const char *label;
	json_t *row;
	size_t i;
	int width;

	m->label_width = m->width * 36 / 100;
	m->field_x = CHART_MARGIN + m->label_width + PX(12);
	m->field_width = (m->width - CHART_MARGIN - m->field_x) /
			 (columns > 0 ? columns : 1);
	if (m->field_width > PX(44))
		m->field_width = PX(44);
	for (i = 0; i < m->column_count; i++) {
		label = json_string_value(json_array_get(m->columns, i));
		width = draw_text_width(label, strlen(label), 13);
		if (width > m->head_height)
			m->head_height = width;
	}
	m->head_height += HEAD_GAP * 2;
	*height = put_legend(m, false) + m->head_height + CHART_MARGIN;
	json_array_foreach (m->rows, i, row) {
		label = chart_string(row, "label", m->err);
		if (label == NULL)
			return RC_INTERNAL;
		*height +=
		    row_height(draw_label_lines(label, m->label_width, NULL));
	}
	return RC_OK;
}

static void
put_shape(struct matrix *m, size_t class, int x, int y)
{
	buf_str(m->out, "<g transform=\"translate(");
	draw_number(m->out, x);
	buf_char(m->out, ' ');
	draw_number(m->out, y);
	buf_str(m->out, ")\"><title>");
	draw_escaped(m->out, m->word[class], strlen(m->word[class]));
	buf_printf(m->out, "</title>%s</g>", m->shape[class]->body);
}

/* Shapes and words, as many lines as they need; returns where heads begin. */
static int
put_legend(struct matrix *m, bool is_drawn)
{
	struct text t = { .size = 13, .fill = INK };
	int x = CHART_MARGIN, y = CHART_MARGIN, width;

	for (size_t i = 0; i < m->class_count; i++) {
		width = PX(22) +
			draw_text_width(m->word[i], strlen(m->word[i]), 13);
		if (x > CHART_MARGIN && x + width > m->width - CHART_MARGIN) {
			x = CHART_MARGIN;
			y += LEGEND_LINE;
		}
		if (is_drawn) {
			put_shape(m, i, x, y);
			t.x = x + PX(22);
			t.y = y + PX(13);
			draw_text(m->out, &t, m->word[i], strlen(m->word[i]));
		}
		x += width + LEGEND_GAP;
	}
	return y + LEGEND_LINE;
}

/* Names from bottom to top, so that long ones have room. */
static void
put_heads(struct matrix *m, int y)
{
	const char *name;

	for (size_t i = 0; i < m->column_count; i++) {
		name = json_string_value(json_array_get(m->columns, i));
		buf_str(m->out, "<text font-size=\"13\" fill=\"" INK
				"\" transform=\"translate(");
		draw_number(m->out, m->field_x + (int)i * m->field_width +
					m->field_width / 2 + PX(4));
		buf_char(m->out, ' ');
		draw_number(m->out, y + m->head_height - HEAD_GAP);
		buf_str(m->out, ") rotate(-90)\">");
		draw_escaped(m->out, name, strlen(name));
		buf_str(m->out, "</text>");
	}
}

static enum rc
put_row(struct matrix *m, json_t *row, int *y)
{
	const char *label = json_string_value(json_object_get(row, "label"));
	json_t *cells, *cell;
	int height;
	enum rc rc;
	size_t i;

	rc = chart_array(row, "cells", m->column_count, &cells, m->err);
	if (rc != RC_OK)
		return rc;
	draw_rect(m->out, CHART_MARGIN, *y, m->width - 2 * CHART_MARGIN, 8,
	    "fill=\"" GRID "\"");
	height = row_height(draw_label(m->out, label, *y, m->label_width));
	json_array_foreach (cells, i, cell) {
		json_int_t class = json_integer_value(cell);

		if (!json_is_integer(cell) || class < 0 ||
		    class >= (json_int_t)m->class_count)
			return err_set(m->err, RC_INTERNAL, "chart", "cells",
			    "a field needs the number of a class");
		put_shape(m, (size_t) class,
		    m->field_x + (int)i * m->field_width +
			(m->field_width - BOX) / 2,
		    *y + (height - BOX) / 2);
	}
	*y += height;
	return RC_OK;
}
