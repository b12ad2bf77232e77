/* Words of a chart that SQL names as codes, so that it holds no German. */
#include <string.h>

#include "chart_draw.h"

enum { MAX_LIST = 40 };

/* "list:code" of labels; anything else stays the text it is. */
static json_t *
find_word(json_t *labels, const char *s)
{
	const char *colon = strchr(s, ':');
	char list[MAX_LIST];
	size_t len;

	if (colon == NULL || colon == s)
		return NULL;
	len = (size_t)(colon - s);
	if (len >= sizeof(list) ||
	    strspn(s, "abcdefghijklmnopqrstuvwxyz_") != len)
		return NULL;
	memcpy(list, s, len);
	list[len] = '\0';
	return json_object_get(json_object_get(labels, list), colon + 1);
}

static bool
put_word(json_t *object, const char *name, json_t *labels)
{
	const char *s = json_string_value(json_object_get(object, name));
	json_t *word = s == NULL ? NULL : find_word(labels, s);

	return !json_is_string(word) ||
	       json_object_set(object, name, word) == 0;
}

json_t *
chart_words(json_t *chart, json_t *labels)
{
	static const char *const lists[] = { "rows", "series", "marks",
		"levels" };
	json_t *copy = json_deep_copy(chart), *row;
	bool is_ok;
	size_t i, n;

	if (copy == NULL)
		return NULL;
	is_ok =
	    put_word(copy, "title", labels) && put_word(copy, "desc", labels);
	for (i = 0; i < NELEM(lists) && is_ok; i++)
		json_array_foreach(json_object_get(copy, lists[i]), n, row)
		    is_ok = is_ok && put_word(row, "label", labels);
	if (is_ok)
		return copy;
	json_decref(copy);
	return NULL;
}
