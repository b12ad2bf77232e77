/* Forms: nothing is lost silently, nothing broken comes in. */
#include "unit.h"

#include "web/form.h"
#include "web/buf.h"

static void
urlencoded(struct form *f, const char *data)
{
	struct err err = { 0 };

	assert_int_equal(
	    form_parse_urlencoded(f, data, strlen(data), &err), RC_OK);
}

static void
refuses_urlencoded(const char *data, size_t len, const char *code)
{
	struct form f = { 0 };
	struct err err = { 0 };

	assert_int_equal(form_parse_urlencoded(&f, data, len, &err), RC_BAD);
	assert_string_equal(err.code, code);
	assert_int_equal(err.rc, RC_BAD);
	form_clear(&f);
}

static void
a_text_keeps_its_lines(void **state)
{
	struct form f = { 0 };

	(void)state;
	urlencoded(&f, "body=Die+L%C3%A4nder+tragen+mit.%0D%0A%0D%0A"
		       "%09Einzelheiten%3A%0Dfolgen.%0A&x=a=y");
	assert_int_equal(f.count, 2);
	assert_string_equal(form_get(&f, "body")->value,
	    "Die Länder tragen mit.\n\n\tEinzelheiten:\nfolgen.\n");
	assert_int_equal(form_get(&f, "body")->value_len,
	    strlen(form_get(&f, "body")->value));
	assert_string_equal(form_get(&f, "x")->value, "a=y");
	form_clear(&f);
}

static void
empty_and_repeated_fields_stay(void **state)
{
	const struct form_field *field;
	struct form f = { 0 };

	(void)state;
	urlencoded(&f, "&&leer=&ohne&p%5B%5D=eins&p[]=&p[]=drei&");
	assert_int_equal(f.count, 5);
	assert_string_equal(form_get(&f, "leer")->value, "");
	assert_string_equal(form_get(&f, "ohne")->value, "");
	field = form_get(&f, "p[]");
	assert_string_equal(field->value, "eins");
	field = form_next(&f, field);
	assert_string_equal(field->value, "");
	field = form_next(&f, field);
	assert_string_equal(field->value, "drei");
	assert_null(form_next(&f, field));
	assert_null(form_get(&f, "fehlt"));
	form_clear(&f);
	assert_int_equal(f.count, 0);
	assert_null(form_get(&f, "leer"));
}

static void
an_empty_body_is_an_empty_form(void **state)
{
	struct form f = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(form_parse_urlencoded(&f, "", 0, &err), RC_OK);
	assert_int_equal(f.count, 0);
	form_clear(&f);
}

static void
broken_urlencoded(void **state)
{
	char name[80];

	(void)state;
	refuses_urlencoded("a=%", 3, "bad_escape");
	refuses_urlencoded("a=%4", 4, "bad_escape");
	refuses_urlencoded("a=%zz", 5, "bad_escape");
	refuses_urlencoded("a=%C3", 5, "bad_utf8");
	refuses_urlencoded("a=%FCber", 8, "bad_utf8");
	refuses_urlencoded("a=%ED%A0%80", 11, "bad_utf8");
	refuses_urlencoded("a=%00", 5, "nul_byte");
	refuses_urlencoded("a=x\0y", 5, "nul_byte");
	refuses_urlencoded("=wert", 5, "bad_name");
	refuses_urlencoded("a%00b=1", 7, "bad_name");
	refuses_urlencoded("a%0Ab=1", 7, "bad_name");
	refuses_urlencoded("a%FF=1", 6, "bad_utf8");
	/* a percent sign at the edge of the data, digits only behind it */
	refuses_urlencoded("a=%41", 4, "bad_escape");
	memset(name, 'n', sizeof name);
	refuses_urlencoded(name, FORM_MAX_NAME + 1, "bad_name");
}

static void
many_fields(void **state)
{
	struct form f = { 0 };
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < FORM_MAX_FIELDS; i++)
		buf_printf(&b, "f%d=%d&", i, i);
	urlencoded(&f, buf_text(&b));
	assert_int_equal(f.count, FORM_MAX_FIELDS);
	assert_string_equal(form_get(&f, "f999")->value, "999");
	form_clear(&f);
	buf_str(&b, "einer=mehr");
	assert_int_equal(
	    form_parse_urlencoded(&f, b.data, b.len, &err), RC_BAD);
	assert_string_equal(err.code, "too_many_fields");
	form_clear(&f);
	buf_clear(&b);
}

static void
fields_can_be_added(void **state)
{
	struct form f = { 0 };

	(void)state;
	urlencoded(&f, "mail=a%40b.example");
	form_add(&f, "target", "K4.G2.5xxx", 7);
	assert_int_equal(f.count, 2);
	assert_string_equal(form_get(&f, "target")->value, "K4.G2.5");
	assert_string_equal(form_get(&f, "mail")->value, "a@b.example");
	form_clear(&f);
}

/* --- multipart ------------------------------------------------------------ */

#define TYPE "multipart/form-data; boundary=----WebKitFormBoundaryX7"
#define B "------WebKitFormBoundaryX7"

