/*
 * Templates: any text parses or is refused with a reason; what parses renders
 * over a fixed tree without end or fault, also as its own partial; and where
 * the lint lets it through, no value brings markup of its own into the page.
 */
#include "fuzz.h"

#include <jansson.h>

#include "web/buf.h"
#include "web/filter.h"
#include "web/tpl_node.h"

static const char tree[] =
    "{\"a\": \"<evil>\", \"b\": 1, \"c\": [1, \"<evil>\", null],"
    " \"d\": {\"a\": \"javascript:x\", \"href\": \"javascript:x\"},"
    " \"e\": true, \"f\": [[1], {\"a\": 2}], \"g\": \"2024-04-26\"}";

static const struct tpl *
itself(void *ctx, const char *name)
{
	(void)name;
	return ctx;
}

/* The markup that came out is what the template itself holds. */
static void
check_escaped(const char *source, const struct buf *out)
{
	if (strcasestr(source, "evil") == NULL)
		CHECK(strstr(buf_text(out), "<evil>") == NULL);
	if (strcasestr(source, "javascript") == NULL)
		CHECK(strstr(buf_text(out), "<a href=\"javascript") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static json_t *doc;
	struct err err = { 0 };
	struct buf out = { 0 };
	char *source;
	struct tpl *t;
	enum rc rc;

	if (doc == NULL)
		doc = json_loads(tree, 0, NULL);
	if (size > 4096 || memchr(data, '\0', size) != NULL)
		return 0;
	t = tpl_parse((const char *)data, size, &err);
	if (t == NULL) {
		CHECK(err.rc == RC_INTERNAL);
		CHECK(strncmp(err.msg, "line ", 5) == 0);
		return 0;
	}
	rc = tpl_render(t, doc, NULL, itself, t, &out);
	CHECK(rc == RC_OK || rc == RC_INTERNAL);
	if (tpl_lint(t, "x", false, &err) == RC_OK) {
		buf_reset(&out);
		rc = tpl_render(t, doc, NULL, NULL, NULL, &out);
		CHECK(rc == RC_OK || rc == RC_INTERNAL);
		source = mem_strndup((const char *)data, size);
		check_escaped(source, &out);
		mem_free(source);
	}
	buf_clear(&out);
	tpl_free(t);
	return 0;
}
