/*
 * Charts as SVG: presentation attributes only, no styles, no script, so that
 * the same bytes serve the page under its content security policy, the PDF and
 * the download.
 */
#ifndef APP_CHART_H
#define APP_CHART_H

#include <jansson.h>

#include "web/buf.h"
#include "web/rc.h"

/*
 * Draws one of
 *   {"kind": "stacked", "id", "title", "desc", "classes": [codes],
 *    "rows": [{"label", "n", "values": [a count for each class]}]}
 *   {"kind": "steps", "id", "title", "desc", "from", "to", "max",
 *    "series": [{"key", "label", "points": [{"on", "value"}]}],
 *    "marks": [{"on", "label"}], "levels": [{"value", "label"}]}
 *   {"kind": "matrix", "id", "title", "desc", "classes": [codes],
 *    "columns": [names], "rows": [{"label", "cells": [places in classes]}]}
 * onto a white sheet. id keeps the ids of several charts on a page apart. The
 * words for the classes are "classes_labels" of the chart, else the list
 * "outcome" of labels, else the codes; other codes are words already (the
 * filter sees to it). A mark without a digit gets its day behind it. May be
 * absent: "levels" (lines across, such as the 17 seats) and "width" in pixels
 * (1040). RC_INTERNAL with err filled for anything else; out is then to be
 * thrown away.
 */
enum rc chart_svg(
    json_t *chart, json_t *labels, struct buf *out, struct err *err) MUST_CHECK;

#endif
