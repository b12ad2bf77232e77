/*
 * What has been read becomes a document: keys for what has none, places in
 * their order.
 */
#include "paper_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include "web/utf8.h"

struct settle {
	json_t *doc;
	const json_t *base;
	json_t *keys; /* key -> line, of all parts */
	struct paper_issues *issues;
};

static void note_keys(struct settle *, json_t *);
static void chapters(struct settle *);
static void sections(struct settle *);
static void items(struct settle *);
static void drop_empty_sets(struct settle *);
static void sets(struct settle *);
static void questions(struct settle *);
static void strip(json_t *);

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

static const char *
key_in(const json_t *o, const char *member)
{
	return text_of(json_object_get(o, member), "key");
}

void
paper_settle(json_t *doc, const json_t *base, struct paper_issues *issues)
{
	struct settle s = { doc, base, json_object(), issues };
	static const char *const lists[] = { "chapters", "sections", "items",
		"question_sets", "questions" };

	for (size_t i = 0; i < NELEM(lists); i++)
		note_keys(&s, json_object_get(doc, lists[i]));
	chapters(&s);
	sections(&s);
	items(&s);
	drop_empty_sets(&s);
	sets(&s);
	questions(&s);
	paper_settle_notes(doc, issues);
	for (size_t i = 0; i < NELEM(lists); i++)
		strip(json_object_get(doc, lists[i]));
	strip(json_object_get(doc, "footnotes"));
	json_decref(s.keys);
}

/* Keys that are said; one that stands twice is an error at the second. */
static void
note_keys(struct settle *s, json_t *list)
{
	json_t *o;
	size_t i;

	json_array_foreach (list, i, o) {
		const char *key = text_of(o, "key");

		if (key != NULL && json_object_get(s->keys, key) != NULL)
			paper_issue(s->issues, line_of(o), true,
			    "paper_key_twice", key);
		else if (key != NULL)
			json_object_set(
			    s->keys, key, json_object_get(o, ".line"));
		note_keys(s, json_object_get(o, "requirements"));
		note_keys(s, json_object_get(o, "sub_items"));
	}
}

/* Is the key in use, here or in the other edition? */
static bool
is_taken(const struct settle *s, const char *key)
{
	static const char *const lists[] = { "chapters", "sections", "items",
		"question_sets", "questions" };
	json_t *x;
	size_t k;

	if (json_object_get(s->keys, key) != NULL)
		return true;
	for (size_t i = 0; i < NELEM(lists); i++) {
		json_array_foreach (json_object_get(s->base, lists[i]), k, x)
			if (text_of(x, "key") != NULL &&
			    strcmp(text_of(x, "key"), key) == 0)
				return true;
	}
	return false;
}

static void
give(struct settle *s, json_t *o, const char *key)
{
	json_object_set_new(o, "key", json_string(key));
	json_object_set(s->keys, key, json_object_get(o, ".line"));
	json_array_append_new(
	    json_object_get(s->doc, "new_keys"), json_string(key));
	paper_issue(s->issues, line_of(o), false, "paper_key_new", key);
}

/* stem1, stem2 … */
static void
give_next(struct settle *s, json_t *o, const char *stem)
{
	char key[80];

	for (int n = 1; n < 10000; n++) {
		snprintf(key, sizeof key, "%.56s%d", stem, n);
		if (!is_taken(s, key)) {
			give(s, o, key);
			return;
		}
	}
}

static bool
give_like(struct settle *s, json_t *o, const char *list, const char *member)
{
	const json_t *x = paper_like(s->base, s->keys, list, member, o);

	if (x == NULL)
		return false;
	json_object_set(
	    s->keys, text_of(x, "key"), json_object_get(o, ".line"));
	paper_inherit(o, x, s->keys);
	return true;
}

static void
need(struct settle *s, json_t *o, const char *member, const char *code)
{
	if (json_object_get(o, member) == NULL)
		paper_issue(s->issues, line_of(o), true, code,
		    text_of(o, "key") == NULL ? "" : text_of(o, "key"));
}

static void
place(json_t *o, json_int_t n)
{
	json_object_set_new(o, "position", json_integer(n));
}

static void
chapters(struct settle *s)
{
	json_int_t last = 0, at = -1;
	json_t *o;
	size_t i;

	json_array_foreach (json_object_get(s->doc, "chapters"), i, o) {
		const char *key;
		char *end;

		if (text_of(o, "key") == NULL &&
		    !give_like(s, o, "chapters", "title"))
			give_next(s, o, "K");
		key = text_of(o, "key");
		if (json_object_get(o, "number") == NULL) {
			json_int_t number =
			    key[0] == 'K' ? strtol(key + 1, &end, 10) : 0;

			if (number <= 0 || number > 9999 || *end != '\0')
				number = last + 1;
			json_object_set_new(o, "number", json_integer(number));
		}
		if (json_is_integer(json_object_get(o, "number"))) {
			json_int_t number =
			    json_integer_value(json_object_get(o, "number"));

			if (number != last + 1 && i > 0 && last > 0)
				paper_issue(s->issues, line_of(o), false,
				    "paper_gap", key);
			last = number;
		}
		if (at < 0)
			at = json_is_integer(json_object_get(o, "number"));
		need(s, o, "title", "paper_no_title");
		place(o, at++);
	}
}

