/* A paper in a file from outside: its ZIP, what pandoc says of it, and that
 * pandoc stays within its limits. */
#include "unit.h"

#include "ctl/child.h"
#include "domain/paper_odt.h"
#include "domain/paper_pandoc.h"
#include "web/json_mem.h"
#include "web/zip_check.h"

struct file {
	const char *name, *content;
	int flags;
};

static void
put(struct buf *b, unsigned long value, int octets)
{
	for (; octets > 0; octets--, value >>= 8)
		buf_char(b, (char)(value & 0xff));
}

/* An archive that stores its files as they are. */
static void
pack(struct buf *zip, const struct file *files, size_t count)
{
	struct buf list = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(files[i].content);
		size_t name = strlen(files[i].name);

		for (int central = 0; central < 2; central++) {
			struct buf *b = central ? &list : zip;

			put(b, central ? 0x02014b50 : 0x04034b50, 4);
			if (central)
				put(b, 20, 2);
			put(b, 20, 2);
			put(b, (unsigned long)files[i].flags, 2);
			put(b, 0, 2 + 4 + 4); /* stored, time, sum */
			put(b, len, 4);
			put(b, len, 4);
			put(b, name, 2);
			put(b, 0, 2);
			if (central) {
				put(b, 0, 2 + 2 + 2 + 4);
				put(b, at, 4);
			} else
				at = zip->len - 30;
			buf_str(b, files[i].name);
			if (!central)
				buf_str(b, files[i].content);
		}
	}
	at = zip->len;
	buf_add(zip, list.data, list.len);
	put(zip, 0x06054b50, 4);
	put(zip, 0, 4);
	put(zip, count, 2);
	put(zip, count, 2);
	put(zip, list.len, 4);
	put(zip, at, 4);
	put(zip, 0, 2);
	buf_clear(&list);
}

static const char *
refusal(const char *name, const char *content, int flags)
{
	static struct err err;
	const struct file file = { name, content, flags };
	struct buf zip = { 0 };
	enum zip_kind kind;
	enum rc rc;

	err = (struct err){ 0 };
	pack(&zip, &file, 1);
	rc = zip_check(zip.data, zip.len, &kind, &err);
	buf_clear(&zip);
	return rc == RC_OK ? "" : err.code;
}

static void
kinds_of_archives(void **state)
{
	static const struct file odt[] = { { "mimetype", "text", 0 },
		{ "content.xml", "<text:p>Eins</text:p>", 0 } };
	static const struct file docx = { "word/document.xml", "<w/>", 0 };
	struct buf zip = { 0 }, out = { 0 };
	enum zip_kind kind;
	struct err err;

	(void)state;
	pack(&zip, odt, 2);
	assert_int_equal(zip_check(zip.data, zip.len, &kind, &err), RC_OK);
	assert_int_equal(kind, ZIP_ODT);
	assert_int_equal(
	    zip_take(zip.data, zip.len, "content.xml", &out, &err), RC_OK);
	assert_string_equal(buf_text(&out), "<text:p>Eins</text:p>");
	assert_int_equal(
	    zip_take(zip.data, zip.len, "styles.xml", &out, &err), RC_INVALID);
	for (size_t len = 0; len < zip.len; len++)
		assert_int_equal(
		    zip_check(zip.data, len, &kind, &err), RC_INVALID);
	buf_reset(&zip);
	pack(&zip, &docx, 1);
	assert_int_equal(zip_check(zip.data, zip.len, &kind, &err), RC_OK);
	assert_int_equal(kind, ZIP_DOCX);
	buf_clear(&zip);
	buf_clear(&out);
}

static void
hostile_archives(void **state)
{
	(void)state;
	assert_string_equal(refusal("a.xml", "<a/>", 0), "");
	assert_string_equal(refusal("../a.xml", "", 0), "file_zip_paths");
	assert_string_equal(refusal("/etc/passwd", "", 0), "file_zip_paths");
	assert_string_equal(refusal("a.xml", "", 1), "file_encrypted");
	assert_string_equal(
	    refusal("META-INF/manifest.xml", "<manifest:encryption-data/>", 0),
	    "file_encrypted");
	assert_string_equal(
	    refusal("content.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]>", 0),
	    "file_entities");
}

