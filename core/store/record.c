/* record: see the header. */
#include "core/store/record.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/uid.h"

#include <string.h>

enum { SUBJECT_MOST = 127 }; /* bytes; a rebuild remembers the last one it folded */

static const struct field head_fields[] = {
    {"v", FIELD_INT, 1, 1000, FIELD_REQUIRED, NULL},
    {"origin", FIELD_TEXT, 32, 32, FIELD_REQUIRED, NULL},
    {"seq", FIELD_INT, 1, INT64_C(1) << 52, FIELD_REQUIRED, NULL},
    {"prev", FIELD_SHA256, 0, 0, FIELD_REQUIRED | FIELD_NULLABLE, NULL},
    {"tick", FIELD_INT, 1, INT64_C(1) << 52, FIELD_REQUIRED, NULL},
    {"at", FIELD_INT, -(INT64_C(1) << 52), INT64_C(1) << 52, FIELD_REQUIRED, NULL},
    {"clock", FIELD_WORD, 0, 0, FIELD_REQUIRED, "gnss ntp set unknown"},
    {"boot", FIELD_TEXT, 0, 64, FIELD_REQUIRED, NULL},
    {"mono", FIELD_INT, 0, INT64_C(1) << 52, FIELD_REQUIRED, NULL},
    {"by", FIELD_OBJECT, 0, 0, FIELD_REQUIRED, NULL},
    {"kind", FIELD_TEXT, 3, 64, FIELD_REQUIRED, NULL},
    {"subject", FIELD_TEXT, 1, 80, FIELD_REQUIRED, NULL},
    {"body", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL},
};
static const struct field by_fields[] = {
    {"role", FIELD_TEXT, 0, 40, FIELD_REQUIRED, NULL},
    {"organisation", FIELD_TEXT, 0, 80, 0, NULL},
};

void record_origin_of(const uint8_t key[SIGN_PUBLIC], uint8_t out[RECORD_ORIGIN])
{
    uint8_t hash[DIGEST_SIZE];
    digest_of(key, SIGN_PUBLIC, hash);
    memcpy(out, hash, RECORD_ORIGIN);
}

/* ---- writing --------------------------------------------------------------------- */

/* {"salt":"..."} with the wish's members after it. */
static void write_body(struct buf *out, const char *body)
{
    uint8_t salt[16];
    char hex[33];
    sign_random(salt, sizeof salt);
    text_hex(salt, sizeof salt, hex);
    buf_printf(out, "{\"salt\":\"%s\"", hex);
    if (body[0] == '{' && body[1] != '}') {
        buf_char(out, ',');
        buf_str(out, body + 1);
    } else {
        buf_char(out, '}');
    }
}

/* All of a new record that does not hang on its bytes. */
static struct record begin(struct arena *a, const struct record_wish *wish,
                           const struct record_place *place)
{
    struct clock_reading now = clock_now();
    struct record r = {
        .seq = place->seq,
        .tick = place->tick,
        .at_ms = wish->at_ms == INT64_MIN ? now.utc_ms : wish->at_ms,
        .mono_ms = now.mono_ms,
        .clock = now.trust,
        .boot = clock_boot_id(),
        .by_role = wish->by_role ? arena_strdup(a, wish->by_role) : "",
        .by_org = wish->by_org ? arena_strdup(a, wish->by_org) : "",
        .kind = arena_strdup(a, wish->kind),
        .subject = arena_strdup(a, wish->subject),
    };
    memcpy(r.origin, place->origin, RECORD_ORIGIN);
    if (r.seq > 1)
        memcpy(r.prev, place->prev, DIGEST_SIZE);
    return r;
}

static void write_head(struct buf *out, const struct record *r, const char *body_hash)
{
    char hex[DIGEST_HEX];
    struct json_out o = JSON_OUT(out);
    json_open(&o, NULL, '{');
    json_num(&o, "v", RECORD_VERSION);
    text_hex(r->origin, RECORD_ORIGIN, hex);
    json_str(&o, "origin", hex);
    json_num(&o, "seq", r->seq);
    text_hex(r->prev, DIGEST_SIZE, hex);
    json_str(&o, "prev", r->seq > 1 ? hex : NULL);
    json_num(&o, "tick", r->tick);
    json_num(&o, "at", r->at_ms);
    json_str(&o, "clock", r->clock);
    json_str(&o, "boot", r->boot);
    json_num(&o, "mono", r->mono_ms);
    json_open(&o, "by", '{');
    json_str(&o, "role", r->by_role);
    json_str(&o, "organisation", r->by_org);
    json_close(&o, '}');
    json_str(&o, "kind", r->kind);
    json_str(&o, "subject", r->subject);
    json_str(&o, "body", body_hash);
    json_close(&o, '}');
}

static bool text_fits(const char *s, size_t least, size_t most)
{
    size_t n = s ? strlen(s) : 0;
    return n >= least && n <= most && (n == 0 || text_is_utf8(s, n));
}

static bool number_fits(int64_t n, int64_t least)
{
    return n >= least && n <= INT64_C(1) << 52;
}

/* True when the head is surely of the form below: limits there count characters. */
static bool plainly_right(const struct record *r)
{
    return number_fits(r->seq, 1) && number_fits(r->tick, 1) &&
           number_fits(r->at_ms, -(INT64_C(1) << 52)) && text_fits(r->kind, 3, 64) &&
           text_fits(r->subject, 1, 80) && text_fits(r->by_role, 0, 40) &&
           text_fits(r->by_org, 0, 80);
}

