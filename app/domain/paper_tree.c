/* The parts of a document one within the other. */
#include "paper_parts.h"

#include <string.h>

static json_t *sections_of(const json_t *, const char *);
static json_t *items_of(const json_t *, const char *);
static json_t *questions_of(const json_t *, const char *);

static bool
belongs(const json_t *o, const char *member, const char *key)
{
	const char *s = json_string_value(json_object_get(o, member));

	return s != NULL && key != NULL && strcmp(s, key) == 0;
}

/* The members of a part that are shown, with null for what it lacks. */
static json_t *
shown(const json_t *o, const char *const *members)
{
	json_t *copy = json_object();

	for (; *members != NULL; members++)
		json_object_set_new(copy, *members,
		    json_object_get(o, *members) == NULL
			? json_null()
			: json_incref(json_object_get(o, *members)));
	return copy;
}

json_t *
paper_tree(const json_t *doc)
{
	static const char *const members[] = { "key", "number", "title",
		"summary", NULL };
	json_t *tree = json_array(), *o, *copy;
	size_t i;

	json_array_foreach (json_object_get(doc, "chapters"), i, o) {
		const char *key = json_string_value(json_object_get(o, "key"));

		copy = shown(o, members);
		json_object_set_new(copy, "href", json_null());
		json_object_set_new(copy, "edit_href", json_null());
		json_object_set_new(copy, "sections", sections_of(doc, key));
		json_object_set_new(copy, "questions", questions_of(doc, key));
		json_array_append_new(tree, copy);
	}
	return tree;
}

static json_t *
sections_of(const json_t *doc, const char *chapter)
{
	static const char *const members[] = { "key", "title", "kind", NULL };
	json_t *list = json_array(), *o, *copy;
	size_t i;

	json_array_foreach (json_object_get(doc, "sections"), i, o) {
		if (!belongs(o, "chapter", chapter))
			continue;
		copy = shown(o, members);
		json_object_set_new(copy, "items",
		    items_of(
			doc, json_string_value(json_object_get(o, "key"))));
		json_array_append_new(list, copy);
	}
	return list;
}

static json_t *
items_of(const json_t *doc, const char *section)
{
	static const char *const members[] = { "key", "kind", "title", "body",
		"decisions", NULL };
	json_t *list = json_array(), *o, *copy;
	size_t i;

	json_array_foreach (json_object_get(doc, "items"), i, o) {
		if (!belongs(o, "section", section))
			continue;
		copy = shown(o, members);
		json_object_set_new(copy, "href", json_null());
		json_object_set_new(copy, "requirements",
		    json_integer((json_int_t)json_array_size(
			json_object_get(o, "requirements"))));
		json_array_append_new(list, copy);
	}
	return list;
}

static json_t *
questions_of(const json_t *doc, const char *chapter)
{
	static const char *const members[] = { "key", "body", NULL };
	json_t *list = json_array(), *set, *o, *copy;
	size_t i, k;

	json_array_foreach (json_object_get(doc, "question_sets"), i, set) {
		if (!belongs(set, "located_in", chapter))
			continue;
		json_array_foreach (json_object_get(doc, "questions"), k, o) {
			if (!belongs(o, "set",
				json_string_value(json_object_get(set, "key"))))
				continue;
			copy = shown(o, members);
			json_object_set_new(copy, "href", json_null());
			if (json_object_get(o, "audience") != NULL)
				json_object_set_new(copy, "audience",
				    json_pack("{s:O}", "groups",
					json_object_get(o, "audience")));
			json_array_append_new(list, copy);
		}
	}
	return list;
}
