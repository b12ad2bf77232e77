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
