/* Chart objects: drawn or refused with a reason; never markup from a label. */
#include "fuzz.h"

#include <jansson.h>

#include "domain/chart.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct buf out = { 0 };
	json_t *chart;
	enum rc rc;

	chart = json_loadb((const char *)data, size, 0, NULL);
	if (chart == NULL)
		return 0;
	rc = chart_svg(chart, NULL, &out, &err);
	if (rc == RC_OK) {
		CHECK(strncmp(buf_text(&out), "<svg ", 5) == 0);
		CHECK(strcmp(buf_text(&out) + out.len - 6, "</svg>") == 0);
		CHECK(strstr(buf_text(&out), "<script") == NULL);
		CHECK(strstr(buf_text(&out), "=\"-") == NULL);
	} else {
		CHECK(rc == RC_INTERNAL && err.msg[0] != '\0');
	}
	buf_clear(&out);
	json_decref(chart);
	return 0;
}
