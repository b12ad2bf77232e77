/* What the demo tells after the clock of its world. */
#ifndef APP_DEMO_STORY_H
#define APP_DEMO_STORY_H

#include <jansson.h>

#include "ctl.h"

struct story {
	const char *file;
	const char *until;    /* entries before this local time are told */
	json_t *consultation; /* its address, where an entry names no other */
	json_t *entries;      /* in the order of time */
};

/* Does the entries one after the other; dies naming the one that fails. */
void story_tell(
    const struct story *story, PGconn *db, const struct settings *s);

#endif
