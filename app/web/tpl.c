/* Rendering: the nodes of a template over a stack of JSON values. */
#include "tpl_node.h"

#include <string.h>

#include "filter.h"

enum {
	MAX_STACK = 96,
	/* Whoever passes these has a template that calls itself for ever. */
	MAX_STEPS = 4 * 1000 * 1000,
	MAX_OUTPUT = 64 * 1024 * 1024
};

struct render {
	json_t *stack[MAX_STACK];
	size_t top; /* number of values */
	tpl_partial_fn partial;
	void *ctx;
	size_t partials;
	size_t steps;
	struct buf indent;
	struct buf *out;
};

static enum rc run(
    struct render *r, const struct tpl *t, size_t from, size_t to) MUST_CHECK;
static enum rc run_section(struct render *r, const struct tpl *t,
    const struct tpl_node *n, size_t at) MUST_CHECK;
static enum rc run_partial(
    struct render *r, const struct tpl_node *n) MUST_CHECK;
static void put_text(struct render *r, const struct tpl_node *n);
static void put_value(
    struct render *r, const struct tpl *t, const struct tpl_node *n);
static json_t *evaluate(const struct render *r, const struct tpl *t,
    const struct tpl_node *n, json_t **owned);
static struct tpl_span argument(const struct render *, struct tpl_span);
static const char *stage_kind(const struct render *);
static json_t *look_up(
    const struct render *r, const struct tpl *t, const struct tpl_node *n);

enum rc
tpl_render(const struct tpl *t, json_t *root, json_t *below,
    tpl_partial_fn partial, void *ctx, struct buf *out)
{
	struct render r;
	enum rc rc;

	r.top = 0;
	if (below != NULL)
		r.stack[r.top++] = below;
	r.stack[r.top++] = root;
	r.partial = partial;
	r.ctx = ctx;
	r.partials = 0;
	r.steps = 0;
	r.indent = (struct buf){ 0 };
	r.out = out;
	rc = run(&r, t, 0, t->node_count);
	buf_clear(&r.indent);
	return rc;
}

static enum rc
run(struct render *r, const struct tpl *t, size_t from, size_t to)
{
	const struct tpl_node *n;
	enum rc rc = RC_OK;
	size_t i;

	for (i = from; i < to && rc == RC_OK; i++) {
		n = &t->nodes[i];
		if (++r->steps > MAX_STEPS || r->out->len > MAX_OUTPUT)
			return RC_INTERNAL;
		if (n->at_line_start && r->indent.len > 0 &&
		    !(n->kind == TPL_TEXT && n->text.s[0] == '\n'))
			buf_add(r->out, r->indent.data, r->indent.len);
		switch (n->kind) {
		case TPL_TEXT:
			put_text(r, n);
			break;
		case TPL_VARIABLE:
		case TPL_RAW:
			put_value(r, t, n);
			break;
		case TPL_SECTION:
		case TPL_INVERTED:
			rc = run_section(r, t, n, i);
			i = n->jump;
			break;
		case TPL_PARTIAL:
			rc = run_partial(r, n);
			break;
		case TPL_END:
			break;
		}
	}
	return rc;
}

/* False, null, nothing, "", 0 and an empty list hide a section. */
static bool
is_true(const json_t *v)
{
	if (v == NULL)
		return false;
	switch (json_typeof(v)) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_ARRAY:
		return json_array_size(v) > 0;
	case JSON_STRING:
		return json_string_length(v) > 0;
	case JSON_INTEGER:
		return json_integer_value(v) != 0;
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_OBJECT:
		return true;
	}
	return true;
}

static enum rc
run_with(struct render *r, const struct tpl *t, json_t *value, size_t from,
    size_t to)
{
	enum rc rc;

	if (r->top == MAX_STACK)
		return RC_INTERNAL;
	r->stack[r->top++] = value;
	rc = run(r, t, from, to);
	r->top--;
	return rc;
}

static enum rc
run_section(
    struct render *r, const struct tpl *t, const struct tpl_node *n, size_t at)
{
	json_t *owned = NULL, *value, *element;
	/* With the END, which begins a line of an indented partial. */
	size_t i, to = n->jump + 1;
	enum rc rc = RC_OK;

	value = evaluate(r, t, n, &owned);
	if (is_true(value) == (n->kind == TPL_INVERTED))
		goto out;
	if (n->kind == TPL_INVERTED || json_is_true(value)) {
		rc = run(r, t, at + 1, to);
	} else if (json_is_array(value)) {
		json_array_foreach (value, i, element) {
			rc = run_with(r, t, element, at + 1, to);
			if (rc != RC_OK)
				break;
		}
	} else {
		rc = run_with(r, t, value, at + 1, to);
	}
out:
	json_decref(owned);
	return rc;
}

static enum rc
run_partial(struct render *r, const struct tpl_node *n)
{
	const struct tpl *t = n->target;
	size_t indent_len = r->indent.len;
	enum rc rc;

	if (t == NULL && r->partial != NULL)
		t = r->partial(r->ctx, n->text.s);
	if (t == NULL)
		return RC_OK;
	if (r->partials == TPL_MAX_PARTIALS)
		return RC_INTERNAL;
	r->partials++;
	if (n->indent.len > 0)
		buf_add(&r->indent, n->indent.s, n->indent.len);
	rc = run(r, t, 0, t->node_count);
	r->indent.len = indent_len;
	r->partials--;
	return rc;
}

