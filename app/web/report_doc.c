#include "report_doc.h"

#include <stdio.h>
#include <string.h>

#include "domain/chart.h"
#include "filter_parts.h"
#include "tpl.h"

/*
 * A figure on its way through Markdown: its key between two characters of the
 * private area, which nobody types and Markdown leaves alone.
 */
#define OPEN "\xEE\x80\x80"
#define CLOSE "\xEE\x80\x81"
#define MARK_LEN 3

struct doc {
	json_t *figures, *blocks;
	bool is_page; /* links, no style; else a document of its own */
	struct buf *out;
	struct err *err;
};

static enum rc put_body(struct doc *, const char *);
static void one_line(
    const struct doc *, const char *, size_t, json_t **, struct buf *);
static void flush_text(struct doc *, struct buf *);
static void put_figure(struct doc *, const char *, size_t);
static void figure_words(const json_t *, struct buf *);
static enum rc put_block(struct doc *, json_t *);
static void put_table(struct doc *, json_t *);
static void put_cell(struct doc *, json_t *, const char *, const char *);
static void put_list(struct doc *, json_t *);
static enum rc put_chart(struct doc *, json_t *);
static void put_cover(struct doc *, json_t *);

static const char *
text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

static void
put(struct doc *d, const char *s)
{
	buf_html(d->out, s, strlen(s));
}

/* A string of CSS takes neither quotes nor backslashes nor lines. */
static json_t *
css_text(const char *s)
{
	struct buf b = { 0 };
	json_t *text;

	for (; *s != '\0'; s++)
		if (strchr("\"\\<>&\r\n", *s) == NULL)
			buf_char(&b, *s);
	text = json_string(buf_text(&b));
	buf_clear(&b);
	return text;
}

enum rc
report_doc_html(
    json_t *data, const char *tpl, size_t len, struct buf *out, struct err *err)
{
	json_t *root = json_copy(data), *list = json_array(), *section, *one;
	struct buf html = { 0 };
	struct doc d = { json_object_get(data, "figures"),
		json_object_get(data, "blocks"), false, &html, err };
	struct tpl *t = tpl_parse(tpl, len, err);
	enum rc rc = t == NULL ? err->rc : RC_OK;
	size_t i;

	json_array_foreach (json_object_get(data, "sections"), i, section) {
		if (rc == RC_OK)
			rc = put_body(&d, text_of(section, "body"));
		one = json_copy(section);
		json_object_set_new(
		    one, "html", json_stringn(buf_text(&html), html.len));
		if (i == 0)
			json_object_set_new(one, "cover",
			    json_pack("{sO?}", "rows",
				json_object_get(data, "cover")));
		json_array_append_new(list, one);
		buf_reset(&html);
	}
	json_object_set_new(root, "sections", list);
	json_object_del(root, "cover"); /* of the first section alone */
	json_object_set_new(root, "css_mark", css_text(text_of(data, "mark")));
	if (rc == RC_OK && tpl_render(t, root, NULL, NULL, NULL, out) != RC_OK)
		rc = err_set(err, RC_INTERNAL, "report", "",
		    "the template does not render");
	json_decref(root);
	buf_clear(&html);
	tpl_free(t);
	return rc;
}

enum rc
report_doc_sections(json_t *data, int number, struct buf *out, struct err *err)
{
	struct doc d = { json_object_get(data, "figures"),
		json_object_get(data, "blocks"), true, out, err };
	json_t *section;
	enum rc rc = RC_OK;
	size_t i;

	json_array_foreach (json_object_get(data, "sections"), i, section) {
		int n =
		    (int)json_integer_value(json_object_get(section, "number"));

		if (number != 0 && n != number)
			continue;
		buf_printf(out, "<h2 id=\"s%d\">%d ", n, n);
		put(&d, text_of(section, "title"));
		buf_str(out, "</h2>\n");
		if (i == 0)
			put_cover(&d, json_object_get(data, "cover"));
		rc = put_body(&d, text_of(section, "body"));
		if (rc != RC_OK)
			break;
	}
	return rc;
}

/* Text goes through Markdown up to the next block, which stands between. */
static enum rc
put_body(struct doc *d, const char *body)
{
	struct buf text = { 0 };
	enum rc rc = RC_OK;
	json_t *block;

	while (*body != '\0' && rc == RC_OK) {
		size_t len = strcspn(body, "\n");

		block = NULL;
		one_line(d, body, len, &block, &text);
		if (block != NULL) {
			flush_text(d, &text);
			rc = put_block(d, block);
		}
		body += len + (body[len] == '\n');
	}
	flush_text(d, &text);
	buf_clear(&text);
	return rc;
}

/* Either the block that the line is, or its text with figures marked. */
static void
one_line(const struct doc *d, const char *s, size_t len, json_t **block,
    struct buf *text)
{
	const char *end = s + len, *at, *close;
	char word[128];

