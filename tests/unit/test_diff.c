/* Differences: exact, as a person would mark them, and never slow. */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "ctl/generate_text.h"
#include "domain/diff.h"
#include "web/buf.h"

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

static struct diff
diff_of(struct diff_text old, struct diff_text new)
{
	struct err err = { 0 };
	struct diff d;

	if (diff_init(&d, old, new, &err) != RC_OK)
		fail_msg("%s", err.msg);
	return d;
}

/* As one line: "wir [-prüfen-]{+klären+} das". */
static void
show(const struct diff *d, struct diff_text old, struct diff_text new,
    struct buf *out)
{
	for (size_t i = 0; i < d->op_count; i++) {
		const struct diff_op *op = &d->ops[i];

		if (op->kind == DIFF_INSERT) {
			buf_str(out, "{+");
			buf_add(out, new.s + op->new_at, op->len);
			buf_str(out, "+}");
		} else {
			buf_str(out, op->kind == DIFF_DELETE ? "[-" : "");
			buf_add(out, old.s + op->old_at, op->len);
			buf_str(out, op->kind == DIFF_DELETE ? "-]" : "");
		}
	}
}

static void
assert_shown(const char *old, const char *new, const char *expected)
{
	struct diff d = diff_of(text_of(old), text_of(new));
	struct buf b = { 0 };

	show(&d, text_of(old), text_of(new), &b);
	assert_string_equal(buf_text(&b), expected);
	buf_clear(&b);
	diff_clear(&d);
}

/*
 * What holds for every pair: the operations are the old and the new text in
 * order, none is empty, no two of a kind follow each other, none cuts a
 * character, and every change has a word where there are any.
 */
static void
assert_exact(const struct diff *d, struct diff_text old, struct diff_text new)
{
	size_t old_at = 0, new_at = 0, changes = 0;

	for (size_t i = 0; i < d->op_count; i++) {
		const struct diff_op *op = &d->ops[i];

		assert_true(op->len > 0);
		assert_int_equal(op->old_at, old_at);
		assert_int_equal(op->new_at, new_at);
		assert_int_not_equal((unsigned char)old.s[old_at] & 0xc0, 0x80);
		assert_int_not_equal((unsigned char)new.s[new_at] & 0xc0, 0x80);
		assert_true(i == 0 || op->kind > d->ops[i - 1].kind ||
			    op->kind == DIFF_KEEP);
		if (op->kind != DIFF_KEEP &&
		    (i == 0 || d->ops[i - 1].kind == DIFF_KEEP))
			changes++;
		if (op->kind == DIFF_KEEP) {
			assert_true(i == 0 || d->ops[i - 1].kind != DIFF_KEEP);
			assert_memory_equal(
			    old.s + old_at, new.s + new_at, op->len);
		}
		if (op->kind != DIFF_INSERT)
			old_at += op->len;
		if (op->kind != DIFF_DELETE)
			new_at += op->len;
	}
	assert_int_equal(old_at, old.len);
	assert_int_equal(new_at, new.len);
	assert_int_equal(d->change_count, changes);
	assert_int_equal(d->change_count == 0,
	    old.len == new.len &&memcmp(old.s, new.s, old.len) == 0);
}

/* b to a is a to b with striking and inserting exchanged. */
static void
assert_turned(const struct diff *d, const struct diff *back)
{
	size_t lens[3] = { 0 }, back_lens[3] = { 0 };

	assert_int_equal(d->op_count, back->op_count);
	assert_int_equal(d->change_count, back->change_count);
	assert_int_equal(d->words_deleted, back->words_inserted);
	assert_int_equal(d->words_inserted, back->words_deleted);
	for (size_t i = 0; i < d->op_count; i++) {
		lens[d->ops[i].kind] += d->ops[i].len;
		back_lens[back->ops[i].kind] += back->ops[i].len;
	}
	assert_int_equal(lens[DIFF_KEEP], back_lens[DIFF_KEEP]);
	assert_int_equal(lens[DIFF_DELETE], back_lens[DIFF_INSERT]);
	assert_int_equal(lens[DIFF_INSERT], back_lens[DIFF_DELETE]);
}

