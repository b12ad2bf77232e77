#include "svg_out.h"

#include "web/filter.h"

static void head(struct stream_out *, const struct req *);
static void row(struct stream_out *, const PGresult *);
static void tail(struct stream_out *);

const struct stream_format svg_out = { "image/svg+xml", "svg", head, row, tail,
	NULL };

static void
head(struct stream_out *out, const struct req *req)
{
	json_t *note = json_loads(out->note, JSON_DECODE_ANY, NULL);
	json_t *drawn = filter_apply("chart", 5, "", 0, "chart", 5, NULL,
	    json_object_get(note, "chart"));

	(void)req;
	if (drawn != NULL)
		buf_str(&out->bytes, json_string_value(drawn));
	json_decref(drawn);
	json_decref(note);
}

static void
row(struct stream_out *out, const PGresult *res)
{
	(void)out;
	(void)res;
}

static void
tail(struct stream_out *out)
{
	(void)out;
}
