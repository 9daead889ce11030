/* json: the strict pre-scan, the accessors and the writer. */
#include "core/base/json.h"

#include "core/base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the pre-scan: what cJSON lets through ------------------------------------ */

struct scan {
    const unsigned char *s;
    size_t len;
    size_t at;
    unsigned depth;
    const char *wrong; /* text key of the first fault */
};

static bool fail(struct scan *p, const char *key)
{
    if (!p->wrong)
        p->wrong = key;
    return false;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_space(struct scan *p)
{
    while (p->at < p->len && is_space(p->s[p->at]))
        p->at++;
}

/* At a backslash, which stays passed. cJSON reads "\\uzzzz" as NUL. */
static bool scan_escape(struct scan *p)
{
    if (++p->at >= p->len)
        return fail(p, "json.cut_short");
    if (p->s[p->at] != 'u')
        return true;
    if (p->len - p->at < 5)
        return fail(p, "json.cut_short");
    for (size_t i = 1; i <= 4; i++)
        if (!isxdigit(p->s[p->at + i]))
            return fail(p, "json.bad_value");
    return memcmp(p->s + p->at + 1, "0000", 4) != 0 || fail(p, "json.null_character");
}

static bool scan_string(struct scan *p)
{
    size_t start = ++p->at;
    bool ascii = true;
    for (unsigned char c; p->at < p->len && (c = p->s[p->at]) != '"'; p->at++) {
        if (c < 0x20)
            return fail(p, "json.control_character");
        if (c >= 0x80)
            ascii = false;
        else if (c == '\\' && !scan_escape(p))
            return false;
    }
    if (p->at >= p->len)
        return fail(p, "json.cut_short");
    if (!ascii && !text_is_utf8((const char *)p->s + start, p->at - start))
        return fail(p, "json.not_utf8");
    p->at++;
    return true;
}

static bool is_digit(const struct scan *p, size_t at)
{
    return at < p->len && p->s[at] >= '0' && p->s[at] <= '9';
}

/* Digits from `from` to here as a whole number: at most 2^53? */
static bool fits_double(const struct scan *p, size_t from)
{
    int64_t value = 0;
    for (size_t i = from; i < p->at; i++) {
        value = value * 10 + (p->s[i] - '0');
        if (value > INT64_C(1) << 53)
            return false;
    }
    return true;
}

/* The grammar of RFC 8259 section 6; integers beyond 2^53 must be strings. */
static bool scan_number(struct scan *p)
{
    size_t start = p->at;
    bool whole = true;
    if (p->s[p->at] == '-')
        p->at++;
    if (!is_digit(p, p->at))
        return fail(p, "json.bad_number");
    if (p->s[p->at] == '0' && is_digit(p, p->at + 1))
        return fail(p, "json.bad_number");
    while (is_digit(p, p->at))
        p->at++;
    if (p->at < p->len && p->s[p->at] == '.') {
        whole = false;
        p->at++;
        if (!is_digit(p, p->at))
            return fail(p, "json.bad_number");
        while (is_digit(p, p->at))
            p->at++;
    }
    if (p->at < p->len && (p->s[p->at] == 'e' || p->s[p->at] == 'E')) {
        whole = false;
        p->at++;
        if (p->at < p->len && (p->s[p->at] == '+' || p->s[p->at] == '-'))
            p->at++;
        if (!is_digit(p, p->at))
            return fail(p, "json.bad_number");
        while (is_digit(p, p->at))
            p->at++;
    }
    if (p->at - start > 40 || (whole && !fits_double(p, start + (p->s[start] == '-'))))
        return fail(p, "json.number_too_large");
    return true;
}

static bool scan_word(struct scan *p)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if (p->len - p->at >= n && memcmp(p->s + p->at, words[i], n) == 0) {
            p->at += n;
            return true;
        }
    }
    return fail(p, "json.bad_value");
}

static bool scan_value(struct scan *p);

static bool scan_member_name(struct scan *p)
{
    skip_space(p);
    if (p->at >= p->len || p->s[p->at] != '"')
        return fail(p, "json.bad_value");
    if (!scan_string(p))
        return false;
    skip_space(p);
    if (p->at >= p->len || p->s[p->at] != ':')
        return fail(p, "json.bad_value");
    p->at++;
    return true;
}

