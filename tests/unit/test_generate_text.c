/* The German of large data sets: the same for the same seed, and well formed.
 */
#include "unit.h"

#include "ctl/generate_text.h"
#include "web/utf8.h"

static void
test_same_seed_same_numbers(void **state)
{
	struct dice a = { 7 }, b = { 7 }, c = { 8 };
	int differ = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t n = dice_next(&a);

		assert_true(n == dice_next(&b));
		differ += n != dice_next(&c);
	}
	assert_int_equal(differ, 1000);
}

static void
test_dice_stay_in_range_and_hit_all(void **state)
{
	struct dice d = { 1 };
	int seen[6] = { 0 };

	(void)state;
	for (int i = 0; i < 6000; i++)
		seen[dice_below(&d, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_in_range(seen[i], 800, 1200);
}

/* Every slot is filled, sentences begin with a capital and end with a stop. */
static void
test_texts_are_sentences(void **state)
{
	struct text_models models = { 0 };
	struct dice d = { 42 };
	struct buf b = { 0 };
	int from;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		unsigned char first;

		buf_reset(&b);
		text_body(&b, &d, &models, i, &from);
		assert_true(utf8_is_valid(b.data, b.len));
		assert_in_range(utf8_count(b.data, b.len), 60, 1800);
		assert_null(strpbrk(b.data, "{}"));
		assert_null(strstr(b.data, "  "));
		first = (unsigned char)b.data[0];
		assert_true((first >= 'A' && first <= 'Z') ||
			    (first == 0xc3 && (unsigned char)b.data[1] < 0xa0));
		assert_int_equal(b.data[b.len - 1], '.');
	}
	buf_clear(&b);
	text_models_clear(&models);
}

/* About 18 in 100 are copied, two fifths of them word for word. */
static void
test_the_share_of_copies_is_known(void **state)
{
	struct text_models models = { 0 };
	struct dice d = { 5 };
	struct buf b = { 0 };
	int counts[3] = { 0 }, from;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		enum text_origin origin;

		buf_reset(&b);
		origin = text_body(&b, &d, &models, i, &from);
		counts[origin]++;
		if (origin == TEXT_COPY) {
			size_t k = 0;

			while (k < models.count && models.owner[k] != from)
				k++;
			assert_true(k < models.count);
			assert_string_equal(b.data, models.text[k]);
		}
	}
	assert_in_range(counts[TEXT_COPY], 250, 470);
	assert_in_range(counts[TEXT_NEAR], 400, 680);
	buf_clear(&b);
	text_models_clear(&models);
}

/* An edited copy is another text that begins or ends like the first. */
static void
test_one_sentence_is_edited(void **state)
{
	struct buf text = { 0 }, edited = { 0 };
	struct dice d = { 3 };

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t start = 0, end = 0, shorter;

		buf_reset(&text);
		buf_reset(&edited);
		text_sentences(&text, &d, 5);
		text_edited(&edited, &d, text.data);
		assert_true(utf8_is_valid(edited.data, edited.len));
		assert_null(strstr(edited.data, "  "));
		shorter = text.len < edited.len ? text.len : edited.len;
		while (
		    start < shorter && text.data[start] == edited.data[start])
			start++;
		while (end < shorter - start &&
		       text.data[text.len - end - 1] ==
			   edited.data[edited.len - end - 1])
			end++;
		assert_true(start + end > text.len / 2);
	}
	buf_clear(&edited);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_numbers),
		cmocka_unit_test(test_dice_stay_in_range_and_hit_all),
		cmocka_unit_test(test_texts_are_sentences),
		cmocka_unit_test(test_the_share_of_copies_is_known),
		cmocka_unit_test(test_one_sentence_is_edited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
