/* A record package, and the first thing that differs in one. */
#include "unit.h"

#include <sodium.h>
#include <stdio.h>

#include "ctl/record.h"
#include "web/keys.h"
#include "web/zip.h"

static unsigned char secret[crypto_sign_SECRETKEYBYTES];
static char key_text[2 * KEYS_PUBLIC + 2], key_id[KEYS_ID + 1];

static const struct record_file files[] = {
	{ "bericht.html", "Bericht als Webseite", "<p>Stand</p>", 12 },
	{ "zahlen.csv", "Zahlen", "\"a\";\"b\"\r\n", 9 },
};

static int
make_key(void **state)
{
	unsigned char public_key[KEYS_PUBLIC];

	(void)state;
	crypto_sign_keypair(public_key, secret);
	sodium_bin2hex(key_text, sizeof key_text, public_key, KEYS_PUBLIC);
	key_text[2 * KEYS_PUBLIC] = '\n';
	keys_id(public_key, key_id);
	return 0;
}

/* The package as it is made; changed: other files under the same manifest. */
static struct buf
pack(const struct record_file *changed, size_t count)
{
	json_t *about = json_pack("{s:s}", "title", "Zwischenbericht");
	unsigned char signature[RECEIPT_SIGNATURE];
	struct buf manifest = { 0 }, out = { 0 };

	record_manifest(&manifest, about, files, NELEM(files), key_id);
	crypto_sign_detached(signature, NULL,
	    (const unsigned char *)manifest.data, manifest.len, secret);
	record_pack(&out, 1718800000, changed, count, &manifest, signature);
	buf_clear(&manifest);
	json_decref(about);
	return out;
}

static void
expect(struct buf package, const char *said)
{
	struct record_found found;
	struct err err = { 0 };
	enum rc rc =
	    record_check(package.data, package.len, key_text, &found, &err);

	if (said == NULL) {
		assert_int_equal(rc, RC_OK);
		assert_int_equal(found.files, NELEM(files));
		assert_string_equal(
		    json_string_value(json_object_get(
			json_object_get(found.manifest, "report"), "title")),
		    "Zwischenbericht");
	} else {
		assert_int_equal(rc, RC_INVALID);
		assert_string_equal(err.msg, said);
	}
	json_decref(found.manifest);
	buf_clear(&package);
}

static void
what_is_packed_holds(void **state)
{
	struct buf a = pack(files, 2), b = pack(files, 2);

	(void)state;
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len); /* the same each time */
	buf_clear(&b);
	expect(a, NULL);
}

static void
the_first_difference_is_named(void **state)
{
	struct record_file other[3] = { files[0], files[1],
		{ "mehr.txt", "", "x", 1 } };
	unsigned char keep = secret[0];

	(void)state;
	other[1].data = "\"a\";\"c\"\r\n";
	expect(pack(other, 2), "zahlen.csv has another content: its SHA-256 "
			       "is not the one in the manifest");
	other[1].len = 8;
	expect(pack(other, 2), "zahlen.csv has another size");
	expect(pack(files, 1), "zahlen.csv is missing");
	other[1] = files[1];
	expect(pack(other, 3), "mehr.txt is not in the manifest");
	other[2] = files[0];
	expect(pack(other, 3), "bericht.html is there twice");
	secret[0] ^= 1; /* of another key */
	expect(pack(files, 2),
	    "manifest.json is not what was signed with this key");
	secret[0] = keep;
}

static void
a_broken_archive_is_told(void **state)
{
	struct buf cut = pack(files, 2), empty = { 0 };
	struct zip *z = zip_begin(&empty, 1718800000);

	(void)state;
	cut.len -= 10;
	expect(cut, "the package is no intact ZIP archive");
	zip_entry(z, "bericht.html");
	zip_add(z, "x", 1);
	zip_finish(z);
	zip_free(z);
	expect(empty, "manifest.json is missing or no JSON");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_holds),
		cmocka_unit_test(the_first_difference_is_named),
		cmocka_unit_test(a_broken_archive_is_told),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, make_key, NULL);
}
