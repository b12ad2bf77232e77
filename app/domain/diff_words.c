/* Texts as words and what stands between them. */
#include "diff_parts.h"

#include <sodium.h>
#include <string.h>

#include "web/utf8.h"

enum sign { SIGN_WORD, SIGN_MARK, SIGN_BLANK };

/* Punctuation of ASCII; what is missing here and no blank belongs to words. */
static const bool ascii_marks['\x7f'] = { ['!'] = true,
	['"'] = true,
	['\''] = true,
	['('] = true,
	[')'] = true,
	['*'] = true,
	[','] = true,
	['-'] = true,
	['.'] = true,
	['/'] = true,
	[':'] = true,
	[';'] = true,
	['?'] = true,
	['['] = true,
	['\\'] = true,
	[']'] = true,
	['^'] = true,
	['_'] = true,
	['`'] = true,
	['{'] = true,
	['|'] = true,
	['}'] = true,
	['~'] = true };

/* The same beyond ASCII, in order. */
static const struct {
	uint32_t first, last;
	enum sign sign;
} ranges[] = {
	{ 0x7f, 0xa0, SIGN_BLANK },     /* controls, no-break space */
	{ 0xa1, 0xa1, SIGN_MARK },      /* inverted ! */
	{ 0xa6, 0xa6, SIGN_MARK },      /* broken bar */
	{ 0xa8, 0xa8, SIGN_MARK },      /* dots without a letter */
	{ 0xab, 0xab, SIGN_MARK },      /* << */
	{ 0xaf, 0xaf, SIGN_MARK },      /* line above */
	{ 0xb4, 0xb4, SIGN_MARK },      /* acute accent */
	{ 0xb6, 0xb8, SIGN_MARK },      /* pilcrow, middle dot, cedilla */
	{ 0xbb, 0xbb, SIGN_MARK },      /* >> */
	{ 0xbf, 0xbf, SIGN_MARK },      /* inverted ? */
	{ 0x1680, 0x1680, SIGN_BLANK }, /* */
	{ 0x2000, 0x200b, SIGN_BLANK }, /* spaces of all widths */
	{ 0x2010, 0x2027, SIGN_MARK },  /* dashes, quotes, bullets */
	{ 0x2028, 0x202f, SIGN_BLANK }, /* separators, narrow space */
	{ 0x2032, 0x205e, SIGN_MARK },  /* primes, angle quotes */
	{ 0x205f, 0x2060, SIGN_BLANK }, /* spaces, word joiner */
	{ 0x25a0, 0x25ff, SIGN_MARK },  /* list marks */
	{ 0x3000, 0x3000, SIGN_BLANK }, /* ideographic space */
	{ 0x3001, 0x3003, SIGN_MARK },  /* */
	{ 0xfeff, 0xfeff, SIGN_BLANK }, /* byte order mark */
};

static enum sign
sign_of(uint32_t c)
{
	if (c < 0x7f && c > ' ')
		return ascii_marks[c] ? SIGN_MARK : SIGN_WORD;
	if (c <= ' ')
		return SIGN_BLANK;
	for (size_t i = 0; i < NELEM(ranges) && c >= ranges[i].first; i++) {
		if (c <= ranges[i].last)
			return ranges[i].sign;
	}
	return SIGN_WORD;
}

bool
text_is_word(uint32_t c)
{
	return sign_of(c) == SIGN_WORD;
}

static bool
is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* Does c, between these two, belong to the word around it? */
static bool
joins(uint32_t before, uint32_t c, uint32_t after)
{
	if (sign_of(after) != SIGN_WORD)
		return false;
	if (c == ',')
		return is_digit(before) && is_digit(after);
	return c == '-' || c == '.' || c == ':' || c == '\'' || c == '*' ||
	       c == '_' || c == 0x2010 || c == 0x2011 || c == 0x2019;
}

/* The end of the word that begins at `at`. */
static size_t
word_end(const char *s, size_t len, size_t at)
{
	size_t pos = at, end = at, ahead;
	uint32_t before = ' ', c;

	while (pos < len) {
		c = utf8_next(s, len, &pos);
		if (sign_of(c) == SIGN_WORD) {
			before = c;
			end = pos;
			continue;
		}
		ahead = pos;
		if (pos == len || !joins(before, c, utf8_next(s, len, &ahead)))
			break;
	}
	return end;
}