	while (len > 0 && (s[len - 1] == '\r' || s[len - 1] == ' '))
		len--;
	if (len > 4 && len < sizeof word && strncmp(s, "{{", 2) == 0 &&
	    strncmp(s + len - 2, "}}", 2) == 0) {
		snprintf(word, sizeof word, "%.*s", (int)len - 4, s + 2);
		*block = json_object_get(d->blocks, word);
		if (*block != NULL)
			return;
	}
	for (at = s; at < end;) {
		size_t rest = (size_t)(end - at);

		close = rest > 7 && strncmp(at, "{{zahl:", 7) == 0
			    ? memchr(at, '}', rest)
			    : NULL;
		if (close != NULL && close + 1 < end && close[1] == '}') {
			buf_str(text, OPEN);
			buf_add(text, at + 7, (size_t)(close - at) - 7);
			buf_str(text, CLOSE);
			at = close + 2;
		} else if (rest >= MARK_LEN &&
			   (strncmp(at, OPEN, MARK_LEN) == 0 ||
			       strncmp(at, CLOSE, MARK_LEN) == 0)) {
			at += MARK_LEN;
		} else {
			buf_char(text, *at++);
		}
	}
	buf_char(text, '\n');
}

static void
flush_text(struct doc *d, struct buf *text)
{
	struct buf html = { 0 };
	const char *s, *from, *to;

	if (text->len == 0)
		return;
	filter_markdown(buf_text(text), text->len, &html);
	for (s = buf_text(&html); (from = strstr(s, OPEN)) != NULL;
	     s = to + MARK_LEN) {
		buf_add(d->out, s, (size_t)(from - s));
		from += MARK_LEN;
		if ((to = strstr(from, CLOSE)) == NULL) {
			s = from;
			break;
		}
		put_figure(d, from, (size_t)(to - from));
	}
	buf_str(d->out, s);
	buf_clear(&html);
	buf_reset(text);
}

static void
put_figure(struct doc *d, const char *key, size_t len)
{
	char name[128];
	json_t *f;
	struct buf words = { 0 };

	snprintf(name, sizeof name, "%.*s", (int)len, key);
	if ((f = json_object_get(d->figures, name)) == NULL) {
		buf_str(d->out, "<strong>[keine Zahl: ");
		put(d, name);
		buf_str(d->out, "]</strong>");
		return;
	}
	figure_words(f, &words);
	if (d->is_page) {
		buf_str(d->out, "<a class=\"app-fig\" href=\"");
		put(d, text_of(f, "href"));
		buf_str(d->out, "\">");
	}
	put(d, buf_text(&words));
	if (d->is_page)
		buf_str(d->out, "</a>");
	if (strcmp(text_of(f, "form"), "percent") == 0) {
		buf_printf(d->out, " (Basis: %lld ",
		    (long long)json_integer_value(json_object_get(f, "base")));
		put(d, text_of(f, "base_label"));
		buf_char(d->out, ')');
	}
	buf_clear(&words);
}

/* Whole percent, half up; from counts alone. */
static void
put_percent(struct buf *out, long long value, long long base)
{
	if (base > 0)
		buf_printf(
		    out, "%lld\xC2\xA0%%", (200 * value + base) / (2 * base));
	else
		buf_str(out, "–");
}

static void
figure_words(const json_t *f, struct buf *out)
{
	const char *form = text_of(f, "form");
	long long value = json_integer_value(json_object_get(f, "value"));
	long long base = json_integer_value(json_object_get(f, "base"));
	json_t *part;
	size_t i;

	if (strcmp(form, "of") == 0)
		buf_printf(out, "%lld von %lld", value, base);
	else if (strcmp(form, "percent") == 0)
		put_percent(out, value, base);
	else if (strcmp(form, "positions") == 0)
		buf_printf(
		    out, "%lld Position%s", value, value == 1 ? "" : "en");
	else if (strcmp(form, "stances") != 0)
		buf_printf(out, "%lld", value);
	else
		json_array_foreach (json_object_get(f, "parts"), i, part)
			buf_printf(out, "%s%lld %s", i == 0 ? "" : ", ",
			    (long long)json_integer_value(
				json_object_get(part, "count")),
			    text_of(part, "word"));
}

static enum rc
put_block(struct doc *d, json_t *block)
{
	const char *type = text_of(block, "type");

	if (strcmp(type, "chart") == 0)
		return put_chart(d, block);
	if (strcmp(type, "list") == 0)
		put_list(d, block);
	else
		put_table(d, block);
	return RC_OK;
}

static void
put_head(struct doc *d, json_t *columns)
{
	json_t *c;
	size_t i;

	if (!d->is_page) {
		buf_str(d->out, "<colgroup>");
		json_array_foreach (columns, i, c)
			buf_printf(d->out, "<col style=\"width:%lld%%\">",
			    (long long)json_integer_value(
				json_object_get(c, "width")));
		buf_str(d->out, "</colgroup>");
	}
	buf_str(d->out, "<thead><tr>");
	json_array_foreach (columns, i, c) {
		buf_printf(d->out, "<th scope=\"col\"%s>",
		    json_is_true(json_object_get(c, "is_number"))
			? " class=\"is-num\""
			: "");
		put(d, text_of(c, "title"));
		buf_str(d->out, "</th>");
	}
	buf_str(d->out, "</tr></thead><tbody>\n");
}

