/* The map: its rows are sound, and paths find them. */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "web/mem.h"
#include "web/route.h"

#define C "/consultations/dachstrategie-2024"

static const char *
name_of(const struct route_match *m)
{
	return m->route != NULL ? m->route->name : "-";
}

static void
rows_are_sound(void **state)
{
	(void)state;
	assert_true(route_count > 30);
	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &route_table[i];
		size_t in_path = 0, colons = 0;
		bool is_path_over = false;

		assert_true(r->path[0] == '/');
		assert_true(r->param_count <= PARAM_MAX);
		assert_ptr_equal(route_by_name(r->name), r);
		for (const char *c = r->path; *c != '\0'; c++)
			colons += *c == ':';
		for (size_t p = 0; p < r->param_count; p++) {
			assert_non_null(r->params[p].name);
			assert_true(r->params[p].max > 0);
			assert_false(r->params[p].in_path && is_path_over);
			is_path_over = !r->params[p].in_path;
			in_path += r->params[p].in_path;
		}
		assert_int_equal(colons, in_path);
		assert_true(colons <= ROUTE_CAPTURES);
		if (r->kind == ROUTE_ACTION) {
			const struct route *back = route_by_name(r->back);

			assert_non_null(back);
			assert_int_equal(back->kind, ROUTE_PAGE);
		}
	}
	assert_null(route_by_name("gibt_es_nicht"));
}

static void
a_token_is_not_told(void **state)
{
	static const char token[] =
	    "/invitation/"
	    "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";
	static const char *const rows[][2] = {
		{ token, "/invitation/:token" },
		{ "/invitation/halb", "/invitation/:token" },
		{ "/invitation/x/y", "/invitation/:token" },
		{ "/api/invitation/x", "/invitation/:token" },
		{ "/invitations/x", "/invitations/x" },
		{ C "/chapters/K4", C "/chapters/K4" },
		{ "/", "/" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_string_equal(route_path_to_tell(rows[i][0]), rows[i][1]);
	assert_true(route_has_token(route_by_name("link")));
	assert_false(route_has_token(route_by_name("login")));
	assert_false(route_has_token(NULL));
}

/* Each pattern, its parameters filled with keys, leads to its own row. */
static void
every_row_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &route_table[i];
		struct route_match m;
		char path[256];
		size_t n = 0;

		for (const char *c = r->path; *c != '\0'; c++) {
			if (*c == ':') {
				memcpy(path + n, "K4.G2", 5);
				n += 5;
				c += strcspn(c, "/") - 1;
			} else {
				path[n++] = *c;
			}
		}
		path[n] = '\0';
		route_match(&m, path, r->methods);
		assert_ptr_equal(m.route, r);
		assert_false(m.is_api);
		for (size_t p = 0; p < m.capture_count; p++)
			assert_string_equal(m.capture_list[p], "K4.G2");
	}
}