/* The next word from *pos on; *pos is its end then. */
static bool
next_word(struct diff_text text, size_t *pos, struct word *word)
{
	size_t at;

	while ((at = *pos) < text.len) {
		if (sign_of(utf8_next(text.s, text.len, pos)) != SIGN_WORD)
			continue;
		*pos = word_end(text.s, text.len, at);
		word->at = (uint32_t)at;
		word->len = (uint32_t)(*pos - at);
		return true;
	}
	return false;
}

void
words_init(struct words *w, struct diff_text text)
{
	struct word word = { 0 };
	size_t pos = 0, cap = text.len / 8 + 8;

	*w = (struct words){ .text = text.s, .len = text.len };
	w->list = mem_array(NULL, cap, sizeof(*w->list));
	while (next_word(text, &pos, &word)) {
		if (w->count == cap) {
			cap *= 2;
			w->list = mem_array(w->list, cap, sizeof(*w->list));
		}
		w->list[w->count++] = word;
	}
}

void
words_clear(struct words *w)
{
	mem_free(w->list);
	*w = (struct words){ 0 };
}

bool
words_any(struct diff_text text)
{
	struct word word;
	size_t pos = 0;

	return next_word(text, &pos, &word);
}

struct diff_text
words_gap(const struct words *w, size_t i)
{
	size_t from = i == 0 ? 0 : w->list[i - 1].at + w->list[i - 1].len;
	size_t to = i == w->count ? w->len : w->list[i].at;

	return (struct diff_text){ w->text + from, to - from };
}

/*
 * Words that were numbered, found by a keyed hash: nobody can write a text
 * whose words all meet in one place.
 */
struct index {
	unsigned char key[crypto_shorthash_KEYBYTES];
	struct entry {
		const char *s; /* NULL: free */
		uint32_t len, id;
	} * entries;
	size_t mask;
	uint32_t count;
};

static void
number(struct index *index, struct words *w)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t place;

	for (size_t i = 0; i < w->count; i++) {
		struct word *word = &w->list[i];
		const char *s = w->text + word->at;
		struct entry *e;

		crypto_shorthash(
		    hash, (const unsigned char *)s, word->len, index->key);
		memcpy(&place, hash, sizeof(place));
		while ((e = &index->entries[place & index->mask])->s != NULL &&
		       (e->len != word->len || memcmp(e->s, s, e->len) != 0))
			place++;
		if (e->s == NULL)
			*e = (struct entry){ s, word->len, index->count++ };
		word->id = e->id;
	}
}

uint32_t
words_number(struct words *a, struct words *b)
{
	struct index index = { .mask = 15 };

	while (index.mask < 2 * (a->count + b->count))
		index.mask = 2 * index.mask + 1;
	index.entries = mem_calloc(index.mask + 1, sizeof(*index.entries));
	crypto_shorthash_keygen(index.key);
	number(&index, a);
	number(&index, b);
	mem_free(index.entries);
	return index.count;
}

static bool
is_inside(struct diff_text text, size_t at)
{
	return at < text.len && ((unsigned char)text.s[at] & 0xc0) == 0x80;
}

size_t
text_common_start(struct diff_text a, struct diff_text b)
{
	size_t max = a.len < b.len ? a.len : b.len, n = 0;

	while (n < max && a.s[n] == b.s[n])
		n++;
	while (n > 0 && (is_inside(a, n) || is_inside(b, n)))
		n--;
	return n;
}

size_t
text_common_end(struct diff_text a, struct diff_text b)
{
	size_t max = a.len < b.len ? a.len : b.len, n = 0;

	while (n < max && a.s[a.len - n - 1] == b.s[b.len - n - 1])
		n++;
	while (n > 0 && is_inside(a, a.len - n))
		n--;
	return n;
}

void
text_blanks(struct diff_text text, size_t *start, size_t *end)
{
	size_t pos = 0, at, last = 0;

	*start = text.len;
	while ((at = pos) < text.len) {
		if (sign_of(utf8_next(text.s, text.len, &pos)) == SIGN_BLANK)
			continue;
		*start = at < *start ? at : *start;
		last = pos;
	}
	*start = last == 0 ? 0 : *start;
	*end = last == 0 ? 0 : text.len - last;
}
