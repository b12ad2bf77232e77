/*
 * Calendar arithmetic after the scheme of eras of 400 years whose years begin
 * in March, so that the leap day is the last day of its year.
 */
#include "day.h"

enum {
	DAYS_OF_ERA = 146097,
	EPOCH = 719468 /* 1970-01-01 from the first day of era 0 */
};

int64_t
day_number(struct date d)
{
	int64_t year = d.month <= 2 ? d.year - 1 : d.year;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t month = d.month > 2 ? d.month - 3 : d.month + 9;
	int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;

	return era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - EPOCH;
}

struct date
day_date(int64_t number)
{
	int64_t n = number + EPOCH, era, day, year, day_of_year, month;
	struct date d;

	era = (n >= 0 ? n : n - DAYS_OF_ERA + 1) / DAYS_OF_ERA;
	day = n - era * DAYS_OF_ERA;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day_of_year = day - (365 * year + year / 4 - year / 100);
	month = (5 * day_of_year + 2) / 153;

	d.day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1);
	d.month = (unsigned)(month < 10 ? month + 3 : month - 9);
	d.year = year + era * 400 + (d.month <= 2);
	return d;
}

bool
day_is_date(struct date d)
{
	static const unsigned char length[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };
	bool is_leap =
	    d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);

	if (d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1)
		return false;
	return d.day <=
	       length[d.month - 1] + (d.month == 2 && is_leap ? 1u : 0u);
}

static bool
read_digits(const char *s, size_t count, unsigned *n)
{
	*n = 0;
	for (; count > 0; count--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		*n = *n * 10 + (unsigned)(*s - '0');
	}
	return true;
}

bool
day_parse(const char *s, size_t len, struct date *d)
{
	unsigned year;

	if (len < 10 || !read_digits(s, 4, &year) || s[4] != '-' ||
	    !read_digits(s + 5, 2, &d->month) || s[7] != '-' ||
	    !read_digits(s + 8, 2, &d->day))
		return false;
	d->year = year;
	return day_is_date(*d);
}
