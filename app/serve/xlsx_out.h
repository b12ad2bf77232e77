/* Rows of the database as a workbook, with the words of the interface. */
#ifndef APP_XLSX_OUT_H
#define APP_XLSX_OUT_H

#include "stream.h"

extern const struct stream_format xlsx_out;

#endif
