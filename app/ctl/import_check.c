/* What the form of a consultation file cannot say: how its parts agree. */
#include "import_check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "web/buf.h"

#define FORMAT 1

/* Maps from a key (or number) to the path of what bears it. */
struct index {
	json_t *keys; /* of everything in the paper: one namespace */
	json_t *chapters;
	json_t *sections; /* section -> chapter */
	json_t *items;
	json_t *sets; /* set -> its object */
	json_t *stages;
	json_t *footnotes; /* number -> its object */
	json_t *decisions;
	json_t *cited;
};

struct check {
	const json_t *doc;
	struct import_issues *out;
	struct index ix;
	char path[128]; /* of the object looked at */
};

typedef void visit(struct check *, const json_t *);

static void index_paper(struct check *);
static void index_key(struct check *, const json_t *, json_t *, json_t *);
static void index_item(struct check *, const json_t *);
static void index_question(struct check *, const json_t *);
static void index_footnote(struct check *, const json_t *);
static void index_stage(struct check *, const json_t *);
static void check_positions(
    struct check *, const json_t *, const char *, const char *, const char *);
static void check_chapter(struct check *, const json_t *);
static void check_section(struct check *, const json_t *);
static void check_item(struct check *, const json_t *);
static void check_citations(struct check *, const json_t *, const char *);
static void check_set(struct check *, const json_t *);
static void check_question(struct check *, const json_t *);
static void check_stage(struct check *, const json_t *);
static void check_stage_order(struct check *);
static void check_milestone(struct check *, const json_t *);
static void check_commitment(struct check *, const json_t *);
static void check_named_body(struct check *, const json_t *);
static void check_footnote(struct check *, const json_t *);
static void check_decision(struct check *, const json_t *);
static void check_counts(struct check *);
static void refer(
    struct check *, const json_t *, const char *, const char *, const char *);
static void refer_all(
    struct check *, const json_t *, const json_t *, const char *, const char *);
static void issue(struct check *, const char *, const char *, ...)
    __attribute__((format(printf, 3, 4)));
static void each(struct check *, const char *, visit *);
static const char *text(const json_t *, const char *);
static bool is_true(const json_t *, const char *);

size_t
import_check(const json_t *doc, struct import_issues *out)
{
	struct check c = { .doc = doc, .out = out };
	const json_t *format = json_object_get(doc, "format");
	json_t **maps = (json_t **)&c.ix;
	size_t before = out->len;

	import_form_check(doc, out);
	if (!json_is_object(doc))
		return out->len - before;
	if (json_is_integer(format) && json_integer_value(format) != FORMAT)
		import_issue_add(out, "$.format",
		    "is %d, this command reads format %d",
		    (int)json_integer_value(format), FORMAT);

	for (size_t i = 0; i < sizeof c.ix / sizeof *maps; i++)
		maps[i] = json_object();
	index_paper(&c);
	check_positions(&c, doc, "chapters", NULL, "position");
	check_positions(&c, doc, "sections", "chapter", "position");
	check_positions(&c, doc, "items", "section", "position");
	check_positions(&c, doc, "question_sets", NULL, "position");
	check_positions(&c, doc, "questions", NULL, "position");
	check_positions(&c, doc, "commitment_steps", NULL, "position");
	check_positions(&c, doc, "stages", NULL, "number");
	each(&c, "chapters", check_chapter);
	each(&c, "sections", check_section);
	each(&c, "items", check_item);
	each(&c, "question_sets", check_set);
	each(&c, "questions", check_question);
	each(&c, "stages", check_stage);
	check_stage_order(&c);
	each(&c, "milestones", check_milestone);
	each(&c, "commitment_steps", check_commitment);
	each(&c, "bodies", check_named_body);
	each(&c, "footnotes", check_footnote);
	each(&c, "council_decisions", check_decision);
	check_counts(&c);
	for (size_t i = 0; i < sizeof c.ix / sizeof *maps; i++)
		json_decref(maps[i]);
	return out->len - before;
}

static void
index_chapter(struct check *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, c->ix.chapters);
}

static void
index_section(struct check *c, const json_t *o)
{
	const char *chapter = text(o, "chapter");

	index_key(c, o, c->ix.keys, NULL);
	if (text(o, "key") != NULL)
		json_object_set_new(c->ix.sections, text(o, "key"),
		    json_string(chapter == NULL ? "" : chapter));
}

static void
index_set(struct check *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, NULL);
	if (text(o, "key") != NULL)
		json_object_set(
		    c->ix.sets, text(o, "key"), (json_t *)(uintptr_t)o);
}

static void
index_other(struct check *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, NULL);
}