static void
put_table(struct doc *d, json_t *table)
{
	json_t *columns = json_object_get(table, "columns"), *row, *cell;
	size_t i, j;

	if (json_array_size(json_object_get(table, "rows")) == 0) {
		buf_str(d->out, "<p>");
		put(d, text_of(table, "empty"));
		buf_str(d->out, "</p>\n");
		return;
	}
	if (d->is_page) {
		buf_str(d->out, "<div class=\"app-scroll\" tabindex=\"0\" "
				"role=\"region\" aria-label=\"");
		put(d, text_of(table, "caption"));
		buf_str(d->out, "\">");
	}
	buf_printf(d->out, "<table%s><caption>",
	    d->is_page ? " class=\"app-table\"" : "");
	put(d, text_of(table, "caption"));
	if (text_of(table, "base")[0] != '\0') {
		buf_str(d->out, " <small>Basis: ");
		put(d, text_of(table, "base"));
		buf_str(d->out, "</small>");
	}
	buf_str(d->out, "</caption>");
	put_head(d, columns);
	json_array_foreach (json_object_get(table, "rows"), i, row) {
		buf_str(d->out, "<tr>");
		json_array_foreach (row, j, cell)
			put_cell(d, cell, j == 0 ? "th scope=\"row\"" : "td",
			    json_is_true(json_object_get(
				json_array_get(columns, j), "is_number"))
				? " class=\"is-num\""
				: "");
		buf_str(d->out, "</tr>\n");
	}
	buf_str(d->out,
	    d->is_page ? "</tbody></table></div>\n" : "</tbody></table>\n");
}

static void
put_cell(struct doc *d, json_t *cell, const char *tag, const char *class)
{
	json_t *percent = json_object_get(cell, "percent");
	const char *s = json_string_value(cell);

	buf_printf(d->out, "<%s%s>", tag, class);
	if (json_is_array(percent))
		put_percent(d->out,
		    json_integer_value(json_array_get(percent, 0)),
		    json_integer_value(json_array_get(percent, 1)));
	else if (json_is_integer(cell))
		buf_printf(d->out, "%lld", (long long)json_integer_value(cell));
	for (; s != NULL && *s != '\0';) {
		size_t len = strcspn(s, "\n");

		buf_html(d->out, s, len);
		s += len;
		if (*s == '\n') {
			buf_str(d->out, "<br>");
			s++;
		}
	}
	buf_printf(d->out, "</%.2s>", tag);
}

static void
put_list(struct doc *d, json_t *list)
{
	json_t *items = json_object_get(list, "items"), *x;
	size_t i;

	if (json_array_size(items) == 0) {
		buf_str(d->out, "<p>");
		put(d, text_of(list, "empty"));
		buf_str(d->out, "</p>\n");
		return;
	}
	buf_str(d->out, "<ul>\n");
	json_array_foreach (items, i, x) {
		buf_str(d->out, "<li><strong>");
		put(d, text_of(x, "strong"));
		buf_str(d->out, "</strong> ");
		put(d, text_of(x, "text"));
		buf_str(d->out, " (");
		if (d->is_page) {
			buf_str(d->out, "<a class=\"app-fig\" href=\"");
			put(d, text_of(x, "href"));
			buf_str(d->out, "\">");
		}
		put(d, text_of(x, "number"));
		buf_str(d->out, d->is_page ? "</a>).</li>\n" : ").</li>\n");
	}
	buf_str(d->out, "</ul>\n");
}

/* The picture, and its figures as a table below. */
static enum rc
put_chart(struct doc *d, json_t *block)
{
	json_t *chart = json_object_get(block, "chart");
	enum rc rc;

	buf_str(d->out, d->is_page
			    ? "<figure class=\"app-chart\"><div "
			      "class=\"app-chart__scroll\" tabindex=\"0\" "
			      "role=\"region\" aria-label=\"Diagramm: "
			    : "<figure role=\"group\">");
	if (d->is_page) {
		put(d, text_of(chart, "title"));
		buf_str(d->out, "\">");
	}
	rc = chart_svg(chart, NULL, d->out, d->err);
	buf_str(d->out, d->is_page ? "</div><figcaption>" : "<figcaption>");
	put(d, text_of(chart, "title"));
	buf_str(d->out, "</figcaption></figure>\n");
	if (rc == RC_OK)
		put_table(d, json_object_get(block, "table"));
	return rc;
}

static void
put_cover(struct doc *d, json_t *cover)
{
	json_t *x;
	size_t i;

	buf_str(d->out, "<dl class=\"app-facts\">");
	json_array_foreach (cover, i, x) {
		buf_str(d->out, "<dt>");
		put(d, text_of(x, "name"));
		buf_str(d->out, "</dt><dd>");
		put(d, text_of(x, "value"));
		buf_str(d->out, "</dd>");
	}
	buf_str(d->out, "</dl>\n");
}
