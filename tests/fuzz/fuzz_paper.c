/* The text form of a paper: what is read is written, and read as the same
 * parts. */
#include "fuzz.h"

#include <string.h>

#include "domain/paper.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct paper_issues issues = { 0 }, later = { 0 };
	struct buf text = { 0 };
	json_t *doc, *again, *list;
	const char *name;

	if (paper_read((const char *)data, size, NULL, &doc, &issues) !=
	    RC_OK) {
		CHECK(issues.errors > 0);
		return 0;
	}
	paper_write(doc, &text);
	json_object_del(doc, "new_keys");
	CHECK(paper_read(buf_text(&text), text.len, NULL, &again, &later) ==
	      RC_OK);
	json_object_del(again, "new_keys");
	json_object_foreach (doc, name, list)
		CHECK(json_array_size(list) ==
		      json_array_size(json_object_get(again, name)));
	json_decref(paper_tree(doc));
	buf_clear(&text);
	json_decref(again);
	json_decref(doc);
	return 0;
}
