/* wire: see the header. */
#include "sync/wire.h"

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 };

void wire_gzip(struct buf *out, const void *bytes, size_t n)
{
    z_stream z = {0};
    if (deflateInit2(&z, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        err_die("wire", "no zlib");
    uLong bound = deflateBound(&z, (uLong)n);
    buf_reserve(out, bound);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)out->data + out->len;
    z.avail_out = (uInt)bound;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        err_die("wire", "deflate");
    out->len += z.total_out;
    out->data[out->len] = '\0';
    deflateEnd(&z);
}

bool wire_gunzip(struct buf *out, const void *bytes, size_t n, size_t most,
                 struct err *err)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)n};
    char step[16384];
    size_t total = 0;
    int code = Z_OK;
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        err_die("wire", "no zlib");
    while (code == Z_OK) {
        z.next_out = (Bytef *)step;
        z.avail_out = sizeof step;
        code = inflate(&z, Z_NO_FLUSH);
        size_t got = sizeof step - z.avail_out;
        total += got;
        if (total > most)
            break;
        buf_add(out, step, got);
    }
    bool whole = code == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
    if (total > most)
        return err_set(err, ERR_TOO_LARGE, "wire.too_large", NULL);
    return whole || err_set(err, ERR_INPUT, "wire.not_gzip", NULL);
}

void wire_key_line(struct buf *out, const uint8_t origin[RECORD_ORIGIN],
                   const uint8_t key[SIGN_PUBLIC])
{
    char origin_hex[RECORD_ORIGIN_HEX], key_hex[2 * SIGN_PUBLIC + 1];
    text_hex(origin, RECORD_ORIGIN, origin_hex);
    text_hex(key, SIGN_PUBLIC, key_hex);
    buf_printf(out, "{\"origin\":\"%s\",\"key\":\"%s\"}\n", origin_hex, key_hex);
}

static void name_line(struct buf *out, const char *name, const char *value)
{
    struct json_out o = JSON_OUT(out);
    json_open(&o, NULL, '{');
    json_str(&o, name, value);
    json_close(&o, '}');
    buf_char(out, '\n');
}

void wire_covered_line(struct buf *out, const char *sha256)
{
    name_line(out, "covered", sha256);
}

void wire_drop_line(struct buf *out, const char *subject)
{
    name_line(out, "drop", subject);
}

void wire_lost_line(struct buf *out, const uint8_t origin[RECORD_ORIGIN], int64_t seq)
{
    char name[RECORD_ORIGIN_HEX + 24], hex[RECORD_ORIGIN_HEX];
    text_hex(origin, RECORD_ORIGIN, hex);
    snprintf(name, sizeof name, "%s:%lld", hex, (long long)seq);
    name_line(out, "lost", name);
}

/* "ORIGIN:SEQ" */
static bool read_lost(const char *name, struct wire_line *ret)
{
    char hex[RECORD_ORIGIN_HEX];
    const size_t n = RECORD_ORIGIN_HEX - 1;
    if (strlen(name) < n + 2 || name[n] != ':')
        return false;
    memcpy(hex, name, n);
    hex[n] = '\0';
    return text_unhex(hex, ret->origin, RECORD_ORIGIN) &&
           text_int(name + n + 1, &ret->lost) && ret->lost > 0;
}

static bool read_object(struct arena *a, const char *line, size_t len,
                        struct wire_line *ret, struct err *err)
{
    cJSON *tree;
    if (!json_parse(line, len, &tree, err))
        return false;
    ret->drop = arena_strdup(a, json_text(tree, "drop"));
    ret->covered = arena_strdup(a, json_text(tree, "covered"));
    if (ret->drop || ret->covered) {
        json_free(tree);
        return !ret->covered || digest_is_hex(ret->covered) ||
               err_set(err, ERR_INPUT, "record.bad_line", NULL);
    }
    const char *lost = json_text(tree, "lost");
    if (lost) {
        bool read = read_lost(lost, ret);
        json_free(tree);
        return read || err_set(err, ERR_INPUT, "record.bad_line", NULL);
    }
    const char *origin = json_text(tree, "origin"), *key = json_text(tree, "key");
    ret->unknown = !origin && !key;
    ret->is_key = !ret->unknown;
    bool ok = ret->unknown ||
              (origin && key && text_unhex(origin, ret->origin, RECORD_ORIGIN) &&
               text_unhex(key, ret->key, SIGN_PUBLIC));
    json_free(tree);
    return ok || err_set(err, ERR_INPUT, "record.bad_line", NULL);
}

static bool read_plain(const char *line, size_t len, struct wire_line *ret,
                       struct err *err)
{
    cJSON *tree;
    if (!json_parse(line, len, &tree, err))
        return false;
    json_free(tree);
    ret->unknown = true;
    return true;
}

bool wire_read_line(struct arena *a, const char *line, size_t len,
                    struct wire_line *ret, struct err *err)
{
    *ret = (struct wire_line){0};
    if (len > 0 && line[0] == '{')
        return read_object(a, line, len, ret, err);
    if (len > 0 && line[0] != '[')
        return read_plain(line, len, ret, err);
    return record_of_line(a, line, len, &ret->record, err);
}

const char *wire_metadata(struct arena *a, const char *header, const char *name)
{
    size_t len = strlen(name);
    for (const char *s = header; s && *s;) {
        s += strspn(s, " ,");
        size_t n = strcspn(s, ",");
        if (n > len && strncmp(s, name, len) == 0 && s[len] == ' ') {
            uint8_t *bytes;
            size_t count;
            if (!base64_read(a, s + len + 1, n - len - 1, &bytes, &count) ||
                !text_is_utf8((char *)bytes, count))
                return NULL;
            return arena_strndup(a, (char *)bytes, count);
        }
        s += n;
    }
    return NULL;
}
