/* How the tables of a consultation file are written; private to import_*.c. */
#ifndef APP_IMPORT_TABLES_H
#define APP_IMPORT_TABLES_H

#include <stdbool.h>

enum form_type {
	T_LINE,
	T_TEXT,
	T_KEY,
	T_CODE, /* of a code list or seat */
	T_SLUG,
	T_STAGE_KEY,
	T_NUMBER,         /* an integer of at least min */
	T_NUMBER_OR_NULL, /* the same, or null */
	T_FLAG,
	T_DATE,
	T_TIME_OR_NULL,
	T_DECISION,
	T_WORD, /* one of words */
	T_OBJECT,
	T_OBJECTS,   /* an array of objects */
	T_LINES,     /* an array of lines */
	T_KEYS,      /* an array of keys */
	T_WORDS,     /* an array of words, each once */
	T_DECISIONS, /* an array of decision numbers */
};

struct form_field {
	const char *name;
	enum form_type type;
	bool is_optional;
	int min; /* least value of a number, least length of an array */
	const char *const *words;
	const struct form_field *fields;
};

/* The whole documents; every table ends with a row without a name. */
extern const struct form_field import_document_form[];
extern const struct form_field import_lists_form[];

#endif
