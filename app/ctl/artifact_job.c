#include "artifact_job.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "report_render.h"
#include "report_sheet.h"
#include "signer.h"
#include "web/log.h"
#include "web/report_doc.h"

/* The report, as it was frozen. */
struct source {
	struct lane *lane;
	const char *report;
	json_t *data;
	const PGresult *row;
	time_t at;
};

enum { DATA, TEMPLATE, MARK, FOOTER, FROZEN, ABOUT };

static enum rc
make_html(const struct source *s, struct buf *out, struct err *err)
{
	return report_doc_html(s->data, PQgetvalue(s->row, 0, TEMPLATE),
	    (size_t)PQgetlength(s->row, 0, TEMPLATE), out, err);
}

static enum rc
make_document(const struct source *s, const char *format, struct buf *out,
    struct err *err)
{
	struct buf html = { 0 };
	enum rc rc = make_html(s, &html, err);
	struct report_render r = { .html = html.data,
		.len = html.len,
		.at = s->at,
		.mark = PQgetvalue(s->row, 0, MARK),
		.footer = PQgetvalue(s->row, 0, FOOTER),
		.assets = s->lane->settings->asset_dir };

	if (rc == RC_OK)
		rc = strcmp(format, "pdf") == 0
			 ? report_pdf(&r, out, err)
			 : report_office(&r, format, out, err);
	buf_clear(&html);
	return rc;
}

/* --- the record package ----------------------------------------------------
 */

struct package {
	struct record_file files[RECORD_FILES_MAX];
	struct buf kept[RECORD_FILES_MAX]; /* what the files' data lies in */
	size_t count;
};

static struct buf *
add_file(struct package *p, const char *name, const char *about)
{
	p->files[p->count] =
	    (struct record_file){ .name = name, .about = about };
	return &p->kept[p->count++];
}

/* What a file is, for who opens the package in ten years. */
static const char *
about_format(const char *format)
{
	static const struct {
		const char *format, *about;
	} list[] = {
		{ "html", "Bericht als Webseite" },
		{ "pdf", "Bericht als PDF" },
		{ "docx", "Bericht für Word" },
		{ "odt", "Bericht für LibreOffice" },
		{ "xlsx", "Daten des Berichts als Arbeitsmappe" },
		{ "json", "Daten des Berichts als JSON" },
	};

	for (size_t i = 0; i < NELEM(list); i++)
		if (strcmp(list[i].format, format) == 0)
			return list[i].about;
	return "Daten des Berichts als CSV-Tabelle";
}

static enum rc
add_artifacts(
    struct package *p, struct source *s, PGresult **res, struct err *err)
{
	*res = lane_query(s->lane,
	    "select format, file_name, data from job.artifacts($1)",
	    DB_PARAMS(s->report), err);
	if (*res == NULL)
		return err->rc;
	for (int i = 0; i < PQntuples(*res); i++) {
		size_t len;
		unsigned char *data = PQunescapeBytea(
		    (const unsigned char *)PQgetvalue(*res, i, 2), &len);

		if (data == NULL)
			return err_set(
			    err, RC_INTERNAL, "report", "", "no bytes");
		buf_add(add_file(p, PQgetvalue(*res, i, 1),
			    about_format(PQgetvalue(*res, i, 0))),
		    data, len);
		PQfreemem(data);
	}
	return RC_OK;
}

static enum rc
add_asset(struct package *p, const struct source *s, const char *name,
    const char *about, struct err *err)
{
	char path[512], part[4096];
	size_t len;
	FILE *f;
	struct buf *b = add_file(p, name, about);

	snprintf(path, sizeof path, "%s/report/%s",
	    s->lane->settings->asset_dir, name);
	f = fopen(path, "re");
	if (f == NULL)
		return err_set(
		    err, RC_INTERNAL, "report", "", "%s is missing", path);
	while ((len = fread(part, 1, sizeof part, f)) > 0)
		buf_add(b, part, len);
	fclose(f);
	return RC_OK;
}

/* Ed25519 as SubjectPublicKeyInfo (RFC 8410). */
static void
add_key(struct package *p, const struct signer *signer)
{
	static const unsigned char head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06,
		0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
	unsigned char der[sizeof head + KEYS_PUBLIC];
	char text[128];
	struct buf *b = add_file(
	    p, "schluessel.pem", "Öffentlicher Schlüssel, bitte vergleichen");

	memcpy(der, head, sizeof head);
	memcpy(der + sizeof head, signer->public_key, KEYS_PUBLIC);
	sodium_bin2base64(
	    text, sizeof text, der, sizeof der, sodium_base64_VARIANT_ORIGINAL);
	buf_printf(b,
	    "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", text);
}

static enum rc
fill_package(struct package *p, struct source *s, PGresult **res,
    const struct signer *signer, struct err *err)
{
	char *audit = NULL;
	enum rc rc = add_artifacts(p, s, res, err);

	if (rc != RC_OK)
		return rc;
	buf_add(add_file(p, "bericht-daten.json",
		    "Kanonische Daten des Berichts; ihr SHA-256 ist data_hash"),
	    PQgetvalue(s->row, 0, DATA), (size_t)PQgetlength(s->row, 0, DATA));
	buf_add(add_file(p, "bericht-vorlage.html",
		    "Vorlage des Berichts; ihr SHA-256 ist template_hash"),
	    PQgetvalue(s->row, 0, TEMPLATE),
	    (size_t)PQgetlength(s->row, 0, TEMPLATE));
	rc = lane_value(s->lane, "select job.report_audit($1)",
	    DB_PARAMS(s->report), &audit, err);
	if (rc != RC_OK)
		return rc;
	buf_str(add_file(p, "protokoll.json",
		    "Einträge des Protokolls zum Bericht mit ihren Blöcken"),
	    audit == NULL ? "{}" : audit);
	mem_free(audit);
	add_key(p, signer);
	rc = add_asset(p, s, "daten.schema.json", "Schema von daten.json", err);
	if (rc == RC_OK)
		rc = add_asset(p, s, "LIESMICH.txt", "Was hier liegt", err);
	for (size_t i = 0; i < p->count; i++) {
		p->files[i].data = buf_text(&p->kept[i]);
		p->files[i].len = p->kept[i].len;
	}
	return rc;
}

