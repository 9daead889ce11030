/* seal: see the header. */
#include "core/store/seal.h"

#include "core/base/clock.h"
#include "core/base/sun.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/blob.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <stdio.h>
#include <string.h>

static const struct field seal_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"at", FIELD_INT, -(INT64_C(1) << 46), INT64_C(1) << 46, FIELD_REQUIRED, NULL},
    {"box", FIELD_TEXT, 2 * BOX_OVERHEAD, RECORD_MOST, FIELD_REQUIRED, NULL},
};

static const struct field photo_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"sha256", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL},
    {"bytes", FIELD_INT, BOX_OVERHEAD, BLOB_MOST, FIELD_REQUIRED, NULL},
};

static const char sql_sealed_set[] =
    "INSERT INTO sealed (id, walk, at_ms, box, origin, tick)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char sql_sealed_drop[] = "DELETE FROM sealed WHERE id = ?1";

static const char sql_sealed_photo_drop[] = "DELETE FROM sealed_photo WHERE id = ?1";
static const char sql_sealed_photo_set[] =
    "INSERT INTO sealed_photo (id, sha256, bytes, walk, origin, tick)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id, sha256) DO NOTHING";

static bool fold_text(const struct fold_call *call, const struct fold_entry *e,
                      struct err *err)
{
    return db_run(call->db, err, sql_sealed_set, "ssisbi", call->subject,
                  json_text(e->body, "walk"), json_int(e->body, "at", 0) + e->shift_ms,
                  json_text(e->body, "box"), e->record.origin, (size_t)RECORD_ORIGIN,
                  e->record.tick);
}

static bool fold_photo(const struct fold_call *call, const struct fold_entry *e,
                       struct err *err)
{
    return db_run(call->db, err, sql_sealed_photo_set, "ssisbi", call->subject,
                  json_text(e->body, "sha256"), json_int(e->body, "bytes", 0),
                  json_text(e->body, "walk"), e->record.origin, (size_t)RECORD_ORIGIN,
                  e->record.tick);
}

/* The first text stands: nobody can say more about what nobody can read. Photos are added
 * one by one, and each box once. */
static bool seal_fold(const struct fold_call *call, struct err *err)
{
    bool said = false;
    if (!db_run(call->db, err, sql_sealed_drop, "s", call->subject) ||
        !db_run(call->db, err, sql_sealed_photo_drop, "s", call->subject))
        return false;
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        bool photo = strcmp(e->record.kind, "photo.seal") == 0;
        if (photo ? !fold_photo(call, e, err) : !said && !fold_text(call, e, err))
            return false;
        said |= !photo;
    }
    return true;
}

static const struct fold_kind seal_kinds[] = {
    {"observation.seal", seal_fields, FIELD_COUNT(seal_fields), FOLD_DEVICE},
    {"photo.seal", photo_fields, FIELD_COUNT(photo_fields), FOLD_DEVICE},
};
const struct fold_noun seal_noun = {seal_kinds, FIELD_COUNT(seal_kinds), seal_fold};

/* ---- sealing --------------------------------------------------------------------- */

bool seal_key(struct store *s, uint8_t out[BOX_PUBLIC], struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *hex = NULL;
    bool ok = store_setting(s, &a, "police_key", NULL, &hex, err);
    if (ok && (!hex || !text_unhex(hex, out, BOX_PUBLIC)))
        ok = err_set(err, ERR_CONFLICT, "seal.no_key", NULL);
    arena_release(&a);
    return ok;
}

static void write_point(struct json_out *o, const char *name, struct geo_point p)
{
    if (!geo_known(p))
        return;
    json_open(o, name, '{');
    json_num(o, "lat", p.lat_e7);
    json_num(o, "lon", p.lon_e7);
    if (p.accuracy_mm >= 0)
        json_num(o, "acc", p.accuracy_mm);
    json_close(o, '}');
}

/* What observation.note would have said. */
static void write_inside(struct buf *out, const struct observation_wish *w, int64_t at)
{
    struct json_out o = JSON_OUT(out);
    struct geo_point place = geo_known(w->thing) ? w->thing : w->stood;
    json_open(&o, NULL, '{');
    json_str(&o, "walk", w->walk);
    json_str(&o, "category", w->category);
    if (w->note)
        json_str(&o, "note", w->note);
    if (w->severity != DB_NULL)
        json_num(&o, "severity", w->severity);
    if (w->urgency)
        json_str(&o, "urgency", w->urgency);
    write_point(&o, "stood", w->stood);
    write_point(&o, "thing", w->thing);
    if (geo_known(place))
        json_str(&o, "light", sun_light(at, place.lat_e7, place.lon_e7));
    json_str(&o, "role", w->by_role);
    json_str(&o, "organisation", w->by_org);
    json_close(&o, '}');
}

