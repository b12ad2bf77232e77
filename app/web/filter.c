/* The table of filters and those that are a few lines long. */
#include "filter.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "domain/chart.h"
#include "filter_parts.h"
#include "report_doc.h"
#include "json_mem.h"
#include "qr.h"

struct call {
	const char *arg;
	size_t arg_len;
	const char *key; /* last part of the template's name */
	size_t key_len;
	const char *stage_kind; /* NULL when there is none */
	json_t *value;          /* NULL when there is none */
};

struct filter {
	const char *name;
	json_t *(*apply)(const struct call *c);
	bool is_raw;
};

static json_t *apply_label(const struct call *c);
static json_t *apply_is(const struct call *c);
static json_t *apply_any(const struct call *c);
static json_t *apply_date(const struct call *c);
static json_t *apply_daymonth(const struct call *c);
static json_t *apply_time(const struct call *c);
static json_t *apply_datetime(const struct call *c);
static json_t *apply_stamp(const struct call *c);
static json_t *apply_moment(const struct call *c);
static json_t *apply_number(const struct call *c);
static json_t *apply_plural(const struct call *c);
static json_t *apply_pieces(const struct call *c);
static json_t *apply_lines(const struct call *c);
static json_t *apply_markdown(const struct call *c);
static json_t *apply_soft(const struct call *c);
static json_t *apply_asset(const struct call *c);
static json_t *apply_chart(const struct call *c);
static json_t *apply_qr(const struct call *c);
static json_t *apply_report(const struct call *c);
static void name_classes(json_t *chart, const char *stage_kind);
static json_t *apply_json(const struct call *c);
static json_t *apply_count(const struct call *c);
static json_t *apply_url(const struct call *c);

static const struct filter filters[] = {
	{ "label", apply_label, false },
	{ "is", apply_is, false },
	{ "any", apply_any, false },
	{ "date", apply_date, false },
	{ "daymonth", apply_daymonth, false },
	{ "time", apply_time, false },
	{ "datetime", apply_datetime, false },
	{ "stamp", apply_stamp, false },
	{ "moment", apply_moment, false },
	{ "number", apply_number, false },
	{ "plural", apply_plural, false },
	{ "pieces", apply_pieces, false },
	{ "lines", apply_lines, true },
	{ "markdown", apply_markdown, true },
	{ "soft", apply_soft, false },
	{ "asset", apply_asset, true },
	{ "chart", apply_chart, true },
	{ "qr", apply_qr, true },
	{ "report", apply_report, true },
	{ "json", apply_json, false },
	{ "count", apply_count, false },
	{ "url", apply_url, false },
};

/*
 * Set once by filter_setup before the first request and never changed: the
 * words and addresses that all templates share. Handing it through every
 * render call would name it in thirty places and change nothing.
 */
static const struct filter_env *env;

void
filter_setup(const struct filter_env *e)
{
	env = e;
}

static const struct filter *
find_filter(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NELEM(filters); i++)
		if (strlen(filters[i].name) == len &&
		    memcmp(filters[i].name, name, len) == 0)
			return &filters[i];
	return NULL;
}

bool
filter_exists(const char *name, size_t len)
{
	return find_filter(name, len) != NULL;
}

bool
filter_is_raw(const char *name, size_t len)
{
	const struct filter *f = find_filter(name, len);

	return f != NULL && f->is_raw;
}

json_t *
filter_apply(const char *name, size_t name_len, const char *arg, size_t arg_len,
    const char *key, size_t key_len, const char *stage_kind, json_t *value)
{
	const struct filter *f = find_filter(name, name_len);
	struct call c = { arg, arg_len, key, key_len, stage_kind, value };

	return f == NULL ? NULL : f->apply(&c);
}

/* The bytes become a string and b is released; broken UTF-8 shows nothing. */
static json_t *
take_string(struct buf *b)
{
	json_t *s = json_stringn(buf_text(b), b->len);

	buf_clear(b);
	return s;
}

/* A number, or text that is one: filters may follow each other. */
static bool
read_number(const json_t *v, long long *n)
{
	const char *s;
	bool is_negative;

	if (json_is_integer(v)) {
		*n = json_integer_value(v);
		return true;
	}
	s = json_string_value(v);
	if (s == NULL)
		return false;
	is_negative = *s == '-';
	s += is_negative;
	if (*s == '\0' || strlen(s) > 18)
		return false;
	for (*n = 0; *s >= '0' && *s <= '9'; s++)
		*n = *n * 10 + (*s - '0');
	if (is_negative)
		*n = -*n;
	return *s == '\0';
}

