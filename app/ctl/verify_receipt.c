/*
 * resonanzctl verify-receipt: is this file what the platform has signed?
 * Without database and network, so that anybody can ask.
 */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/receipt.h"
#include "web/buf.h"
#include "web/utf8.h"

#define USAGE "verify-receipt FILE|- [--key FILE] [--response FILE]"
#define READ_MAX (64 << 20)

struct ask {
	const char *file, *key, *response;
};

static bool
read_options(struct ask *a, int argc, char **argv)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {
		{ "--key", &a->key },
		{ "--response", &a->response },
	};

	for (int i = 1; i < argc; i++) {
		const char **value = &a->file;

		for (size_t j = 0; j < NELEM(options); j++)
			if (strcmp(argv[i], options[j].name) == 0)
				value = options[j].value;
		if (value != &a->file && ++i == argc)
			return false;
		if (*value != NULL)
			return false;
		*value = argv[i];
	}
	return a->file != NULL;
}

static void
read_file(const char *path, struct buf *out)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char part[4096];
	size_t len;

	if (in == NULL)
		ctl_die("%s: %s", path, strerror(errno));
	while ((len = fread(part, 1, sizeof part, in)) > 0) {
		buf_add(out, part, len);
		if (out->len > READ_MAX)
			ctl_die("%s is too large", path);
	}
	if (ferror(in))
		ctl_die("%s cannot be read", path);
	if (in != stdin)
		fclose(in);
}

static int
invalid(const char *why)
{
	printf("INVALID: %s\n", why);
	return 1;
}

/* Words of a stranger: no control character reaches the terminal. */
static void
put_text(const char *text)
{
	size_t len = strlen(text), pos = 0, begin;

	while (pos < len) {
		uint32_t c;

		begin = pos;
		c = utf8_next(text, len, &pos);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			putchar('?');
		else
			fwrite(text + begin, 1, pos - begin, stdout);
	}
}

static void
show_line(const char *label, const char *text)
{
	printf("  %-14s ", label);
	put_text(text);
	putchar('\n');
}

static void
show(const struct receipt *r)
{
	char count[24];

	printf("receipt ");
	put_text(r->number);
	puts(": VALID");
	show_line("received", r->received_at);
	show_line("organisation", r->organisation);
	show_line("consultation", r->consultation);
	show_line("stage", r->stage);
	show_line("version", r->version);
	if (r->replaces != NULL)
		show_line("replaces", r->replaces);
	show_line("content hash", r->content_hash);
	if (r->form == 1)
		return;
	snprintf(count, sizeof count, "%zu", r->answer_count);
	show_line("publication", r->publication);
	show_line("answers", count);
	show_line("nil return",
	    r->nil_rest[0] == 't' ? "for everything else" : "none");
}

/* A signature proves nothing of who made it as long as nobody knows the key. */
static void
show_key(const struct receipt_file *f, const char *key_file)
{
	show_line("signed with", f->key_id);
	if (key_file != NULL) {
		show_line("", "which is the key to compare with");
		return;
	}
	show_line("", "NOT COMPARED: the key is the one in the file itself,");
	show_line("", "with which anybody can sign. Give the platform's own");
	show_line("", "(--key FILE, see /receipts/keys there).");
}

static void
tell(void *ctx, const char *target, const char *what)
{
	(void)ctx;
	printf("  ");
	put_text(target);
	printf(" %s\n", what);
}

static int
compare(const struct receipt *r, const char *path)
{
	struct buf text = { 0 };
	json_t *doc;
	size_t differing;

	if (r->form == 1)
		return invalid(
		    "a receipt of form 1 lists no answers to compare with");
	read_file(path, &text);
	doc = json_loadb(buf_text(&text), text.len, 0, NULL);
	buf_clear(&text);
	if (!json_is_array(json_object_get(doc, "groups"))) {
		json_decref(doc);
		return invalid("the response is no document of this platform");
	}
	differing = receipt_compare(r, doc, tell, NULL);
	json_decref(doc);
	if (differing > 0) {
		puts("DIFFERS: the response is not the one that was received");
		return 1;
	}
	show_line("response", "all answers are those that were received");
	return 0;
}

static int
check(const struct ask *a, const struct receipt_file *f)
{
	unsigned char key[RECEIPT_KEY];
	struct buf text = { 0 };
	struct err err = { 0 };
	enum receipt_fault fault;
	struct receipt r;
	enum rc rc;
	int status;

	if (a->key != NULL) {
		read_file(a->key, &text);
		rc = receipt_key_read(buf_text(&text), f->key_id, key, &err);
		buf_clear(&text);
		if (rc != RC_OK)
			return invalid(err.msg);
	}
	fault = receipt_file_check(f, a->key == NULL ? NULL : key, &r);
	if (fault == RECEIPT_VALID) {
		show(&r);
		show_key(f, a->key);
		status = a->response == NULL ? 0 : compare(&r, a->response);
	} else {
		status = invalid(receipt_fault_words(fault));
	}
	receipt_clear(&r);
	return status;
}

int
cmd_verify_receipt(int argc, char **argv)
{
	struct ask ask = { 0 };
	struct receipt_file f;
	struct buf text = { 0 };
	struct err err = { 0 };
	int status;

	if (!read_options(&ask, argc, argv))
		return ctl_usage(USAGE);
	read_file(ask.file, &text);
	if (receipt_file_read(&f, buf_text(&text), text.len, &err) != RC_OK) {
		status = invalid(err.msg);
	} else {
		status = check(&ask, &f);
		receipt_file_clear(&f);
	}
	buf_clear(&text);
	return status;
}
