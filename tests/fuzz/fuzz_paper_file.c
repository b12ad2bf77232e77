/* A paper in a file: its ZIP, the XML of an ODT, and what pandoc says of it. */
#include "fuzz.h"

#include "domain/paper_odt.h"
#include "domain/paper_pandoc.h"
#include "web/zip_check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct paper_issues issues = { 0 };
	struct buf out = { 0 };
	enum zip_kind kind;
	struct err err;
	json_t *doc;

	if (zip_check(data, size, &kind, &err) == RC_OK && kind == ZIP_ODT)
		CHECK(zip_take(data, size, "content.xml", &out, &err) == RC_OK);
	buf_reset(&out);
	paper_odt_mark((const char *)data, size, &out);
	CHECK(out.len >= size);
	buf_reset(&out);
	doc = json_loadb((const char *)data, size, 0, NULL);
	if (doc != NULL) {
		paper_odt_styles(doc);
		(void)!paper_from_pandoc(doc, &out, &issues);
	}
	json_decref(doc);
	buf_clear(&out);
	return 0;
}
