/* Texts without what does not count when they are compared. */
#include "similar.h"

#include <stdbool.h>

#include "diff_parts.h"
#include "web/utf8.h"

/* Between two letters, and no break of the word. */
static const struct {
	uint32_t first, last;
} invisible[] = {
	{ 0xad, 0xad },     /* soft hyphen */
	{ 0x300, 0x36f },   /* combining marks */
	{ 0x200b, 0x200d }, /* spaces and joiners without width */
	{ 0x2060, 0x2060 },
	{ 0xfeff, 0xfeff },
};

/* Letters beyond ASCII by what they are compared as, in order. */
static const struct {
	uint32_t first, last;
	const char *as;
} folds[] = {
	{ 0xc0, 0xc3, "a" },
	{ 0xc4, 0xc4, "ae" },
	{ 0xc5, 0xc5, "a" },
	{ 0xc6, 0xc6, "ae" },
	{ 0xc7, 0xc7, "c" },
	{ 0xc8, 0xcb, "e" },
	{ 0xcc, 0xcf, "i" },
	{ 0xd0, 0xd0, "d" },
	{ 0xd1, 0xd1, "n" },
	{ 0xd2, 0xd5, "o" },
	{ 0xd6, 0xd6, "oe" },
	{ 0xd8, 0xd8, "oe" },
	{ 0xd9, 0xdb, "u" },
	{ 0xdc, 0xdc, "ue" },
	{ 0xdd, 0xdd, "y" },
	{ 0xde, 0xde, "th" },
	{ 0xdf, 0xdf, "ss" },
	{ 0xe0, 0xe3, "a" },
	{ 0xe4, 0xe4, "ae" },
	{ 0xe5, 0xe5, "a" },
	{ 0xe6, 0xe6, "ae" },
	{ 0xe7, 0xe7, "c" },
	{ 0xe8, 0xeb, "e" },
	{ 0xec, 0xef, "i" },
	{ 0xf0, 0xf0, "d" },
	{ 0xf1, 0xf1, "n" },
	{ 0xf2, 0xf5, "o" },
	{ 0xf6, 0xf6, "oe" },
	{ 0xf8, 0xf8, "oe" },
	{ 0xf9, 0xfb, "u" },
	{ 0xfc, 0xfc, "ue" },
	{ 0xfd, 0xfd, "y" },
	{ 0xfe, 0xfe, "th" },
	{ 0xff, 0xff, "y" },
	{ 0x100, 0x105, "a" },
	{ 0x106, 0x10d, "c" },
	{ 0x10e, 0x111, "d" },
	{ 0x112, 0x11b, "e" },
	{ 0x11c, 0x123, "g" },
	{ 0x124, 0x127, "h" },
	{ 0x128, 0x131, "i" },
	{ 0x132, 0x133, "ij" },
	{ 0x134, 0x135, "j" },
	{ 0x136, 0x138, "k" },
	{ 0x139, 0x142, "l" },
	{ 0x143, 0x14b, "n" },
	{ 0x14c, 0x151, "o" },
	{ 0x152, 0x153, "oe" },
	{ 0x154, 0x159, "r" },
	{ 0x15a, 0x161, "s" },
	{ 0x162, 0x167, "t" },
	{ 0x168, 0x173, "u" },
	{ 0x174, 0x175, "w" },
	{ 0x176, 0x178, "y" },
	{ 0x179, 0x17e, "z" },
	{ 0x17f, 0x17f, "s" },
	{ 0x1e9e, 0x1e9e, "ss" },
};

static bool
is_invisible(uint32_t c)
{
	for (size_t i = 0; i < NELEM(invisible); i++) {
		if (c >= invisible[i].first && c <= invisible[i].last)
			return true;
	}
	return false;
}

static const char *
fold_of(uint32_t c)
{
	for (size_t i = 0; i < NELEM(folds) && c >= folds[i].first; i++) {
		if (c <= folds[i].last)
			return folds[i].as;
	}
	return NULL;
}

static void
add_letter(struct buf *out, uint32_t c, const char *octets, size_t len)
{
	const char *fold;

	if (c >= 'A' && c <= 'Z')
		buf_char(out, (char)(c - 'A' + 'a'));
	else if (c < 0x80)
		buf_char(out, (char)c);
	else if ((fold = fold_of(c)) != NULL)
		buf_str(out, fold);
	else if (c != 0xfffd)
		buf_add(out, octets, len);
}

void
similar_text(struct buf *out, const char *text, size_t len)
{
	bool is_gap = false;
	size_t pos = 0, at, start = out->len;

	while ((at = pos) < len) {
		uint32_t c = utf8_next(text, len, &pos);

		if (c >= 0x80 && is_invisible(c))
			continue;
		if (c == 0xfffd || !text_is_word(c)) {
			is_gap = true;
			continue;
		}
		if (is_gap && out->len > start)
			buf_char(out, ' ');
		is_gap = false;
		add_letter(out, c, text + at, pos - at);
	}
}
