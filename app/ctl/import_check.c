/* What the form of a consultation file cannot say: how its parts agree. */
#include "import_check.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "domain/paper.h"
#include "import_tables.h"
#include "import_walk.h"
#include "web/utf8.h"

#define FORMAT 1

static void check_chapter(struct import_walk *, const json_t *);
static void check_section(struct import_walk *, const json_t *);
static void check_item(struct import_walk *, const json_t *);
static void check_citations(struct import_walk *, const json_t *, const char *);
static void check_set(struct import_walk *, const json_t *);
static void check_options(struct import_walk *, const json_t *, const char *);
static void check_question(struct import_walk *, const json_t *);
static void check_stage(struct import_walk *, const json_t *);
static void check_stage_order(struct import_walk *);
static void check_milestone(struct import_walk *, const json_t *);
static void check_commitment(struct import_walk *, const json_t *);
static void check_named_body(struct import_walk *, const json_t *);
static void check_footnote(struct import_walk *, const json_t *);
static void check_decision(struct import_walk *, const json_t *);
static void check_counts(struct import_walk *);
static void refer(struct import_walk *, const json_t *, const char *,
    const char *, const char *);
static void refer_all(struct import_walk *, const json_t *, const json_t *,
    const char *, const char *);
static bool is_true(const json_t *, const char *);

size_t
import_check(const json_t *doc, struct import_issues *out)
{
	struct import_walk c = { .doc = doc, .out = out };
	const json_t *format = json_object_get(doc, "format");
	size_t before = out->len;

	import_form_check(doc, import_document_form, out);
	if (!json_is_object(doc))
		return out->len - before;
	if (json_is_integer(format) && json_integer_value(format) != FORMAT)
		import_issue_add(out, "$.format",
		    "is %d, this command reads format %d",
		    (int)json_integer_value(format), FORMAT);

	walk_index(&c);
	walk_positions(&c, doc, "chapters", NULL, "position");
	walk_positions(&c, doc, "sections", "chapter", "position");
	walk_positions(&c, doc, "items", "section", "position");
	walk_positions(&c, doc, "question_sets", NULL, "position");
	walk_positions(&c, doc, "questions", NULL, "position");
	walk_positions(&c, doc, "commitment_steps", NULL, "position");
	walk_positions(&c, doc, "stages", NULL, "number");
	walk_each(&c, "chapters", check_chapter);
	walk_each(&c, "sections", check_section);
	walk_each(&c, "items", check_item);
	walk_each(&c, "question_sets", check_set);
	walk_each(&c, "questions", check_question);
	walk_each(&c, "stages", check_stage);
	check_stage_order(&c);
	walk_each(&c, "milestones", check_milestone);
	walk_each(&c, "commitment_steps", check_commitment);
	walk_each(&c, "bodies", check_named_body);
	walk_each(&c, "footnotes", check_footnote);
	walk_each(&c, "council_decisions", check_decision);
	check_counts(&c);
	walk_clear(&c);
	return out->len - before;
}

static void
check_chapter(struct import_walk *c, const json_t *o)
{
	const json_t *number = json_object_get(o, "number");

	if (is_true(o, "is_editorial") && json_is_integer(number))
		walk_issue(c, "number", "an editorial chapter has no number");
	if (!is_true(o, "is_editorial") && json_is_null(number))
		walk_issue(
		    c, "number", "only an editorial chapter has no number");
}

static void
check_section(struct import_walk *c, const json_t *o)
{
	refer(c, c->ix.chapters, "chapter", walk_text(o, "chapter"), "chapter");
}

static void
check_item(struct import_walk *c, const json_t *o)
{
	const json_t *requirements = json_object_get(o, "requirements");
	char path[sizeof c->path];
	json_t *r;
	size_t i;

	refer(c, c->ix.sections, "section", walk_text(o, "section"), "section");
	check_citations(c, o, walk_text(o, "key"));
	if (requirements == NULL)
		return;
	if (walk_text(o, "kind") != NULL &&
	    strcmp(walk_text(o, "kind"), "user_group") != 0)
		walk_issue(
		    c, "requirements", "only a user_group has requirements");
	walk_positions(c, o, "requirements", NULL, "position");
	memcpy(path, c->path, sizeof path);
	json_array_foreach (requirements, i, r) {
		snprintf(c->path, sizeof c->path, "%.90s.requirements[%zu]",
		    path, i);
		check_citations(c, r, NULL);
	}
	memcpy(c->path, path, sizeof path);
}

