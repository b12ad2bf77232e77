/* Paths: a match is one of the table, with clean captures and its method. */
#include "fuzz.h"

#include "web/route.h"

static void
check_match(const struct route_match *m, const char *path, unsigned method)
{
	size_t in_path = 0;

	CHECK(m->allowed <= (METHOD_GET | METHOD_POST));
	if (m->route == NULL) {
		CHECK((m->allowed & method) == 0);
		return;
	}
	CHECK(m->route >= route_table && m->route < route_table + route_count);
	CHECK((m->route->methods & method) != 0);
	CHECK((m->route->methods & ~m->allowed) == 0);
	CHECK(path[0] == '/');
	CHECK(strcmp(path, "/") == 0 || path[strlen(path) - 1] != '/');
	CHECK(strstr(path, "//") == NULL);
	CHECK(m->is_api == (strncmp(path, "/api", 4) == 0));
	for (size_t i = 0; i < m->route->param_count; i++)
		in_path += m->route->params[i].in_path;
	CHECK(m->capture_count == in_path);
	for (size_t i = 0; i < m->capture_count; i++) {
		const char *s = m->capture_list[i];
		size_t len = strlen(s);

		CHECK(s == m->captures[i]);
		CHECK(len > 0 && len < ROUTE_CAPTURE_MAX);
		CHECK(utf8_is_valid(s, len));
		CHECK(strchr(s, '/') == NULL);
		CHECK(strcmp(s, ".") != 0 && strcmp(s, "..") != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned methods[] = { METHOD_GET, METHOD_POST, 0 };
	char *path = mem_strndup((const char *)data, size);
	struct route_match m;

	for (size_t i = 0; i < NELEM(methods); i++) {
		route_match(&m, path, methods[i]);
		check_match(&m, path, methods[i]);
	}
	mem_free(path);
	return 0;
}
