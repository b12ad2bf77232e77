/* Footnotes with those who cite them, and the decisions they name. */
#include "paper_parts.h"

#include <stdio.h>
#include <string.h>

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static size_t
line_of(const json_t *o)
{
	return (size_t)json_integer_value(json_object_get(o, ".line"));
}

/* Relation, kind and decisions, as the braces or else the words say. */
static void
read_footnote(struct paper_issues *issues, json_t *o)
{
	const char *body = text_of(o, "body"), *class = text_of(o, ".class");
	const char *said = text_of(o, "beschlüsse"), *bad;
	json_t *refs = paper_refs(said != NULL   ? said
				  : body == NULL ? ""
						 : body);
	size_t n = paper_bad_ref(body == NULL ? "" : body, &bad);
	char what[64];
	bool is_note = json_array_size(refs) == 0 ||
		       (class != NULL && strcmp(class, "hinweis") == 0);

	if (n > 0) {
		snprintf(
		    what, sizeof what, "%.*s", (int)(n < 40 ? n : 40), bad);
		paper_issue(issues, line_of(o), false, "paper_ref", what);
	}
	if (body == NULL)
		paper_issue(issues, line_of(o), true, "paper_no_text", "");
	json_object_set_new(
	    o, "kind", json_string(is_note ? "note" : "decision"));
	if (!is_note) {
		const char *relation =
		    class == NULL ? NULL : paper_code(paper_relations, class);

		json_object_set_new(o, "relation",
		    json_string(
			relation != NULL
			    ? relation
			    : paper_relation_of(body == NULL ? "" : body)));
		json_object_set(o, "decisions", refs);
	}
	json_object_del(o, "beschlüsse");
	json_decref(refs);
}

/* An object that cites: each decision of each footnote it bears. */
static void
cite(struct paper_issues *issues, json_t *o, json_t *by_number)
{
	json_t *list = json_array(), *mark, *ref;
	size_t i, k;
	char number[24];

	json_array_foreach (json_object_get(o, ".marks"), i, mark) {
		json_t *f;

		snprintf(number, sizeof number, "%lld",
		    (long long)json_integer_value(mark));
		if ((f = json_object_get(by_number, number)) == NULL) {
			paper_issue(
			    issues, line_of(o), true, "paper_mark", number);
			continue;
		}
		if (json_object_get(f, "anchor") == NULL)
			json_object_set(f, "anchor", json_object_get(o, "key"));
		json_array_foreach (json_object_get(f, "decisions"), k, ref)
			json_array_append_new(list,
			    json_pack("{sO sO sO}", "ref", ref, "relation",
				json_object_get(f, "relation"), "footnote",
				mark));
	}
	json_object_set_new(o, "decisions", list);
}

void
paper_settle_notes(json_t *doc, struct paper_issues *issues)
{
	json_t *list = json_object_get(doc, "footnotes"),
	       *by_number = json_object();
	json_t *o, *r;
	size_t i, k;
	char number[24];

	json_array_foreach (list, i, o) {
		snprintf(number, sizeof number, "%lld",
		    (long long)json_integer_value(
			json_object_get(o, "number")));
		if (json_object_get(by_number, number) != NULL ||
		    strcmp(number, "0") == 0)
			paper_issue(issues, line_of(o), true,
			    "paper_footnote_twice", number);
		json_object_set(by_number, number, o);
		read_footnote(issues, o);
	}
	json_array_foreach (json_object_get(doc, "items"), i, o) {
		cite(issues, o, by_number);
		json_array_foreach (json_object_get(o, "requirements"), k, r)
			cite(issues, r, by_number);
	}
	for (i = 0; i < json_array_size(list);) {
		o = json_array_get(list, i);
		if (json_object_get(o, "anchor") != NULL) {
			i++;
			continue;
		}
		snprintf(number, sizeof number, "%lld",
		    (long long)json_integer_value(
			json_object_get(o, "number")));
		paper_issue(
		    issues, line_of(o), false, "paper_footnote_lost", number);
		json_array_remove(list, i);
	}
	json_decref(by_number);
}
