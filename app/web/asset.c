/*
 * Static files in memory: the server neither opens files after its start nor
 * compresses while it answers.
 */
#include "asset.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/evp.h>

#include "buf.h"

enum { MAX_FILE = 16 * 1024 * 1024 };

/* With the storage behind its borrowed texts. */
struct entry {
	struct asset asset;
	char *name, *url, *etag;
	char *plain, *gzip, *brotli;
};

struct asset_set {
	struct entry *entries; /* sorted by url */
	size_t count;
	json_t *manifest; /* name -> url */
};

static const struct {
	const char *ext, *type;
} types[] = {
	{ "css", "text/css; charset=utf-8" },
	{ "html", "text/html; charset=utf-8" },
	{ "ico", "image/x-icon" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "json", "application/json" },
	{ "mjs", "text/javascript; charset=utf-8" },
	{ "pdf", "application/pdf" },
	{ "png", "image/png" },
	{ "svg", "image/svg+xml" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "webmanifest", "application/manifest+json" },
	{ "webp", "image/webp" },
	{ "woff2", "font/woff2" },
	{ "xml", "application/xml" },
};

static enum rc load_entry(struct entry *e, const char *dir, const char *name,
    const char *url, struct err *err) MUST_CHECK;
static enum rc load_body(struct asset_body *body, char **data, const char *path,
    bool is_needed, struct err *err) MUST_CHECK;

static int
compare_urls(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->url, y->url);
}

static bool
is_own_url(const char *url)
{
	return url != NULL && strncmp(url, "/static/", 8) == 0 &&
	       strstr(url, "..") == NULL;
}

struct asset_set *
asset_set_load(const char *dir, struct err *err)
{
	struct asset_set *set = mem_calloc(1, sizeof(*set));
	struct buf path = { 0 };
	const char *name, *url;
	enum rc rc = RC_OK;
	json_error_t error;
	json_t *value;

	buf_printf(&path, "%s/manifest.json", dir);
	set->manifest = json_load_file(buf_text(&path), 0, &error);
	if (!json_is_object(set->manifest))
		rc = err_set(err, RC_INTERNAL, "asset", "", "%s: %s",
		    buf_text(&path),
		    set->manifest == NULL ? error.text : "is no object");
	buf_clear(&path);
	if (rc != RC_OK)
		goto out;
	set->entries = mem_calloc(
	    json_object_size(set->manifest) + 1, sizeof(*set->entries));
	json_object_foreach (set->manifest, name, value) {
		url = json_string_value(value);
		rc =
		    is_own_url(url)
			? load_entry(
			      &set->entries[set->count++], dir, name, url, err)
			: err_set(err, RC_INTERNAL, "asset", "",
			      "manifest: %s does not lie below /static/", name);
		if (rc != RC_OK)
			goto out;
	}
	qsort(set->entries, set->count, sizeof(*set->entries), compare_urls);
out:
	if (rc == RC_OK)
		return set;
	asset_set_free(set);
	return NULL;
}

void
asset_set_free(struct asset_set *set)
{
	struct entry *e;
	size_t i;

	if (set == NULL)
		return;
	for (i = 0; i < set->count; i++) {
		e = &set->entries[i];
		mem_free(e->name);
		mem_free(e->url);
		mem_free(e->etag);
		mem_free(e->plain);
		mem_free(e->gzip);
		mem_free(e->brotli);
	}
	mem_free(set->entries);
	json_decref(set->manifest);
	mem_free(set);
}

const struct asset *
asset_by_url(const struct asset_set *set, const char *url)
{
	size_t low = 0, high = set->count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(url, set->entries[middle].url);
		if (order == 0)
			return &set->entries[middle].asset;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *
asset_url(void *set, const char *name)
{
	const struct asset_set *s = set;

	return json_string_value(json_object_get(s->manifest, name));
}

static const char *
type_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < NELEM(types); i++)
		if (strcasecmp(dot + 1, types[i].ext) == 0)
			return types[i].type;
	return "application/octet-stream";
}

