/* Receipts: one form for C and SQL, files signed by OpenSSL, all that is wrong
 * with others. */
#include "unit.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "domain/receipt.h"
#include "web/mem.h"

#define FIXTURE "tests/fixtures/receipt.json"

static json_t *vectors;
static unsigned char secret[crypto_sign_SECRETKEYBYTES],
    public_key[RECEIPT_KEY];

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static int
load_vectors(void **state)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	json_error_t error;
	const char *hex;

	(void)state;
	vectors = json_load_file(FIXTURE, 0, &error);
	if (vectors == NULL) {
		print_error("%s:%d: %s\n", FIXTURE, error.line, error.text);
		return 1;
	}
	hex = text_of(vectors, "seed");
	return sodium_hex2bin(seed, sizeof seed, hex, strlen(hex), NULL, NULL,
		   NULL) != 0 ||
	       crypto_sign_seed_keypair(public_key, secret, seed) != 0;
}

static int
drop_vectors(void **state)
{
	(void)state;
	json_decref(vectors);
	return 0;
}

static const json_t *
vector(const char *list, size_t i)
{
	return json_array_get(json_object_get(vectors, list), i);
}

static void
read_text(struct receipt *r, const char *body)
{
	struct err err = { 0 };

	if (receipt_read(r, body, strlen(body), &err) != RC_OK)
		fail_msg("refused: %s", body);
}

/* --- the octets ---------------------------------------------------------- */

static void
fill(struct receipt *r, const json_t *f, char version[16])
{
	const json_t *row;
	size_t i;

	snprintf(version, 16, "%d",
	    (int)json_integer_value(json_object_get(f, "version")));
	*r = (struct receipt){
		.form = 2,
		.number = text_of(f, "number"),
		.consultation = text_of(f, "consultation"),
		.stage = text_of(f, "stage"),
		.organisation = text_of(f, "organisation"),
		.level = text_of(f, "level"),
		.version = version,
		.replaces = text_of(f, "replaces"),
		.received_at = text_of(f, "received_at"),
		.publication = text_of(f, "publication"),
		.nil_rest = json_is_true(json_object_get(f, "nil_rest"))
				? "true"
				: "false",
		.content_hash = text_of(f, "content_hash"),
		.answer_count = json_array_size(json_object_get(f, "answers")),
	};
	r->answers = mem_calloc(r->answer_count + 1, sizeof *r->answers);
	json_array_foreach (json_object_get(f, "answers"), i, row)
		r->answers[i] = (struct receipt_answer){ text_of(row, "target"),
			text_of(row, "kind"), text_of(row, "wording"),
			text_of(row, "hash"), text_of(row, "terms") };
}

static void
receipts_have_one_form(void **state)
{
	struct receipt r;
	struct buf b = { 0 };
	const json_t *v;
	char version[16], hex[CANON_HEX + 1];
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "receipts"), i, v) {
		fill(&r, json_object_get(v, "receipt"), version);
		buf_reset(&b);
		receipt_write(&b, &r);
		assert_string_equal(buf_text(&b), text_of(v, "canon"));
		canon_sha256_hex(b.data, b.len, hex);
		assert_string_equal(hex, text_of(v, "sha256"));
		assert_true(receipt_is_coherent(&r));
		receipt_clear(&r);
	}
	assert_true(i >= 3);
	buf_clear(&b);
}

static void
what_is_read_is_what_was_written(void **state)
{
	struct receipt r;
	struct buf b = { 0 };
	const json_t *v, *f;
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "receipts"), i, v) {
		f = json_object_get(v, "receipt");
		read_text(&r, text_of(v, "canon"));
		assert_int_equal(r.form, 2);
		assert_string_equal(r.organisation, text_of(f, "organisation"));
		assert_int_equal(r.answer_count,
		    json_array_size(json_object_get(f, "answers")));
		assert_true((r.replaces == NULL) ==
			    json_is_null(json_object_get(f, "replaces")));
		buf_reset(&b);
		receipt_write(&b, &r);
		assert_string_equal(buf_text(&b), text_of(v, "canon"));
		receipt_clear(&r);
	}
	buf_clear(&b);
}

