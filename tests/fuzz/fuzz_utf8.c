/*
 * UTF-8, against libjansson's own check; and what writes texts out: HTML, CSV
 * (reads back as it was) and the log (is JSON whatever comes in).
 */
#include "fuzz.h"

#include <jansson.h>

#include "web/buf.h"
#include "web/csv.h"
#include "web/log.h"

static void
check_reading(const char *s, size_t len)
{
	bool is_valid = utf8_is_valid(s, len), is_replaced = false;
	json_t *text = json_stringn(s, len);
	size_t pos = 0, count = 0;

	CHECK(is_valid == (text != NULL));
	json_decref(text);
	while (pos < len) {
		size_t before = pos;
		uint32_t c = utf8_next(s, len, &pos);

		CHECK(pos > before && pos - before <= 4);
		CHECK(c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff));
		is_replaced = is_replaced || (c == 0xfffd && pos - before == 1);
		count++;
	}
	CHECK(pos == len);
	CHECK(is_replaced == !is_valid);
	if (is_valid)
		CHECK(utf8_count(s, len) == count);
}

/* Reads one quoted cell, as an office does. */
static void
check_csv(const char *s, size_t len)
{
	struct buf b = { 0 }, back = { 0 };
	size_t i = 1, skip;

	csv_text(&b, s, len);
	csv_separator(&b);
	csv_text(&b, s, len);
	csv_end_row(&b);
	CHECK(b.data[0] == '"');
	for (;; i++) {
		CHECK(i < b.len);
		if (b.data[i] == '"' && b.data[++i] != '"')
			break;
		buf_char(&back, b.data[i]);
	}
	CHECK(b.data[i] == ';');
	CHECK(b.len == 2 * i + 3);
	CHECK(back.len - len <= 1);
	skip = back.len - len;
	CHECK(len == 0 || memcmp(back.data + skip, s, len) == 0);
	CHECK(skip == 0 || back.data[0] == '\'');
	CHECK(len == 0 || memchr("=+-@\t\r\n", back.data[0], 7) == NULL);
	buf_clear(&b);
	buf_clear(&back);
}

static void
check_html(const char *s, size_t len)
{
	struct buf b = { 0 };

	buf_html(&b, s, len);
	CHECK(b.len >= len);
	CHECK(strpbrk(buf_text(&b), "<>\"'") == NULL);
	buf_clear(&b);
}

static void
check_log(const char *s)
{
	struct log_request r = { .path = s, .message = s, .address = s };
	const struct timespec at = { 1713780000, 0 };
	struct buf b = { 0 };
	json_t *doc;

	log_request_line(&b, &r, &at);
	CHECK(b.len < 4096);
	CHECK(strchr(b.data, '\n') == b.data + b.len - 1);
	doc = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, NULL);
	CHECK(json_is_object(doc));
	json_decref(doc);
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	char *copy = mem_strndup(s, size);

	check_reading(s, size);
	check_csv(s, size);
	check_html(s, size);
	check_log(copy);
	mem_free(copy);
	return 0;
}
