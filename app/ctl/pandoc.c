#include "pandoc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"

enum rc
pandoc_read(const char *from, const void *data, size_t len, struct buf *out,
    struct err *err)
{
	const char *const argv[] = { "pandoc", "-f", from, "-t", "json",
		"--sandbox", "+RTS", "-M512m", "-RTS", NULL };
	const struct child pandoc = { .argv = argv,
		.in = child_input(data, len),
		.seconds = 20,
		.files = 64,
		.file_mib = 1,
		/* Haskell reserves far more addresses than it ever uses. */
		.memory_mib = 768 };
	struct err why = { 0 };
	enum rc rc;

	if (pandoc.in < 0)
		return err_set(
		    err, RC_INTERNAL, "pandoc", "", "no file for its input");
	rc = child_run(&pandoc, out, &why);
	close(pandoc.in);
	if (rc == RC_OK)
		return rc;
	buf_reset(out);
	if (rc == RC_NOTFOUND)
		return err_set(
		    err, RC_INVALID, "pandoc_missing", "file", "%s", why.msg);
	if (rc == RC_INVALID)
		return err_set(err, RC_INVALID,
		    strcmp(why.code, "child_failed") == 0 ? "file_unreadable"
							  : "file_too_hard",
		    "file", "%s", why.msg);
	*err = why;
	return rc;
}
