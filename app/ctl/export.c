/* resonanzctl export: a consultation in the format that import reads. */
#include "ctl.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Indented, but whatever fits is one line, so that people can read and compare
 * it. Members keep their order.
 */
#define LINE_WIDTH 100

static void
write_value(FILE *out, const json_t *value, int indent)
{
	size_t flags = JSON_ENCODE_ANY, i, size;
	char *line = json_dumps(value, flags);
	bool is_object = json_is_object(value);
	const char *name;
	json_t *member;
	void *iter;

	size = is_object ? json_object_size(value) : json_array_size(value);
	if (size == 0 || strlen(line) + (size_t)indent <= LINE_WIDTH) {
		fputs(line, out);
		free(line);
		return;
	}
	free(line);
	fputs(is_object ? "{" : "[", out);
	iter = is_object ? json_object_iter((json_t *)(uintptr_t)value) : NULL;
	for (i = 0; i < size; i++) {
		fprintf(out, "%s\n%*s", i == 0 ? "" : ",", indent + 2, "");
		if (is_object) {
			name = json_object_iter_key(iter);
			member = json_object_iter_value(iter);
			fprintf(out, "\"%s\": ", name);
			iter = json_object_iter_next(
			    (json_t *)(uintptr_t)value, iter);
		} else {
			member = json_array_get(value, i);
		}
		write_value(out, member, indent + 2);
	}
	fprintf(out, "\n%*s%s", indent, "", is_object ? "}" : "]");
}

int
cmd_export(int argc, char **argv)
{
	struct settings s;
	json_t *doc;
	char *text;
	PGconn *db;

	if (argc != 2 || argv[1][0] == '-')
		return ctl_usage("export CONSULTATION >FILE");
	ctl_settings(&s);
	db = db_open(&s);
	text = db_value_dup(db,
	    "select job.export_consultation(c.slug)::text "
	    "from app.consultation c where c.slug = $1",
	    DB_PARAMS(argv[1]));
	PQfinish(db);
	if (text == NULL)
		ctl_die("no such consultation: %s", argv[1]);
	doc = json_loads(text, 0, NULL);
	mem_free(text);
	if (doc == NULL)
		ctl_die("the database gave no JSON");
	write_value(stdout, doc, 0);
	putchar('\n');
	json_decref(doc);
	return 0;
}
