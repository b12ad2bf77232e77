/* Differences in the document of a page. */
#include "diff_doc.h"

#include <string.h>

#include "diff.h"
#include "merge.h"

/* What of the page's share is left. */
struct share {
	size_t octets, pairs;
};

static enum rc fill(json_t *, struct share *, struct err *);
static enum rc fill_members(json_t *, struct share *, struct err *);
static enum rc fill_diff(json_t *, json_t *, struct share *, struct err *);
static enum rc fill_merge(json_t *, json_t *, struct share *, struct err *);
static enum rc text_of(
    json_t *, const char *, struct diff_text *, struct err *);
static bool take(struct share *, struct diff_text, struct diff_text);
static void put_diff(
    json_t *, const struct diff *, struct diff_text, struct diff_text);
static void put_too_long(json_t *);

/* What may be asked for, by the name of the member that asks. */
static const struct {
	const char *name;
	enum rc (*fill)(
	    json_t *object, json_t *ask, struct share *share, struct err *err);
} asks[] = {
	{ "diff_of", fill_diff },
	{ "merge_of", fill_merge },
};

bool
diff_doc_asks(const char *json)
{
	/* A quote within a text is escaped: only a name can look like this. */
	return strstr(json, "\"diff_of\"") != NULL ||
	       strstr(json, "\"merge_of\"") != NULL;
}

enum rc
diff_doc_fill(json_t *doc, struct err *err)
{
	struct share share = { DIFF_PAGE_OCTETS, DIFF_PAGE_PAIRS };

	return fill(doc, &share, err);
}

static enum rc
fill(json_t *value, struct share *share, struct err *err)
{
	enum rc rc = RC_OK;
	json_t *ask, *element;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach (value, i, element) {
			if ((rc = fill(element, share, err)) != RC_OK)
				return rc;
		}
		return RC_OK;
	}
	if (!json_is_object(value))
		return RC_OK;
	rc = fill_members(value, share, err);
	for (i = 0; rc == RC_OK && i < NELEM(asks); i++) {
		ask = json_object_get(value, asks[i].name);
		if (ask != NULL)
			rc = asks[i].fill(value, ask, share, err);
	}
	return rc;
}

static enum rc
fill_members(json_t *object, struct share *share, struct err *err)
{
	enum rc rc;
	const char *name;
	json_t *member;

	json_object_foreach (object, name, member) {
		if ((rc = fill(member, share, err)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
fill_diff(json_t *object, json_t *ask, struct share *share, struct err *err)
{
	struct diff_text old, new;
	struct diff d;
	enum rc rc;

	if ((rc = text_of(ask, "old", &old, err)) != RC_OK ||
	    (rc = text_of(ask, "new", &new, err)) != RC_OK)
		return rc;
	if (!take(share, old, new)) {
		put_too_long(object);
		return RC_OK;
	}
	if ((rc = diff_init(&d, old, new, err)) != RC_OK)
		return rc;
	put_diff(object, &d, old, new);
	diff_clear(&d);
	/* The texts were its own until here. */
	json_object_del(object, "diff_of");
	return RC_OK;
}

static enum rc
fill_merge(json_t *object, json_t *ask, struct share *share, struct err *err)
{
	struct diff_text base, mine, theirs;
	struct buf merged = { 0 };
	json_t *proposal = json_null();
	bool overlaps;
	enum rc rc;

	if ((rc = text_of(ask, "base", &base, err)) != RC_OK ||
	    (rc = text_of(ask, "mine", &mine, err)) != RC_OK ||
	    (rc = text_of(ask, "theirs", &theirs, err)) != RC_OK)
		return rc;
	if (take(share, base, mine) && take(share, base, theirs)) {
		rc = merge_texts(base, mine, theirs, &merged, &overlaps, err);
		if (rc == RC_OK && !overlaps)
			proposal =
			    json_stringn_nocheck(buf_text(&merged), merged.len);
	}
	json_object_set_new(object, "merge_proposal", proposal);
	json_object_del(object, "merge_of");
	buf_clear(&merged);
	return rc;
}

static enum rc
text_of(json_t *ask, const char *name, struct diff_text *text, struct err *err)
{
	json_t *value = json_object_get(ask, name);

	*text = (struct diff_text){ "", 0 };
	if (json_is_null(value))
		return RC_OK;
	if (!json_is_string(value))
		return err_set(err, RC_INTERNAL, "diff", name,
		    "a comparison needs a text or null as %s", name);
	*text = (struct diff_text){ json_string_value(value),
		json_string_length(value) };
	return RC_OK;
}

static bool
take(struct share *share, struct diff_text old, struct diff_text new)
{
	size_t octets = old.len + new.len;

	if (old.len == new.len && memcmp(old.s, new.s, old.len) == 0)
		return old.len <= DIFF_TEXT_MAX;
	if (share->pairs == 0 || octets > share->octets ||
	    old.len > DIFF_TEXT_MAX || new.len > DIFF_TEXT_MAX)
		return false;
	share->pairs--;
	share->octets -= octets;
	return true;
}

static void
put_diff(json_t *object, const struct diff *d, struct diff_text old,
    struct diff_text new)
{
	json_object_set_new(object, "diff", diff_json(d, old, new));
	json_object_set_new(
	    object, "change_count", json_integer((json_int_t)d->change_count));
	json_object_set_new(object, "words_deleted",
	    json_integer((json_int_t)d->words_deleted));
	json_object_set_new(object, "words_inserted",
	    json_integer((json_int_t)d->words_inserted));
	json_object_set_new(object, "diff_too_long", json_false());
}

static void
put_too_long(json_t *object)
{
	static const char *const names[] = { "diff", "change_count",
		"words_deleted", "words_inserted" };

	for (size_t i = 0; i < NELEM(names); i++)
		json_object_set_new(object, names[i], json_null());
	json_object_set_new(object, "diff_too_long", json_true());
}
