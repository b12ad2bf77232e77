#include "form_again.h"

#include <stdio.h>
#include <string.h>

#include "message.h"

static void compare_sent(json_t *);
static bool is_stale(const struct req *);
static json_t *submitted(const struct req *, const struct param *);
static void put_values(json_t *, const struct req *, bool);
static void set_list(json_t *, const struct param *, const struct form *);
static void set_map(json_t *, const struct param *, const struct form *);
static void set_row_error(json_t *, const char *, json_t *);
static void set_field_error(json_t *, const char *, json_t *);
static json_t *alike(json_t *, json_t *);

void
form_again(const struct req *req, json_t *doc)
{
	json_t *form = json_object_get(doc, "form");
	bool stale = is_stale(req);

	if (!json_is_object(form)) {
		form = json_object();
		json_object_set_new(doc, "form", form);
	}
	if (stale)
		json_object_set_new(doc, "theirs", json_deep_copy(form));
	put_values(form, req, stale);
	compare_sent(doc);
	if (stale)
		json_object_set_new(
		    doc, "same", alike(form, json_object_get(doc, "theirs")));
	form_again_say(req, doc);
}

void
form_again_say(const struct req *req, json_t *doc)
{
	json_t *form = json_object_get(doc, "form");
	json_t *errors = message_errors(req);
	json_t *by_field = json_object();
	json_t *e;
	size_t i;

	json_array_foreach (errors, i, e) {
		const char *field =
		    json_string_value(json_object_get(e, "field"));

		json_object_set(by_field, field, json_object_get(e, "message"));
		set_row_error(form, field, json_object_get(e, "message"));
		set_field_error(json_object_get(doc, "fields"), field, e);
	}
	json_object_set_new(doc, "errors", errors);
	json_object_set_new(doc, "error", by_field);
	if (req->err.rc == RC_CONFLICT ||
	    (req->err.rc != RC_OK && req->errors.count == 0))
		json_object_set_new(doc, "conflict",
		    json_pack("{ss so sb}", "code", req->err.code, "message",
			message_text(req->worker, req->err.code, req->err.args),
			"is_stale", is_stale(req)));
}

static bool
is_stale(const struct req *req)
{
	return req->err.rc == RC_CONFLICT &&
	       strcmp(req->err.code, "stale") == 0;
}

static void
put_values(json_t *form, const struct req *req, bool stale)
{
	const struct param *params = req->route->params;
	size_t i;

	/* What was sent replaces the stored list, also when it is shorter. */
	for (i = 0; i < req->route->param_count; i++) {
		if (params[i].kind == PARAM_LIST)
			set_list(form, &params[i], NULL);
	}
	for (i = 0; i < req->route->param_count; i++) {
		const struct param *p = &params[i];

		/* After a conflict the form is on top of the newest version. */
		if (p->in_path || p->kind == PARAM_SECRET ||
		    (stale && strcmp(p->name, "version") == 0))
			continue;
		if (p->kind == PARAM_LIST)
			set_list(form, p, &req->body);
		else if (p->kind == PARAM_MAP)
			set_map(form, p, &req->body);
		else
			json_object_set_new(form, p->name, submitted(req, p));
	}
}

/* The wording is compared with what was sent, not with what is stored. */
static void
compare_sent(json_t *doc)
{
	json_t *comparison = json_object_get(doc, "comparison");
	json_t *sent =
	    json_object_get(json_object_get(doc, "form"), "proposal");

	if (json_is_object(comparison) && sent != NULL)
		json_object_set_new(comparison, "diff_of",
		    json_pack("{sO sO}", "old",
			json_object_get(comparison, "wording"), "new", sent));
}

/* As it was sent, also when it was refused. */
static json_t *
submitted(const struct req *req, const struct param *p)
{
	const struct form_field *f = form_get(&req->body, p->name);

	if (p->kind == PARAM_FLAG)
		return json_boolean(f != NULL && f->value_len > 0 &&
				    strcmp(f->value, "0") != 0 &&
				    strcmp(f->value, "false") != 0);
	return f == NULL ? json_string("") : json_string(f->value);
}

