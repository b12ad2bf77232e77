/* Memory of JSON documents: a block that empties as a whole. */
#include "json_mem.h"

#include <jansson.h>
#include <stdint.h>

#include "mem.h"

/* Sanitizers watch each piece only where it has memory of its own. */
#ifdef __SANITIZE_ADDRESS__
#define BLOCK_SIZE 256
#else
#define BLOCK_SIZE (2 << 20) /* octets; touched only as far as used */
#endif
#define ALIGNMENT _Alignof(max_align_t)

static _Alignas(max_align_t) unsigned char block[BLOCK_SIZE];
static size_t used, live; /* octets, pieces */

static void *
take(size_t size)
{
	void *piece;

	if (size > BLOCK_SIZE - used)
		return mem_alloc(size);
	piece = block + used;
	used += (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	live++;
	return piece;
}

void
json_mem_free(void *piece)
{
	uintptr_t at = (uintptr_t)piece;

	if (at < (uintptr_t)block || at >= (uintptr_t)block + BLOCK_SIZE) {
		mem_free(piece);
	} else if (--live == 0) {
		used = 0;
	}
}

void
json_mem_setup(void)
{
	json_set_alloc_funcs(take, json_mem_free);
}

size_t
json_mem_used(void)
{
	return used;
}
