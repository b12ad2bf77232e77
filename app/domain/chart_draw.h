/*
 * What all kinds of charts are drawn with. Lengths are tenths of a pixel, so
 * that numbers are written without floating point and without a locale.
 */
#ifndef APP_CHART_DRAW_H
#define APP_CHART_DRAW_H

#include <stdbool.h>

#include "chart.h"

#define PX(n) ((n)*10)

enum {
	CHART_WIDTH = PX(1040), /* unless the chart says another */
	CHART_MARGIN = PX(16),
	CHART_LINE = PX(18), /* of a label */
	CHART_MAX_CLASSES = 16,
	CHART_MAX_ROWS = 500,
	CHART_MAX_POINTS = 4000
};

#define INK "#131525"   /* text and outlines on the white sheet */
#define QUIET "#404565" /* what stands beside */
#define GRID "#cfd3e2"

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct text {
	int x, y, size; /* size in pixels */
	enum anchor anchor;
	const char *fill;
	bool is_bold;
	bool has_halo; /* a white rim, over lines */
};

/* <svg> with title and desc, and the sheet; draw_end closes it. */
void draw_begin(
    struct buf *out, const char *id, json_t *chart, int width, int height);
void draw_end(struct buf *out);
/* ' name="12.5"' */
void draw_length(struct buf *out, const char *name, int tenths);
/* 12.5 */
void draw_number(struct buf *out, int tenths);
void draw_rect(
    struct buf *out, int x, int y, int width, int height, const char *more);
void draw_text(
    struct buf *out, const struct text *t, const char *s, size_t len);
/* Escaped, without control characters, which XML forbids. */
void draw_escaped(struct buf *out, const char *s, size_t len);
/* About how wide the text will be in Fira Sans of that size, in tenths. */
int draw_text_width(const char *s, size_t len, int size);
/*
 * How much of s fits into width, ending at a blank where there is one; *next
 * is where the following line begins.
 */
size_t draw_line_fit(
    const char *s, size_t len, int size, int width, size_t *next);

/*
 * The label of a row at the left, in as many lines as it takes in that width;
 * how many. draw_label_lines only counts, and widens *widest (or NULL) to the
 * widest.
 */
int draw_label(struct buf *out, const char *label, int y, int width);
int draw_label_lines(const char *label, int width, int *widest);

/* A member that must be a string; NULL with err filled. */
const char *chart_string(json_t *object, const char *name, struct err *err);
/* A member that must be a number from 0 to one million. */
enum rc chart_count(
    json_t *object, const char *name, int *n, struct err *err) MUST_CHECK;
/* A member that must be an array of at most max elements. */
enum rc chart_array(json_t *object, const char *name, size_t max,
    json_t **array, struct err *err) MUST_CHECK;

/* The chart's own width, or CHART_WIDTH. */
enum rc chart_width(json_t *chart, int *width, struct err *err) MUST_CHECK;

enum rc chart_stacked(json_t *chart, const char *id, json_t *labels,
    struct buf *out, struct err *err) MUST_CHECK;
enum rc chart_matrix(json_t *chart, const char *id, json_t *labels,
    struct buf *out, struct err *err) MUST_CHECK;
enum rc chart_steps(
    json_t *chart, const char *id, struct buf *out, struct err *err) MUST_CHECK;

#endif
