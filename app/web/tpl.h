/*
 * Logic-less Mustache templates over Jansson, parsed once at start.
 *
 * Beside the specification: a name may be followed by filters,
 * {{closes_at|datetime}}, {{stance|label}}, {{#stance|is:agree}}…{{/stance|is:agree}},
 * {{{body|markdown}}}; a quoted literal may stand for the name,
 * {{{"css/app.css"|asset}}}. See filter.h for the list.
 */
#ifndef APP_TPL_H
#define APP_TPL_H

#include <jansson.h>

#include "buf.h"
#include "rc.h"

struct tpl;

/* Finds a partial by name; NULL = renders as nothing. */
typedef const struct tpl *(*tpl_partial_fn)(void *ctx, const char *name);

/* src is copied. NULL with err filled (line and reason) on a broken template. */
struct tpl *tpl_parse(const char *src, size_t len, struct err *err);
void tpl_free(struct tpl *t);
/*
 * Renders over the stack { below, root }: names are looked up in root first,
 * then in below (may be NULL). RC_INTERNAL on too deep nesting.
 */
enum rc tpl_render(const struct tpl *t, json_t *root, json_t *below,
    tpl_partial_fn partial, void *ctx, struct buf *out) MUST_CHECK;

/*
 * The folder of templates: pages/NAME.html and parts/NAME.html. A page may
 * begin with lines "key: template" up to a line "---"; they are rendered into
 * the object `head` (head.title, head.class) of the layout.
 */
struct tpl_set;

struct tpl_set *tpl_set_load(const char *dir, struct err *err);
void tpl_set_free(struct tpl_set *set);
bool tpl_set_has(const struct tpl_set *set, const char *page);
/*
 * Renders page NAME in parts/layout.html, where {{{content}}} is the page.
 * doc: what the SQL function answered; view: what the server adds (csrf, path,
 * …), found under the name `view`.
 */
enum rc tpl_set_render(const struct tpl_set *set, const char *page,
    json_t *doc, json_t *view, struct buf *out) MUST_CHECK;

#endif
