/* Cookie headers: what comes out is short, clean and stands in the header. */
#include "fuzz.h"

#include "web/cookie.h"
#include "web/token.h"

#define NAME "__Host-sid"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *header = mem_strndup((const char *)data, size);
	char out[TOKEN_LEN + 1], pair[sizeof NAME + TOKEN_LEN + 2];
	char csrf[TOKEN_LEN + 1];

	memset(out, 'x', sizeof out);
	if (cookie_get(header, NAME, out, sizeof out)) {
		CHECK(strlen(out) > 0 && strlen(out) <= TOKEN_LEN);
		CHECK(strspn(out,
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			  "0123456789-_") == strlen(out));
		snprintf(pair, sizeof pair, NAME "=%s", out);
		CHECK(strstr(header, pair) != NULL);
		/* the only one of its name */
		CHECK(token_is_wellformed(out) == (strlen(out) == TOKEN_LEN));
		token_csrf(out, csrf);
		CHECK(token_is_wellformed(csrf));
	} else {
		CHECK(out[0] == '\0');
	}
	mem_free(header);
	return 0;
}