static enum rc
multipart(struct form *f, const char *type, const char *data, struct err *err)
{
	return form_parse_multipart(f, type, data, strlen(data), err);
}

static void
a_browser_sends_multipart(void **state)
{
	static const char data[] =
	    B "\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\n"
	      "Zeile eins\r\nZeile – zwei\r\n\r\n" B
	      "\r\nContent-Disposition: form-data; name=\"leer\"\r\n\r\n\r\n" B
	      "\r\ncontent-disposition: form-data; name=\"paper\"; "
	      "filename=\"Beschluss; \\\"Endfassung\\\" %22neu%22.txt\"\r\n"
	      "Content-Type: text/plain\r\n"
	      "Content-Transfer-Encoding: binary\r\n\r\n"
	      "--kein Ende\r\n--auch nicht\r\n" B
	      "\r\nContent-Disposition: form-data; name=plain\r\n\r\n"
	      "x\r\n" B "--\r\nwas danach kommt, zählt nicht";
	struct form f = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(multipart(&f, TYPE, data, &err), RC_OK);
	assert_int_equal(f.count, 4);
	assert_string_equal(
	    form_get(&f, "body")->value, "Zeile eins\nZeile – zwei\n");
	assert_null(form_get(&f, "body")->filename);
	assert_string_equal(form_get(&f, "leer")->value, "");
	assert_string_equal(
	    form_file(&f, "paper")->value, "--kein Ende\r\n--auch nicht");
	assert_null(form_get(&f, "paper")); /* never taken for a text */
	assert_string_equal(form_file(&f, "paper")->filename,
	    "Beschluss; \"Endfassung\" \"neu\".txt");
	assert_string_equal(form_get(&f, "plain")->value, "x");
	form_clear(&f);
}

/* In whatever encoding and with whatever octets. */
static void
a_file_comes_as_it_is(void **state)
{
	static const char data[] =
	    "--x\r\nContent-Disposition: form-data; name=f; filename=a.csv\r\n"
	    "\r\nGr\xf6\xdf"
	    "e\r\0\n;\r\n--x\r\n"
	    "Content-Disposition: form-data; name=f; filename=\"\"\r\n\r\n\r\n"
	    "--x--";
	struct form f = { 0 };
	struct err err = { 0 };
	const struct form_field *file;

	(void)state;
	assert_int_equal(
	    form_parse_multipart(&f, "multipart/form-data; boundary=x", data,
		sizeof data - 1, &err),
	    RC_OK);
	file = form_file(&f, "f");
	assert_string_equal(file->filename, "a.csv");
	assert_int_equal(file->value_len, 9);
	assert_memory_equal(file->value,
	    "Gr\xf6\xdf"
	    "e\r\0\n;",
	    10);
	file = form_next(&f, file);
	assert_string_equal(file->filename, "");
	assert_int_equal(file->value_len, 0);
	assert_null(form_next(&f, file));
	form_clear(&f);
}

static void
boundaries_come_quoted_and_behind_others(void **state)
{
	static const char data[] =
	    "preamble\r\n--a b:c\r\n"
	    "Content-Disposition: form-data; name=\"q\"\r\n\r\n1\r\n--a b:c--";
	struct form f = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
	    multipart(&f,
		"Multipart/Form-Data; charset=utf-8; Boundary=\"a b:c\"; x=y",
		data, &err),
	    RC_OK);
	assert_string_equal(form_get(&f, "q")->value, "1");
	form_clear(&f);
	/* a form without any field */
	assert_int_equal(
	    multipart(&f, "multipart/form-data; boundary=z", "--z--\r\n", &err),
	    RC_OK);
	assert_int_equal(f.count, 0);
	form_clear(&f);
}