/* Each citation stands in the register and in the footnote it names. */
static void
check_citations(struct import_walk *c, const json_t *o, const char *anchor)
{
	json_t *citation, *footnote, *listed;
	char member[64], number[24];
	size_t i, k;

	json_array_foreach (json_object_get(o, "decisions"), i, citation) {
		const char *ref = walk_text(citation, "ref");
		const char *relation = walk_text(citation, "relation");
		bool found = false;

		if (ref == NULL)
			continue;
		snprintf(member, sizeof member, "decisions[%zu].ref", i);
		refer(c, c->ix.decisions, member, ref,
		    "decision in the register (council_decisions)");
		json_object_set_new(c->ix.cited, ref, json_true());
		snprintf(number, sizeof number, "%lld",
		    (long long)json_integer_value(
			json_object_get(citation, "footnote")));
		footnote = json_object_get(c->ix.footnotes, number);
		snprintf(member, sizeof member, "decisions[%zu].footnote", i);
		if (footnote == NULL) {
			walk_issue(
			    c, member, "there is no footnote %s", number);
			continue;
		}
		json_array_foreach (
		    json_object_get(footnote, "decisions"), k, listed) {
			const char *s = json_string_value(listed);

			found |= s != NULL && strcmp(s, ref) == 0;
		}
		if (!found)
			walk_issue(c, member, "footnote %s does not cite %s",
			    number, ref);
		if (anchor != NULL && walk_text(footnote, "anchor") != NULL &&
		    strcmp(walk_text(footnote, "anchor"), anchor) != 0)
			walk_issue(c, member, "footnote %s stands at %s",
			    number, walk_text(footnote, "anchor"));
		snprintf(member, sizeof member, "decisions[%zu].relation", i);
		if (relation != NULL &&
		    walk_text(footnote, "relation") != NULL &&
		    strcmp(walk_text(footnote, "relation"), relation) != 0)
			walk_issue(c, member, "footnote %s says \"%s\"", number,
			    walk_text(footnote, "relation"));
	}
}

static void
check_set(struct import_walk *c, const json_t *o)
{
	const json_t *correct = json_object_get(o, "seed_label_correct");

	refer_all(c, o, c->ix.chapters, "chapters", "chapter");
	refer_all(c, o, c->ix.sections, "sections", "section");
	refer(c, c->ix.chapters, "located_in", walk_text(o, "located_in"),
	    "chapter");
	if (json_is_false(correct) && json_object_get(o, "note") == NULL)
		walk_issue(c, "note",
		    "is missing: say what is wrong with the printed heading");
}

/* A question to pick from has what to pick from, in few words. */
static void
check_options(struct import_walk *c, const json_t *o, const char *shape)
{
	const json_t *options = json_object_get(o, "sub_items");
	json_t *x;
	size_t i;

	if (!paper_has_options(shape))
		return;
	if (json_array_size(options) < 2)
		walk_issue(c, "sub_items",
		    "a %s question needs at least two options", shape);
	if (strcmp(shape, "table") == 0 &&
	    json_array_size(json_object_get(o, "aims")) == 0)
		walk_issue(c, "aims", "a table question aims at its rows");
	json_array_foreach (options, i, x) {
		const char *body = walk_text(x, "body");
		char member[40];

		snprintf(member, sizeof member, "sub_items[%zu].body", i);
		if (body != NULL &&
		    utf8_count(body, strlen(body)) > PAPER_OPTION_MAX)
			walk_issue(c, member,
			    "an option has at most %d characters",
			    PAPER_OPTION_MAX);
	}
}

static void
check_question(struct import_walk *c, const json_t *o)
{
	const char *set = walk_text(o, "set"),
		   *section = walk_text(o, "section");
	const char *shape = walk_text(o, "shape");
	const char *chapter;
	size_t i, items = 0;
	json_t *aim;
	bool found = false;

	refer(c, c->ix.sets, "set", set, "question set");
	refer(c, c->ix.sections, "section", section, "section");
	json_array_foreach (json_object_get(o, "aims"), i, aim) {
		const char *key = json_string_value(aim);
		char member[32];

		snprintf(member, sizeof member, "aims[%zu]", i);
		if (key == NULL)
			continue;
		if (json_object_get(c->ix.items, key) != NULL)
			items++;
		else
			refer(
			    c, c->ix.sections, member, key, "item or section");
	}
	if (shape != NULL && strcmp(shape, "per_item") == 0 && items == 0)
		walk_issue(c, "aims", "a per_item question aims at items");
	check_options(c, o, shape);
	if (set == NULL || section == NULL ||
	    json_object_get(c->ix.sets, set) == NULL ||
	    json_object_get(c->ix.sections, section) == NULL)
		return;
	chapter = walk_text(c->ix.sections, section);
	json_array_foreach (
	    json_object_get(json_object_get(c->ix.sets, set), "chapters"), i,
	    aim) {
		const char *s = json_string_value(aim);

		found |= s != NULL && strcmp(s, chapter) == 0;
	}
	if (!found)
		walk_issue(c, "section",
		    "lies in %s, which %s does not ask about", chapter, set);
}

static void
check_stage(struct import_walk *c, const json_t *o)
{
	const char *opens = walk_text(o, "opens_at"),
		   *closes = walk_text(o, "closes_at");
	int64_t from, to;

	if ((opens == NULL) != (closes == NULL))
		walk_issue(c, opens == NULL ? "opens_at" : "closes_at",
		    "a window has both ends or none");
	else if (opens != NULL && import_time_read(opens, &from) &&
		 import_time_read(closes, &to) && from >= to)
		walk_issue(c, "closes_at", "is not after opens_at");
}

