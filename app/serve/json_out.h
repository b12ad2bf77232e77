/* Rows of one column, each a JSON object, as {"rows":[…]}. */
#ifndef APP_JSON_OUT_H
#define APP_JSON_OUT_H

#include "stream.h"

extern const struct stream_format json_out;

#endif