static void
paths(void **state)
{
	static const struct {
		const char *path;
		unsigned method;
		const char *name;
		unsigned allowed;
		bool is_api;
	} rows[] = {
		{ "/", METHOD_GET, "start", METHOD_GET, false },
		{ "/", METHOD_POST, "-", METHOD_GET, false },
		{ "/", 0, "-", METHOD_GET, false },
		{ "/api", METHOD_GET, "start", METHOD_GET, true },
		{ "/api/", METHOD_GET, "-", 0, true },
		{ "/api//", METHOD_GET, "-", 0, true },
		{ "/api/api", METHOD_GET, "-", 0, true },
		{ "/apis", METHOD_GET, "-", 0, false },
		{ "/api/help", METHOD_GET, "help", METHOD_GET, true },
		{ "/API/help", METHOD_GET, "-", 0, false },
		{ "/help", METHOD_POST, "-", METHOD_GET, false },
		{ "/help/", METHOD_GET, "-", 0, false },
		{ "//help", METHOD_GET, "-", 0, false },
		{ "/Help", METHOD_GET, "-", 0, false },
		{ "/hel", METHOD_GET, "-", 0, false },
		{ "/helpx", METHOD_GET, "-", 0, false },
		{ "/h%65lp", METHOD_GET, "help", METHOD_GET, false },
		{ "/login", METHOD_GET, "login", METHOD_GET | METHOD_POST,
		    false },
		{ "/login", METHOD_POST, "login_post", METHOD_GET | METHOD_POST,
		    false },
		{ "/login", 0, "-", METHOD_GET | METHOD_POST, false },
		{ "/api/login", METHOD_POST, "login_post",
		    METHOD_GET | METHOD_POST, true },
		{ "/api/logout", METHOD_POST, "logout", METHOD_POST, true },
		{ "/logout", METHOD_GET, "-", METHOD_POST, false },
		{ "/health", METHOD_GET, "health", METHOD_GET, false },
		{ "/api/health", METHOD_GET, "-", 0, true },
		{ "/api" C "/synopsis.csv", METHOD_GET, "-", 0, true },
		{ "/api" C "/synopsis", METHOD_GET, "synopsis", METHOD_GET,
		    true },
		{ C, METHOD_GET, "consultation", METHOD_GET, false },
		{ C "/", METHOD_GET, "-", 0, false },
		{ C "/opinion", METHOD_GET, "opinion", METHOD_GET, false },
		{ C "/opinion/K5", METHOD_GET, "opinion_target", METHOD_GET,
		    false },
		{ C "/opinion/K5/", METHOD_GET, "-", 0, false },
		{ C "/synopsis.csv", METHOD_GET, "synopsis_csv", METHOD_GET,
		    false },
		{ C "/synopsis.xml", METHOD_GET, "-", 0, false },
		{ C "/response/release", METHOD_POST, "release_submit",
		    METHOD_GET | METHOD_POST, false },
		{ "", METHOD_GET, "-", 0, false },
		{ "help", METHOD_GET, "-", 0, false },
		{ "*", METHOD_GET, "-", 0, false },
		{ "/consultations/a%2Fb", METHOD_GET, "-", 0, false },
		{ "/consultations/a%2fb", METHOD_GET, "-", 0, false },
		{ "/consultations/a%00b", METHOD_GET, "-", 0, false },
		{ "/consultations/a%0Ab", METHOD_GET, "-", 0, false },
		{ "/consultations/a%", METHOD_GET, "-", 0, false },
		{ "/consultations/a%4", METHOD_GET, "-", 0, false },
		{ "/consultations/a%4g", METHOD_GET, "-", 0, false },
		{ "/consultations/%FF", METHOD_GET, "-", 0, false },
		{ "/consultations/..", METHOD_GET, "-", 0, false },
		{ "/consultations/%2e%2E", METHOD_GET, "-", 0, false },
		{ "/consultations/../help", METHOD_GET, "-", 0, false },
		{ "/help?x=1", METHOD_GET, "-", 0, false },
		{ "/a/b/c/d/e/f/g/h/i/j", METHOD_GET, "-", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct route_match m;

		memset(&m, 'x', sizeof m);
		route_match(&m, rows[i].path, rows[i].method);
		assert_string_equal(name_of(&m), rows[i].name);
		assert_int_equal(m.allowed, rows[i].allowed);
		assert_int_equal(m.is_api, rows[i].is_api);
	}
}

static void
captures_are_decoded(void **state)
{
	struct route_match m;
	char path[400] = "/consultations/";

	(void)state;
	route_match(&m, C "/response/answers/K4%2EG2.5", METHOD_POST);
	assert_string_equal(name_of(&m), "answer_save");
	assert_int_equal(m.capture_count, 2);
	assert_string_equal(m.capture_list[0], "dachstrategie-2024");
	assert_string_equal(m.capture_list[1], "K4.G2.5");
	route_match(&m, "/consultations/f%C3%B6deral+%25", METHOD_GET);
	assert_string_equal(m.capture_list[0], "föderal+%");
	route_match(&m, "/council-decisions/2023/12", METHOD_GET);
	assert_string_equal(m.capture_list[0], "2023");
	assert_string_equal(m.capture_list[1], "12");
	/* longest capture, and one more */
	memset(path + 15, 'k', ROUTE_CAPTURE_MAX - 1);
	route_match(&m, path, METHOD_GET);
	assert_string_equal(name_of(&m), "consultation");
	assert_int_equal(strlen(m.captures[0]), ROUTE_CAPTURE_MAX - 1);
	path[15 + ROUTE_CAPTURE_MAX - 1] = 'k';
	route_match(&m, path, METHOD_GET);
	assert_null(m.route);
}

static void
a_long_path_is_unknown(void **state)
{
	struct route_match m;
	char path[5000];

	(void)state;
	memset(path, 'a', sizeof path - 1);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	route_match(&m, path, METHOD_GET);
	assert_null(m.route);
	assert_int_equal(m.allowed, 0);
}

static void
parameters_of_an_answer(void **state)
{
	const struct route *r = route_by_name("answer_save");

	(void)state;
	assert_string_equal(r->audience, "editor");
	assert_string_equal(r->back, "answer");
	assert_string_equal(r->params[0].name, "consultation");
	assert_true(r->params[0].in_path);
	assert_string_equal(r->params[2].name, "version");
	assert_int_equal(r->params[2].kind, PARAM_INT);
	assert_true(r->params[2].is_required);
	assert_int_equal(route_by_name("start")->param_count, 0);
}

/* Prints what a match costs; the limit is generous for sanitizers. */
static void
matching_is_fast(void **state)
{
	struct timespec from, to;
	struct route_match m;
	double ns;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < 100000; i++)
		route_match(&m, C "/synopsis.json", METHOD_GET);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ns = ((double)(to.tv_sec - from.tv_sec) * 1e9 +
		 (double)(to.tv_nsec - from.tv_nsec)) /
	     100000;
	print_message("# route_match: %.0f ns\n", ns);
	assert_true(ns < 20000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(a_token_is_not_told),
		cmocka_unit_test(every_row_is_found),
		cmocka_unit_test(paths),
		cmocka_unit_test(captures_are_decoded),
		cmocka_unit_test(a_long_path_is_unknown),
		cmocka_unit_test(parameters_of_an_answer),
		cmocka_unit_test(matching_is_fast),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
