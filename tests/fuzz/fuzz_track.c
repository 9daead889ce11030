/* fuzz_track: recordings from anybody's receiver, and gpsd's own lines. The first byte: G
 * a GPX file, N NMEA, J one line of gpsd. What is taken lies on the earth, measures and
 * comes out as GPX that goes in again as it was. */
#include "core/base/stride.h"
#include "core/base/text.h"
#include "core/store/track_file.h"
#include "tests/fuzz/fuzz.h"
#include "walker/gps.h"

#include <string.h>

static void look(struct arena *a, const struct track_file *f, bool again)
{
    struct stride s = STRIDE_INIT;
    struct track_line line = {.line = "l", .source = "file", .fix = f->fix, .count = f->count};
    struct track t = {.line = &line, .count = 1};
    struct track_file back;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < f->count; i++) {
        fuzz_must(geo_is_place(f->fix[i].at.lat_e7, f->fix[i].at.lon_e7));
        f->fix[i].lost = stride_add(&s, f->fix[i].at_ms, f->fix[i].at, f->fix[i].lost);
    }
    fuzz_must(s.metres >= 0 && f->fix[0].lost);
    track_place(&t, f->fix[0].at_ms);
    track_gpx(&out, &t, "<&>");
    bool year = true; /* only years of four digits are written */
    for (size_t i = 0; i < f->count; i++)
        year &= f->fix[i].at_ms > -INT64_C(62135596800000) &&
                f->fix[i].at_ms < INT64_C(253402300799000);
    if (again && year) {
        fuzz_must(track_file_gpx(a, out.data, out.len, &back, &err));
        fuzz_must(back.count == f->count);
        fuzz_must(back.fix[0].at.lat_e7 == f->fix[0].at.lat_e7);
    }
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct err err = ERR_INIT;
    struct track_file f;
    struct gps_fix fix;
    if (size < 1)
        return 0;
    const char *text = (const char *)data + 1;
    if (*data == 'J') {
        if (gps_read(text, size - 1, &fix) == GPS_TPV && fix.state >= GPS_2D)
            fuzz_must(geo_is_place(fix.at.lat_e7, fix.at.lon_e7));
    } else if (*data == 'G' ? track_file_gpx(&a, text, size - 1, &f, &err)
                            : track_file_nmea(&a, text, size - 1, &f, &err)) {
        look(&a, &f, true);
    } else {
        fuzz_must(err.key && (err.code == ERR_UNREADABLE || err.code == ERR_TOO_LARGE));
    }
    arena_reset(&a);
    return 0;
}
