/* The kinds of charts and the strokes they share. */
#include "chart.h"

#include <string.h>

#include "chart_draw.h"
#include "web/utf8.h"

enum {
	MAX_COUNT = 1000 * 1000,
	MAX_ID = 64,
	MIN_WIDTH = 320,
	MAX_WIDTH = 2000
};

/* Letters and digits of the chart's id, for use in id= and url(#…). */
static void
clean_id(const char *s, struct buf *id)
{
	buf_str(id, "c-");
	for (; *s != '\0' && id->len < MAX_ID; s++) {
		bool is_word = (*s >= 'a' && *s <= 'z') ||
			       (*s >= 'A' && *s <= 'Z') ||
			       (*s >= '0' && *s <= '9') || *s == '_';

		buf_char(id, is_word ? *s : '-');
	}
}

enum rc
chart_svg(json_t *chart, json_t *labels, struct buf *out, struct err *err)
{
	struct buf clean = { 0 };
	const char *kind, *id;
	enum rc rc;

	kind = chart_string(chart, "kind", err);
	id = kind == NULL ? NULL : chart_string(chart, "id", err);
	if (id == NULL || chart_string(chart, "title", err) == NULL ||
	    chart_string(chart, "desc", err) == NULL)
		return RC_INTERNAL;
	clean_id(id, &clean);
	if (strcmp(kind, "stacked") == 0)
		rc = chart_stacked(chart, buf_text(&clean), labels, out, err);
	else if (strcmp(kind, "matrix") == 0)
		rc = chart_matrix(chart, buf_text(&clean), labels, out, err);
	else if (strcmp(kind, "steps") == 0)
		rc = chart_steps(chart, buf_text(&clean), out, err);
	else
		rc = err_set(err, RC_INTERNAL, "chart", "kind",
		    "no chart is called %s", kind);
	buf_clear(&clean);
	return rc;
}

const char *
chart_string(json_t *object, const char *name, struct err *err)
{
	const char *s = json_string_value(json_object_get(object, name));

	if (s == NULL)
		err_set(err, RC_INTERNAL, "chart", name,
		    "a chart needs the text %s", name);
	return s;
}

enum rc
chart_count(json_t *object, const char *name, int *n, struct err *err)
{
	json_t *v = json_object_get(object, name);
	json_int_t value = json_integer_value(v);

	if (!json_is_integer(v) || value < 0 || value > MAX_COUNT)
		return err_set(err, RC_INTERNAL, "chart", name,
		    "%s must be a number from 0 to %d", name, MAX_COUNT);
	*n = (int)value;
	return RC_OK;
}

enum rc
chart_width(json_t *chart, int *width, struct err *err)
{
	enum rc rc = RC_OK;
	int pixels = CHART_WIDTH / PX(1);

	if (json_object_get(chart, "width") != NULL)
		rc = chart_count(chart, "width", &pixels, err);
	if (rc == RC_OK && (pixels < MIN_WIDTH || pixels > MAX_WIDTH))
		rc = err_set(err, RC_INTERNAL, "chart", "width",
		    "a chart is from %d to %d wide", MIN_WIDTH, MAX_WIDTH);
	*width = PX(pixels);
	return rc;
}

enum rc
chart_array(json_t *object, const char *name, size_t max, json_t **array,
    struct err *err)
{
	*array = json_object_get(object, name);
	if (!json_is_array(*array) || json_array_size(*array) > max)
		return err_set(err, RC_INTERNAL, "chart", name,
		    "%s must be a list of at most %zu", name, max);
	return RC_OK;
}

void
draw_number(struct buf *out, int tenths)
{
	if (tenths < 0) {
		buf_char(out, '-');
		tenths = -tenths;
	}
	if (tenths % 10 == 0)
		buf_printf(out, "%d", tenths / 10);
	else
		buf_printf(out, "%d.%d", tenths / 10, tenths % 10);
}

void
draw_length(struct buf *out, const char *name, int tenths)
{
	buf_printf(out, " %s=\"", name);
	draw_number(out, tenths);
	buf_char(out, '"');
}

void
draw_rect(
    struct buf *out, int x, int y, int width, int height, const char *more)
{
	buf_str(out, "<rect");
	draw_length(out, "x", x);
	draw_length(out, "y", y);
	draw_length(out, "width", width);
	draw_length(out, "height", height);
	buf_printf(out, " %s/>", more);
}

void
draw_begin(
    struct buf *out, const char *id, json_t *chart, int width, int height)
{
	json_t *title = json_object_get(chart, "title");
	json_t *desc = json_object_get(chart, "desc");

	buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""
	    " aria-labelledby=\"%s-t %s-d\" viewBox=\"0 0 %d %d\""
	    " width=\"%d\" height=\"%d\""
	    " font-family=\"Fira Sans, sans-serif\" font-size=\"14\">"
	    "<title id=\"%s-t\">",
	    id, id, width / 10, height / 10, width / 10, height / 10, id);
	draw_escaped(out, json_string_value(title), json_string_length(title));
	buf_printf(out, "</title><desc id=\"%s-d\">", id);
	draw_escaped(out, json_string_value(desc), json_string_length(desc));
	buf_str(out, "</desc>");
	draw_rect(out, 0, 0, width, height, "fill=\"#fff\"");
}

void
draw_end(struct buf *out)
{
	buf_str(out, "</svg>");
}

void
draw_escaped(struct buf *out, const char *s, size_t len)
{
	size_t i, start = 0;

	for (i = 0; i < len; i++) {
		if ((unsigned char)s[i] >= ' ')
			continue;
		buf_html(out, s + start, i - start);
		buf_char(out, ' ');
		start = i + 1;
	}
	buf_html(out, s + start, len - start);
}

void
draw_text(struct buf *out, const struct text *t, const char *s, size_t len)
{
	static const char *const anchors[] = { "", " text-anchor=\"middle\"",
		" text-anchor=\"end\"" };

	buf_str(out, "<text");
	draw_length(out, "x", t->x);
	draw_length(out, "y", t->y);
	buf_str(out, anchors[t->anchor]);
	buf_printf(out, " fill=\"%s\"", t->fill);
	if (t->size != 14)
		buf_printf(out, " font-size=\"%d\"", t->size);
	if (t->is_bold)
		buf_str(out, " font-weight=\"600\"");
	if (t->has_halo)
		buf_str(out, " paint-order=\"stroke\" stroke=\"#fff\""
			     " stroke-width=\"5\" stroke-linejoin=\"round\"");
	buf_char(out, '>');
	draw_escaped(out, s, len);
	buf_str(out, "</text>");
}

/* Advance widths of Fira Sans Regular in thousandths, from blank to tilde. */
static const unsigned short ascii_width[] = { 265, 241, 399, 518, 531, 826, 763,
	219, 324, 324, 439, 499, 240, 403, 240, 520, 558, 433, 495, 499, 532,
	501, 533, 444, 551, 525, 240, 240, 500, 500, 500, 459, 1020, 573, 608,
	560, 644, 535, 491, 631, 680, 295, 305, 589, 498, 796, 683, 692, 581,
	689, 605, 545, 517, 662, 556, 826, 540, 550, 522, 322, 520, 322, 540,
	520, 300, 544, 594, 478, 598, 550, 335, 520, 586, 282, 280, 512, 293,
	857, 586, 584, 594, 593, 386, 467, 361, 582, 492, 717, 485, 492, 437,
	322, 403, 322, 488 };
_Static_assert(NELEM(ascii_width) == '~' - ' ' + 1, "one width a letter");

/* In tenths of a pixel, a little generous for fonts that stand in. */
static int
letter_width(uint32_t c, int size)
{
	int width = c < 0x2000 ? 600 : 900;

	if (c >= ' ' && c <= '~')
		width = ascii_width[c - ' '];
	return width * size / 95;
}

int
draw_text_width(const char *s, size_t len, int size)
{
	size_t pos = 0;
	int width = 0;

	while (pos < len && width < 100 * 1000)
		width += letter_width(utf8_next(s, len, &pos), size);
	return width;
}

size_t
draw_line_fit(const char *s, size_t len, int size, int width, size_t *next)
{
	size_t pos = 0, start, blank = 0;
	int used = 0;

	while (pos < len) {
		start = pos;
		used += letter_width(utf8_next(s, len, &pos), size);
		if (s[start] == ' ')
			blank = start;
		if (used > width && start > 0) {
			*next = blank > 0 ? blank + 1 : start;
			return blank > 0 ? blank : start;
		}
	}
	*next = len;
	return len;
}

int
draw_label(struct buf *out, const char *label, int y, int width)
{
	struct text t = { .x = CHART_MARGIN, .size = 14, .fill = INK };
	size_t len = strlen(label), fit, next;
	int lines = 0;

	do {
		fit = draw_line_fit(label, len, 14, width, &next);
		t.y = y + PX(18) + lines * CHART_LINE;
		draw_text(out, &t, label, fit);
		label += next;
		len -= next;
		lines++;
	} while (len > 0);
	return lines;
}

int
draw_label_lines(const char *label, int width, int *widest)
{
	size_t len = strlen(label), fit, next;
	int lines = 0, w;

	do {
		fit = draw_line_fit(label, len, 14, width, &next);
		w = draw_text_width(label, fit, 14);
		if (widest != NULL && w > *widest)
			*widest = w;
		label += next;
		len -= next;
		lines++;
	} while (len > 0);
	return lines;
}