/* Windows do not overlap and sessions come in the order of the stages. */
static void
check_stage_order(struct import_walk *c)
{
	const json_t *stages = json_object_get(c->doc, "stages");
	const char *session = NULL;
	int64_t end = INT64_MIN, at;
	json_t *o;
	size_t i;

	json_array_foreach (stages, i, o) {
		const char *on = walk_text(o, "session_on");

		snprintf(c->path, sizeof c->path, "$.stages[%zu]", i);
		if (on != NULL && session != NULL && strcmp(on, session) <= 0)
			walk_issue(c, "session_on",
			    "is not after that of the stage before");
		if (on != NULL)
			session = on;
		if (walk_text(o, "opens_at") != NULL &&
		    import_time_read(walk_text(o, "opens_at"), &at) &&
		    at <= end)
			walk_issue(c, "opens_at",
			    "lies in the window of the stage before");
		if (walk_text(o, "closes_at") != NULL &&
		    import_time_read(walk_text(o, "closes_at"), &at))
			end = at;
	}
}

static void
check_milestone(struct import_walk *c, const json_t *o)
{
	bool has_date = json_object_get(o, "on_date") != NULL;
	bool has_text = json_object_get(o, "date_text") != NULL;

	if (has_date == has_text)
		walk_issue(
		    c, "on_date", "exactly one of on_date and date_text");
	refer(c, c->ix.stages, "stage", walk_text(o, "stage"), "stage");
	refer(c, c->ix.decisions, "decision", walk_text(o, "decision"),
	    "decision in the register (council_decisions)");
}

static void
check_commitment(struct import_walk *c, const json_t *o)
{
	refer(c, c->ix.items, "item", walk_text(o, "item"), "item");
}

static void
check_named_body(struct import_walk *c, const json_t *o)
{
	refer_all(c, o, c->ix.chapters, "mentioned_in", "chapter");
}

static void
check_footnote(struct import_walk *c, const json_t *o)
{
	const char *kind = walk_text(o, "kind");
	const json_t *decisions = json_object_get(o, "decisions");
	bool has_relation = json_object_get(o, "relation") != NULL;
	json_t *ref;
	char member[32];
	size_t i;

	refer(c, c->ix.items, "anchor", walk_text(o, "anchor"), "item");
	if (kind != NULL && strcmp(kind, "decision") == 0 &&
	    (decisions == NULL || !has_relation))
		walk_issue(c, "decisions",
		    "a footnote of this kind names decisions and relation");
	if (kind != NULL && strcmp(kind, "note") == 0 &&
	    (decisions != NULL || has_relation))
		walk_issue(c, "kind", "a note cites no decisions");
	json_array_foreach (decisions, i, ref) {
		snprintf(member, sizeof member, "decisions[%zu]", i);
		refer(c, c->ix.decisions, member, json_string_value(ref),
		    "decision in the register (council_decisions)");
		if (json_string_value(ref) != NULL &&
		    json_object_get(c->ix.cited, json_string_value(ref)) ==
			NULL)
			walk_issue(c, member, "no item cites %s",
			    json_string_value(ref));
	}
}

static void
check_decision(struct import_walk *c, const json_t *o)
{
	const char *ref = walk_text(o, "ref");

	if (ref != NULL && json_object_get(c->ix.cited, ref) == NULL)
		walk_issue(c, "ref", "no item cites %s", ref);
}

static void
check_counts(struct import_walk *c)
{
	static const char *const arrays[] = { "questions", "items", "footnotes",
		"council_decisions" };
	const json_t *counts = json_object_get(c->doc, "counts"), *said;
	size_t chapters = 0, requirements = 0, i;
	json_t *o;

	snprintf(c->path, sizeof c->path, "$.counts");
	json_array_foreach (json_object_get(c->doc, "chapters"), i, o)
		chapters += !is_true(o, "is_editorial");
	json_array_foreach (json_object_get(c->doc, "items"), i, o)
		requirements +=
		    json_array_size(json_object_get(o, "requirements"));
	for (i = 0; i < NELEM(arrays) + 2; i++) {
		const char *name = i < NELEM(arrays)    ? arrays[i]
				   : i == NELEM(arrays) ? "chapters"
							: "requirements";
		size_t n = i < NELEM(arrays)
			       ? json_array_size(json_object_get(c->doc, name))
			   : i == NELEM(arrays) ? chapters
						: requirements;

		said = json_object_get(counts, name);
		if (json_is_integer(said) &&
		    json_integer_value(said) != (json_int_t)n)
			walk_issue(c, name, "says %lld, the file has %zu",
			    (long long)json_integer_value(said), n);
	}
}

static void
refer(struct import_walk *c, const json_t *map, const char *member,
    const char *key, const char *what)
{
	if (key != NULL && json_object_get(map, key) == NULL)
		walk_issue(
		    c, member, "\"%.60s\" is no %s of this file", key, what);
}

static void
refer_all(struct import_walk *c, const json_t *o, const json_t *map,
    const char *name, const char *what)
{
	char member[64];
	json_t *key;
	size_t i;

	json_array_foreach (json_object_get(o, name), i, key) {
		snprintf(member, sizeof member, "%s[%zu]", name, i);
		refer(c, map, member, json_string_value(key), what);
	}
}

static bool
is_true(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}