/* A mark of a style in the text becomes the style that pandoc tells of DOCX. */
static void
styles_of_odt(void **state)
{
	static const char xml[] =
	    "<style:style style:name=\"P1\" "
	    "style:parent-style-name=\"Leitfrage\">"
	    "<text:p text:style-name=\"P1\">Was fehlt?</text:p>"
	    "<text:p text:style-name=\"P2\">Text</text:p>";
	struct buf out = { 0 };
	json_t *doc;
	char *text;

	(void)state;
	paper_odt_mark(xml, sizeof xml - 1, &out);
	assert_non_null(strstr(
	    buf_text(&out), ">\xee\x80\x90Leitfrage\xee\x80\x91Was fehlt?<"));
	assert_non_null(strstr(buf_text(&out), "\"P2\">Text<"));
	buf_clear(&out);
	doc = json_loads("{\"blocks\":[{\"t\":\"Para\",\"c\":[{\"t\":\"Str\","
			 "\"c\":\"\xee\x80\x90Leitfrage\xee\x80\x91Was\"}]}]}",
	    0, NULL);
	paper_odt_styles(doc);
	text = json_dumps(doc, JSON_COMPACT);
	assert_non_null(strstr(text, "[\"custom-style\",\"Leitfrage\"]"));
	assert_null(strstr(text, "\xee\x80\x90"));
	json_mem_free(text);
	json_decref(doc);
}

static void
what_pandoc_says(void **state)
{
	static const char *const not_pandoc[] = { "[]", "{}", "3",
		"{\"blocks\":3}" };
	struct paper_issues issues = { 0 };
	struct buf out = { 0 };
	json_t *doc;

	(void)state;
	for (size_t i = 0; i < NELEM(not_pandoc); i++) {
		doc = json_loads(not_pandoc[i], JSON_DECODE_ANY, NULL);
		assert_int_equal(
		    paper_from_pandoc(doc, &out, &issues), RC_INVALID);
		json_decref(doc);
	}
	issues = (struct paper_issues){ 0 };
	doc = json_loads("{\"blocks\":[{\"t\":\"Header\",\"c\":[1,[\"\",[],[]],"
			 "[{\"t\":\"Str\",\"c\":\"Ziele\"}]]}]}",
	    0, NULL);
	assert_int_equal(paper_from_pandoc(doc, &out, &issues), RC_OK);
	assert_non_null(strstr(buf_text(&out), "Ziele"));
	json_decref(doc);
	buf_clear(&out);
}

/* A shell in the place of pandoc, with its limits but for a second only. */
static const char *
run_child(const char *script)
{
	static struct err err;
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct child c = { .argv = argv,
		.in = -1,
		.seconds = 1,
		.files = 64,
		.file_mib = 1,
		.memory_mib = 768 };
	struct buf out = { 0 };
	enum rc rc;

	err = (struct err){ 0 };
	rc = child_run(&c, &out, &err);
	buf_clear(&out);
	return rc == RC_OK ? "" : err.code;
}

static void
limits_of_pandoc(void **state)
{
	(void)state;
	assert_string_equal(run_child("echo '{}'"), "");
	assert_string_equal(run_child("exit 64"), "child_failed");
	assert_string_equal(run_child("while :; do :; done"), "child_over");
	assert_string_equal(
	    run_child("dd if=/dev/zero of=/dev/null bs=50M count=1"), "");
	assert_string_equal(
	    run_child("dd if=/dev/zero of=/dev/null bs=800M count=1"),
	    "child_failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_archives),
		cmocka_unit_test(hostile_archives),
		cmocka_unit_test(styles_of_odt),
		cmocka_unit_test(what_pandoc_says),
		cmocka_unit_test(limits_of_pandoc),
	};

	return cmocka_run_group_tests_name("paper_file", tests, NULL, NULL);
}