static void
sections(struct settle *s)
{
	const char *before = NULL;
	json_int_t at = 0;
	json_t *o;
	size_t i;
	char stem[80];

	json_array_foreach (json_object_get(s->doc, "sections"), i, o) {
		const char *chapter = key_in(o, ".chapter");

		if (text_of(o, "key") == NULL &&
		    !give_like(s, o, "sections", "title")) {
			snprintf(stem, sizeof stem, "%.60s.A", chapter);
			if (!is_taken(s, stem))
				give(s, o, stem);
			else {
				snprintf(stem, sizeof stem, "%.60s.S", chapter);
				give_next(s, o, stem);
			}
		}
		at =
		    before == NULL || strcmp(before, chapter) != 0 ? 1 : at + 1;
		before = chapter;
		json_object_set_new(o, "chapter", json_string(chapter));
		need(s, o, "title", "paper_no_title");
		place(o, at);
	}
}

/* As its siblings of the same kind are called, else by its section. */
static void
name_item(struct settle *s, json_t *o, const char *section)
{
	const char *kind = text_of(o, "kind"), *last = strrchr(section, '.');
	char stem[80] = "";
	json_t *x;
	size_t i;

	for (int round = 0; round < 2 && stem[0] == '\0'; round++) {
		const json_t *doc = round == 0 ? s->doc : s->base;

		json_array_foreach (json_object_get(doc, "items"), i, x) {
			const char *own = round == 0 ? key_in(x, ".section")
						     : text_of(x, "section");
			const char *key = text_of(x, "key");
			size_t n = key == NULL ? 0 : strlen(key);

			if (own == NULL || key == NULL ||
			    strcmp(own, section) != 0 ||
			    strcmp(text_of(x, "kind"), kind) != 0)
				continue;
			while (n > 0 && isdigit((unsigned char)key[n - 1]))
				n--;
			snprintf(stem, sizeof stem, "%.*s",
			    (int)(n < 60 ? n : 60), key);
			break;
		}
	}
	if (stem[0] == '\0' && strcmp(kind, "idea") == 0 && last != NULL &&
	    strcmp(last, ".I") != 0)
		snprintf(stem, sizeof stem, "%.56s.I", section);
	else if (stem[0] == '\0')
		snprintf(stem, sizeof stem, "%.56s%s", section,
		    isdigit((unsigned char)section[strlen(section) - 1]) ? "."
									 : "");
	give_next(s, o, stem);
}

/* What the key says where nothing else does: K4.G2.I1 is an idea. */
static const char *
kind_by_key(const char *key)
{
	const char *last = key == NULL ? NULL : strrchr(key, '.');

	if (last == NULL)
		return "statement";
	if (isdigit((unsigned char)last[1]))
		return "principle";
	return last[1] == 'E'   ? "cornerstone"
	       : last[1] == 'N' ? "user_group"
	       : last[1] == 'I' ? "idea"
				: "statement";
}

static void
items(struct settle *s)
{
	json_t *places = json_object();
	json_t *o, *r;
	size_t i, k;

	json_array_foreach (json_object_get(s->doc, "items"), i, o) {
		if (text_of(o, "kind") == NULL) {
			json_object_set_new(o, "kind",
			    json_string(kind_by_key(text_of(o, "key"))));
			paper_issue(s->issues, line_of(o), false, "paper_kind",
			    paper_text(paper_kinds, text_of(o, "kind")));
		}
	}
	json_array_foreach (json_object_get(s->doc, "items"), i, o) {
		const char *section = key_in(o, ".section");
		char stem[80];
		json_int_t at;

		if (text_of(o, "key") == NULL &&
		    !give_like(s, o, "items", "title"))
			name_item(s, o, section);
		at = 1 + json_integer_value(json_object_get(places, section));
		json_object_set_new(places, section, json_integer(at));
		json_object_set_new(o, "section", json_string(section));
		need(s, o, "title", "paper_no_title");
		place(o, at);
		json_array_foreach (json_object_get(o, "requirements"), k, r) {
			snprintf(
			    stem, sizeof stem, "%.60s.", text_of(o, "key"));
			if (text_of(r, "key") == NULL)
				give_next(s, r, stem);
			need(s, r, "body", "paper_no_text");
			place(r, (json_int_t)k + 1);
		}
	}
	json_decref(places);
}