static void
broken_multipart(void **state)
{
	static const char head[] =
	    "Content-Disposition: form-data; name=\"a\"\r\n\r\n";
	static const struct {
		const char *type, *data, *code;
	} rows[] = {
		{ "text/plain", "", "bad_multipart" },
		{ NULL, "", "bad_multipart" },
		{ "multipart/form-data", "--x--", "bad_multipart" },
		{ "multipart/form-data; boundary=", "--", "bad_multipart" },
		{ "multipart/form-data; boundary=\"x", "--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x", "", "bad_multipart" },
		{ "multipart/form-data; boundary=x", "kein", "bad_multipart" },
		{ "multipart/form-data; boundary=x", "--x", "bad_multipart" },
		{ "multipart/form-data; boundary=x", "--x\r\n",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x", "--x\r\n\r\n1\r\n--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x",
		    "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n"
		    "--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x",
		    "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n"
		    "1\r\n--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x",
		    "--x\r\nContent-Disposition: form-data; name=\"a\"; "
		    "name=\"b\"\r\n\r\n1\r\n--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x",
		    "--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n"
		    "1\r\n--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x",
		    "--x\r\nContent-Transfer-Encoding: base64\r\n"
		    "Content-Disposition: form-data; name=\"a\"\r\n\r\n"
		    "MQ==\r\n--x--",
		    "bad_multipart" },
		{ "multipart/form-data; boundary=x",
		    "--x\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n"
		    "1\r\n--x--",
		    "bad_name" },
		{ "multipart/form-data; boundary=x",
		    "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
		    "\xff\r\n--x--",
		    "bad_utf8" },
	};
	struct form f = { 0 };
	struct err err = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    multipart(&f, rows[i].type, rows[i].data, &err), RC_BAD);
		assert_string_equal(err.code, rows[i].code);
		form_clear(&f);
	}
	/* a body that was cut anywhere is never taken */
	buf_printf(&b, "--x\r\n%sWert\r\n--x--", head);
	for (size_t len = 0; len < b.len; len++) {
		assert_int_equal(
		    form_parse_multipart(&f, "multipart/form-data; boundary=x",
			b.data, len, &err),
		    RC_BAD);
		form_clear(&f);
	}
	buf_reset(&b);
	buf_str(&b, "--x\r\nX-Long: ");
	for (int i = 0; i < 5000; i++)
		buf_char(&b, 'l');
	buf_printf(&b, "\r\n%s1\r\n--x--", head);
	assert_int_equal(
	    multipart(&f, "multipart/form-data; boundary=x", b.data, &err),
	    RC_BAD);
	buf_reset(&b);
	buf_printf(&b, "--x\r\n%sa", head);
	buf_char(&b, '\0');
	buf_str(&b, "b\r\n--x--");
	assert_int_equal(
	    form_parse_multipart(
		&f, "multipart/form-data; boundary=x", b.data, b.len, &err),
	    RC_BAD);
	assert_string_equal(err.code, "nul_byte");
	buf_clear(&b);
	form_clear(&f);
}

/* --- JSON ----------------------------------------------------------------- */

static void
json_becomes_fields(void **state)
{
	static const char data[] =
	    "{\"version\": 3, \"body\": \"Erste\\r\\nzweite \\u00a7\","
	    " \"confidential\": true, \"declaration\": false,"
	    " \"stance\": null, \"weight\": 0.5, \"none\": [],"
	    " \"paper_title\": [\"Beschluss\", \"\", 2024]}";
	const struct form_field *field;
	struct form f = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(form_parse_json(&f, data, strlen(data), &err), RC_OK);
	assert_int_equal(f.count, 9);
	assert_string_equal(form_get(&f, "version")->value, "3");
	assert_string_equal(form_get(&f, "body")->value, "Erste\nzweite §");
	assert_string_equal(form_get(&f, "confidential")->value, "true");
	assert_string_equal(form_get(&f, "declaration")->value, "");
	assert_false(form_get(&f, "declaration")->is_null);
	assert_true(form_get(&f, "stance")->is_null);
	assert_string_equal(form_get(&f, "weight")->value, "0.5");
	assert_null(form_get(&f, "none"));
	field = form_get(&f, "paper_title");
	assert_string_equal(field->value, "Beschluss");
	field = form_next(&f, field);
	assert_string_equal(field->value, "");
	field = form_next(&f, field);
	assert_string_equal(field->value, "2024");
	form_clear(&f);
}

static void
broken_json(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"\"text\"",
		"null",
		"{",
		"{} {}",
		"{\"a\":1,\"a\":2}",
		"{\"a\":{\"b\":1}}",
		"{\"a\":[[1]]}",
		"{\"a\":[{}]}",
		"{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}",
		"{\"a\":\"\xff\"}",
		"{\"a\":99999999999999999999}",
		"{\"a\\u0000\":1}",
	};
	struct form f = { 0 };
	struct err err = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    form_parse_json(&f, rows[i], strlen(rows[i]), &err),
		    RC_BAD);
		assert_string_equal(err.code, "bad_json");
		form_clear(&f);
	}
	assert_int_equal(form_parse_json(&f, "{\"\":1}", 6, &err), RC_BAD);
	form_clear(&f);
	for (int i = 0; i < 100000; i++)
		buf_char(&b, '[');
	assert_int_equal(form_parse_json(&f, b.data, b.len, &err), RC_BAD);
	form_clear(&f);
	buf_reset(&b);
	buf_str(&b, "{\"a\":[0");
	for (int i = 0; i < FORM_MAX_FIELDS; i++)
		buf_str(&b, ",1");
	buf_str(&b, "]}");
	assert_int_equal(form_parse_json(&f, b.data, b.len, &err), RC_BAD);
	assert_string_equal(err.code, "too_many_fields");
	form_clear(&f);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_keeps_its_lines),
		cmocka_unit_test(empty_and_repeated_fields_stay),
		cmocka_unit_test(an_empty_body_is_an_empty_form),
		cmocka_unit_test(broken_urlencoded),
		cmocka_unit_test(many_fields),
		cmocka_unit_test(fields_can_be_added),
		cmocka_unit_test(a_browser_sends_multipart),
		cmocka_unit_test(a_file_comes_as_it_is),
		cmocka_unit_test(boundaries_come_quoted_and_behind_others),
		cmocka_unit_test(broken_multipart),
		cmocka_unit_test(json_becomes_fields),
		cmocka_unit_test(broken_json),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
