/*
 * A course over time as steps: how many had answered on which day, with the
 * deadline and other days marked.
 */
#include "chart_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "web/mem.h"

enum {
	TOP = PX(24),
	BELOW = PX(46), /* the line of 0 */
	MAX_LABEL = 100,
	MAX_SERIES = 3,
	MAX_MARKS = 8,
	MAX_LEVELS = 4,
	MAX_DAYS = 20000,
	LABEL_GAP = PX(17), /* between the baselines of two labels */
	MIN_RIGHT = PX(20)  /* half a day's name */
};

struct steps {
	int64_t from, to;
	int max;
	int width, height;
	int left, right, bottom; /* of the plot */
	json_t *series, *marks, *levels;
	struct buf *out;
	struct err *err;
};

/* Where a label of the right margin would like to stand. */
struct label {
	int x, y;
	const char *fill;
	bool is_bold;
	char text[MAX_LABEL + 16];
};

static const struct {
	const char *stroke, *more;
} strokes[MAX_SERIES] = {
	{ "#1d4f91", "stroke-width=\"3\"" },
	{ "#8c2d04", "stroke-width=\"2.5\" stroke-dasharray=\"7 3\"" },
	{ "#404565", "stroke-width=\"2.5\" stroke-dasharray=\"2 3\"" },
};

static enum rc read_steps(struct steps *s, json_t *chart) MUST_CHECK;
static enum rc read_day(
    struct steps *s, json_t *object, const char *name, int64_t *day) MUST_CHECK;
static void measure(struct steps *s);
static void put_grid(struct steps *s);
static void put_days(struct steps *s);
static enum rc put_levels(
    struct steps *s, struct label *labels, size_t *count) MUST_CHECK;
static enum rc put_marks(struct steps *s) MUST_CHECK;
static enum rc put_series(
    struct steps *s, size_t index, struct label *label) MUST_CHECK;
static void put_labels(struct steps *s, struct label *labels, size_t count);

enum rc
chart_steps(json_t *chart, const char *id, struct buf *out, struct err *err)
{
	struct steps s = { .out = out, .err = err };
	struct label labels[MAX_LEVELS + MAX_SERIES];
	size_t i, count = 0;
	enum rc rc;

	rc = read_steps(&s, chart);
	if (rc != RC_OK)
		return rc;
	measure(&s);
	draw_begin(out, id, chart, s.width, s.height);
	put_grid(&s);
	put_days(&s);
	rc = put_levels(&s, labels, &count);
	if (rc == RC_OK)
		rc = put_marks(&s);
	/* The last is drawn first, so that the first lies on top. */
	for (i = json_array_size(s.series); i > 0 && rc == RC_OK; i--)
		rc = put_series(&s, i - 1, &labels[count++]);
	if (rc != RC_OK)
		return rc;
	put_labels(&s, labels, count);
	draw_end(out);
	return RC_OK;
}

static enum rc
read_steps(struct steps *s, json_t *chart)
{
	enum rc rc;

	rc = chart_width(chart, &s->width, s->err);
	if (rc == RC_OK)
		rc = read_day(s, chart, "from", &s->from);
	if (rc == RC_OK)
		rc = read_day(s, chart, "to", &s->to);
	if (rc == RC_OK)
		rc = chart_count(chart, "max", &s->max, s->err);
	if (rc == RC_OK)
		rc = chart_array(
		    chart, "series", MAX_SERIES, &s->series, s->err);
	if (rc == RC_OK)
		rc = chart_array(chart, "marks", MAX_MARKS, &s->marks, s->err);
	if (rc == RC_OK && json_object_get(chart, "levels") != NULL)
		rc = chart_array(
		    chart, "levels", MAX_LEVELS, &s->levels, s->err);
	if (rc != RC_OK)
		return rc;
	if (s->to < s->from || s->to - s->from > MAX_DAYS)
		return err_set(s->err, RC_INTERNAL, "chart", "to",
		    "a course ends after it begins");
	if (s->max == 0)
		s->max = 1;
	s->height = s->width < PX(720) ? PX(250) : PX(300);
	s->bottom = s->height - BELOW;
	return RC_OK;
}

