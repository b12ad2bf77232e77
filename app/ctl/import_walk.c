/* Walking over a consultation file, and the index of what is in it. */
#include "import_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void index_key(struct import_walk *, const json_t *, json_t *, json_t *);
static void index_item(struct import_walk *, const json_t *);
static void index_question(struct import_walk *, const json_t *);
static void index_footnote(struct import_walk *, const json_t *);
static void index_stage(struct import_walk *, const json_t *);

void
walk_issue(struct import_walk *c, const char *member, const char *fmt, ...)
{
	char path[256], reason[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	snprintf(path, sizeof path, "%s.%s", c->path, member);
	import_issue_add(c->out, path, "%s", reason);
}

void
walk_each(struct import_walk *c, const char *array, walk_visit *fn)
{
	json_t *o;
	size_t i;

	json_array_foreach (json_object_get(c->doc, array), i, o) {
		snprintf(c->path, sizeof c->path, "$.%s[%zu]", array, i);
		if (json_is_object(o))
			fn(c, o);
	}
}

const char *
walk_text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void
index_chapter(struct import_walk *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, c->ix.chapters);
}

static void
index_section(struct import_walk *c, const json_t *o)
{
	const char *chapter = walk_text(o, "chapter");

	index_key(c, o, c->ix.keys, NULL);
	if (walk_text(o, "key") != NULL)
		json_object_set_new(c->ix.sections, walk_text(o, "key"),
		    json_string(chapter == NULL ? "" : chapter));
}

static void
index_set(struct import_walk *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, NULL);
	if (walk_text(o, "key") != NULL)
		json_object_set(
		    c->ix.sets, walk_text(o, "key"), (json_t *)(uintptr_t)o);
}

static void
index_other(struct import_walk *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, NULL);
}

static void
index_decision(struct import_walk *c, const json_t *o)
{
	const char *ref = walk_text(o, "ref");

	if (ref == NULL)
		return;
	if (json_object_get(c->ix.decisions, ref) != NULL)
		walk_issue(c, "ref", "\"%s\" is already at %s", ref,
		    walk_text(c->ix.decisions, ref));
	else
		json_object_set_new(c->ix.decisions, ref, json_string(c->path));
}

void
walk_index(struct import_walk *c)
{
	json_t **maps[] = { &c->ix.keys, &c->ix.chapters, &c->ix.sections,
		&c->ix.items, &c->ix.sets, &c->ix.stages, &c->ix.footnotes,
		&c->ix.decisions, &c->ix.cited };

	for (size_t i = 0; i < NELEM(maps); i++)
		*maps[i] = json_object();
	walk_each(c, "chapters", index_chapter);
	walk_each(c, "sections", index_section);
	walk_each(c, "items", index_item);
	walk_each(c, "question_sets", index_set);
	walk_each(c, "questions", index_question);
	walk_each(c, "stages", index_stage);
	walk_each(c, "milestones", index_other);
	walk_each(c, "commitment_steps", index_other);
	walk_each(c, "oddities", index_other);
	walk_each(c, "footnotes", index_footnote);
	walk_each(c, "council_decisions", index_decision);
}

/* Enters the key into both maps; the first is where it must be new. */
static void
index_key(struct import_walk *c, const json_t *o, json_t *all, json_t *own)
{
	const char *key = walk_text(o, "key");

	if (key == NULL)
		return;
	if (json_object_get(all, key) != NULL)
		walk_issue(c, "key", "\"%s\" is already the key of %s", key,
		    walk_text(all, key));
	else
		json_object_set_new(all, key, json_string(c->path));
	if (own != NULL)
		json_object_set_new(own, key, json_string(c->path));
}

/* The key of each object in a member array, such as requirements. */
static void
index_inner(struct import_walk *c, const json_t *o, const char *name)
{
	char path[sizeof c->path];
	json_t *inner;
	size_t i;

	memcpy(path, c->path, sizeof path);
	json_array_foreach (json_object_get(o, name), i, inner) {
		snprintf(
		    c->path, sizeof c->path, "%.90s.%s[%zu]", path, name, i);
		index_key(c, inner, c->ix.keys, NULL);
	}
	memcpy(c->path, path, sizeof path);
}

static void
index_item(struct import_walk *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, c->ix.items);
	index_inner(c, o, "requirements");
}

static void
index_question(struct import_walk *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, NULL);
	index_inner(c, o, "sub_items");
}

static void
index_stage(struct import_walk *c, const json_t *o)
{
	index_key(c, o, c->ix.keys, c->ix.stages);
	index_inner(c, o, "steps");
}

static void
index_footnote(struct import_walk *c, const json_t *o)
{
	const json_t *number = json_object_get(o, "number");
	char key[24];

	if (!json_is_integer(number))
		return;
	snprintf(
	    key, sizeof key, "%lld", (long long)json_integer_value(number));
	if (json_object_get(c->ix.footnotes, key) != NULL)
		walk_issue(c, "number", "footnote %s exists twice", key);
	else
		json_object_set(c->ix.footnotes, key, (json_t *)(uintptr_t)o);
}

void
walk_clear(struct import_walk *c)
{
	json_decref(c->ix.keys);
	json_decref(c->ix.chapters);
	json_decref(c->ix.sections);
	json_decref(c->ix.items);
	json_decref(c->ix.sets);
	json_decref(c->ix.stages);
	json_decref(c->ix.footnotes);
	json_decref(c->ix.decisions);
	json_decref(c->ix.cited);
}

void
walk_positions(struct import_walk *c, const json_t *parent, const char *array,
    const char *scope, const char *member)
{
	json_t *taken = json_object();
	char base[sizeof c->path], place[160];
	const json_t *position;
	json_t *o;
	size_t i;

	snprintf(base, sizeof base, "%s", parent == c->doc ? "$" : c->path);
	json_array_foreach (json_object_get(parent, array), i, o) {
		position = json_object_get(o, member);
		if (!json_is_integer(position))
			continue;
		snprintf(place, sizeof place, "%.80s %lld",
		    scope != NULL && walk_text(o, scope) != NULL
			? walk_text(o, scope)
			: "",
		    (long long)json_integer_value(position));
		snprintf(
		    c->path, sizeof c->path, "%.90s.%s[%zu]", base, array, i);
		if (json_object_get(taken, place) != NULL)
			walk_issue(c, member, "%lld is already taken by %s",
			    (long long)json_integer_value(position),
			    walk_text(taken, place));
		else
			json_object_set_new(taken, place, json_string(c->path));
	}
	snprintf(c->path, sizeof c->path, "%s", base);
	json_decref(taken);
}
