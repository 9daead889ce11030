/* fuzz_look: any bytes, looked at as lygte-picture does before a photo is kept: a JPEG from
 * mark to mark, a PNG from chunk to chunk (also with its checksums made right), the EXIF of
 * both. Nothing is decoded, so a run takes some microseconds. That a look takes all that
 * decodes, with the same facts, fuzz_jpeg and fuzz_png hold. */
#define FUZZ_PICTURE_DECODES
#include "tests/fuzz/fuzz_picture.h"
/* after it */
#include "tests/fuzz/fuzz_frame.h"

static void look(void (*at)(int fd, struct picture_facts *f), const uint8_t *data,
                 size_t size)
{
    put_photo(data, size);
    may_refuse = true;
    if (setjmp(refused_at)) {
        fuzz_must(refused_why < REFUSAL__MAX);
    } else {
        at(photo_fd, &photo_facts);
        check_facts(&photo_facts);
        fuzz_must(photo_facts.width > 0 && photo_facts.height > 0 &&
                  photo_facts.format[0]);
    }
    give_back();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t png[16384];
    if (size < SIGNATURE || size > sizeof png)
        return 0;
    if (data[0] == 0xFF) {
        look(look_jpeg, data, size);
        return 0;
    }
    memcpy(png, data, size);
    look(look_png, png, size);
    right_checksums(png, size);
    look(look_png, png, size);
    return 0;
}
