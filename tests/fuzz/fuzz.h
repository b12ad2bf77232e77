/*
 * What the fuzz targets share. A property that does not hold ends the run like
 * a crash, so that the fuzzer keeps the input.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/form.h"
#include "web/utf8.h"

#define CHECK(fact)                                                            \
	do {                                                                   \
		if (!(fact)) {                                                 \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__,       \
			    __LINE__, #fact);                                  \
			abort();                                               \
		}                                                              \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is promised of each field, whoever parsed it. */
static inline void
check_form(const struct form *f)
{
	CHECK(f->count <= FORM_MAX_FIELDS);
	for (size_t i = 0; i < f->count; i++) {
		const struct form_field *field = &f->fields[i];
		size_t name_len = strlen(field->name);

		CHECK(name_len > 0 && name_len <= FORM_MAX_NAME);
		CHECK(utf8_is_valid(field->name, name_len));
		CHECK(field->value[field->value_len] == '\0');
		if (field->filename != NULL) {
			CHECK(utf8_is_valid(
			    field->filename, strlen(field->filename)));
			CHECK(form_file(f, field->name) <= field);
			continue;
		}
		CHECK(strlen(field->value) == field->value_len);
		CHECK(utf8_is_valid(field->value, field->value_len));
		CHECK(strchr(field->value, '\r') == NULL);
		CHECK(form_get(f, field->name) <= field);
	}
}

/* A refusal says why. */
static inline void
check_refusal(enum rc rc, const struct err *err)
{
	CHECK(rc == RC_BAD);
	CHECK(err->rc == rc);
	CHECK(err->code[0] != '\0');
}

static inline void
check_same_form(const struct form *a, const struct form *b)
{
	CHECK(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		CHECK(strcmp(a->fields[i].name, b->fields[i].name) == 0);
		CHECK(a->fields[i].value_len == b->fields[i].value_len);
		CHECK(memcmp(a->fields[i].value, b->fields[i].value,
			  a->fields[i].value_len) == 0);
	}
}

#endif
