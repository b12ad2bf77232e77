#include "report_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/mem.h"

#define PAGE_SPAN "<span class=\"pg\" data-p=\""

/* Behind the next needle in [at, end), or NULL. */
static const char *
behind(const char *at, const char *end, const char *needle)
{
	size_t len = strlen(needle);
	const char *hit =
	    at < end ? memmem(at, (size_t)(end - at), needle, len) : NULL;

	return hit == NULL ? NULL : hit + len;
}

/* A line is: page, what to show there, the name in quotation marks. */
static int
page_of(const char *dests, const char *id, size_t len)
{
	const char *line = dests;

	while (line != NULL && *line != '\0') {
		const char *end = strchr(line, '\n');
		const char *name = memchr(line, '"',
		    end == NULL ? strlen(line) : (size_t)(end - line));

		if (name != NULL && strncmp(name + 1, id, len) == 0 &&
		    name[1 + len] == '"')
			return (int)strtol(line, NULL, 10);
		line = end == NULL ? NULL : end + 1;
	}
	return 0;
}

size_t
report_fill_pages(
    const char *html, size_t len, const char *dests, struct buf *out)
{
	const char *at = html, *end = html + len, *id, *stop, *close;
	size_t filled = 0;

	while ((id = behind(at, end, PAGE_SPAN)) != NULL) {
		int page;

		stop = memchr(id, '"', (size_t)(end - id));
		close = behind(id, end, "</span>");
		if (stop == NULL || close == NULL)
			break;
		buf_add(out, at, (size_t)(stop - at));
		page = page_of(dests, id, (size_t)(stop - id));
		if (page > 0)
			buf_printf(out, "\">%d</span>", page);
		else
			buf_str(out, "\"></span>");
		filled += page > 0;
		at = close;
	}
	buf_add(out, at, (size_t)(end - at));
	return filled;
}

/* The text of the first <name …>…</name> in [at, end). */
static void
add_element(struct buf *out, const char *at, const char *end, const char *name)
{
	char open[16], close[16];
	const char *from, *to;

	snprintf(open, sizeof open, "<%s", name);
	snprintf(close, sizeof close, "</%s>", name);
	from = behind(at, end, open);
	from = from == NULL ? NULL : behind(from, end, ">");
	to = from == NULL ? NULL : behind(from, end, close);
	if (to == NULL)
		return;
	if (out->len > 0)
		buf_str(out, ". ");
	for (to -= strlen(close); from < to; from++) {
		if (*from == '"')
			buf_str(out, "&quot;");
		else
			buf_char(out, *from);
	}
}

/* <svg> needs its namespace in a file of its own. */
static void
take_chart(const char *at, const char *end, struct report_charts *charts,
    struct buf *out)
{
	static const char space[] = " xmlns=\"http://www.w3.org/2000/svg\"";
	struct report_chart *c;
	struct buf alt = { 0 };

	charts->list =
	    mem_array(charts->list, charts->count + 1, sizeof *charts->list);
	c = &charts->list[charts->count++];
	*c = (struct report_chart){ 0 };
	snprintf(c->name, sizeof c->name, "chart%zu.svg", charts->count);
	buf_str(&c->svg, "<svg");
	if (memmem(at, (size_t)(strchr(at, '>') - at), space + 1,
		sizeof space - 2) == NULL)
		buf_str(&c->svg, space);
	buf_add(&c->svg, at + 4, (size_t)(end - at) - 4);
	add_element(&alt, at, end, "title");
	add_element(&alt, at, end, "desc");
	buf_printf(out, "<img src=\"%s\" alt=\"%s\">", c->name, buf_text(&alt));
	buf_clear(&alt);
}

static bool
starts(const char *at, const char *end, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(end - at) >= len && memcmp(at, with, len) == 0;
}

/*
 * Other tags, whole ones or their beginnings. The alternative text of an image
 * in a <figure> would give way to its caption; in a caption there are no lines.
 */
static const struct {
	const char *from, *to;
	bool is_of_cells;
} others[] = {
	{ "<figure role=\"group\">", "<div>", false },
	{ "<figure>", "<div>", false },
	{ "</figure>", "</div>", false },
	{ "<figcaption>", "<div data-custom-style=\"Image Caption\"><p>",
	    false },
	{ "</figcaption>", "</p></div>", false },
	{ "<small>", " – <small>", false },
	{ "<th>", "<td>", true },
	{ "<th ", "<td ", true },
	{ "</th>", "</td>", true },
};

static bool
put_other(const char **at, const char *end, bool has_cells, struct buf *out)
{
	for (size_t i = 0; i < NELEM(others); i++) {
		if (!starts(*at, end, others[i].from) ||
		    (others[i].is_of_cells && !has_cells))
			continue;
		buf_str(out, others[i].to);
		*at += strlen(others[i].from);
		return true;
	}
	return false;
}

