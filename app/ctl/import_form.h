/*
 * The form of a file, as tables: which members an object has, of
 * which type. The walk over them finds every missing, unknown and ill-formed
 * member and names it by its path, such as $.items[3].decisions[0].ref.
 */
#ifndef APP_IMPORT_FORM_H
#define APP_IMPORT_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/mem.h"

struct import_issue {
	char *path;
	char *reason;
};

/* Every finding, in the order of the file. */
struct import_issues {
	struct import_issue *list;
	size_t len;
	size_t cap;
};

/* Adds a finding; path and reason are copied. */
void import_issue_add(struct import_issues *out, const char *path,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void import_issues_clear(struct import_issues *out);

struct form_field;

/* Checks every member of the document against the tables of its form. */
void import_form_check(const json_t *doc, const struct form_field *form,
    struct import_issues *out);

/* A calendar date YYYY-MM-DD that exists. */
bool import_date_is_valid(const char *s);
/* RFC 3339 with seconds and offset; the moment in UTC seconds. */
bool import_time_read(const char *s, int64_t *at) MUST_CHECK;
/* 2024/40 or B-2025/33-IT. */
bool import_decision_is_valid(const char *s);
/* A code such as 01, kreisfreie_stadt or BUND. */
bool import_code_is_valid(const char *s);
/* A key such as K4.G2.5, L-K12-1 or S1.1. */
bool import_key_is_valid(const char *s);

#endif
