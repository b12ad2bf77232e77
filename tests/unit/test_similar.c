/* Which texts say the same, and which pairs are proposed. */
#include "unit.h"

#include "domain/similar.h"

static struct similar *
similar_of(const char *const *texts, size_t count)
{
	struct similar *s = similar_new();
	struct err err = { 0 };

	for (size_t i = 0; i < count; i++)
		assert_int_equal(
		    similar_add(s, texts[i], strlen(texts[i]), 1, 0, &err),
		    RC_OK);
	assert_int_equal(similar_count(s), count);
	return s;
}

static void
assert_pair(const struct similar_pair *p, uint32_t a, uint32_t b, int percent)
{
	assert_int_equal(p->a, a);
	assert_int_equal(p->b, b);
	assert_int_equal(p->percent, percent);
}

static void
assert_text(const char *text, const char *expected)
{
	struct buf out = { 0 };

	similar_text(&out, text, strlen(text));
	assert_string_equal(buf_text(&out), expected);
	buf_clear(&out);
}

static void
test_case_umlauts_and_punctuation_do_not_count(void **state)
{
	(void)state;
	assert_text("", "");
	assert_text(" … – \n", "");
	assert_text("Die Übertragung, bitte!", "die uebertragung bitte");
	assert_text("die  Uebertragung\nBITTE", "die uebertragung bitte");
	assert_text("Straße STRASSE ẞ", "strasse strasse ss");
	assert_text("IT-Planungsrat; K4.G2.5", "it planungsrat k4 g2 5");
	assert_text("Verwal\u00adtung Café Łódź", "verwaltung cafe lodz");
	assert_text("Bürger:innen „Daten“", "buerger innen daten");
}

static void
test_signs_that_mean_something_stay(void **state)
{
	(void)state;
	assert_text("5 % nach § 3", "5 % nach § 3");
	assert_text("5 € nach 3", "5 € nach 3");
	assert_text("Ελλάδα", "Ελλάδα");
}

static void
test_equal_words_are_one_hundred(void **state)
{
	static const char *const texts[] = {
		"Der Grundsatz wird mitgetragen.",
		"Wir lehnen die Frist ab.",
		"der Grundsatz wird – mitgetragen",
		"Der Grundsatz wird mitgetragen!",
	};
	struct similar *s = similar_of(texts, NELEM(texts));
	struct similar_pair *pairs;
	size_t count;

	(void)state;
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 2);
	assert_pair(&pairs[0], 0, 2, 100);
	assert_pair(&pairs[1], 0, 3, 100);
	mem_free(pairs);
	similar_free(s);
}

static void
test_one_word_of_eighteen(void **state)
{
	static const char *const texts[] = {
		"Der Grundsatz wird mitgetragen. Die Begründungspflicht darf "
		"laufende Vorhaben nicht rückwirkend treffen; laufende "
		"Verträge sind zu wahren.",
		"Der Grundsatz wird mitgetragen. Die Begründungspflicht sollte "
		"laufende Vorhaben nicht rückwirkend treffen; laufende "
		"Verträge sind zu wahren.",
		"Ein Wechsel des Anbieters muss ohne Verlust von Daten möglich "
		"sein. Das regelt der Vertrag.",
	};
	struct similar *s = similar_of(texts, NELEM(texts));
	struct similar_pair *pairs;
	size_t count;

	(void)state;
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 1);
	assert_pair(&pairs[0], 0, 1, 94);
	mem_free(pairs);
	similar_free(s);
}

/* The same words in another order are not the same text. */
static void
test_order_counts(void **state)
{
	static const char *const texts[] = {
		"Erst prüfen wir den Bedarf vor Ort. Dann entscheidet der Rat.",
		"Dann entscheidet der Rat. Erst prüfen wir den Bedarf vor Ort.",
	};
	struct similar *s = similar_of(texts, NELEM(texts));
	struct similar_pair *pairs;
	size_t count;

	(void)state;
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 1);
	assert_pair(&pairs[0], 0, 1, 99);
	mem_free(pairs);
	similar_free(s);
}

static void
test_texts_without_words_are_like_nothing(void **state)
{
	static const char *const texts[] = { "", "…", "–", "Ja.", "Nein." };
	struct similar *s = similar_of(texts, NELEM(texts));
	struct similar_pair *pairs;
	size_t count;

	(void)state;
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 0);
	mem_free(pairs);
	similar_free(s);
}

/* n alike give n - 1 pairs, the closest ones. */
static void
test_the_closest_hold_a_family_together(void **state)
{
	static const char *const texts[] = {
		"Wir bitten um eine Frist von zwölf Wochen für die Gremien der "
		"Gemeinden und um einen festen Ansprechpartner beim Land.",
		"Wir bitten um eine Frist von acht Wochen für die Gremien der "
		"Gemeinden und um einen ständigen Ansprechpartner beim Bund.",
		"Wir bitten um eine Frist von acht Wochen für die Gremien der "
		"Gemeinden und um einen festen Ansprechpartner beim Land.",
	};
	struct similar *s = similar_of(texts, NELEM(texts));
	struct similar_pair *pairs;
	size_t count;

	(void)state;
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 2);
	assert_pair(&pairs[0], 0, 2, 95);
	assert_pair(&pairs[1], 1, 2, 90);
	mem_free(pairs);
	similar_free(s);
}