static void
index_decision(struct check *c, const json_t *o)
{
	const char *ref = text(o, "ref");

	if (ref == NULL)
		return;
	if (json_object_get(c->ix.decisions, ref) != NULL)
		issue(c, "ref", "\"%s\" is already at %s", ref,
		    text(c->ix.decisions, ref));
	else
		json_object_set_new(c->ix.decisions, ref, json_string(c->path));
}

static void
index_paper(struct check *c)
{
	each(c, "chapters", index_chapter);
	each(c, "sections", index_section);
	each(c, "items", index_item);
	each(c, "question_sets", index_set);
	each(c, "questions", index_question);
	each(c, "stages", index_stage);
	each(c, "milestones", index_other);
	each(c, "commitment_steps", index_other);
	each(c, "oddities", index_other);
	each(c, "footnotes", index_footnote);
	each(c, "council_decisions", index_decision);
}

/* Enters the key into both maps; the first is where it must be new. */
static void
index_key(struct check *c, const json_t *o, json_t *all, json_t *own)
{
	const char *key = text(o, "key");

	if (key == NULL)
		return;
	if (json_object_get(all, key) != NULL)
		issue(c, "key", "\"%s\" is already the key of %s", key,
		    text(all, key));
	else
		json_object_set_new(all, key, json_string(c->path));
	if (own != NULL)
		json_object_set_new(own, key, json_string(c->path));
}

/* The key of each object in a member array, such as requirements. */
static void
index_inner(struct check *c, const json_t *o, const char *name)
{
	char path[sizeof c->path];
	json_t *inner;
	size_t i;

	memcpy(path, c->path, sizeof path);
	json_array_foreach(json_object_get(o, name), i, inner)
	{
		snprintf(
		    c->path, sizeof c->path, "%.90s.%s[%zu]", path, name, i);
		index_key(c, inner, c->ix.keys, NULL);
	}
	memcpy(c->path, path, sizeof path);
}

static void
index_item(struct check *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, c->ix.items);
	index_inner(c, o, "requirements");
}

static void
index_question(struct check *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, NULL);
	index_inner(c, o, "sub_items");
}

static void
index_stage(struct check *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, c->ix.stages);
	index_inner(c, o, "steps");
}

static void
index_footnote(struct check *c, const json_t *o)
{
	const json_t *number = json_object_get(o, "number");
	char key[24];

	if (!json_is_integer(number))
		return;
	snprintf(
	    key, sizeof key, "%lld", (long long)json_integer_value(number));
	if (json_object_get(c->ix.footnotes, key) != NULL)
		issue(c, "number", "footnote %s exists twice", key);
	else
		json_object_set(c->ix.footnotes, key, (json_t *)(uintptr_t)o);
}

/* No two of an array share a place; scope names the member they lie in. */
static void
check_positions(struct check *c, const json_t *parent, const char *array,
    const char *scope, const char *member)
{
	json_t *taken = json_object();
	char base[sizeof c->path], place[160];
	const json_t *position;
	json_t *o;
	size_t i;

	snprintf(base, sizeof base, "%s", parent == c->doc ? "$" : c->path);
	json_array_foreach(json_object_get(parent, array), i, o)
	{
		position = json_object_get(o, member);
		if (!json_is_integer(position))
			continue;
		snprintf(place, sizeof place, "%.80s %lld",
		    scope != NULL && text(o, scope) != NULL ? text(o, scope)
							    : "",
		    (long long)json_integer_value(position));
		snprintf(
		    c->path, sizeof c->path, "%.90s.%s[%zu]", base, array, i);
		if (json_object_get(taken, place) != NULL)
			issue(c, member, "%lld is already taken by %s",
			    (long long)json_integer_value(position),
			    text(taken, place));
		else
			json_object_set_new(taken, place, json_string(c->path));
	}
	snprintf(c->path, sizeof c->path, "%s", base);
	json_decref(taken);
}

static void
check_chapter(struct check *c, const json_t *o)
{
	const json_t *number = json_object_get(o, "number");

	if (is_true(o, "is_editorial") && json_is_integer(number))
		issue(c, "number", "an editorial chapter has no number");
	if (!is_true(o, "is_editorial") && json_is_null(number))
		issue(c, "number", "only an editorial chapter has no number");
}

static void
check_section(struct check *c, const json_t *o)
{
	refer(c, c->ix.chapters, "chapter", text(o, "chapter"), "chapter");
}

