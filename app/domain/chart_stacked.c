/*
 * Stacked bars: a row for each item or group, a piece for each outcome with
 * its count printed in it. Every class has its own pattern, so that neither
 * print nor colour blindness takes anything away.
 */
#include "chart_draw.h"

#include <stdio.h>
#include <string.h>

#include "web/mem.h"

enum {
	MAX_LABEL = 1000,
	BAR = PX(25),
	ROW_GAP = PX(9),
	BASE_WIDTH = PX(62), /* "n = 28" and a gap */
	LEGEND_LINE = PX(24),
	LEGEND_GAP = PX(12)
};

/* How a class looks. A pattern has a letter behind the id; see put_patterns. */
struct look {
	const char *code;
	char pattern; /* '\0' = plain fill */
	const char *fill;
	const char *ink; /* of the number */
};

static const struct look looks[] = {
	{ "agree", '\0', "#1d4f91", "#fff" },
	{ "agree_changed", 'h', NULL, "#000" },
	{ "reject", 'x', NULL, "#000" },
	{ "note", 'v', NULL, "#000" },
	{ "no_position", '\0', "#c9cddb", "#000" },
	{ "nil", 'n', NULL, "#000" },
	{ "not_applicable", 'b', NULL, "#000" },
	{ "no_answer", '\0', "#fff", "#000" },
	{ "outstanding", 'm', NULL, "#000" },
	{ "unstated", 'd', NULL, "#000" },
	{ "several", 'k', NULL, "#000" },
	{ "not_invited", 'q', NULL, "#000" },
};

/* For classes that the table does not know. */
static const struct look other_looks[] = {
	{ "", '\0', "#7fa7d6", "#000" },
	{ "", '\0', "#e3c27a", "#000" },
	{ "", '\0', "#9aa0b8", "#000" },
};

static const struct {
	char letter;
	const char *body;
} patterns[] = {
	{ 'h', " width=\"6\" height=\"6\" patternTransform=\"rotate(45)\">"
	       "<rect width=\"6\" height=\"6\" fill=\"#cfe0f5\"/>"
	       "<rect width=\"2\" height=\"6\" fill=\"#1d4f91\"/>" },
	{ 'x', " width=\"7\" height=\"7\">"
	       "<rect width=\"7\" height=\"7\" fill=\"#8c2d04\"/>"
	       "<path d=\"M0 0l7 7M7 0L0 7\" stroke=\"#d9906a\"/>" },
	{ 'v', " width=\"6\" height=\"6\">"
	       "<rect width=\"6\" height=\"6\" fill=\"#fbf3e0\"/>"
	       "<path d=\"M3 0v6\" stroke=\"#8a6d1f\" stroke-width=\"1.2\"/>" },
	{ 'n', " width=\"6\" height=\"6\">"
	       "<rect width=\"6\" height=\"6\" fill=\"#eef0f6\"/>"
	       "<path d=\"M0 3h6\" stroke=\"#6b7191\" stroke-width=\"1.2\"/>" },
	{ 'b', " width=\"8\" height=\"8\" patternTransform=\"rotate(-45)\">"
	       "<rect width=\"8\" height=\"8\" fill=\"#f4f5f9\"/>"
	       "<rect width=\"1.2\" height=\"8\" fill=\"#6b7191\"/>" },
	{ 'm', " width=\"6\" height=\"6\">"
	       "<rect width=\"6\" height=\"6\" fill=\"#fff\"/>"
	       "<circle cx=\"3\" cy=\"3\" r=\".9\" fill=\"#6b7191\"/>" },
	{ 'd', " width=\"8\" height=\"8\">"
	       "<rect width=\"8\" height=\"8\" fill=\"#e6eefa\"/>"
	       "<circle cx=\"4\" cy=\"4\" r=\"1.8\" fill=\"#1d4f91\"/>" },
	{ 'k', " width=\"8\" height=\"8\">"
	       "<rect width=\"8\" height=\"8\" fill=\"#fff\"/>"
	       "<path d=\"M0 0h4v4H0zM4 4h4v4H4z\" fill=\"#c9cddb\"/>" },
	{ 'q', " width=\"10\" height=\"10\">"
	       "<rect width=\"10\" height=\"10\" fill=\"#fff\"/>"
	       "<path d=\"M2 5h6M5 2v6\" stroke=\"#6b7191\"/>" },
};

struct stacked {
	const char *id;
	size_t class_count;
	const char *word[CHART_MAX_CLASSES];
	const struct look *look[CHART_MAX_CLASSES];
	json_t *rows;
	int width, label_width; /* longer labels are broken */
	int bar_x, bar_width;
	struct buf *out;
	struct err *err;
};

static enum rc read_classes(
    struct stacked *s, json_t *chart, json_t *labels) MUST_CHECK;
