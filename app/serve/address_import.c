/*
 * Uploading an address list: the file is taken apart here, checked and kept by
 * the database. The file itself is not kept.
 */
#include "custom.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>

#include "domain/canon.h"
#include "page.h"
#include "reply.h"
#include "web/address_list.h"
#include "web/csv.h"
#include "web/csv_read.h"

#define FILE_MAX (2 << 20) /* octets */
#define LINES_MAX 20000    /* without the first */

/* With a line as an example; the words are those that are read again. */
static const char *const template_lines[][10] = {
	{ "Name", "Kurzname", "Kennung", "Ebene", "Art", "Land", "ARS",
	    "Größenklasse", "E-Mail", "Postanschrift" },
	{ "Gemeinde Musterdorf", "Musterdorf", "MUSTERDORF", "Kommune",
	    "Gemeinde", "13", "130999999902", "unter-5000",
	    "poststelle@musterdorf.example", "Dorfstraße 1, 19999 Musterdorf" },
};

static enum rc read_file(
    struct req *, struct buf *rows, struct buf *unused, struct csv_file *);
static int store(struct req *, const struct form_field *,
    const struct csv_file *, const struct buf *, const struct buf *);
static int stored(struct req *);

int
custom_address_import_upload(struct req *req)
{
	struct buf rows = { 0 }, unused = { 0 };
	struct csv_file f = { 0 };
	int r;

	if (req_read_form(req) != RC_OK || !req->has_session ||
	    read_file(req, &rows, &unused, &f) != RC_OK)
		r = page_upload_refused(req, "address_import");
	else
		r = store(
		    req, form_file(&req->body, "file"), &f, &rows, &unused);
	csv_file_clear(&f);
	buf_clear(&rows);
	buf_clear(&unused);
	return r;
}

int
custom_address_template(struct req *req)
{
	struct buf out = { 0 };
	int r;

	buf_str(&out, CSV_BOM);
	for (size_t i = 0; i < NELEM(template_lines); i++) {
		for (size_t c = 0; c < NELEM(template_lines[i]); c++) {
			if (c > 0)
				csv_separator(&out);
			csv_text(&out, template_lines[i][c],
			    strlen(template_lines[i][c]));
		}
		csv_end_row(&out);
	}
	reply_header(req, "content-disposition",
	    "attachment; filename=\"adressliste-vorlage.csv\"");
	r = reply_bytes(req, 200, "text/csv; charset=utf-8; header=present",
	    out.data, out.len);
	buf_clear(&out);
	return r;
}

static enum rc
read_file(
    struct req *req, struct buf *rows, struct buf *unused, struct csv_file *f)
{
	const struct form_field *file = form_file(&req->body, "file");
	enum rc rc;

	if (file == NULL || file->filename[0] == '\0')
		return err_set(
		    &req->err, RC_INVALID, "file_missing", "file", "no file");
	if (file->value_len > FILE_MAX)
		return err_set(&req->err, RC_INVALID, "file_too_large", "file",
		    "%zu octets", file->value_len);
	rc =
	    csv_read(f, file->value, file->value_len, LINES_MAX + 1, &req->err);
	return rc == RC_OK ? address_list_read(f, rows, unused, &req->err) : rc;
}

static int
store(struct req *req, const struct form_field *file, const struct csv_file *f,
    const struct buf *rows, const struct buf *unused)
{
	char hash[CANON_HEX + 1], separator[2] = { f->separator, '\0' };
	const char *values[11];

	canon_sha256_hex(file->value, file->value_len, hash);
	values[0] = req->route->audience;
	values[1] = req->session_hash;
	values[2] = req->id;
	values[3] = req->context[0] == '\0' ? NULL : req->context;
	values[4] = req_value(req, "stage");
	values[5] = file->filename;
	values[6] = hash;
	values[7] = f->encoding;
	values[8] = separator;
	values[9] = buf_text(rows);
	values[10] = buf_text(unused);
	return req_call(
	    req, DB_WORK, ST_ADDRESS_IMPORT, values, NELEM(values), stored);
}

static int
stored(struct req *req)
{
	return page_uploaded(req, "address_import");
}
