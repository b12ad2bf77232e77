/* JSON bodies: fields as promised, arrays as repeated fields. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form f = { 0 };
	struct err err = { 0 };
	enum rc rc;

	rc = form_parse_json(&f, (const char *)data, size, &err);
	check_form(&f);
	if (rc != RC_OK)
		check_refusal(rc, &err);
	for (size_t i = 0; i < f.count; i++) {
		if (f.fields[i].is_null)
			CHECK(f.fields[i].value_len == 0);
	}
	form_clear(&f);
	return 0;
}
