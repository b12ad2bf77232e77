/* Where a block and its entries part. */
#include "chain.h"

#include <string.h>

#include "web/mem.h"

static const struct {
	const char *name, *words;
} faults[] = {
	[CHAIN_INTACT] = { "intact", "intact" },
	[CHAIN_ENTRY_CHANGED] = { "entry_changed", "entry changed" },
	[CHAIN_ENTRY_MISSING] = { "entry_missing", "entry missing" },
	[CHAIN_ENTRY_INSERTED] = { "entry_inserted", "entry inserted" },
	[CHAIN_BLOCK_CHANGED] = { "block_changed", "block changed" },
	[CHAIN_BLOCK_REMOVED] = { "block_removed", "block removed" },
	[CHAIN_SIGNATURE_WRONG] = { "signature_wrong", "signature wrong" },
	[CHAIN_KEY_UNKNOWN] = { "key_unknown", "signed with another key" },
	[CHAIN_CHECKPOINT_DIFFERS] = { "checkpoint_differs",
	    "differs from a checkpoint" },
};
_Static_assert(NELEM(faults) == CHAIN_FAULT__MAX, "one row for each fault");

const char *
chain_fault_name(enum chain_fault fault)
{
	return faults[fault].name;
}

const char *
chain_fault_words(enum chain_fault fault)
{
	return faults[fault].words;
}

static bool
are_same(const char *a, size_t i, const char *b, size_t j)
{
	return memcmp(a + i * CANON_HEX, b + j * CANON_HEX, CANON_HEX) == 0;
}

/* Is a's i-th in b, from place i on? */
static bool
is_behind(const char *a, size_t i, const char *b, size_t b_count)
{
	for (size_t j = i; j < b_count; j++)
		if (are_same(a, i, b, j))
			return true;
	return false;
}

enum chain_fault
chain_compare(const char *expected, size_t expected_count, const char *found,
    size_t found_count, size_t *place)
{
	size_t i = 0;
	bool is_there, belongs;

	while (i < expected_count && i < found_count &&
	       are_same(expected, i, found, i))
		i++;
	*place = i;
	if (i == expected_count)
		return i == found_count ? CHAIN_INTACT : CHAIN_ENTRY_INSERTED;
	if (i == found_count)
		return CHAIN_ENTRY_MISSING;
	is_there = is_behind(expected, i, found, found_count);
	belongs = is_behind(found, i, expected, expected_count);
	if (is_there == belongs)
		return CHAIN_ENTRY_CHANGED;
	return is_there ? CHAIN_ENTRY_INSERTED : CHAIN_ENTRY_MISSING;
}
