/* Uploading a paper: its bytes are kept for the job that takes it apart. */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "page.h"
#include "reply.h"

#define FILE_MAX 4000000 /* octets, as the table has it */

static int store(struct req *, const struct form_field *);
static int stored(struct req *);

int
custom_edition_upload_post(struct req *req)
{
	const struct form_field *file;

	if (req_read_form(req) != RC_OK || !req->has_session)
		return page_upload_refused(req, "edition_import");
	file = form_file(&req->body, "file");
	if (file == NULL || file->filename[0] == '\0')
		err_set(
		    &req->err, RC_INVALID, "file_missing", "file", "no file");
	else if (file->value_len == 0)
		err_set(&req->err, RC_INVALID, "file_empty", "file", "empty");
	else if (file->value_len > FILE_MAX)
		err_set(&req->err, RC_INVALID, "file_paper_large", "file",
		    "%zu octets", file->value_len);
	else
		return store(req, file);
	return page_upload_refused(req, "edition_import");
}

static int
store(struct req *req, const struct form_field *file)
{
	static const char digits[] = "0123456789abcdef";
	struct buf bytes = { 0 };
	const char *values[7];
	int r;

	buf_str(&bytes, "\\x");
	for (size_t i = 0; i < file->value_len; i++) {
		unsigned char c = (unsigned char)file->value[i];

		buf_char(&bytes, digits[c >> 4]);
		buf_char(&bytes, digits[c & 15]);
	}
	values[0] = req->route->audience;
	values[1] = req->session_hash;
	values[2] = req->id;
	values[3] = req->context[0] == '\0' ? NULL : req->context;
	values[4] = req_value(req, "consultation");
	values[5] = file->filename;
	values[6] = buf_text(&bytes);
	r = req_call(
	    req, DB_WORK, ST_EDITION_UPLOAD, values, NELEM(values), stored);
	buf_clear(&bytes);
	return r;
}

static int
stored(struct req *req)
{
	return page_uploaded(req, "edition_import");
}
