/* Rows that PostgreSQL wrote as JSON, put together as one document. */
#include "json_out.h"

#include <string.h>

#include "web/json_mem.h"

static void head(struct stream_out *, const struct req *);
static void row(struct stream_out *, const PGresult *);
static void tail(struct stream_out *);

const struct stream_format json_out = { "application/json; charset=utf-8",
	"json", head, row, tail, NULL };

/* Before the rows what the note tells of them as a whole. */
static void
head(struct stream_out *out, const struct req *req)
{
	json_t *note = json_loads(out->note, JSON_DECODE_ANY, NULL);
	json_t *about = json_object_get(note, "about");
	char *text;

	(void)req;
	buf_char(&out->bytes, '{');
	if (about != NULL && (text = json_dumps(about, JSON_COMPACT)) != NULL) {
		buf_add(&out->bytes, text + 1, strlen(text) - 2);
		buf_char(&out->bytes, ',');
		json_mem_free(text);
	}
	buf_str(&out->bytes, "\"rows\":[");
	json_decref(note);
}

static void
row(struct stream_out *out, const PGresult *res)
{
	buf_str(&out->bytes, out->is_first ? "\n" : ",\n");
	buf_add(
	    &out->bytes, PQgetvalue(res, 0, 0), (size_t)PQgetlength(res, 0, 0));
}

static void
tail(struct stream_out *out)
{
	buf_str(&out->bytes, "\n]}\n");
}