static void
test_members_of_a_group_are_not_proposed_again(void **state)
{
	static const char *const text = "Die Kosten trägt, wer bestellt.";
	struct similar *s = similar_new();
	struct similar_pair *pairs;
	struct err err = { 0 };
	size_t count;

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(similar_add(s, text, strlen(text), 1,
				     i == 1 || i == 2 ? 7 : 0, &err),
		    RC_OK);
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 2);
	assert_pair(&pairs[0], 0, 1, 100); /* a member stands for its group */
	assert_pair(&pairs[1], 1, 3, 100);
	mem_free(pairs);
	similar_free(s);
}

/* Kept apart from one member: from the whole group. */
static void
test_kept_apart_stays_apart(void **state)
{
	static const char *const text = "Die Kosten trägt, wer bestellt.";
	struct similar *s = similar_new();
	struct similar_pair *pairs;
	struct err err = { 0 };
	size_t count;

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(similar_add(s, text, strlen(text), 1,
				     i == 1 || i == 2 ? 7 : 0, &err),
		    RC_OK);
	similar_keep_apart(s, 2, 0);
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 1);
	assert_pair(&pairs[0], 1, 3, 100);
	mem_free(pairs);
	similar_free(s);
}

/* "Zustimmung." says something only together with what it is about. */
static void
test_short_texts_are_alike_at_one_target(void **state)
{
	static const char *const few = "Zustimmung ohne Anmerkung.";
	static const char *const many =
	    "Die Kosten trägt, wer bestellt; das regeln Bund und Länder vorab "
	    "in einem Vertrag.";
	struct similar *s = similar_new();
	struct similar_pair *pairs;
	struct err err = { 0 };
	size_t count;

	(void)state;
	for (uint64_t target = 1; target <= 2; target++) {
		assert_int_equal(
		    similar_add(s, few, strlen(few), target, 0, &err), RC_OK);
		assert_int_equal(
		    similar_add(s, many, strlen(many), target, 0, &err), RC_OK);
	}
	assert_int_equal(similar_add(s, few, strlen(few), 2, 0, &err), RC_OK);
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 2);
	assert_pair(&pairs[0], 1, 3, 100);
	assert_pair(&pairs[1], 2, 4, 100);
	mem_free(pairs);
	similar_free(s);
}

/* Asked again, it says the same; more texts add to it. */
static void
test_same_texts_same_pairs(void **state)
{
	static const char *const texts[] = {
		"Eine zentrale Störungsmeldung hilft kleinen Verwaltungen.",
		"Eine zentrale Störungsmeldung hilft den Landkreisen.",
	};
	struct similar *s = similar_of(texts, NELEM(texts));
	struct similar_pair *pairs, *again;
	struct err err = { 0 };
	size_t count, count_again;

	(void)state;
	pairs = similar_pairs(s, &count);
	again = similar_pairs(s, &count_again);
	assert_int_equal(count, 0); /* two of six words */
	assert_int_equal(count_again, 0);
	mem_free(again);
	mem_free(pairs);
	assert_int_equal(
	    similar_add(s, texts[1], strlen(texts[1]), 1, 0, &err), RC_OK);
	pairs = similar_pairs(s, &count);
	again = similar_pairs(s, &count_again);
	assert_int_equal(count, 1);
	assert_int_equal(count_again, 1);
	assert_pair(&pairs[0], 1, 2, 100);
	assert_pair(&again[0], 1, 2, 100);
	mem_free(again);
	mem_free(pairs);
	similar_free(s);
}

/* The same opening everywhere: neither alike nor slow. */
static void
test_an_opening_that_all_share(void **state)
{
	struct similar *s = similar_new();
	struct similar_pair *pairs;
	struct err err = { 0 };
	struct buf b = { 0 };
	size_t count;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		buf_reset(&b);
		buf_str(&b, "Im Namen unserer Mitglieder nehmen wir wie folgt "
			    "Stellung.");
		for (unsigned k = 0; k < 12; k++)
			buf_printf(&b, " wort%u", i * 12 + k);
		assert_int_equal(
		    similar_add(s, b.data, b.len, 1, 0, &err), RC_OK);
	}
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 0);
	mem_free(pairs);
	buf_clear(&b);
	similar_free(s);
}

/* Nine hundred copies, each with another word changed: one part. */
static void
test_many_copies_of_one_statement(void **state)
{
	struct similar *s = similar_new();
	struct similar_pair *pairs;
	struct err err = { 0 };
	struct buf b = { 0 };
	size_t count;

	(void)state;
	for (unsigned i = 0; i < 900; i++) {
		buf_reset(&b);
		for (unsigned k = 0; k < 30; k++)
			buf_printf(&b, "%s%u ", k == i % 30 ? "eigen" : "wort",
			    k == i % 30 ? i : k);
		assert_int_equal(
		    similar_add(s, b.data, b.len, 1, 0, &err), RC_OK);
	}
	pairs = similar_pairs(s, &count);
	assert_int_equal(count, 899);
	mem_free(pairs);
	buf_clear(&b);
	similar_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_case_umlauts_and_punctuation_do_not_count),
		cmocka_unit_test(test_signs_that_mean_something_stay),
		cmocka_unit_test(test_equal_words_are_one_hundred),
		cmocka_unit_test(test_one_word_of_eighteen),
		cmocka_unit_test(test_order_counts),
		cmocka_unit_test(test_texts_without_words_are_like_nothing),
		cmocka_unit_test(test_the_closest_hold_a_family_together),
		cmocka_unit_test(
		    test_members_of_a_group_are_not_proposed_again),
		cmocka_unit_test(test_kept_apart_stays_apart),
		cmocka_unit_test(test_short_texts_are_alike_at_one_target),
		cmocka_unit_test(test_same_texts_same_pairs),
		cmocka_unit_test(test_an_opening_that_all_share),
		cmocka_unit_test(test_many_copies_of_one_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
