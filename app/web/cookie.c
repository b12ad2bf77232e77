/* Request cookies (RFC 6265bis): reading one value by its exact name. */
#include "cookie.h"

#include <string.h>

static bool take(const char *value, size_t len, char *out, size_t out_size);

bool
cookie_get(const char *header, const char *name, char *out, size_t out_size)
{
	size_t name_len = strlen(name);
	bool is_found = false;

	if (out_size == 0)
		return false;
	out[0] = '\0';
	if (header == NULL)
		return false;
	for (;;) {
		size_t len;

		header += strspn(header, " \t");
		len = strcspn(header, ";");
		if (len > name_len && header[name_len] == '=' &&
		    strncmp(header, name, name_len) == 0) {
			/* Two of a name: one was planted, and which? */
			if (is_found ||
			    !take(header + name_len + 1, len - name_len - 1,
				out, out_size)) {
				out[0] = '\0';
				return false;
			}
			is_found = true;
		}
		header += len;
		if (*header == '\0')
			return is_found;
		header++;
	}
}

static bool
take(const char *value, size_t len, char *out, size_t out_size)
{
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	if (len == 0 || len >= out_size)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = value[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	memcpy(out, value, len);
	out[len] = '\0';
	return true;
}
