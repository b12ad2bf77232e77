/* Rows of the database as lines of CSV, with the words of the interface. */
#ifndef APP_CSV_OUT_H
#define APP_CSV_OUT_H

#include "stream.h"

extern const struct stream_format csv_out;

#endif