static void
assert_holds(struct diff_text old, struct diff_text new)
{
	struct diff d = diff_of(old, new), back = diff_of(new, old);

	assert_exact(&d, old, new);
	assert_exact(&back, new, old);
	assert_turned(&d, &back);
	diff_clear(&d);
	diff_clear(&back);
}

static void
words_are_what_changes(void **state)
{
	(void)state;
	assert_shown("", "", "");
	assert_shown("Wir prüfen das.", "Wir prüfen das.", "Wir prüfen das.");
	assert_shown("", "Überprüfung alle zwei Jahre.",
	    "{+Überprüfung alle zwei Jahre.+}");
	assert_shown("Das entfällt.", "", "[-Das entfällt.-]");
	assert_shown("Abweichungen müssen begründet werden.",
	    "Abweichungen müssen bei Neuvorhaben begründet werden.",
	    "Abweichungen müssen {+bei Neuvorhaben +}begründet werden.");
	assert_shown("Abweichungen müssen bei Neuvorhaben begründet werden.",
	    "Abweichungen müssen bei neuen Vorhaben ab 2025 begründet werden.",
	    "Abweichungen müssen bei [-Neuvorhaben-]"
	    "{+neuen Vorhaben ab 2025+} begründet werden.");
	/* no part of a word, and none of its letters */
	assert_shown(
	    "die Prüfung", "die Prüfungen", "die [-Prüfung-]{+Prüfungen+}");
	assert_shown("Bürger und Unternehmen", "Bürger:innen und Unternehmen",
	    "[-Bürger-]{+Bürger:innen+} und Unternehmen");
	assert_shown("nach K4.G2.5 mit zusammen 1,5 Mio. €",
	    "nach K4.G2.6 mit zusammen 2,5 Mio. €",
	    "nach [-K4.G2.5-]{+K4.G2.6+} mit zusammen [-1,5-]{+2,5+} Mio. €");
	assert_shown("der IT-Planungsrat", "der IT-Rat",
	    "der [-IT-Planungsrat-]{+IT-Rat+}");
	/* signs that mean something are words of their own or of one */
	assert_shown("5 € je Fall", "5 $ je Fall", "5 [-€-]{+$+} je Fall");
	assert_shown(
	    "zu 50% fertig", "zu 60% fertig", "zu [-50%-]{+60%+} fertig");
}

static void
punctuation_is_no_change_of_its_own(void **state)
{
	(void)state;
	/* it goes with the word it stands at */
	assert_shown("Das ist sinnvoll wenn es gelingt.",
	    "Das ist sinnvoll, wenn es gelingt.",
	    "Das ist [-sinnvoll-]{+sinnvoll,+} wenn es gelingt.");
	assert_shown("die Strategie 2021 gilt", "die Strategie (2021) gilt",
	    "die Strategie [-2021-]{+(2021)+} gilt");
	assert_shown("Punkt", "Punkt.", "[-Punkt-]{+Punkt.+}");
	assert_shown("Zitat", "„Zitat", "[-Zitat-]{+„Zitat+}");
	assert_shown(
	    "Bund Länder", "Bund – Länder", "Bund [-Länder-]{+– Länder+}");
	assert_shown("Ein Satz. Noch einer.", "Ein Satz.\n\nNoch einer.",
	    "Ein Satz.[- Noch-]{+\n\nNoch+} einer.");
	assert_shown("zwei  Leerzeichen", "zwei Leerzeichen",
	    "zwei [- Leerzeichen-]{+Leerzeichen+}");
	/* quotes that begin with the same octets are told apart */
	assert_shown("das „Ziel“", "das »Ziel«", "das [-„Ziel“-]{+»Ziel«+}");
	assert_shown("das “Ziel", "das „Ziel", "das [-“Ziel-]{+„Ziel+}");
	/* beside a changed word it is part of that change */
	assert_shown("Länder, Kommunen und Bund", "Länder und Bund",
	    "Länder[-, Kommunen-] und Bund");
	/* without any word there is nothing else */
	assert_shown("...", "…", "[-...-]{+…+}");
	assert_shown("", "\n", "{+\n+}");
	assert_shown("–", "Ja", "[-–-]{+Ja+}");
}

