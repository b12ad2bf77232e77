/*
 * Versions of one text put together by words: what each of them has changed in
 * its own places of the base is in the result.
 *
 * Changes overlap when they touch the same words, or words next to each other:
 * only where a word that both kept lies between two changes is it safe to have
 * both. The same change made by several is one change.
 */
#ifndef APP_MERGE_H
#define APP_MERGE_H

#include "web/buf.h"

#include "diff.h"

/*
 * Adds the merged text to out; *overlaps tells that there is none (out is as it
 * was). mine and theirs may be exchanged. RC_INVALID and RC_TOO_LARGE as in
 * diff_init.
 */
enum rc merge_texts(struct diff_text base, struct diff_text mine,
    struct diff_text theirs, struct buf *out, bool *overlaps,
    struct err *err) MUST_CHECK;

/* A version of the base, and what differs: diff_init of base and text. */
struct variant {
	struct diff_text text;
	const struct diff *diff;
};

/*
 * For any number of versions: overlaps[i * count + j] tells whether the changes
 * of i and j overlap.
 */
void merge_overlaps(struct diff_text base, const struct variant *variants,
    size_t count, bool *overlaps);
/*
 * Adds the changes of all of them in one text to out; false when any two
 * overlap (out is as it was).
 */
bool merge_variants(struct diff_text base, const struct variant *variants,
    size_t count, struct buf *out) MUST_CHECK;

#endif
