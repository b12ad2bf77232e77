/* QR codes as SVG, by libqrencode. */
#include "qr.h"

#include <qrencode.h>

#define QUIET 4       /* modules around it, as ISO/IEC 18004 wants */
#define SHOWN 6       /* pixels a module */
#define TEXT_MAX 2331 /* octets at correction level M */

static void path(const QRcode *, struct buf *);

enum rc
qr_svg(const char *text, size_t len, struct buf *out)
{
	QRcode *code;
	int size;

	if (len == 0 || len > TEXT_MAX)
		return RC_INVALID;
	code = QRcode_encodeData(
	    (int)len, (const unsigned char *)text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return RC_INVALID;
	size = code->width + 2 * QUIET;
	buf_printf(out,
	    "<svg class=\"app-qr\" xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
	    "shape-rendering=\"crispEdges\" aria-hidden=\"true\" "
	    "focusable=\"false\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
	    "<path fill=\"#000\" d=\"",
	    size, size, size * SHOWN, size * SHOWN, size, size);
	path(code, out);
	buf_str(out, "\"/></svg>");
	QRcode_free(code);
	return RC_OK;
}

/* A rectangle for each run of dark modules in a row. */
static void
path(const QRcode *code, struct buf *out)
{
	const int w = code->width;

	for (int y = 0; y < w; y++) {
		const unsigned char *row = code->data + y * w;

		for (int x = 0, run; x < w; x += run) {
			for (run = 1;
			     x + run < w && (row[x + run] & 1) == (row[x] & 1);)
				run++;
			if (row[x] & 1)
				buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET,
				    y + QUIET, run, run);
		}
	}
}
