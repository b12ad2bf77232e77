/*
 * Texts separated by line feeds: what is compared is valid UTF-8, comes out of
 * a second turn unchanged and knows no case. Equal texts are proposed at 100
 * percent, only close ones beside them, and pairs form no circle. The first
 * octet of a text says whether it is in a group.
 */
#include "fuzz.h"

#include "domain/similar.h"

enum { TEXTS_MAX = 200 };

static void
check_text(const char *text, size_t len)
{
	struct buf once = { 0 }, twice = { 0 };

	similar_text(&once, text, len);
	CHECK(utf8_is_valid(buf_text(&once), once.len));
	CHECK(strpbrk(buf_text(&once), "ABCXYZ,;\n") == NULL);
	similar_text(&twice, buf_text(&once), once.len);
	CHECK(once.len == twice.len);
	CHECK(memcmp(buf_text(&once), buf_text(&twice), once.len) == 0);
	buf_clear(&twice);
	buf_clear(&once);
}

static size_t
root(const size_t *parent, size_t x)
{
	while (parent[x] != x)
		x = parent[x];
	return x;
}

static void
check_pairs(const struct similar_pair *pairs, size_t count,
    const struct buf *texts, size_t text_count)
{
	size_t parent[TEXTS_MAX];

	for (size_t i = 0; i < text_count; i++)
		parent[i] = i;
	for (size_t i = 0; i < count; i++) {
		const struct buf *a = &texts[pairs[i].a];
		const struct buf *b = &texts[pairs[i].b];

		CHECK(pairs[i].a < pairs[i].b && pairs[i].b < text_count);
		CHECK(pairs[i].percent > 0 && pairs[i].percent <= 100);
		CHECK((pairs[i].percent == 100) ==
		      (strcmp(buf_text(a), buf_text(b)) == 0));
		CHECK(root(parent, pairs[i].a) != root(parent, pairs[i].b));
		parent[root(parent, pairs[i].b)] = root(parent, pairs[i].a);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct similar *s = similar_new();
	struct buf texts[TEXTS_MAX] = { { 0 } };
	struct similar_pair *pairs, *again;
	size_t text_count = 0, at = 0, count, count_again;
	struct err err = { 0 };

	while (at < size && text_count < TEXTS_MAX) {
		const char *text = (const char *)data + at;
		const char *end = memchr(text, '\n', size - at);
		size_t len = end == NULL ? size - at : (size_t)(end - text);
		uint64_t group = len > 0 && text[0] >= '1' && text[0] <= '3'
				     ? (uint64_t)text[0]
				     : 0;

		check_text(text, len);
		similar_text(&texts[text_count++], text, len);
		CHECK(similar_add(s, text, len, 7, group, &err) == RC_OK);
		if (len > 0 && text[0] == '!' && text_count > 1)
			similar_keep_apart(s, (uint32_t)text_count - 2,
			    (uint32_t)text_count - 1);
		at += len + 1;
	}
	pairs = similar_pairs(s, &count);
	check_pairs(pairs, count, texts, text_count);
	again = similar_pairs(s, &count_again);
	CHECK(count == count_again);
	CHECK(count == 0 || memcmp(pairs, again, count * sizeof *pairs) == 0);
	mem_free(again);
	mem_free(pairs);
	for (size_t i = 0; i < text_count; i++)
		buf_clear(&texts[i]);
	similar_free(s);
	return 0;
}
