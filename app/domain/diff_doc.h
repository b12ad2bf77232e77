/*
 * Differences in the document of a page. SQL hands out both texts as a member
 * of any object, at any depth,
 *
 *   "diff_of": {"old": text or null, "new": text or null}
 *
 * and the server puts in its place, for the template and the JSON twin alike,
 *
 *   "diff": [{"op": "keep" | "delete" | "insert", "text", …}],
 *   "change_count": 3, "words_deleted": 2, "words_inserted": 4,
 *   "diff_too_long": false
 *
 * which {{>diff}} shows; see diff_json. A page compares up to DIFF_PAGE_OCTETS
 * in DIFF_PAGE_PAIRS pairs that differ; each further pair keeps its "diff_of"
 * and gets "diff_too_long": true and null for the rest: the part shows both
 * texts.
 *
 * For three versions of a text it says
 *
 *   "merge_of": {"base": …, "mine": …, "theirs": …}
 *
 * and gets "merge_proposal": the changes of both in one text, null where they
 * overlap or nothing of the share is left. It counts as two pairs.
 *
 * For versions that compete it says
 *
 *   "variants_of": {"base": …, "variants": [{"key", "name", "text",
 *     "is_chosen", …}]}
 *
 * and gets "variants", each with what {{>diff}} shows and with "overlaps":
 * [{"key", "name"}], the others that change the same words (null: too long to
 * tell); and "combined", null unless two or more are chosen, with "text", the
 * changes of all that are chosen, what {{>diff}} shows of it, and "conflicts":
 * [{"one", "other"}] by name; text is null where there are any.
 */
#ifndef APP_DIFF_DOC_H
#define APP_DIFF_DOC_H

#include <jansson.h>
#include <stdbool.h>

#include "web/rc.h"

enum {
	DIFF_PAGE_OCTETS = 256 * 1024, /* 0.1 s for texts at their worst */
	DIFF_PAGE_PAIRS = 200
};

/* Does this JSON ask for anything? A quick look; true may be too much. */
bool diff_doc_asks(const char *json);
/*
 * Answers all that doc asks for. RC_INTERNAL when it is asked in another form
 * than the one above.
 */
enum rc diff_doc_fill(json_t *doc, struct err *err) MUST_CHECK;

#endif