static void
the_first_form_is_still_read(void **state)
{
	const char *canon =
	    text_of(json_object_get(vectors, "form_1"), "canon");
	struct buf b = { 0 };
	struct receipt r;

	(void)state;
	read_text(&r, canon);
	assert_int_equal(r.form, 1);
	assert_string_equal(r.received_at, "2024-04-08T07:36:00Z");
	assert_null(r.level);
	assert_true(receipt_is_coherent(&r));
	receipt_write(&b, &r);
	assert_string_equal(buf_text(&b), canon);
	buf_clear(&b);
	receipt_clear(&r);
}

/* A copy of text with the first occurrence of a word replaced. */
static char *
replaced_dup(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct buf b = { 0 };

	if (at == NULL)
		fail_msg("not there: %s", from);
	buf_add(&b, text, (size_t)(at - text));
	buf_str(&b, to);
	buf_str(&b, at + strlen(from));
	return buf_take(&b);
}

static void
assert_refused(const char *body, size_t len, const char *what)
{
	struct err err = { 0 };
	struct receipt r;

	if (receipt_read(&r, body, len, &err) != RC_INVALID)
		fail_msg("taken: %s", what);
	assert_null(r.text);
}

static void
what_is_no_receipt_is_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} damages[] = {
		{ "resonanz receipt 2", "resonanz receipt 3" },
		{ "resonanz receipt 2", "resonanz checkpoint 1" },
		{ "number=12:", "number=13:" },
		{ "number=12:", "number=012:" },
		{ "number=12:R1-BY-2-K7QM\n", "" },
		{ "number=12:R1-BY-2-K7QM\n", "number=\n" },
		{ "number=12:R1-BY-2-K7QM", "number=12:R1-BY\n2-K7QM" },
		{ "stage=2:s1\n", "stage=2:s1\nstage=2:s1\n" },
		{ "organisation=", "organization=" },
		{ "version=1:2", "version=1:0" },
		{ "version=1:2", "version=2:02" },
		{ "version=1:2", "version=1:x" },
		{ "nil_rest=5:false", "nil_rest=5:maybe" },
		{ "content_hash=64:", "content_hash=64:X" },
		{ "answers=1:4", "answers=1:3" },
		{ "answers=1:4", "answers=1:5" },
		{ "answers=1:4", "answers=2:04" },
		{ "answers=1:4", "answers=2:4" },
		{ "answers=1:4", "answers=9:999999999" },
		{ "K4.G2.5 answered", "K4.G2.5 invented" },
		{ "K4.G2.5 answered", "K2.A1 answered" },
		{ "K4.G2.5 answered", "K3.N1 answered" },
		{ "K4.G2.5 answered", "K4.G2.5  answered" },
		{ "L-K4-1 answered", "L-K4-1 answered extra" },
		{ "L-K4-1 answered ", "L-K4-1 answered f" },
	};
	const char *canon = text_of(vector("receipts", 0), "canon");
	char *body;

	(void)state;
	for (size_t i = 0; i < NELEM(damages); i++) {
		body = replaced_dup(canon, damages[i].from, damages[i].to);
		assert_refused(body, strlen(body), damages[i].to);
		mem_free(body);
	}
	for (size_t len = 0; len < strlen(canon); len++)
		assert_refused(canon, len, "a part");
	assert_refused(canon, strlen(canon) + 1, "with a NUL behind");
	body = replaced_dup(canon, "Freistaat",
	    "Freista\xff"
	    "t");
	assert_refused(body, strlen(body), "no UTF-8");
	mem_free(body);
}

static void
the_content_hash_is_the_one_of_the_answers(void **state)
{
	static const char *const changes[][2] = {
		{ "Freistaat", "Herzogtum" },
		{ "level=4:land", "level=4:bund" },
		{ "version=1:2", "version=1:3" },
		{ "shortened", "published" },
		{ "nil_rest=5:false", "nil_rest=4:true" },
		{ "L-K4-1 answered", "L-K4-2 answered" },
	};
	const char *canon = text_of(vector("receipts", 0), "canon");
	struct receipt r;
	char *body;

	(void)state;
	for (size_t i = 0; i < NELEM(changes); i++) {
		body = replaced_dup(canon, changes[i][0], changes[i][1]);
		read_text(&r, body);
		assert_false(receipt_is_coherent(&r));
		receipt_clear(&r);
		mem_free(body);
	}
}