static void
check_item(struct check *c, const json_t *o)
{
	const json_t *requirements = json_object_get(o, "requirements");
	char path[sizeof c->path];
	json_t *r;
	size_t i;

	refer(c, c->ix.sections, "section", text(o, "section"), "section");
	check_citations(c, o, text(o, "key"));
	if (requirements == NULL)
		return;
	if (text(o, "kind") != NULL &&
	    strcmp(text(o, "kind"), "user_group") != 0)
		issue(c, "requirements", "only a user_group has requirements");
	check_positions(c, o, "requirements", NULL, "position");
	memcpy(path, c->path, sizeof path);
	json_array_foreach(requirements, i, r)
	{
		snprintf(c->path, sizeof c->path, "%.90s.requirements[%zu]",
		    path, i);
		check_citations(c, r, NULL);
	}
	memcpy(c->path, path, sizeof path);
}

/* Each citation stands in the register and in the footnote it names. */
static void
check_citations(struct check *c, const json_t *o, const char *anchor)
{
	json_t *citation, *footnote, *listed;
	char member[64], number[24];
	size_t i, k;

	json_array_foreach(json_object_get(o, "decisions"), i, citation)
	{
		const char *ref = text(citation, "ref");
		const char *relation = text(citation, "relation");
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
			issue(c, member, "there is no footnote %s", number);
			continue;
		}
		json_array_foreach(
		    json_object_get(footnote, "decisions"), k, listed)
		{
			const char *s = json_string_value(listed);

			found |= s != NULL && strcmp(s, ref) == 0;
		}
		if (!found)
			issue(c, member, "footnote %s does not cite %s", number,
			    ref);
		if (anchor != NULL && text(footnote, "anchor") != NULL &&
		    strcmp(text(footnote, "anchor"), anchor) != 0)
			issue(c, member, "footnote %s stands at %s", number,
			    text(footnote, "anchor"));
		snprintf(member, sizeof member, "decisions[%zu].relation", i);
		if (relation != NULL && text(footnote, "relation") != NULL &&
		    strcmp(text(footnote, "relation"), relation) != 0)
			issue(c, member, "footnote %s says \"%s\"", number,
			    text(footnote, "relation"));
	}
}

static void
check_set(struct check *c, const json_t *o)
{
	const json_t *correct = json_object_get(o, "seed_label_correct");

	refer_all(c, o, c->ix.chapters, "chapters", "chapter");
	refer_all(c, o, c->ix.sections, "sections", "section");
	refer(
	    c, c->ix.chapters, "located_in", text(o, "located_in"), "chapter");
	if (json_is_false(correct) && json_object_get(o, "note") == NULL)
		issue(c, "note",
		    "is missing: say what is wrong with the printed heading");
}