static enum rc measure(struct stacked *s, int *height) MUST_CHECK;
static int put_legend(struct stacked *s, bool is_drawn);
static void put_patterns(struct stacked *s);
static enum rc put_row(struct stacked *s, json_t *row, int *y) MUST_CHECK;
static void put_piece(
    struct stacked *s, size_t class, int value, int x, int y, int width);

enum rc
chart_stacked(json_t *chart, const char *id, json_t *labels, struct buf *out,
    struct err *err)
{
	struct stacked s = { .id = id, .out = out, .err = err };
	int height, y;
	enum rc rc;
	json_t *row;
	size_t i;

	rc = chart_width(chart, &s.width, err);
	if (rc == RC_OK)
		rc = read_classes(&s, chart, labels);
	if (rc == RC_OK)
		rc = chart_array(chart, "rows", CHART_MAX_ROWS, &s.rows, err);
	if (rc == RC_OK)
		rc = measure(&s, &height);
	if (rc != RC_OK)
		return rc;

	draw_begin(out, id, chart, s.width, height);
	put_patterns(&s);
	y = put_legend(&s, true);
	json_array_foreach (s.rows, i, row) {
		rc = put_row(&s, row, &y);
		if (rc != RC_OK)
			return rc;
	}
	draw_end(out);
	return RC_OK;
}

static const struct look *
find_look(const char *code, size_t index)
{
	size_t i;

	for (i = 0; i < NELEM(looks); i++)
		if (strcmp(looks[i].code, code) == 0)
			return &looks[i];
	return &other_looks[index % NELEM(other_looks)];
}

static enum rc
read_classes(struct stacked *s, json_t *chart, json_t *labels)
{
	json_t *classes, *words = json_object_get(chart, "classes_labels");
	json_t *list = json_object_get(labels, "outcome");
	const char *code, *word;
	enum rc rc;
	size_t i;

	rc = chart_array(chart, "classes", CHART_MAX_CLASSES, &classes, s->err);
	if (rc != RC_OK)
		return rc;
	s->class_count = json_array_size(classes);
	for (i = 0; i < s->class_count; i++) {
		code = json_string_value(json_array_get(classes, i));
		if (code == NULL)
			return err_set(s->err, RC_INTERNAL, "chart", "classes",
			    "a class must be a word");
		word = json_string_value(json_array_get(words, i));
		if (word == NULL)
			word = json_string_value(json_object_get(list, code));
		s->word[i] = word != NULL ? word : code;
		s->look[i] = find_look(code, i);
	}
	return RC_OK;
}

static int
row_height(int lines)
{
	int text = lines * CHART_LINE + PX(4);

	return (text > BAR ? text : BAR) + ROW_GAP;
}

static enum rc
measure(struct stacked *s, int *height)
{
	int width = PX(40);
	const char *label;
	json_t *row;
	size_t i;

	s->label_width = s->width * 32 / 100;
	*height = put_legend(s, false);
	json_array_foreach (s->rows, i, row) {
		label = chart_string(row, "label", s->err);
		if (label == NULL)
			return RC_INTERNAL;
		if (strlen(label) > MAX_LABEL)
			return err_set(s->err, RC_INTERNAL, "chart", "label",
			    "a label is longer than %d", MAX_LABEL);
		*height +=
		    row_height(draw_label_lines(label, s->label_width, &width));
	}
	*height += CHART_MARGIN - ROW_GAP;
	s->bar_x = CHART_MARGIN + width + PX(12) + BASE_WIDTH;
	s->bar_width = s->width - CHART_MARGIN - s->bar_x;
	return RC_OK;
}

static void
fill_text(const struct stacked *s, size_t class, char *text, size_t size)
{
	if (s->look[class]->pattern != '\0')
		snprintf(text, size, "fill=\"url(#%s-%c)\"", s->id,
		    s->look[class]->pattern);
	else
		snprintf(text, size, "fill=\"%s\"", s->look[class]->fill);
}

/* Boxes and words, as many lines as they need; returns where rows begin. */
static int
put_legend(struct stacked *s, bool is_drawn)
{
	struct text t = { .size = 13, .fill = INK };
	char fill[128], more[192];
	int x = CHART_MARGIN, y = CHART_MARGIN, width;
	size_t i;

	for (i = 0; i < s->class_count; i++) {
		width = PX(20) +
			draw_text_width(s->word[i], strlen(s->word[i]), 13);
		if (x > CHART_MARGIN && x + width > s->width - CHART_MARGIN) {
			x = CHART_MARGIN;
			y += LEGEND_LINE;
		}
		if (is_drawn) {
			fill_text(s, i, fill, sizeof(fill));
			snprintf(more, sizeof(more),
			    "%s stroke=\"" INK "\" stroke-width=\".8\"", fill);
			draw_rect(s->out, x, y, PX(14), PX(14), more);
			t.x = x + PX(20);
			t.y = y + PX(12);
			draw_text(s->out, &t, s->word[i], strlen(s->word[i]));
		}
		x += width + LEGEND_GAP;
	}
	return y + LEGEND_LINE + PX(8);
}

