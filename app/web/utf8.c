/* UTF-8: the check at the door and the counting of characters. */
#include "utf8.h"

#include <string.h>

static size_t decode(const unsigned char *s, size_t len, uint32_t *code);

bool
utf8_is_valid(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t i = 0;

	while (i < len) {
		uint32_t code;
		uint64_t eight;
		size_t n;

		/* eight octets of ASCII at once: most of every text */
		if (len - i >= sizeof eight) {
			memcpy(&eight, u + i, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof eight;
				continue;
			}
		}
		n = decode(u + i, len - i, &code);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t
utf8_count(const char *s, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

uint32_t
utf8_next(const char *s, size_t len, size_t *pos)
{
	uint32_t code;
	size_t n;

	if (*pos >= len)
		return 0xfffd;
	n = decode((const unsigned char *)s + *pos, len - *pos, &code);
	if (n == 0) {
		*pos += 1;
		return 0xfffd;
	}
	*pos += n;
	return code;
}

/* Octets of the code point at s, or 0 when it is broken; len > 0. */
static size_t
decode(const unsigned char *s, size_t len, uint32_t *code)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = s[0];
	size_t n;

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	if (c >= 0xc2 && c <= 0xdf)
		n = 2;
	else if ((c & 0xf0) == 0xe0)
		n = 3;
	else if (c >= 0xf0 && c <= 0xf4)
		n = 4;
	else
		return 0;
	if (len < n)
		return 0;
	c &= 0xffU >> (n + 1);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return n;
}