static void
changes_read_like_a_persons(void **state)
{
	(void)state;
	/* no lone small word between changed ones */
	assert_shown("für Länder und Kommunen gilt", "für Bund und Städte gilt",
	    "für [-Länder und Kommunen-]{+Bund und Städte+} gilt");
	/* what carries the sentence stays */
	assert_shown("Die Länder setzen das Ziel bis 2025 um.",
	    "Die Kommunen erreichen das Ziel bis 2027 um.",
	    "Die [-Länder setzen-]{+Kommunen erreichen+} das Ziel bis "
	    "[-2025-]{+2027+} um.");
	/* two insertions are not a replacement of what is between */
	assert_shown("Das Ziel gilt.", "Das gemeinsame Ziel gilt weiterhin.",
	    "Das {+gemeinsame +}Ziel gilt{+ weiterhin+}.");
	/* whole sentences, though their words could be cut elsewhere */
	assert_shown("Die Kommunen prüfen das.",
	    "Die Länder zahlen das. Die Kommunen prüfen das.",
	    "{+Die Länder zahlen das. +}Die Kommunen prüfen das.");
	assert_shown("Wir stimmen zu. Das Ziel ist richtig. Wir danken.",
	    "Wir stimmen zu. Wir danken.",
	    "Wir stimmen zu. [-Das Ziel ist richtig. -]Wir danken.");
	assert_shown("erstens\nzweitens\ndrittens", "erstens\ndrittens",
	    "erstens\n[-zweitens\n-]drittens");
	/* a paragraph is never drawn into another's change */
	assert_shown("Alles Weitere\nund\nKostenfolgen",
	    "Jedes Nähere\nund\nFinanzierung",
	    "[-Alles Weitere-]{+Jedes Nähere+}\nund\n"
	    "[-Kostenfolgen-]{+Finanzierung+}");
}

static void
counts_say_how_much(void **state)
{
	const char *old = "Die Länder prüfen das Ziel, der Bund zahlt.";
	const char *new = "Die Länder klären zügig das Ziel, der Bund.";
	struct diff d = diff_of(text_of(old), text_of(new));

	(void)state;
	assert_int_equal(d.change_count, 2);
	assert_int_equal(d.words_deleted, 2);  /* prüfen, zahlt */
	assert_int_equal(d.words_inserted, 2); /* klären zügig */
	diff_clear(&d);
}

static void
assert_json(const char *old, const char *new, const char *expected)
{
	struct diff d = diff_of(text_of(old), text_of(new));
	json_t *list = diff_json(&d, text_of(old), text_of(new));
	json_t *wanted = json_loads(expected, 0, NULL);
	char *text = json_dumps(list, JSON_COMPACT);

	assert_non_null(wanted);
	if (!json_equal(list, wanted))
		fail_msg("%s", text);
	free(text);
	json_decref(wanted);
	json_decref(list);
	diff_clear(&d);
}

static void
json_is_for_templates(void **state)
{
	(void)state;
	assert_json("<b> Ziel", "<b> Zweck",
	    "[{\"op\": \"keep\", \"text\": \"<b> \"},"
	    " {\"op\": \"delete\", \"text\": \"Ziel\", \"before\": \"\","
	    "  \"words\": \"Ziel\", \"after\": \"\"},"
	    " {\"op\": \"insert\", \"text\": \"Zweck\", \"before\": \"\","
	    "  \"words\": \"Zweck\", \"after\": \"\"}]");
	/* blanks at the edges can be shown unmarked */
	assert_json("Das Ziel.", "Das hohe Ziel und mehr.",
	    "[{\"op\": \"keep\", \"text\": \"Das \"},"
	    " {\"op\": \"insert\", \"text\": \"hohe \", \"before\": \"\","
	    "  \"words\": \"hohe\", \"after\": \" \"},"
	    " {\"op\": \"keep\", \"text\": \"Ziel\"},"
	    " {\"op\": \"insert\", \"text\": \" und mehr\", \"before\": \" \","
	    "  \"words\": \"und mehr\", \"after\": \"\"},"
	    " {\"op\": \"keep\", \"text\": \".\"}]");
	/* where there is nothing else they are what changed */
	assert_json("", " \n",
	    "[{\"op\": \"insert\", \"text\": \" \\n\", \"before\": \"\","
	    "  \"words\": \" \\n\", \"after\": \"\"}]");
}

