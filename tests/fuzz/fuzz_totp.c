/* What people type as a code, and what stands sealed in a row. */
#include "fuzz.h"

#include "web/seal.h"
#include "web/totp.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct keys_list keys = { 2, { { 1 }, { 2 } } };
	static const unsigned char secret[TOTP_SECRET] = { 2 };
	char *typed = mem_strndup((const char *)data, size);
	char digits[TOTP_RECOVERY + 1];
	unsigned char out[TOTP_SECRET];
	enum totp_kind kind = totp_kind(typed, digits);
	long long step = -1;

	CHECK(strspn(digits, "0123456789") == strlen(digits));
	switch (kind) {
	case TOTP_IS_CODE:
		CHECK(strlen(digits) == TOTP_CODE);
		if (totp_verify(secret, digits, 1234567890, &step))
			CHECK(step >= totp_step(1234567890) - 1 &&
			      step <= totp_step(1234567890) + 1);
		else
			CHECK(step == -1);
		break;
	case TOTP_IS_RECOVERY:
		CHECK(strlen(digits) == TOTP_RECOVERY);
		break;
	case TOTP_IS_NEITHER:
		CHECK(digits[0] == '\0');
		break;
	}
	/* nobody without the key makes one */
	CHECK(seal_open(&keys, "totp huber", typed, out, sizeof out, NULL) !=
	      RC_OK);
	mem_free(typed);
	return 0;
}
