/* Which entry of a block does not fit, and what became of it. */
#include "unit.h"

#include "domain/chain.h"
#include "web/mem.h"

/* A list of hashes, one letter each: "abc". */
static char *
hashes(const char *letters)
{
	size_t count = strlen(letters);
	char *list = mem_calloc(count + 1, CANON_HEX);

	for (size_t i = 0; i < count; i++)
		memset(list + i * CANON_HEX, letters[i], CANON_HEX);
	return list;
}

static const struct {
	const char *expected, *found;
	enum chain_fault fault;
	size_t place;
} cases[] = {
	{ "abcd", "abcd", CHAIN_INTACT, 4 },
	{ "", "", CHAIN_INTACT, 0 },
	{ "abcd", "abxd", CHAIN_ENTRY_CHANGED, 2 },
	{ "abcd", "xbcd", CHAIN_ENTRY_CHANGED, 0 },
	{ "a", "x", CHAIN_ENTRY_CHANGED, 0 },
	{ "abcd", "abd", CHAIN_ENTRY_MISSING, 2 },
	{ "abcd", "bcd", CHAIN_ENTRY_MISSING, 0 },
	{ "abcd", "abc", CHAIN_ENTRY_MISSING, 3 },
	{ "abcd", "", CHAIN_ENTRY_MISSING, 0 },
	{ "abcd", "ad", CHAIN_ENTRY_MISSING, 1 },
	{ "abcd", "abxcd", CHAIN_ENTRY_INSERTED, 2 },
	{ "abcd", "xabcd", CHAIN_ENTRY_INSERTED, 0 },
	{ "abcd", "abcdx", CHAIN_ENTRY_INSERTED, 4 },
	{ "", "x", CHAIN_ENTRY_INSERTED, 0 },
	{ "abcd", "abxycd", CHAIN_ENTRY_INSERTED, 2 },
	{ "abcd", "acdx", CHAIN_ENTRY_MISSING, 1 },
	/* two in each other's place are both changed */
	{ "abcd", "acbd", CHAIN_ENTRY_CHANGED, 1 },
	/* one gone and another changed: the first is named */
	{ "abcd", "axd", CHAIN_ENTRY_CHANGED, 1 },
};

static void
the_first_that_does_not_fit_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		char *expected = hashes(cases[i].expected);
		char *found = hashes(cases[i].found);
		size_t place = 99;

		assert_string_equal(chain_fault_name(chain_compare(expected,
					strlen(cases[i].expected), found,
					strlen(cases[i].found), &place)),
		    chain_fault_name(cases[i].fault));
		assert_int_equal(place, cases[i].place);
		mem_free(expected);
		mem_free(found);
	}
}

static void
each_fault_has_its_words(void **state)
{
	(void)state;
	for (int f = 0; f < CHAIN_FAULT__MAX; f++) {
		assert_non_null(chain_fault_name((enum chain_fault)f));
		assert_non_null(chain_fault_words((enum chain_fault)f));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_does_not_fit_is_named),
		cmocka_unit_test(each_fault_has_its_words),
	};

	return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
