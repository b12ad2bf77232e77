/* QR codes as SVG: presentation attributes only, fit for our CSP. */
#ifndef APP_QR_H
#define APP_QR_H

#include "buf.h"
#include "rc.h"

/*
 * Adds an <svg> of text[0..len): one path, dark on white with the quiet zone
 * of four modules, hidden from screen readers (the page says the same in
 * words). RC_INVALID when the text is empty or too long for any QR code.
 */
enum rc qr_svg(const char *text, size_t len, struct buf *out) MUST_CHECK;

#endif
