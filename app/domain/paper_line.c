/* Lines of the text form: headings, braces, marks, numbers of decisions. */
#include "paper_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct paper_word paper_kinds[] = {
	{ "aussage", "statement" },
	{ "nutzendengruppe", "user_group" },
	{ "eckpunkt", "cornerstone" },
	{ "grundsatz", "principle" },
	{ "idee", "idea" },
	{ NULL, NULL },
};

const struct paper_word paper_shapes[] = {
	{ "text", "text" },
	{ "je-punkt", "per_item" },
	{ "liste", "list" },
	{ "auswahl", "choice" },
	{ "mehrfach", "multi" },
	{ "rangfolge", "ranking" },
	{ "tabelle", "table" },
	{ NULL, NULL },
};

bool
paper_has_options(const char *shape)
{
	static const char *const with[] = { "choice", "multi", "ranking",
		"table" };

	for (size_t i = 0; shape != NULL && i < NELEM(with); i++)
		if (strcmp(with[i], shape) == 0)
			return true;
	return false;
}

/* In the order in which they are kept. */
const struct paper_word paper_groups[] = {
	{ "bund", "bund" },
	{ "länder", "laender" },
	{ "beratend", "advisory" },
	{ "kommunen", "municipal" },
	{ "weitere", "others" },
	{ NULL, NULL },
};

const struct paper_word paper_relations[] = {
	{ "auftrag", "mandate" },
	{ "grundlage", "basis" },
	{ "weiterentwicklung", "develops" },
	{ "gedeckt", "covered" },
	{ NULL, NULL },
};

const struct paper_word paper_sections[] = {
	{ "fragen", "questions" },
	{ "ideen", "ideas" },
	{ "text", "text" },
	{ NULL, NULL },
};

const struct paper_word paper_head[] = {
	{ "Titel", "title" },
	{ "Untertitel", "subtitle" },
	{ "Stand", "as_of" },
	{ "Anmerkung", "note" },
	{ NULL, NULL },
};

const char *
paper_code(const struct paper_word *w, const char *text)
{
	for (; w->text != NULL; w++) {
		if (strcmp(w->text, text) == 0)
			return w->code;
	}
	return NULL;
}

const char *
paper_text(const struct paper_word *w, const char *code)
{
	for (; w->text != NULL && code != NULL; w++) {
		if (strcmp(w->code, code) == 0)
			return w->text;
	}
	return NULL;
}

json_t *
paper_audience(const json_t *words, const char **bad)
{
	json_t *list = json_array(), *word;
	const struct paper_word *g;
	bool is_said;
	size_t i;

	json_array_foreach (words, i, word) {
		if (paper_code(paper_groups, json_string_value(word)) == NULL)
			*bad = json_string_value(word);
	}
	for (g = paper_groups; g->text != NULL; g++) {
		is_said = false;
		json_array_foreach (words, i, word)
			is_said |=
			    strcmp(json_string_value(word), g->text) == 0;
		if (is_said)
			json_array_append_new(list, json_string(g->code));
	}
	i = json_array_size(list);
	if (i > 0 && i < (size_t)(g - paper_groups))
		return list;
	json_decref(list);
	return NULL;
}

