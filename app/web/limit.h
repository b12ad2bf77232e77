/*
 * How often somebody may ask: a fixed table of each worker, so that neither the
 * database is asked nor the memory grows. Each of several workers counts for
 * itself.
 */
#ifndef APP_LIMIT_H
#define APP_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct limit_table;

struct limit_answer {
	bool is_over;
	unsigned limit; /* requests a minute; all of them may come at once */
	unsigned remaining; /* of them, now */
	unsigned reset;     /* seconds until all are free again */
	unsigned retry;     /* over: seconds until the next one is */
};

/* One megabyte, for as long as the process lives. */
struct limit_table *limit_new(void);
void limit_free(struct limit_table *t);
/*
 * Counts a request of who (an address, the hash of a token) for what ("api").
 * now_us: of a clock that never goes back. A request that is over is not
 * counted. Where the table is full, who has been quiet longest begins anew.
 */
struct limit_answer limit_take(struct limit_table *t, const char *what,
    const char *who, unsigned per_minute, uint64_t now_us);

#endif
