/*
 * Comparing a block of the audit log with the entries that lie in its range:
 * which one is the first that does not fit, and what happened to it.
 */
#ifndef APP_CHAIN_H
#define APP_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/canon.h"

enum chain_fault {
	CHAIN_INTACT,
	CHAIN_ENTRY_CHANGED,
	CHAIN_ENTRY_MISSING,
	CHAIN_ENTRY_INSERTED,
	CHAIN_BLOCK_CHANGED,
	CHAIN_BLOCK_REMOVED,
	CHAIN_SIGNATURE_WRONG,
	CHAIN_KEY_UNKNOWN,
	CHAIN_CHECKPOINT_DIFFERS,
	CHAIN_FAULT__MAX
};

/* "entry_changed", as stored and as labels.json knows it. */
const char *chain_fault_name(enum chain_fault fault);
/* "entry changed", for the command line. */
const char *chain_fault_words(enum chain_fault fault);

/*
 * expected: the hashes of a block as it was sealed, in hex, end to end; found:
 * those of its entries as they lie now. The place of the first difference,
 * counted from 0, goes to *place. What was expected there and is nowhere behind
 * it is missing when what is there instead belongs further on, and changed when
 * that belongs nowhere; and the other way round for what was inserted.
 */
enum chain_fault chain_compare(const char *expected, size_t expected_count,
    const char *found, size_t found_count, size_t *place);

#endif
