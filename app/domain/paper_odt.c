#include "paper_odt.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "paper_parts.h"

/* U+E010 name U+E011, of the area for private use. */
#define MARK "\xee\x80\x90"
#define MARK_END "\xee\x80\x91"

enum { DEPTH_MAX = 40, STYLE_MAX = 64 };

/* The value of an attribute in a tag; false if it is not there. */
static bool
attribute(const char *tag, size_t len, const char *name, char out[STYLE_MAX])
{
	size_t n = strlen(name), k;
	const char *s = memmem(tag, len, name, n), *end;

	if (s == NULL || (size_t)(s - tag) + n >= len || s[n] != '"')
		return false;
	s += n + 1;
	end = memchr(s, '"', len - (size_t)(s - tag));
	if (end == NULL || (k = (size_t)(end - s)) >= STYLE_MAX)
		return false;
	memcpy(out, s, k);
	out[k] = '\0';
	return true;
}

static bool
has_meaning(const char *style)
{
	char lower[STYLE_MAX] = "";

	for (size_t i = 0; style[i] != '\0' && i + 1 < STYLE_MAX; i++)
		lower[i] = (char)tolower((unsigned char)style[i]);
	return strcmp(lower, "leitfrage") == 0 ||
	       paper_code(paper_kinds, lower) != NULL;
}

/* Automatic styles -> the one that somebody chose. */
static json_t *
parents(const char *xml, size_t len)
{
	static const char open[] = "<style:style ";
	json_t *map = json_object();
	const char *s = xml, *end = xml + len, *close;
	char name[STYLE_MAX], parent[STYLE_MAX];

	while (
	    (s = memmem(s, (size_t)(end - s), open, sizeof open - 1)) != NULL) {
		close = memchr(s, '>', (size_t)(end - s));
		if (close == NULL)
			break;
		if (attribute(s, (size_t)(close - s), "style:name=", name) &&
		    attribute(s, (size_t)(close - s),
			"style:parent-style-name=", parent))
			json_object_set_new(map, name, json_string(parent));
		s = close;
	}
	return map;
}

void
paper_odt_mark(const char *xml, size_t len, struct buf *out)
{
	static const char open[] = "<text:p ";
	json_t *map = parents(xml, len);
	const char *s = xml, *end = xml + len, *tag, *close;
	char name[STYLE_MAX];

	while ((tag = memmem(s, (size_t)(end - s), open, sizeof open - 1)) !=
		   NULL &&
	       (close = memchr(tag, '>', (size_t)(end - tag))) != NULL) {
		const char *parent, *style = name;

		buf_add(out, s, (size_t)(close + 1 - s));
		s = close + 1;
		if (close[-1] == '/' || !attribute(tag, (size_t)(close - tag),
					    "text:style-name=", name))
			continue;
		parent = json_string_value(json_object_get(map, name));
		if (parent != NULL)
			style = parent;
		if (has_meaning(style)) {
			buf_str(out, MARK);
			buf_str(out, style);
			buf_str(out, MARK_END);
		}
	}
	buf_add(out, s, (size_t)(end - s));
	json_decref(map);
}

/* Takes the mark off the first word; the style, or NULL. */
static json_t *
take_mark(json_t *block)
{
	json_t *word = json_array_get(json_object_get(block, "c"), 0), *style;
	const char *s = json_string_value(json_object_get(word, "c")), *end;

	if (s == NULL || strncmp(s, MARK, sizeof MARK - 1) != 0 ||
	    (end = strstr(s, MARK_END)) == NULL)
		return NULL;
	s += sizeof MARK - 1;
	style = json_stringn(s, (size_t)(end - s));
	end += sizeof MARK_END - 1;
	if (*end == '\0')
		json_array_remove(json_object_get(block, "c"), 0);
	else
		json_object_set_new(word, "c", json_string(end));
	return style;
}

static void
wrap(json_t *list, int depth)
{
	json_t *b, *style, *c;
	const char *type;
	size_t i;

	for (i = 0; depth < DEPTH_MAX && i < json_array_size(list); i++) {
		b = json_array_get(list, i);
		if (json_is_array(b)) { /* an entry of a list */
			wrap(b, depth + 1);
			continue;
		}
		c = json_object_get(b, "c");
		type = json_string_value(json_object_get(b, "t"));
		if ((style = take_mark(b)) != NULL)
			json_array_set_new(list, i,
			    json_pack("{ss s[[s[][[so]]][O]]}", "t", "Div", "c",
				"", "custom-style", style, b));
		else if (type != NULL && (strcmp(type, "OrderedList") == 0 ||
					     strcmp(type, "Div") == 0))
			wrap(json_array_get(c, 1), depth + 1);
		else if (type != NULL && (strcmp(type, "BulletList") == 0 ||
					     strcmp(type, "BlockQuote") == 0))
			wrap(c, depth + 1);
	}
}

void
paper_odt_styles(json_t *pandoc)
{
	wrap(json_object_get(pandoc, "blocks"), 0);
}
