/* A chart as a file: the same bytes as on its page. It has no rows. */
#ifndef APP_SVG_OUT_H
#define APP_SVG_OUT_H

#include "stream.h"

/* Draws the member "chart" of what the note has answered. */
extern const struct stream_format svg_out;

#endif
