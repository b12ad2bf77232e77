#include "report_render.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "child.h"
#include "domain/report_file.h"
#include "web/zip.h"

#define FILE_MAX ((size_t)256 << 20)

/* The first that is there: the small one has no window. */
static const char *const browsers[] = { "chromium-headless-shell", "chromium" };

static enum rc
write_file(const char *dir, const char *name, const void *data, size_t len,
    struct err *err)
{
	char path[256];
	FILE *f;
	bool is_written;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "we");
	is_written = f != NULL && fwrite(data, 1, len, f) == len;
	if (f != NULL && fclose(f) != 0)
		is_written = false;
	if (!is_written)
		return err_set(err, RC_INTERNAL, "report", "", "%s: %s", path,
		    strerror(errno));
	return RC_OK;
}

static enum rc
read_file(const char *dir, const char *name, struct buf *out, struct err *err)
{
	char path[512], part[65536];
	size_t len;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "re");
	while (f != NULL && (len = fread(part, 1, sizeof part, f)) > 0 &&
	       out->len < FILE_MAX)
		buf_add(out, part, len);
	if (f == NULL || ferror(f) || !feof(f) || out->len == 0) {
		if (f != NULL)
			fclose(f);
		return err_set(
		    err, RC_INTERNAL, "report", "", "%s was not made", path);
	}
	fclose(f);
	return RC_OK;
}

/* As an own user, whose rights and limits are those of the job. */
static enum rc
print_pass(const char *dir, struct err *err)
{
	struct buf said = { 0 };
	char profile[160], url[160];
	const char *argv[] = { NULL, "--headless", "--no-sandbox",
		"--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-dev-shm-usage",
		"--disable-extensions", "--disable-sync", "--no-zygote",
		"--js-flags=--jitless", "--lang=de",
		"--generate-pdf-document-outline", "--no-pdf-header-footer",
		"--print-to-pdf=report.pdf", profile, url, NULL };
	struct child c = { .argv = argv,
		.dir = dir,
		.in = -1,
		.seconds = 180,
		.files = 512,
		.file_mib = 256,
		.memory_mib = 2048 };
	enum rc rc = RC_NOTFOUND;

	snprintf(profile, sizeof profile, "--user-data-dir=%s/profile", dir);
	snprintf(url, sizeof url, "file://%s/report.html", dir);
	for (size_t i = 0; i < NELEM(browsers) && rc == RC_NOTFOUND; i++) {
		argv[0] = browsers[i];
		rc = child_run(&c, &said, err);
	}
	buf_clear(&said);
	return rc;
}

static enum rc
list_dests(const char *dir, struct buf *out, struct err *err)
{
	const char *const argv[] = { "pdfinfo", "-dests", "report.pdf", NULL };
	const struct child c = { .argv = argv,
		.dir = dir,
		.in = -1,
		.seconds = 30,
		.files = 64,
		.file_mib = 1,
		.memory_mib = 512 };

	return child_run(&c, out, err);
}

enum rc
report_pdf(const struct report_render *r, struct buf *out, struct err *err)
{
	struct buf dests = { 0 }, numbered = { 0 };
	char dir[96];
	enum rc rc = child_folder(dir, sizeof dir, err);

	if (rc != RC_OK)
		return rc;
	rc = write_file(dir, "report.html", r->html, r->len, err);
	if (rc == RC_OK)
		rc = print_pass(dir, err);
	if (rc == RC_OK)
		rc = list_dests(dir, &dests, err);
	if (rc == RC_OK && report_fill_pages(r->html, r->len, buf_text(&dests),
			       &numbered) > 0) {
		rc = write_file(
		    dir, "report.html", numbered.data, numbered.len, err);
		if (rc == RC_OK)
			rc = print_pass(dir, err);
	}
	if (rc == RC_OK)
		rc = read_file(dir, "report.pdf", out, err);
	if (rc == RC_OK)
		report_pdf_settle(out->data, out->len, r->at);
	buf_clear(&dests);
	buf_clear(&numbered);
	child_folder_remove(dir);
	return rc;
}

/* --- DOCX and ODT --------------------------------------------------------- */

