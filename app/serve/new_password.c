#include "new_password.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "page.h"
#include "reply.h"

#define NAMES_MAX 64

static enum rc check_again(struct req *);

enum rc
new_password_check(struct req *req, const char *names)
{
	const char *password = req_value(req, "password");
	json_t *doc = names == NULL ? NULL : json_loads(names, 0, NULL);
	json_t *organisations = json_object_get(doc, "organisations"), *o;
	struct password_name list[NAMES_MAX] = {
		{ PASSWORD_PRODUCT, "Resonanz" },
		{ PASSWORD_OPERATOR, req->worker->settings.operator_name },
		{ PASSWORD_SELF,
		    json_string_value(json_object_get(doc, "name")) },
		{ PASSWORD_SELF,
		    json_string_value(json_object_get(doc, "mail")) },
	};
	size_t i, count = 4;
	enum rc rc;

	json_array_foreach (organisations, i, o) {
		if (count < NAMES_MAX)
			list[count++] =
			    (struct password_name){ PASSWORD_ORGANISATION,
				    json_string_value(o) };
	}
	rc = password_check(req->worker->passwords, list, count, password,
	    strlen(password), &req->err);
	json_decref(doc);
	return rc == RC_OK ? check_again(req) : rc;
}

/* With scripts the field is gone: what was typed can be looked at. */
static enum rc
check_again(struct req *req)
{
	const struct form_field *f = form_get(&req->body, "password_again");

	if (f == NULL || strcmp(f->value, req_value(req, "password")) == 0)
		return RC_OK;
	return err_set(&req->err, RC_INVALID, "password_again",
	    "password_again", "%s", "typed twice, not alike");
}

int
new_password_hash(struct req *req, const char *page, req_step next)
{
	hash_job_free(req->hash);
	req->next = next;
	req->hash = hash_pool_make(
	    req->worker->hashes, req_value(req, "password"), req->http);
	if (req->hash != NULL)
		return KORE_RESULT_RETRY;
	err_set(&req->err, RC_LIMITED, "busy", "", "%s", "hashes wait");
	return new_password_refused(req, page);
}

int
new_password_refused(struct req *req, const char *page)
{
	if (req->wants_json)
		return reply_error(req);
	if (req->err.rc == RC_LIMITED)
		reply_header(req, "retry-after", "60");
	return page_again(req, page);
}
