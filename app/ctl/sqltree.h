/* The sql folder: its files in the order of a deployment, and their checksum.
 */
#ifndef APP_SQLTREE_H
#define APP_SQLTREE_H

#include <stddef.h>

#include "web/rc.h"

#define SQLTREE_HASH_SIZE 65 /* hexadecimal digits and NUL */

struct sql_file {
	char *name; /* "migrations/0001_base.sql" */
	char *text;
	char hash[SQLTREE_HASH_SIZE];
};

struct sqltree {
	struct sql_file *files; /* sorted by folder as deployed, then by name */
	size_t count;
	char hash[SQLTREE_HASH_SIZE]; /* over names and hashes of all files */
};

/*
 * Reads RESONANZ_SQL, ./sql or the sql folder of the installation, whichever is
 * there first. RC_NOTFOUND with the reason in err->msg.
 */
enum rc sqltree_load(struct sqltree *tree, struct err *err) MUST_CHECK;
/* The same for one folder. */
enum rc sqltree_read(
    struct sqltree *tree, const char *dir, struct err *err) MUST_CHECK;
/* NULL when there is none of that name. */
const struct sql_file *sqltree_find(
    const struct sqltree *tree, const char *name);
void sqltree_clear(struct sqltree *tree);

#endif