static void
put_patterns(struct stacked *s)
{
	size_t i, k;

	buf_str(s->out, "<defs>");
	for (i = 0; i < NELEM(patterns); i++) {
		for (k = 0; k < s->class_count; k++)
			if (s->look[k]->pattern == patterns[i].letter)
				break;
		if (k < s->class_count)
			buf_printf(s->out,
			    "<pattern id=\"%s-%c\""
			    " patternUnits=\"userSpaceOnUse\"%s</pattern>",
			    s->id, patterns[i].letter, patterns[i].body);
	}
	buf_str(s->out, "</defs>");
}

static enum rc
read_values(struct stacked *s, json_t *row, int *values, int *sum)
{
	json_t *list, *v;
	enum rc rc;
	size_t i;

	rc = chart_array(row, "values", s->class_count, &list, s->err);
	if (rc != RC_OK)
		return rc;
	*sum = 0;
	for (i = 0; i < s->class_count; i++) {
		v = json_array_get(list, i);
		if (!json_is_integer(v) || json_integer_value(v) < 0 ||
		    json_integer_value(v) > 1000 * 1000)
			return err_set(s->err, RC_INTERNAL, "chart", "values",
			    "a row needs a count for each class");
		values[i] = (int)json_integer_value(v);
		*sum += values[i];
	}
	return RC_OK;
}

static enum rc
put_row(struct stacked *s, json_t *row, int *y)
{
	struct text t = { .anchor = ANCHOR_END, .size = 13, .fill = QUIET };
	int values[CHART_MAX_CLASSES], sum, n, x, from, to, lines;
	char base[24];
	enum rc rc;
	size_t i;

	rc = read_values(s, row, values, &sum);
	if (rc == RC_OK)
		rc = chart_count(row, "n", &n, s->err);
	if (rc != RC_OK)
		return rc;
	lines =
	    draw_label(s->out, json_string_value(json_object_get(row, "label")),
		*y, s->label_width);
	t.x = s->bar_x - PX(10);
	t.y = *y + PX(18);
	snprintf(base, sizeof(base), "n = %d", n);
	draw_text(s->out, &t, base, strlen(base));
	if (n < sum)
		n = sum;
	if (sum == 0)
		draw_rect(s->out, s->bar_x + PX(1), *y + 5,
		    s->bar_width - PX(2), BAR - PX(1),
		    "fill=\"none\" stroke=\"" GRID
		    "\" stroke-dasharray=\"3 3\"");
	for (i = 0, x = 0; i < s->class_count; i++) {
		from = (int)((int64_t)s->bar_width * x / (n > 0 ? n : 1));
		x += values[i];
		to = (int)((int64_t)s->bar_width * x / (n > 0 ? n : 1));
		if (values[i] > 0)
			put_piece(
			    s, i, values[i], s->bar_x + from, *y, to - from);
	}
	*y += row_height(lines);
	return RC_OK;
}

/* A number on a pattern gets a white plate to be read on. */
static void
put_piece(struct stacked *s, size_t class, int value, int x, int y, int width)
{
	const struct look *look = s->look[class];
	struct text t = { .anchor = ANCHOR_MIDDLE,
		.size = 13,
		.fill = look->ink,
		.is_bold = true };
	char number[16], fill[128], more[192];
	int plate, len;

	len = snprintf(number, sizeof(number), "%d", value);
	plate = PX(12) + len * PX(8);
	fill_text(s, class, fill, sizeof(fill));
	snprintf(more, sizeof(more),
	    "%s stroke=\"" INK "\" stroke-width=\".8\"", fill);
	buf_str(s->out, "<g><title>");
	draw_escaped(s->out, s->word[class], strlen(s->word[class]));
	buf_printf(s->out, ": %d</title>", value);
	draw_rect(s->out, x + PX(1), y + 5,
	    width > PX(3) ? width - PX(2) : PX(1), BAR - PX(1), more);
	if (width < plate - PX(4)) /* the table has it */
		goto out;
	if (plate > width - PX(4))
		plate = width - PX(4);
	if (look->pattern != '\0')
		draw_rect(s->out, x + (width - plate) / 2, y + PX(4), plate,
		    PX(17), "rx=\"2\" fill=\"#fff\"");
	t.x = x + width / 2;
	t.y = y + PX(17) + 5;
	draw_text(s->out, &t, number, (size_t)len);
out:
	buf_str(s->out, "</g>");
}
