/* Days of the Gregorian calendar as numbers, without clock or time zone. */
#ifndef APP_DAY_H
#define APP_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct date {
	int64_t year;
	unsigned month, day;
};

/* Days since 1970-01-01. */
int64_t day_number(struct date d);
struct date day_date(int64_t number);
/* Is there such a day? */
bool day_is_date(struct date d);
/*
 * The date in the first ten of at least ten characters, "2024-04-26"; false
 * when it is none. What follows is not looked at.
 */
bool day_parse(const char *s, size_t len, struct date *d);

#endif
