/* Buffers and the memory below them. */
#include "unit.h"

#include "web/buf.h"
#include "web/mem.h"

static void
empty_is_a_string(void **state)
{
	struct buf b = { 0 };
	char *taken;

	(void)state;
	assert_string_equal(buf_text(&b), "");
	buf_reset(&b);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	mem_free(taken);
	buf_clear(&b);
	assert_null(b.data);
}

static void
grows_and_stays_terminated(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		buf_char(&b, 'x');
		assert_int_equal(b.data[b.len], 0);
	}
	assert_int_equal(b.len, 10000);
	buf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 10003);
	assert_memory_equal(b.data + 10000, "a\0b", 4);
	buf_reset(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_text(&b), "");
	buf_clear(&b);
}

static void
prints_more_than_fits(void **state)
{
	struct buf b = { 0 };
	char long_text[3000];

	(void)state;
	memset(long_text, 'y', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	buf_printf(&b, "%s-%d", "Länder", 16);
	assert_string_equal(buf_text(&b), "Länder-16");
	buf_printf(&b, "%s!", long_text);
	assert_int_equal(b.len, strlen("Länder-16") + 3000);
	assert_int_equal(b.data[b.len - 1], '!');
	buf_clear(&b);
}

static void
prints_exactly_to_the_edge(void **state)
{
	(void)state;
	for (size_t n = 180; n < 270; n++) {
		struct buf b = { 0 };

		buf_printf(&b, "%*s", (int)n, "x");
		assert_int_equal(b.len, n);
		assert_int_equal(b.data[n - 1], 'x');
		assert_int_equal(b.data[n], 0);
		buf_clear(&b);
	}
}

static void
escapes_html(void **state)
{
	static const char text[] = "<b onclick='x'>„Größe & Wert\" </b>";
	struct buf b = { 0 };

	(void)state;
	buf_html(&b, text, strlen(text));
	assert_string_equal(buf_text(&b),
	    "&lt;b onclick=&#39;x&#39;&gt;„Größe &amp; Wert&quot; &lt;/b&gt;");
	buf_html(&b, "", 0);
	buf_reset(&b);
	buf_html(&b, "a\0<", 3);
	assert_int_equal(b.len, 6);
	buf_clear(&b);
}

static void
copies_parts(void **state)
{
	char *s = mem_strndup("Kernteam", 4);
	int *row;

	(void)state;
	assert_string_equal(s, "Kern");
	mem_free(s);
	s = mem_strdup("");
	assert_string_equal(s, "");
	mem_free(s);
	row = mem_calloc(4, sizeof *row);
	assert_int_equal(row[3], 0);
	row = mem_array(row, 8, sizeof *row);
	mem_free(row);
	mem_free(mem_alloc(0));
	mem_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_a_string),
		cmocka_unit_test(grows_and_stays_terminated),
		cmocka_unit_test(prints_more_than_fits),
		cmocka_unit_test(prints_exactly_to_the_edge),
		cmocka_unit_test(escapes_html),
		cmocka_unit_test(copies_parts),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
