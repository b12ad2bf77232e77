/* The octets of a receipt, taken apart and put together again. */
#include "receipt.h"

#include <stdlib.h>
#include <string.h>

#include "web/mem.h"
#include "web/utf8.h"

#define ANSWERS_MAX 100000

struct field {
	const char *name;
	size_t offset;
	bool is_optional;
};

#define FIELD(n)                                                               \
	{                                                                      \
#n, offsetof(struct receipt, n), false                         \
	}
#define OPTIONAL(n)                                                            \
	{                                                                      \
#n, offsetof(struct receipt, n), true                          \
	}

/* In their order; names end the list. */
static const struct field form_1[] = {
	FIELD(number),
	FIELD(consultation),
	FIELD(stage),
	FIELD(organisation),
	FIELD(version),
	FIELD(received_at),
	FIELD(content_hash),
	OPTIONAL(replaces),
	{ NULL, 0, false },
};

static const struct field form_2[] = {
	FIELD(number),
	FIELD(consultation),
	FIELD(stage),
	FIELD(organisation),
	FIELD(level),
	FIELD(version),
	OPTIONAL(replaces),
	FIELD(received_at),
	FIELD(publication),
	FIELD(nil_rest),
	FIELD(content_hash),
	{ NULL, 0, false },
};

static const struct {
	const char *first_line;
	const struct field *fields;
	bool has_answers;
} forms[] = {
	{ "resonanz receipt 1\n", form_1, false },
	{ "resonanz receipt 2\n", form_2, true },
};

static const char *const kinds[] = { "answered", "nil", "not_applicable" };

struct reader {
	char *at, *end;
};

static const char **
member(struct receipt *r, const struct field *f)
{
	return (const char **)((char *)r + f->offset);
}

static bool
is_hash(const char *s)
{
	return strlen(s) == CANON_HEX &&
	       strspn(s, "0123456789abcdef") == CANON_HEX;
}

/* Digits as this program writes them; false from a billion on. */
static bool
read_number(struct reader *in, char stop, size_t *number)
{
	char *begin = in->at;

	*number = 0;
	while (in->at < in->end && *in->at >= '0' && *in->at <= '9' &&
	       in->at - begin < 9)
		*number = *number * 10 + (size_t)(*in->at++ - '0');
	if (in->at == begin || (*begin == '0' && in->at - begin > 1) ||
	    in->at == in->end || *in->at != stop)
		return false;
	in->at++;
	return true;
}

static bool
read_name(struct reader *in, const char *name)
{
	size_t len = strlen(name);

	if ((size_t)(in->end - in->at) <= len ||
	    memcmp(in->at, name, len) != 0 || in->at[len] != '=')
		return false;
	in->at += len + 1;
	return true;
}

/* NAME=OCTETS:TEXT LF, where the text is ended in place; NAME= LF is NULL. */
static bool
read_field(struct reader *in, const struct field *f, const char **value)
{
	size_t len;

	*value = NULL;
	if (!read_name(in, f->name))
		return false;
	if (in->at < in->end && *in->at == '\n') {
		in->at++;
		return f->is_optional;
	}
	if (!read_number(in, ':', &len) || (size_t)(in->end - in->at) <= len ||
	    in->at[len] != '\n' || memchr(in->at, '\n', len) != NULL ||
	    memchr(in->at, '\0', len) != NULL)
		return false;
	*value = in->at;
	in->at[len] = '\0';
	in->at += len + 1;
	return true;
}

static bool
read_word(struct reader *in, char stop, const char **word)
{
	char *end = memchr(in->at, stop, (size_t)(in->end - in->at));

	if (end == NULL || end == in->at)
		return false;
	*end = '\0';
	*word = in->at;
	in->at = end + 1;
	return strcspn(*word, " \n") == (size_t)(end - *word);
}

static bool
read_answer(struct reader *in, struct receipt_answer *a)
{
	if (!read_word(in, ' ', &a->target) || !read_word(in, ' ', &a->kind) ||
	    !read_word(in, ' ', &a->wording))
		return false;
	if (in->end - in->at > CANON_HEX && in->at[CANON_HEX] == ' ') {
		if (!read_word(in, ' ', &a->hash) ||
		    !read_word(in, '\n', &a->terms))
			return false;
	} else if (!read_word(in, '\n', &a->hash))
		return false;
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcmp(a->kind, kinds[i]) == 0)
			return is_hash(a->wording) && is_hash(a->hash) &&
			       (a->terms == NULL || is_hash(a->terms));
	return false;
}

