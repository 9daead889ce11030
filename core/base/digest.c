/* digest: see the header. */
#include "core/base/digest.h"

#include "core/base/text.h"

#include <errno.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct digest {
    const struct nettle_hash *hash;
    void *state;
};

static struct digest *start(const struct nettle_hash *hash)
{
    struct digest *d = malloc(sizeof *d + hash->context_size);
    if (!d)
        err_die("digest", "out of memory");
    *d = (struct digest){hash, d + 1};
    hash->init(d->state);
    return d;
}

struct digest *digest_start(void)
{
    return start(&nettle_sha256);
}

struct digest *digest_start_named(const char *name)
{
    if (strcmp(name, "sha256") == 0)
        return start(&nettle_sha256);
    return strcmp(name, "sha1") == 0 ? start(&nettle_sha1) : NULL;
}

size_t digest_length(const struct digest *d)
{
    return d->hash->digest_size;
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
    if (n > 0)
        d->hash->update(d->state, n, bytes);
}

void digest_finish(struct digest *d, uint8_t out[DIGEST_SIZE])
{
    d->hash->digest(d->state, d->hash->digest_size, out);
    free(d);
}

void digest_abandon(struct digest *d)
{
    free(d);
}

void digest_of(const void *bytes, size_t n, uint8_t out[DIGEST_SIZE])
{
    struct sha256_ctx state;
    sha256_init(&state);
    if (n > 0)
        sha256_update(&state, n, bytes);
    sha256_digest(&state, DIGEST_SIZE, out);
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
