/* The log: valid JSON whatever is in it, one line, one write. */
#include "unit.h"

#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include "web/log.h"
#include "web/mem.h"

static const struct log_request sample = {
	.request_id = "r-1",
	.method = "POST",
	.route = "answer_save",
	.path = "/consultations/dachstrategie-2024/response?token=geheim",
	.status = 303,
	.bytes = 120,
	.total_ms = 4.25,
	.database_ms = 3.5,
	.person_id = 42,
	.address = "2001:db8::1",
};

static const char *
text_of(const json_t *doc, const char *key)
{
	const char *s = json_string_value(json_object_get(doc, key));

	assert_non_null(s);
	return s;
}

/* One line, one object. */
static json_t *
parse(const struct buf *b)
{
	json_error_t why;
	json_t *doc;

	assert_true(b->len > 1);
	assert_ptr_equal(strchr(b->data, '\n'), b->data + b->len - 1);
	doc = json_loadb(b->data, b->len, JSON_REJECT_DUPLICATES, &why);
	if (doc == NULL)
		print_error("%s in %s\n", why.text, b->data);
	assert_non_null(doc);
	return doc;
}

static void
a_request(void **state)
{
	const struct timespec at = { 1713780000, 123999999 };
	struct buf b = { 0 };
	json_t *doc;

	(void)state;
	log_request_line(&b, &sample, &at);
	doc = parse(&b);
	assert_string_equal(text_of(doc, "time"), "2024-04-22T10:00:00.123Z");
	assert_string_equal(text_of(doc, "level"), "info");
	assert_string_equal(text_of(doc, "request_id"), "r-1");
	assert_string_equal(text_of(doc, "method"), "POST");
	assert_string_equal(text_of(doc, "route"), "answer_save");
	assert_string_equal(
	    text_of(doc, "path"), "/consultations/dachstrategie-2024/response");
	assert_string_equal(text_of(doc, "address"), "2001:db8::1");
	assert_string_equal(text_of(doc, "message"), "");
	assert_int_equal(
	    json_integer_value(json_object_get(doc, "status")), 303);
	assert_int_equal(
	    json_integer_value(json_object_get(doc, "person_id")), 42);
	assert_true(
	    json_real_value(json_object_get(doc, "database_ms")) == 3.5);
	assert_null(strstr(buf_text(&b), "geheim"));
	json_decref(doc);
	buf_clear(&b);
}

static void
times(void **state)
{
	static const struct {
		struct timespec at;
		const char *text;
	} rows[] = {
		{ { 0, 0 }, "1970-01-01T00:00:00.000Z" },
		{ { -1, 999000000 }, "1969-12-31T23:59:59.999Z" },
		{ { 951782399, 0 }, "2000-02-28T23:59:59.000Z" },
		{ { 951782400, 0 }, "2000-02-29T00:00:00.000Z" },
		{ { 1709251199, 0 }, "2024-02-29T23:59:59.000Z" },
		{ { 1709251200, 0 }, "2024-03-01T00:00:00.000Z" },
		{ { 1735689599, 999999999 }, "2024-12-31T23:59:59.999Z" },
		{ { 4107542400, 0 }, "2100-03-01T00:00:00.000Z" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		json_t *doc;

		buf_reset(&b);
		log_event_line(&b, LOG_LEVEL_INFO, "x", &rows[i].at);
		doc = parse(&b);
		assert_string_equal(text_of(doc, "time"), rows[i].text);
		json_decref(doc);
	}
	buf_clear(&b);
}

static void
levels_follow_the_status(void **state)
{
	static const struct {
		int status;
		const char *level;
	} rows[] = { { 200, "info" }, { 304, "info" }, { 404, "warning" },
		{ 422, "warning" }, { 500, "error" }, { 503, "error" } };
	const struct timespec at = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct log_request r = sample;
		struct buf b = { 0 };
		json_t *doc;

		r.status = rows[i].status;
		log_request_line(&b, &r, &at);
		doc = parse(&b);
		assert_string_equal(text_of(doc, "level"), rows[i].level);
		json_decref(doc);
		buf_clear(&b);
	}
}

static void
hostile_texts(void **state)
{
	static const char *const texts[] = {
		"zwei\r\n{\"level\":\"info\"}",
		"\"\\\b\x1b[31mrot",
		"Gr\xf6\xdf"
		"e",
		"abgeschnitten \xe2\x82",
		"\xe2\x80\xa8Zeile\xc2\x85",
		"\xed\xa0\x80",
		"",
		NULL,
	};
	const struct timespec at = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(texts); i++) {
		struct log_request r = { .path = texts[i],
			.message = texts[i],
			.method = texts[i] };
		struct buf b = { 0 };

		log_request_line(&b, &r, &at);
		json_decref(parse(&b));
		for (size_t c = 0; c + 1 < b.len; c++)
			assert_true((unsigned char)b.data[c] >= 0x20);
		buf_clear(&b);
	}
}

static void
long_texts_are_cut_between_characters(void **state)
{
	const struct timespec at = { 0 };
	struct log_request r = sample;
	struct buf text = { 0 }, b = { 0 };
	json_t *doc;

	(void)state;
	buf_char(&text, '/');
	for (int i = 0; i < 5000; i++)
		buf_str(&text, "€");
	r.path = r.message = r.request_id = r.address = buf_text(&text);
	log_request_line(&b, &r, &at);
	assert_true(b.len < 4096);
	doc = parse(&b);
	assert_null(strstr(buf_text(&b), "ufffd"));
	json_decref(doc);
	/* escapes count as what they become */
	memset(text.data, 0x1b, text.len);
	r.route = r.method = buf_text(&text);
	buf_reset(&b);
	log_request_line(&b, &r, &at);
	assert_true(b.len < 4096);
	json_decref(parse(&b));
	buf_clear(&b);
	buf_clear(&text);
}

/* The real way out, through a pipe in place of the standard output. */
static void
lines_reach_the_standard_output(void **state)
{
	int pipes[2], kept = dup(STDOUT_FILENO);
	char got[4096];
	struct buf b = { 0 };
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDOUT_FILENO);
	log_request(&sample);
	n = read(pipes[0], got, sizeof got);
	log_event(LOG_LEVEL_WARNING, "Datenbank %s nach %d ms", "weg", 30);
	dup2(kept, STDOUT_FILENO);
	assert_true(n > 0);
	buf_add(&b, got, (size_t)n);
	json_decref(parse(&b));
	n = read(pipes[0], got, sizeof got);
	assert_true(n > 0);
	buf_reset(&b);
	buf_add(&b, got, (size_t)n);
	json_decref(parse(&b));
	assert_non_null(strstr(buf_text(&b), "Datenbank weg nach 30 ms"));
	assert_non_null(strstr(buf_text(&b), "\"warning\""));
	buf_clear(&b);
	close(pipes[0]);
	close(pipes[1]);
	close(kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request),
		cmocka_unit_test(times),
		cmocka_unit_test(levels_follow_the_status),
		cmocka_unit_test(hostile_texts),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(lines_reach_the_standard_output),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
