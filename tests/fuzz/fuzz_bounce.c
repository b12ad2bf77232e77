/* Reports of failed delivery: whatever comes out is short, clean text. */
#include "fuzz.h"

#include "web/bounce.h"

static void
check_text(const char *s, size_t size)
{
	size_t len = strnlen(s, size);

	CHECK(len < size);
	CHECK(utf8_is_valid(s, len));
	for (size_t i = 0; i < len; i++)
		CHECK((unsigned char)s[i] >= 0x20 && s[i] != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct bounce b;
	enum rc rc = bounce_parse((const char *)data, size, &b, &err);

	check_text(b.message_id, sizeof b.message_id);
	check_text(b.recipient, sizeof b.recipient);
	check_text(b.action, sizeof b.action);
	check_text(b.status, sizeof b.status);
	check_text(b.diagnostic, sizeof b.diagnostic);
	if (rc == RC_OK) {
		CHECK(b.message_id[0] != '\0' && b.action[0] != '\0');
	} else {
		CHECK(rc == RC_INVALID && err.code[0] != '\0');
	}
	return 0;
}
