/* Memory that never comes back NULL: running out ends the process. */
#ifndef APP_MEM_H
#define APP_MEM_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* Each returns memory that the caller frees with mem_free; never NULL. */
void *mem_alloc(size_t size);
void *mem_calloc(size_t count, size_t size);
void *mem_realloc(void *p, size_t size);
/* count * size, dying on overflow instead of wrapping. */
void *mem_array(void *p, size_t count, size_t size);
char *mem_strdup(const char *s);
/* A NUL-terminated copy of the first len bytes. */
char *mem_strndup(const char *s, size_t len);
void mem_free(void *p);

#endif