/* The word for a code; a code without a word is shown as it is. */
static json_t *
apply_label(const struct call *c)
{
	const char *list = c->arg_len > 0 ? c->arg : c->key;
	size_t list_len = c->arg_len > 0 ? c->arg_len : c->key_len;
	json_t *word = NULL;
	char digits[24];

	if (env != NULL && json_is_string(c->value)) {
		word = filter_word(env->labels, list, list_len,
		    json_string_value(c->value), json_string_length(c->value),
		    c->stage_kind);
	} else if (env != NULL && json_is_integer(c->value)) {
		snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(c->value));
		word = json_object_getn(env->labels, list, list_len);
		word = json_object_get(word, digits);
	}
	return json_incref(word != NULL ? word : c->value);
}

static json_t *
apply_is(const struct call *c)
{
	char text[24] = "";
	const char *s = text;
	size_t len;

	if (json_is_string(c->value))
		s = json_string_value(c->value);
	else if (json_is_integer(c->value))
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(c->value));
	else if (json_is_boolean(c->value))
		s = json_is_true(c->value) ? "true" : "false";
	else
		return json_false();
	len = strlen(s);
	return json_boolean(len == c->arg_len && memcmp(s, c->arg, len) == 0);
}

/* A list or object with something in it, a text, a number but 0, true. */
static json_t *
apply_any(const struct call *c)
{
	const json_t *v = c->value;

	return json_boolean(json_array_size(v) > 0 || json_object_size(v) > 0 ||
			    json_string_length(v) > 0 || json_is_true(v) ||
			    (json_is_number(v) && json_number_value(v) != 0));
}

/* What is no time is shown as it came rather than hidden. */
static json_t *
show_time(const struct call *c, enum time_form form)
{
	struct buf b = { 0 };

	if (!json_is_string(c->value))
		return NULL;
	if (!filter_time(json_string_value(c->value),
		json_string_length(c->value), form, &b))
		return json_incref(c->value);
	return take_string(&b);
}

static json_t *
apply_date(const struct call *c)
{
	return show_time(c, TIME_DATE);
}

static json_t *
apply_daymonth(const struct call *c)
{
	return show_time(c, TIME_DAY_MONTH);
}

static json_t *
apply_time(const struct call *c)
{
	return show_time(c, TIME_CLOCK);
}

static json_t *
apply_datetime(const struct call *c)
{
	return show_time(c, TIME_BOTH);
}

static json_t *
apply_stamp(const struct call *c)
{
	return show_time(c, TIME_STAMP);
}

static json_t *
apply_moment(const struct call *c)
{
	return show_time(c, TIME_EXACT);
}

/* 1234567 as 1.234.567 */
static json_t *
apply_number(const struct call *c)
{
	char digits[24], out[32];
	size_t len, i, n = 0;
	unsigned long long u;
	long long value;

	if (!read_number(c->value, &value))
		return json_incref(c->value);
	u = value < 0 ? 0ULL - (unsigned long long)value
		      : (unsigned long long)value;
	len = (size_t)snprintf(digits, sizeof(digits), "%llu", u);
	if (value < 0)
		out[n++] = '-';
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[n++] = '.';
		out[n++] = digits[i];
	}
	return json_stringn(out, n);
}

/* "Antwort;Antworten": the first for exactly one. */
static json_t *
apply_plural(const struct call *c)
{
	const char *semicolon = memchr(c->arg, ';', c->arg_len);
	long long value;

	if (semicolon == NULL)
		return json_stringn(c->arg, c->arg_len);
	if (read_number(c->value, &value) && value == 1)
		return json_stringn(c->arg, (size_t)(semicolon - c->arg));
	return json_stringn(
	    semicolon + 1, c->arg_len - (size_t)(semicolon + 1 - c->arg));
}

static json_t *
transform(const struct call *c,
    void (*fn)(const char *s, size_t len, struct buf *out))
{
	struct buf b = { 0 };

	if (!json_is_string(c->value))
		return NULL;
	fn(json_string_value(c->value), json_string_length(c->value), &b);
	return take_string(&b);
}

