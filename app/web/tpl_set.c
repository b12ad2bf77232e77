/* The folder of templates: loading, linking partials, page in layout. */
#include "tpl_node.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1024 * 1024, MAX_HEAD = 16 };

/* A line of the front matter. */
struct head_line {
	char *key;
	struct tpl *tpl;
};

struct page {
	char *name;
	char *file; /* for messages: "pages/chapter.html" */
	struct tpl *tpl;
	struct head_line head[MAX_HEAD];
	size_t head_count;
};

struct folder {
	struct page *pages; /* sorted by name */
	size_t count;
	const char *ext; /* ".html", or ".txt": no escaping, no lint */
	bool is_plain;
};

struct tpl_set {
	struct folder pages;
	struct folder parts;
	const struct page *layout;
};

static enum rc load_folder(struct folder *f, const char *dir, const char *name,
    struct err *err) MUST_CHECK;
static enum rc load_page(
    struct page *p, const char *dir, bool is_plain, struct err *err) MUST_CHECK;
static enum rc parse_head(struct page *p, const char **src, size_t *len,
    unsigned *line, struct err *err) MUST_CHECK;
static enum rc link_partials(
    const struct folder *parts, struct folder *f, struct err *err) MUST_CHECK;
static enum rc read_file(
    const char *path, struct buf *out, struct err *err) MUST_CHECK;
static const struct page *find_page(const struct folder *f, const char *name);
static void folder_clear(struct folder *f);
static enum rc render_head(
    const struct page *p, json_t *doc, json_t *below, json_t *head) MUST_CHECK;

struct tpl_set *
tpl_set_load(const char *dir, struct err *err)
{
	struct tpl_set *set = mem_calloc(1, sizeof(*set));
	enum rc rc;

	set->parts.ext = set->pages.ext = ".html";
	rc = load_folder(&set->parts, dir, "parts", err);
	if (rc == RC_OK)
		rc = load_folder(&set->pages, dir, "pages", err);
	if (rc == RC_OK) {
		set->layout = find_page(&set->parts, "layout");
		if (set->layout == NULL)
			rc = err_set(err, RC_INTERNAL, "template", "",
			    "%s/parts/layout.html is missing", dir);
	}
	if (rc == RC_OK)
		rc = link_partials(&set->parts, &set->parts, err);
	if (rc == RC_OK)
		rc = link_partials(&set->parts, &set->pages, err);
	if (rc == RC_OK)
		return set;
	tpl_set_free(set);
	return NULL;
}

struct tpl_set *
tpl_set_load_text(const char *dir, const char *name, struct err *err)
{
	struct tpl_set *set = mem_calloc(1, sizeof(*set));
	enum rc rc;

	set->pages.ext = ".txt";
	set->pages.is_plain = true;
	rc = load_folder(&set->pages, dir, name, err);
	if (rc == RC_OK)
		rc = link_partials(&set->pages, &set->pages, err);
	if (rc == RC_OK)
		return set;
	tpl_set_free(set);
	return NULL;
}

void
tpl_set_free(struct tpl_set *set)
{
	if (set == NULL)
		return;
	folder_clear(&set->pages);
	folder_clear(&set->parts);
	mem_free(set);
}

bool
tpl_set_has(const struct tpl_set *set, const char *page)
{
	return find_page(&set->pages, page) != NULL;
}

enum rc
tpl_set_render(const struct tpl_set *set, const char *page, json_t *doc,
    json_t *view, struct buf *out)
{
	const struct page *p = find_page(&set->pages, page);
	struct buf body = { 0 };
	json_t *below = json_object(), *top = json_object();
	json_t *head = json_object();
	enum rc rc = RC_INTERNAL;

	if (p == NULL)
		goto out;
	json_object_set(below, "view", view);
	rc = tpl_render(p->tpl, doc, below, NULL, NULL, &body);
	if (rc == RC_OK)
		rc = render_head(p, doc, below, head);
	if (rc != RC_OK)
		goto out;
	json_object_set(top, "view", view);
	json_object_set(top, "head", head);
	json_object_set_new_nocheck(
	    top, "content", json_stringn_nocheck(buf_text(&body), body.len));
	rc = tpl_render(set->layout->tpl, top, doc, NULL, NULL, out);
out:
	json_decref(head);
	json_decref(top);
	json_decref(below);
	buf_clear(&body);
	return rc;
}

