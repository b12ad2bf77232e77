/*
 * Which of many German texts say the same: equal ones, and those that differ in
 * a word or a sentence. Texts are added one by one; similar_pairs() proposes
 * pairs for a person to decide on.
 *
 * Case, umlauts, punctuation and blanks do not count (similar_text). What is
 * compared are the pairs of neighbouring words of each text: two texts are
 * alike when at least SIMILAR_SHARE percent of all their word pairs are in both
 * (Jaccard). Candidates are found by MinHash and bands, so that not everything
 * is compared with everything: a pair at the very limit is found in 99 of 100
 * cases, a closer one practically always.
 *
 * Of texts that are all alike not every pair is proposed but the closest ones
 * that hold them together: n texts give n - 1 pairs. The result depends on the
 * texts and their order alone.
 *
 * Memory is about 8 octets a word and 700 a text, at most SIMILAR_OCTETS_MAX.
 */
#ifndef APP_SIMILAR_H
#define APP_SIMILAR_H

#include <stddef.h>
#include <stdint.h>

#include "web/buf.h"
#include "web/rc.h"

enum { SIMILAR_SHARE = 50, SIMILAR_SHORT = 12 };
#define SIMILAR_OCTETS_MAX ((size_t)1 << 30)

struct similar;

/* Numbers are those of the texts in the order of adding; a < b. */
struct similar_pair {
	uint32_t a, b;
	int percent; /* share of equal words; 100: word for word the same */
};

struct similar *similar_new(void);
void similar_free(struct similar *s);
/*
 * The next text, what it is about, and its group: 0, or what those have in
 * common that are together already. RC_TOO_LARGE beyond SIMILAR_OCTETS_MAX.
 */
enum rc similar_add(struct similar *s, const char *text, size_t len,
    uint64_t target, uint64_t group, struct err *err) MUST_CHECK;
size_t similar_count(const struct similar *s);
/*
 * Somebody found that these two differ: neither they nor the groups they are in
 * are proposed to each other.
 */
void similar_keep_apart(struct similar *s, uint32_t a, uint32_t b);
/* An array of *count pairs by a and b, the caller's (mem_free). */
struct similar_pair *similar_pairs(struct similar *s, size_t *count);

/*
 * The words of a text as they are compared: letters without case and accents
 * (ä is ae, ß is ss), one blank between two words, nothing else. A text that
 * went through comes out the same.
 */
void similar_text(struct buf *out, const char *text, size_t len);

#endif
