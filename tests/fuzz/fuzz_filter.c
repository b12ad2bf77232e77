/*
 * Filters over any text. The first line of the input is the filter and its
 * argument, "plural:Antwort;Antworten"; the rest is the value, as a string and,
 * where it is JSON, as that too.
 */
#include "fuzz.h"

#include <jansson.h>

#include "web/buf.h"
#include "web/filter.h"
#include "web/filter_parts.h"
#include "web/utf8.h"

static void
check_result(const char *name, size_t len, const json_t *result)
{
	const char *s = json_string_value(result);

	if (s == NULL)
		return;
	CHECK(utf8_is_valid(s, json_string_length(result)));
	if (filter_is_raw(name, len)) {
		CHECK(strcasestr(s, "<script") == NULL);
		CHECK(strcasestr(s, "<img") == NULL);
		CHECK(strcasestr(s, "href=\"javascript:") == NULL);
	}
}

/* Without U+00AD the text is what it was. */
static void
check_soft(const char *s, size_t len)
{
	struct buf b = { 0 };
	size_t i, n = 0;

	if (memmem(s, len, "\xC2\xAD", 2) != NULL)
		return;
	filter_soft(s, len, &b);
	for (i = 0; i < b.len; i++) {
		if (i + 1 < b.len && memcmp(b.data + i, "\xC2\xAD", 2) == 0)
			i++;
		else
			b.data[n++] = b.data[i];
	}
	CHECK(n == len);
	CHECK(len == 0 || memcmp(b.data, s, len) == 0);
	buf_clear(&b);
}

static void
apply(const char *line, size_t line_len, json_t *value)
{
	const char *colon = memchr(line, ':', line_len);
	size_t name_len = colon == NULL ? line_len : (size_t)(colon - line);
	const char *arg = colon == NULL ? line + line_len : colon + 1;
	json_t *result;

	if (!filter_exists(line, name_len))
		return;
	result = filter_apply(line, name_len, arg,
	    (size_t)(line + line_len - arg), "stance", 6, NULL, value);
	check_result(line, name_len, result);
	json_decref(result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter_env env;
	const char *line = (const char *)data, *lf, *text;
	json_t *value;
	size_t len;

	if (env.labels == NULL) {
		env.labels = json_pack("{s{ss}}", "stance", "agree", "Ja");
		filter_setup(&env);
	}
	lf = memchr(line, '\n', size);
	if (lf == NULL || size > 8192)
		return 0;
	text = lf + 1;
	len = size - (size_t)(text - line);
	if (!utf8_is_valid(line, size))
		return 0;
	check_soft(text, len);
	value = json_stringn(text, len);
	apply(line, (size_t)(lf - line), value);
	json_decref(value);
	value = json_loadb(text, len, JSON_DECODE_ANY, NULL);
	if (value != NULL)
		apply(line, (size_t)(lf - line), value);
	json_decref(value);
	return 0;
}
