/*
 * Rows of the database as a page to print, NAME of the route, sent as it is
 * made: each row is the part NAME_row, over what the query answered as JSON.
 */
#ifndef APP_PRINT_OUT_H
#define APP_PRINT_OUT_H

#include "stream.h"

extern const struct stream_format print_out;

#endif
