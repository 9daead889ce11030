/* text: see the header. */
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static size_t utf8_step(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return s[0] ? 1 : 0;
    size_t need = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || n < need)
        return 0;
    for (size_t i = 1; i < need; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return need;
}

/* How many of the n bytes, in whole eights from the first, are ASCII and not NUL. */
static size_t ascii_eights(const unsigned char *s, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    size_t at = 0;
    for (uint64_t eight; n - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, s + at, sizeof eight);
        if ((eight | (eight - ones)) & highs)
            break;
    }
    return at;
}

bool text_is_utf8(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t plain = ascii_eights(p, n);
    p += plain;
    n -= plain;
    while (n > 0) {
        size_t step = utf8_step(p, n);
        if (step == 0)
            return false;
        p += step;
        n -= step;
    }
    return true;
}

const char *text_mended(struct arena *a, const char *s)
{
    static const char unknown[] = "\xEF\xBF\xBD";
    size_t n = s ? strlen(s) : 0, len = 0;
    if (n == 0 || text_is_utf8(s, n))
        return s;
    char *out = arena_alloc(a, 3 * n + 1);
    for (size_t i = 0, step; i < n; i += step ? step : 1) {
        step = utf8_step((const unsigned char *)s + i, n - i);
        memcpy(out + len, step ? s + i : unknown, step ? step : 3);
        len += step ? step : 3;
    }
    out[len] = '\0';
    return out;
}

size_t text_mark(const char *s, size_t n)
{
    return n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

size_t text_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

bool text_int(const char *s, int64_t *ret)
{
    bool minus = *s == '-';
    if (minus)
        s++;
    if (!*s)
        return false;
    int64_t value = 0;
    for (; *s; s++) {
        if (*s < '0' || *s > '9')
            return false;
        int digit = *s - '0';
        if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
            __builtin_sub_overflow(value, (int64_t)digit, &value))
            return false;
    }
    if (!minus && __builtin_sub_overflow((int64_t)0, value, &value))
        return false;
    *ret = value;
    return true;
}

bool text_e7(const char *s, size_t n, int64_t *ret)
{
    size_t i = 0;
    bool minus = n > 0 && s[0] == '-';
    if (minus || (n > 0 && s[0] == '+'))
        i++;
    int64_t value = 0;
    size_t whole = 0, places = 0, digits = 0;
    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++, whole++, digits++)
        if (whole >= 4)
            return false;
        else
            value = value * 10 + (s[i] - '0');
    bool round_up = false;
    if (i < n && s[i] == '.')
        for (i++; i < n && s[i] >= '0' && s[i] <= '9'; i++, digits++) {
            if (places < 7)
                value = value * 10 + (s[i] - '0');
            else if (places == 7)
                round_up = s[i] >= '5';
            places++;
        }
    if (i != n || digits == 0)
        return false;
    for (; places < 7; places++)
        value *= 10;
    value += round_up;
    *ret = minus ? -value : value;
    return true;
}

void text_from_e7(int64_t value, char out[32])
{
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char text[32], *at = text + sizeof text;
    bool digits = false; /* a place that is not an ending zero stands already */
    for (int place = 0; place < 7; place++, left /= 10) {
        digits = digits || left % 10;
        if (digits)
            *--at = (char)('0' + left % 10);
    }
    if (digits)
        *--at = '.';
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        *--at = '-';
    size_t n = (size_t)(text + sizeof text - at);
    memcpy(out, at, n);
    out[n] = '\0';
}

bool text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool text_equal(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

void text_hex(const void *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool text_unhex(const char *hex, void *out, size_t n)
{
    unsigned char *p = out;
    if (strnlen(hex, 2 * n + 1) != 2 * n)
        return false;
    for (size_t i = 0; i < 2 * n; i++)
        if (hex_value(hex[i]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(hex_value(hex[2 * i]) * 16 + hex_value(hex[2 * i + 1]));
    return true;
}

/* ---- Danish order --------------------------------------------------------------- */

/* The weight of the letter at *s, which is moved past it: a..z as 1..26 times 4, then
 * ae, oe, aa-ring; other characters by code below and above the letters. */
static unsigned danish_weight(const unsigned char **s)
{
    const unsigned char *p = *s;
    if ((p[0] == 'a' || p[0] == 'A') && (p[1] == 'a' || p[1] == 'A')) {
        *s = p + 2;
        return 403;
    }
    if (p[0] == 0xC3 && p[1]) {
        *s = p + 2;
        switch (p[1]) {
        case 0xA6: case 0x86: return 401;                 /* ae */
        case 0xB8: case 0x98: case 0xB6: case 0x96: return 402; /* oe */
        case 0xA5: case 0x85: return 403;                 /* aa */
        case 0xA4: case 0x84: return 401;
        case 0xA9: case 0x89: case 0xA8: case 0x88: return 300 + ('e' - 'a');
        case 0xBC: case 0x9C: return 300 + ('y' - 'a');
        default: return 500u + p[1];
        }
    }
    *s = p + 1;
    if (isalpha(p[0]))
        return 300u + (unsigned)(tolower(p[0]) - 'a');
    return p[0] < 0x80 ? p[0] : 600u + p[0];
}

int text_compare_danish(const char *a, const char *b)
{
    const unsigned char *p = (const unsigned char *)a;
    const unsigned char *q = (const unsigned char *)b;
    while (*p && *q) {
        unsigned x = danish_weight(&p), y = danish_weight(&q);
        if (x != y)
            return x < y ? -1 : 1;
    }
    if (*p || *q)
        return *p ? 1 : -1;
    return strcmp(a, b);
}

char *text_lowered(struct arena *a, const char *s)
{
    char *copy = arena_strdup(a, s);
    text_lower(copy);
    return copy;
}

void text_lower(char *s)
{
    for (unsigned char *p = (unsigned char *)s; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (unsigned char)(*p + 32);
        else if (*p == 0xC3 && p[1] >= 0x80 && p[1] <= 0x9E && p[1] != 0x97)
            p[1] = (unsigned char)(p[1] + 32);
}
