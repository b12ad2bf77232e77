/* Code lists and seats as a file: form and agreement. */
#include "import_lists.h"

#include <stdio.h>
#include <string.h>

#include "import_tables.h"

#define FORMAT 1
#define KINDS "organisation-kind"
#define SIZES "size-class"
#define LAENDER "land"

static const char *const levels[] = { "bund", "land", "kommune",
	"kommunalverband", "fachministerkonferenz", "foederale_einrichtung",
	"aufsicht", "wirtschaft", "wissenschaft", "zivilgesellschaft",
	"sonstige", NULL };
static const char *const seat_states[] = { "voting", "advisory", NULL };
static const char *const needed[] = { LAENDER, KINDS, SIZES };

static const struct form_field code_form[] = {
	{ .name = "key", .type = T_CODE },
	{ .name = "label", .type = T_LINE },
	{ .name = "level",
	    .type = T_WORD,
	    .is_optional = true,
	    .words = levels },
	{ .name = NULL },
};

static const struct form_field list_form[] = {
	{ .name = "key", .type = T_CODE },
	{ .name = "title", .type = T_LINE },
	{ .name = "as_of", .type = T_DATE },
	{ .name = "source", .type = T_LINE },
	{ .name = "codes", .type = T_OBJECTS, .min = 1, .fields = code_form },
	{ .name = NULL },
};

static const struct form_field seat_form[] = {
	{ .name = "key", .type = T_CODE },
	{ .name = "name", .type = T_LINE },
	{ .name = "seat_status", .type = T_WORD, .words = seat_states },
	{ .name = NULL },
};

static const struct form_field seats_form[] = {
	{ .name = "title", .type = T_LINE },
	{ .name = "body", .type = T_LINE },
	{ .name = "as_of", .type = T_DATE },
	{ .name = "source", .type = T_LINE },
	{ .name = "rows", .type = T_OBJECTS, .min = 1, .fields = seat_form },
	{ .name = NULL },
};

const struct form_field import_lists_form[] = {
	{ .name = "format", .type = T_NUMBER, .min = 1 },
	{ .name = "lists", .type = T_OBJECTS, .min = 1, .fields = list_form },
	{ .name = "seats", .type = T_OBJECT, .fields = seats_form },
	{ .name = NULL },
};

/* Notes members that two objects of an array share. */
static void
check_unique(const json_t *array, const char *path, const char *member,
    struct import_issues *out)
{
	json_t *seen = json_object();
	char at[128];
	json_t *o;
	size_t i;

	json_array_foreach (array, i, o) {
		const char *s = json_string_value(json_object_get(o, member));

		if (s == NULL)
			continue;
		snprintf(at, sizeof at, "%s[%zu].%s", path, i, member);
		if (json_object_get(seen, s) != NULL)
			import_issue_add(out, at,
			    "\"%.60s\" is there twice: %s", s,
			    json_string_value(json_object_get(seen, s)));
		else
			json_object_set_new(seen, s, json_string(at));
	}
	json_decref(seen);
}

/* 01 to 16, as the official municipality key numbers them. */
static bool
is_land(const char *s)
{
	return strlen(s) == 2 && strspn(s, "0123456789") == 2 &&
	       strcmp(s, "01") >= 0 && strcmp(s, "16") <= 0;
}

static void
check_codes(const json_t *list, const char *path, struct import_issues *out)
{
	const char *key = json_string_value(json_object_get(list, "key"));
	char codes[96], at[128];
	json_t *code;
	size_t i;

	snprintf(codes, sizeof codes, "%s.codes", path);
	check_unique(json_object_get(list, "codes"), codes, "key", out);
	check_unique(json_object_get(list, "codes"), codes, "label", out);
	if (key == NULL)
		return;
	json_array_foreach (json_object_get(list, "codes"), i, code) {
		const char *s = json_string_value(json_object_get(code, "key"));
		bool has_level = json_object_get(code, "level") != NULL;

		snprintf(at, sizeof at, "%s[%zu]", codes, i);
		if (strcmp(key, KINDS) == 0 && !has_level)
			import_issue_add(out, at, "a kind belongs to a level");
		if (strcmp(key, KINDS) != 0 && has_level)
			import_issue_add(out, at, "only a kind has a level");
		if (strcmp(key, LAENDER) == 0 && s != NULL && !is_land(s))
			import_issue_add(
			    out, at, "\"%.60s\" is no Land (01 to 16)", s);
	}
}

size_t
import_lists_check(const json_t *doc, struct import_issues *out)
{
	const json_t *lists = json_object_get(doc, "lists");
	const json_t *format = json_object_get(doc, "format");
	const json_t *rows =
	    json_object_get(json_object_get(doc, "seats"), "rows");
	size_t before = out->len, i;
	char path[64];
	json_t *list;

	import_form_check(doc, import_lists_form, out);
	if (json_is_integer(format) && json_integer_value(format) != FORMAT)
		import_issue_add(out, "$.format",
		    "is %d, this command reads format %d",
		    (int)json_integer_value(format), FORMAT);
	check_unique(lists, "$.lists", "key", out);
	for (size_t n = 0; n < NELEM(needed); n++) {
		bool is_there = false;

		json_array_foreach (lists, i, list) {
			const char *s =
			    json_string_value(json_object_get(list, "key"));

			is_there |= s != NULL && strcmp(s, needed[n]) == 0;
		}
		if (!is_there)
			import_issue_add(
			    out, "$.lists", "lacks the list \"%s\"", needed[n]);
	}
	json_array_foreach (lists, i, list) {
		snprintf(path, sizeof path, "$.lists[%zu]", i);
		check_codes(list, path, out);
	}
	check_unique(rows, "$.seats.rows", "key", out);
	check_unique(rows, "$.seats.rows", "name", out);
	return out->len - before;
}
