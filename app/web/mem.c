/* Memory that never comes back NULL: running out ends the process. */
#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void mem_die(size_t size);

void *
mem_alloc(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);

	if (p == NULL)
		mem_die(size);
	return p;
}

void *
mem_calloc(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (p == NULL)
		mem_die(size);
	return p;
}

void *
mem_realloc(void *p, size_t size)
{
	void *q = realloc(p, size > 0 ? size : 1);

	if (q == NULL)
		mem_die(size);
	return q;
}

void *
mem_array(void *p, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		mem_die(SIZE_MAX);
	return mem_realloc(p, count * size);
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *
mem_strndup(const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		mem_die(len);
	copy = mem_alloc(len + 1);
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

void
mem_free(void *p)
{
	free(p);
}

static _Noreturn void
mem_die(size_t size)
{
	fprintf(stderr, "out of memory (%zu bytes)\n", size);
	abort();
}
