/* Urlencoded bodies: what was taken, encoded again, reads the same. */
#include "fuzz.h"

#include "web/buf.h"

static void
encode(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
			buf_char(out, *s);
		else if (c == ' ')
			buf_char(out, '+');
		else
			buf_printf(out, "%%%02X", c);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form f = { 0 }, again = { 0 };
	struct err err = { 0 };
	struct buf b = { 0 };
	enum rc rc;

	rc = form_parse_urlencoded(&f, (const char *)data, size, &err);
	check_form(&f);
	if (rc != RC_OK) {
		check_refusal(rc, &err);
		goto out;
	}
	for (size_t i = 0; i < f.count; i++) {
		encode(&b, f.fields[i].name);
		buf_char(&b, '=');
		encode(&b, f.fields[i].value);
		buf_char(&b, '&');
	}
	CHECK(
	    form_parse_urlencoded(&again, buf_text(&b), b.len, &err) == RC_OK);
	check_same_form(&f, &again);
out:
	form_clear(&f);
	form_clear(&again);
	buf_clear(&b);
	return 0;
}