static enum rc
read_day(struct steps *s, json_t *object, const char *name, int64_t *day)
{
	json_t *v = json_object_get(object, name);
	struct date d;

	if (!json_is_string(v) ||
	    !day_parse(json_string_value(v), json_string_length(v), &d))
		return err_set(s->err, RC_INTERNAL, "chart", name,
		    "%s must be a date", name);
	*day = day_number(d);
	return RC_OK;
}

static const char *
read_label(struct steps *s, json_t *object)
{
	const char *text = chart_string(object, "label", s->err);

	if (text != NULL && strlen(text) > MAX_LABEL) {
		err_set(s->err, RC_INTERNAL, "chart", "label",
		    "a label is longer than %d", MAX_LABEL);
		return NULL;
	}
	return text;
}

static int
x_of(const struct steps *s, int64_t day)
{
	int64_t days = s->to > s->from ? s->to - s->from : 1;

	if (day < s->from)
		day = s->from;
	if (day > s->to)
		day = s->to;
	return s->left + (int)((s->right - s->left) * (day - s->from) / days);
}

static int
y_of(const struct steps *s, int value)
{
	if (value > s->max)
		value = s->max;
	return s->bottom - (int)((int64_t)(s->bottom - TOP) * value / s->max);
}

/* How wide the plot may be so that a label at that day ends in the sheet. */
static void
make_room(
    const struct steps *s, json_t *object, int64_t day, int room, int *plot)
{
	const char *text = json_string_value(json_object_get(object, "label"));
	int64_t days = day - s->from, all = s->to - s->from, most;
	int width;

	if (text == NULL || days <= 0)
		return;
	width = draw_text_width(text, strlen(text), 13) + PX(16);
	most = (room - width) * all / (days < all ? days : all);
	if (most < *plot)
		*plot = (int)most;
}

/* The plot leaves room for what stands at the right of its lines. */
static void
measure(struct steps *s)
{
	int digits = PX(16), room, plot;
	json_t *v, *points, *last;
	int64_t day;
	size_t i;

	for (int n = s->max; n >= 10; n /= 10)
		digits += PX(8);
	s->left = CHART_MARGIN + digits + PX(4);
	room = s->width - CHART_MARGIN - s->left;
	plot = room - MIN_RIGHT;
	json_array_foreach (s->series, i, v) {
		points = json_object_get(v, "points");
		last = json_array_get(points, json_array_size(points) - 1);
		if (read_day(s, last, "on", &day) == RC_OK)
			make_room(s, v, day, room - digits, &plot);
	}
	json_array_foreach (s->levels, i, v)
		make_room(s, v, s->to, room - digits, &plot);
	if (plot < room / 2)
		plot = room / 2;
	s->right = s->left + plot;
}

/* A step of 1, 2, 5, 10 … that makes at most five lines. */
static int
grid_step(int max)
{
	static const int factors[] = { 1, 2, 5 };
	int power, i;

	if (max % 4 == 0)
		return max / 4;
	for (power = 1; power <= max; power *= 10)
		for (i = 0; i < 3; i++)
			if (max / (factors[i] * power) <= 5)
				return factors[i] * power;
	return max;
}

static void
put_line(struct steps *s, int x1, int y1, int x2, int y2, const char *more)
{
	buf_str(s->out, "<line");
	draw_length(s->out, "x1", x1);
	draw_length(s->out, "y1", y1);
	draw_length(s->out, "x2", x2);
	draw_length(s->out, "y2", y2);
	buf_printf(s->out, " %s/>", more);
}

static void
put_grid(struct steps *s)
{
	struct text t = { .x = s->left - PX(8),
		.anchor = ANCHOR_END,
		.size = 13,
		.fill = QUIET };
	int step = grid_step(s->max), value, y;
	char number[16];

	for (value = 0; value <= s->max; value += step) {
		y = y_of(s, value);
		put_line(s, s->left, y, s->right, y, "stroke=\"" GRID "\"");
		t.y = y + PX(4);
		snprintf(number, sizeof(number), "%d", value);
		draw_text(s->out, &t, number, strlen(number));
	}
}

