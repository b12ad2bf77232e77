/*
 * Whether a file of code lists can be loaded: its form, no key or label twice,
 * the Länder by their official numbers, a level for each kind. Needs no
 * database.
 */
#ifndef APP_IMPORT_LISTS_H
#define APP_IMPORT_LISTS_H

#include "import_form.h"

/* Adds every finding to out; returns their number. */
size_t import_lists_check(const json_t *doc, struct import_issues *out);

#endif
