/* Differences in the document of a page. */
#include "diff_doc.h"

#include <string.h>

#include "diff.h"
#include "merge.h"

/* What of the page's share is left. */
struct share {
	size_t octets, pairs;
};

/* Versions that were compared: of each the member that asks, and its diff. */
struct compared {
	json_t **members;
	struct variant *variants;
	struct diff *diffs;
	size_t count;
};

static enum rc fill(json_t *, struct share *, struct err *);
static enum rc fill_members(json_t *, struct share *, struct err *);
static enum rc fill_diff(json_t *, json_t *, struct share *, struct err *);
static enum rc fill_merge(json_t *, json_t *, struct share *, struct err *);
static enum rc fill_variants(json_t *, json_t *, struct share *, struct err *);
static enum rc compare(struct diff_text, json_t *, struct compared *,
    struct share *, struct err *);
static json_t *text_json(struct diff_text);
static json_t *pair_json(struct diff_text, struct diff_text);
static json_t *member_of(const struct compared *, size_t, const char *);
static void put_overlaps(const struct compared *, const bool *);
static enum rc combine(struct diff_text, const struct compared *, const bool *,
    struct share *, json_t **, struct err *);
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
	{ "variants_of", fill_variants },
};

bool
diff_doc_asks(const char *json)
{
	/* A quote within a text is escaped: only a name can look like this. */
	return strstr(json, "\"diff_of\"") != NULL ||
	       strstr(json, "\"merge_of\"") != NULL ||
	       strstr(json, "\"variants_of\"") != NULL;
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
			proposal = text_json((struct diff_text){
			    buf_text(&merged), merged.len });
	}
	json_object_set_new(object, "merge_proposal", proposal);
	json_object_del(object, "merge_of");
	buf_clear(&merged);
	return rc;
}

static enum rc
fill_variants(json_t *object, json_t *ask, struct share *share, struct err *err)
{
	json_t *list = json_object_get(ask, "variants"), *combined = NULL;
	size_t size = json_array_size(list);
	struct compared c = { 0 };
	struct diff_text base;
	bool *overlaps = mem_array(NULL, size * size + 1, sizeof(bool));
	enum rc rc;

	c.members = mem_array(NULL, size + 1, sizeof(json_t *));
	c.variants = mem_array(NULL, size + 1, sizeof(struct variant));
	c.diffs = mem_array(NULL, size + 1, sizeof(struct diff));
	if ((rc = text_of(ask, "base", &base, err)) != RC_OK ||
	    (rc = compare(base, list, &c, share, err)) != RC_OK)
		goto out;
	merge_overlaps(base, c.variants, c.count, overlaps);
	put_overlaps(&c, overlaps);
	rc = combine(base, &c, overlaps, share, &combined, err);
	if (rc != RC_OK)
		goto out;
	json_object_set(object, "variants", list);
	json_object_set_new(
	    object, "combined", combined == NULL ? json_null() : combined);
	json_object_del(object, "variants_of");
out:
	for (size_t i = 0; i < c.count; i++)
		diff_clear(&c.diffs[i]);
	mem_free(overlaps);
	mem_free(c.diffs);
	mem_free(c.variants);
	mem_free(c.members);
	return rc;
}

/* Each version with the base, as long as the share lasts. */
static enum rc
compare(struct diff_text base, json_t *list, struct compared *c,
    struct share *share, struct err *err)
{
	struct diff_text text;
	json_t *member;
	enum rc rc;
	size_t i;

	json_array_foreach (list, i, member) {
		struct diff *d = &c->diffs[c->count];

		if ((rc = text_of(member, "text", &text, err)) != RC_OK)
			return rc;
		if (!take(share, base, text)) {
			put_too_long(member);
			json_object_set_new(member, "overlaps", json_null());
			json_object_set_new(
			    member, "diff_of", pair_json(base, text));
			continue;
		}
		if ((rc = diff_init(d, base, text, err)) != RC_OK)
			return rc;
		put_diff(member, d, base, text);
		c->members[c->count] = member;
		c->variants[c->count++] = (struct variant){ text, d };
	}
	return RC_OK;
}

static json_t *
text_json(struct diff_text text)
{
	return json_stringn_nocheck(text.s, text.len);
}

static json_t *
pair_json(struct diff_text old, struct diff_text new)
{
	return json_pack(
	    "{so so}", "old", text_json(old), "new", text_json(new));
}

static json_t *
member_of(const struct compared *c, size_t i, const char *name)
{
	return json_object_get(c->members[i], name);
}

static void
put_overlaps(const struct compared *c, const bool *overlaps)
{
	for (size_t i = 0; i < c->count; i++) {
		json_t *others = json_array();

		for (size_t j = 0; j < c->count; j++) {
			if (overlaps[i * c->count + j])
				json_array_append_new(
				    others, json_pack("{sO sO}", "key",
						member_of(c, j, "key"), "name",
						member_of(c, j, "name")));
		}
		json_object_set_new(c->members[i], "overlaps", others);
	}
}

/* What is chosen, read together; *combined stays NULL for less than two. */
static enum rc
combine(struct diff_text base, const struct compared *c, const bool *overlaps,
    struct share *share, json_t **combined, struct err *err)
{
	struct variant *chosen =
	    mem_array(NULL, c->count + 1, sizeof(struct variant));
	json_t *conflicts = json_array();
	struct buf text = { 0 };
	size_t count = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < c->count; i++) {
		if (!json_is_true(member_of(c, i, "is_chosen")))
			continue;
		chosen[count++] = c->variants[i];
		for (size_t j = 0; j < i; j++) {
			if (overlaps[i * c->count + j] &&
			    json_is_true(member_of(c, j, "is_chosen")))
				json_array_append_new(conflicts,
				    json_pack("{sO sO}", "one",
					member_of(c, j, "name"), "other",
					member_of(c, i, "name")));
		}
	}
	if (count > 1) {
		*combined =
		    json_pack("{sO sn}", "conflicts", conflicts, "text");
		if (merge_variants(base, chosen, count, &text)) {
			struct diff_text all = { buf_text(&text), text.len };

			json_object_set_new(*combined, "text", text_json(all));
			json_object_set_new(
			    *combined, "diff_of", pair_json(base, all));
			rc = fill(*combined, share, err);
		}
	}
	buf_clear(&text);
	json_decref(conflicts);
	mem_free(chosen);
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