/*
 * paper_title, paper_source -> form.papers[{title, source}]; without a body
 * the list is emptied.
 */
static void
set_list(json_t *form, const struct param *p, const struct form *body)
{
	const char *member = strchr(p->name, '_');
	const struct form_field *f;
	char name[64];
	json_t *list;

	if (member == NULL)
		return;
	snprintf(name, sizeof(name), "%.*ss", (int)(member - p->name), p->name);
	member++;
	if (body == NULL) {
		json_object_set_new(form, name, json_array());
		return;
	}
	list = json_object_get(form, name);
	f = form_get(body, p->name);
	for (size_t i = 0; f != NULL; i++, f = form_next(body, f)) {
		while (json_array_size(list) <= i)
			json_array_append_new(list, json_object());
		json_object_set_new(
		    json_array_get(list, i), member, json_string(f->value));
	}
}

/*
 * The rows of a form, wherever they stand: form.rows, form.groups and the rows
 * in each of them; a group is a row as well where it has a box of its own.
 */
static void
add_rows(json_t *list, json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row) {
		json_array_append(list, row);
		add_rows(list, json_object_get(row, "rows"));
	}
}

static json_t *
rows_of(json_t *form)
{
	json_t *list = json_array();

	add_rows(list, json_object_get(form, "rows"));
	add_rows(list, json_object_get(form, "groups"));
	return list;
}

/* The row with that key, or NULL; borrowed from the form. */
static json_t *
row_of(json_t *rows, const char *key)
{
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row)
		if (strcmp(json_string_value(json_object_get(row, "key")),
			key) == 0)
			return row;
	return NULL;
}

/*
 * body.KEY -> the body of the row KEY; a box that is not ticked is "". How many
 * rows have something is form.body_count.
 */
static void
set_map(json_t *form, const struct param *p, const struct form *body)
{
	json_t *rows = rows_of(form);
	json_int_t count = 0;
	char name[64];
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row)
		json_object_set_new(row, p->name, json_string(""));
	for (i = 0; i < body->count; i++) {
		const struct form_field *f = &body->fields[i];
		const char *key = param_map_key(p, f->name);

		if (key != NULL && (row = row_of(rows, key)) != NULL)
			json_object_set_new(
			    row, p->name, json_string(f->value));
	}
	json_array_foreach (rows, i, row)
		count += json_string_length(json_object_get(row, p->name)) > 0;
	snprintf(name, sizeof(name), "%s_count", p->name);
	json_object_set_new(form, name, json_integer(count));
	json_decref(rows);
}

/* NAME.KEY: said at the field of that row as well, as error.NAME. */
static void
set_row_error(json_t *form, const char *field, json_t *message)
{
	const char *key = strchr(field, '.');
	json_t *rows = rows_of(form);
	json_t *row = key == NULL ? NULL : row_of(rows, key + 1);
	char name[64];

	if (row != NULL) {
		snprintf(name, sizeof(name), "%.*s", (int)(key - field), field);
		json_object_set_new(
		    row, "error", json_pack("{sO}", name, message));
	}
	json_decref(rows);
}

/* The same at the field of a list that says so itself: by its anchor. */
static void
set_field_error(json_t *fields, const char *anchor, json_t *e)
{
	json_t *field;
	size_t i;

	json_array_foreach (fields, i, field) {
		const char *own =
		    json_string_value(json_object_get(field, "anchor"));

		if (own != NULL && strcmp(own, anchor) == 0)
			json_object_set(
			    field, "wrong", json_object_get(e, "message"));
	}
}

/* The members that both hold alike, so that a page shows what differs. */
static json_t *
alike(json_t *mine, json_t *theirs)
{
	json_t *same = json_object();
	json_t *a, *b;
	const char *name;
	bool is_empty;

	json_object_foreach (mine, name, a) {
		b = json_object_get(theirs, name);
		is_empty = json_string_length(a) == 0 && !json_is_true(a) &&
			   json_string_length(b) == 0 && !json_is_true(b) &&
			   json_array_size(a) == 0 && json_array_size(b) == 0;
		json_object_set_new(
		    same, name, json_boolean(is_empty || json_equal(a, b)));
	}
	return same;
}
