#include "resend.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "page.h"
#include "reply.h"
#include "web/json_mem.h"

static const struct param *param_of(const struct route *, const char *);
static bool is_secret(const struct param *, const char *);
static bool is_typed(const struct param *);
static void take_session(struct req *, const char *);
static json_t *parse(const struct req *);
static int framed(struct req *);

json_t *
resend_kept(const struct req *req, int status)
{
	const struct form_field *f = form_get(&req->body, "kept");
	json_t *doc, *text;
	char *dumped;

	if (f != NULL && resend_is_due(req))
		return json_string(f->value);
	if (status != 401 || req->route == NULL ||
	    strcmp(req->route->audience, "pending") == 0)
		return NULL;
	doc = json_pack("{ss ss so}", "action", req->http->path, "context",
	    req->context, "fields", resend_fields(req));
	dumped = json_dumps(doc, JSON_COMPACT);
	text = json_string(dumped);
	json_mem_free(dumped);
	json_decref(doc);
	return text;
}

json_t *
resend_fields(const struct req *req)
{
	json_t *list = json_array();

	/* Between password and code there is nothing but the code. */
	if (req->route != NULL && strcmp(req->route->audience, "pending") == 0)
		return list;
	for (size_t i = 0; i < req->body.count; i++) {
		const struct form_field *f = &req->body.fields[i];
		const struct param *p = param_of(req->route, f->name);

		if (f->filename != NULL || is_secret(p, f->name))
			continue;
		json_array_append_new(
		    list, json_pack("{ss ss sb}", "name", f->name, "value",
			      f->value, "is_typed", is_typed(p)));
	}
	return list;
}

bool
resend_is_due(const struct req *req)
{
	json_t *doc = parse(req);
	bool is_due = doc != NULL;

	json_decref(doc);
	return is_due;
}

int
resend_page(struct req *req, const char *token)
{
	param_values_clear(req->values, req->value_count);
	req->value_count = 0;
	take_session(req, token);
	return req_call_route(req, route_by_name("account"), DB_READ, framed);
}

int
resend_second_factor(struct req *req, const char *token)
{
	param_values_clear(req->values, req->value_count);
	req->route = route_by_name("second_factor");
	req->value_count = req->route->param_count;
	take_session(req, token);
	return page_show(req);
}

static const struct param *
param_of(const struct route *route, const char *name)
{
	for (size_t i = 0; route != NULL && i < route->param_count; i++) {
		if (strcmp(route->params[i].name, name) == 0 ||
		    param_map_key(&route->params[i], name) != NULL)
			return &route->params[i];
	}
	return NULL;
}

static bool
is_secret(const struct param *p, const char *name)
{
	return strcmp(name, "csrf") == 0 ||
	       strcmp(name, "switch_context") == 0 ||
	       strcmp(name, "kept") == 0 || strncmp(name, "confirm_", 8) == 0 ||
	       strncmp(name, "password", 8) == 0 ||
	       (p != NULL && p->kind == PARAM_SECRET);
}

/* What nobody typed stays out of sight. */
static bool
is_typed(const struct param *p)
{
	return p != NULL && strcmp(p->name, "next") != 0 &&
	       (p->kind == PARAM_LINE || p->kind == PARAM_TEXT ||
		   p->kind == PARAM_LIST || p->kind == PARAM_MAP);
}

static void
take_session(struct req *req, const char *token)
{
	snprintf(req->session, sizeof(req->session), "%s", token);
	token_hash(token, req->session_hash);
	token_csrf(token, req->csrf);
	req->has_session = true;
}

/* {action, context, fields}: only a form of ours, to a path of ours. */
static json_t *
parse(const struct req *req)
{
	const struct form_field *f = form_get(&req->body, "kept");
	json_t *doc = f == NULL ? NULL : json_loads(f->value, 0, NULL);
	const char *action = json_string_value(json_object_get(doc, "action"));
	struct route_match match = { 0 };
	json_t *field;
	size_t i;

	if (action != NULL)
		route_match(&match, action, METHOD_POST);
	if (match.route == NULL || match.is_api ||
	    !json_is_string(json_object_get(doc, "context")) ||
	    !json_is_array(json_object_get(doc, "fields")))
		goto bad;
	json_array_foreach (json_object_get(doc, "fields"), i, field) {
		if (!json_is_string(json_object_get(field, "name")) ||
		    !json_is_string(json_object_get(field, "value")))
			goto bad;
	}
	return doc;
bad:
	json_decref(doc);
	return NULL;
}

static int
framed(struct req *req)
{
	const char *text = db_job_text(req->job, 0);
	json_t *page, *kept, *doc;
	const char *context;

	if (req_answered(req) != RC_OK)
		return reply_error(req);
	page = text == NULL ? NULL : json_loads(text, 0, NULL);
	kept = parse(req);
	context = json_string_value(json_object_get(kept, "context"));
	doc = json_pack("{sO? sO sO}", "frame", json_object_get(page, "frame"),
	    "action", json_object_get(kept, "action"), "kept",
	    json_object_get(kept, "fields"));
	/* It is sent for whom it was made; another context is refused there. */
	snprintf(req->context, sizeof(req->context), "%s",
	    context == NULL ? "" : context);
	json_decref(page);
	json_decref(kept);
	return reply_page(req, 200, "resend", doc);
}
