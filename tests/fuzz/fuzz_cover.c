/* fuzz_cover: a JPEG of any bytes with burns of any numbers, through the sheet that
 * covering writes or, when it lies plain, the carrying that sharing does. What comes out
 * must be a JPEG that the decoder takes again. The first bytes of the input are
 * burns and facts, ten a burn; the rest is the photo. */
#define FUZZ_PICTURE_DECODES
#include "core/picture/carry.h"
#include "tests/fuzz/fuzz_picture.h"

#include "core/picture/sheet.c" /* NOLINT(bugprone-suspicious-include) */

enum { BURNS = 3, HEAD = 10 * BURNS + 2 };

static struct order order;
static int out_fd = -1;

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

static int sixteen(const uint8_t *p)
{
    return (int16_t)(uint16_t)(p[0] << 8 | p[1]);
}

static void read_head(const uint8_t *data)
{
    order.burn_count = data[0] % (BURNS + 1);
    order.at = (struct geo_point)GEO_NOWHERE;
    order.taken_ms = data[1] & 1 ? sixteen(data + 2) * (INT64_C(1) << 32) : INT64_MIN;
    order.direction_c = data[1] & 2 ? sixteen(data + 4) & 0x7FFF : -1;
    if (data[1] & 4)
        order.at = (struct geo_point){sixteen(data + 6) * 20000 + 1,
                                      sixteen(data + 8) * 50000, data[1]};
    for (int i = 0; i < order.burn_count; i++) {
        const uint8_t *p = data + 2 + 10 * i;
        int scale = p[8] & 1 ? 1 : p[8] & 2 ? 30000 : 4;
        order.burn[i] = (struct picture_burn){
            sixteen(p) / scale, sixteen(p + 2) / scale, sixteen(p + 4) / scale,
            sixteen(p + 6) / scale, p[9] & 1 ? -1 : p[9]};
    }
}

static void put_file(int *fd, const uint8_t *data, size_t size)
{
    if (*fd < 0)
        *fd = memfd_create("photo", MFD_CLOEXEC);
    fuzz_must(*fd >= 0 && ftruncate(*fd, 0) == 0);
    fuzz_must(pwrite(*fd, data, size, 0) == (ssize_t)size);
    fuzz_must(lseek(*fd, 0, SEEK_SET) == 0);
}

/* What was written is a JPEG to its end; libjpeg reads its head alike. */
static void check_whole(size_t written, int width, int height)
{
    static uint8_t bytes[PICTURE_WHOLE_BYTES / 16];
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    fuzz_must(written > 4 && written <= sizeof bytes);
    fuzz_must(pread(out_fd, bytes, sizeof bytes, 0) == (ssize_t)written);
    fuzz_must(bytes[0] == 0xFF && bytes[1] == 0xD8);
    fuzz_must(bytes[written - 2] == 0xFF && bytes[written - 1] == 0xD9);
    jpeg.err = jpeg_std_error(&errors); /* its error_exit ends the program: a finding */
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes, written);
    jpeg_read_header(&jpeg, TRUE);
    fuzz_must((int)jpeg.image_width == width && (int)jpeg.image_height == height);
    jpeg_destroy_decompress(&jpeg);
}

/* What libjpeg holds of its own is not in taken[]: it is freed by what stands first. */
static void drop(bool whole, struct sheet *sheet)
{
    if (!whole && taken_n > 1) {
        j_decompress_ptr jpeg = taken[sheet ? 1 : 0];
        jpeg_destroy_decompress(jpeg);
    }
    if (!whole && sheet)
        jpeg_destroy_compress(&sheet->jpeg);
    give_back();
}

static void cover_one(int fd)
{
    static struct outlet out;
    static struct copies copies;
    static struct picture_facts facts;
    static struct sheet *sheet;
    out = (struct outlet){.fd = out_fd};
    fuzz_must(ftruncate(out_fd, 0) == 0 && lseek(out_fd, 0, SEEK_SET) == 0);
    facts_clear(&facts);
    may_refuse = true;
    sheet = NULL;
    if (setjmp(refused_at)) {
        drop(false, sheet);
        return;
    }
    sheet = sheet_new(&out, &order);
    copies = (struct copies){.sheet = sheet};
    decode_jpeg(fd, &facts, &copies);
    may_refuse = false;
    sheet_end(sheet);
    check_whole(out.written, facts.width, facts.height);
    drop(true, sheet);
}

static void share_one(int fd)
{
    static struct outlet out;
    static struct picture_facts facts;
    out = (struct outlet){.fd = out_fd};
    fuzz_must(ftruncate(out_fd, 0) == 0 && lseek(out_fd, 0, SEEK_SET) == 0);
    fuzz_must(lseek(fd, 0, SEEK_SET) == 0);
    facts_clear(&facts);
    may_refuse = true;
    static bool carried;
    carried = false;
    if (setjmp(refused_at)) {
        if (!carried && taken_n > 0)
            jpeg_destroy_decompress(taken[0]);
        give_back();
        return;
    }
    if (jpeg_may_carry(fd, &facts)) {
        carried = true;
        carry(fd, &out, &order);
        check_whole(out.written, facts.width, facts.height);
    }
    give_back();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (size <= HEAD || is_slow(data, size))
        return 0;
    if (out_fd < 0)
        out_fd = memfd_create("whole", MFD_CLOEXEC);
    read_head(data);
    put_file(&fd, data + HEAD, size - HEAD);
    if (data[0] & 4)
        share_one(fd);
    else
        cover_one(fd);
    return 0;
}
