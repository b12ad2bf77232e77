/* Consultation files: whatever JSON comes is a finding, never a crash. */
#include "fuzz.h"

#include <jansson.h>

#include "ctl/import_check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_issues issues = { 0 };
	json_t *doc =
	    json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	size_t count;

	if (doc == NULL)
		return 0;
	count = import_check(doc, &issues);
	CHECK(count == issues.len);
	for (size_t i = 0; i < issues.len; i++) {
		CHECK(issues.list[i].path[0] == '$');
		CHECK(issues.list[i].reason[0] != '\0');
	}
	import_issues_clear(&issues);
	json_decref(doc);
	return 0;
}
