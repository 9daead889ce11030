/* digest: see the header. */
#include "core/base/digest.h"

#include "core/base/text.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct digest {
    gnutls_hash_hd_t handle;
    gnutls_digest_algorithm_t algorithm;
};

static struct digest *start(gnutls_digest_algorithm_t algorithm)
{
    struct digest *d = malloc(sizeof *d);
    if (!d || gnutls_hash_init(&d->handle, algorithm) != 0)
        err_die("digest", "no such hash");
    d->algorithm = algorithm;
    return d;
}

struct digest *digest_start(void)
{
    return start(GNUTLS_DIG_SHA256);
}

struct digest *digest_start_named(const char *name)
{
    if (strcmp(name, "sha256") == 0)
        return start(GNUTLS_DIG_SHA256);
    return strcmp(name, "sha1") == 0 ? start(GNUTLS_DIG_SHA1) : NULL;
}

size_t digest_length(const struct digest *d)
{
    return gnutls_hash_get_len(d->algorithm);
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
    if (n > 0 && gnutls_hash(d->handle, bytes, n) != 0)
        err_die("digest", "hashing failed");
}

void digest_finish(struct digest *d, uint8_t out[DIGEST_SIZE])
{
    gnutls_hash_deinit(d->handle, out);
    free(d);
}

void digest_abandon(struct digest *d)
{
    uint8_t ignored[DIGEST_SIZE];
    if (d)
        digest_finish(d, ignored);
}

void digest_of(const void *bytes, size_t n, uint8_t out[DIGEST_SIZE])
{
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, n ? bytes : "", n, out) != 0)
        err_die("digest", "hashing failed");
}

void digest_hex_of(const void *bytes, size_t n, char out[DIGEST_HEX])
{
    uint8_t hash[DIGEST_SIZE];
    digest_of(bytes, n, hash);
    text_hex(hash, sizeof hash, out);
}

bool digest_of_fd(int fd, uint8_t out[DIGEST_SIZE], int64_t *ret_bytes, struct err *err)
{
    enum { STEP = 262144 };
    unsigned char *step = malloc(STEP);
    if (!step)
        err_die("digest", "out of memory");
    struct digest *d = digest_start();
    int64_t total = 0;
    for (;;) {
        ssize_t n = read(fd, step, STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            digest_abandon(d);
            free(step);
            return err_errno(err, "file.unreadable", "read");
        }
        if (n == 0)
            break;
        digest_add(d, step, (size_t)n);
        total += n;
    }
    digest_finish(d, out);
    free(step);
    if (ret_bytes)
        *ret_bytes = total;
    return true;
}

bool digest_is_hex(const char *text)
{
    return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}
