/* How resonanzctl ends and what it says then: the one place that exits. */
#include "ctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
ctl_die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("resonanzctl: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

int
ctl_usage(const char *text)
{
	fprintf(stderr, "usage: resonanzctl %s\n", text);
	return 2;
}

void
ctl_settings(struct settings *s)
{
	struct err err = { 0 };

	if (settings_load(s, &err) != RC_OK)
		ctl_die("%s", err.msg);
}