static bool
is_escaped(const char *s, size_t at)
{
	size_t n = 0;

	while (n < at && s[at - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

static void
cut(struct buf *line, size_t len)
{
	line->len = len;
	if (line->data != NULL)
		line->data[len] = '\0';
}

static void
trim_end(struct buf *line)
{
	while (line->len > 0 && (line->data[line->len - 1] == ' ' ||
				    line->data[line->len - 1] == '\t'))
		cut(line, line->len - 1);
}

/* One of "{.a #b c=d e="f g"}"; returns where the next one begins. */
static const char *
attr_read(const char *s, const char *end, struct paper_attrs *attrs)
{
	struct buf name = { 0 }, value = { 0 };
	char lead = *s == '.' || *s == '#' ? *s++ : '\0';

	while (s < end && *s != ' ' && *s != '=')
		buf_char(&name, *s++);
	if (s < end && *s == '=') {
		bool quoted = ++s < end && *s == '"';

		s += quoted;
		while (s < end && *s != (quoted ? '"' : ' ')) {
			if (*s == '\\' && s + 1 < end)
				s++;
			buf_char(&value, *s++);
		}
		s += quoted && s < end;
	}
	if (lead == '.')
		json_object_set_new(
		    attrs->classes, buf_text(&name), json_true());
	else if (lead == '#')
		json_object_set_new(
		    attrs->values, "#", json_string(buf_text(&name)));
	else if (name.len > 0)
		json_object_set_new(attrs->values, buf_text(&name),
		    json_string(buf_text(&value)));
	buf_clear(&name);
	buf_clear(&value);
	return s;
}

bool
paper_attrs_take(struct buf *line, struct paper_attrs *attrs)
{
	const char *s, *end;
	size_t open;

	*attrs = (struct paper_attrs){ json_object(), json_object() };
	trim_end(line);
	if (line->len < 2 || line->data[line->len - 1] != '}' ||
	    is_escaped(line->data, line->len - 1))
		return false;
	for (open = line->len - 1; open > 0; open--) {
		if (line->data[open] == '{' && !is_escaped(line->data, open))
			break;
	}
	if (line->data[open] != '{' || is_escaped(line->data, open))
		return false;
	s = line->data + open + 1;
	end = line->data + line->len - 1;
	while (s < end) {
		if (*s == ' ')
			s++;
		else
			s = attr_read(s, end, attrs);
	}
	cut(line, open);
	trim_end(line);
	return true;
}

void
paper_attrs_clear(struct paper_attrs *attrs)
{
	json_decref(attrs->classes);
	json_decref(attrs->values);
}

bool
paper_has(const struct paper_attrs *attrs, const char *class)
{
	return json_object_get(attrs->classes, class) != NULL;
}

const char *
paper_value(const struct paper_attrs *attrs, const char *name)
{
	return json_string_value(json_object_get(attrs->values, name));
}

void
paper_marks_take(struct buf *line, json_t *marks)
{
	size_t to = 0;

	for (size_t i = 0; i < line->len; i++) {
		int number = 0, used = 0;

		if (line->data[i] == '[' && !is_escaped(line->data, i) &&
		    sscanf(line->data + i, "[^%6d%n", &number, &used) == 1 &&
		    number > 0 && line->data[i + (size_t)used] == ']') {
			json_array_append_new(marks, json_integer(number));
			i += (size_t)used;
			continue;
		}
		line->data[to++] = line->data[i];
	}
	if (line->data != NULL)
		cut(line, to);
}

void
paper_unescape(struct buf *line)
{
	size_t to = 0;

	for (size_t i = 0; i < line->len; i++) {
		if (line->data[i] == '\\' && i + 1 < line->len &&
		    ispunct((unsigned char)line->data[i + 1]))
			i++;
		line->data[to++] = line->data[i];
	}
	if (line->data != NULL)
		cut(line, to);
}

bool
paper_is_key(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c > 127 ||
		    (!isalnum(c) && (i == 0 || strchr("._-", c) == NULL)))
			return false;
	}
	return len > 0 && len <= 64;
}

size_t
paper_key_length(const char *text)
{
	size_t len = strcspn(text, " \t[{");
	bool digit = false;

	for (size_t i = 0; i < len; i++)
		digit |= isdigit((unsigned char)text[i]) != 0;
	return digit && isupper((unsigned char)text[0]) &&
		       paper_is_key(text, len)
		   ? len
		   : 0;
}

/* Length of a number of a decision at s, 0 for none; both forms. */
static size_t
ref_length(const char *s)
{
	bool late = strncmp(s, "B-", 2) == 0;
	size_t n = late ? 2 : 0, digits, letters;

	if ((digits = strspn(s + n, "0123456789")) != 4 || s[n + 4] != '/')
		return 0;
	n += 5;
	digits = strspn(s + n, "0123456789");
	if (digits < 2 || digits > 3)
		return 0;
	n += digits;
	if (!late)
		return n;
	letters =
	    s[n] == '-' ? strspn(s + n + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
	return letters < 2 || letters > 4 ? 0 : n + 1 + letters;
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '/' || c == '-';
}

json_t *
paper_refs(const char *text)
{
	json_t *list = json_array();
	char ref[24];

	for (const char *s = text; *s != '\0'; s++) {
		size_t n = s == text || !is_word(s[-1]) ? ref_length(s) : 0;
		bool known = false;
		json_t *one;
		size_t i;

		if (n == 0 || is_word(s[n]) || n >= sizeof ref)
			continue;
		snprintf(ref, sizeof ref, "%.*s", (int)n, s);
		json_array_foreach (list, i, one)
			known |= strcmp(json_string_value(one), ref) == 0;
		if (!known)
			json_array_append_new(list, json_string(ref));
		s += n - 1;
	}
	return list;
}

size_t
paper_bad_ref(const char *text, const char **at)
{
	static const char word[] = "Beschluss ";

	for (const char *s = strstr(text, word); s != NULL;
	     s = strstr(s, word)) {
		size_t n, end;

		s += sizeof word - 1;
		n = strcspn(s, " ,;)\n\t");
		while (n > 0 && (s[n - 1] == '.' || s[n - 1] == ':'))
			n--;
		end = ref_length(s);
		if (n > 0 && strcspn(s, "0123456789") < n && end != n) {
			*at = s;
			return n;
		}
	}
	return 0;
}

const char *
paper_relation_of(const char *text)
{
	return strstr(text, "eiterentwicklung") != NULL ? "develops"
	       : strstr(text, "edeckt") != NULL         ? "covered"
							: "basis";
}

void
paper_issue(struct paper_issues *list, size_t line, bool is_error,
    const char *code, const char *what)
{
	struct paper_issue *at;
	size_t n = strlen(what), slot = list->len;

	list->errors += is_error;
	if (slot < PAPER_ISSUES_MAX)
		list->len++;
	else { /* no error is lost behind warnings */
		while (slot > 0 && list->list[slot - 1].is_error)
			slot--;
		if (!is_error || slot-- == 0)
			return;
	}
	at = &list->list[slot];
	at->line = line;
	at->is_error = is_error;
	snprintf(at->code, sizeof at->code, "%s", code);
	/* Not in the middle of a character. */
	if (n >= sizeof at->what) {
		n = sizeof at->what - 1;
		while (n > 0 && ((unsigned char)what[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(at->what, what, n);
	at->what[n] = '\0';
}

void
paper_issue_add(struct paper_issues *list, const char *code, const char *what)
{
	paper_issue(list, 0, false, code, what);
}

json_t *
paper_issues_json(const struct paper_issues *issues)
{
	json_t *list = json_array();

	for (size_t i = 0; i < issues->len; i++) {
		const struct paper_issue *x = &issues->list[i];

		json_array_append_new(
		    list, json_pack("{sI sb ss ss}", "line",
			      (json_int_t)x->line, "is_error", x->is_error,
			      "code", x->code, "what", x->what));
	}
	return list;
}
