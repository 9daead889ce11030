/* base64: see the header. */
#include "core/base/base64.h"

#include "core/base/err.h"

#include <gnutls/gnutls.h>

char *base64_of(struct arena *a, const void *bytes, size_t n)
{
    gnutls_datum_t in = {(unsigned char *)(uintptr_t)bytes, (unsigned)n}, out = {NULL, 0};
    if (gnutls_base64_encode2(&in, &out) != 0)
        err_die("base64", "out of memory");
    char *text = arena_strndup(a, (const char *)out.data, out.size);
    gnutls_free(out.data);
    return text;
}

bool base64_read(struct arena *a, const char *text, size_t n, uint8_t **ret,
                 size_t *ret_n)
{
    gnutls_datum_t in = {(unsigned char *)(uintptr_t)text, (unsigned)n}, out = {NULL, 0};
    if (n == 0 || n > BASE64_MOST || gnutls_base64_decode2(&in, &out) != 0)
        return false;
    *ret = arena_memdup(a, out.data, out.size);
    *ret_n = out.size;
    gnutls_free(out.data);
    return true;
}