/* --- the file ------------------------------------------------------------ */

static enum receipt_fault
check(const json_t *doc, const unsigned char *key, char number[64])
{
	char *text = json_dumps(doc, 0);
	struct receipt_file f;
	struct err err = { 0 };
	enum receipt_fault fault;
	struct receipt r;

	if (receipt_file_read(&f, text, strlen(text), &err) != RC_OK)
		fail_msg("%s", err.msg);
	fault = receipt_file_check(&f, key, &r);
	snprintf(number, 64, "%s", r.number == NULL ? "" : r.number);
	receipt_clear(&r);
	receipt_file_clear(&f);
	free(text);
	return fault;
}

static void
files_signed_by_openssl_are_valid(void **state)
{
	const json_t *file;
	char number[64];
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "files"), i, file) {
		assert_int_equal(check(file, NULL, number), RECEIPT_VALID);
		assert_string_equal(number, text_of(file, "number"));
		assert_int_equal(
		    check(file, public_key, number), RECEIPT_VALID);
	}
	assert_true(i >= 3);
}

/* The lines of the file are changed so, and what follows from them. */
static json_t *
file_with(const char *from, const char *to, bool is_hashed, bool is_signed)
{
	json_t *doc = json_deep_copy(vector("files", 0));
	json_t *lines = json_array();
	char *body =
	    replaced_dup(text_of(vector("receipts", 0), "canon"), from, to);
	unsigned char signature[crypto_sign_BYTES];
	char hex[CANON_HEX + 1], base64[128], *line, *rest = body;

	canon_sha256_hex(body, strlen(body), hex);
	crypto_sign_detached(
	    signature, NULL, (const unsigned char *)body, strlen(body), secret);
	sodium_bin2base64(base64, sizeof base64, signature, sizeof signature,
	    sodium_base64_VARIANT_ORIGINAL);
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL)
		json_array_append_new(lines, json_string(line));
	json_object_set_new(doc, "lines", lines);
	if (is_hashed)
		json_object_set_new(doc, "sha256", json_string(hex));
	if (is_signed)
		json_object_set_new(doc, "signature", json_string(base64));
	mem_free(body);
	return doc;
}

static void
what_is_wrong_with_a_file_is_said(void **state)
{
	static const struct {
		const char *from, *to;
		bool is_hashed, is_signed;
		enum receipt_fault fault;
	} cases[] = {
		{ "09:42:17", "08:42:17", false, false, RECEIPT_HASH_DIFFERS },
		{ "09:42:17", "08:42:17", true, false,
		    RECEIPT_SIGNATURE_WRONG },
		{ "receipt 2", "receipt 9", true, true, RECEIPT_NO_RECEIPT },
		{ "level=4:land", "level=4:bund", true, true,
		    RECEIPT_NOT_COHERENT },
		{ "09:42:17", "08:42:17", true, true, RECEIPT_VALID },
	};
	char number[64];

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		json_t *doc = file_with(cases[i].from, cases[i].to,
		    cases[i].is_hashed, cases[i].is_signed);

		assert_int_equal(check(doc, NULL, number), cases[i].fault);
		json_decref(doc);
	}
	for (enum receipt_fault f = 0; f < RECEIPT_FAULT__MAX; f++)
		assert_true(strlen(receipt_fault_words(f)) > 10);
}

static void
the_key_is_the_one_to_compare_with(void **state)
{
	json_t *doc = json_deep_copy(vector("files", 0));
	unsigned char other[RECEIPT_KEY] = { 1 };
	char number[64];

	(void)state;
	assert_int_equal(check(doc, other, number), RECEIPT_KEY_OTHER);
	json_object_set_new(doc, "key_id", json_string("0123456789abcdef"));
	assert_int_equal(check(doc, NULL, number), RECEIPT_KEY_MISNAMED);
	json_decref(doc);
}

