/*
 * resonanzctl verify-package: is this what the platform has packed and signed?
 * Without database and network.
 */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

#define USAGE "verify-package FILE --key FILE"

static void
read_file(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "re");
	char part[65536];
	size_t len;

	if (in == NULL)
		ctl_die("%s: %s", path, strerror(errno));
	while ((len = fread(part, 1, sizeof part, in)) > 0)
		buf_add(out, part, len);
	if (ferror(in))
		ctl_die("%s cannot be read", path);
	fclose(in);
}

/* Signed words, and still none that would move the cursor. */
static void
show(const char *label, json_t *report, const char *name)
{
	const char *text = json_string_value(json_object_get(report, name));

	printf("  %-14s ", label);
	for (; text != NULL && *text != '\0'; text++)
		putchar(
		    (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
	putchar('\n');
}

int
cmd_verify_package(int argc, char **argv)
{
	struct buf data = { 0 }, keys = { 0 };
	struct record_found found;
	struct err err = { 0 };
	json_t *report;
	enum rc rc;

	if (argc != 4 || strcmp(argv[2], "--key") != 0)
		return ctl_usage(USAGE);
	read_file(argv[1], &data);
	read_file(argv[3], &keys);
	rc = record_check(
	    buf_text(&data), data.len, buf_text(&keys), &found, &err);
	if (rc == RC_OK) {
		report = json_object_get(found.manifest, "report");
		printf("record package: VALID, %zu files\n", found.files);
		show("report", report, "title");
		show("consultation", report, "consultation");
		show("frozen", report, "frozen_at");
		show("data hash", report, "data_hash");
		show("signed with", found.manifest, "key_id");
	} else {
		printf("INVALID: %s\n", err.msg);
	}
	json_decref(found.manifest);
	buf_clear(&data);
	buf_clear(&keys);
	return rc == RC_OK ? 0 : 1;
}
