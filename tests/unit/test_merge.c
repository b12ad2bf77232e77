/* Three versions put together: what both changed, or nothing. */
#include "unit.h"

#include "ctl/generate_text.h"
#include "domain/merge.h"

static struct diff_text
text_of(const char *s)
{
	return (struct diff_text){ s, strlen(s) };
}

static struct diff_text
text_of_buf(const struct buf *b)
{
	return (struct diff_text){ buf_text(b), b->len };
}

/* False when they overlap; out is the merged text else. */
static bool
merge(struct diff_text base, struct diff_text mine, struct diff_text theirs,
    struct buf *out)
{
	struct err err = { 0 };
	bool overlaps;

	buf_reset(out);
	if (merge_texts(base, mine, theirs, out, &overlaps, &err) != RC_OK)
		fail_msg("%s", err.msg);
	if (overlaps)
		assert_int_equal(out->len, 0);
	return !overlaps;
}

/* expected: NULL when they overlap. */
static void
assert_merged(const char *base, const char *mine, const char *theirs,
    const char *expected)
{
	struct buf out = { 0 };

	for (int turned = 0; turned < 2; turned++) {
		bool merged =
		    merge(text_of(base), text_of(turned ? theirs : mine),
			text_of(turned ? mine : theirs), &out);

		assert_int_equal(merged, expected != NULL);
		if (merged)
			assert_string_equal(buf_text(&out), expected);
	}
	buf_clear(&out);
}

static void
changes_in_different_places_are_both_taken(void **state)
{
	(void)state;
	assert_merged("Wir stimmen dem Ziel zu. Die Frist ist zu kurz.",
	    "Wir stimmen dem Ziel ausdrücklich zu. Die Frist ist zu kurz.",
	    "Wir stimmen dem Ziel zu. Die Frist ist deutlich zu kurz.",
	    "Wir stimmen dem Ziel ausdrücklich zu. "
	    "Die Frist ist deutlich zu kurz.");
	assert_merged("Erstens.\n\nZweitens.\n\nDrittens.",
	    "Zweitens.\n\nDrittens.", "Erstens.\n\nZweitens.\n\nViertens.",
	    "Zweitens.\n\nViertens.");
	assert_merged("Länder und Kommunen zahlen gemeinsam.",
	    "Bund und Kommunen zahlen gemeinsam.",
	    "Länder und Kommunen zahlen getrennt.",
	    "Bund und Kommunen zahlen getrennt.");
	assert_merged("", "", "", "");
	assert_merged("Das Ziel.", "Das Ziel.", "", "");
}

static void
the_same_change_is_one(void **state)
{
	(void)state;
	assert_merged("Das Ziel gilt.", "Das Ziel gilt nicht.",
	    "Das Ziel gilt nicht.", "Das Ziel gilt nicht.");
	assert_merged("Das Ziel gilt bis auf Weiteres und überall.",
	    "Der Zweck gilt bis auf Weiteres und überall.",
	    "Der Zweck gilt bis auf Weiteres und hier.",
	    "Der Zweck gilt bis auf Weiteres und hier.");
	assert_merged("", "Neu.", "Neu.", "Neu.");
}

static void
changes_that_meet_are_nobodys(void **state)
{
	(void)state;
	assert_merged(
	    "Das Ziel gilt.", "Der Zweck gilt.", "Die Idee gilt.", NULL);
	assert_merged("Das Ziel gilt.", "Das hohe Ziel gilt.",
	    "Das ferne Ziel gilt.", NULL);
	/* words next to each other: whether both fit only a reader knows */
	assert_merged("die neuen Vorhaben des Bundes",
	    "die alten Vorhaben des Bundes", "die neuen Projekte des Bundes",
	    NULL);
	assert_merged("Das Ziel gilt.", "Das Ziel gilt weiter.",
	    "Das Ziel gilt immer.", NULL);
	assert_merged("Das Ziel gilt.", "", "Das Ziel gilt weiter.", NULL);
	assert_merged("", "Neu.", "Anders.", NULL);
}