/* What is not plainly right is read like a stranger's, which says what is wrong. */
bool record_write(struct arena *a, const struct record_wish *wish,
                  const struct record_place *place, const uint8_t secret[SIGN_SECRET],
                  struct record *ret, struct err *err)
{
    struct buf body = BUF_INIT, head = BUF_INIT;
    char body_hash[DIGEST_HEX];
    struct record r = begin(a, wish, place);
    write_body(&body, wish->body);
    digest_hex_of(body.data, body.len, body_hash);
    write_head(&head, &r, body_hash);
    bool ok = body.len + head.len <= RECORD_MOST;
    if (ok) {
        r.head = buf_dup(&head, a);
        r.head_len = head.len;
        r.body = buf_dup(&body, a);
        r.body_len = body.len;
        digest_of(r.head, r.head_len, r.hash);
        sign_make(r.hash, sizeof r.hash, secret, r.sig);
        ok = plainly_right(&r) || record_read(a, r.head, r.head_len, r.body, r.body_len,
                                              r.sig, &r, err);
    } else {
        err_set(err, ERR_TOO_LARGE, "record.too_large", wish->kind, NULL);
    }
    if (ok)
        *ret = r;
    buf_release(&body);
    buf_release(&head);
    return ok;
}

/* ---- reading --------------------------------------------------------------------- */

static bool read_members(struct arena *a, const cJSON *tree, struct record *r)
{
    const cJSON *by = json_object(tree, "by");
    const char *prev = json_text(tree, "prev");
    r->seq = json_int(tree, "seq", 0);
    r->tick = json_int(tree, "tick", 0);
    r->at_ms = json_int(tree, "at", 0);
    r->mono_ms = json_int(tree, "mono", 0);
    r->clock = arena_strdup(a, json_text(tree, "clock"));
    r->boot = arena_strdup(a, json_text(tree, "boot"));
    r->by_role = arena_strdup(a, json_text(by, "role"));
    r->by_org = json_text(by, "organisation")
                    ? arena_strdup(a, json_text(by, "organisation"))
                    : "";
    r->kind = arena_strdup(a, json_text(tree, "kind"));
    r->subject = arena_strdup(a, json_text(tree, "subject"));
    if (!text_unhex(json_text(tree, "origin"), r->origin, RECORD_ORIGIN))
        return false;
    if (strlen(r->subject) > SUBJECT_MOST)
        return false;
    if ((r->seq == 1) != (prev == NULL))
        return false;
    return !prev || text_unhex(prev, r->prev, DIGEST_SIZE);
}

static bool body_fits(const cJSON *tree, const char *body, size_t body_len)
{
    char hex[DIGEST_HEX];
    digest_hex_of(body, body_len, hex);
    return strcmp(hex, json_text(tree, "body")) == 0;
}

bool record_read(struct arena *a, const char *head, size_t head_len, const char *body,
                 size_t body_len, const uint8_t sig[SIGN_SIZE], struct record *ret,
                 struct err *err)
{
    if (head_len + body_len > RECORD_MOST)
        return err_set(err, ERR_TOO_LARGE, "record.too_large", "", NULL);
    cJSON *tree;
    if (!json_parse(head, head_len, &tree, err))
        return false;
    struct record r = {head, head_len, body, body_len, .seq = 0};
    bool ok = field_check(tree, head_fields, FIELD_COUNT(head_fields), err) &&
              field_check(json_object(tree, "by"), by_fields, FIELD_COUNT(by_fields), err);
    if (ok && !read_members(a, tree, &r))
        ok = err_set(err, ERR_INPUT, "record.bad_head", NULL);
    if (ok && body && !body_fits(tree, body, body_len))
        ok = err_set(err, ERR_CHECKSUM, "record.body_differs", NULL);
    json_free(tree);
    if (!ok)
        return false;
    memcpy(r.sig, sig, SIGN_SIZE);
    digest_of(head, head_len, r.hash);
    *ret = r;
    return true;
}

bool record_is_spoilt(const struct err *e)
{
    return e->code == ERR_CHECKSUM || e->code == ERR_INPUT || e->code == ERR_TOO_LARGE;
}

/* ---- lines ----------------------------------------------------------------------- */

void record_line(const struct record *r, struct buf *out)
{
    char sig[2 * SIGN_SIZE + 1];
    text_hex(r->sig, SIGN_SIZE, sig);
    buf_char(out, '[');
    json_quote(out, r->head, r->head_len);
    buf_char(out, ',');
    if (r->body)
        json_quote(out, r->body, r->body_len);
    else
        buf_str(out, "null");
    buf_printf(out, ",\"%s\"]", sig);
}

bool record_of_line(struct arena *a, const char *line, size_t len, struct record *ret,
                    struct err *err)
{
    cJSON *tree;
    if (!json_parse(line, len, &tree, err))
        return false;
    const cJSON *head = cJSON_GetArrayItem(tree, 0);
    const cJSON *body = cJSON_GetArrayItem(tree, 1);
    const cJSON *sig = cJSON_GetArrayItem(tree, 2);
    uint8_t sig_bytes[SIGN_SIZE];
    bool ok = cJSON_IsArray(tree) && cJSON_GetArraySize(tree) == 3 &&
              cJSON_IsString(head) && (cJSON_IsString(body) || cJSON_IsNull(body)) &&
              cJSON_IsString(sig) && text_unhex(sig->valuestring, sig_bytes, SIGN_SIZE);
    if (!ok) {
        err_set(err, ERR_INPUT, "record.bad_line", NULL);
    } else {
        char *head_text = arena_strdup(a, head->valuestring);
        char *body_text = arena_strdup(a, body->valuestring);
        ok = record_read(a, head_text, strlen(head_text), body_text,
                         body_text ? strlen(body_text) : 0, sig_bytes, ret, err);
    }
    json_free(tree);
    return ok;
}
