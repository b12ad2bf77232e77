/* The route table of routes.def, and finding a row by path and method. */
#include "route.h"

#include <string.h>

#include "token.h"
#include "utf8.h"

#define SEGMENTS_MAX 8
#define PATH_MAX_DECODED 1024
#define NAME_LEN_MAX 64

/* clang-format off */
/* name, kind, longest, is required, is in the path */
#define NONE
#define PATH(n)          { #n, PARAM_KEY, NAME_LEN_MAX, true, true }
#define KEY(n)           { #n, PARAM_KEY, NAME_LEN_MAX, true, false }
#define OPT_KEY(n)       { #n, PARAM_KEY, NAME_LEN_MAX, false, false }
#define INT(n)           { #n, PARAM_INT, 16, true, false }
#define LINE(n, max)     { #n, PARAM_LINE, max, true, false }
#define LINE0(n, max)    { #n, PARAM_LINE, max, false, false }
#define OPT_LINE(n, max) { #n, PARAM_LINE, max, false, false }
#define TEXT(n, max)     { #n, PARAM_TEXT, max, false, false }
#define FLAG(n)          { #n, PARAM_FLAG, 8, false, false }
#define LIST(n, max)     { #n, PARAM_LIST, max, false, false }
#define MAP(n, max)      { #n, PARAM_MAP, max, false, false }
#define HASH(n)          { #n, PARAM_HASH, 64, true, false }
#define TOKEN(n)         { #n, PARAM_TOKEN, TOKEN_LEN, true, true }
#define SECRET(n, max)   { #n, PARAM_SECRET, max, true, false }

#define PARAMS(...) \
	.params = { __VA_ARGS__ }, \
	.param_count = sizeof((const struct param[]){ __VA_ARGS__ }) / \
	    sizeof(struct param)
#define PAGE(n, where, who, ...) \
	{ .name = #n, .kind = ROUTE_PAGE, .methods = METHOD_GET, \
	  .path = where, .audience = who, PARAMS(__VA_ARGS__) },
#define VIEW(n, where, who, ...) \
	{ .name = #n, .kind = ROUTE_PAGE, .methods = METHOD_GET, \
	  .is_seen = true, .path = where, .audience = who, \
	  PARAMS(__VA_ARGS__) },
#define ACTION(n, where, who, page, ...) \
	{ .name = #n, .kind = ROUTE_ACTION, .methods = METHOD_POST, \
	  .path = where, .audience = who, .back = #page, \
	  PARAMS(__VA_ARGS__) },
#define CUSTOM(n, bits, where, who, ...) \
	{ .name = #n, .kind = ROUTE_CUSTOM, .methods = bits, \
	  .path = where, .audience = who, PARAMS(__VA_ARGS__) },
/* clang-format on */

const struct route route_table[] = {
#include "../routes.def"
};
const size_t route_count = NELEM(route_table);

/* Custom handlers that answer below /api as well. */
static const char *const api_customs[] = { "login_post", "logout",
	"context_switch", "link_accept", "password_change",
	"second_factor_post", "step_up_post", "factor_set", "factor_codes",
	"address_import_upload", "edition_upload_post", "openapi" };

/* A path, taken apart and decoded. */
struct segments {
	const char *at[SEGMENTS_MAX];
	size_t len[SEGMENTS_MAX];
	size_t count;
	char text[PATH_MAX_DECODED];
};

static bool split(struct segments *s, const char *path);
static bool fits(
    const char *pattern, const struct segments *s, unsigned *literals);
static size_t depth_of(size_t);
static void capture(struct route_match *m, const struct segments *s);

void
route_match(struct route_match *m, const char *path, unsigned method)
{
	struct segments s;
	unsigned best = 0;

	m->route = NULL;
	m->allowed = 0;
	m->capture_count = 0;
	m->is_api = strncmp(path, "/api", 4) == 0 &&
		    (path[4] == '/' || path[4] == '\0');
	if (m->is_api) {
		path += 4;
		if (strcmp(path, "/") == 0)
			return; /* a slash too many, unlike "/" itself */
		if (path[0] == '\0')
			path = "/";
	}
	if (!split(&s, path))
		return;
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &route_table[i];
		unsigned literals = 0;

		if (depth_of(i) != s.count ||
		    !fits(route->path, &s, &literals) ||
		    (m->is_api && !route_in_api(route)))
			continue;
		m->allowed |= route->methods;
		if ((route->methods & method) != 0 &&
		    (m->route == NULL || literals > best)) {
			m->route = route;
			best = literals;
		}
	}
	if (m->route != NULL)
		capture(m, &s);
}