/* {{mark}} and {{footer}} of a part of the reference file. */
static void
fill_part(const struct report_render *r, const struct buf *text, struct zip *z)
{
	const struct {
		const char *name, *value;
	} words[] = { { "{{mark}}", r->mark }, { "{{footer}}", r->footer } };
	struct buf out = { 0 };
	const char *at = buf_text(text);

	while (*at != '\0') {
		size_t i = 0;

		while (i < NELEM(words) &&
		       strncmp(at, words[i].name, strlen(words[i].name)) != 0)
			i++;
		if (i == NELEM(words)) {
			buf_char(&out, *at++);
			continue;
		}
		buf_html(&out, words[i].value, strlen(words[i].value));
		at += strlen(words[i].name);
	}
	zip_add(z, out.data, out.len);
	buf_clear(&out);
}

/*
 * The parts of a reference file are texts, named by their place in it: "," is
 * the slash. In the order of names: "[" and "_" of DOCX, "mimetype" first of
 * all in ODT, where it does not matter to pandoc.
 */
static enum rc
make_reference(const struct report_render *r, const char *format,
    const char *dir, struct err *err)
{
	char folder[256], entry[64], name[32];
	struct buf out = { 0 }, part = { 0 };
	struct dirent **names;
	struct zip *z;
	enum rc rc = RC_OK;
	int n;

	snprintf(folder, sizeof folder, "%s/report/%s", r->assets, format);
	n = scandir(folder, &names, NULL, alphasort);
	if (n < 0)
		return err_set(err, RC_INTERNAL, "report", "", "%s: %s", folder,
		    strerror(errno));
	z = zip_begin(&out, r->at);
	for (int i = 0; i < n; i++) {
		if (rc == RC_OK && names[i]->d_name[0] != '.') {
			buf_reset(&part);
			rc = read_file(folder, names[i]->d_name, &part, err);
			snprintf(
			    entry, sizeof entry, "%.60s", names[i]->d_name);
			for (char *c = entry; *c != '\0'; c++)
				if (*c == ',')
					*c = '/';
			zip_entry(z, entry);
			fill_part(r, &part, z);
		}
		free(names[i]);
	}
	free(names);
	zip_finish(z);
	zip_free(z);
	snprintf(name, sizeof name, "reference.%s", format);
	if (rc == RC_OK)
		rc = write_file(dir, name, out.data, out.len, err);
	buf_clear(&out);
	buf_clear(&part);
	return rc;
}

static enum rc
write_source(const struct report_render *r, const char *format, const char *dir,
    struct err *err)
{
	struct report_charts charts = { 0 };
	struct buf html = { 0 };
	enum rc rc;

	report_for_office(
	    r->html, r->len, strcmp(format, "odt") == 0, &html, &charts);
	rc = write_file(dir, "report.html", html.data, html.len, err);
	for (size_t i = 0; i < charts.count && rc == RC_OK; i++)
		rc = write_file(dir, charts.list[i].name,
		    charts.list[i].svg.data, charts.list[i].svg.len, err);
	report_charts_clear(&charts);
	buf_clear(&html);
	return rc;
}

static enum rc
convert(const char *format, const char *dir, time_t at, struct err *err)
{
	char file[32], reference[48], epoch[48];
	const char *const argv[] = { "pandoc", "-f", "html", "-t", format,
		"--shift-heading-level-by=-1", "-M", "lang=de-DE", "-o", file,
		reference, "report.html", "+RTS", "-M1024m", "-RTS", NULL };
	const struct child c = { .argv = argv,
		.dir = dir,
		.env = epoch,
		.in = -1,
		.seconds = 180,
		.files = 256,
		.file_mib = 256,
		.memory_mib = 1536 };
	struct buf said = { 0 };
	enum rc rc;

	snprintf(file, sizeof file, "report.%s", format);
	snprintf(reference, sizeof reference, "--reference-doc=reference.%s",
	    format);
	snprintf(epoch, sizeof epoch, "SOURCE_DATE_EPOCH=%lld", (long long)at);
	rc = child_run(&c, &said, err);
	buf_clear(&said);
	return rc;
}

enum rc
report_office(const struct report_render *r, const char *format,
    struct buf *out, struct err *err)
{
	char dir[96], file[32];
	enum rc rc = child_folder(dir, sizeof dir, err);

	if (rc != RC_OK)
		return rc;
	snprintf(file, sizeof file, "report.%s", format);
	rc = make_reference(r, format, dir, err);
	if (rc == RC_OK)
		rc = write_source(r, format, dir, err);
	if (rc == RC_OK)
		rc = convert(format, dir, r->at, err);
	if (rc == RC_OK)
		rc = read_file(dir, file, out, err);
	if (rc == RC_OK)
		report_zip_set_time(out->data, out->len, r->at);
	child_folder_remove(dir);
	return rc;
}