static const char sql_sealed_stands[] =
    "SELECT (SELECT count(*) FROM sealed WHERE id = ?1)"
    " + (SELECT count(*) FROM observation WHERE id = ?1)";

/* Role and organisation go inside with the rest: in the clear they would tell who. */
static bool write_seal(struct store *s, struct arena *a, const struct observation_wish *w,
                       const char *id, const uint8_t key[BOX_PUBLIC], struct err *err)
{
    int64_t at = w->at_ms == DB_NULL ? clock_now().utc_ms : w->at_ms;
    struct buf inside = BUF_INIT, body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    write_inside(&inside, w, at);
    size_t n = inside.len + BOX_OVERHEAD;
    char *hex = arena_alloc(a, 2 * n + 1);
    text_hex(box_seal(a, inside.data, inside.len, key), n, hex);
    memset(inside.data, 0, inside.len);
    buf_release(&inside);
    json_open(&o, NULL, '{');
    json_str(&o, "walk", w->walk);
    json_num(&o, "at", at);
    json_str(&o, "box", hex);
    json_close(&o, '}');
    struct record_wish record = {"observation.seal", id, body.data, "participant", "",
                                 INT64_MIN};
    bool ok = hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    return ok;
}

bool seal_note(struct store *s, struct arena *a, const struct observation_wish *w,
               char ret_id[37], struct err *err)
{
    uint8_t key[BOX_PUBLIC];
    char id[UID_SIZE];
    int64_t stands = 0;
    if (!seal_key(s, key, err))
        return false;
    if (w->id)
        snprintf(id, sizeof id, "%s", w->id);
    else
        uid_new(id);
    if (!db_number(&s->db, &stands, 0, err, sql_sealed_stands, "s", id))
        return false;
    if (stands)
        return err_set(err, ERR_CONFLICT, "observation.exists", id, NULL);
    if (!write_seal(s, a, w, id, key, err))
        return false;
    if (ret_id)
        memcpy(ret_id, id, UID_SIZE);
    return true;
}

/* ---- reading --------------------------------------------------------------------- */

static const char sql_sealed_each[] =
    "SELECT id, walk, box, at_ms FROM sealed WHERE (?1 = '' OR walk = ?1)"
    " ORDER BY at_ms, id";
static const char sql_sealed_count[] =
    "SELECT count(*) FROM sealed WHERE (?1 = '' OR walk = ?1)";

bool seal_each(struct store *s, const char *walk, seal_visit visit, void *data,
               struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&s->db, &rows, err, sql_sealed_each, "s", walk ? walk : ""))
        return false;
    while (ok && db_next(&rows, err)) {
        arena_reset(&a);
        struct sealed x = {db_text(&rows, &a, 0), db_text(&rows, &a, 1),
                           db_text(&rows, &a, 2), db_int(&rows, 3)};
        ok = visit(&x, data, err);
    }
    ok = db_done(&rows) && ok;
    arena_release(&a);
    return ok;
}

bool seal_count(struct store *s, const char *walk, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_sealed_count, "s", walk ? walk : "");
}

static const char sql_sealed_by_tail[] =
    "SELECT id, walk, box, at_ms FROM sealed WHERE id LIKE ?1 ORDER BY id LIMIT 2";

bool seal_find(struct store *s, struct arena *a, const char *id, struct sealed *ret,
               struct err *err)
{
    struct db_rows rows;
    struct sealed found = {.id = NULL};
    size_t n = 0;
    if (!uid_is_tail(id))
        return err_set(err, ERR_NOT_FOUND, "observation.unknown", id, NULL);
    if (!db_query(&s->db, &rows, err, sql_sealed_by_tail, "s", arena_printf(a, "%%%s", id)))
        return false;
    for (; db_next(&rows, err); n++)
        found = (struct sealed){db_text(&rows, a, 0), db_text(&rows, a, 1),
                                db_text(&rows, a, 2), db_int(&rows, 3)};
    if (!db_done(&rows))
        return false;
    if (!uid_found_one(n, id, "observation.unknown", "observation.ambiguous", err))
        return false;
    *ret = found;
    return true;
}

char *seal_open(struct arena *a, const struct sealed *x, const uint8_t key[BOX_PUBLIC],
                const uint8_t secret[BOX_SECRET])
{
    size_t len = x->box ? strlen(x->box) : 0, ignored;
    uint8_t *box = arena_alloc(a, len / 2 + 1);
    if (len % 2 || !len || !text_unhex(x->box, box, len / 2))
        return NULL;
    return box_open(a, box, len / 2, key, secret, &ignored);
}