/* A tick each day, week, four weeks … as many as fit. */
static void
put_days(struct steps *s)
{
	static const int steps[] = { 1, 2, 7, 14, 28, 56, 112, 364, 728, 2912 };
	struct text t = { .y = s->bottom + PX(21),
		.anchor = ANCHOR_MIDDLE,
		.size = 13,
		.fill = QUIET };
	int ticks = (s->right - s->left) / PX(70);
	char text[16];
	int64_t day;
	struct date d;
	size_t i = 0;

	while (i + 1 < NELEM(steps) && (s->to - s->from) / steps[i] > ticks)
		i++;
	for (day = s->from; day <= s->to; day += steps[i]) {
		t.x = x_of(s, day);
		put_line(s, t.x, s->bottom, t.x, s->bottom + PX(5),
		    "stroke=\"" QUIET "\"");
		d = day_date(day);
		snprintf(text, sizeof(text), "%02u.%02u.", d.day % 100,
		    d.month % 100);
		draw_text(s->out, &t, text, strlen(text));
	}
}

/* "Sitze" becomes "17 Sitze"; a label with a digit stays as it is. */
static enum rc
put_levels(struct steps *s, struct label *labels, size_t *count)
{
	const char *text;
	struct label *l;
	json_t *level;
	enum rc rc;
	int value;
	size_t i;

	json_array_foreach (s->levels, i, level) {
		text = read_label(s, level);
		if (text == NULL)
			return RC_INTERNAL;
		rc = chart_count(level, "value", &value, s->err);
		if (rc != RC_OK)
			return rc;
		l = &labels[(*count)++];
		*l = (struct label){ .x = s->right + PX(8),
			.y = y_of(s, value) + PX(4),
			.fill = QUIET };
		if (strpbrk(text, "0123456789") != NULL)
			snprintf(l->text, sizeof(l->text), "%s", text);
		else
			snprintf(
			    l->text, sizeof(l->text), "%d %s", value, text);
		if (value < s->max)
			put_line(s, s->left, y_of(s, value), s->right,
			    y_of(s, value),
			    "stroke=\"" QUIET "\" stroke-dasharray=\"2 4\"");
	}
	return RC_OK;
}

/* "Frist" becomes "Frist 26.04."; a label with a digit stays as it is. */
static void
put_mark_label(
    struct steps *s, const struct text *t, const char *label, int64_t day)
{
	char text[MAX_LABEL + 16];
	struct date d = day_date(day);

	if (strpbrk(label, "0123456789") != NULL)
		snprintf(text, sizeof(text), "%s", label);
	else
		snprintf(text, sizeof(text), "%s %02u.%02u.", label,
		    d.day % 100, d.month % 100);
	draw_text(s->out, t, text, strlen(text));
}

/* Lines upwards; each label stands lower than the one before. */
static enum rc
put_marks(struct steps *s)
{
	struct text t = {
		.y = TOP + PX(12), .size = 13, .fill = INK, .has_halo = true
	};
	const char *label;
	int64_t day;
	json_t *mark;
	enum rc rc;
	size_t i;
	int x;

	json_array_foreach (s->marks, i, mark) {
		rc = read_day(s, mark, "on", &day);
		if (rc != RC_OK)
			return rc;
		label = read_label(s, mark);
		if (label == NULL)
			return RC_INTERNAL;
		x = x_of(s, day);
		put_line(s, x, TOP, x, s->bottom,
		    i == 0 ? "stroke=\"" INK "\" stroke-dasharray=\"6 4\""
			   : "stroke=\"" INK "\" stroke-dasharray=\"2 3\"");
		t.anchor =
		    x > (s->left + s->right) / 2 ? ANCHOR_END : ANCHOR_START;
		t.x = x + (t.anchor == ANCHOR_END ? -PX(6) : PX(6));
		put_mark_label(s, &t, label, day);
		t.y += LABEL_GAP;
	}
	return RC_OK;
}

