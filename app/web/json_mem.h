/*
 * Memory of JSON documents. A page's document is thousands of small values
 * that come and go together: they are cut from one block, and the block is
 * whole again when the last of them is given back. What finds no room there,
 * or was made before json_mem_setup, is ordinary memory.
 */
#ifndef APP_JSON_MEM_H
#define APP_JSON_MEM_H

#include <stddef.h>

/*
 * Jansson takes its memory here from now on. For one thread; call it when
 * everything that lives as long as the process is loaded, because one value
 * kept keeps the whole block from being used anew.
 */
void json_mem_setup(void);
/* Gives back what json_dumps returned. */
void json_mem_free(void *text);
/* How many bytes of the block are taken now; 0 when nothing lives in it. */
size_t json_mem_used(void);

#endif
