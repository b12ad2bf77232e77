/*
 * Three versions of a text put together by words: what both have changed in
 * their own places of the base is in the result.
 *
 * Changes overlap when they touch the same words, or words next to each other:
 * only where a word that both kept lies between two changes is it safe to have
 * both. The same change made by both is one change.
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

#endif