/* All of them in one text, whatever their order; NULL when any two meet. */
static void
assert_together(const char *base, const char *const *texts, size_t count,
    const char *expected)
{
	struct variant variants[4];
	struct diff diffs[4];
	struct buf out = { 0 };

	for (size_t first = 0; first < count; first++) {
		for (size_t i = 0; i < count; i++) {
			struct err err = { 0 };
			struct diff_text text =
			    text_of(texts[(first + i) % count]);

			assert_int_equal(
			    diff_init(&diffs[i], text_of(base), text, &err),
			    RC_OK);
			variants[i] = (struct variant){ text, &diffs[i] };
		}
		buf_reset(&out);
		assert_int_equal(
		    merge_variants(text_of(base), variants, count, &out),
		    expected != NULL);
		assert_string_equal(
		    buf_text(&out), expected == NULL ? "" : expected);
		for (size_t i = 0; i < count; i++)
			diff_clear(&diffs[i]);
	}
	buf_clear(&out);
}

static void
more_than_two_are_read_together(void **state)
{
	(void)state;
	const char *base = "Abweichungen müssen vom Land und vom Bund jährlich "
			   "begründet werden.";
	const char *const apart[] = {
		"Abweichungen müssen vom Land und vom Bund alle zwei Jahre "
		"begründet werden.",
		"Größere Abweichungen müssen vom Land und vom Bund jährlich "
		"begründet werden.",
		"Abweichungen müssen vom Land und vom Bund jährlich "
		"begründet und veröffentlicht werden.",
	};
	const char *const meet[] = { apart[0], apart[1],
		"Abweichungen müssen vom Land und vom Bund nie begründet "
		"werden." };

	assert_together(base, apart, 3,
	    "Größere Abweichungen müssen vom Land und vom Bund alle zwei "
	    "Jahre begründet und veröffentlicht werden.");
	assert_together(base, meet, 3, NULL);
	assert_together(base, meet, 1, meet[0]);
}

/* A pair meets exactly when both cannot be merged. */
static void
overlaps_are_those_of_merging(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Länder und Kommunen zahlen gemeinsam.",
		"Bund und Kommunen zahlen gemeinsam.",
		"Länder und Kommunen zahlen getrennt.",
		"Länder, Bund und Kommunen zahlen gemeinsam.",
		"Länder und Städte zahlen gemeinsam.", ""
	};
	struct variant variants[NELEM(texts)];
	struct diff diffs[NELEM(texts)];
	bool overlaps[NELEM(texts) * NELEM(texts)];
	struct buf out = { 0 };

	for (size_t i = 0; i < NELEM(texts); i++) {
		struct err err = { 0 };

		assert_int_equal(diff_init(&diffs[i], text_of(texts[0]),
				     text_of(texts[i]), &err),
		    RC_OK);
		variants[i] = (struct variant){ text_of(texts[i]), &diffs[i] };
	}
	merge_overlaps(text_of(texts[0]), variants, NELEM(texts), overlaps);
	for (size_t i = 0; i < NELEM(texts); i++) {
		for (size_t j = 0; j < NELEM(texts); j++)
			assert_int_equal(overlaps[i * NELEM(texts) + j],
			    i != j &&
				!merge(text_of(texts[0]), text_of(texts[i]),
				    text_of(texts[j]), &out));
	}
	for (size_t i = 0; i < NELEM(texts); i++)
		diff_clear(&diffs[i]);
	buf_clear(&out);
}

static void
broken_text_is_refused(void **state)
{
	struct buf out = { 0 };
	struct err err = { 0 };
	bool overlaps;

	(void)state;
	assert_int_equal(merge_texts(text_of("a"), text_of("b"),
			     text_of("\xff"), &out, &overlaps, &err),
	    RC_INVALID);
	assert_int_equal(out.len, 0);
}

static void
write_text(struct buf *b, struct dice *dice)
{
	struct text_models models = { 0 };
	int from;

	text_body(b, dice, &models, 1, &from);
	text_models_clear(&models);
}

