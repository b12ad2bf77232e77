/* What becomes of the items of an edition, as it is proposed. */
#include "unit.h"

#include <stdio.h>

#include "domain/lineage.h"
#include "web/buf.h"

#define G2 "K4.G2"

static const char standards[] =
    "Offene Standards und Schnittstellen sind bei allen föderalen Vorhaben zu "
    "verwenden. Proprietäre Lösungen sind nur mit Begründung zulässig.";
static const char sovereign[] =
    "Kriterien der Souveränitätsstrategie und der föderalen "
    "IT-Architekturrichtlinien sind verbindlich; Abweichungen müssen begründet "
    "werden.";
static const char sovereign_later[] =
    "Kriterien der Souveränitätsstrategie und der föderalen "
    "IT-Architekturrichtlinien sind verbindlich; Abweichungen müssen anhand "
    "eines Musters begründet werden.";
static const char security[] =
    "Informationssicherheit wird von Beginn an mitgedacht und regelmäßig durch "
    "unabhängige Stellen überprüft. Die Ergebnisse der Prüfungen werden den "
    "beteiligten Ländern und Kommunen in geeigneter Form bereitgestellt.";
static const char security_first[] =
    "Informationssicherheit wird von Beginn an mitgedacht und regelmäßig durch "
    "unabhängige Stellen überprüft.";
static const char security_second[] =
    "Die Ergebnisse der Prüfungen werden den beteiligten Ländern und Kommunen "
    "in geeigneter Form bereitgestellt.";
static const char register_[] =
    "Register werden nach dem Grundsatz der einmaligen Erfassung vernetzt.";
static const char participation[] = "Kommunale Spitzenverbände wirken an jeder "
				    "Entscheidung über Standards mit.";

/* "continues A>B w", with w for words and m for moved; one line an edge. */
static char *
lines(const struct lineage_item *old, size_t old_count,
    const struct lineage_item *new, size_t new_count)
{
	struct lineage_edge *edges;
	struct err err = { 0 };
	struct buf out = { 0 };
	size_t count;

	assert_int_equal(lineage_propose(old, old_count, new, new_count, &edges,
			     &count, &err),
	    RC_OK);
	for (size_t i = 0; i < count; i++) {
		const struct lineage_edge *e = &edges[i];

		buf_printf(&out, "%s%s %s>%s%s%s", i > 0 ? "\n" : "",
		    lineage_word(e->relation),
		    e->from == LINEAGE_NONE ? "" : old[e->from].key,
		    e->to == LINEAGE_NONE ? "" : new[e->to].key,
		    e->text_changed ? " w" : "", e->moved ? " m" : "");
		assert_int_equal(e->percent == -1,
		    e->from == LINEAGE_NONE || e->to == LINEAGE_NONE);
	}
	mem_free(edges);
	return buf_take(&out);
}

#define assert_lines(old, new, expected)                                       \
	do {                                                                   \
		char *l_ = lines(old, NELEM(old), new, NELEM(new));            \
		assert_string_equal(l_, expected);                             \
		mem_free(l_);                                                  \
	} while (0)

#define ITEM(key, place, title, body)                                          \
	{                                                                      \
		key, "principle", place, title, body, false                    \
	}

static void
test_unchanged_reworded_and_moved_go_on(void **state)
{
	struct lineage_item old[] = { ITEM("K4.G2.4", G2, "Standards",
					  standards),
		ITEM("K4.G2.5", G2, "Souveränität", sovereign),
		ITEM("K4.G3.2", "K4.G3", "Register", register_),
		ITEM("K4.G3.3", "K4.G3", "Sicherheit", security) };
	struct lineage_item new[] = {
		ITEM("K4.G1.8", "K4.G1", "Register", register_),
		ITEM("K4.G2.4", G2, "Standards", standards),
		ITEM("K4.G2.5", G2, "Souveränität", sovereign_later),
		ITEM("K4.G3.3", "K4.G1", "Sicherheit von Beginn an", security)
	};

	(void)state;
	assert_lines(old, new,
	    "continues K4.G2.4>K4.G2.4\n"
	    "continues K4.G2.5>K4.G2.5 w\n"
	    "continues K4.G3.2>K4.G1.8 m\n"
	    "continues K4.G3.3>K4.G3.3 w m");
}

