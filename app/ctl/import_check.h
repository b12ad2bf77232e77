/*
 * Whether a consultation file can be loaded: its form, and what a form cannot
 * say (dangling and duplicate keys, places taken twice, windows, citations that
 * agree with footnotes and register, counts). Needs no database.
 */
#ifndef APP_IMPORT_CHECK_H
#define APP_IMPORT_CHECK_H

#include "import_form.h"

/* Adds every finding to out; returns their number. */
size_t import_check(const json_t *doc, struct import_issues *out);

#endif
