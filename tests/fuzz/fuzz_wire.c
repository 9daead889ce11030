/* fuzz_wire: what the receiver meets before it sees a line: gzip from strangers, tus
 * metadata, base64. Nothing gets past the limit it was given, and what was packed here
 * unpacks to the same. The first byte chooses, see the table at the end. */
#include "core/base/base64.h"
#include "core/base/text.h"
#include "sync/wire.h"
#include "tests/fuzz/fuzz.h"

enum { UNPACKED_MOST = 65536 };

static void gunzip(struct arena *a, const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    (void)a;
    if (wire_gunzip(&out, data, size, UNPACKED_MOST, &err))
        fuzz_must(out.len <= UNPACKED_MOST);
    else
        fuzz_must(err.code == ERR_INPUT || err.code == ERR_TOO_LARGE);
    buf_release(&out);
}

static void gzip(struct arena *a, const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct buf packed = BUF_INIT, out = BUF_INIT;
    (void)a;
    wire_gzip(&packed, data, size);
    fuzz_must(wire_gunzip(&out, packed.data, packed.len, size, &err));
    fuzz_must(out.len == size && (size == 0 || memcmp(out.data, data, size) == 0));
    buf_release(&packed);
    buf_release(&out);
}

static void metadata(struct arena *a, const uint8_t *data, size_t size)
{
    char *header = fuzz_string(data, size);
    const char *name = wire_metadata(a, header, "filename");
    fuzz_must(!name || text_is_utf8(name, strlen(name)));
    wire_metadata(a, header, "sha256");
    wire_metadata(a, header, "");
    free(header);
}

static void base64(struct arena *a, const uint8_t *data, size_t size)
{
    uint8_t *bytes = NULL, *again = NULL;
    size_t n = 0, m = 0;
    if (!base64_read(a, (const char *)data, size, &bytes, &n))
        return;
    fuzz_must(n <= BASE64_MOST);
    const char *text = base64_of(a, bytes, n);
    if (n == 0)
        return;
    fuzz_must(base64_read(a, text, strlen(text), &again, &m));
    fuzz_must(n == m && memcmp(bytes, again, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const asks[])(struct arena *, const uint8_t *,
                                size_t) = {gunzip, metadata, base64, gzip};
    static struct arena a;
    if (size < 1)
        return 0;
    asks[data[0] & 3](&a, data + 1, size - 1);
    arena_reset(&a);
    return 0;
}
