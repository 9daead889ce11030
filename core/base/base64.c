/* base64: see the header. */
#include "core/base/base64.h"

#include <sodium.h>

char *base64_of(struct arena *a, const void *bytes, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    return sodium_bin2base64(arena_alloc(a, size), size, bytes, n,
                             sodium_base64_VARIANT_ORIGINAL);
}

bool base64_read(struct arena *a, const char *text, size_t n, uint8_t **ret,
                 size_t *ret_n)
{
    if (n == 0 || n > BASE64_MOST)
        return false;
    size_t most = n / 4 * 3, got;
    uint8_t *bytes = arena_alloc(a, most + 1);
    if (sodium_base642bin(bytes, most, text, n, NULL, &got, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    bytes[got] = '\0';
    *ret = bytes;
    *ret_n = got;
    return true;
}
