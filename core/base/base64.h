/* base64: RFC 4648 section 4, padded and without line breaks, by libsodium. */
#ifndef LYGTE_BASE_BASE64_H
#define LYGTE_BASE_BASE64_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE64_MOST = 4096 }; /* characters that are read */

/* In a; ends with '\0'. */
char *base64_of(struct arena *a, const void *bytes, size_t n);
/* *ret lies in a. False, with *ret untouched, when it is longer than BASE64_MOST or no
 * base64; there is no sentence for it here. */
bool base64_read(struct arena *a, const char *text, size_t n, uint8_t **ret,
                 size_t *ret_n);

#endif