static void
broken_and_huge_texts_are_refused(void **state)
{
	struct buf b = { 0 };
	struct err err = { 0 };
	struct diff d;

	(void)state;
	assert_int_equal(
	    diff_init(&d, text_of("gr\xfc\xdf"), text_of("a"), &err),
	    RC_INVALID);
	assert_string_equal(err.code, "utf8");
	assert_null(d.ops);
	assert_int_equal(diff_init(&d, text_of("a"),
			     (struct diff_text){ "\xe2\x82", 2 }, &err),
	    RC_INVALID);
	diff_clear(&d);
	while (b.len <= DIFF_TEXT_MAX)
		buf_str(&b, "Wort ");
	assert_int_equal(
	    diff_init(&d, text_of("a"), text_of_buf(&b), &err), RC_TOO_LARGE);
	buf_clear(&b);
}

/* An answer as houses write them. */
static void
write_text(struct buf *b, struct dice *dice)
{
	struct text_models models = { 0 };
	int from;

	text_body(b, dice, &models, 1, &from);
	text_models_clear(&models);
}

static const char *const pieces[] = { "Länder", "der", "und", "Bund",
	"IT-Planungsrat", "K4.G2.5", "1,5", "„Ziel“", "die", "Bürger:innen",
	",", ".", " ", "\n", "\n\n", ", ", ". ", " – ", "(2021)", "€", "…" };

/* A piece put in, a stretch taken out or copied, at the edges of characters. */
static void
edit_text(struct buf *b, struct dice *dice)
{
	struct buf out = { 0 };
	unsigned len = (unsigned)b->len;
	size_t from = dice_below(dice, len + 1);
	size_t to = from + dice_below(dice, 60);
	unsigned how = dice_below(dice, 4);

	while (from < len && ((unsigned char)b->data[from] & 0xc0) == 0x80)
		from++;
	to = to > len ? len : to < from ? from : to;
	while (to < len && ((unsigned char)b->data[to] & 0xc0) == 0x80)
		to++;
	buf_add(&out, buf_text(b), from);
	if (how == 0)
		buf_str(&out, pieces[dice_below(dice, NELEM(pieces))]);
	if (how == 1)
		buf_add(&out, buf_text(b) + from, to - from);
	if (how == 2)
		write_text(&out, dice);
	buf_add(&out, buf_text(b) + (how == 0 ? from : to),
	    len - (how == 0 ? from : to));
	buf_clear(b);
	*b = out;
}

static void
edited_texts_hold(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 1500; seed++) {
		struct dice dice = { seed };
		struct buf old = { 0 }, new = { 0 };

		write_text(&old, &dice);
		buf_add(&new, old.data, old.len);
		for (unsigned n = dice_below(&dice, 7); n > 0; n--)
			edit_text(&new, &dice);
		assert_holds(text_of_buf(&old), text_of_buf(&new));
		buf_clear(&old);
		buf_clear(&new);
	}
}

/*
 * Letters as the input layer leaves them (NFC), and as a paste from elsewhere
 * has them: combining marks, some on letters that no composed form has, joiners
 * and characters of four octets.
 */
static const char *const signs[] = { "a", "ä", "a\xcc\x88", "o\xcc\x88", "ß",
	"q\xcc\x84\xcc\xa3", "\xcc\x81", "\xe2\x80\x8d", "\xc2\xad", " ", " ",
	". ", "\n", "-", "*", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	"§", "\xc2\xa0" };

static void
combining_marks_hold(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3000; seed++) {
		struct dice dice = { seed };
		struct buf b[2] = { 0 };

		for (unsigned n = dice_below(&dice, 60); n > 0; n--) {
			const char *sign =
			    signs[dice_below(&dice, NELEM(signs))];

			/* mostly in both */
			for (int i = 0; i < 2; i++) {
				if (dice_percent(&dice, 85))
					buf_str(&b[i], sign);
			}
		}
		assert_holds(text_of_buf(&b[0]), text_of_buf(&b[1]));
		buf_clear(&b[0]);
		buf_clear(&b[1]);
	}
}

