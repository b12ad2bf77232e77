/*
 * Moments in the time of Berlin by own arithmetic: the server may not open
 * the tz files, and the rule of the European Union (last Sundays of March and
 * October at 01:00 UTC, in force since 1996) is short.
 */
#include "filter_parts.h"

#include <stdint.h>
#include <string.h>

#include "domain/day.h"

struct moment {
	struct date date;
	unsigned hour, minute, second;
	bool is_summer;
};

struct reader {
	const char *s, *end;
};

/* The last Sunday of a month with 31 days, 01:00 UTC, in seconds. */
static int64_t
last_sunday(int64_t year, unsigned month)
{
	int64_t last = day_number((struct date){ year, month, 31 });
	int64_t weekday = ((last + 4) % 7 + 7) % 7; /* 0 = Sunday */

	return (last - weekday) * 86400 + 3600;
}

static int64_t
berlin_offset(int64_t utc)
{
	int64_t day = (utc >= 0 ? utc : utc - 86399) / 86400;
	int64_t year = day_date(day).year;

	return utc >= last_sunday(year, 3) && utc < last_sunday(year, 10)
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

	utc = day_number(m->date) * 86400 + (int64_t)hour * 3600 +
	      (int64_t)minute * 60 + second - east;
	m->is_summer = berlin_offset(utc) == 7200;
	utc += berlin_offset(utc);
	days = (utc >= 0 ? utc : utc - 86399) / 86400;
	rest = utc - days * 86400;
	m->date = day_date(days);
	m->hour = (unsigned)(rest / 3600);
	m->minute = (unsigned)(rest % 3600 / 60);
	m->second = (unsigned)(rest % 60);
	return true;
}

bool
filter_time(const char *s, size_t len, enum time_form form, struct buf *out)
{
	struct moment m = { 0 };
	struct reader r;
	bool has_clock;

	if (!day_parse(s, len, &m.date))
		return false;
	r = (struct reader){ s + 10, s + len };
	has_clock = r.s < r.end;
	if (has_clock && !read_clock(&r, &m))
		return false;
	if (form == TIME_DAY_MONTH)
		buf_printf(out, "%02u.%02u.", m.date.day, m.date.month);
	if (form == TIME_DATE || form == TIME_BOTH || form == TIME_STAMP ||
	    form == TIME_EXACT)
		buf_printf(out, "%02u.%02u.%04d", m.date.day, m.date.month,
		    (int)m.date.year);
	if ((form == TIME_BOTH || form == TIME_STAMP || form == TIME_EXACT) &&
	    has_clock)
		buf_str(out, ", ");
	if ((form == TIME_BOTH || form == TIME_CLOCK) && has_clock)
		buf_printf(out, "%02u:%02u Uhr", m.hour, m.minute);
	if (form == TIME_STAMP && has_clock)
		buf_printf(out, "%02u:%02u:%02u", m.hour, m.minute, m.second);
	if (form == TIME_EXACT && has_clock)
		buf_printf(out, "%02u:%02u:%02u Uhr %s", m.hour, m.minute,
		    m.second, m.is_summer ? "MESZ (UTC+2)" : "MEZ (UTC+1)");
	return true;
}
