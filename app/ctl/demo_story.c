/*
 * The story of the demo: a file beside the world with what was done after its
 * clock, an action an entry. Each is done at its time as the person who did
 * it, with the work of the jobs that it asks for, until the demo's clock.
 */
#include "demo_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/paper.h"
#include "job.h"
#include "web/buf.h"

/* Dies naming the file, the entry and the reason. */
_Noreturn static void
die_at(const struct story *story, size_t i, const char *reason)
{
	const json_t *e = json_array_get(story->entries, i);

	ctl_die("%s: entry %zu (%s, %s): %s", story->file, i + 1,
	    json_string_value(json_object_get(e, "at")),
	    json_string_value(json_object_get(e, "act")), reason);
}

/* "@texts/x.md": that file beside the story; a paper is read as one. */
static json_t *
read_text(const struct story *story, size_t i, const char *name, bool is_paper)
{
	const char *slash = strrchr(story->file, '/');
	struct paper_issues issues = { 0 };
	struct buf path = { 0 }, text = { 0 };
	char reason[512], part[4096];
	json_t *doc = NULL;
	char *dump;
	FILE *in;
	size_t n;

	buf_printf(&path, "%.*s%s",
	    slash == NULL ? 0 : (int)(slash - story->file) + 1, story->file,
	    name);
	in = fopen(buf_text(&path), "re");
	if (in == NULL) {
		snprintf(reason, sizeof reason, "no file %s", buf_text(&path));
		die_at(story, i, reason);
	}
	while ((n = fread(part, 1, sizeof part, in)) > 0)
		buf_add(&text, part, n);
	fclose(in);
	if (is_paper && paper_read(buf_text(&text), text.len, NULL, &doc,
			    &issues) != RC_OK) {
		snprintf(reason, sizeof reason, "%s:%zu: %s %s",
		    buf_text(&path), issues.list[0].line, issues.list[0].code,
		    issues.list[0].what);
		die_at(story, i, reason);
	}
	if (is_paper) {
		dump = json_dumps(doc, JSON_COMPACT);
		json_decref(doc);
		doc = json_string(dump);
		free(dump);
	} else
		doc = json_string(buf_text(&text));
	buf_clear(&path);
	buf_clear(&text);
	return doc;
}

/* What an entry leaves to the file is put into it. */
static char *
entry_text(const struct story *story, size_t i)
{
	json_t *e = json_copy(json_array_get(story->entries, i));
	json_t *value;
	const char *key;
	void *next;
	char *text;

	json_object_foreach_safe(e, next, key, value)
	{
		const char *words = json_string_value(value);

		if (words != NULL && words[0] == '@')
			json_object_set_new(e, key,
			    read_text(story, i, words + 1,
				strcmp(key, "paper") == 0));
	}
	if (json_object_get(e, "consultation") == NULL)
		json_object_set(e, "consultation", story->consultation);
	text = json_dumps(e, JSON_COMPACT);
	json_decref(e);
	return text;
}

/* Compares editions and so on; what fails there fails here. */
static void
work(const struct story *story, struct lane *lane, size_t i)
{
	int failures = 0;

	if (job_work_pass(lane, &failures) != RC_OK || failures > 0)
		die_at(story, i, "the work it asked for failed");
}

void
story_tell(const struct story *story, PGconn *db, const struct settings *s)
{
	struct lane lane = { .settings = s, .worker = "demo" };
	const json_t *e;
	size_t i, told = 0;

	if (!lane_connect(&lane))
		ctl_die("the database went away");
	json_array_foreach (story->entries, i, e) {
		const char *at = json_string_value(json_object_get(e, "at"));
		struct err err = { 0 };
		PGresult *res;
		char *text;

		if (at == NULL || json_object_get(e, "act") == NULL)
			die_at(story, i, "it needs at and act");
		if (strcmp(at, story->until) >= 0)
			break;
		text = entry_text(story, i);
		res = db_try(db, "select job.demo_story($1::jsonb)",
		    DB_PARAMS(text), &err);
		free(text);
		if (res == NULL)
			die_at(story, i, err.msg);
		PQclear(res);
		work(story, &lane, i);
		told++;
	}
	lane_disconnect(&lane);
	PQclear(db_query(db, "select job.demo_story_told()", 0, NULL));
	printf("story until %s: %zu of %zu entries\n", story->until, told,
	    json_array_size(story->entries));
}
