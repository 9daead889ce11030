/* digest: SHA-256 (FIPS 180-4) by Nettle, which is what GnuTLS computes with. */
#ifndef LYGTE_BASE_DIGEST_H
#define LYGTE_BASE_DIGEST_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32, DIGEST_HEX = 65 };

struct digest; /* one running hash */

struct digest *digest_start(void); /* never NULL */
/* "sha256", or "sha1" for the peers of tus, which demands it; NULL for another name. */
struct digest *digest_start_named(const char *name);
/* Bytes of the hash: 32 or 20. */
size_t digest_length(const struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t n);
/* Ends and frees it; out takes digest_length bytes. */
void digest_finish(struct digest *d, uint8_t out[DIGEST_SIZE]);
void digest_abandon(struct digest *d); /* NULL is fine */

void digest_of(const void *bytes, size_t n, uint8_t out[DIGEST_SIZE]);
void digest_hex_of(const void *bytes, size_t n, char out[DIGEST_HEX]);
/* The rest of an open file from its position; read in 256 KiB steps. */
bool digest_of_fd(int fd, uint8_t out[DIGEST_SIZE], int64_t *ret_bytes, struct err *err);
/* 64 lower-case hex digits? */
bool digest_is_hex(const char *text);

#endif