/* The text with some of its words struck, doubled or replaced. */
static void
edit(struct buf *out, const struct buf *b, struct dice *dice)
{
	static const char *const words[] = { "Länder ", "Bund, ", "und ",
		"die ", "Ziel. ", "\n" };

	for (size_t i = 0; i < b->len; i++) {
		bool is_edge = i == 0 || b->data[i - 1] == ' ';

		if (is_edge && dice_percent(dice, 3))
			buf_str(out, words[dice_below(dice, NELEM(words))]);
		if (is_edge && dice_percent(dice, 3)) {
			while (i < b->len && b->data[i] != ' ')
				i++;
			continue;
		}
		buf_char(out, b->data[i]);
	}
}

static void
assert_is(const struct buf *out, struct diff_text text)
{
	assert_int_equal(out->len, text.len);
	assert_memory_equal(buf_text(out), text.s, text.len);
}

static void
merging_is_even_handed(void **state)
{
	size_t merged = 0, overlapping = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 800; seed++) {
		struct dice dice = { seed };
		struct buf b = { 0 }, m = { 0 }, t = { 0 };
		struct buf out = { 0 }, turned = { 0 };
		struct diff_text base, mine, theirs;

		write_text(&b, &dice);
		edit(&m, &b, &dice);
		edit(&t, &b, &dice);
		base = text_of_buf(&b);
		mine = text_of_buf(&m);
		theirs = text_of_buf(&t);
		/* who changed nothing has no say, who agrees changes nothing */
		assert_true(merge(base, mine, base, &out));
		assert_is(&out, mine);
		assert_true(merge(base, base, theirs, &out));
		assert_is(&out, theirs);
		assert_true(merge(base, mine, mine, &out));
		assert_is(&out, mine);
		if (merge(base, mine, theirs, &out)) {
			assert_true(merge(base, theirs, mine, &turned));
			assert_is(&turned, text_of_buf(&out));
			merged++;
		} else {
			assert_false(merge(base, theirs, mine, &turned));
			overlapping++;
		}
		buf_clear(&b);
		buf_clear(&m);
		buf_clear(&t);
		buf_clear(&out);
		buf_clear(&turned);
	}
	/* the generator makes both */
	assert_true(merged > 50 && overlapping > 50);
}

/* Two people at different paragraphs never meet, whatever they do there. */
static void
paragraphs_apart_are_merged(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 400; seed++) {
		struct dice dice = { seed };
		struct buf part[3] = { 0 }, edited[3] = { 0 };
		struct buf b = { 0 }, m = { 0 }, t = { 0 }, all = { 0 };
		struct buf out = { 0 };

		for (int i = 0; i < 3; i++) {
			write_text(&part[i], &dice);
			buf_str(&part[i], "\n\n");
			edit(&edited[i], &part[i], &dice);
			buf_add(&b, part[i].data, part[i].len);
		}
		for (int i = 0; i < 3; i++) {
			const struct buf *x = i == 0 ? &edited[i] : &part[i];
			const struct buf *y = i == 2 ? &edited[i] : &part[i];
			const struct buf *z = i == 1 ? &part[i] : &edited[i];

			buf_add(&m, buf_text(x), x->len);
			buf_add(&t, buf_text(y), y->len);
			buf_add(&all, buf_text(z), z->len);
		}
		assert_true(merge(
		    text_of_buf(&b), text_of_buf(&m), text_of_buf(&t), &out));
		assert_is(&out, text_of_buf(&all));
		for (int i = 0; i < 3; i++) {
			buf_clear(&part[i]);
			buf_clear(&edited[i]);
		}
		buf_clear(&b);
		buf_clear(&m);
		buf_clear(&t);
		buf_clear(&all);
		buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_in_different_places_are_both_taken),
		cmocka_unit_test(the_same_change_is_one),
		cmocka_unit_test(changes_that_meet_are_nobodys),
		cmocka_unit_test(more_than_two_are_read_together),
		cmocka_unit_test(overlaps_are_those_of_merging),
		cmocka_unit_test(broken_text_is_refused),
		cmocka_unit_test(merging_is_even_handed),
		cmocka_unit_test(paragraphs_apart_are_merged),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
