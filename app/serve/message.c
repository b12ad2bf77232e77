#include "message.h"

#include <stdio.h>
#include <string.h>

#include "web/json_mem.h"
#include "web/tpl.h"

struct message {
	char *code;
	struct tpl *text;
};

static const struct tpl *find(const struct worker *, const char *);
static json_t *entry(
    const struct worker *, const char *, const char *, const char *);

enum rc
message_load(struct worker *worker, const char *path, struct err *err)
{
	json_error_t where;
	json_t *texts = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
	const char *code;
	json_t *text;

	if (!json_is_object(texts))
		return err_set(err, RC_INTERNAL, "messages", "", "%s: %s", path,
		    where.text);
	worker->messages =
	    mem_calloc(json_object_size(texts), sizeof(*worker->messages));
	json_object_foreach (texts, code, text) {
		struct message *m = &worker->messages[worker->message_count];

		m->code = mem_strdup(code);
		m->text = tpl_parse(
		    json_string_value(text), json_string_length(text), err);
		if (m->text == NULL)
			return err->rc;
		worker->message_count++;
	}
	json_decref(texts);
	return RC_OK;
}

json_t *
message_text(const struct worker *worker, const char *code, const char *args)
{
	const struct tpl *text = find(worker, code);
	json_t *root = args[0] == '\0' ? NULL : json_loads(args, 0, NULL);
	struct buf out = { 0 };
	json_t *result;

	if (text == NULL)
		text = find(worker, "unknown");
	if (root == NULL)
		root = json_object();
	if (text == NULL ||
	    tpl_render(text, root, NULL, NULL, NULL, &out) != RC_OK)
		buf_reset(&out);
	result = json_string(buf_text(&out));
	json_decref(root);
	buf_clear(&out);
	return result;
}

json_t *
message_errors(const struct req *req)
{
	json_t *list = json_array();
	char *args;
	json_t *values;

	for (size_t i = 0; i < req->errors.count; i++) {
		const struct param_error *e = &req->errors.at[i];

		values = json_pack("{sI sI sI ss}", "actual",
		    (json_int_t)e->actual, "max", (json_int_t)e->max, "over",
		    (json_int_t)(e->actual > e->max ? e->actual - e->max : 0),
		    "what", e->what);
		args = json_dumps(values, JSON_COMPACT);
		json_array_append_new(
		    list, entry(req->worker, e->field, e->code, args));
		json_mem_free(args);
		json_decref(values);
	}
	if (req->errors.count == 0 && req->err.field[0] != '\0')
		json_array_append_new(list, entry(req->worker, req->err.field,
						req->err.code, req->err.args));
	return list;
}

static json_t *
entry(const struct worker *worker, const char *field, const char *code,
    const char *args)
{
	const char *row = strchr(field, '.'); /* NAME.KEY of a MAP */

	return json_pack("{ss ss* ss so}", "field", field, "row",
	    row == NULL ? NULL : row + 1, "code", code, "message",
	    message_text(worker, code, args));
}

static const struct tpl *
find(const struct worker *worker, const char *code)
{
	for (size_t i = 0; i < worker->message_count; i++) {
		if (strcmp(worker->messages[i].code, code) == 0)
			return worker->messages[i].text;
	}
	return NULL;
}
