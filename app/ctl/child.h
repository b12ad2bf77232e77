/*
 * Another program as a child that can do little: limits of memory, time and
 * file size, no network where the system allows to take it, a folder of its
 * own or none, and no environment of ours.
 */
#ifndef APP_CHILD_H
#define APP_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "web/buf.h"
#include "web/rc.h"

struct child {
	const char *const
	    *argv;       /* argv[0] is looked for in /usr/bin and /bin */
	const char *dir; /* where it works and may write; NULL: nowhere */
	const char *env; /* one more "NAME=value", or NULL */
	int in;          /* its standard input, -1: empty */
	unsigned seconds;
	unsigned files;      /* open at a time */
	unsigned file_mib;   /* of a file that it writes */
	unsigned memory_mib; /* of data, not of reserved addresses */
};

/*
 * Runs it to its end; out gets what it writes. RC_NOTFOUND: there is no such
 * program; RC_INVALID with code "child_failed" (it said so) or "child_over"
 * (ended by a limit, or too much was written).
 */
enum rc child_run(
    const struct child *c, struct buf *out, struct err *err) MUST_CHECK;

/* A folder for a child, and away with it and all that is in it. */
enum rc child_folder(char *path, size_t size, struct err *err) MUST_CHECK;
void child_folder_remove(const char *path);

/* The data as a file without a name, at its beginning; -1: not possible. */
int child_input(const void *data, size_t len);

#endif