static bool
read_answers(struct reader *in, struct receipt *r)
{
	size_t count;
	char digits[16];

	if (!read_name(in, "answers") || !read_number(in, ':', &count) ||
	    count > 6)
		return false;
	if (!read_number(in, '\n', &r->answer_count) ||
	    r->answer_count > ANSWERS_MAX ||
	    (size_t)snprintf(digits, sizeof digits, "%zu", r->answer_count) !=
		count)
		return false;
	r->answers = mem_calloc(r->answer_count + 1, sizeof *r->answers);
	for (size_t i = 0; i < r->answer_count; i++)
		if (!read_answer(in, &r->answers[i]) ||
		    (i > 0 && strcmp(r->answers[i - 1].target,
				  r->answers[i].target) >= 0))
			return false;
	return true;
}

/* What the content hash is made of must be what SQL can have written. */
static bool
are_values_right(const struct receipt *r)
{
	size_t len = strlen(r->version);

	return is_hash(r->content_hash) && len > 0 && len < 10 &&
	       r->version[0] != '0' &&
	       strspn(r->version, "0123456789") == len &&
	       (r->nil_rest == NULL || strcmp(r->nil_rest, "true") == 0 ||
		   strcmp(r->nil_rest, "false") == 0);
}

static bool
read_form(struct receipt *r, struct reader *in)
{
	for (size_t i = 0; i < NELEM(forms); i++) {
		const struct field *f = forms[i].fields;
		size_t len = strlen(forms[i].first_line);

		if ((size_t)(in->end - in->at) < len ||
		    memcmp(in->at, forms[i].first_line, len) != 0)
			continue;
		in->at += len;
		r->form = (int)i + 1;
		for (; f->name != NULL; f++)
			if (!read_field(in, f, member(r, f)))
				return false;
		if (forms[i].has_answers && !read_answers(in, r))
			return false;
		return in->at == in->end && are_values_right(r);
	}
	return false;
}

enum rc
receipt_read(struct receipt *r, const char *body, size_t len, struct err *err)
{
	struct reader in;

	memset(r, 0, sizeof *r);
	r->text = mem_strndup(body, len);
	in = (struct reader){ r->text, r->text + len };
	if (utf8_is_valid(body, len) && memchr(body, '\0', len) == NULL &&
	    read_form(r, &in))
		return RC_OK;
	receipt_clear(r);
	return err_set(err, RC_INVALID, "receipt", "",
	    "this is no receipt of a form that this program knows");
}

void
receipt_clear(struct receipt *r)
{
	mem_free(r->answers);
	mem_free(r->text);
	memset(r, 0, sizeof *r);
}

void
receipt_write(struct buf *out, const struct receipt *r)
{
	const struct field *f = forms[r->form - 1].fields;
	char count[16];

	buf_str(out, forms[r->form - 1].first_line);
	for (; f->name != NULL; f++)
		canon_field(out, f->name,
		    *(const char *const *)((const char *)r + f->offset));
	if (!forms[r->form - 1].has_answers)
		return;
	snprintf(count, sizeof count, "%zu", r->answer_count);
	canon_field(out, "answers", count);
	for (size_t i = 0; i < r->answer_count; i++)
		buf_printf(out, "%s %s %s %s%s%s\n", r->answers[i].target,
		    r->answers[i].kind, r->answers[i].wording,
		    r->answers[i].hash, r->answers[i].terms == NULL ? "" : " ",
		    r->answers[i].terms == NULL ? "" : r->answers[i].terms);
}

