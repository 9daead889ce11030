/* json: one strict reader over cJSON, one small writer.
 *
 * Reading. cJSON alone lets duplicate keys, bad UTF-8, "\u0000", control characters,
 * a byte order mark and trailing bytes through. json_parse scans the
 * bytes first and refuses all of these, nesting over JSON_DEPTH, and numbers that a
 * double cannot hold exactly as integers beyond 2^53 (such numbers travel as strings).
 * The tree is allocated by cJSON and freed by json_free.
 *
 * Writing. Text goes straight into a buf, no tree in between; the writer keeps the
 * commas. Numbers are integers only, except json_e7 (degrees * 1e7 as a decimal).
 */
#ifndef LYGTE_BASE_JSON_H
#define LYGTE_BASE_JSON_H

#include "core/base/buf.h"
#include "core/base/err.h"

#include <cjson/cJSON.h>
#include <stdint.h>

enum { JSON_DEPTH = 32 };

/* Fails with ERR_INPUT "json.*", err.part = "byte N". */
bool json_parse(const char *text, size_t len, cJSON **ret, struct err *err);
void json_free(cJSON *tree); /* NULL is fine */

/* Members of an object by name; NULL when absent or of another type. */
const char *json_text(const cJSON *object, const char *name);
const cJSON *json_object(const cJSON *object, const char *name);
const cJSON *json_array(const cJSON *object, const char *name);
/* Whole numbers only, also as a decimal string; else fallback. */
int64_t json_int(const cJSON *object, const char *name, int64_t fallback);
bool json_has_int(const cJSON *object, const char *name);
bool json_true(const cJSON *object, const char *name);
/* A cJSON number or decimal string as an exact int64. */
bool json_as_int(const cJSON *item, int64_t *ret);

struct json_out {
    struct buf *buf;
    unsigned depth;
    bool comma[JSON_DEPTH + 4];
};

#define JSON_OUT(b) {.buf = (b)}

/* name is NULL for elements of arrays and for the outermost value. */
void json_open(struct json_out *o, const char *name, char bracket); /* '{' or '[' */
void json_close(struct json_out *o, char bracket);                  /* '}' or ']' */
void json_str(struct json_out *o, const char *name, const char *value); /* NULL: null */
void json_strn(struct json_out *o, const char *name, const char *value, size_t n);
void json_num(struct json_out *o, const char *name, int64_t value);
/* null for INT64_MIN. */
void json_num_or_null(struct json_out *o, const char *name, int64_t value);
/* As clock_format writes it; null for CLOCK_NONE. */
void json_time(struct json_out *o, const char *name, int64_t utc_ms);
void json_e7(struct json_out *o, const char *name, int64_t value_e7);
void json_bool(struct json_out *o, const char *name, bool value);
void json_null(struct json_out *o, const char *name);
/* Text that is JSON already; the name looks alarming because nothing is checked. */
void json_raw_unchecked(struct json_out *o, const char *name, const char *json);
/* A whole cJSON tree, members in their order. */
void json_tree(struct json_out *o, const char *name, const cJSON *tree);

/* Appends value as a quoted JSON string (no comma handling). */
void json_quote(struct buf *b, const char *value, size_t n);

#endif
