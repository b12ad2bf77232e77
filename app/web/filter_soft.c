/*
 * Soft hyphens by rule, because Chromium on Debian knows no German dictionary:
 * first at the joints of compounds, then, where a piece is still long, between
 * two syllables near its middle.
 */
#include "filter_parts.h"

#include <stdint.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"

enum {
	LONG_WORD = 18,  /* letters; longer words are broken */
	LONG_PIECE = 12, /* letters; longer pieces get a syllable break */
	MIN_PIECE = 4,   /* letters on each side of a joint */
	MIN_SYLLABLE = 3,
	MAX_WORD = 160 /* longer runs of letters are no words */
};

struct word {
	uint32_t letter[MAX_WORD]; /* lower case */
	size_t offset[MAX_WORD + 1];
	bool breaks[MAX_WORD];
	size_t count;
};

/* Endings with the joining s: what follows begins a new part. */
static const char *const joints[] = { "ungs", "heits", "keits", "schafts",
	"ions", "täts", "lings", "tums" };

/* Frequent second parts: a new part begins before them. */
static const char *const parts[] = { "verwaltung", "strategie", "leistung",
	"infrastruktur", "fähigkeit", "vorhaben", "verfahren", "organisation",
	"architektur", "management", "entwicklung", "konferenz", "minister",
	"planung", "plattform", "sicherheit", "standard", "digital",
	"kooperation", "einrichtung", "stellungnahme", "beteiligung",
	"übergreifend", "nutzung", "freundlich", "gesetz", "steuerung",
	"vereinbarung", "verbindlichkeit", "zusammenarbeit", "beauftragte" };

static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7;
}

static uint32_t
to_lower(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE))
		return c + 0x20;
	return c;
}

static bool
is_vowel(uint32_t c)
{
	if (c < 0x80)
		return c != 0 && strchr("aeiouy", (int)c) != NULL;
	return (c >= 0xE0 && c <= 0xE6) || (c >= 0xE8 && c <= 0xEF) ||
	       (c >= 0xF2 && c <= 0xF6) || (c >= 0xF8 && c <= 0xFD);
}

/* Number of letters of part when it stands at letter i, else 0. */
static size_t
match_at(const struct word *w, size_t i, const char *part)
{
	size_t len = strlen(part), pos = 0, n = 0;

	while (pos < len) {
		if (i + n >= w->count ||
		    w->letter[i + n] != utf8_next(part, len, &pos))
			return 0;
		n++;
	}
	return n;
}

static void
break_at_joints(struct word *w)
{
	size_t i, k, n;

	for (i = 1; i < w->count; i++) {
		for (k = 0; k < NELEM(joints); k++) {
			n = match_at(w, i, joints[k]);
			if (n > 0 && i + n >= MIN_PIECE + 1 &&
			    w->count - i - n >= MIN_PIECE)
				w->breaks[i + n] = true;
		}
		for (k = 0; k < NELEM(parts); k++)
			if (i >= MIN_PIECE && match_at(w, i, parts[k]) > 0)
				w->breaks[i] = true;
	}
}

/* Where the consonants before the vowel at v begin a syllable. */
static size_t
syllable_start(const struct word *w, size_t v)
{
	static const char *const together[] = { "ch", "ck", "ph", "th", "sh" };
	size_t k;

	if (v >= 3 && match_at(w, v - 3, "sch") > 0)
		return v - 3;
	for (k = 0; k < NELEM(together); k++)
		if (v >= 2 && match_at(w, v - 2, together[k]) > 0)
			return v - 2;
	return v - 1;
}

/* The syllable break nearest to the middle of the piece, 0 = none. */
static size_t
find_syllable(const struct word *w, size_t from, size_t to)
{
	size_t best = 0, best_far = SIZE_MAX, v, at, far, middle;
	bool has_vowel = false;

	middle = from + (to - from) / 2;
	for (v = from; v < to; v++) {
		if (!is_vowel(w->letter[v]))
			continue;
		if (has_vowel && v > from && !is_vowel(w->letter[v - 1])) {
			at = syllable_start(w, v);
			far = at > middle ? at - middle : middle - at;
			if (at >= from + MIN_SYLLABLE &&
			    to - at >= MIN_SYLLABLE && far < best_far) {
				best = at;
				best_far = far;
			}
		}
		has_vowel = true;
	}
	return best;
}

static void
break_pieces(struct word *w, size_t from, size_t to)
{
	size_t at;

	if (to - from <= LONG_PIECE)
		return;
	at = find_syllable(w, from, to);
	if (at == 0)
		return;
	w->breaks[at] = true;
	break_pieces(w, from, at);
	break_pieces(w, at, to);
}

/* A run of letters with the breaks it gets. */
static void
put_word(struct word *w, const char *s, size_t len, struct buf *out)
{
	size_t pos = 0, from = 0, i;

	w->count = 0;
	while (pos < len && w->count < MAX_WORD) {
		w->offset[w->count] = pos;
		w->breaks[w->count] = false;
		w->letter[w->count++] = to_lower(utf8_next(s, len, &pos));
	}
	if (w->count <= LONG_WORD || pos < len) {
		buf_add(out, s, len);
		return;
	}
	w->offset[w->count] = len;
	break_at_joints(w);
	for (i = 1; i <= w->count; i++) {
		if (i == w->count || w->breaks[i]) {
			break_pieces(w, from, i);
			from = i;
		}
	}
	for (i = 0; i < w->count; i++) {
		if (w->breaks[i])
			buf_str(out, "\xC2\xAD");
		buf_add(out, s + w->offset[i], w->offset[i + 1] - w->offset[i]);
	}
}

/* Ids, addresses, file names: nothing may come into them. */
static bool
is_technical(const char *s, size_t len)
{
	size_t i;

	if (len > 0 && s[0] == '/')
		return true;
	for (i = 0; i < len; i++) {
		if ((s[i] >= '0' && s[i] <= '9') ||
		    (s[i] != '\0' && strchr("@_\\=&#%~<>", s[i]) != NULL))
			return true;
		if (strchr(".:?", s[i]) != NULL && i + 1 < len &&
		    is_letter((unsigned char)s[i + 1]))
			return true;
	}
	return false;
}

static void
put_token(const char *s, size_t len, struct buf *out)
{
	size_t pos = 0, start, next;
	struct word w;

	if (len <= LONG_WORD || is_technical(s, len)) {
		buf_add(out, s, len);
		return;
	}
	while (pos < len) {
		start = next = pos;
		while (next < len && is_letter(utf8_next(s, len, &next)))
			pos = next;
		if (pos > start) {
			put_word(&w, s + start, pos - start, out);
			continue;
		}
		buf_add(out, s + pos, next - pos);
		pos = next;
	}
}

void
filter_soft(const char *s, size_t len, struct buf *out)
{
	size_t pos = 0, start;

	while (pos < len) {
		start = pos;
		while (pos < len && strchr(" \t\r\n", s[pos]) == NULL)
			pos++;
		put_token(s + start, pos - start, out);
		start = pos;
		while (pos < len && strchr(" \t\r\n", s[pos]) != NULL)
			pos++;
		buf_add(out, s + start, pos - start);
	}
}
