/*
 * Everything is compared folded: lower case, ä as ae. A digit or sign stands
 * for the letter it looks like where a word is searched, so that Passw0rt is
 * Passwort.
 */
#include "password_rules.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "utf8.h"

#define RUN_MIN 3  /* keys in a row that count as a row */
#define WORD_MIN 4 /* letters of a name that are searched */
#define DISTINCT_MIN 5
#define ORGANISATION_WORD_MIN 6 /* "Land" and "Stadt" are words, no names */

struct password_list {
	char **at;
	size_t count, room;
};

static const char *const rows[] = {
	"abcdefghijklmnopqrstuvwxyz",
	"12345678901234567890",
	"qwertzuiop",
	"qwertyuiop",
	"asdfghjkl",
	"yxcvbnm",
	"zxcvbnm",
	"1qay2wsx3edc4rfv5tgb6zhn7ujm",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm",
};

/* What stands for which letters. */
static const char *const alike[][2] = {
	{ "0", "o" },
	{ "1", "il" },
	{ "!", "il" },
	{ "3", "e" },
	{ "4", "a" },
	{ "@", "a" },
	{ "5", "s" },
	{ "$", "s" },
	{ "7", "t" },
	{ "8", "b" },
};

static const struct {
	const char *code;
	size_t word_min;
} name_kinds[] = {
	[PASSWORD_PRODUCT] = { "password_product", WORD_MIN },
	[PASSWORD_OPERATOR] = { "password_operator", WORD_MIN },
	[PASSWORD_ORGANISATION] = { "password_organisation",
	    ORGANISATION_WORD_MIN },
	[PASSWORD_SELF] = { "password_self", WORD_MIN },
};
_Static_assert(NELEM(name_kinds) == PASSWORD_NAME__MAX, "one row for each");

static void fold(struct buf *, const char *, size_t);
static bool is_letter(char);
static bool is_repetition(const char *, size_t);
static bool is_sequence(const char *, size_t);
static bool is_common(const struct password_list *, const char *, size_t);
static enum rc check_name(const struct password_name *, const struct buf *,
    const struct buf *, struct err *);
static enum rc refuse(struct err *, const char *);

enum rc
password_list_load(
    struct password_list **list, const char *dir, struct err *err)
{
	struct password_list *l = mem_calloc(1, sizeof(*l));
	struct buf path = { 0 };
	char line[128];
	FILE *f;

	buf_printf(&path, "%s/text/passwords.txt", dir);
	f = fopen(buf_text(&path), "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (l->count == l->room) {
			l->room = l->room == 0 ? 256 : 2 * l->room;
			l->at = mem_array(l->at, l->room, sizeof(*l->at));
		}
		l->at[l->count++] = mem_strdup(line);
	}
	if (f != NULL)
		fclose(f);
	if (l->count == 0) {
		password_list_free(l);
		err_set(err, RC_INTERNAL, "passwords", "",
		    "%s is missing or empty", buf_text(&path));
		buf_clear(&path);
		return RC_INTERNAL;
	}
	buf_clear(&path);
	*list = l;
	return RC_OK;
}

void
password_list_free(struct password_list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->count; i++)
		mem_free(list->at[i]);
	mem_free(list->at);
	mem_free(list);
}

enum rc
password_check(const struct password_list *list,
    const struct password_name *names, size_t count, const char *password,
    size_t len, struct err *err)
{
	struct buf folded = { 0 }, letters = { 0 };
	enum rc rc = RC_OK;
	size_t characters;

	if (len > PASSWORD_MAX)
		return refuse(err, "password_long");
	if (!utf8_is_valid(password, len) || memchr(password, '\0', len))
		return refuse(err, "password_characters");
	characters = utf8_count(password, len);
	if (characters < PASSWORD_MIN) {
		refuse(err, "password_short");
		snprintf(err->args, sizeof(err->args),
		    "{\"actual\":%zu,\"min\":%d}", characters, PASSWORD_MIN);
		return RC_INVALID;
	}
	fold(&folded, password, len);
	for (size_t i = 0; i < folded.len; i++) {
		char c = folded.data[i];

		if (is_letter(c) || strchr("0134578@$!", c) != NULL)
			buf_char(&letters, c);
	}
	if (is_repetition(folded.data, folded.len))
		rc = refuse(err, "password_repeated");
	else if (is_sequence(folded.data, folded.len))
		rc = refuse(err, "password_sequence");
	for (size_t i = 0; i < count && rc == RC_OK; i++)
		rc = check_name(&names[i], &folded, &letters, err);
	if (rc == RC_OK && is_common(list, folded.data, folded.len))
		rc = refuse(err, "password_common");
	explicit_bzero(folded.data, folded.len);
	if (letters.len > 0)
		explicit_bzero(letters.data, letters.len);
	buf_clear(&folded);
	buf_clear(&letters);
	return rc;
}

static enum rc
refuse(struct err *err, const char *code)
{
	return err_set(
	    err, RC_INVALID, code, "password", "%s", "password refused");
}

/* --- folding -------------------------------------------------------------- */

static void
fold(struct buf *out, const char *s, size_t len)
{
	static const struct {
		uint32_t from;
		const char *to;
	} table[] = { { 0xe4, "ae" }, { 0xf6, "oe" }, { 0xfc, "ue" },
		{ 0xdf, "ss" }, { 0x1e9e, "ss" }, { 0x308, "e" } };
	size_t pos = 0;

	while (pos < len) {
		size_t start = pos;
		uint32_t c = utf8_next(s, len, &pos);
		const char *to = NULL;
		bool is_upper = (c >= 'A' && c <= 'Z') ||
				(c >= 0xc0 && c <= 0xde && c != 0xd7);

		c += is_upper ? 0x20 : 0;
		for (size_t i = 0; i < NELEM(table) && to == NULL; i++)
			to = table[i].from == c ? table[i].to : NULL;
		if (to != NULL)
			buf_str(out, to);
		else if (c < 0x80)
			buf_char(out, (char)c);
		else
			buf_add(out, s + start, pos - start);
	}
}

