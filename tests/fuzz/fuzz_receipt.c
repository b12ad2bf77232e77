/*
 * What people hand in as a receipt, a key or its lines: what is read is written
 * as the same octets again, and nothing that was not signed is valid.
 */
#include "fuzz.h"

#include "domain/receipt.h"

static void
check_body(const char *body, size_t len)
{
	struct err err = { 0 };
	struct buf again = { 0 };
	struct receipt r;
	enum rc rc = receipt_read(&r, body, len, &err);

	if (rc != RC_OK) {
		CHECK(rc == RC_INVALID && err.code[0] != '\0');
		CHECK(r.text == NULL && r.answers == NULL);
		return;
	}
	receipt_write(&again, &r);
	CHECK(again.len == len && memcmp(again.data, body, len) == 0);
	(void)receipt_is_coherent(&r);
	buf_clear(&again);
	receipt_clear(&r);
}

static void
check_file(const char *text, size_t len)
{
	struct err err = { 0 };
	struct receipt_file f;
	struct receipt r;
	enum receipt_fault fault;
	enum rc rc = receipt_file_read(&f, text, len, &err);

	if (rc != RC_OK) {
		CHECK(rc == RC_INVALID && err.code[0] != '\0');
		CHECK(f.body.data == NULL);
		return;
	}
	fault = receipt_file_check(&f, NULL, &r);
	CHECK(fault < RECEIPT_FAULT__MAX);
	CHECK((r.text != NULL) ==
	      (fault == RECEIPT_VALID || fault == RECEIPT_NOT_COHERENT));
	check_body(f.body.data, f.body.len);
	receipt_clear(&r);
	receipt_file_clear(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char key[RECEIPT_KEY];
	struct err err = { 0 };
	char *text = mem_strndup((const char *)data, size);

	check_body(text, size);
	check_file(text, size);
	if (receipt_key_read(text, "0123456789abcdef", key, &err) != RC_OK)
		CHECK(err.code[0] != '\0');
	mem_free(text);
	return 0;
}
