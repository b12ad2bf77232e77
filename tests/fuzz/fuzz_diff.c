/*
 * Two texts, separated by a NUL: their differences give back both, octet by
 * octet, are none if and only if they are equal, and are those of the second
 * and the first turned round. Where the second has a NUL too, its parts are
 * versions of the first, put together alike whoever comes first.
 */
#include "fuzz.h"

#include "domain/diff.h"
#include "domain/merge.h"

struct sum {
	size_t kept, deleted, inserted;
};

static struct sum
check_ops(const struct diff *d, struct diff_text old, struct diff_text new)
{
	size_t old_at = 0, new_at = 0;
	struct sum sum = { 0 };

	for (size_t i = 0; i < d->op_count; i++) {
		const struct diff_op *op = &d->ops[i];

		CHECK(op->len > 0);
		CHECK(op->old_at == old_at && op->new_at == new_at);
		switch (op->kind) {
		case DIFF_KEEP:
			CHECK(op->len <= old.len - old_at);
			CHECK(op->len <= new.len - new_at);
			CHECK(memcmp(old.s + old_at, new.s + new_at, op->len) ==
			      0);
			old_at += op->len;
			new_at += op->len;
			sum.kept += op->len;
			break;
		case DIFF_DELETE:
			CHECK(op->len <= old.len - old_at);
			CHECK(utf8_is_valid(old.s + old_at, op->len));
			old_at += op->len;
			sum.deleted += op->len;
			break;
		case DIFF_INSERT:
			CHECK(op->len <= new.len - new_at);
			CHECK(utf8_is_valid(new.s + new_at, op->len));
			new_at += op->len;
			sum.inserted += op->len;
			break;
		}
	}
	CHECK(old_at == old.len && new_at == new.len);
	return sum;
}

static void
check_merge(
    struct diff_text base, struct diff_text mine, struct diff_text theirs)
{
	struct err err = { 0 };
	struct buf out = { 0 }, turned = { 0 };
	bool overlaps, turned_overlaps;

	if (merge_texts(base, mine, theirs, &out, &overlaps, &err) != RC_OK) {
		CHECK(err.rc == RC_INVALID && out.len == 0);
		return;
	}
	CHECK(merge_texts(base, theirs, mine, &turned, &turned_overlaps,
		  &err) == RC_OK);
	CHECK(overlaps == turned_overlaps && out.len == turned.len);
	CHECK(memcmp(buf_text(&out), buf_text(&turned), out.len) == 0);
	CHECK(!overlaps || out.len == 0);
	CHECK(utf8_is_valid(buf_text(&out), out.len));
	buf_reset(&out);
	CHECK(merge_texts(base, mine, base, &out, &overlaps, &err) == RC_OK);
	CHECK(!overlaps && out.len == mine.len);
	CHECK(memcmp(buf_text(&out), mine.s, mine.len) == 0);
	buf_clear(&turned);
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	const char *end = size == 0 ? NULL : memchr(s, '\0', size);
	struct diff_text old, new;
	struct err err = { 0 };
	struct diff d, back;
	struct sum sum, turned;

	if (end == NULL)
		return 0;
	old = (struct diff_text){ s, (size_t)(end - s) };
	new = (struct diff_text){ end + 1, size - old.len - 1 };
	if (diff_init(&d, old, new, &err) != RC_OK) {
		CHECK(err.rc == RC_INVALID && d.ops == NULL);
		CHECK(!utf8_is_valid(old.s, old.len) ||
		      !utf8_is_valid(new.s, new.len));
		return 0;
	}
	sum = check_ops(&d, old, new);
	CHECK((d.change_count == 0) ==
	      (old.len == new.len &&memcmp(old.s, new.s, old.len) == 0));
	CHECK(diff_init(&back, new, old, &err) == RC_OK);
	turned = check_ops(&back, new, old);
	CHECK(sum.kept == turned.kept && sum.deleted == turned.inserted);
	CHECK(d.change_count == back.change_count);
	CHECK(d.words_deleted == back.words_inserted);
	diff_clear(&back);
	diff_clear(&d);
	end = memchr(new.s, '\0', new.len);
	if (end != NULL)
		check_merge(old,
		    (struct diff_text){ new.s, (size_t)(end - new.s) },
		    (struct diff_text){
			end + 1, (size_t)(new.s + new.len - end - 1) });
	return 0;
}
