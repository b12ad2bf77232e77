#include "file_head.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "reply.h"

static bool is_known(const struct req *, const char *);

bool
file_head(struct req *req, const struct stream_list *list, const char *note)
{
	json_t *doc = json_loads(note, JSON_DECODE_ANY, NULL);
	const char *name = json_string_value(json_object_get(doc, "file_name"));
	const char *etag = json_string_value(json_object_get(doc, "etag"));
	const char *at =
	    json_string_value(json_object_get(doc, "last_modified"));
	const char *extension = list->format->extension;
	char disposition[256], tag[80];
	bool has = false;

	if (extension != NULL) {
		snprintf(disposition, sizeof(disposition),
		    "attachment; filename=\"%s%s%s\"",
		    name == NULL ? list->file_name : name,
		    extension[0] == '\0' ? "" : ".", extension);
		reply_header(req, "content-disposition", disposition);
	}
	if (etag != NULL) {
		/* The same rows in another format are another file. */
		snprintf(tag, sizeof(tag), "\"%s-%s\"", etag,
		    extension == NULL ? "" : extension);
		reply_header(req, "etag", tag);
		has = is_known(req, tag);
	}
	if (at != NULL)
		reply_header(req, "last-modified", at);
	json_decref(doc);
	return has;
}

/* A list of tags (RFC 9110, 13.1.2). */
static bool
is_known(const struct req *req, const char *etag)
{
	const char *known;

	return http_request_header(req->http, "if-none-match", &known) ==
		   KORE_RESULT_OK &&
	       strstr(known, etag) != NULL;
}
