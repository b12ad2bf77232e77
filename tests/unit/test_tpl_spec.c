/* The official Mustache specification, where a copy of it lies. */
#include "unit.h"

#include <stdio.h>

#include "web/buf.h"
#include "web/tpl.h"

#define MAX_PARTIALS 16

static const char *const files[] = { "comments", "delimiters", "interpolation",
	"inverted", "partials", "sections" };

struct partials {
	const char *name[MAX_PARTIALS];
	struct tpl *tpl[MAX_PARTIALS];
	size_t count;
};

static const char *
spec_dir(void)
{
	const char *dir = getenv("MUSTACHE_SPEC");

	return dir != NULL ? dir : "../shared/mustache-spec";
}

static const struct tpl *
find_partial(void *ctx, const char *name)
{
	const struct partials *p = ctx;
	size_t i;

	for (i = 0; i < p->count; i++)
		if (strcmp(p->name[i], name) == 0)
			return p->tpl[i];
	return NULL;
}

static struct tpl *
parse(json_t *source)
{
	struct err err = { 0 };
	struct tpl *t = tpl_parse(
	    json_string_value(source), json_string_length(source), &err);

	if (t == NULL)
		fail_msg("%s", err.msg);
	return t;
}

static void
run_case(const char *file, json_t *test)
{
	struct partials p = { 0 };
	struct buf out = { 0 };
	struct tpl *t = parse(json_object_get(test, "template"));
	const char *name, *expected;
	json_t *source;

	json_object_foreach (json_object_get(test, "partials"), name, source) {
		assert_true(p.count < MAX_PARTIALS);
		p.name[p.count] = name;
		p.tpl[p.count++] = parse(source);
	}
	assert_int_equal(tpl_render(t, json_object_get(test, "data"), NULL,
			     find_partial, &p, &out),
	    RC_OK);
	expected = json_string_value(json_object_get(test, "expected"));
	if (strcmp(buf_text(&out), expected) != 0)
		fail_msg("%s, %s: expected [%s], got [%s]", file,
		    json_string_value(json_object_get(test, "name")), expected,
		    buf_text(&out));
	buf_clear(&out);
	tpl_free(t);
	while (p.count > 0)
		tpl_free(p.tpl[--p.count]);
}

static void
spec_holds(void **state)
{
	char path[512];
	size_t i, j, count = 0;
	json_t *spec, *test;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(
		    path, sizeof(path), "%s/%s.json", spec_dir(), files[i]);
		spec = json_load_file(path, JSON_ALLOW_NUL, NULL);
		if (spec == NULL) {
			printf("skipped: there is no %s\n", path);
			skip();
		}
		json_array_foreach (json_object_get(spec, "tests"), j, test) {
			run_case(files[i], test);
			count++;
		}
		json_decref(spec);
	}
	printf("%zu cases of the specification\n", count);
	assert_true(count >= 136);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(spec_holds) };

	return cmocka_run_group_tests_name("tpl_spec", tests, NULL, NULL);
}
