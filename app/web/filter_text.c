/* Plain text and Markdown to HTML. */
#include "filter_parts.h"

#include <cmark.h>
#include <string.h>

#include "mem.h"

enum {
	FIRST_HEADING = 3, /* "# x" of a text below the page's h1 and h2 */
	LAST_HEADING = 6
};

static bool
is_blank_line(const char *s, const char *end)
{
	for (; s < end; s++)
		if (*s != ' ' && *s != '\t' && *s != '\r')
			return false;
	return true;
}

void
filter_lines(const char *s, size_t len, struct buf *out)
{
	const char *end = s + len, *e, *next;
	bool in_paragraph = false;

	for (; s < end; s = next) {
		e = memchr(s, '\n', (size_t)(end - s));
		next = e == NULL ? end : e + 1;
		if (e == NULL)
			e = end;
		if (e > s && e[-1] == '\r')
			e--;
		if (is_blank_line(s, e)) {
			if (in_paragraph)
				buf_str(out, "</p>\n");
			in_paragraph = false;
			continue;
		}
		buf_str(out, in_paragraph ? "<br>\n" : "<p>");
		in_paragraph = true;
		buf_html(out, s, (size_t)(e - s));
	}
	if (in_paragraph)
		buf_str(out, "</p>\n");
}

static void
put_piece(json_t *list, const char *text, size_t text_len, const char *name,
    size_t name_len)
{
	if (text_len > 0)
		json_array_append_new(list,
		    json_pack("{ss% sn}", "text", text, text_len, "name"));
	if (name_len > 0)
		json_array_append_new(list,
		    json_pack("{sn ss%}", "text", "name", name, name_len));
}

/* The length of the letters between "[" at s and "]"; 0: there are none. */
static size_t
word_between(const char *s, const char *end)
{
	size_t n = 0;

	while (s + 1 + n < end) {
		unsigned char c = (unsigned char)s[1 + n];

		if (c == ']')
			return n;
		if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c < 0x80)
			return 0;
		n++;
	}
	return 0;
}

json_t *
filter_pieces(const char *s, size_t len)
{
	const char *end = s + len, *at = s, *from = s;
	json_t *list = json_array();
	size_t n;

	while ((at = memchr(at, '[', (size_t)(end - at))) != NULL) {
		n = word_between(at, end);
		if (n == 0) {
			at++;
			continue;
		}
		put_piece(list, from, (size_t)(at - from), at + 1, n);
		at = from = at + n + 2;
	}
	put_piece(list, from, (size_t)(end - from), NULL, 0);
	return list;
}

/* A picture would be fetched from elsewhere: its text takes its place. */
static void
replace_image(cmark_node *image)
{
	cmark_node *child;

	while ((child = cmark_node_first_child(image)) != NULL)
		cmark_node_insert_before(image, child);
	cmark_node_unlink(image);
	cmark_node_free(image);
}

static void
tidy_markdown(cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	cmark_node *node;
	int level;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		node = cmark_iter_get_node(iter);
		if (event == CMARK_EVENT_ENTER &&
		    cmark_node_get_type(node) == CMARK_NODE_HEADING) {
			level = cmark_node_get_heading_level(node) - 1 +
				FIRST_HEADING;
			cmark_node_set_heading_level(
			    node, level > LAST_HEADING ? LAST_HEADING : level);
		}
		/* On leaving, the iterator stands behind the picture. */
		if (event == CMARK_EVENT_EXIT &&
		    cmark_node_get_type(node) == CMARK_NODE_IMAGE)
			replace_image(node);
	}
	cmark_iter_free(iter);
}

void
filter_markdown(const char *s, size_t len, struct buf *out)
{
	cmark_node *root;
	char *html;

	root = cmark_parse_document(s, len, CMARK_OPT_VALIDATE_UTF8);
	tidy_markdown(root);
	html = cmark_render_html(root, CMARK_OPT_DEFAULT);
	buf_str(out, html);
	cmark_get_default_mem_allocator()->free(html);
	cmark_node_free(root);
}
