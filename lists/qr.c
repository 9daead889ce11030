/* qr: see the header. */
#include "lists/qr.h"

#include <qrencode.h>
#include <string.h>

enum { QUIET = 4 };

static bool is_dark(const QRcode *code, int x, int y)
{
    return x >= 0 && y >= 0 && x < code->width && y < code->width &&
           (code->data[y * code->width + x] & 1);
}

/* One path of unit squares, a run a stroke. */
static void draw_svg(struct buf *out, const QRcode *code)
{
    int side = code->width + 2 * QUIET;
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
               " shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
               "<path d=\"",
               side, side, side, side);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            int from = x;
            while (is_dark(code, x, y))
                x++;
            if (x > from)
                buf_printf(out, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from,
                           x - from);
        }
    buf_str(out, "\"/></svg>\n");
}

/* Two rows a line; what is light is written. */
static void draw_utf8(struct buf *out, const QRcode *code)
{
    for (int y = -QUIET; y < code->width + QUIET; y += 2) {
        for (int x = -QUIET; x < code->width + QUIET; x++) {
            bool upper = !is_dark(code, x, y);
            bool lower = y + 1 < code->width + QUIET && !is_dark(code, x, y + 1);
            buf_str(out, upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ");
        }
        buf_char(out, '\n');
    }
}

bool qr_draw(struct buf *out, const char *text, const char *form, struct err *err)
{
    bool svg = strcmp(form, "svg") == 0;
    if (!svg && strcmp(form, "utf8") != 0)
        return err_set(err, ERR_INPUT, "qr.bad_form", form, NULL);
    QRcode *code = *text && strlen(text) <= QR_TEXT_MOST
                       ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M)
                       : NULL;
    if (!code)
        return err_set(err, ERR_INPUT, "qr.bad_text", NULL);
    if (svg)
        draw_svg(out, code);
    else
        draw_utf8(out, code);
    QRcode_free(code);
    return true;
}
