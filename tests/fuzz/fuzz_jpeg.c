/* fuzz_jpeg: a JPEG of any bytes, decoded in this process and scaled and encoded as
 * lygte-picture does. Pictures of an allowed size over 128 x 128 are left out for
 * speed; those over the limits are in. libjpeg-turbo is Debian's, not instrumented. What
 * is decoded a look at its frame takes as well, and says the same of it. */
#define FUZZ_PICTURE_DECODES
#include "tests/fuzz/fuzz_picture.h"
/* after it */
#include "tests/fuzz/fuzz_frame.h"

#include <jpeglib.h>

/* Does a frame header say a size that is allowed but slow? */
static bool is_slow(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 9 <= size; i++)
        if (data[i] == 0xFF && data[i + 1] >= 0xC0 && data[i + 1] <= 0xCF) {
            long high = data[i + 5] << 8 | data[i + 6];
            long wide = data[i + 7] << 8 | data[i + 8];
            if (high * wide > FUZZ_PIXELS_MOST && high * wide <= 100000000)
                return true;
        }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || is_slow(data, size))
        return 0;
    if (!decode_whole(decode_jpeg, data, size)) {
        /* The decoder's state is the first thing it takes; libjpeg's comes first in it. */
        j_decompress_ptr jpeg = taken[0];
        jpeg_destroy_decompress(jpeg);
    } else {
        give_back();
        must_look_the_same(look_jpeg);
    }
    give_back();
    return 0;
}
