/* pair: a device makes itself known with a code (PROTOCOL 3). A registry admits it; a hub
 * only lets it send, and carries what it sends. */
#include "sync/server/host.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/feed.h"
#include "core/store/hold.h"
#include "core/store/local/care.h"
#include "core/store/local/carried.h"
#include "core/store/local/device.h"
#include "core/store/local/stranger.h"
#include "sync/wire.h"

#include <string.h>

static const struct field pair_fields[] = {
    {"code", FIELD_TEXT, 10, 40, FIELD_REQUIRED, NULL},
    {"name", FIELD_TEXT, 0, 80, 0, NULL},
    {"key", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL}, /* 32 bytes in hex */
    {"retired", FIELD_ARRAY, 0, WIRE_RETIRED_MOST, 0, NULL},
    {"salvaged", FIELD_OBJECT, 0, 0, 0, NULL},
};
static const struct field salvaged_fields[] = {
    {"at", FIELD_TIME, 0, 0, FIELD_REQUIRED, NULL},
    {"kept", FIELD_INT, 0, INT64_C(1) << 40, FIELD_REQUIRED, NULL},
    {"lost", FIELD_INT, 0, INT64_C(1) << 40, FIELD_REQUIRED, NULL},
};

/* The keys of origins the device's folder wrote by before: admitted like its own. */
static bool admit_key(struct store *s, struct arena *a, const char *hex,
                      const struct device *d, struct err *err)
{
    uint8_t key[SIGN_PUBLIC], origin[RECORD_ORIGIN];
    char subject[RECORD_ORIGIN_HEX];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    bool there = false, revoked = false;
    if (!hex || !text_unhex(hex, key, SIGN_PUBLIC))
        return err_set(err, ERR_INPUT, "field.not_sha256", "retired", NULL);
    record_origin_of(key, origin);
    text_hex(origin, RECORD_ORIGIN, subject);
    if (!hold_key(s, origin, key, err))
        return false;
    if (s->role == STORE_WALKER)
        return carried_add(s, origin, err);
    if (!admission_of(s, origin, &there, err) ||
        !admission_is_revoked(s, origin, &revoked, err) ||
        !device_writes_by(s, d->id, origin, err))
        return false;
    if (there && !revoked)
        return true;
    json_open(&o, NULL, '{');
    json_str(&o, "role", "device");
    json_str(&o, "scope", "");
    json_str(&o, "name", d->name);
    json_close(&o, '}');
    struct record_wish wish = {"origin.admit", subject, body.data, "registry", "",
                               INT64_MIN};
    bool ok = hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

static bool admit_retired(struct store *s, struct arena *a, const cJSON *keys,
                          const struct device *d, struct err *err)
{
    if (!keys || !keys->child)
        return true;
    if (!db_begin(&s->db, err))
        return false;
    bool ok = true;
    for (const cJSON *k = keys->child; ok && k; k = k->next)
        ok = admit_key(s, a, cJSON_IsString(k) ? k->valuestring : NULL, d, err);
    return db_end(&s->db, ok, err);
}

/* Its database was damaged and made anew: the desk shows it. */
static bool note_salvage(struct store *s, const struct device *d, const cJSON *told,
                         struct err *err)
{
    struct care_salvage v = {0, json_int(told, "kept", 0), json_int(told, "lost", 0)};
    if (!told || s->role != STORE_REGISTRY)
        return true;
    return field_check(told, salvaged_fields, FIELD_COUNT(salvaged_fields), err) &&
           clock_parse(json_text(told, "at"), &v.at_ms) &&
           care_salvage_told(s, d->id, &v, err);
}

enum { WRONG_MOST = 10, WRONG_WINDOW_MS = 60000 };

/* Ten wrong codes a minute for the whole registry. */
static bool throttled(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    int64_t oldest = h->wrong_ms[h->wrong_at];
    pthread_mutex_unlock(&h->lock);
    return oldest != 0 && clock_mono_ms() - oldest < WRONG_WINDOW_MS;
}

static void count_wrong(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    h->wrong_ms[h->wrong_at] = clock_mono_ms();
    h->wrong_at = (h->wrong_at + 1) % WRONG_MOST;
    pthread_mutex_unlock(&h->lock);
}

/* What only the police may read is sealed to this on the device (records.md 7). */
static bool write_sealing_keys(struct store *s, struct arena *a, struct json_out *o,
                               struct err *err)
{
    const char *key;
    if (!store_setting(s, a, "police_key", NULL, &key, err))
        return false;
    json_open(o, "sealing_keys", '{');
    if (key)
        json_str(o, "police", key);
    json_close(o, '}');
    return true;
}

int sync_pair(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct sync_host *h = q->app;
    struct store *s = q->worker;
    struct json_out o = JSON_OUT(&r->body);
    struct device_answer answer;
    uint8_t key[SIGN_PUBLIC];
    char hex[2 * SIGN_PUBLIC + 1];
    if (throttled(h)) {
        http_reply_header(r, "Retry-After", "60");
        err_set(err, ERR_BUSY, "pair.too_many", NULL);
        return 0;
    }
    if (!field_check(q->json, pair_fields, FIELD_COUNT(pair_fields), err))
        return 0;
    text_unhex(json_text(q->json, "key"), key, SIGN_PUBLIC); /* the form said hex */
    if (!device_pair(s, q->arena, json_text(q->json, "code"), json_text(q->json, "name"),
                     key, &answer, err)) {
        if (err->code == ERR_DENIED)
            count_wrong(h);
        return 0;
    }
    if (!admit_retired(s, q->arena, json_array(q->json, "retired"), &answer.device, err) ||
        !note_salvage(s, &answer.device, json_object(q->json, "salvaged"), err) ||
        !stranger_let_in(s, NULL, err))
        return 0;
    json_open(&o, NULL, '{');
    json_str(&o, "token", answer.token);
    sync_who(&o, h);
    if (h->courier)
        json_str(&o, "registry", s->registry);
    json_str(&o, "name", h->name);
    json_str(&o, "device", answer.device.name);
    text_hex(s->origin, RECORD_ORIGIN, hex);
    json_str(&o, "origin", hex);
    text_hex(s->key, SIGN_PUBLIC, hex);
    json_str(&o, "origin_key", hex);
    if (!write_sealing_keys(s, q->arena, &o, err))
        return 0;
    json_close(&o, '}');
    return 200;
}

/* ---- a new key ------------------------------------------------------------------- */

static const struct field renew_fields[] = {
    {"key", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL}, /* 32 bytes in hex */
    {"sig", FIELD_TEXT, 2 * SIGN_SIZE, 2 * SIGN_SIZE, FIELD_REQUIRED, NULL},
};

/* The token proves the device, the signature that whoever holds the present origin's key
 * chose the new one: neither alone is enough. */
static bool is_signed(struct store *s, const uint8_t *origin, const uint8_t *key,
                      const char *sig_hex, struct err *err)
{
    uint8_t old[SIGN_PUBLIC], sig[SIGN_SIZE], hash[DIGEST_SIZE];
    if (!feed_key(s, origin, old, err))
        return false;
    store_renewal_text(s->registry, origin, key, hash);
    return (text_unhex(sig_hex, sig, SIGN_SIZE) &&
            sign_check(hash, sizeof hash, old, sig)) ||
           err_set(err, ERR_DENIED, "pair.bad_renewal", NULL);
}

int sync_renew(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct store *s = q->worker;
    struct json_out o = JSON_OUT(&r->body);
    uint8_t key[SIGN_PUBLIC], origin[RECORD_ORIGIN];
    char hex[RECORD_ORIGIN_HEX];
    if (!field_check(q->json, renew_fields, FIELD_COUNT(renew_fields), err))
        return 0;
    text_unhex(json_text(q->json, "key"), key, SIGN_PUBLIC); /* the form said hex */
    record_origin_of(key, origin);
    bool again = memcmp(origin, actor->origin, RECORD_ORIGIN) == 0;
    if (!again &&
        (!is_signed(s, actor->origin, key, json_text(q->json, "sig"), err) ||
         !device_renew(s, q->arena, actor->device, key, err) ||
         !stranger_let_in(s, NULL, err)))
        return 0;
    text_hex(origin, RECORD_ORIGIN, hex);
    json_open(&o, NULL, '{');
    json_str(&o, "origin", hex);
    json_close(&o, '}');
    return 200;
}
