/* Static files: loading, types, and what Accept-Encoding gets. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/asset.h"
#include "web/buf.h"

struct folder {
	char dir[64];
	struct asset_set *set;
};

static const char *const files[][2] = {
	{ "manifest.json",
	    "{\"css/app.css\": \"/static/css/app.3f2a.css\","
	    " \"js/main.js\": \"/static/js/main.77.js\","
	    " \"icons/icons.svg\": \"/static/icons.01.svg\","
	    " \"fonts/fira.woff2\": \"/static/fira.02.woff2\"}" },
	{ "static/css/app.3f2a.css", "body { margin: 0 }" },
	{ "static/css/app.3f2a.css.gz", "gzip!" },
	{ "static/css/app.3f2a.css.br", "br!" },
	{ "static/js/main.77.js", "export {};" },
	{ "static/js/main.77.js.gz", "js gzip" },
	{ "static/icons.01.svg", "<svg/>" },
	{ "static/fira.02.woff2", "wOF2" },
};

static void
write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static void
make_folder(struct folder *f)
{
	static const char *const folders[] = { "static", "static/css",
		"static/js" };
	char path[256];
	size_t i;

	snprintf(f->dir, sizeof(f->dir), "/tmp/asset-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	for (i = 0; i < NELEM(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (i = 0; i < NELEM(files); i++)
		write_file(f->dir, files[i][0], files[i][1]);
}

static void
remove_folder(struct folder *f)
{
	static const char *const names[] = { "static/css", "static/js",
		"static", "" };
	char path[256];
	size_t i;

	for (i = 0; i < NELEM(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, files[i][0]);
		unlink(path);
	}
	for (i = 0; i < NELEM(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		rmdir(path);
	}
}

static int
setup(void **state)
{
	struct folder *f = mem_calloc(1, sizeof(*f));
	struct err err = { 0 };

	*state = f;
	make_folder(f);
	f->set = asset_set_load(f->dir, &err);
	if (f->set == NULL)
		print_error("%s\n", err.msg);
	return f->set == NULL;
}

static int
teardown(void **state)
{
	struct folder *f = *state;

	asset_set_free(f->set);
	remove_folder(f);
	mem_free(f);
	return 0;
}

static void
found_by_name_and_url(void **state)
{
	struct folder *f = *state;
	const struct asset *a;

	assert_string_equal(
	    asset_url(f->set, "css/app.css"), "/static/css/app.3f2a.css");
	assert_null(asset_url(f->set, "css/none.css"));
	a = asset_by_url(f->set, "/static/css/app.3f2a.css");
	assert_non_null(a);
	assert_string_equal(a->name, "css/app.css");
	assert_string_equal(a->type, "text/css; charset=utf-8");
	assert_int_equal(a->plain.len, 18);
	assert_memory_equal(a->plain.data, "body", 4);
	/* printf 'body { margin: 0 }' | sha256sum */
	assert_string_equal(a->etag, "\"997faceca2605a983126895af39c5da4\"");
	assert_string_equal(asset_by_url(f->set, "/static/js/main.77.js")->type,
	    "text/javascript; charset=utf-8");
	assert_string_equal(asset_by_url(f->set, "/static/icons.01.svg")->type,
	    "image/svg+xml");
	assert_string_equal(
	    asset_by_url(f->set, "/static/fira.02.woff2")->type, "font/woff2");
	assert_null(asset_by_url(f->set, "/static/"));
	assert_null(asset_by_url(f->set, "/static/css/app.3f2a.css.gz"));
	assert_null(asset_by_url(f->set, "/static/../manifest.json"));
}

static void
assert_same_word(const char *got, const char *expected)
{
	assert_string_equal(
	    got == NULL ? "plain" : got, expected == NULL ? "plain" : expected);
}

static void
accept_encoding_decides(void **state)
{
	static const struct {
		const char *header, *css, *js, *svg;
	} rows[] = {
		{ NULL, NULL, NULL, NULL },
		{ "", NULL, NULL, NULL },
		{ "gzip, deflate, br", "br", "gzip", NULL },
		{ "gzip, deflate, br, zstd", "br", "gzip", NULL },
		{ "gzip", "gzip", "gzip", NULL },
		{ "GZIP;q=0.5", "gzip", "gzip", NULL },
		{ "br;q=0, gzip;q=1.0", "gzip", "gzip", NULL },
		{ "br;q=0.000,gzip;q=0", NULL, NULL, NULL },
		{ "br;q=0.001", "br", NULL, NULL },
		{ "*", "br", "gzip", NULL },
		{ "*;q=0", NULL, NULL, NULL },
		{ "*;q=0, gzip", "gzip", "gzip", NULL },
		{ "*, br;q=0", "gzip", "gzip", NULL },
		{ "identity", NULL, NULL, NULL },
		{ "brotli, x-gzip", NULL, NULL, NULL },
		{ " ,, br ; q=0 ,gzip\t;q=1", "gzip", "gzip", NULL },
	};
	struct folder *f = *state;
	const struct asset *css, *js, *svg;
	const char *encoding;
	size_t i;

	css = asset_by_url(f->set, "/static/css/app.3f2a.css");
	js = asset_by_url(f->set, "/static/js/main.77.js");
	svg = asset_by_url(f->set, "/static/icons.01.svg");
	for (i = 0; i < NELEM(rows); i++) {
		asset_choose(css, rows[i].header, &encoding);
		assert_same_word(encoding, rows[i].css);
		asset_choose(js, rows[i].header, &encoding);
		assert_same_word(encoding, rows[i].js);
		asset_choose(svg, rows[i].header, &encoding);
		assert_same_word(encoding, rows[i].svg);
	}
	assert_memory_equal(asset_choose(css, "br", &encoding)->data, "br!", 3);
	assert_memory_equal(
	    asset_choose(css, "gzip", &encoding)->data, "gzip!", 5);
	assert_ptr_equal(asset_choose(css, NULL, &encoding), &css->plain);
}

static void
refuses_a_broken_build(void **state)
{
	struct folder *f = *state;
	struct err err = { 0 };

	write_file(f->dir, "manifest.json",
	    "{\"css/app.css\": \"/static/css/none.css\"}");
	assert_null(asset_set_load(f->dir, &err));
	assert_non_null(strstr(err.msg, "none.css"));
	write_file(
	    f->dir, "manifest.json", "{\"x\": \"/static/../../etc/passwd\"}");
	assert_null(asset_set_load(f->dir, &err));
	assert_non_null(strstr(err.msg, "below /static/"));
	write_file(f->dir, "manifest.json", "[]");
	assert_null(asset_set_load(f->dir, &err));
	write_file(f->dir, "manifest.json", "{");
	assert_null(asset_set_load(f->dir, &err));
	assert_int_equal(err.rc, RC_INTERNAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_by_name_and_url),
		cmocka_unit_test(accept_encoding_decides),
		cmocka_unit_test(refuses_a_broken_build),
	};

	return cmocka_run_group_tests_name("asset", tests, setup, teardown);
}