static void
each_member_of_the_file_is_needed(void **state)
{
	static const char *const members[] = { "format", "lines", "sha256",
		"algorithm", "signature", "key_id", "public_key" };
	static const char *const values[] = { "", "x", "-----BEGIN PUBLIC",
		"-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----" };
	struct receipt_file f;
	struct err err = { 0 };
	char *text;

	(void)state;
	for (size_t i = 0; i < NELEM(members) * (NELEM(values) + 1); i++) {
		const char *member = members[i % NELEM(members)];
		json_t *doc = json_deep_copy(vector("files", 0));

		if (i < NELEM(members))
			json_object_del(doc, member);
		else
			json_object_set_new(doc, member,
			    json_string(values[i / NELEM(members) - 1]));
		text = json_dumps(doc, 0);
		assert_int_equal(
		    receipt_file_read(&f, text, strlen(text), &err),
		    RC_INVALID);
		assert_string_equal(err.field, member);
		free(text);
		json_decref(doc);
	}
	assert_int_equal(receipt_file_read(&f, "{", 1, &err), RC_INVALID);
	assert_int_equal(receipt_file_read(&f, "[]", 2, &err), RC_INVALID);
}

static void
a_line_holds_no_line_feed(void **state)
{
	json_t *doc = json_deep_copy(vector("files", 0)), *lines;
	struct receipt_file f;
	struct err err = { 0 };
	char *text;

	(void)state;
	lines = json_object_get(doc, "lines");
	json_array_clear(lines);
	json_array_append_new(
	    lines, json_string("resonanz receipt 2\nnumber=1:x"));
	text = json_dumps(doc, 0);
	assert_int_equal(
	    receipt_file_read(&f, text, strlen(text), &err), RC_INVALID);
	free(text);
	json_decref(doc);
}

static void
keys_are_read_as_they_are_published(void **state)
{
	static const char id[] = "0123456789abcdef";
	const char *pem = text_of(vector("files", 0), "public_key");
	unsigned char key[RECEIPT_KEY];
	char hex[2 * RECEIPT_KEY + 2], both[2 * sizeof hex], *list;
	char own[CANON_HEX + 1];
	struct err err = { 0 };
	json_t *doc;

	(void)state;
	assert_int_equal(receipt_key_read(pem, id, key, &err), RC_OK);
	assert_memory_equal(key, public_key, sizeof key);
	sodium_bin2hex(hex, sizeof hex, public_key, sizeof public_key);
	hex[2 * RECEIPT_KEY] = '\n';
	hex[2 * RECEIPT_KEY + 1] = '\0';
	memset(key, 0, sizeof key);
	assert_int_equal(receipt_key_read(hex, id, key, &err), RC_OK);
	assert_memory_equal(key, public_key, sizeof key);

	/* after a rotation: the newest, then the former ones */
	memset(both, '0', 2 * RECEIPT_KEY);
	both[2 * RECEIPT_KEY] = '\n';
	memcpy(both + 2 * RECEIPT_KEY + 1, hex, sizeof hex);
	canon_sha256_hex(public_key, RECEIPT_KEY, own);
	own[RECEIPT_KEY_ID] = '\0';
	assert_int_equal(receipt_key_read(both, own, key, &err), RC_OK);
	assert_memory_equal(key, public_key, sizeof key);
	assert_int_equal(receipt_key_read(both, id, key, &err), RC_OK);
	assert_true(sodium_is_zero(key, sizeof key));
	both[sizeof hex] = 'x';
	assert_int_equal(receipt_key_read(both, own, key, &err), RC_INVALID);

	doc = json_pack("{s:[{s:s, s:s}, {s:s, s:s}]}", "keys", "key_id",
	    "ffffffffffffffff", "public_key", "kaputt", "key_id", id,
	    "public_key", pem);
	list = json_dumps(doc, 0);
	memset(key, 0, sizeof key);
	assert_int_equal(receipt_key_read(list, id, key, &err), RC_OK);
	assert_memory_equal(key, public_key, sizeof key);
	assert_int_equal(
	    receipt_key_read(list, "eeeeeeeeeeeeeeee", key, &err), RC_NOTFOUND);
	assert_int_equal(
	    receipt_key_read(list, "ffffffffffffffff", key, &err), RC_INVALID);
	assert_int_equal(receipt_key_read("{}", id, key, &err), RC_INVALID);
	assert_int_equal(receipt_key_read("", id, key, &err), RC_INVALID);
	assert_int_equal(receipt_key_read("abcdef", id, key, &err), RC_INVALID);
	free(list);
	json_decref(doc);
}

