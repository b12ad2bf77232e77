/* One walk over a file, led by the tables of its form. */
#include "import_form.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "import_tables.h"
#include "web/buf.h"
#include "web/utf8.h"

#define LINE_MAX_CHARS 500
#define TEXT_MAX_CHARS 20000
#define KEY_MAX_CHARS 64

static void check_object(const json_t *, const struct form_field *,
    const char *, struct import_issues *);
static void check_field(const json_t *, const struct form_field *, const char *,
    struct import_issues *);
static void check_array(const json_t *, const struct form_field *, const char *,
    struct import_issues *);
static void check_string(const json_t *, const struct form_field *,
    const char *, struct import_issues *);
static void check_text(
    const char *, size_t, bool, const char *, struct import_issues *);
static void check_word(
    const char *, const char *const *, const char *, struct import_issues *);
static const char *type_name(enum form_type);
static bool text_is_composed(const char *, size_t);
static bool digits(const char *, size_t);

void
import_issue_add(
    struct import_issues *out, const char *path, const char *fmt, ...)
{
	char reason[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	if (out->len == out->cap) {
		out->cap = out->cap == 0 ? 16 : out->cap * 2;
		out->list = mem_array(out->list, out->cap, sizeof *out->list);
	}
	out->list[out->len].path = mem_strdup(path);
	out->list[out->len].reason = mem_strdup(reason);
	out->len++;
}

void
import_issues_clear(struct import_issues *out)
{
	for (size_t i = 0; i < out->len; i++) {
		mem_free(out->list[i].path);
		mem_free(out->list[i].reason);
	}
	mem_free(out->list);
	memset(out, 0, sizeof *out);
}

void
import_form_check(
    const json_t *doc, const struct form_field *form, struct import_issues *out)
{
	if (!json_is_object(doc)) {
		import_issue_add(out, "$", "must be an object");
		return;
	}
	check_object(doc, form, "$", out);
}

static void
check_object(const json_t *obj, const struct form_field *form, const char *path,
    struct import_issues *out)
{
	struct buf b = { 0 };
	const char *name;
	json_t *value;

	for (const struct form_field *f = form; f->name != NULL; f++) {
		value = json_object_get(obj, f->name);
		if (value == NULL && f->is_optional)
			continue;
		buf_reset(&b);
		buf_printf(&b, "%s.%s", path, f->name);
		if (value == NULL)
			import_issue_add(out, buf_text(&b), "is missing");
		else
			check_field(value, f, buf_text(&b), out);
	}
	json_object_foreach ((json_t *)(uintptr_t)obj, name, value) {
		const struct form_field *f = form;

		while (f->name != NULL && strcmp(f->name, name) != 0)
			f++;
		if (f->name != NULL)
			continue;
		buf_reset(&b);
		buf_printf(&b, "%s.%s", path, name);
		import_issue_add(out, buf_text(&b), "is not a known member");
	}
	buf_clear(&b);
}

static void
check_field(const json_t *value, const struct form_field *f, const char *path,
    struct import_issues *out)
{
	switch (f->type) {
	case T_NUMBER_OR_NULL:
		if (json_is_null(value))
			return;
		/* FALLTHROUGH */
	case T_NUMBER:
		if (!json_is_integer(value))
			import_issue_add(
			    out, path, "must be %s", type_name(f->type));
		else if (json_integer_value(value) < f->min ||
			 json_integer_value(value) > 1000000)
			import_issue_add(
			    out, path, "must be at least %d", f->min);
		return;
	case T_FLAG:
		if (!json_is_boolean(value))
			import_issue_add(out, path, "must be true or false");
		return;
	case T_OBJECT:
		if (!json_is_object(value))
			import_issue_add(out, path, "must be an object");
		else
			check_object(value, f->fields, path, out);
		return;
	case T_OBJECTS:
	case T_LINES:
	case T_KEYS:
	case T_WORDS:
	case T_DECISIONS:
		check_array(value, f, path, out);
		return;
	case T_TIME_OR_NULL:
		if (json_is_null(value))
			return;
		/* FALLTHROUGH */
	case T_LINE:
	case T_TEXT:
	case T_KEY:
	case T_CODE:
	case T_SLUG:
	case T_STAGE_KEY:
	case T_DATE:
	case T_DECISION:
	case T_WORD:
		check_string(value, f, path, out);
		return;
	}
}

static void
check_array(const json_t *value, const struct form_field *f, const char *path,
    struct import_issues *out)
{
	struct form_field one = {
		.name = f->name, .fields = f->fields, .words = f->words
	};
	struct buf b = { 0 };
	json_t *element;
	size_t i;