/* "\"3f2a9c…\"": the first half of the SHA-256 is more than enough. */
static char *
make_etag(const struct asset_body *body)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct buf etag = { 0 };
	size_t i;

	if (EVP_Digest(body->data, body->len, hash, NULL, EVP_sha256(), NULL) !=
	    1)
		abort();
	buf_char(&etag, '"');
	for (i = 0; i < 16; i++)
		buf_printf(&etag, "%02x", hash[i]);
	buf_char(&etag, '"');
	return buf_take(&etag);
}

static enum rc
load_entry(struct entry *e, const char *dir, const char *name, const char *url,
    struct err *err)
{
	struct asset *a = &e->asset;
	struct buf path = { 0 };
	enum rc rc;
	size_t len;

	a->name = e->name = mem_strdup(name);
	a->url = e->url = mem_strdup(url);
	a->type = type_of(name);
	buf_printf(&path, "%s%s", dir, url);
	len = path.len;
	rc = load_body(&a->plain, &e->plain, buf_text(&path), true, err);
	if (rc != RC_OK)
		goto out;
	a->etag = e->etag = make_etag(&a->plain);
	buf_str(&path, ".gz");
	rc = load_body(&a->gzip, &e->gzip, buf_text(&path), false, err);
	if (rc != RC_OK)
		goto out;
	path.len = len;
	buf_str(&path, ".br");
	rc = load_body(&a->brotli, &e->brotli, buf_text(&path), false, err);
out:
	buf_clear(&path);
	return rc;
}

static enum rc
load_body(struct asset_body *body, char **data, const char *path,
    bool is_needed, struct err *err)
{
	struct buf b = { 0 };
	char chunk[16384];
	enum rc rc = RC_OK;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL && errno == ENOENT && !is_needed)
		return RC_OK;
	if (f == NULL)
		return err_set(err, RC_INTERNAL, "asset", "", "%s: %s", path,
		    strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0 && b.len <= MAX_FILE)
		buf_add(&b, chunk, n);
	if (ferror(f) || b.len > MAX_FILE)
		rc = err_set(err, RC_INTERNAL, "asset", "", "%s: %s", path,
		    ferror(f) ? "cannot be read" : "is too long");
	fclose(f);
	body->len = b.len;
	body->data = *data = buf_take(&b);
	return rc;
}

/* Is "q=0", "q=0.0" … among the parameters? Whatever else is wanted. */
static bool
is_refused(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == ';'))
		s++;
	if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=' ||
	    s[2] != '0')
		return false;
	for (s += 3; s < end; s++)
		if (*s >= '1' && *s <= '9')
			return false;
	return true;
}

/* Does the header allow a coding? By its name, else by "*". */
static bool
accepts(const char *header, const char *coding)
{
	size_t len = strlen(coding), name_len;
	bool any = false;
	const char *end;

	for (; *header != '\0'; header = *end == ',' ? end + 1 : end) {
		end = header + strcspn(header, ",");
		while (*header == ' ' || *header == '\t')
			header++;
		name_len = strcspn(header, "; \t,");
		if (name_len == len && strncasecmp(header, coding, len) == 0)
			return !is_refused(header + name_len, end);
		if (name_len == 1 && *header == '*')
			any = !is_refused(header + name_len, end);
	}
	return any;
}

const struct asset_body *
asset_choose(
    const struct asset *a, const char *accept_encoding, const char **encoding)
{
	*encoding = NULL;
	if (accept_encoding == NULL)
		return &a->plain;
	if (a->brotli.len > 0 && accepts(accept_encoding, "br")) {
		*encoding = "br";
		return &a->brotli;
	}
	if (a->gzip.len > 0 && accepts(accept_encoding, "gzip")) {
		*encoding = "gzip";
		return &a->gzip;
	}
	return &a->plain;
}
