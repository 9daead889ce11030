/* qr: a QR code (ISO/IEC 18004, correction level M) of a text, by libqrencode; only the
 * program lygte-lists links it. */
#ifndef LYGTE_LISTS_QR_H
#define LYGTE_LISTS_QR_H

#include "core/base/buf.h"
#include "core/base/err.h"

enum { QR_TEXT_MOST = 1000 }; /* bytes */

/* form: "svg", black on white with the quiet zone, sized by whoever shows it; or "utf8",
 * half blocks for a terminal that writes light on dark. ERR_INPUT "qr.bad_form",
 * "qr.bad_text" when it is empty or too long. */
bool qr_draw(struct buf *out, const char *text, const char *form, struct err *err);

#endif