/* Inside an indented partial each line gets the indent, empty lines do not. */
static void
put_text(struct render *r, const struct tpl_node *n)
{
	const char *s = n->text.s, *end = s + n->text.len, *e;

	while (r->indent.len > 0 &&
	       (e = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		buf_add(r->out, s, (size_t)(++e - s));
		if (e < end && *e != '\n')
			buf_add(r->out, r->indent.data, r->indent.len);
		s = e;
	}
	buf_add(r->out, s, (size_t)(end - s));
}

/*
 * May this stand as an address in HTML? Own paths and what runs nothing: web
 * and mail, a key for an authenticator app, a plain text to be saved.
 */
static bool
is_safe_url(const char *s)
{
	static const char *const schemes[] = { "https://", "http://",
		"mailto:", "otpauth://totp/",
		"data:text/plain;charset=utf-8," };

	if (s[0] == '/') /* "//host" and "/\host" lead elsewhere */
		return s[1] != '/' && s[1] != '\\';
	for (size_t i = 0; i < NELEM(schemes); i++) {
		if (strncmp(s, schemes[i], strlen(schemes[i])) == 0)
			return true;
	}
	return s[0] == '#' || s[0] == '?';
}

static void
put_string(struct render *r, const struct tpl *t, const struct tpl_node *n,
    const char *s, size_t len)
{
	if (n->is_url && !is_safe_url(s)) {
		s = "#";
		len = 1;
	}
	if (n->kind == TPL_RAW || t->is_plain)
		buf_add(r->out, s, len);
	else
		buf_html(r->out, s, len);
}

/*
 * Objects and lists show nothing; only an address is never empty, because what
 * follows in the template would begin it then.
 */
static void
put_value(struct render *r, const struct tpl *t, const struct tpl_node *n)
{
	json_t *owned = NULL, *value;
	char number[64];
	size_t len;

	value = evaluate(r, t, n, &owned);
	if (json_is_string(value)) {
		put_string(r, t, n, json_string_value(value),
		    json_string_length(value));
	} else if (json_is_number(value) || json_is_boolean(value)) {
		len = json_dumpb(value, number, sizeof(number) - 1,
		    JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		number[len < sizeof(number) ? len : 0] = '\0';
		put_string(r, t, n, number, strlen(number));
	} else if (n->is_url) {
		put_string(r, t, n, "", 0);
	}
	json_decref(owned);
}

/* *owned: what the caller gives back, when a filter made the value. */
static json_t *
evaluate(const struct render *r, const struct tpl *t, const struct tpl_node *n,
    json_t **owned)
{
	const struct tpl_call *c;
	struct tpl_span key, arg;
	json_t *value, *next;
	size_t i;

	if (n->is_literal)
		value = *owned = json_stringn_nocheck(n->text.s, n->text.len);
	else
		value = look_up(r, t, n);
	if (n->call_count == 0)
		return value;
	key = tpl_node_key(t, n);
	for (i = 0; i < n->call_count; i++) {
		c = &t->calls[n->call + i];
		arg = argument(r, c->arg);
		next = filter_apply(c->name.s, c->name.len, arg.s, arg.len,
		    key.s, key.len, stage_kind(r), value);
		json_decref(*owned);
		value = *owned = next;
	}
	return value;
}

/* What kind of stage is spoken of: the nearest there is, else that of the page.
 */
static const char *
stage_kind(const struct render *r)
{
	json_t *here, *kind = NULL;
	size_t i;

	for (i = r->top; i > 0 && kind == NULL; i--) {
		here = r->stack[i - 1];
		kind = json_object_get(json_object_get(here, "stage"), "kind");
		if (kind == NULL)
			kind = json_object_get(
			    json_object_get(
				json_object_get(here, "frame"), "stage"),
			    "kind");
	}
	return json_string_value(kind);
}

/* "@filter.level" stands for the text that this name has here, or for "". */
static struct tpl_span
argument(const struct render *r, struct tpl_span arg)
{
	const char *s = arg.s + 1, *end = arg.s + arg.len, *dot;
	json_t *value = NULL;
	size_t i;

	if (arg.len < 2 || arg.s[0] != '@')
		return arg;
	dot = memchr(s, '.', (size_t)(end - s));
	for (i = r->top; i > 0 && value == NULL; i--)
		value = json_object_getn(r->stack[i - 1], s,
		    (size_t)((dot == NULL ? end : dot) - s));
	while (dot != NULL && value != NULL) {
		s = dot + 1;
		dot = memchr(s, '.', (size_t)(end - s));
		value = json_object_getn(
		    value, s, (size_t)((dot == NULL ? end : dot) - s));
	}
	return (struct tpl_span){ json_string_value(value) == NULL
				      ? ""
				      : json_string_value(value),
		json_string_length(value) };
}

/* The first part from the top of the stack down, the rest from there. */
static json_t *
look_up(const struct render *r, const struct tpl *t, const struct tpl_node *n)
{
	const struct tpl_span *part = &t->parts[n->part];
	json_t *value = NULL;
	size_t i;

	if (n->part_count == 0)
		return r->stack[r->top - 1];
	for (i = r->top; i > 0 && value == NULL; i--)
		value = json_object_getn(r->stack[i - 1], part->s, part->len);
	for (i = 1; i < n->part_count && value != NULL; i++)
		value = json_object_getn(value, part[i].s, part[i].len);
	return value;
}