static void
test_percent_of_equal_words(void **state)
{
	struct lineage_item old[] = { ITEM(
	    "A", G2, "Eins zwei drei vier", NULL) };
	struct lineage_item new[] = { ITEM(
	    "A", G2, "Eins zwei drei fünf", NULL) };
	struct lineage_edge *edges;
	struct err err = { 0 };
	size_t count;

	(void)state;
	assert_int_equal(
	    lineage_propose(old, 1, new, 1, &edges, &count, &err), RC_OK);
	assert_int_equal(edges[0].percent, 75);
	mem_free(edges);
	new[0].title = "vier drei zwei eins"; /* the words, not their order */
	assert_int_equal(
	    lineage_propose(old, 1, new, 1, &edges, &count, &err), RC_OK);
	assert_int_equal(edges[0].percent, 99);
	mem_free(edges);
}

static void
test_only_what_a_reader_sees_is_a_change(void **state)
{
	struct lineage_item old[] = { ITEM("A", G2, "Standards", standards) };
	struct lineage_item new[] = { ITEM("A", G2, "Standards", standards) };

	(void)state;
	new[0].title = "STANDARDS";
	assert_lines(old, new, "continues A>A w");
}

static void
test_split(void **state)
{
	struct lineage_item old[] = { ITEM("K4.G1.5", "K4.G1", "Sicherheit",
					  security),
		ITEM("K4.G2.4", G2, "Standards", standards) };
	struct lineage_item new[] = { ITEM("K4.G1.5", "K4.G1", "Sicherheit",
					  security_first),
		ITEM("K4.G1.6", "K4.G1", "Transparenz", security_second),
		ITEM("K4.G2.4", G2, "Standards", standards) };
	struct lineage_item others[] = { ITEM("K4.G1.7", "K4.G1", "Sicherheit",
					     security_first),
		ITEM("K4.G1.6", "K4.G1", "Transparenz", security_second) };

	(void)state;
	assert_lines(old, new,
	    "split K4.G1.5>K4.G1.5 w\nsplit K4.G1.5>K4.G1.6 w\n"
	    "continues K4.G2.4>K4.G2.4");
	assert_lines(old, others,
	    "split K4.G1.5>K4.G1.7 w\nsplit K4.G1.5>K4.G1.6 w\n"
	    "dropped K4.G2.4>");
}

static void
test_merged(void **state)
{
	struct lineage_item old[] = { ITEM("K4.G2.I1", G2, "Prüfung",
					  security_first),
		ITEM("K4.G2.I2", G2, "Transparenz", security_second) };
	struct lineage_item new[] = { ITEM(
	    "K4.G2.I3", G2, "Sicherheit", security) };

	(void)state;
	assert_lines(
	    old, new, "merged K4.G2.I1>K4.G2.I3 w\nmerged K4.G2.I2>K4.G2.I3 w");
	new[0].key = "K4.G2.I1"; /* one of them took in the other */
	assert_lines(
	    old, new, "merged K4.G2.I1>K4.G2.I1 w\nmerged K4.G2.I2>K4.G2.I1 w");
}

static void
test_a_quotation_is_no_part(void **state)
{
	struct lineage_item old[] = { ITEM("A", G2, "Sicherheit", security) };
	struct lineage_item new[] = { ITEM("A", G2, "Sicherheit der Vorhaben",
					  security),
		ITEM("B", G2, "Transparenz", security_second) };

	(void)state;
	assert_lines(old, new, "continues A>A w\nadded >B");
}

static void
test_replaced_dropped_and_added(void **state)
{
	struct lineage_item old[] = { ITEM("K4.G2.5", G2, "Souveränität",
					  sovereign),
		ITEM("K4.G3.I2", "K4.G3", "Register", register_) };
	struct lineage_item new[] = {
		ITEM("K4.G2.9", G2, "Souveränität",
		    "Kriterien der Souveränitätsstrategie und der föderalen "
		    "IT-Architekturrichtlinien gelten als Empfehlung, bis der "
		    "IT-Planungsrat über Ausnahmen entschieden hat."),
		ITEM("K4.G1.7", "K4.G1", "Beteiligung", participation)
	};

	(void)state;
	assert_lines(old, new,
	    "replaced K4.G2.5>K4.G2.9 w\ndropped K4.G3.I2>\nadded >K4.G1.7");
}

static void
test_an_idea_that_became_a_principle_was_replaced(void **state)
{
	struct lineage_item old[] = { { "K4.G2.I1", "idea", G2, "Register",
	    register_, false } };
	struct lineage_item new[] = { { "K4.G2.6", "principle", G2, "Register",
	    register_, false } };

	(void)state;
	assert_lines(old, new, "replaced K4.G2.I1>K4.G2.6");
}