bool
receipt_is_coherent(const struct receipt *r)
{
	struct canon_response response = {
		.stage = r->stage,
		.organisation = r->organisation,
		.level = r->level,
		.number = (int)strtol(r->version, NULL, 10),
		.publication = r->publication,
		.nil_rest = r->nil_rest != NULL && r->nil_rest[0] == 't',
		.row_count = r->answer_count,
	};
	struct canon_row *rows;
	struct buf b = { 0 };
	char hex[CANON_HEX + 1];

	if (r->form == 1)
		return true;
	rows = mem_calloc(r->answer_count + 1, sizeof *rows);
	for (size_t i = 0; i < r->answer_count; i++)
		rows[i] = (struct canon_row){ r->answers[i].target,
			r->answers[i].wording,
			r->answers[i].terms != NULL ? r->answers[i].terms
						    : r->answers[i].hash };
	response.rows = rows;
	canon_response(&b, &response);
	canon_sha256_hex(b.data, b.len, hex);
	buf_clear(&b);
	mem_free(rows);
	return strcmp(hex, r->content_hash) == 0;
}

/* --- against a document ---------------------------------------------------
 */

static const char *
text_of(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

/* The rows of all groups by their target. */
static json_t *
rows_by_target(const json_t *doc)
{
	json_t *map = json_object(), *group, *row;
	size_t i, j;

	json_array_foreach (json_object_get(doc, "groups"), i, group)
		json_array_foreach (json_object_get(group, "rows"), j, row)
			if (text_of(row, "target") != NULL)
				json_object_set(
				    map, text_of(row, "target"), row);
	return map;
}

static void
hash_row(const json_t *row, char hex[CANON_HEX + 1])
{
	const char *kind = text_of(row, "answer_kind");
	bool has_stance = kind != NULL && strcmp(kind, "answered") == 0;
	struct canon_answer a = {
		.kind = kind,
		.stance = has_stance ? text_of(row, "stance") : NULL,
		.body = text_of(row, "body"),
		.proposal = text_of(row, "proposal"),
		.reason = text_of(row, "reason"),
		.value = text_of(row, "value"),
	};
	struct buf b = { 0 };

	canon_answer(&b, &a);
	canon_sha256_hex(b.data, b.len, hex);
	buf_clear(&b);
}

/* Of what the row was released under, over the hash of its words. */
static void
hash_terms(const json_t *row, const char *answer, char hex[CANON_HEX + 1])
{
	struct buf b = { 0 }, cuts = { 0 };
	struct canon_terms t = {
		.answer = answer,
		.confidential = text_of(row, "confidential_reason"),
	};
	const char *field, *reason;
	json_int_t from, to;
	json_t *cut;
	size_t i;

	json_array_foreach (json_object_get(row, "cuts"), i, cut) {
		if (json_unpack(cut, "{ss sI sI ss}", "field", &field, "from",
			&from, "to", &to, "reason", &reason) == 0)
			buf_printf(&cuts,
			    "%s %" JSON_INTEGER_FORMAT " %" JSON_INTEGER_FORMAT
			    " %s\n",
			    field, from, to, reason);
	}
	t.cuts = cuts.len == 0 ? NULL : buf_text(&cuts);
	canon_terms(&b, &t);
	canon_sha256_hex(b.data, b.len, hex);
	buf_clear(&cuts);
	buf_clear(&b);
}

size_t
receipt_compare(const struct receipt *r, const json_t *doc,
    void (*tell)(void *ctx, const char *target, const char *what), void *ctx)
{
	json_t *map = rows_by_target(doc), *row;
	char hex[CANON_HEX + 1];
	size_t count = 0;
	const char *key;

	for (size_t i = 0; i < r->answer_count; i++) {
		const struct receipt_answer *a = &r->answers[i];

		row = json_object_get(map, a->target);
		if (row == NULL) {
			count++;
			tell(ctx, a->target, "is missing");
			continue;
		}
		hash_row(row, hex);
		if (strcmp(hex, a->hash) != 0) {
			count++;
			tell(ctx, a->target, "is not what was received");
		} else if (a->terms != NULL) {
			hash_terms(row, a->hash, hex);
			if (strcmp(hex, a->terms) != 0) {
				count++;
				tell(ctx, a->target,
				    "is confidential or cut in another way");
			}
		} else if (json_is_true(json_object_get(row, "confidential"))) {
			count++;
			tell(ctx, a->target, "was not confidential");
		}
		json_object_del(map, a->target);
	}
	json_object_foreach (map, key, row) {
		count++;
		tell(ctx, key, "is not in the receipt");
	}
	json_decref(map);
	return count;
}
