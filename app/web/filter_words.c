/* From codes to words inside a document. */
#include "filter_parts.h"

#include <stdio.h>
#include <string.h>

#include "filter.h"

json_t *
filter_word(const json_t *labels, const char *list, size_t list_len,
    const char *code, size_t code_len, const char *stage_kind)
{
	const char *words =
	    stage_kind == NULL
		? NULL
		: json_string_value(json_object_get(
		      json_object_get(labels, "stage_words"), stage_kind));
	json_t *word = NULL;
	char name[64];

	if (words != NULL && list_len < 32) {
		snprintf(name, sizeof(name), "%.*s@%.16s", (int)list_len, list,
		    words);
		word = json_object_getn(
		    json_object_get(labels, name), code, code_len);
	}
	return word != NULL
		   ? word
		   : json_object_getn(json_object_getn(labels, list, list_len),
			 code, code_len);
}

/* The word for "list:code", or NULL. */
static json_t *
word_of(const json_t *labels, const char *s)
{
	const char *colon = strchr(s, ':');
	json_t *list;

	if (colon == NULL)
		return NULL;
	list = json_object_getn(labels, s, (size_t)(colon - s));
	return json_object_get(list, colon + 1);
}

json_t *
filter_words(json_t *value, const json_t *labels)
{
	json_t *copy, *word, *member;
	const char *name;
	size_t i;

	if (value == NULL)
		return NULL;
	switch (json_typeof(value)) {
	case JSON_STRING:
		word = word_of(labels, json_string_value(value));
		return json_incref(word != NULL ? word : value);
	case JSON_ARRAY:
		copy = json_array();
		json_array_foreach (value, i, member)
			json_array_append_new(
			    copy, filter_words(member, labels));
		return copy;
	case JSON_OBJECT:
		copy = json_object();
		json_object_foreach (value, name, member)
			json_object_set_new_nocheck(
			    copy, name, filter_words(member, labels));
		return copy;
	default:
		return json_incref(value);
	}
}
