/* UTF-8: the check at the door and the counting of characters. */
#ifndef APP_UTF8_H
#define APP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strict RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF. */
bool utf8_is_valid(const char *s, size_t len);
/* Number of code points of valid UTF-8. */
size_t utf8_count(const char *s, size_t len);
/* Reads one code point at *pos and moves on; U+FFFD for a broken byte. */
uint32_t utf8_next(const char *s, size_t len, size_t *pos);

#endif
