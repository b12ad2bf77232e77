/* A part of a file without keys, and the same part of the edition before. */
#include "paper_parts.h"

#include <ctype.h>
#include <string.h>

/* Letters and digits only, so that layout and marks do not matter. */
static void
plain(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; text != NULL && *text != '\0' && n + 1 < size; text++) {
		unsigned char c = (unsigned char)*text;

		/* Dashes and quotation marks: U+2010 to U+206F. */
		if (c == 0xe2 && ((unsigned char)text[1] & 0xfe) == 0x80 &&
		    text[2] != '\0')
			text += 2;
		else if (isalnum(c) || c > 127)
			out[n++] = (char)tolower(c);
	}
	out[n] = '\0';
}

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

const json_t *
paper_like(const json_t *base, const json_t *keys, const char *list,
    const char *member, const json_t *o)
{
	const char *kind =
	    strcmp(list, "items") == 0 ? text_of(o, "kind") : NULL;
	char mine[256], theirs[256];
	json_t *x;
	size_t i;

	plain(text_of(o, member), mine, sizeof mine);
	json_array_foreach (json_object_get(base, list), i, x) {
		const char *key = text_of(x, "key");

		plain(text_of(x, member), theirs, sizeof theirs);
		if (mine[0] != '\0' && key != NULL &&
		    strcmp(mine, theirs) == 0 &&
		    json_object_get(keys, key) == NULL &&
		    (kind == NULL || strcmp(kind, text_of(x, "kind")) == 0))
			return x;
	}
	return NULL;
}

/* Of the parts that a question aims at those that are still there. */
static void
keep_known(json_t *aims, const json_t *keys)
{
	for (size_t i = json_array_size(aims); i-- > 0;) {
		const char *key = json_string_value(json_array_get(aims, i));

		if (key == NULL || json_object_get(keys, key) == NULL)
			json_array_remove(aims, i);
	}
}

void
paper_inherit(json_t *o, const json_t *x, const json_t *keys)
{
	/* What the file says by its text and order. */
	static const char *const own[] = { "position", "section", "chapter",
		"set", "located_in", "kind", "decisions", "title", "body",
		"label", "heading_verbatim", "number" };
	const char *name;
	json_t *value, *was, *copy;
	bool is_own;

	copy = json_deep_copy(x);
	json_object_foreach (copy, name, value) {
		is_own = false;
		for (size_t i = 0; i < NELEM(own); i++)
			is_own |= strcmp(own[i], name) == 0;
		was = json_object_get(o, name);
		if (is_own ||
		    (was != NULL && !json_is_boolean(was) &&
			json_array_size(was) + json_string_length(was) > 0 &&
			strcmp(name, "shape") != 0))
			continue;
		if (strcmp(name, "aims") == 0)
			keep_known(value, keys);
		json_object_set(o, name, value);
	}
	json_decref(copy);
}
