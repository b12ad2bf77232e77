/* Names and values out of a request: fields, urlencoded and JSON bodies. */
#include "form.h"

#include <jansson.h>
#include <string.h>

#include "buf.h"
#include "form_part.h"
#include "json_mem.h"
#include "utf8.h"

static enum rc unescape(
    struct buf *out, const char *s, size_t len, struct err *err);
static enum rc check_name(struct form_text name, struct err *err);
static enum rc check_text(struct form_text t, struct err *err);
static const struct form_field *find(
    const struct form *f, size_t i, const char *name, bool is_file);
static struct form_field *new_field(struct form *f);
static char *with_lf(struct form_text t, size_t *out_len);
static enum rc put_json(
    struct form *f, const char *name, const json_t *value, struct err *err);

/* --- urlencoded ----------------------------------------------------------- */

enum rc
form_parse_urlencoded(
    struct form *f, const char *data, size_t len, struct err *err)
{
	struct buf name = { 0 }, value = { 0 };
	size_t pos = 0;
	enum rc rc = RC_OK;

	while (pos < len && rc == RC_OK) {
		const char *pair = data + pos;
		const char *end = memchr(pair, '&', len - pos);
		size_t pair_len = end ? (size_t)(end - pair) : len - pos;
		const char *eq;
		size_t name_len;

		pos += pair_len + 1;
		if (pair_len == 0)
			continue;
		eq = memchr(pair, '=', pair_len);
		name_len = eq ? (size_t)(eq - pair) : pair_len;
		buf_reset(&name);
		buf_reset(&value);
		rc = unescape(&name, pair, name_len, err);
		if (rc == RC_OK && eq != NULL)
			rc = unescape(
			    &value, eq + 1, pair_len - name_len - 1, err);
		if (rc == RC_OK)
			rc = form_put(f,
			    (struct form_text){ buf_text(&name), name.len },
			    (struct form_text){ buf_text(&value), value.len },
			    (struct form_text){ 0 }, err);
	}
	if (value.data != NULL)
		explicit_bzero(value.data, value.cap);
	buf_clear(&name);
	buf_clear(&value);
	return rc;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static enum rc
unescape(struct buf *out, const char *s, size_t len, struct err *err)
{
	size_t i = 0;

	while (i < len) {
		size_t plain = i;
		int high, low;

		while (i < len && s[i] != '%' && s[i] != '+')
			i++;
		buf_add(out, s + plain, i - plain);
		if (i == len)
			break;
		if (s[i] == '+') {
			buf_char(out, ' ');
			i++;
			continue;
		}
		high = len - i > 2 ? hex_digit(s[i + 1]) : -1;
		low = len - i > 2 ? hex_digit(s[i + 2]) : -1;
		if (high < 0 || low < 0)
			return err_set(err, RC_BAD, "bad_escape", "",
			    "percent sign without two hexadecimal digits");
		buf_char(out, (char)(high << 4 | low));
		i += 3;
	}
	return RC_OK;
}

/* --- JSON ----------------------------------------------------------------- */

enum rc
form_parse_json(struct form *f, const char *data, size_t len, struct err *err)
{
	json_error_t why;
	json_t *root, *value;
	const char *name;
	enum rc rc = RC_OK;

	root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL)
		return err_set(err, RC_BAD, "bad_json", "", "line %d: %s",
		    why.line, why.text);
	if (!json_is_object(root))
		rc = err_set(err, RC_BAD, "bad_json", "", "not an object");
	json_object_foreach (root, name, value) {
		const json_t *entry;
		size_t i;

		if (rc != RC_OK)
			break;
		if (!json_is_array(value)) {
			rc = put_json(f, name, value, err);
			continue;
		}
		json_array_foreach (value, i, entry) {
			rc = put_json(f, name, entry, err);
			if (rc != RC_OK)
				break;
		}
	}
	json_decref(root);
	return rc;
}

