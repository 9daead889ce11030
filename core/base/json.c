/* json: the strict pre-scan and the accessors; the writer is json_write.c. */
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