enum rc
tpl_set_render_part(const struct tpl_set *set, const char *part, json_t *doc,
    json_t *below, struct buf *out)
{
	const struct page *p = find_page(&set->parts, part);

	return p == NULL ? RC_INTERNAL
			 : tpl_render(p->tpl, doc, below, NULL, NULL, out);
}

enum rc
tpl_set_render_text(const struct tpl_set *set, const char *name, json_t *doc,
    json_t *head, struct buf *out)
{
	const struct page *p = find_page(&set->pages, name);
	enum rc rc;

	if (p == NULL)
		return RC_NOTFOUND;
	rc = render_head(p, doc, NULL, head);
	if (rc != RC_OK)
		return rc;
	return tpl_render(p->tpl, doc, NULL, NULL, NULL, out);
}

static enum rc
render_head(const struct page *p, json_t *doc, json_t *below, json_t *head)
{
	struct buf text = { 0 };
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < p->head_count && rc == RC_OK; i++) {
		buf_reset(&text);
		rc = tpl_render(p->head[i].tpl, doc, below, NULL, NULL, &text);
		if (rc == RC_OK)
			json_object_set_new_nocheck(head, p->head[i].key,
			    json_stringn_nocheck(buf_text(&text), text.len));
	}
	buf_clear(&text);
	return rc;
}

