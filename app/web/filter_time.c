/*
 * Moments in the time of Berlin by own arithmetic: the server may not open
 * the tz files, and the rule of the European Union (last Sundays of March and
 * October at 01:00 UTC, in force since 1996) is short.
 */
#include "filter_parts.h"

#include <stdint.h>
#include <string.h>

struct moment {
	int64_t year;
	unsigned month, day, hour, minute;
};

struct reader {
	const char *s, *end;
};

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t
days_from_date(int64_t year, unsigned month, unsigned day)
{
	/* Years begin in March, so that the leap day is the last. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

static void
date_from_days(int64_t days, struct moment *m)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
				  day_of_era / 36524 - day_of_era / 146096) /
			      365;
	int64_t day_of_year =
	    day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;

	m->day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	m->month = (unsigned)(month_from_march < 10 ? month_from_march + 3
						    : month_from_march - 9);
	m->year = year_of_era + era * 400 + (m->month <= 2);
}

/* The last Sunday of a month with 31 days, 01:00 UTC, in seconds. */
static int64_t
last_sunday(int64_t year, unsigned month)
{
	int64_t last = days_from_date(year, month, 31);
	int64_t weekday = ((last + 4) % 7 + 7) % 7; /* 0 = Sunday */

	return (last - weekday) * 86400 + 3600;
}

static int64_t
berlin_offset(int64_t utc)
{
	struct moment m;
	int64_t days = (utc >= 0 ? utc : utc - 86399) / 86400;

	date_from_days(days, &m);
	return utc >= last_sunday(m.year, 3) && utc < last_sunday(m.year, 10)
		   ? 7200
		   : 3600;
}

/* Exactly `digits` digits. */
static bool
read_digits(struct reader *r, size_t digits, unsigned *n)
{
	size_t i;

	if ((size_t)(r->end - r->s) < digits)
		return false;
	for (*n = 0, i = 0; i < digits; i++, r->s++) {
		if (*r->s < '0' || *r->s > '9')
			return false;
		*n = *n * 10 + (unsigned)(*r->s - '0');
	}
	return true;
}

static bool
read_char(struct reader *r, const char *accepted)
{
	if (r->s == r->end || *r->s == '\0' || strchr(accepted, *r->s) == NULL)
		return false;
	r->s++;
	return true;
}

static unsigned
month_length(unsigned year, unsigned month)
{
	static const unsigned char length[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return length[month - 1] + (month == 2 && is_leap ? 1u : 0u);
}

static bool
read_date(struct reader *r, struct moment *m)
{
	unsigned year;

	if (!read_digits(r, 4, &year) || !read_char(r, "-") ||
	    !read_digits(r, 2, &m->month) || !read_char(r, "-") ||
	    !read_digits(r, 2, &m->day))
		return false;
	m->year = year;
	return year > 0 && m->month >= 1 && m->month <= 12 && m->day >= 1 &&
	       m->day <= month_length(year, m->month);
}

/* "Z", "+02", "+0200" or "+02:00", as seconds east of Greenwich. */
static bool
read_offset(struct reader *r, int64_t *seconds)
{
	unsigned hours, minutes = 0;
	bool is_west;

	*seconds = 0;
	if (read_char(r, "Zz"))
		return r->s == r->end;
	is_west = r->s < r->end && *r->s == '-';
	if (!read_char(r, "+-") || !read_digits(r, 2, &hours))
		return false;
	if (r->s < r->end) {
		(void)read_char(r, ":");
		if (!read_digits(r, 2, &minutes))
			return false;
	}
	*seconds = (int64_t)hours * 3600 + (int64_t)minutes * 60;
	if (is_west)
		*seconds = -*seconds;
	return r->s == r->end && hours < 24 && minutes < 60;
}

/* Clock and offset behind the date; m becomes the time in Berlin. */
static bool
read_clock(struct reader *r, struct moment *m)
{
	unsigned hour, minute, second = 0;
	int64_t utc, east, days, rest;

	if (!read_char(r, "Tt ") || !read_digits(r, 2, &hour) ||
	    !read_char(r, ":") || !read_digits(r, 2, &minute))
		return false;
	if (read_char(r, ":") && !read_digits(r, 2, &second))
		return false;
	if (read_char(r, "."))
		while (r->s < r->end && *r->s >= '0' && *r->s <= '9')
			r->s++;
	if (hour > 24 || minute > 59 || second > 60 || !read_offset(r, &east))
		return false;

	utc = days_from_date(m->year, m->month, m->day) * 86400 +
	      (int64_t)hour * 3600 + (int64_t)minute * 60 + second - east;
	utc += berlin_offset(utc);
	days = (utc >= 0 ? utc : utc - 86399) / 86400;
	rest = utc - days * 86400;
	date_from_days(days, m);
	m->hour = (unsigned)(rest / 3600);
	m->minute = (unsigned)(rest % 3600 / 60);
	return true;
}

bool
filter_time(const char *s, size_t len, enum time_form form, struct buf *out)
{
	struct reader r = { s, s + len };
	struct moment m = { 0 };
	bool has_clock;

	if (!read_date(&r, &m))
		return false;
	has_clock = r.s < r.end;
	if (has_clock && !read_clock(&r, &m))
		return false;
	if (form == TIME_DAY_MONTH)
		buf_printf(out, "%02u.%02u.", m.day, m.month);
	if (form == TIME_DATE || form == TIME_BOTH)
		buf_printf(out, "%02u.%02u.%04d", m.day, m.month, (int)m.year);
	if (form == TIME_BOTH && has_clock)
		buf_str(out, ", ");
	if ((form == TIME_BOTH || form == TIME_CLOCK) && has_clock)
		buf_printf(out, "%02u:%02u Uhr", m.hour, m.minute);
	return true;
}
