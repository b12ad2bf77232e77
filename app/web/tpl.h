/*
 * Logic-less Mustache templates over Jansson, parsed once at start.
 *
 * Beside the specification: a name may be followed by filters,
 * {{closes_at|datetime}}, {{stance|label}},
 * {{#stance|is:agree}}…{{/stance|is:agree}},
 * {{{body|markdown}}}; a quoted literal may stand for the name,
 * {{{"css/app.css"|asset}}}. See filter.h for the list. An argument may stand
 * in quotes. False, null, "", 0 and an empty list hide a section; true shows
 * it without changing what "." is.
 */
#ifndef APP_TPL_H
#define APP_TPL_H

#include <jansson.h>
#include <stdbool.h>

#include "buf.h"
#include "rc.h"

struct tpl;

/* Finds a partial by name; NULL = renders as nothing. */
typedef const struct tpl *(*tpl_partial_fn)(void *ctx, const char *name);

/* src is copied. NULL with err filled (line, reason) on a broken template. */
struct tpl *tpl_parse(const char *src, size_t len, struct err *err);
void tpl_free(struct tpl *t);
/*
 * Renders over the stack { below, root }: names are looked up in root first,
 * then in below (may be NULL). RC_INTERNAL on too deep nesting and on output
 * that does not end.
 */
enum rc tpl_render(const struct tpl *t, json_t *root, json_t *below,
    tpl_partial_fn partial, void *ctx, struct buf *out) MUST_CHECK;

/*
 * The folder of templates: pages/NAME.html and parts/NAME.html. A page may
 * begin with lines "key: template" up to a line "---"; they are rendered into
 * the object `head` (head.title, head.class) of the layout as plain text.
 */
struct tpl_set;

/*
 * NULL with err filled ("pages/chapter.html:12: unknown filter …") when a
 * template is broken, names a part that is not there, or puts a value where
 * escaping does not help:
 * - {{{ }}} and {{& }} only behind a filter that makes HTML, and {{{content}}}
 *   in the layout; what makes HTML stands in text, not in an attribute;
 * - values in tags only in double-quoted attributes, never in style, on*,
 *   <script>, <style> or comments;
 * - an address (href, src, action …) begins with / # or ?, https:// or
 *   mailto:, with a value named href, *_href or action, or with an asset. Such
 *   a value is shown as "#" when it is no own path, no web or mail address, no
 *   otpauth: key and no plain text to be saved;
 * - a section leaves the HTML where it found it.
 */
struct tpl_set *tpl_set_load(const char *dir, struct err *err);
void tpl_set_free(struct tpl_set *set);
bool tpl_set_has(const struct tpl_set *set, const char *page);
/*
 * Renders page NAME in parts/layout.html, where {{{content}}} is the page.
 * doc: what the SQL function answered; view: what the server adds (csrf, path,
 * …), found under the name `view`.
 */
enum rc tpl_set_render(const struct tpl_set *set, const char *page, json_t *doc,
    json_t *view, struct buf *out) MUST_CHECK;

/* Renders parts/NAME.html alone: rows of a page that is sent as it is made. */
enum rc tpl_set_render_part(const struct tpl_set *set, const char *part,
    json_t *doc, json_t *below, struct buf *out) MUST_CHECK;

/*
 * A folder of plain texts NAME.txt with the same front matter: nothing is
 * escaped, and the texts are parts of each other.
 */
struct tpl_set *tpl_set_load_text(
    const char *dir, const char *folder, struct err *err);
/* head gets the front matter. RC_NOTFOUND when there is no such text. */
enum rc tpl_set_render_text(const struct tpl_set *set, const char *name,
    json_t *doc, json_t *head, struct buf *out) MUST_CHECK;

#endif