static json_t *
apply_pieces(const struct call *c)
{
	if (!json_is_string(c->value))
		return NULL;
	return filter_pieces(
	    json_string_value(c->value), json_string_length(c->value));
}

static json_t *
apply_lines(const struct call *c)
{
	return transform(c, filter_lines);
}

static json_t *
apply_markdown(const struct call *c)
{
	return transform(c, filter_markdown);
}

static json_t *
apply_soft(const struct call *c)
{
	return transform(c, filter_soft);
}

static json_t *
apply_asset(const struct call *c)
{
	const char *url = NULL;

	if (env != NULL && env->asset != NULL && json_is_string(c->value))
		url = env->asset(env->asset_ctx, json_string_value(c->value));
	return url == NULL ? NULL : json_string(url);
}

/* In the words of the stage that is spoken of, unless the chart brings its own.
 */
static void
name_classes(json_t *chart, const char *stage_kind)
{
	json_t *class, *word, *words;
	size_t i;

	if (env == NULL || stage_kind == NULL ||
	    json_object_get(chart, "classes_labels") != NULL)
		return;
	words = json_array();
	json_array_foreach (json_object_get(chart, "classes"), i, class) {
		word = json_is_string(class)
			   ? filter_word(env->labels, "outcome", 7,
				 json_string_value(class),
				 json_string_length(class), stage_kind)
			   : NULL;
		json_array_append(words, word != NULL ? word : class);
	}
	json_object_set_new(chart, "classes_labels", words);
}

/* What is no chart shows nothing; the table beside it has the numbers. */
/* The argument is a width; codes such as level_many:land become words. */
static json_t *
apply_chart(const struct call *c)
{
	json_t *labels = env == NULL ? NULL : env->labels;
	json_t *arg = json_stringn(c->arg, c->arg_len);
	json_t *chart = filter_words(c->value, labels);
	struct buf b = { 0 };
	struct err err;
	long long width;
	enum rc rc;

	name_classes(chart, c->stage_kind);
	if (read_number(arg, &width))
		json_object_set_new(chart, "width", json_integer(width));
	rc = chart_svg(chart, labels, &b, &err);
	json_decref(chart);
	json_decref(arg);
	if (rc == RC_OK)
		return take_string(&b);
	buf_clear(&b);
	return NULL;
}

/* The sections of a paper for a session; the argument is the number of one. */
static json_t *
apply_report(const struct call *c)
{
	json_t *arg = json_stringn(c->arg, c->arg_len);
	long long number = 0;
	struct buf b = { 0 };
	struct err err;
	enum rc rc;

	read_number(arg, &number);
	json_decref(arg);
	rc = report_doc_sections(c->value, (int)number, &b, &err);
	if (rc == RC_OK)
		return take_string(&b);
	buf_clear(&b);
	return NULL;
}

static json_t *
apply_qr(const struct call *c)
{
	struct buf b = { 0 };

	if (json_is_string(c->value) &&
	    qr_svg(json_string_value(c->value), json_string_length(c->value),
		&b) == RC_OK)
		return take_string(&b);
	buf_clear(&b);
	return NULL;
}

static json_t *
apply_json(const struct call *c)
{
	json_t *result;
	char *text;

	if (c->value == NULL)
		return NULL;
	text = json_dumps(c->value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text == NULL)
		return NULL;
	result = json_string(text);
	json_mem_free(text);
	return result;
}

static json_t *
apply_count(const struct call *c)
{
	return json_integer((json_int_t)json_array_size(c->value));
}

/* Percent-encoding of all but the unreserved characters of RFC 3986. */
static void
encode_url(const char *s, size_t len, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr("-._~", c) != NULL)) {
			buf_char(out, s[i]);
		} else {
			buf_char(out, '%');
			buf_char(out, hex[c >> 4]);
			buf_char(out, hex[c & 15]);
		}
	}
}

static json_t *
apply_url(const struct call *c)
{
	char number[24];
	struct buf b = { 0 };

	if (json_is_integer(c->value)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(c->value));
		return json_string(number);
	}
	if (!json_is_string(c->value))
		return NULL;
	encode_url(
	    json_string_value(c->value), json_string_length(c->value), &b);
	return take_string(&b);
}