/* A block that asks nothing is none. */
static void
drop_empty_sets(struct settle *s)
{
	json_t *list = json_object_get(s->doc, "question_sets"), *q;
	size_t k;

	for (size_t i = 0; i < json_array_size(list);) {
		json_t *set = json_array_get(list, i);
		bool used = false;

		json_array_foreach (json_object_get(s->doc, "questions"), k, q)
			used |= json_object_get(q, ".set") == set;
		if (used) {
			i++;
			continue;
		}
		paper_issue(s->issues, line_of(set), false, "paper_set_empty",
		    text_of(set, "key") == NULL ? "" : text_of(set, "key"));
		json_array_remove(list, i);
	}
}

static void
sets(struct settle *s)
{
	json_t *o;
	size_t i;
	char stem[80];

	json_array_foreach (json_object_get(s->doc, "question_sets"), i, o) {
		const char *chapter = key_in(o, ".chapter");

		if (text_of(o, "label") == NULL) {
			snprintf(stem, sizeof stem,
			    "Leitfragen zu Kapitel %.40s",
			    chapter + (chapter[0] == 'K'));
			json_object_set_new(o, "label", json_string(stem));
		}
		if (text_of(o, "heading_verbatim") == NULL)
			json_object_set(
			    o, "heading_verbatim", json_object_get(o, "label"));
		if (text_of(o, "key") == NULL &&
		    !give_like(s, o, "question_sets", "heading_verbatim") &&
		    !give_like(s, o, "question_sets", "label")) {
			snprintf(stem, sizeof stem, "L-%.56s", chapter);
			if (!is_taken(s, stem))
				give(s, o, stem);
			else {
				snprintf(
				    stem, sizeof stem, "L-%.50s-B", chapter);
				give_next(s, o, stem);
			}
		}
		if (json_array_size(json_object_get(o, "chapters")) == 0)
			json_array_append_new(json_object_get(o, "chapters"),
			    json_string(chapter));
		json_object_set_new(o, "located_in", json_string(chapter));
		if (json_is_false(json_object_get(o, "seed_label_correct")))
			need(s, o, "note", "paper_no_note");
		place(o, (json_int_t)i + 1);
	}
}

/* Each of a list is a part of the paper; what is not is left out. */
static void
check_aims(struct settle *s, json_t *o)
{
	json_t *aims = json_object_get(o, "aims");

	for (size_t i = 0; i < json_array_size(aims);) {
		const char *key = json_string_value(json_array_get(aims, i));

		/* Of a single chapter the others are not known here. */
		if (json_object_get(s->doc, "edition") == NULL ||
		    is_taken(s, key)) {
			i++;
			continue;
		}
		paper_issue(s->issues, line_of(o), true, "paper_aim", key);
		json_array_remove(aims, i);
	}
}

/* A question to pick from has what to pick from, in few words. */
static void
check_options(struct settle *s, json_t *o)
{
	const char *shape = text_of(o, "shape");
	json_t *options = json_object_get(o, "sub_items"), *x;
	size_t i;

	if (!paper_has_options(shape))
		return;
	if (json_array_size(options) < 2)
		paper_issue(s->issues, line_of(o), true, "paper_options",
		    paper_text(paper_shapes, shape));
	if (strcmp(shape, "table") == 0 &&
	    json_array_size(json_object_get(o, "aims")) == 0)
		paper_issue(s->issues, line_of(o), true, "paper_rows", "");
	json_array_foreach (options, i, x) {
		const char *body = text_of(x, "body");

		if (body != NULL &&
		    utf8_count(body, strlen(body)) > PAPER_OPTION_MAX)
			paper_issue(s->issues, line_of(x), true,
			    "paper_option_long", "");
	}
}

static void
questions(struct settle *s)
{
	json_t *o, *x;
	size_t i, k;
	char stem[80];

	json_array_foreach (json_object_get(s->doc, "questions"), i, o) {
		const char *set = key_in(o, ".set");

		need(s, o, "body", "paper_no_text");
		if (text_of(o, "key") == NULL &&
		    !give_like(s, o, "questions", "body")) {
			snprintf(stem, sizeof stem, "%.56s-", set);
			give_next(s, o, stem);
		}
		json_array_foreach (json_object_get(o, "sub_items"), k, x) {
			if (text_of(x, "key") == NULL && k < 26) {
				snprintf(stem, sizeof stem, "%.60s.%c",
				    text_of(o, "key"), 'a' + (int)k);
				give(s, x, stem);
			}
			need(s, x, "key", "paper_no_key");
			need(s, x, "body", "paper_no_text");
		}
		check_aims(s, o);
		check_options(s, o);
		json_object_set_new(o, "set", json_string(set));
		json_object_set_new(
		    o, "section", json_string(key_in(o, ".section")));
		place(o, (json_int_t)i + 1);
	}
}

/* What only the reading needed. */
static void
strip(json_t *list)
{
	static const char *const inner[] = { ".line", ".marks", ".chapter",
		".section", ".set", ".class" };
	json_t *o;
	size_t i;

	json_array_foreach (list, i, o) {
		for (size_t k = 0; k < NELEM(inner); k++)
			json_object_del(o, inner[k]);
		strip(json_object_get(o, "requirements"));
		strip(json_object_get(o, "sub_items"));
	}
}
