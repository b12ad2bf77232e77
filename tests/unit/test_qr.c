/* The SVG draws exactly the modules of the code. */
#include "unit.h"

#include <qrencode.h>
#include <stdio.h>

#include "web/mem.h"
#include "web/qr.h"

#define URI                                                                    \
	"otpauth://totp/Resonanz:vera.huber@bayern.example"                    \
	"?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Resonanz"             \
	"&algorithm=SHA1&digits=6&period=30"
#define QUIET 4

/* Fills the cells from the rectangles of the path; the number of them. */
static int
draw(const char *svg, unsigned char *cells, int width)
{
	const char *p = strstr(svg, "fill=\"#000\" d=\"");
	int x, y, run, again, n = 0, used;

	assert_non_null(p);
	p = strstr(p, "M");
	while (
	    sscanf(p, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &again, &used) == 4) {
		assert_int_equal(run, again);
		for (int i = 0; i < run; i++, n++)
			cells[(y - QUIET) * width + x - QUIET + i] = 1;
		p += used;
	}
	assert_memory_equal(p, "\"/></svg>", 9);
	return n;
}

static void
each_module_once(void **state)
{
	QRcode *code = QRcode_encodeData(
	    (int)strlen(URI), (const unsigned char *)URI, 0, QR_ECLEVEL_M);
	unsigned char *cells;
	struct buf svg = { 0 };
	int w = code->width, dark = 0;

	(void)state;
	assert_int_equal(qr_svg(URI, strlen(URI), &svg), RC_OK);
	cells = mem_calloc((size_t)(w * w), 1);
	for (int i = 0; i < w * w; i++)
		dark += code->data[i] & 1;
	assert_int_equal(draw(buf_text(&svg), cells, w), dark);
	for (int i = 0; i < w * w; i++)
		assert_int_equal(cells[i], code->data[i] & 1);
	mem_free(cells);
	QRcode_free(code);
	buf_clear(&svg);
}

static void
nothing_that_a_csp_would_stop(void **state)
{
	struct buf svg = { 0 };

	(void)state;
	assert_int_equal(qr_svg(URI, strlen(URI), &svg), RC_OK);
	assert_null(strstr(buf_text(&svg), "style"));
	assert_null(strstr(buf_text(&svg), "script"));
	assert_null(strstr(buf_text(&svg), "GEZD"));
	assert_memory_equal(buf_text(&svg), "<svg class=\"app-qr\"", 19);
	buf_clear(&svg);
}

static void
lengths(void **state)
{
	struct buf svg = { 0 };
	char *text = mem_calloc(2401, 1);

	(void)state;
	memset(text, 'a', 2400);
	assert_int_equal(qr_svg("", 0, &svg), RC_INVALID);
	assert_int_equal(qr_svg(text, 2400, &svg), RC_INVALID);
	assert_int_equal(svg.len, 0);
	assert_int_equal(qr_svg(text, 2331, &svg), RC_OK);
	buf_reset(&svg);
	assert_int_equal(qr_svg("1", 1, &svg), RC_OK);
	buf_clear(&svg);
	mem_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_module_once),
		cmocka_unit_test(nothing_that_a_csp_would_stop),
		cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