static void
check_question(struct check *c, const json_t *o)
{
	const char *set = text(o, "set"), *section = text(o, "section");
	const char *shape = text(o, "shape");
	const char *chapter;
	size_t i, items = 0;
	json_t *aim;
	bool found = false;

	refer(c, c->ix.sets, "set", set, "question set");
	refer(c, c->ix.sections, "section", section, "section");
	json_array_foreach(json_object_get(o, "aims"), i, aim)
	{
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
		issue(c, "aims", "a per_item question aims at items");
	if (set == NULL || section == NULL ||
	    json_object_get(c->ix.sets, set) == NULL ||
	    json_object_get(c->ix.sections, section) == NULL)
		return;
	chapter = text(c->ix.sections, section);
	json_array_foreach(
	    json_object_get(json_object_get(c->ix.sets, set), "chapters"), i,
	    aim)
	{
		const char *s = json_string_value(aim);

		found |= s != NULL && strcmp(s, chapter) == 0;
	}
	if (!found)
		issue(c, "section", "lies in %s, which %s does not ask about",
		    chapter, set);
}

static void
check_stage(struct check *c, const json_t *o)
{
	const char *opens = text(o, "opens_at"), *closes = text(o, "closes_at");
	int64_t from, to;

	if ((opens == NULL) != (closes == NULL))
		issue(c, opens == NULL ? "opens_at" : "closes_at",
		    "a window has both ends or none");
	else if (opens != NULL && import_time_read(opens, &from) &&
		 import_time_read(closes, &to) && from >= to)
		issue(c, "closes_at", "is not after opens_at");
}

/* Windows do not overlap and sessions come in the order of the stages. */
static void
check_stage_order(struct check *c)
{
	const json_t *stages = json_object_get(c->doc, "stages");
	const char *session = NULL;
	int64_t end = INT64_MIN, at;
	json_t *o;
	size_t i;

	json_array_foreach(stages, i, o)
	{
		const char *on = text(o, "session_on");

		snprintf(c->path, sizeof c->path, "$.stages[%zu]", i);
		if (on != NULL && session != NULL && strcmp(on, session) <= 0)
			issue(c, "session_on",
			    "is not after that of the stage before");
		if (on != NULL)
			session = on;
		if (text(o, "opens_at") != NULL &&
		    import_time_read(text(o, "opens_at"), &at) && at <= end)
			issue(c, "opens_at",
			    "lies in the window of the stage before");
		if (text(o, "closes_at") != NULL &&
		    import_time_read(text(o, "closes_at"), &at))
			end = at;
	}
}

static void
check_milestone(struct check *c, const json_t *o)
{
	bool has_date = json_object_get(o, "on_date") != NULL;
	bool has_text = json_object_get(o, "date_text") != NULL;

	if (has_date == has_text)
		issue(c, "on_date", "exactly one of on_date and date_text");
	refer(c, c->ix.stages, "stage", text(o, "stage"), "stage");
	refer(c, c->ix.decisions, "decision", text(o, "decision"),
	    "decision in the register (council_decisions)");
}

static void
check_commitment(struct check *c, const json_t *o)
{
	refer(c, c->ix.items, "item", text(o, "item"), "item");
}

static void
check_named_body(struct check *c, const json_t *o)
{
	refer_all(c, o, c->ix.chapters, "mentioned_in", "chapter");
}

static void
check_footnote(struct check *c, const json_t *o)
{
	const char *kind = text(o, "kind");
	const json_t *decisions = json_object_get(o, "decisions");
	bool has_relation = json_object_get(o, "relation") != NULL;
	json_t *ref;
	char member[32];
	size_t i;

	refer(c, c->ix.items, "anchor", text(o, "anchor"), "item");
	if (kind != NULL && strcmp(kind, "decision") == 0 &&
	    (decisions == NULL || !has_relation))
		issue(c, "decisions",
		    "a footnote of this kind names decisions and relation");
	if (kind != NULL && strcmp(kind, "note") == 0 &&
	    (decisions != NULL || has_relation))
		issue(c, "kind", "a note cites no decisions");
	json_array_foreach(decisions, i, ref)
	{
		snprintf(member, sizeof member, "decisions[%zu]", i);
		refer(c, c->ix.decisions, member, json_string_value(ref),
		    "decision in the register (council_decisions)");
		if (json_string_value(ref) != NULL &&
		    json_object_get(c->ix.cited, json_string_value(ref)) ==
			NULL)
			issue(c, member, "no item cites %s",
			    json_string_value(ref));
	}
}

static void
check_decision(struct check *c, const json_t *o)
{
	const char *ref = text(o, "ref");

	if (ref != NULL && json_object_get(c->ix.cited, ref) == NULL)
		issue(c, "ref", "no item cites %s", ref);
}

static void
check_counts(struct check *c)
{
	static const char *const arrays[] = { "questions", "items", "footnotes",
		"council_decisions" };
	const json_t *counts = json_object_get(c->doc, "counts"), *said;
	size_t chapters = 0, requirements = 0, i;
	json_t *o;

	snprintf(c->path, sizeof c->path, "$.counts");
	json_array_foreach(json_object_get(c->doc, "chapters"), i, o)
	    chapters += !is_true(o, "is_editorial");
	json_array_foreach(json_object_get(c->doc, "items"), i, o)
	    requirements += json_array_size(json_object_get(o, "requirements"));
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
			issue(c, name, "says %lld, the file has %zu",
			    (long long)json_integer_value(said), n);
	}
}

static void
refer(struct check *c, const json_t *map, const char *member, const char *key,
    const char *what)
{
	if (key != NULL && json_object_get(map, key) == NULL)
		issue(c, member, "\"%.60s\" is no %s of this file", key, what);
}

static void
refer_all(struct check *c, const json_t *o, const json_t *map, const char *name,
    const char *what)
{
	char member[64];
	json_t *key;
	size_t i;

	json_array_foreach(json_object_get(o, name), i, key)
	{
		snprintf(member, sizeof member, "%s[%zu]", name, i);
		refer(c, map, member, json_string_value(key), what);
	}
}

static void
issue(struct check *c, const char *member, const char *fmt, ...)
{
	char path[256], reason[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	snprintf(path, sizeof path, "%s.%s", c->path, member);
	import_issue_add(c->out, path, "%s", reason);
}

static void
each(struct check *c, const char *array, visit *fn)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(c->doc, array), i, o)
	{
		snprintf(c->path, sizeof c->path, "$.%s[%zu]", array, i);
		if (json_is_object(o))
			fn(c, o);
	}
}

static const char *
text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static bool
is_true(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}
