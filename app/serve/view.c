#include "view.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "resend.h"

static json_t *notice(const struct req *);
static const char *said(const json_t *, const char *, const char *);
static bool has_secret(const struct req *);
static void put_barrier_href(const struct req *, int, struct buf *);

json_t *
view_new(const struct req *req, int status, const json_t *doc)
{
	const struct settings *s = &req->worker->settings;
	const char *path = req->http->path;
	const char *context = json_string_value(json_object_get(
	    json_object_get(json_object_get(doc, "frame"), "user"), "context"));
	struct buf twin = { 0 }, csrf = { 0 }, barrier = { 0 };
	json_t *view, *kept;

	buf_printf(&twin, "/api%s", strcmp(path, "/") == 0 ? "" : path);
	if (req->http->query_string != NULL)
		buf_printf(&twin, "?%s", req->http->query_string);
	/* A form that comes back is still for whom it was made. */
	if (req->context[0] != '\0')
		context = req->context;
	buf_printf(&csrf, "%s%s%s", req->csrf, context == NULL ? "" : ".",
	    context == NULL ? "" : context);
	put_barrier_href(req, status, &barrier);
	view = json_pack("{ss ss ss ss ss ss ss ss ss sb sb sb so}", "csrf",
	    buf_text(&csrf), "barrier_href", buf_text(&barrier), "page",
	    req->route == NULL ? "" : req->route->name, "path", path,
	    "twin_href", buf_text(&twin), "request_id", req->id, "operator",
	    said(doc, "name", s->operator_name), "contact",
	    said(doc, "contact", s->contact_mail), "outage_note",
	    s->outage_note, "is_error", status >= 400, "may_be_known",
	    req->has_session && json_object_get(doc, "frame") == NULL,
	    "is_secret", has_secret(req), "notice", notice(req));
	kept = resend_kept(req, status);
	if (kept != NULL)
		json_object_set_new(view, "kept", kept);
	buf_clear(&twin);
	buf_clear(&csrf);
	buf_clear(&barrier);
	return view;
}

/* The operator's own words stand above the settings of the environment. */
static const char *
said(const json_t *doc, const char *member, const char *setting)
{
	const char *text = json_string_value(json_object_get(
	    json_object_get(json_object_get(doc, "frame"), "operator"),
	    member));

	return text == NULL ? setting : text;
}

/* ?notice=saved after a redirect; only words of the list are ever shown. */
static json_t *
notice(const struct req *req)
{
	const struct form_field *field = form_get(&req->query, "notice");
	json_t *list = json_object_get(req->worker->labels, "notice");
	json_t *text =
	    field == NULL ? NULL : json_object_get(list, field->value);

	return text == NULL ? json_null() : json_incref(text);
}

/* Was something sent that is not shown again? */
static bool
has_secret(const struct req *req)
{
	for (size_t i = 0; req->route != NULL && i < req->route->param_count;
	     i++) {
		if (req->route->params[i].kind == PARAM_SECRET)
			return true;
	}
	return false;
}

/*
 * Where to report a barrier of this page. The way to it is said, never a link
 * that is a secret itself: of one with a token, its row in the map. Errors say
 * none: what is foreign looks like what does not exist, to the byte.
 */
static void
put_barrier_href(const struct req *req, int status, struct buf *href)
{
	const char *path = req->http->path;

	for (size_t i = 0; req->route != NULL && i < req->route->param_count;
	     i++) {
		if (req->route->params[i].kind == PARAM_TOKEN)
			path = req->route->path;
	}
	buf_str(href, "/barriers/new");
	if (status >= 400 || strncmp(path, "/barriers/", 10) == 0)
		return;
	buf_str(href, "?page=");
	buf_url(href, path);
}
