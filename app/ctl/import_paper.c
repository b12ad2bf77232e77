#include "import_paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "paper_file.h"

static void
read_file(const char *file, struct buf *bytes)
{
	FILE *f = fopen(file, "rb");
	char part[65536];
	size_t n;

	if (f == NULL)
		ctl_die("%s: cannot be read", file);
	while (bytes->len <= PAPER_FILE_MAX &&
	       (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(bytes, part, n);
	fclose(f);
}

bool
import_is_paper(const char *file)
{
	FILE *f = fopen(file, "rb");
	int c = f == NULL ? '{' : fgetc(f);

	while (c == ' ' || c == '\n' || c == '\r' || c == '\t')
		c = fgetc(f);
	if (f != NULL)
		fclose(f);
	return c != '{' && c != '[';
}

static size_t
count(const json_t *doc, const char *list, const char *kind)
{
	size_t i, n = 0;
	json_t *o;

	json_array_foreach (json_object_get(doc, list), i, o) {
		const char *own = json_string_value(json_object_get(o, "kind"));

		n += kind == NULL || (own != NULL && strcmp(own, kind) == 0);
	}
	return n;
}

/* Chapters that count, kinds of items, and the decisions that are cited. */
static void
report(const char *file, const json_t *doc)
{
	size_t chapters = 0, decisions = 0, i;
	json_t *o;

	json_array_foreach (json_object_get(doc, "chapters"), i, o)
		chapters += json_is_integer(json_object_get(o, "number"));
	json_array_foreach (json_object_get(doc, "footnotes"), i, o)
		decisions += json_array_size(json_object_get(o, "decisions"));
	printf("%s: %zu chapters, %zu questions, %zu cornerstones, "
	       "%zu principles, %zu ideas, %zu statements, %zu user groups, "
	       "%zu footnotes with %zu references to decisions\n",
	    file, chapters, count(doc, "questions", NULL),
	    count(doc, "items", "cornerstone"),
	    count(doc, "items", "principle"), count(doc, "items", "idea"),
	    count(doc, "items", "statement"), count(doc, "items", "user_group"),
	    count(doc, "footnotes", NULL), decisions);
}

static void
report_issues(const char *file, const struct paper_issues *issues)
{
	for (size_t i = 0; i < issues->len; i++) {
		const struct paper_issue *x = &issues->list[i];

		fprintf(stderr, "%s:%zu: %s%s%s%s\n", file, x->line,
		    x->is_error ? "error: " : "", x->code,
		    x->what[0] == '\0' ? "" : " ", x->what);
	}
}

/* What the database knows of the edition before, for the keys. */
static json_t *
base_of(PGconn *db, const char *slug)
{
	PGresult *res = PQexecParams(db, "select job.paper_base($1)", 1, NULL,
	    (const char *const[]){ slug }, NULL, NULL, 0);
	json_t *base = NULL;

	if (PQresultStatus(res) == PGRES_TUPLES_OK && !PQgetisnull(res, 0, 0))
		base = json_loads(PQgetvalue(res, 0, 0), 0, NULL);
	PQclear(res);
	return base;
}

static void
make_draft(PGconn *db, const char *file, const char *slug, const json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT);
	PGresult *res = PQexecParams(db,
	    "select job.paper_draft($1, null, $2::jsonb) ->> 'edition'", 2,
	    NULL, (const char *const[]){ slug, text }, NULL, NULL, 0);

	free(text);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		ctl_die("%s: nothing imported: %s", file,
		    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
	db_commit(db);
	printf("%s, edition %s: a draft\n", slug, PQgetvalue(res, 0, 0));
	PQclear(res);
}

int
import_paper(const char *file, const char *slug)
{
	struct paper_issues *issues = mem_calloc(1, sizeof *issues);
	struct buf bytes = { 0 }, text = { 0 };
	struct err err = { 0 };
	struct settings s;
	json_t *base = NULL, *doc = NULL;
	PGconn *db = NULL;
	enum rc rc;

	read_file(file, &bytes);
	if (slug != NULL) {
		ctl_settings(&s);
		db = db_open(&s);
		db_begin_as_owner(db);
		base = base_of(db, slug);
	}
	rc = paper_file_read(bytes.data == NULL ? "" : bytes.data, bytes.len,
	    base, &text, &doc, issues, &err);
	report_issues(file, issues);
	if (rc != RC_OK)
		fprintf(stderr, "%s: nothing imported: %s%s%s\n", file,
		    err.code, err.args[0] == '\0' ? "" : " ", err.args);
	else
		report(file, doc);
	if (rc == RC_OK && slug != NULL)
		make_draft(db, file, slug, doc);
	PQfinish(db);
	json_decref(base);
	json_decref(doc);
	buf_clear(&bytes);
	buf_clear(&text);
	mem_free(issues);
	return rc == RC_OK ? 0 : 1;
}