static void
put_point(struct steps *s, size_t index, int x, int y)
{
	struct buf *out = s->out;

	if (index > 0) {
		char more[48];

		snprintf(
		    more, sizeof(more), "fill=\"%s\"", strokes[index].stroke);
		draw_rect(out, x - PX(4), y - PX(4), PX(8), PX(8), more);
		return;
	}
	buf_str(out, "<circle");
	draw_length(out, "cx", x);
	draw_length(out, "cy", y);
	buf_printf(out, " r=\"4.5\" fill=\"%s\"/>", strokes[index].stroke);
}

/* Before its first point a course stands at 0. */
static enum rc
put_path(struct steps *s, json_t *points, int *x, int *y, int *value)
{
	struct buf *out = s->out;
	json_t *point;
	int64_t day, last = s->from;
	enum rc rc;
	size_t i;

	*value = 0;
	*x = x_of(s, s->from);
	*y = y_of(s, 0);
	buf_str(out, "M");
	draw_number(out, *x);
	buf_char(out, ' ');
	draw_number(out, *y);
	json_array_foreach (points, i, point) {
		rc = read_day(s, point, "on", &day);
		if (rc == RC_OK)
			rc = chart_count(point, "value", value, s->err);
		if (rc != RC_OK)
			return rc;
		if (day < last && i > 0)
			return err_set(s->err, RC_INTERNAL, "chart", "points",
			    "the points of a course must be in order");
		last = day;
		if (x_of(s, day) != *x) {
			*x = x_of(s, day);
			buf_char(out, 'H');
			draw_number(out, *x);
		}
		if (y_of(s, *value) != *y) {
			*y = y_of(s, *value);
			buf_char(out, 'V');
			draw_number(out, *y);
		}
	}
	return RC_OK;
}

static enum rc
put_series(struct steps *s, size_t index, struct label *label)
{
	json_t *series = json_array_get(s->series, index), *points;
	const char *text = read_label(s, series);
	int x, y, value;
	enum rc rc;

	if (text == NULL)
		return RC_INTERNAL;
	rc = chart_array(series, "points", CHART_MAX_POINTS, &points, s->err);
	if (rc != RC_OK)
		return rc;
	buf_str(s->out, "<path d=\"");
	rc = put_path(s, points, &x, &y, &value);
	if (rc != RC_OK)
		return rc;
	buf_printf(s->out, "\" fill=\"none\" stroke=\"%s\" %s/>",
	    strokes[index].stroke, strokes[index].more);
	put_point(s, index, x, y);
	*label = (struct label){ .x = x + PX(9),
		.y = y + PX(4),
		.fill = strokes[index].stroke,
		.is_bold = true };
	snprintf(label->text, sizeof(label->text), "%d %s", value, text);
	return RC_OK;
}

static int
compare_labels(const void *a, const void *b)
{
	const struct label *p = a, *q = b;

	return p->y < q->y ? -1 : p->y > q->y;
}

/* Labels that would touch push each other up, at the upper edge down again. */
static void
spread_labels(struct label *labels, size_t count, int bottom)
{
	int limit = bottom;
	size_t i;

	qsort(labels, count, sizeof(*labels), compare_labels);
	for (i = count; i > 0; i--) {
		if (labels[i - 1].y > limit)
			labels[i - 1].y = limit;
		limit = labels[i - 1].y - LABEL_GAP;
	}
	limit = PX(14);
	for (i = 0; i < count; i++) {
		if (labels[i].y < limit)
			labels[i].y = limit;
		limit = labels[i].y + LABEL_GAP;
	}
}

static void
put_labels(struct steps *s, struct label *labels, size_t count)
{
	struct text t = { .size = 13, .has_halo = true };
	size_t i;

	spread_labels(labels, count, s->bottom);
	for (i = count; i > 0; i--) {
		t.x = labels[i - 1].x;
		t.y = labels[i - 1].y;
		t.fill = labels[i - 1].fill;
		t.is_bold = labels[i - 1].is_bold;
		draw_text(
		    s->out, &t, labels[i - 1].text, strlen(labels[i - 1].text));
	}
}