/* Recursion is bounded by JSON_DEPTH. */
static bool scan_container(struct scan *p, bool object)
{
    char end = object ? '}' : ']';
    if (++p->depth > JSON_DEPTH)
        return fail(p, "json.too_deep");
    p->at++;
    skip_space(p);
    if (p->at < p->len && p->s[p->at] == (unsigned char)end) {
        p->at++;
        p->depth--;
        return true;
    }
    for (;;) {
        if (object && !scan_member_name(p))
            return false;
        if (!scan_value(p))
            return false;
        skip_space(p);
        if (p->at >= p->len)
            return fail(p, "json.cut_short");
        if (p->s[p->at] == (unsigned char)end) {
            p->at++;
            p->depth--;
            return true;
        }
        if (p->s[p->at] != ',')
            return fail(p, "json.bad_value");
        p->at++;
    }
}

static bool scan_value(struct scan *p)
{
    skip_space(p);
    if (p->at >= p->len)
        return fail(p, "json.cut_short");
    switch (p->s[p->at]) {
    case '"':
        return scan_string(p);
    case '{':
        return scan_container(p, true);
    case '[':
        return scan_container(p, false);
    default:
        if (p->s[p->at] == '-' || is_digit(p, p->at))
            return scan_number(p);
        return scan_word(p);
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool few_have_twins(const cJSON *object)
{
    for (const cJSON *c = object->child; c; c = c->next)
        for (const cJSON *d = c->next; d; d = d->next)
            if (strcmp(c->string, d->string) == 0)
                return true;
    return false;
}

/* Few members, as objects have that people make, are compared in pairs; only many are
 * worth sorting. */
static bool object_has_twins(const cJSON *object)
{
    size_t n = 0;
    for (const cJSON *c = object->child; c; c = c->next)
        n++;
    if (n <= 24)
        return few_have_twins(object);
    const char **names = malloc(n * sizeof *names);
    if (!names)
        err_die("json", "out of memory");
    size_t i = 0;
    for (const cJSON *c = object->child; c; c = c->next)
        names[i++] = c->string;
    qsort(names, n, sizeof *names, compare_names);
    bool twins = false;
    for (i = 1; i < n && !twins; i++)
        twins = strcmp(names[i - 1], names[i]) == 0;
    free(names);
    return twins;
}

/* What shows only in the tree: NULL, or the text key of the fault. */
static const char *tree_fault(const cJSON *item)
{
    const char *fault = NULL;
    if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
        return "json.number_too_large";
    if (cJSON_IsObject(item) && object_has_twins(item))
        return "json.duplicate_name";
    if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
        return NULL;
    for (const cJSON *c = item->child; c && !fault; c = c->next)
        fault = tree_fault(c);
    return fault;
}

static bool refuse(struct err *err, const char *key, size_t at)
{
    char where[32];
    snprintf(where, sizeof where, "byte %zu", at + 1);
    err_set(err, ERR_INPUT, key, where, NULL);
    return err_part(err, where);
}

bool json_parse(const char *text, size_t len, cJSON **ret, struct err *err)
{
    struct scan p = {.s = (const unsigned char *)text, .len = len};
    bool good = scan_value(&p);
    if (good) {
        skip_space(&p);
        if (p.at != len)
            good = fail(&p, "json.trailing");
    }
    if (!good)
        return refuse(err, p.wrong, p.at);
    cJSON *tree = cJSON_ParseWithLength(text, len);
    if (!tree)
        return refuse(err, "json.bad_value", 0);
    const char *fault = tree_fault(tree);
    if (fault) {
        cJSON_Delete(tree);
        return refuse(err, fault, 0);
    }
    *ret = tree;
    return true;
}

void json_free(cJSON *tree)
{
    cJSON_Delete(tree);
}

/* ---- reading by name ----------------------------------------------------------- */

const char *json_text(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

const cJSON *json_object(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsObject(item) ? item : NULL;
}

const cJSON *json_array(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsArray(item) ? item : NULL;
}

bool json_as_int(const cJSON *item, int64_t *ret)
{
    if (cJSON_IsString(item))
        return text_int(item->valuestring, ret);
    if (!cJSON_IsNumber(item))
        return false;
    double d = item->valuedouble;
    if (d != floor(d) || d < -9007199254740992.0 || d > 9007199254740992.0)
        return false;
    *ret = (int64_t)d;
    return true;
}

bool json_has_int(const cJSON *object, const char *name)
{
    int64_t ignored;
    return json_as_int(cJSON_GetObjectItemCaseSensitive(object, name), &ignored);
}

int64_t json_int(const cJSON *object, const char *name, int64_t fallback)
{
    int64_t value = fallback;
    json_as_int(cJSON_GetObjectItemCaseSensitive(object, name), &value);
    return value;
}

bool json_true(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* ---- writing ------------------------------------------------------------------- */

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* Nearly all text is plain: it is copied in one go. */
static bool quote_plain(struct buf *b, const char *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_plain((unsigned char)value[i]))
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
