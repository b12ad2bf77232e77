/* Rows of the database as a page to print. */
#include "print_out.h"

#include <string.h>

#include "view.h"
#include "web/json_mem.h"
#include "web/log.h"

/* Where the rows of the page go. */
#define PLACE "<tbody id=\"zeilen\">"

struct page {
	char row[64]; /* the part of a row */
	char *on;     /* which columns there are, as JSON */
	char *rest;   /* of the page, behind the rows */
};

static void head(struct stream_out *, const struct req *);
static void row(struct stream_out *, const PGresult *);
static void tail(struct stream_out *);
static void end(void *);

const struct stream_format print_out = { "text/html; charset=utf-8", NULL, head,
	row, tail, end };

/* The page without rows, in two pieces. */
static void
head(struct stream_out *out, const struct req *req)
{
	struct page *page = mem_calloc(1, sizeof(*page));
	json_t *note = json_loads(out->note, JSON_DECODE_ANY, NULL);
	json_t *view = view_new(req, 200, note);
	struct buf html = { 0 };
	const char *place = NULL;
	char *on = json_dumps(json_object_get(note, "on"), JSON_COMPACT);

	out->state = page;
	snprintf(page->row, sizeof(page->row), "%s_row", req->route->name);
	page->on = mem_strdup(on == NULL ? "{}" : on);
	json_mem_free(on);
	if (tpl_set_render(out->worker->templates, req->route->name, note, view,
		&html) == RC_OK)
		place = strstr(buf_text(&html), PLACE);
	if (place == NULL) {
		log_event(LOG_LEVEL_ERROR, "page %s has no place for its rows",
		    req->route->name);
		place = buf_text(&html) + html.len;
	} else {
		place += strlen(PLACE);
	}
	buf_add(&out->bytes, html.data, (size_t)(place - html.data));
	page->rest = mem_strdup(place);
	buf_clear(&html);
	json_decref(view);
	json_decref(note);
}

static void
row(struct stream_out *out, const PGresult *res)
{
	const struct page *page = out->state;
	json_t *doc = json_loads(PQgetvalue(res, 0, 0), 0, NULL);
	json_t *below = json_pack("{so}", "on", json_loads(page->on, 0, NULL));

	if (tpl_set_render_part(out->worker->templates, page->row, doc, below,
		&out->bytes) != RC_OK)
		log_event(LOG_LEVEL_ERROR, "part %s", page->row);
	json_decref(below);
	json_decref(doc);
}

static void
tail(struct stream_out *out)
{
	const struct page *page = out->state;

	buf_str(&out->bytes, page->rest);
}

static void
end(void *state)
{
	struct page *page = state;

	mem_free(page->on);
	mem_free(page->rest);
	mem_free(page);
}