/* One value that is neither object nor array. */
static enum rc
put_json(struct form *f, const char *name, const json_t *value, struct err *err)
{
	struct form_text t = { "", 0 };
	char *number = NULL;
	enum rc rc;

	switch (json_typeof(value)) {
	case JSON_STRING:
		t.text = json_string_value(value);
		t.len = json_string_length(value);
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		number = json_dumps(value, JSON_ENCODE_ANY);
		if (number == NULL)
			return err_set(err, RC_BAD, "bad_json", "", "number");
		t.text = number;
		t.len = strlen(number);
		break;
	case JSON_TRUE:
		t = (struct form_text){ "true", 4 };
		break;
	case JSON_FALSE:
	case JSON_NULL:
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
		return err_set(
		    err, RC_BAD, "bad_json", "", "a value is nested too deep");
	}
	rc = form_put(f, (struct form_text){ name, strlen(name) }, t,
	    (struct form_text){ 0 }, err);
	if (rc == RC_OK)
		f->fields[f->count - 1].is_null = json_is_null(value);
	json_mem_free(number);
	return rc;
}

/* --- fields --------------------------------------------------------------- */

const struct form_field *
form_get(const struct form *f, const char *name)
{
	return find(f, 0, name, false);
}

const struct form_field *
form_file(const struct form *f, const char *name)
{
	return find(f, 0, name, true);
}

const struct form_field *
form_next(const struct form *f, const struct form_field *field)
{
	return find(f, (size_t)(field - f->fields) + 1, field->name,
	    field->filename != NULL);
}

static const struct form_field *
find(const struct form *f, size_t i, const char *name, bool is_file)
{
	for (; i < f->count; i++) {
		const struct form_field *field = &f->fields[i];

		if ((field->filename != NULL) == is_file &&
		    strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

void
form_add(struct form *f, const char *name, const char *value, size_t len)
{
	struct form_field *field = new_field(f);

	field->name = mem_strdup(name);
	field->value = mem_strndup(value, len);
	field->value_len = len;
}

void
form_clear(struct form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct form_field *field = &f->fields[i];

		/* one of them may be a password */
		explicit_bzero(field->value, field->value_len);
		mem_free(field->name);
		mem_free(field->value);
		mem_free(field->filename);
	}
	mem_free(f->fields);
	*f = (struct form){ 0 };
}

enum rc
form_put(struct form *f, struct form_text name, struct form_text value,
    struct form_text filename, struct err *err)
{
	struct form_field *field;
	enum rc rc;

	rc = check_name(name, err);
	if (rc == RC_OK)
		rc = check_text(filename.text == NULL ? value : filename, err);
	if (rc != RC_OK)
		return rc;
	if (f->count >= FORM_MAX_FIELDS)
		return err_set(err, RC_BAD, "too_many_fields", "",
		    "more than %d fields", FORM_MAX_FIELDS);
	field = new_field(f);
	field->name = mem_strndup(name.text, name.len);
	if (filename.text == NULL) {
		field->value = with_lf(value, &field->value_len);
		return RC_OK;
	}
	field->filename = mem_strndup(filename.text, filename.len);
	field->value = mem_alloc(value.len + 1);
	memcpy(field->value, value.text, value.len);
	field->value[value.len] = '\0';
	field->value_len = value.len;
	return RC_OK;
}

static enum rc
check_name(struct form_text name, struct err *err)
{
	if (name.len == 0 || name.len > FORM_MAX_NAME)
		return err_set(err, RC_BAD, "bad_name", "",
		    "field name of %zu octets", name.len);
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.text[i];

		if (c < 0x20 || c == 0x7f)
			return err_set(err, RC_BAD, "bad_name", "",
			    "control character in a field name");
	}
	return check_text(name, err);
}

static enum rc
check_text(struct form_text t, struct err *err)
{
	if (memchr(t.text, '\0', t.len) != NULL)
		return err_set(err, RC_BAD, "nul_byte", "", "NUL in a field");
	if (!utf8_is_valid(t.text, t.len))
		return err_set(err, RC_BAD, "bad_utf8", "", "broken UTF-8");
	return RC_OK;
}

/* The array doubles whenever count is a power of two: no capacity to keep. */
static struct form_field *
new_field(struct form *f)
{
	struct form_field *field;

	if ((f->count & (f->count - 1)) == 0)
		f->fields = mem_array(f->fields,
		    f->count > 0 ? f->count * 2 : 1, sizeof *f->fields);
	field = &f->fields[f->count++];
	*field = (struct form_field){ 0 };
	return field;
}

static char *
with_lf(struct form_text t, size_t *out_len)
{
	char *out = mem_alloc(t.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < t.len; i++) {
		if (t.text[i] != '\r') {
			out[n++] = t.text[i];
			continue;
		}
		out[n++] = '\n';
		if (i + 1 < t.len && t.text[i + 1] == '\n')
			i++;
	}
	out[n] = '\0';
	*out_len = n;
	return out;
}
