/* One way to write down a released answer, so that anybody can recompute it. */
#include "canon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "web/mem.h"

void
canon_field(struct buf *out, const char *name, const char *text)
{
	if (text == NULL) {
		buf_printf(out, "%s=\n", name);
		return;
	}
	buf_printf(out, "%s=%zu:", name, strlen(text));
	buf_str(out, text);
	buf_char(out, '\n');
}

void
canon_answer(struct buf *out, const struct canon_answer *a)
{
	buf_str(out, "resonanz answer 1\n");
	canon_field(out, "kind", a->kind);
	canon_field(out, "stance", a->stance);
	canon_field(out, "body", a->body);
	canon_field(out, "proposal", a->proposal);
	canon_field(out, "reason", a->reason);
	canon_field(out, "value", a->value);
}

void
canon_terms(struct buf *out, const struct canon_terms *t)
{
	const char *line = t->cuts, *end;

	buf_str(out, "resonanz terms 1\n");
	canon_field(out, "answer", t->answer);
	canon_field(out, "confidential", t->confidential);
	for (; line != NULL && *line != '\0'; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		buf_printf(out, "cut=%zu:", (size_t)(end - line));
		buf_add(out, line, (size_t)(end - line));
		buf_char(out, '\n');
	}
}

void
canon_item(struct buf *out, const char *title, const char *body)
{
	buf_str(out, "resonanz item 1\n");
	canon_field(out, "title", title);
	canon_field(out, "body", body);
}

void
canon_question(
    struct buf *out, const char *body, const char *shape, const char *sub_items)
{
	buf_str(out, "resonanz question 1\n");
	canon_field(out, "body", body);
	canon_field(out, "shape", shape);
	canon_field(out, "sub_items", sub_items);
}

void
canon_chapter(struct buf *out, const char *title, const char *summary)
{
	buf_str(out, "resonanz chapter 1\n");
	canon_field(out, "title", title);
	canon_field(out, "summary", summary);
}

void
canon_entry(struct buf *out, const struct canon_entry *e)
{
	buf_str(out, "resonanz audit 1\n");
	canon_field(out, "epoch", e->epoch);
	canon_field(out, "xid", e->xid);
	canon_field(out, "id", e->id);
	canon_field(out, "at", e->at);
	canon_field(out, "person", e->person);
	canon_field(out, "organisation", e->organisation);
	canon_field(out, "act", e->act);
	canon_field(out, "kind", e->kind);
	canon_field(out, "object", e->object);
	canon_field(out, "before", e->before);
	canon_field(out, "after", e->after);
	canon_field(out, "amount", e->amount);
	canon_field(out, "request", e->request);
}

void
canon_block(struct buf *out, const struct canon_block *b)
{
	buf_str(out, "resonanz block 1\n");
	canon_field(out, "number", b->number);
	canon_field(out, "epoch", b->epoch);
	canon_field(out, "xid_from", b->xid_from);
	canon_field(out, "xid_to", b->xid_to);
	canon_field(out, "entry_count", b->entry_count);
	canon_field(out, "previous", b->previous);
	canon_field(out, "entries", b->entries);
	canon_field(out, "sealed_at", b->sealed_at);
	canon_field(out, "key", b->key);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct canon_row *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

void
canon_response(struct buf *out, const struct canon_response *r)
{
	const struct canon_row **sorted;
	char number[16];
	size_t i;

	buf_str(out, "resonanz response 1\n");
	canon_field(out, "stage", r->stage);
	canon_field(out, "organisation", r->organisation);
	canon_field(out, "level", r->level);
	snprintf(number, sizeof(number), "%d", r->number);
	canon_field(out, "number", number);
	canon_field(out, "publication", r->publication);
	canon_field(out, "nil_rest", r->nil_rest ? "true" : "false");

	if (r->row_count == 0)
		return;
	sorted = mem_array(NULL, r->row_count, sizeof(*sorted));
	for (i = 0; i < r->row_count; i++)
		sorted[i] = &r->rows[i];
	qsort(sorted, r->row_count, sizeof(*sorted), compare_rows);
	for (i = 0; i < r->row_count; i++) {
		buf_str(out, sorted[i]->key);
		buf_char(out, ' ');
		buf_str(out, sorted[i]->wording);
		buf_char(out, ' ');
		buf_str(out, sorted[i]->answer);
		buf_char(out, '\n');
	}
	mem_free(sorted);
}

void
canon_sha256_hex(const void *data, size_t len, char hex[CANON_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[EVP_MAX_MD_SIZE];
	size_t i;

	/* Fails only for want of memory. */
	if (EVP_Digest(data, len, hash, NULL, EVP_sha256(), NULL) != 1)
		abort();
	for (i = 0; i < CANON_HEX / 2; i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	hex[CANON_HEX] = '\0';
}
