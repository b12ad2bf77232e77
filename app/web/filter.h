/*
 * The filters that templates may use: a table, one row each. An argument
 * follows a colon and runs to the next | or the end of the tag; double quotes
 * around it are allowed: {{days_left|plural:Tag;Tage}}, {{key|label:"nav"}}.
 * @name stands for a text of the document: {{#code|is:@filter.land}}selected.
 */
#ifndef APP_FILTER_H
#define APP_FILTER_H

#include <jansson.h>
#include <stdbool.h>

#include "buf.h"
#include "rc.h"

/*
 * name   argument   result
 * label  list?      German word for a code, from text/labels.json; the list is
 *                   the last part of the name unless given. An evaluation has
 *                   its own words for some: see filter_word
 * is     word       true when the value is that string (or number)
 * any               true unless null, false, 0, "" or an empty array or object:
 *                   {{#rows|any}}<ul>{{#rows}}…{{/rows}}</ul>{{/rows|any}}
 * date              26.04.2024
 * daymonth          26.04.
 * time              14:03 Uhr
 * datetime          26.04.2024, 23:59 Uhr (Europe/Berlin)
 * stamp             26.04.2024, 23:59:58, for lists of many moments
 * moment            18.04.2024, 09:42:17 Uhr MESZ (UTC+2), for receipts
 * number            1.234
 * plural  "one;many"  the word that fits the number
 * pieces            a text cut at its [Words]: [{"text", "name"}], of each one
 *                   is null; for texts with places to fill in
 * lines             paragraphs and line breaks of plain text, escaped (raw)
 * markdown          CommonMark in its safe mode, headings from <h3> (raw)
 * soft              soft hyphens into long words
 * asset             /static/NAME.HASH.EXT of a file below assets (raw-safe)
 * chart  width?     SVG from a chart object (raw), 1040 pixels wide by default
 * report number?    the sections of a paper (report_doc.h), or one (raw)
 * qr                QR code of a text as SVG (raw)
 * json              compact JSON; as any text it is escaped when shown
 * count             number of elements of an array, a number
 * url               percent-encoded for use in a path or query
 */

/* Where filters find what they need; set once at start. */
struct filter_env {
	json_t *labels; /* { list: { code: word } } */
	const char *(*asset)(void *ctx, const char *); /* NULL = unknown */
	void *asset_ctx;
};

void filter_setup(const struct filter_env *env);
/* Is there a filter of that name? The parser asks, so a typo fails early. */
bool filter_exists(const char *name, size_t len);
/* Is its result HTML already? For the lint of {{{ }}}. */
bool filter_is_raw(const char *name, size_t len);
/*
 * The word of a list, or NULL. What kind of stage is spoken of (NULL: any) may
 * choose another list: "stage_words" says that an evaluation takes "still", and
 * where "stance@still" has a word it goes before that of "stance".
 */
json_t *filter_word(const json_t *labels, const char *list, size_t list_len,
    const char *code, size_t code_len, const char *stage_kind);
/*
 * Applies one filter. key: last part of the template's name; stage_kind: as in
 * filter_word. Returns a new reference (json_true/json_false for tests, a
 * string otherwise); NULL renders as nothing.
 */
json_t *filter_apply(const char *name, size_t name_len, const char *arg,
    size_t arg_len, const char *key, size_t key_len, const char *stage_kind,
    json_t *value);

#endif
