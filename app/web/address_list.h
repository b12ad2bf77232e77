/*
 * An address list of organisations: which column of a CSV file means what. The
 * values are checked by the database (app.address_check), the same way as
 * those of a form.
 */
#ifndef APP_ADDRESS_LIST_H
#define APP_ADDRESS_LIST_H

#include "buf.h"
#include "csv_read.h"

/*
 * Appends the lines as a JSON array of objects: line, the columns that are not
 * empty (name, short_name, code, level, kind, land, ars, size_class, mail,
 * postal_address), and
 * of a line that could not be read error and content. The first line names the
 * columns, in any order, spelled as people do. unused: the names of columns
 * nobody reads, as a JSON array.
 * RC_OK, or RC_INVALID: csv_header (the first line names none of them),
 * csv_column (one is missing), csv_column_twice, csv_no_rows.
 */
enum rc address_list_read(const struct csv_file *f, struct buf *rows,
    struct buf *unused, struct err *err) MUST_CHECK;

#endif
