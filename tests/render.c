/*
 * Renders one page from a JSON document, for work on templates:
 *
 *     render ASSETS PAGE DOC.json [VIEW.json]
 *
 * ASSETS holds pages/, parts/ and text/labels.json. The addresses of files
 * come from ASSETS/manifest.json or the manifest that the variable
 * RESONANZ_MANIFEST names; without one /static/NAME stands in for them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "domain/diff_doc.h"
#include "web/buf.h"
#include "web/filter.h"
#include "web/tpl.h"

struct manifest {
	json_t *urls; /* NULL = there is none */
	struct buf last;
};

static json_t *
load_json(const char *path, bool is_needed)
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (json == NULL && is_needed) {
		fprintf(stderr, "render: %s:%d: %s\n", path, error.line,
		    error.text);
		exit(1);
	}
	return json;
}

static const char *
find_asset(void *ctx, const char *name)
{
	struct manifest *m = ctx;
	const char *url;

	url = json_string_value(json_object_get(m->urls, name));
	if (url == NULL && m->urls != NULL)
		fprintf(stderr, "render: no asset %s\n", name);
	if (url != NULL || m->urls != NULL)
		return url;
	buf_reset(&m->last);
	buf_printf(&m->last, "/static/%s", name);
	return buf_text(&m->last);
}

static json_t *
load_manifest(const char *assets)
{
	const char *path = getenv("RESONANZ_MANIFEST");
	struct buf beside = { 0 };
	json_t *json;

	if (path != NULL)
		return load_json(path, true);
	buf_printf(&beside, "%s/manifest.json", assets);
	json = load_json(buf_text(&beside), false);
	buf_clear(&beside);
	return json;
}

static json_t *
load_labels(const char *assets)
{
	struct buf path = { 0 };
	json_t *json;

	buf_printf(&path, "%s/text/labels.json", assets);
	json = load_json(buf_text(&path), false);
	if (json == NULL)
		fprintf(stderr, "render: no %s\n", buf_text(&path));
	buf_clear(&path);
	return json;
}

int
main(int argc, char **argv)
{
	struct manifest manifest = { 0 };
	struct filter_env env = { .asset = find_asset, .asset_ctx = &manifest };
	struct err err = { 0 };
	struct buf out = { 0 };
	struct tpl_set *set;
	json_t *doc, *view;
	int status = 1;

	if (argc < 4 || argc > 5) {
		fprintf(
		    stderr, "usage: render ASSETS PAGE DOC.json [VIEW.json]\n");
		return 2;
	}
	doc = load_json(argv[3], true);
	view = argc == 5 ? load_json(argv[4], true) : json_object();
	manifest.urls = load_manifest(argv[1]);
	env.labels = load_labels(argv[1]);
	filter_setup(&env);
	set = tpl_set_load(argv[1], &err);
	if (set == NULL)
		fprintf(stderr, "render: %s\n", err.msg);
	else if (!tpl_set_has(set, argv[2]))
		fprintf(stderr, "render: no page %s\n", argv[2]);
	else if (diff_doc_fill(doc, &err) != RC_OK)
		fprintf(stderr, "render: %s\n", err.msg);
	else if (tpl_set_render(set, argv[2], doc, view, &out) != RC_OK)
		fprintf(stderr, "render: %s cannot be rendered\n", argv[2]);
	else
		status = fwrite(out.data, 1, out.len, stdout) != out.len;
	buf_clear(&out);
	buf_clear(&manifest.last);
	tpl_set_free(set);
	json_decref(doc);
	json_decref(view);
	json_decref(manifest.urls);
	json_decref(env.labels);
	return status;
}