void
report_for_office(const char *html, size_t len, bool plain_cells,
    struct buf *out, struct report_charts *charts)
{
	const char *at = html, *end = html + len, *to;
	bool is_head = false;

	while (at < end) {
		if (*at != '<') {
			buf_char(out, *at++);
			continue;
		}
		if (starts(at, end, "<thead"))
			is_head = true;
		else if (starts(at, end, "</thead"))
			is_head = false;
		if (starts(at, end, "<svg") &&
		    (to = behind(at, end, "</svg>")) != NULL) {
			take_chart(at, to, charts, out);
			at = to;
		} else if (starts(at, end, "<h1") &&
			   (to = behind(at, end, "</h1>")) != NULL)
			at = to;
		else if (!put_other(&at, end, plain_cells && !is_head, out))
			buf_char(out, *at++);
	}
}

void
report_charts_clear(struct report_charts *charts)
{
	for (size_t i = 0; i < charts->count; i++)
		buf_clear(&charts->list[i].svg);
	mem_free(charts->list);
	*charts = (struct report_charts){ 0 };
}

static void
set_times(char *data, size_t len, time_t at)
{
	static const char *const keys[] = { "/CreationDate (D:",
		"/ModDate (D:" };
	char text[24];
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(text, sizeof text, "%Y%m%d%H%M%S+00'00'", &tm);
	for (size_t i = 0; i < NELEM(keys); i++) {
		const char *hit = behind(data, data + len, keys[i]);
		size_t left = hit == NULL ? 0 : len - (size_t)(hit - data);

		if (left > strlen(text) && hit[strlen(text)] == ')')
			memcpy(data + (hit - data), text, strlen(text));
	}
}

/* The number of "(node00000045)" in [at, end), or -1; *at moves behind it. */
static long
next_node(const char **at, const char *end)
{
	while ((*at = behind(*at, end, "(node")) != NULL) {
		if (end - *at > 8 && (*at)[8] == ')' &&
		    strspn(*at, "0123456789") >= 8)
			return strtol(*at, NULL, 10);
	}
	return -1;
}

static int
by_number(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* Counted from 1 without gaps: their order stays, as the tree of ids needs. */
static void
set_nodes(char *data, size_t len)
{
	const char *at = data, *end = data + len;
	long *list = NULL, *found, n;
	size_t count = 0, unique = 0;
	char text[24];

	while ((n = next_node(&at, end)) >= 0) {
		if ((count & (count + 1)) == 0)
			list = mem_array(list, 2 * count + 2, sizeof *list);
		list[count++] = n;
	}
	if (count > 0)
		qsort(list, count, sizeof *list, by_number);
	for (size_t i = 0; i < count; i++)
		if (unique == 0 || list[unique - 1] != list[i])
			list[unique++] = list[i];
	at = data;
	while ((n = next_node(&at, end)) >= 0) {
		found = bsearch(&n, list, unique, sizeof *list, by_number);
		snprintf(text, sizeof text, "%08ld", (long)(found - list) + 1);
		memcpy(data + (at - data), text, 8);
	}
	mem_free(list);
}

void
report_pdf_settle(char *data, size_t len, time_t at)
{
	set_times(data, len, at);
	set_nodes(data, len);
}

static size_t
number(const char *p, int octets)
{
	size_t n = 0;

	while (octets-- > 0)
		n = n << 8 | (unsigned char)p[octets];
	return n;
}

static void
put_time(char *p, const struct tm *tm)
{
	unsigned time = (unsigned)(tm->tm_hour << 11 | tm->tm_min << 5 |
				   tm->tm_sec / 2),
		 day = (unsigned)((tm->tm_year - 80) << 9 |
				  (tm->tm_mon + 1) << 5 | tm->tm_mday);

	p[0] = (char)(time & 0xff);
	p[1] = (char)(time >> 8);
	p[2] = (char)(day & 0xff);
	p[3] = (char)(day >> 8);
}

/* APPNOTE 4.3: the list of entries, each of which names its own head. */
void
report_zip_set_time(char *data, size_t len, time_t at)
{
	size_t row, count, head;
	struct tm tm;

	gmtime_r(&at, &tm);
	if (len < 22 || memcmp(data + len - 22, "PK\5\6", 4) != 0)
		return;
	count = number(data + len - 22 + 10, 2);
	row = number(data + len - 22 + 16, 4);
	while (count-- > 0 && row + 46 <= len &&
	       memcmp(data + row, "PK\1\2", 4) == 0) {
		head = number(data + row + 42, 4);
		if (head + 30 > len)
			return;
		put_time(data + row + 12, &tm);
		put_time(data + head + 10, &tm);
		row += 46 + number(data + row + 28, 2) +
		       number(data + row + 30, 2) + number(data + row + 32, 2);
	}
}