static void
test_keys_that_were_counted_anew_follow_the_texts(void **state)
{
	struct lineage_item old[] = { ITEM("K4.G2.1", G2, "Standards",
					  standards),
		ITEM("K4.G2.2", G2, "Register", register_) };
	struct lineage_item new[] = { ITEM(
					  "K4.G2.1", G2, "Register", register_),
		ITEM("K4.G2.2", G2, "Beteiligung", participation) };

	(void)state;
	assert_lines(old, new,
	    "dropped K4.G2.1>\ncontinues K4.G2.2>K4.G2.1 m\nadded >K4.G2.2");
}

static void
test_what_is_settled_is_left_alone(void **state)
{
	struct lineage_item old[] = { ITEM("A", G2, "Standards", standards),
		ITEM("B", G2, "Register", register_) };
	struct lineage_item new[] = { ITEM("A", G2, "Standards", standards),
		ITEM("C", G2, "Register", register_) };

	(void)state;
	old[0].is_settled = new[1].is_settled = true;
	assert_lines(old, new, "dropped B>\nadded >A");
}

static void
test_nothing_at_all(void **state)
{
	struct lineage_item some[] = { { "A", "principle", G2, NULL, NULL,
	    false } };
	char *text;

	(void)state;
	text = lines(some, 0, some, 0);
	assert_true(text == NULL || *text == '\0');
	mem_free(text);
	text = lines(some, 1, some, 0);
	assert_string_equal(text, "dropped A>");
	mem_free(text);
	text = lines(some, 1, some, 1);
	assert_string_equal(text, "continues A>A");
	mem_free(text);
}

static void
test_two_thousand_items_and_no_more(void **state)
{
	enum { SOME = LINEAGE_ITEMS_MAX + 1 };
	struct lineage_item *old = mem_calloc(SOME, sizeof *old);
	struct lineage_item *new = mem_calloc(SOME, sizeof *new);
	struct lineage_edge *edges;
	struct err err = { 0 };
	size_t count, moved = 0;
	char text[256];

	(void)state;
	for (int i = 0; i < SOME; i++) {
		snprintf(text, sizeof text, "E%d", i);
		old[i].key = mem_strdup(text);
		snprintf(text, sizeof text, "N%d", SOME - i);
		new[i].key = mem_strdup(text);
		old[i].kind = new[i].kind = "principle";
		old[i].place = new[i].place = G2;
		snprintf(text, sizeof text,
		    "Vorhaben %d der Länder wird mit dem Partner %d bis zum "
		    "Jahr %d umgesetzt und danach bewertet.",
		    i, i * 7, i * 13);
		old[i].body = mem_strdup(text);
		new[i].body = old[i].body;
	}
	assert_int_equal(
	    lineage_propose(old, SOME, new, 1, &edges, &count, &err),
	    RC_TOO_LARGE);
	assert_null(edges);
	assert_int_equal(
	    lineage_propose(old, SOME - 1, new, SOME - 1, &edges, &count, &err),
	    RC_OK);
	for (size_t i = 0; i < count; i++)
		moved += edges[i].relation == LINEAGE_CONTINUES &&
			 edges[i].from == edges[i].to && edges[i].moved;
	assert_int_equal(moved, SOME - 1);
	assert_int_equal(count, SOME - 1);
	mem_free(edges);
	for (int i = 0; i < SOME; i++) {
		mem_free((void *)(uintptr_t)old[i].key);
		mem_free((void *)(uintptr_t) new[i].key);
		mem_free((void *)(uintptr_t)old[i].body);
	}
	mem_free(old);
	mem_free(new);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unchanged_reworded_and_moved_go_on),
		cmocka_unit_test(test_percent_of_equal_words),
		cmocka_unit_test(test_only_what_a_reader_sees_is_a_change),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_a_quotation_is_no_part),
		cmocka_unit_test(test_replaced_dropped_and_added),
		cmocka_unit_test(
		    test_an_idea_that_became_a_principle_was_replaced),
		cmocka_unit_test(
		    test_keys_that_were_counted_anew_follow_the_texts),
		cmocka_unit_test(test_what_is_settled_is_left_alone),
		cmocka_unit_test(test_nothing_at_all),
		cmocka_unit_test(test_two_thousand_items_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
