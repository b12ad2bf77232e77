/* The file that carries a receipt, and what is wrong with it. */
#include "receipt.h"

#include <sodium.h>
#include <string.h>

#include "web/mem.h"

#define FORMAT "resonanz receipt file 1"
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----"
#define PEM_END "-----END PUBLIC KEY-----"

_Static_assert(RECEIPT_SIGNATURE == crypto_sign_BYTES &&
		   RECEIPT_KEY == crypto_sign_PUBLICKEYBYTES,
    "Ed25519");

static const char *const fault_words[] = {
	[RECEIPT_VALID] = "nothing is wrong with it",
	[RECEIPT_HASH_DIFFERS] =
	    "its lines were changed: they do not have the SHA-256 it states",
	[RECEIPT_KEY_MISNAMED] =
	    "its key id is not the one of the public key in it",
	[RECEIPT_KEY_OTHER] =
	    "it is signed with another key than the one to compare with",
	[RECEIPT_SIGNATURE_WRONG] =
	    "the signature does not belong to these lines and this key",
	[RECEIPT_NO_RECEIPT] = "what is signed there is no receipt of a form "
			       "that this program knows",
	[RECEIPT_NOT_COHERENT] = "its content hash is not the one of the "
				 "answers it lists",
};
_Static_assert(
    NELEM(fault_words) == RECEIPT_FAULT__MAX, "one row for each fault");

/* In front of the 32 octets of the key (RFC 8410). */
static const unsigned char der_head[12] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
	0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

const char *
receipt_fault_words(enum receipt_fault fault)
{
	return fault_words[fault];
}

static bool
read_pem(const char *text, unsigned char key[RECEIPT_KEY])
{
	unsigned char der[sizeof der_head + RECEIPT_KEY];
	const char *begin = strstr(text, PEM_BEGIN);
	const char *end;
	size_t len;

	if (begin == NULL)
		return false;
	begin += strlen(PEM_BEGIN);
	end = strstr(begin, PEM_END);
	if (end == NULL ||
	    sodium_base642bin(der, sizeof der, begin, (size_t)(end - begin),
		" \r\n", &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len != sizeof der || memcmp(der, der_head, sizeof der_head) != 0)
		return false;
	memcpy(key, der + sizeof der_head, RECEIPT_KEY);
	return true;
}

static bool
is_key_of(const char *key_id, const unsigned char key[RECEIPT_KEY])
{
	char hex[CANON_HEX + 1];

	canon_sha256_hex(key, RECEIPT_KEY, hex);
	return memcmp(hex, key_id, RECEIPT_KEY_ID) == 0;
}

/* Lines of digits, as sign.pub has them: the one of that id, else the first. */
static bool
read_hex(const char *text, const char *key_id, unsigned char key[RECEIPT_KEY])
{
	unsigned char one[RECEIPT_KEY];
	bool is_first = true;
	size_t digits, len;

	do {
		digits = strspn(text, "0123456789abcdef");
		if (digits != 2 * RECEIPT_KEY ||
		    sodium_hex2bin(
			one, sizeof one, text, digits, NULL, &len, NULL) != 0)
			return false;
		if (is_first || is_key_of(key_id, one))
			memcpy(key, one, sizeof one);
		is_first = false;
		text += digits;
		text += strspn(text, " \r\n");
	} while (*text != '\0');
	return true;
}

static enum rc
find_key(const json_t *keys, const char *key_id, unsigned char key[RECEIPT_KEY],
    struct err *err)
{
	json_t *one;
	size_t i;

	json_array_foreach (keys, i, one) {
		const char *id =
		    json_string_value(json_object_get(one, "key_id"));
		const char *pem =
		    json_string_value(json_object_get(one, "public_key"));

		if (id == NULL || strcmp(id, key_id) != 0)
			continue;
		if (pem != NULL && read_pem(pem, key))
			return RC_OK;
		return err_set(err, RC_INVALID, "key", "",
		    "the key %s of the list is damaged", key_id);
	}
	return err_set(err, RC_NOTFOUND, "key", "",
	    "the key %s is not in the list of keys", key_id);
}

enum rc
receipt_key_read(const char *text, const char *key_id,
    unsigned char key[RECEIPT_KEY], struct err *err)
{
	json_t *doc;
	enum rc rc;

	if (read_hex(text, key_id, key))
		return RC_OK;
	doc = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_array(json_object_get(doc, "keys")))
		rc = find_key(json_object_get(doc, "keys"), key_id, key, err);
	else if (doc == NULL && read_pem(text, key))
		rc = RC_OK;
	else
		rc = err_set(err, RC_INVALID, "key", "",
		    "this is no public key: neither PEM nor a list of keys "
		    "nor sign.pub");
	json_decref(doc);
	return rc;
}

