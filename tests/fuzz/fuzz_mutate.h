/* fuzz_mutate: JSON that is nearly right. What a target's text says is expanded (names
 * that stand for hashes and ids, thousands of brackets, kilobytes of text, by a byte or
 * two each), and values of it are twisted: another one, a wrong one, none, the same
 * member twice. With it an input reaches what lies behind the parser. */
#ifndef LYGTE_TESTS_FUZZ_MUTATE_H
#define LYGTE_TESTS_FUZZ_MUTATE_H

#include "core/base/buf.h"
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>

/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *Data, size_t Size, size_t MaxSize);
size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize,
                               unsigned int Seed);

enum {
    FUZZ_DEEP = 0x0E, /* and a byte n: 64 n opening brackets   */
    FUZZ_LONG = 0x0F, /* and a byte n: 512 n letters           */
    FUZZ_EXPANDED = 200000
};

/* Bytes below count stand for names (NULL: themselves). */
static void fuzz_expand(struct buf *out, const uint8_t *p, size_t n,
                        const char *const *names, size_t count)
{
    static char brackets[64], letters[512];
    memset(brackets, '[', sizeof brackets);
    memset(letters, 'x', sizeof letters);
    size_t most = out->len + FUZZ_EXPANDED;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < count && names[p[i]]) {
            buf_str(out, names[p[i]]);
        } else if ((p[i] == FUZZ_DEEP || p[i] == FUZZ_LONG) && i + 1 < n) {
            bool deep = p[i++] == FUZZ_DEEP;
            for (int k = 0; k < p[i] && out->len < most; k++)
                buf_add(out, deep ? brackets : letters,
                        deep ? sizeof brackets : sizeof letters);
        } else {
            buf_char(out, (char)p[i]);
        }
    }
}

static uint32_t fuzz_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* ---- values ------------------------------------------------------------------------ */

struct fuzz_value {
    size_t at, end;
    size_t member; /* where its name begins, at when it has none */
};

/* The end of the value that begins at `at`. */
static size_t fuzz_value_end(const uint8_t *p, size_t n, size_t at)
{
    int depth = 0;
    bool text = false;
    for (size_t i = at; i < n; i++) {
        if (text) {
            i += p[i] == '\\';
            text = i >= n || p[i] != '"';
        } else if (p[i] == '"') {
            text = true;
        } else if (p[i] == '[' || p[i] == '{') {
            depth++;
        } else if (p[i] == ']' || p[i] == '}') {
            if (depth == 0)
                return i;
            depth--;
        } else if (p[i] == ',' && depth == 0) {
            return i;
        }
    }
    return n;
}

/* Up to `most` values; strings are not told from what stands in them, which is fine. */
static size_t fuzz_values(const uint8_t *p, size_t n, struct fuzz_value *list,
                          size_t most)
{
    size_t count = 0, name = 0;
    for (size_t i = 0; i + 1 < n && count < most; i++) {
        if (p[i] == '"' && (i == 0 || p[i - 1] == '{' || p[i - 1] == ','))
            name = i;
        if (p[i] != ':' && p[i] != ',' && p[i] != '[')
            continue;
        size_t end = fuzz_value_end(p, n, i + 1);
        if (end > i + 1)
            list[count++] = (struct fuzz_value){i + 1, end, p[i] == ':' ? name : i + 1};
    }
    return count;
}

static const char *const fuzz_odd[] = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "-0",
    "1",
    "2",
    "7",
    "0.5",
    "1e309",
    "1e-9",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551616",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\xFF\xFE\"",
    "\"\xC0\x80\"",
    "\"\xED\xA0\x80\"",
    "\"\xC3\"",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "{\"\":0}",
    "\"\x0F\x02\"",
    "\"\x0F\x80\"",
    "\x0E\x02",
    "\x0E\x9D",
    "\"\x01\"",
    "\"\x02\"",
    "\"\x03\"",
    "\"\x04\"",
    "\"\x05\"",
    "\"\x06\"",
    "[\"\x01\"]",
    "[\"\x04\"]",
    "[\"\x03\",\"\x03\"]",
    "[1,2,\"\x04\",\"\x05\"]",
    "\"018c2f10-0000-7000-8000-000000000002\"",
    "\"01A\"",
    "\"verified\"",
    "\"erased\"",
    "\"device\"",
    "\"registry\"",
    "\"BEL01\"",
    "\"x",
    "",
};

static size_t fuzz_join(uint8_t *out, size_t room, const void *const *part,
                        const size_t *size, size_t parts)
{
    size_t n = 0;
    for (size_t i = 0; i < parts; i++) {
        size_t some = size[i] < room - n ? size[i] : room - n;
        if (some)
            memcpy(out + n, part[i], some);
        n += some;
    }
    return n;
}

/* p with bytes [at, end) replaced by the new ones. */
static size_t fuzz_put(uint8_t *out, size_t room, const uint8_t *p, size_t n, size_t at,
                       size_t end, const void *new, size_t new_size)
{
    const void *const part[] = {p, new, p + end};
    const size_t size[] = {at, new_size, n - end};
    return fuzz_join(out, room, part, size, 3);
}

/* p with one value or member twisted, in out. */
static size_t fuzz_twist(const uint8_t *p, size_t n, uint8_t *out, size_t room,
                         uint32_t *state)
{
    struct fuzz_value list[64];
    size_t count = fuzz_values(p, n, list, 64);
    if (count == 0)
        return fuzz_put(out, room, p, n, n, n, "{}", 2);
    const struct fuzz_value *v = &list[fuzz_random(state) % count];
    const struct fuzz_value *w = &list[fuzz_random(state) % count];
    const char *odd =
        fuzz_odd[fuzz_random(state) % (sizeof fuzz_odd / sizeof fuzz_odd[0])];
    switch (fuzz_random(state) % 8) {
    case 0: /* gone, with its comma */
        return fuzz_put(out, room, p, n, v->member,
                        v->end + (v->end < n && p[v->end] == ','), "", 0);
    case 1: { /* twice */
        const void *const part[] = {p, ",", p + v->member, p + v->end};
        const size_t size[] = {v->end, 1, v->end - v->member, n - v->end};
        return fuzz_join(out, room, part, size, 4);
    }
    case 2: /* what stands elsewhere */
        return fuzz_put(out, room, p, n, v->at, v->end, p + w->at, w->end - w->at);
    case 3: { /* one deeper */
        const void *const part[] = {p, "[", p + v->at, "]", p + v->end};
        const size_t size[] = {v->at, 1, v->end - v->at, 1, n - v->end};
        return fuzz_join(out, room, part, size, 5);
    }
    default:
        return fuzz_put(out, room, p, n, v->at, v->end, odd, strlen(odd));
    }
}

/* Twists bytes [at, end) of data. */
static size_t fuzz_twist_in(uint8_t *data, size_t size, size_t most, size_t at,
                            size_t end, uint32_t *state)
{
    static uint8_t twisted[65536], whole[131072];
    size_t n = fuzz_twist(data + at, end - at, twisted, sizeof twisted, state);
    n = fuzz_put(whole, sizeof whole < most ? sizeof whole : most, data, size, at, end,
                 twisted, n);
    memcpy(data, whole, n);
    return n;
}

/* Puts bytes into data at `at`, as far as there is room. */
static UNUSED size_t fuzz_insert(uint8_t *data, size_t size, size_t most, size_t at,
                                 const void *bytes, size_t n)
{
    if (n > most - size)
        return size;
    memmove(data + at + n, data + at, size - at);
    memcpy(data + at, bytes, n);
    return size + n;
}

#endif