/* Few different words in any order: all ways are nearly as short. */
static void
scrambled_pieces_hold(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3000; seed++) {
		struct dice dice = { seed };
		struct buf b[2] = { 0 };
		unsigned kinds = 2 + dice_below(&dice, NELEM(pieces) - 1);

		for (int i = 0; i < 2; i++) {
			for (unsigned n = dice_below(&dice, 40); n > 0; n--) {
				buf_str(
				    &b[i], pieces[dice_below(&dice, kinds)]);
				if (dice_percent(&dice, 70))
					buf_char(&b[i], ' ');
			}
		}
		assert_holds(text_of_buf(&b[0]), text_of_buf(&b[1]));
		buf_clear(&b[0]);
		buf_clear(&b[1]);
	}
}

/* A text of the length that a field takes, from one word at a time. */
static struct buf
fill(unsigned seed, void (*word)(struct buf *, struct dice *))
{
	struct dice dice = { seed };
	struct buf b = { 0 };

	while (b.len < 20 * 1000)
		word(&b, &dice);
	return b;
}

static void
word_any(struct buf *b, struct dice *dice)
{
	buf_printf(b, "%llx ", (unsigned long long)dice_next(dice));
}

static void
word_same(struct buf *b, struct dice *dice)
{
	(void)dice;
	buf_str(b, "a ");
}

static void
word_two(struct buf *b, struct dice *dice)
{
	buf_str(b, dice_below(dice, 2) == 0 ? "a " : "b ");
}

static void
word_letter(struct buf *b, struct dice *dice)
{
	buf_char(b, (char)('a' + (int)dice_below(dice, 26)));
	buf_char(b, ' ');
}

static void
word_hundred(struct buf *b, struct dice *dice)
{
	buf_printf(b, "%u ", dice_below(dice, 100));
}

static void
word_mark(struct buf *b, struct dice *dice)
{
	buf_char(b, ",. \n"[dice_below(dice, 4)]);
}

static void
word_stop(struct buf *b, struct dice *dice)
{
	buf_str(b, dice_below(dice, 3) == 0 ? "a. " : "a ");
}

static void
word_german(struct buf *b, struct dice *dice)
{
	write_text(b, dice);
	buf_char(b, '\n');
}

static double
seconds_of(struct diff_text old, struct diff_text new)
{
	struct timespec from, to;
	struct diff d;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	d = diff_of(old, new);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	diff_clear(&d);
	return (double)(to.tv_sec - from.tv_sec) +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/*
 * Two texts of 20 KB that are as unlike, or as alike everywhere, as can be. The
 * bound leaves room for sanitizers.
 */
static void
worst_cases_stay_quick(void **state)
{
	static const struct {
		const char *name;
		void (*a)(struct buf *, struct dice *);
		void (*b)(struct buf *, struct dice *);
	} cases[] = {
		{ "nothing in common", word_any, word_any },
		{ "the same word", word_same, word_same },
		{ "two words", word_two, word_two },
		{ "single letters", word_letter, word_letter },
		{ "a hundred words", word_hundred, word_hundred },
		{ "punctuation", word_mark, word_mark },
		{ "one word, other stops", word_stop, word_stop },
		{ "one word against another", word_same, word_any },
		{ "German", word_german, word_german },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf a = fill(1, cases[i].a), b = fill(2, cases[i].b);
		double best = 1e9, s;

		buf_str(&b, "Ende");
		assert_holds(text_of_buf(&a), text_of_buf(&b));
		for (int n = 0; n < 5; n++) {
			s = seconds_of(text_of_buf(&a), text_of_buf(&b));
			best = s < best ? s : best;
		}
		print_message("%-26s %6.2f ms\n", cases[i].name, best * 1e3);
		assert_true(best < 0.25);
		buf_clear(&a);
		buf_clear(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_what_changes),
		cmocka_unit_test(punctuation_is_no_change_of_its_own),
		cmocka_unit_test(changes_read_like_a_persons),
		cmocka_unit_test(counts_say_how_much),
		cmocka_unit_test(json_is_for_templates),
		cmocka_unit_test(broken_and_huge_texts_are_refused),
		cmocka_unit_test(edited_texts_hold),
		cmocka_unit_test(combining_marks_hold),
		cmocka_unit_test(scrambled_pieces_hold),
		cmocka_unit_test(worst_cases_stay_quick),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
