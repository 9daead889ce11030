/* uid: see the header. */
#include "core/base/uid.h"

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/sign.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static void print(uint8_t b[16], int version, char out[UID_SIZE])
{
    b[6] = (uint8_t)((b[6] & 0x0F) | (version << 4));
    b[8] = (uint8_t)((b[8] & 0x3F) | 0x80);
    char hex[33];
    text_hex(b, 16, hex);
    snprintf(out, UID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
}

void uid_new(char out[UID_SIZE])
{
    uint8_t b[16];
    sign_random(b, sizeof b);
    uint64_t ms = (uint64_t)clock_utc_ms();
    for (int i = 0; i < 6; i++)
        b[i] = (uint8_t)(ms >> (40 - 8 * i));
    print(b, 7, out);
}

bool uid_is(const char *text)
{
    if (!text || strlen(text) != 36)
        return false;
    for (int i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !strchr("0123456789abcdef", text[i]))
            return false;
    }
    return true;
}

bool uid_is_tail(const char *text)
{
    size_t len = strlen(text);
    return len >= 6 && len < UID_SIZE && strspn(text, "0123456789abcdef-") == len;
}

bool uid_found_one(size_t n, const char *id, const char *unknown, const char *ambiguous,
                   struct err *err)
{
    if (n == 1)
        return true;
    return n == 0 ? err_set(err, ERR_NOT_FOUND, unknown, id, NULL)
                  : err_set(err, ERR_INPUT, ambiguous, id, NULL);
}

void uid_derive(const char *name, const char *from, char out[UID_SIZE])
{
    uint8_t hash[DIGEST_SIZE];
    struct digest *d = digest_start();
    digest_add(d, name, strlen(name) + 1);
    digest_add(d, from, strlen(from));
    digest_finish(d, hash);
    print(hash, 8, out);
}