/* --- against a document -------------------------------------------------- */

static void
note(void *ctx, const char *target, const char *what)
{
	struct buf *b = ctx;

	buf_printf(b, "%s %s; ", target, what);
}

static json_t *
row_at(json_t *doc, size_t group, size_t row)
{
	return json_array_get(
	    json_object_get(
		json_array_get(json_object_get(doc, "groups"), group), "rows"),
	    row);
}

static void
a_response_is_what_was_received(void **state)
{
	json_t *doc = json_deep_copy(json_object_get(vectors, "response"));
	struct buf told = { 0 };
	struct receipt r;

	(void)state;
	read_text(&r, text_of(vector("receipts", 0), "canon"));
	assert_int_equal(receipt_compare(&r, doc, note, &told), 0);

	json_object_set_new(row_at(doc, 1, 0), "body",
	    json_string("Bayern lehnt das Ziel ab."));
	json_object_set_new(row_at(doc, 0, 0), "target", json_string("K3.N2"));
	assert_int_equal(receipt_compare(&r, doc, note, &told), 3);
	assert_string_equal(buf_text(&told),
	    "K3.N1 is missing; K4.G2.5 is not what was received; "
	    "K3.N2 is not in the receipt; ");
	buf_clear(&told);
	receipt_clear(&r);
	json_decref(doc);
}

static void
a_response_is_what_was_received_under_its_terms(void **state)
{
	json_t *doc = json_deep_copy(json_object_get(vectors, "response"));
	json_t *cuts = json_pack("[{ss si si ss}]", "field", "body", "from", 4,
	    "to", 32, "reason", "Schutz der Anlage");
	struct buf told = { 0 };
	struct receipt r;

	(void)state;
	read_text(&r, text_of(vector("receipts", 3), "canon"));
	assert_int_equal(receipt_compare(&r, doc, note, &told), 2);
	assert_string_equal(buf_text(&told),
	    "K4.G2.5 is confidential or cut in another way; "
	    "L-K4-1 is confidential or cut in another way; ");

	json_object_set_new(row_at(doc, 1, 0), "confidential_reason",
	    json_string("Laufendes Vergabeverfahren"));
	json_object_set_new(row_at(doc, 1, 0), "confidential", json_true());
	json_object_set_new(row_at(doc, 1, 1), "cuts", cuts);
	buf_reset(&told);
	assert_int_equal(receipt_compare(&r, doc, note, &told), 0);
	receipt_clear(&r);

	read_text(&r, text_of(vector("receipts", 0), "canon"));
	assert_int_equal(receipt_compare(&r, doc, note, &told), 1);
	assert_string_equal(buf_text(&told), "K4.G2.5 was not confidential; ");
	buf_clear(&told);
	receipt_clear(&r);
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(receipts_have_one_form),
		cmocka_unit_test(what_is_read_is_what_was_written),
		cmocka_unit_test(the_first_form_is_still_read),
		cmocka_unit_test(what_is_no_receipt_is_refused),
		cmocka_unit_test(the_content_hash_is_the_one_of_the_answers),
		cmocka_unit_test(files_signed_by_openssl_are_valid),
		cmocka_unit_test(what_is_wrong_with_a_file_is_said),
		cmocka_unit_test(the_key_is_the_one_to_compare_with),
		cmocka_unit_test(each_member_of_the_file_is_needed),
		cmocka_unit_test(a_line_holds_no_line_feed),
		cmocka_unit_test(keys_are_read_as_they_are_published),
		cmocka_unit_test(a_response_is_what_was_received),
		cmocka_unit_test(
		    a_response_is_what_was_received_under_its_terms),
	};

	return cmocka_run_group_tests_name(
	    "receipt", tests, load_vectors, drop_vectors);
}