/* The lines again as octets: each ends with LF, and holds none. */
static bool
join_lines(const json_t *lines, struct buf *out)
{
	json_t *line;
	size_t i;

	json_array_foreach (lines, i, line) {
		const char *text = json_string_value(line);

		if (text == NULL || strchr(text, '\n') != NULL)
			return false;
		buf_str(out, text);
		buf_char(out, '\n');
	}
	return json_array_size(lines) > 0;
}

static bool
copy_text(const json_t *doc, const char *name, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(doc, name));

	if (text == NULL || strlen(text) != size - 1)
		return false;
	memcpy(out, text, size);
	return true;
}

static const char *
read_members(struct receipt_file *f, const json_t *doc)
{
	const char *format = json_string_value(json_object_get(doc, "format"));
	const char *algorithm =
	    json_string_value(json_object_get(doc, "algorithm"));
	const char *pem = json_string_value(json_object_get(doc, "public_key"));
	const char *signature =
	    json_string_value(json_object_get(doc, "signature"));
	size_t len;

	if (format == NULL || strcmp(format, FORMAT) != 0)
		return "format";
	if (!join_lines(json_object_get(doc, "lines"), &f->body))
		return "lines";
	if (!copy_text(doc, "sha256", f->sha256, sizeof f->sha256))
		return "sha256";
	if (algorithm == NULL || strcmp(algorithm, "Ed25519") != 0)
		return "algorithm";
	if (signature == NULL ||
	    sodium_base642bin(f->signature, sizeof f->signature, signature,
		strlen(signature), NULL, &len, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len != sizeof f->signature)
		return "signature";
	if (!copy_text(doc, "key_id", f->key_id, sizeof f->key_id))
		return "key_id";
	return pem != NULL && read_pem(pem, f->public_key) ? NULL
							   : "public_key";
}

enum rc
receipt_file_read(
    struct receipt_file *f, const char *text, size_t len, struct err *err)
{
	json_t *doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const char *wrong;

	memset(f, 0, sizeof *f);
	if (doc == NULL)
		return err_set(err, RC_INVALID, "receipt_file", "",
		    "this is no JSON file");
	wrong = read_members(f, doc);
	json_decref(doc);
	if (wrong == NULL)
		return RC_OK;
	receipt_file_clear(f);
	return err_set(err, RC_INVALID, "receipt_file", wrong,
	    "this is no file of a receipt: \"%s\" is missing or damaged",
	    wrong);
}

void
receipt_file_clear(struct receipt_file *f)
{
	buf_clear(&f->body);
}

bool
receipt_is_signed(const void *body, size_t len,
    const unsigned char signature[RECEIPT_SIGNATURE],
    const unsigned char key[RECEIPT_KEY])
{
	return crypto_sign_verify_detached(
		   signature, (const unsigned char *)body, len, key) == 0;
}

enum receipt_fault
receipt_file_check(const struct receipt_file *f,
    const unsigned char key[RECEIPT_KEY], struct receipt *r)
{
	char hex[CANON_HEX + 1];
	struct err ignored = { 0 };

	memset(r, 0, sizeof *r);
	canon_sha256_hex(f->body.data, f->body.len, hex);
	if (strcmp(hex, f->sha256) != 0)
		return RECEIPT_HASH_DIFFERS;
	if (!is_key_of(f->key_id, f->public_key))
		return RECEIPT_KEY_MISNAMED;
	if (key != NULL && memcmp(key, f->public_key, RECEIPT_KEY) != 0)
		return RECEIPT_KEY_OTHER;
	if (!receipt_is_signed(
		f->body.data, f->body.len, f->signature, f->public_key))
		return RECEIPT_SIGNATURE_WRONG;
	if (receipt_read(r, f->body.data, f->body.len, &ignored) != RC_OK)
		return RECEIPT_NO_RECEIPT;
	return receipt_is_coherent(r) ? RECEIPT_VALID : RECEIPT_NOT_COHERENT;
}
