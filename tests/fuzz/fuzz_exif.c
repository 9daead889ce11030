/* fuzz_exif: an EXIF block of any bytes. It never refuses the photo, and every fact it
 * gives is one that the caller of lygte-picture believes. The input is what stands after
 * "Exif\0\0". libexif itself is Debian's, not instrumented: of its faults the sanitizer
 * sees those in what it allocates and frees. */
#include "tests/fuzz/fuzz_picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct picture_facts facts;
    uint8_t *block = malloc(size + 6);
    fuzz_must(block != NULL);
    memcpy(block, "Exif\0\0", 6);
    if (size)
        memcpy(block + 6, data, size);
    facts_clear(&facts);
    may_refuse = false;
    exif_read(block, size + 6, &facts);
    check_facts(&facts);
    free(block);
    fuzz_must(taken_n == 0);
    return 0;
}