	if (!json_is_array(value)) {
		import_issue_add(out, path, "must be an array");
		return;
	}
	if (json_array_size(value) < (size_t)f->min)
		import_issue_add(out, path, "needs at least %d", f->min);
	one.type = f->type == T_OBJECTS ? T_OBJECT
		   : f->type == T_LINES ? T_LINE
		   : f->type == T_KEYS  ? T_KEY
		   : f->type == T_WORDS ? T_WORD
					: T_DECISION;
	json_array_foreach (value, i, element) {
		buf_reset(&b);
		buf_printf(&b, "%s[%zu]", path, i);
		check_field(element, &one, buf_text(&b), out);
	}
	buf_clear(&b);
}

static void
check_string(const json_t *value, const struct form_field *f, const char *path,
    struct import_issues *out)
{
	const char *s = json_string_value(value);
	int64_t at;

	if (s == NULL) {
		import_issue_add(out, path, "must be %s", type_name(f->type));
		return;
	}
	if (f->type == T_LINE || f->type == T_TEXT) {
		check_text(
		    s, json_string_length(value), f->type == T_LINE, path, out);
		return;
	}
	if (f->type == T_WORD) {
		check_word(s, f->words, path, out);
		return;
	}
	if ((f->type == T_KEY && !import_key_is_valid(s)) ||
	    (f->type == T_CODE && !import_code_is_valid(s)) ||
	    (f->type == T_SLUG &&
		(strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
			strlen(s) ||
		    strlen(s) > KEY_MAX_CHARS || s[0] == '-' || *s == '\0')) ||
	    (f->type == T_STAGE_KEY &&
		(!islower((unsigned char)s[0]) || !digits(s + 1, 0))) ||
	    (f->type == T_DATE && !import_date_is_valid(s)) ||
	    (f->type == T_TIME_OR_NULL && !import_time_read(s, &at)) ||
	    (f->type == T_DECISION && !import_decision_is_valid(s)))
		import_issue_add(
		    out, path, "\"%.60s\" is not %s", s, type_name(f->type));
}

static void
check_text(const char *s, size_t len, bool is_line, const char *path,
    struct import_issues *out)
{
	size_t max = is_line ? LINE_MAX_CHARS : TEXT_MAX_CHARS;
	size_t count = utf8_count(s, len);

	if (count == 0)
		import_issue_add(out, path, "must not be empty");
	if (count > max)
		import_issue_add(out, path,
		    "has %zu characters, at most %zu are allowed", count, max);
	if (memchr(s, '\r', len) != NULL)
		import_issue_add(out, path, "contains a carriage return");
	if (is_line && memchr(s, '\n', len) != NULL)
		import_issue_add(out, path, "contains a line break");
	if (!text_is_composed(s, len))
		import_issue_add(
		    out, path, "is not in composed form (Unicode NFC)");
}

static void
check_word(const char *s, const char *const *words, const char *path,
    struct import_issues *out)
{
	struct buf b = { 0 };

	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], s) == 0) {
			buf_clear(&b);
			return;
		}
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	import_issue_add(
	    out, path, "\"%.60s\" is none of: %s", s, buf_text(&b));
	buf_clear(&b);
}

static const char *
type_name(enum form_type type)
{
	switch (type) {
	case T_LINE:
	case T_TEXT:
		return "a text";
	case T_KEY:
		return "a key such as K4.G2.5";
	case T_CODE:
		return "a code such as kreisfreie_stadt";
	case T_SLUG:
		return "a slug of small letters, digits and hyphens";
	case T_STAGE_KEY:
		return "a stage key such as s1";
	case T_NUMBER:
		return "a whole number";
	case T_NUMBER_OR_NULL:
		return "a whole number or null";
	case T_FLAG:
		return "true or false";
	case T_DATE:
		return "a date such as 2024-03-20";
	case T_TIME_OR_NULL:
		return "a time such as 2024-03-25T00:00:00+01:00, or null";
	case T_DECISION:
		return "a decision number such as 2024/40 or B-2025/33-IT";
	case T_WORD:
		return "a word of the list";
	case T_OBJECT:
		return "an object";
	case T_OBJECTS:
	case T_LINES:
	case T_KEYS:
	case T_WORDS:
	case T_DECISIONS:
		return "an array";
	}
	return "";
}

