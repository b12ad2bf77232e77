/*
 * What became of each item of one edition in the next: proposed from the texts,
 * for a person to confirm.
 *
 * An item that has the same key and says the same goes on. Then parts are
 * looked for: an old text most of which stands in several new ones was split,
 * a new one that several old ones stand in was merged. What is left goes on
 * under its key, reworded; what is left then, under another key where at least
 * LINEAGE_LIKE percent of all word pairs are in both; and was replaced where
 * the texts are weakly alike in the same place, or of another kind. The rest
 * was dropped and added.
 *
 * Words are those of similar_text: case, accents and punctuation are no
 * difference. Each old item that is not settled gets an edge out, each new one
 * an edge in. The result depends on texts and their order alone.
 */
#ifndef APP_LINEAGE_H
#define APP_LINEAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/rc.h"

enum {
	LINEAGE_ITEMS_MAX = 2000, /* of each edition */
	LINEAGE_LIKE = 50,
	LINEAGE_PART = 60,  /* percent of a part that stands in the whole */
	LINEAGE_WHOLE = 85, /* one part with so much of it is all of it */
	LINEAGE_WEAK = 20
};
#define LINEAGE_OCTETS_MAX ((size_t)32 << 20)
#define LINEAGE_NONE UINT32_MAX

/* Texts are NFC, those of the same edition in its order; all outlive the call.
 */
struct lineage_item {
	const char *key, *kind;
	const char *place;        /* section, and item that this is part of */
	const char *title, *body; /* NULL for none */
	bool is_settled;          /* a person has confirmed its edges */
};

enum lineage_relation {
	LINEAGE_CONTINUES,
	LINEAGE_SPLIT,
	LINEAGE_MERGED,
	LINEAGE_REPLACED,
	LINEAGE_DROPPED,
	LINEAGE_ADDED
};

struct lineage_edge {
	uint32_t from, to; /* numbers in the lists, or LINEAGE_NONE */
	enum lineage_relation relation;
	bool text_changed, moved;
	int percent; /* of equal words; -1 where there is only one side */
};

/* As in app.lineage_relation. */
const char *lineage_word(enum lineage_relation relation);
/*
 * An array of *count edges, the caller's (mem_free), by from and to, those
 * that were added last. RC_TOO_LARGE beyond the limits: *edges is NULL then.
 */
enum rc lineage_propose(const struct lineage_item *old, size_t old_count,
    const struct lineage_item *new, size_t new_count,
    struct lineage_edge **edges, size_t *count, struct err *err) MUST_CHECK;

#endif