bool
route_has_token(const struct route *route)
{
	for (size_t i = 0; route != NULL && i < route->param_count; i++) {
		if (route->params[i].kind == PARAM_TOKEN)
			return true;
	}
	return false;
}

const char *
route_path_to_tell(const char *path)
{
	const char *p = strncmp(path, "/api/", 5) == 0 ? path + 4 : path;

	for (size_t i = 0; i < route_count; i++) {
		const char *pattern = route_table[i].path;

		if (route_has_token(&route_table[i]) &&
		    strncmp(p, pattern, strcspn(pattern, ":")) == 0)
			return pattern;
	}
	return path;
}

const struct route *
route_by_name(const char *name)
{
	for (size_t i = 0; i < route_count; i++) {
		if (strcmp(route_table[i].name, name) == 0)
			return &route_table[i];
	}
	return NULL;
}

bool
route_in_api(const struct route *route)
{
	if (route->kind != ROUTE_CUSTOM)
		return true;
	for (size_t i = 0; i < NELEM(api_customs); i++) {
		if (strcmp(route->name, api_customs[i]) == 0)
			return true;
	}
	return false;
}

/* How many segments a row has, counted once: most rows fall out by it. */
static size_t
depth_of(size_t i)
{
	static unsigned char one_more[NELEM(route_table)];

	if (one_more[i] == 0) {
		const char *p = route_table[i].path;

		one_more[i] = 1;
		for (; *p != '\0' && p[1] != '\0'; p++)
			one_more[i] =
			    (unsigned char)(one_more[i] + (*p == '/'));
	}
	return one_more[i] - 1U;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes one segment; returns its end in the path, NULL when it is broken. */
static const char *
decode_segment(const char *path, char *out, size_t room, size_t *out_len)
{
	size_t n = 0;

	for (; *path != '\0' && *path != '/'; path++) {
		unsigned char c = (unsigned char)*path;

		if (c == '%') {
			int high = hex_digit(path[1]);
			int low = high < 0 ? -1 : hex_digit(path[2]);

			if (low < 0)
				return NULL;
			c = (unsigned char)(high << 4 | low);
			path += 2;
		}
		if (c < 0x20 || c == 0x7f || c == '/' || n + 1 >= room)
			return NULL;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	if (n == 0 || strcmp(out, ".") == 0 || strcmp(out, "..") == 0 ||
	    !utf8_is_valid(out, n))
		return NULL;
	*out_len = n;
	return path;
}

/* False for a path that cannot be one of ours. */
static bool
split(struct segments *s, const char *path)
{
	size_t used = 0;

	s->count = 0;
	if (path[0] != '/')
		return false;
	if (path[1] == '\0')
		return true;
	while (*path == '/') {
		size_t i = s->count;

		if (i == SEGMENTS_MAX)
			return false;
		s->at[i] = s->text + used;
		path = decode_segment(path + 1, s->text + used,
		    sizeof s->text - used, &s->len[i]);
		if (path == NULL)
			return false;
		used += s->len[i] + 1;
		s->count++;
	}
	return true;
}

/* literals: one bit for each segment, so that the bigger one is nearer. */
static bool
fits(const char *pattern, const struct segments *s, unsigned *literals)
{
	const char *p = pattern + 1;

	for (size_t i = 0; i < s->count; i++) {
		size_t len = s->len[i];

		if (p[0] == ':') {
			if (len >= ROUTE_CAPTURE_MAX)
				return false;
			while (*p != '/' && *p != '\0')
				p++;
			*literals <<= 1;
		} else {
			if (strncmp(p, s->at[i], len) != 0 ||
			    (p[len] != '/' && p[len] != '\0'))
				return false;
			p += len;
			*literals = *literals << 1 | 1;
		}
		if (*p == '/')
			p++;
		else if (i + 1 < s->count)
			return false;
	}
	return *p == '\0';
}

static void
capture(struct route_match *m, const struct segments *s)
{
	const char *p = m->route->path + 1;

	for (size_t i = 0; i < s->count; i++) {
		size_t at = m->capture_count;

		if (p[0] == ':' && at < ROUTE_CAPTURES) {
			memcpy(m->captures[at], s->at[i], s->len[i] + 1);
			m->capture_list[at] = m->captures[at];
			m->capture_count++;
		}
		p += strcspn(p, "/");
		p += *p == '/';
	}
}
