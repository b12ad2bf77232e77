/* What the check of a consultation file walks with; private to import_*.c. */
#ifndef APP_IMPORT_WALK_H
#define APP_IMPORT_WALK_H

#include "import_form.h"

/* Maps from a key (or number) to the path of what bears it. */
struct import_index {
	json_t *keys; /* of everything in the paper: one namespace */
	json_t *chapters;
	json_t *sections; /* section -> chapter */
	json_t *items;
	json_t *sets; /* set -> its object */
	json_t *stages;
	json_t *footnotes; /* number -> its object */
	json_t *decisions;
	json_t *cited;
};

struct import_walk {
	const json_t *doc;
	struct import_issues *out;
	struct import_index ix;
	char path[128]; /* of the object looked at */
};

typedef void walk_visit(struct import_walk *, const json_t *);

/* Notes what is there by key and number; what is there twice is a finding. */
void walk_index(struct import_walk *c);
void walk_clear(struct import_walk *c);
/* Calls fn with each object of an array of the document, path set to it. */
void walk_each(struct import_walk *c, const char *array, walk_visit *fn);
/* A finding at a member of the object that path names. */
void walk_issue(struct import_walk *c, const char *member, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* No two of an array share a place; scope names the member they lie in. */
void walk_positions(struct import_walk *c, const json_t *parent,
    const char *array, const char *scope, const char *member);
/* A member's text, borrowed; NULL when it is missing or no text. */
const char *walk_text(const json_t *o, const char *name);

#endif