/* Of folded text; octets of other scripts count as letters. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool
is_letter_like(char letter, char c)
{
	if (letter == c)
		return true;
	for (size_t i = 0; i < NELEM(alike); i++) {
		if (alike[i][0][0] == c && strchr(alike[i][1], letter) != NULL)
			return true;
	}
	return false;
}

/* Does word stand at the beginning of s? */
static bool
begins_like(const char *s, size_t len, const char *word, size_t word_len)
{
	if (word_len > len)
		return false;
	for (size_t i = 0; i < word_len; i++) {
		if (!is_letter_like(word[i], s[i]))
			return false;
	}
	return true;
}

/* --- repetitions and rows ------------------------------------------------- */

static bool
is_repetition(const char *s, size_t len)
{
	bool seen[256] = { false };
	size_t distinct = 0, same;

	for (size_t i = 0; i < len; i++) {
		distinct += !seen[(unsigned char)s[i]];
		seen[(unsigned char)s[i]] = true;
	}
	if (distinct < DISTINCT_MIN)
		return true;
	for (size_t period = 1; period <= len / 2; period++) {
		same = period;
		while (same < len && s[same] == s[same - period])
			same++;
		if (same == len)
			return true;
	}
	return false;
}

/* How far s goes along row from where its first key stands, in one direction.
 */
static size_t
along(const char *s, size_t len, const char *row, int step)
{
	size_t best = 0, row_len = strlen(row);

	for (size_t at = 0; at < row_len; at++) {
		size_t n = 0, key = at;

		while (n < len && key < row_len && row[key] == s[n]) {
			n++;
			/* below zero wraps beyond row_len and ends the loop */
			key += (size_t)step;
		}
		best = n > best ? n : best;
	}
	return best;
}

/* More than half of it lies in rows of keys, letters, digits, or one key. */
static bool
is_sequence(const char *s, size_t len)
{
	size_t in_rows = 0;

	for (size_t i = 0; i < len;) {
		size_t run = 1;

		while (i + run < len && s[i + run] == s[i])
			run++;
		for (size_t r = 0; r < NELEM(rows); r++) {
			size_t up = along(s + i, len - i, rows[r], 1);
			size_t down = along(s + i, len - i, rows[r], -1);

			run = up > run ? up : run;
			run = down > run ? down : run;
		}
		in_rows += run >= RUN_MIN ? run : 0;
		i += run >= RUN_MIN ? run : 1;
	}
	return 2 * in_rows > len;
}

/* --- frequent words ------------------------------------------------------- */

/*
 * Entries of the list side by side, with fewer other signs and digits between
 * them than would make a password by themselves. least[i]: how few of these
 * lie before i.
 */
static bool
is_common(const struct password_list *list, const char *s, size_t len)
{
	const size_t never = SIZE_MAX;
	size_t *least = mem_array(NULL, len + 1, sizeof(*least));
	bool is_made_of_words;

	for (size_t i = 0; i <= len; i++)
		least[i] = i == 0 ? 0 : never;
	for (size_t i = 0; i < len; i++) {
		if (least[i] == never)
			continue;
		if (!is_letter(s[i]) && least[i] + 1 < least[i + 1])
			least[i + 1] = least[i] + 1;
		for (size_t w = 0; w < list->count; w++) {
			size_t n = strlen(list->at[w]);

			if (begins_like(s + i, len - i, list->at[w], n) &&
			    least[i] < least[i + n])
				least[i + n] = least[i];
		}
	}
	is_made_of_words = least[len] != never && least[len] < PASSWORD_MIN;
	mem_free(least);
	return is_made_of_words;
}

/* --- names ---------------------------------------------------------------- */

static bool
contains(const struct buf *text, const char *word, size_t len)
{
	for (size_t i = 0; i + len <= text->len; i++) {
		if (begins_like(text->data + i, text->len - i, word, len))
			return true;
	}
	return false;
}

/* The name as a whole, then each of its words. */
static enum rc
check_name(const struct password_name *name, const struct buf *folded,
    const struct buf *letters, struct err *err)
{
	struct buf text = { 0 }, whole = { 0 };
	size_t start = 0, end, found = 0, min = name_kinds[name->kind].word_min;
	const char *word = NULL;

	if (name->text != NULL)
		fold(&text, name->text, strlen(name->text));
	for (; start < text.len && word == NULL; start = end + 1) {
		for (end = start; end < text.len; end++) {
			char c = text.data[end];

			if (!is_letter(c) && (c < '0' || c > '9'))
				break;
			buf_char(&whole, c);
		}
		found = end - start;
		if (found >= min &&
		    (contains(folded, text.data + start, found) ||
			contains(letters, text.data + start, found)))
			word = text.data + start;
	}
	if (word == NULL && whole.len >= WORD_MIN &&
	    contains(letters, whole.data, whole.len)) {
		word = whole.data;
		found = whole.len;
	}
	if (word != NULL) {
		refuse(err, name_kinds[name->kind].code);
		/* letters and digits only: nothing to escape */
		snprintf(err->args, sizeof(err->args), "{\"word\":\"%.*s\"}",
		    (int)(found > 60 ? 60 : found), word);
	}
	buf_clear(&text);
	buf_clear(&whole);
	return word == NULL ? RC_OK : RC_INVALID;
}
