/* json_write: the writer. What it wrote can be read as JSON, whatever it was handed. */
#include "core/base/json.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* Is one of eight characters below 0x20, a quote or a backslash? A byte that is less than
 * what is taken from it borrows into its highest bit; from 0x80 on they are letters. */
static bool has_special(uint64_t eight)
{
    const uint64_t ones = UINT64_MAX / 0xFF;
    uint64_t quote = eight ^ (ones * '"'), slash = eight ^ (ones * '\\');
    uint64_t borrowed = ((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) |
                        ((slash - ones) & ~slash);
    return borrowed & (ones * 0x80);
}

static bool all_plain(const char *value, size_t n)
{
    size_t i = 0;
    for (uint64_t eight; i + sizeof eight <= n; i += sizeof eight) {
        memcpy(&eight, value + i, sizeof eight);
        if (has_special(eight))
            return false;
    }
    while (i < n && is_plain((unsigned char)value[i]))
        i++;
    return i == n;
}

/* Nearly all text is plain: it is copied in one go. */
static bool quote_plain(struct buf *b, const char *value, size_t n)
{
    if (!all_plain(value, n))
        return false;
    buf_reserve(b, n + 2);
    char *to = b->data + b->len;
    to[0] = '"';
    memcpy(to + 1, value, n);
    to[n + 1] = '"';
    to[n + 2] = '\0';
    b->len += n + 2;
    return true;
}

void json_quote(struct buf *b, const char *value, size_t n)
{
    if (quote_plain(b, value, n))
        return;
    buf_char(b, '"');
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)value[i];
        if (is_plain(c))
            continue;
        buf_add(b, value + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_char(b, '\\');
            buf_char(b, (char)c);
        } else if (c == '\n') {
            buf_str(b, "\\n");
        } else if (c == '\t') {
            buf_str(b, "\\t");
        } else if (c == '\r') {
            buf_str(b, "\\r");
        } else {
            buf_printf(b, "\\u%04x", c);
        }
    }
    buf_add(b, value + from, n - from);
    buf_char(b, '"');
}

static void put_name(struct json_out *o, const char *name)
{
    if (o->comma[o->depth])
        buf_char(o->buf, ',');
    o->comma[o->depth] = true;
    if (name) {
        json_quote(o->buf, name, strlen(name));
        buf_char(o->buf, ':');
    }
}

void json_open(struct json_out *o, const char *name, char bracket)
{
    put_name(o, name);
    buf_char(o->buf, bracket);
    if (++o->depth >= sizeof o->comma / sizeof o->comma[0])
        err_die("json_open", "nested too deeply");
    o->comma[o->depth] = false;
}

void json_close(struct json_out *o, char bracket)
{
    buf_char(o->buf, bracket);
    o->depth--;
}

void json_strn(struct json_out *o, const char *name, const char *value, size_t n)
{
    put_name(o, name);
    json_quote(o->buf, value, n);
}

void json_str(struct json_out *o, const char *name, const char *value)
{
    if (value)
        json_strn(o, name, value, strlen(value));
    else
        json_null(o, name);
}

/* By hand: a list of points is mostly numbers, and printf reads its format twice. */
static void put_number(struct buf *b, int64_t value)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        text[--at] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        text[--at] = '-';
    buf_add(b, text + at, sizeof text - at);
}

void json_num(struct json_out *o, const char *name, int64_t value)
{
    put_name(o, name);
    put_number(o->buf, value);
}

void json_num_or_null(struct json_out *o, const char *name, int64_t value)
{
    if (value == INT64_MIN)
        json_null(o, name);
    else
        json_num(o, name, value);
}

void json_time(struct json_out *o, const char *name, int64_t utc_ms)
{
    char text[32];
    if (utc_ms != CLOCK_NONE)
        clock_format(utc_ms, text);
    json_str(o, name, utc_ms == CLOCK_NONE ? NULL : text);
}

void json_e7(struct json_out *o, const char *name, int64_t value_e7)
{
    char text[32];
    text_from_e7(value_e7, text);
    json_raw_unchecked(o, name, text);
}

void json_bool(struct json_out *o, const char *name, bool value)
{
    json_raw_unchecked(o, name, value ? "true" : "false");
}

void json_null(struct json_out *o, const char *name)
{
    json_raw_unchecked(o, name, "null");
}

void json_raw_unchecked(struct json_out *o, const char *name, const char *json)
{
    put_name(o, name);
    buf_str(o->buf, json);
}

/* Does this text read back as just this value? */
static bool reads_back(const char *text, double value)
{
    cJSON *again = cJSON_Parse(text);
    bool same = again && again->valuedouble == value;
    cJSON_Delete(again);
    return same;
}

/* The fewest digits that keep the value (cJSON prints 9007199254740991 as
 * 9.00719925474099e+15, and is content with nearly the same). Digits alone, beyond 2^53,
 * would be refused by json_parse: "e0" says that this is no integer. */
static void write_number(struct buf *b, const cJSON *item)
{
    int64_t whole;
    char text[40];
    if (json_as_int(item, &whole)) {
        put_number(b, whole);
        return;
    }
    int digits = 15;
    do
        snprintf(text, sizeof text, "%.*g", digits, item->valuedouble);
    while (++digits <= 17 && !reads_back(text, item->valuedouble));
    buf_str(b, text);
    if (!strpbrk(text, ".e"))
        buf_str(b, "e0");
}

/* Recursion is bounded: what json_parse read is at most JSON_DEPTH deep. */
static void write_tree(struct buf *b, const cJSON *item)
{
    bool object = cJSON_IsObject(item);
    if (cJSON_IsString(item)) {
        json_quote(b, item->valuestring, strlen(item->valuestring));
    } else if (cJSON_IsNumber(item)) {
        write_number(b, item);
    } else if (cJSON_IsRaw(item)) {
        buf_str(b, item->valuestring);
    } else if (object || cJSON_IsArray(item)) {
        buf_char(b, object ? '{' : '[');
        for (const cJSON *c = item->child; c; c = c->next) {
            if (c != item->child)
                buf_char(b, ',');
            if (object) {
                json_quote(b, c->string, strlen(c->string));
                buf_char(b, ':');
            }
            write_tree(b, c);
        }
        buf_char(b, object ? '}' : ']');
    } else {
        buf_str(b, cJSON_IsTrue(item) ? "true" : cJSON_IsFalse(item) ? "false" : "null");
    }
}

void json_tree(struct json_out *o, const char *name, const cJSON *tree)
{
    put_name(o, name);
    write_tree(o->buf, tree);
}
