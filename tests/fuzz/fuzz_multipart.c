/*
 * Multipart bodies; the first line of the input is the Content-Type header.
 * What was taken, written with another boundary, reads the same.
 */
#include "fuzz.h"

#include "web/buf.h"

#define BOUNDARY "resonanz-0f9d8c7b6a"

/* As browsers do it. */
static void
add_name(struct buf *b, const char *key, const char *name)
{
	buf_printf(b, "; %s=\"", key);
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			buf_char(b, '\\');
		buf_char(b, *name);
	}
	buf_char(b, '"');
}

static void
write_form(struct buf *b, const struct form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		buf_str(b, "--" BOUNDARY "\r\ncontent-disposition: form-data");
		add_name(b, "name", f->fields[i].name);
		if (f->fields[i].filename != NULL)
			add_name(b, "filename", f->fields[i].filename);
		buf_str(b, "\r\n\r\n");
		buf_add(b, f->fields[i].value, f->fields[i].value_len);
		buf_str(b, "\r\n");
	}
	buf_str(b, "--" BOUNDARY "--\r\n");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	struct form f = { 0 }, again = { 0 };
	struct err err = { 0 };
	struct buf b = { 0 };
	char *type;
	size_t skip;
	enum rc rc;

	if (end == NULL)
		return 0;
	skip = (size_t)(end - data) + 1;
	type = mem_strndup((const char *)data, skip - 1);
	rc = form_parse_multipart(
	    &f, type, (const char *)data + skip, size - skip, &err);
	check_form(&f);
	if (rc != RC_OK) {
		check_refusal(rc, &err);
		goto out;
	}
	write_form(&b, &f);
	if (memmem(b.data, b.len, "%22", 3) != NULL ||
	    memmem(data, size, BOUNDARY, strlen(BOUNDARY)) != NULL)
		goto out; /* would be read as a quotation mark, or as an end */
	CHECK(form_parse_multipart(&again,
		  "multipart/form-data; boundary=" BOUNDARY, buf_text(&b),
		  b.len, &err) == RC_OK);
	check_same_form(&f, &again);
out:
	mem_free(type);
	form_clear(&f);
	form_clear(&again);
	buf_clear(&b);
	return 0;
}