/*
 * The database refuses what is not NFC; here the usual way of getting it wrong
 * is caught, a Latin letter with its accent as a character of its own.
 */
static bool
text_is_composed(const char *s, size_t len)
{
	uint32_t before = 0;

	for (size_t pos = 0; pos < len;) {
		uint32_t c = utf8_next(s, len, &pos);

		if (c >= 0x0300 && c <= 0x036f && before < 0x0250 &&
		    (before >= 0x00c0 || isalpha((int)before)))
			return false;
		before = c;
	}
	return true;
}

/* n digits, or at least one when n is 0, and nothing behind them. */
static bool
digits(const char *s, size_t n)
{
	size_t len = strspn(s, "0123456789");

	return s[len] == '\0' && (n == 0 ? len > 0 : len == n);
}

bool
import_key_is_valid(const char *s)
{
	if (!isupper((unsigned char)s[0]) || strlen(s) > KEY_MAX_CHARS)
		return false;
	for (size_t i = 1; s[i] != '\0'; i++) {
		bool is_joint = s[i] == '.' || s[i] == '-';

		if (!is_joint && !isalnum((unsigned char)s[i]))
			return false;
		if (is_joint && !isalnum((unsigned char)s[i + 1]))
			return false;
	}
	return true;
}

bool
import_code_is_valid(const char *s)
{
	if (!isalnum((unsigned char)s[0]) || strlen(s) > KEY_MAX_CHARS)
		return false;
	for (; *s != '\0'; s++) {
		if (!isalnum((unsigned char)*s) && strchr("._-", *s) == NULL)
			return false;
	}
	return true;
}

bool
import_decision_is_valid(const char *s)
{
	const char *p = strncmp(s, "B-", 2) == 0 ? s + 2 : s;
	size_t n;

	if (strspn(p, "0123456789") != 4 || p[4] != '/')
		return false;
	n = strspn(p + 5, "0123456789");
	if (n < 2 || n > 3)
		return false;
	if (p == s)
		return p[5 + n] == '\0';
	if (p[5 + n] != '-')
		return false;
	p += 5 + n + 1;
	n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return n >= 2 && n <= 4 && p[n] == '\0';
}

bool
import_date_is_valid(const char *s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year, month, day, max;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' ||
	    strspn(s, "0123456789") != 4 || strspn(s + 5, "0123456789") != 2 ||
	    strspn(s + 8, "0123456789") != 2)
		return false;
	year = (int)strtol(s, NULL, 10);
	month = (int)strtol(s + 5, NULL, 10);
	day = (int)strtol(s + 8, NULL, 10);
	if (year < 1900 || month < 1 || month > 12 || day < 1)
		return false;
	max = days[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		max = 29;
	return day <= max;
}

bool
import_time_read(const char *s, int64_t *at)
{
	char date[11];
	int hour, minute, second, off = 0;
	struct tm tm = { 0 };

	*at = 0;
	if (strlen(s) < 20 || s[10] != 'T' || s[13] != ':' || s[16] != ':' ||
	    strspn(s + 11, "0123456789") != 2 ||
	    strspn(s + 14, "0123456789") != 2 ||
	    strspn(s + 17, "0123456789") != 2)
		return false;
	memcpy(date, s, 10);
	date[10] = '\0';
	hour = (int)strtol(s + 11, NULL, 10);
	minute = (int)strtol(s + 14, NULL, 10);
	second = (int)strtol(s + 17, NULL, 10);
	if (!import_date_is_valid(date) || hour > 23 || minute > 59 ||
	    second > 59)
		return false;
	if (strcmp(s + 19, "Z") != 0) {
		if ((s[19] != '+' && s[19] != '-') || strlen(s + 19) != 6 ||
		    s[22] != ':' || strspn(s + 20, "0123456789") != 2 ||
		    strspn(s + 23, "0123456789") != 2)
			return false;
		off = (int)(strtol(s + 20, NULL, 10) * 3600 +
			    strtol(s + 23, NULL, 10) * 60);
		off = s[19] == '-' ? -off : off;
	}
	tm.tm_year = (int)strtol(date, NULL, 10) - 1900;
	tm.tm_mon = (int)strtol(date + 5, NULL, 10) - 1;
	tm.tm_mday = (int)strtol(date + 8, NULL, 10);
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = second;
	*at = (int64_t)timegm(&tm) - off;
	return true;
}