static int
compare_pages(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static const struct page *
find_page(const struct folder *f, const char *name)
{
	size_t low = 0, high = f->count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(name, f->pages[middle].name);
		if (order == 0)
			return &f->pages[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void
folder_clear(struct folder *f)
{
	struct page *p;
	size_t i, j;

	for (i = 0; i < f->count; i++) {
		p = &f->pages[i];
		for (j = 0; j < p->head_count; j++) {
			mem_free(p->head[j].key);
			tpl_free(p->head[j].tpl);
		}
		tpl_free(p->tpl);
		mem_free(p->name);
		mem_free(p->file);
	}
	mem_free(f->pages);
	*f = (struct folder){ 0 };
}

/* A page without its text yet: name "chapter", file "pages/chapter.html". */
static void
add_page(struct folder *f, const char *folder, const char *file_name)
{
	struct buf file = { 0 };
	struct page *p;

	buf_printf(&file, "%s/%s", folder, file_name);
	f->pages = mem_array(f->pages, f->count + 1, sizeof(*f->pages));
	p = &f->pages[f->count++];
	*p = (struct page){ 0 };
	p->file = buf_take(&file);
	p->name = mem_strndup(file_name, strlen(file_name) - strlen(f->ext));
}

static bool
is_template(const char *name, const char *ext)
{
	size_t len = strlen(name), ext_len = strlen(ext);

	return len > ext_len && name[0] != '.' &&
	       strcmp(name + len - ext_len, ext) == 0;
}

static enum rc
load_folder(
    struct folder *f, const char *dir, const char *name, struct err *err)
{
	struct buf path = { 0 };
	struct dirent *entry;
	enum rc rc = RC_OK;
	DIR *d;
	size_t i;

	buf_printf(&path, "%s/%s", dir, name);
	d = opendir(buf_text(&path));
	if (d == NULL) {
		rc = err_set(err, RC_INTERNAL, "template", "", "%s: %s",
		    buf_text(&path), strerror(errno));
		goto out;
	}
	while ((entry = readdir(d)) != NULL)
		if (is_template(entry->d_name, f->ext))
			add_page(f, name, entry->d_name);
	closedir(d);
	if (f->count > 1)
		qsort(f->pages, f->count, sizeof(*f->pages), compare_pages);
	for (i = 0; i < f->count && rc == RC_OK; i++)
		rc = load_page(&f->pages[i], dir, f->is_plain, err);
out:
	buf_clear(&path);
	return rc;
}

static enum rc
load_page(struct page *p, const char *dir, bool is_plain, struct err *err)
{
	struct buf path = { 0 }, text = { 0 };
	unsigned line = 1;
	const char *src;
	enum rc rc;
	size_t len;

	buf_printf(&path, "%s/%s", dir, p->file);
	rc = read_file(buf_text(&path), &text, err);
	if (rc != RC_OK)
		goto out;
	src = buf_text(&text);
	len = text.len;
	rc = parse_head(p, &src, &len, &line, err);
	if (rc != RC_OK)
		goto out;
	p->tpl = tpl_parse_part(src, len, p->file, line, is_plain, err);
	if (p->tpl == NULL)
		rc = RC_INTERNAL;
	else if (!is_plain)
		rc = tpl_lint(p->tpl, p->file,
		    strcmp(p->file, "parts/layout.html") == 0, err);
out:
	buf_clear(&path);
	buf_clear(&text);
	return rc;
}

static enum rc
read_file(const char *path, struct buf *out, struct err *err)
{
	char chunk[16384];
	enum rc rc = RC_OK;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return err_set(err, RC_INTERNAL, "template", "", "%s: %s", path,
		    strerror(errno));
	while (
	    (n = fread(chunk, 1, sizeof(chunk), f)) > 0 && out->len <= MAX_FILE)
		buf_add(out, chunk, n);
	if (ferror(f) || out->len > MAX_FILE)
		rc = err_set(err, RC_INTERNAL, "template", "", "%s: %s", path,
		    ferror(f) ? "cannot be read" : "is too long");
	fclose(f);
	return rc;
}

/* Length of "key" in "key: value", 0 when the line is no such line. */
static size_t
head_key_len(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len && line[i] >= 'a' && line[i] <= 'z'; i++)
		;
	return i < len && line[i] == ':' ? i : 0;
}

static enum rc
add_head_line(
    struct page *p, const char *s, size_t len, unsigned line, struct err *err)
{
	size_t key_len = head_key_len(s, len), skip = key_len + 1;
	struct head_line *h;
	size_t i;

	if (key_len == 0 || p->head_count == MAX_HEAD)
		return err_set(err, RC_INTERNAL, "template", "",
		    "%s:%u: expected \"key: text\" or ---", p->file, line);
	while (skip < len && s[skip] == ' ')
		skip++;
	h = &p->head[p->head_count];
	h->tpl = tpl_parse_part(s + skip, len - skip, p->file, line, true, err);
	if (h->tpl == NULL)
		return RC_INTERNAL;
	h->key = mem_strndup(s, key_len);
	p->head_count++;
	for (i = 0; i < h->tpl->node_count; i++)
		if (h->tpl->nodes[i].kind == TPL_PARTIAL)
			return err_set(err, RC_INTERNAL, "template", "",
			    "%s:%u: no partials in the front matter", p->file,
			    line);
	return RC_OK;
}

/*
 * Lines "key: template" up to a line "---". A file whose first line is no
 * such line has no front matter.
 */
static enum rc
parse_head(struct page *p, const char **src, size_t *len, unsigned *line,
    struct err *err)
{
	const char *s = *src, *end = s + *len, *e;
	bool is_end = false;
	enum rc rc;

	e = memchr(s, '\n', *len);
	if (e == NULL || head_key_len(s, (size_t)(e - s)) == 0)
		return RC_OK;
	while (!is_end) {
		e = memchr(s, '\n', (size_t)(end - s));
		if (e == NULL)
			return err_set(err, RC_INTERNAL, "template", "",
			    "%s:%u: front matter without ---", p->file, *line);
		is_end = e - s == 3 && memcmp(s, "---", 3) == 0;
		if (!is_end) {
			rc = add_head_line(p, s, (size_t)(e - s), *line, err);
			if (rc != RC_OK)
				return rc;
		}
		s = e + 1;
		(*line)++;
	}
	*src = s;
	*len = (size_t)(end - s);
	return RC_OK;
}

static enum rc
link_partials(const struct folder *parts, struct folder *f, struct err *err)
{
	const struct page *part;
	struct tpl_node *n;
	size_t i, j;

	for (i = 0; i < f->count; i++) {
		for (j = 0; j < f->pages[i].tpl->node_count; j++) {
			n = &f->pages[i].tpl->nodes[j];
			if (n->kind != TPL_PARTIAL)
				continue;
			part = find_page(parts, n->text.s);
			if (part == NULL)
				return err_set(err, RC_INTERNAL, "template", "",
				    "%s:%u: there is no %s%s%s",
				    f->pages[i].file, n->line,
				    parts->is_plain ? "" : "parts/", n->text.s,
				    parts->ext);
			n->target = part->tpl;
		}
	}
	return RC_OK;
}
