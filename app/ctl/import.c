/*
 * resonanzctl import: a file with a consultation, or with code lists and seats,
 * known by its content. Everything is checked first, every finding named; then
 * one function loads it in one transaction. A paper (import_paper.h) becomes
 * the draft of the next edition of a consultation.
 */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/canon.h"
#include "import_check.h"
#include "import_lists.h"
#include "import_paper.h"

#define USAGE "import FILE [--check | --into CONSULTATION]"

/* A kind of file: known by a member that only it has. */
struct format {
	const char *member;
	size_t (*check)(const json_t *, struct import_issues *);
	const char *sql;
	int nparams; /* 2: with the hash of the document */
	void (*report)(const json_t *);
};

static void report_consultation(const json_t *);
static void report_lists(const json_t *);

static const struct format formats[] = {
	{ "lists", import_lists_check,
	    "select job.import_code_lists($1::jsonb)", 1, report_lists },
	{ NULL, import_check,
	    "select job.import_consultation($1::jsonb, $2::bytea)", 2,
	    report_consultation },
};

static const struct {
	const char *code;
	const char *text;
	bool names_what; /* what is refused stands in the column */
} refusals[] = {
	{ "edition_differs",
	    "this edition is loaded already with other content. An edition is "
	    "immutable: give the changed paper a new edition number",
	    false },
	{ "edition_added",
	    "the consultation is there with another edition; adding an edition "
	    "to it is not what import does",
	    false },
	{ "list_as_of",
	    "a list of that day or a later one is loaded already with other "
	    "content: give the changed list its new as_of date",
	    true },
	{ "seat_status", "a seat is there already with another seat_status",
	    true },
	{ "audience", "only the operator's database role may import", false },
};

static const struct format *
format_of(const json_t *doc)
{
	const struct format *f = formats;

	while (f->member != NULL && json_object_get(doc, f->member) == NULL)
		f++;
	return f;
}

static json_t *
read_document(const char *file)
{
	json_error_t err;
	json_t *doc = json_load_file(file, JSON_REJECT_DUPLICATES, &err);

	if (doc == NULL && err.line < 0)
		ctl_die("%s: %s", file, err.text);
	if (doc == NULL)
		ctl_die("%s:%d:%d: not JSON: %s", file, err.line, err.column,
		    err.text);
	return doc;
}

/* Prints every finding; returns how many there are. */
static size_t
report_issues(const struct format *f, const json_t *doc, const char *file)
{
	struct import_issues issues = { 0 };
	size_t count = f->check(doc, &issues);

	for (size_t i = 0; i < issues.len; i++)
		fprintf(stderr, "%s: %s: %s\n", file, issues.list[i].path,
		    issues.list[i].reason);
	import_issues_clear(&issues);
	return count;
}

/* Over the document with sorted keys, as text for a bytea parameter. */
static void
document_hash(json_t *doc, char out[2 + CANON_HEX + 1])
{
	char *text;

	json_object_del(doc, "$schema");
	text = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS);
	memcpy(out, "\\x", 2);
	canon_sha256_hex(text, strlen(text), out + 2);
	free(text);
}

/* The answer of the loading function; dies with a clear text. */
static json_t *
load(PGconn *db, const struct format *f, const char *file, json_t *doc)
{
	char hash[2 + CANON_HEX + 1];
	const char *message, *what;
	char *text;
	json_t *answer;
	PGresult *res;

	document_hash(doc, hash);
	text = json_dumps(doc, JSON_COMPACT);
	db_begin_as_owner(db);
	res = PQexecParams(db, f->sql, f->nparams, NULL,
	    (const char *const[]){ text, hash }, NULL, NULL, 0);
	free(text);
	if (PQresultStatus(res) != PGRES_TUPLES_OK) {
		message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
		what = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
		for (size_t i = 0; message != NULL && i < NELEM(refusals); i++)
			if (strcmp(message, refusals[i].code) == 0)
				ctl_die("%s: nothing imported: %s%s%s", file,
				    refusals[i].names_what ? what : "",
				    refusals[i].names_what ? ": " : "",
				    refusals[i].text);
		ctl_die("%s: nothing imported: %s", file, PQerrorMessage(db));
	}
	answer = json_loads(PQgetvalue(res, 0, 0), 0, NULL);
	PQclear(res);
	db_commit(db);
	return answer;
}

static void
report_lists(const json_t *answer)
{
	const char *state = json_string_value(json_object_get(answer, "state"));

	printf("%d code lists with %d codes, %d seats: %s\n",
	    (int)json_integer_value(json_object_get(answer, "lists")),
	    (int)json_integer_value(json_object_get(answer, "codes")),
	    (int)json_integer_value(json_object_get(answer, "seats")),
	    strcmp(state, "unchanged") == 0 ? "already loaded, nothing changed"
					    : "imported");
}

static void
report_consultation(const json_t *answer)
{
	const char *state = json_string_value(json_object_get(answer, "state"));
	const char *slug =
	    json_string_value(json_object_get(answer, "consultation"));
	int edition =
	    (int)json_integer_value(json_object_get(answer, "edition"));

	if (strcmp(state, "unchanged") == 0)
		printf("%s, edition %d: already loaded, nothing changed\n",
		    slug, edition);
	else
		printf("%s, edition %d: imported, %d stages, %d targets, "
		       "content %s\n",
		    slug, edition,
		    (int)json_integer_value(json_object_get(answer, "stages")),
		    (int)json_integer_value(json_object_get(answer, "targets")),
		    json_string_value(json_object_get(answer, "content_hash")));
}

int
cmd_import(int argc, char **argv)
{
	bool only_check = argc == 3 && strcmp(argv[2], "--check") == 0;
	bool into = argc == 4 && strcmp(argv[2], "--into") == 0;
	const struct format *format;
	struct settings s;
	json_t *doc, *answer;
	size_t count;
	PGconn *db;

	if (argc < 2 || (argc > 2 && !only_check && !into) || argv[1][0] == '-')
		return ctl_usage(USAGE);
	if (into)
		return import_paper(argv[1], argv[3]);
	if (import_is_paper(argv[1])) {
		if (!only_check)
			ctl_die("%s: not JSON; a paper goes --into a "
				"consultation",
			    argv[1]);
		return import_paper(argv[1], NULL);
	}
	doc = read_document(argv[1]);
	format = format_of(doc);
	count = report_issues(format, doc, argv[1]);
	if (count > 0) {
		fprintf(stderr, "%s: %zu error%s, nothing imported\n", argv[1],
		    count, count == 1 ? "" : "s");
		json_decref(doc);
		return 1;
	}
	if (only_check) {
		printf("%s: no errors\n", argv[1]);
		json_decref(doc);
		return 0;
	}
	ctl_settings(&s);
	db = db_open(&s);
	answer = load(db, format, argv[1], doc);
	format->report(answer);
	json_decref(answer);
	json_decref(doc);
	PQfinish(db);
	return 0;
}