/* held: of how many files it is made, those in the database. */
static enum rc
make_package(struct source *s, struct buf *out, int *held, struct err *err)
{
	struct package *p = mem_calloc(1, sizeof *p);
	unsigned char signature[RECEIPT_SIGNATURE];
	json_t *about = json_loads(PQgetvalue(s->row, 0, ABOUT), 0, NULL);
	struct signer signer = { 0 };
	struct buf manifest = { 0 };
	PGresult *res = NULL;
	enum rc rc = signer_load(&signer, s->lane->settings->key_dir, err);

	if (rc == RC_OK)
		rc = fill_package(p, s, &res, &signer, err);
	if (rc == RC_OK) {
		*held = PQntuples(res);
		record_manifest(
		    &manifest, about, p->files, p->count, signer.id);
		crypto_sign_detached(signature, NULL,
		    (const unsigned char *)manifest.data, manifest.len,
		    signer.key);
		record_pack(
		    out, s->at, p->files, p->count, &manifest, signature);
	}
	signer_wipe(&signer);
	for (size_t i = 0; i < p->count; i++)
		buf_clear(&p->kept[i]);
	PQclear(res);
	buf_clear(&manifest);
	json_decref(about);
	mem_free(p);
	return rc;
}

/* --- one file ---------------------------------------------------------------
 */

static enum rc
make(struct source *s, const char *format, struct buf *out, int *held,
    struct err *err)
{
	struct report_sheets sheets = { s->lane, s->report,
		json_string_value(json_object_get(s->data, "title")),
		PQgetvalue(s->row, 0, ABOUT), s->at };

	if (strcmp(format, "html") == 0)
		return make_html(s, out, err);
	if (strcmp(format, "json") == 0)
		return report_json(&sheets, out, err);
	if (strcmp(format, "xlsx") == 0)
		return report_xlsx(&sheets, out, err);
	if (strncmp(format, "csv_", 4) == 0)
		return report_csv(&sheets, format + 4, out, err);
	if (strcmp(format, "package") == 0)
		return make_package(s, out, held, err);
	return make_document(s, format, out, err);
}

static enum rc
keep(struct source *s, const char *format, const struct buf *file, int held,
    struct err *err)
{
	char *hex = mem_alloc(2 * file->len + 3), *value = NULL, holds[16];
	enum rc rc;

	hex[0] = '\\';
	hex[1] = 'x';
	sodium_bin2hex(hex + 2, 2 * file->len + 1,
	    (const unsigned char *)file->data, file->len);
	snprintf(holds, sizeof holds, "%d", held);
	rc = lane_value(s->lane,
	    "select job.artifact_keep($1, $2, $3::bytea, $4::int)",
	    DB_PARAMS(s->report, format, hex, holds), &value, err);
	mem_free(value);
	mem_free(hex);
	return rc;
}

static enum rc
make_and_keep(struct source *s, const char *format, struct err *err)
{
	struct err why = { 0 };
	struct buf file = { 0 };
	int held = 0;
	enum rc rc;

	s->data = json_loads(PQgetvalue(s->row, 0, DATA), 0, NULL);
	s->at = (time_t)strtoll(PQgetvalue(s->row, 0, FROZEN), NULL, 10);
	rc = make(s, format, &file, &held, &why);
	if (rc == RC_OK)
		rc = keep(s, format, &file, held, err);
	else if (rc == RC_NOTFOUND && strcmp(why.code, "child_missing") == 0) {
		log_event(LOG_LEVEL_WARNING, "report %s: no %s: %s", s->report,
		    format, why.msg);
		rc = RC_OK;
	} else
		*err = why;
	buf_clear(&file);
	json_decref(s->data);
	return rc;
}

enum rc
artifact_part(
    struct lane *l, const char *args, int part, int *total, struct err *err)
{
	json_t *wish = json_loads(args, 0, NULL);
	struct source s = { .lane = l,
		.report = json_string_value(json_object_get(wish, "report")) };
	PGresult *next, *row = NULL;
	char number[16];
	enum rc rc = RC_OK;

	snprintf(number, sizeof number, "%d", part);
	next = lane_query(l,
	    "select format, is_made, parts from job.artifact_next($1, $2::int)",
	    DB_PARAMS(s.report, number), err);
	if (next == NULL)
		rc = err->rc;
	*total = part + 1;
	if (rc == RC_OK && PQntuples(next) == 1) {
		*total = (int)strtol(PQgetvalue(next, 0, 2), NULL, 10);
		if (PQgetvalue(next, 0, 1)[0] != 't') {
			row = lane_query(l,
			    "select data, template, mark, footer, frozen, about"
			    " from job.report_source($1)",
			    DB_PARAMS(s.report), err);
			s.row = row;
			rc = row == NULL ? err->rc
					 : make_and_keep(
					       &s, PQgetvalue(next, 0, 0), err);
		}
	}
	PQclear(row);
	PQclear(next);
	json_decref(wish);
	return rc;
}
