/* erase: see the header. */
#include "core/store/erase.h"

#include "core/base/text.h"
#include "core/store/aside.h"
#include "core/store/blob.h"
#include "core/store/carry.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/local/draft.h"
#include "core/store/local/erasing.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"
#include "core/store/local/upload.h"
#include "core/store/local/wiped.h"

#include <string.h>

const char erase_reasons[] = "request consent child recognised offence police wrong "
                             "retention duty other";

static const struct field erase_fields[] = {
    {"reason", FIELD_WORD, 0, 0, FIELD_REQUIRED, erase_reasons},
    {"role", FIELD_TEXT, 0, 40, FIELD_REQUIRED, NULL},
    {"refused", FIELD_BOOL, 0, 0, 0, NULL},
    {"about", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    {"records", FIELD_ARRAY, 0, 500, 0, NULL},
    {"photos", FIELD_ARRAY, 0, 500, 0, NULL},
};

/* ---- folding --------------------------------------------------------------------- */

static const char sql_erasure_drop[] = "DELETE FROM erasure WHERE id = ?1";
static const char sql_erased_record_drop[] = "DELETE FROM erased_record WHERE erasure = ?1";
static const char sql_erased_blob_drop[] =
    "DELETE FROM erased_blob WHERE subject = ?1 AND erasure = ?2";
static const char sql_erasure_set[] =
    "INSERT INTO erasure (id, reason, role, refused, about, at_ms, origin, tick)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
static const char sql_erased_record_set[] =
    "INSERT INTO erased_record (hash, erasure, tick, origin, body)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash, erasure) DO UPDATE SET"
    " tick = excluded.tick, origin = excluded.origin, body = excluded.body";
static const char sql_erased_blob_set[] =
    "INSERT INTO erased_blob (sha256, subject, erasure) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (sha256, subject, erasure) DO NOTHING";

/* An erasure and a point may have the same subject, if somebody wants that: each says its
 * own rows and leaves the other's. */
enum { BY_COVER = 0, BY_ERASURE = 1 };

bool erase_blob_drop(struct db *db, const char *subject, struct err *err)
{
    return db_run(db, err, sql_erased_blob_drop, "si", subject, (int64_t)BY_COVER);
}

bool erase_blob_set(struct db *db, const char *sha256, const char *subject,
                    struct err *err)
{
    return db_run(db, err, sql_erased_blob_set, "ssi", sha256, subject, (int64_t)BY_COVER);
}

static bool fold_record(const struct fold_call *call, const struct record *r,
                        const cJSON *named, struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    const char *hex = json_text(named, "hash");
    const cJSON *left = json_object(named, "body");
    if (!digest_is_hex(hex) || !text_unhex(hex, hash, DIGEST_SIZE))
        return true;
    if (left)
        json_tree(&o, NULL, left);
    bool ok = db_run(call->db, err, sql_erased_record_set, "bsibs", hash,
                     (size_t)DIGEST_SIZE, call->subject, r->tick, r->origin,
                     (size_t)RECORD_ORIGIN, left ? body.data : NULL);
    buf_release(&body);
    return ok;
}

static bool fold_entry_names(const struct fold_call *call, const struct fold_entry *e,
                             struct err *err)
{
    const cJSON *records = json_array(e->body, "records");
    const cJSON *photos = json_array(e->body, "photos");
    for (const cJSON *n = records ? records->child : NULL; n; n = n->next)
        if (!fold_record(call, &e->record, n, err))
            return false;
    for (const cJSON *n = photos ? photos->child : NULL; n; n = n->next)
        if (cJSON_IsString(n) && digest_is_hex(n->valuestring) &&
            !db_run(call->db, err, sql_erased_blob_set, "ssi", n->valuestring,
                    call->subject, (int64_t)BY_ERASURE))
            return false;
    return true;
}

static bool erase_fold(const struct fold_call *call, struct err *err)
{
    if (!db_run(call->db, err, sql_erasure_drop, "s", call->subject) ||
        !db_run(call->db, err, sql_erased_record_drop, "s", call->subject) ||
        !db_run(call->db, err, sql_erased_blob_drop, "si", call->subject,
                (int64_t)BY_ERASURE))
        return false;
    if (call->count == 0)
        return true;
    const struct fold_entry *first = &call->entry[0];
    if (!db_run(call->db, err, sql_erasure_set, "sssisibi", call->subject,
                json_text(first->body, "reason"), json_text(first->body, "role"),
                (int64_t)json_true(first->body, "refused"),
                json_text(first->body, "about"), first->record.at_ms,
                first->record.origin, (size_t)RECORD_ORIGIN, first->record.tick))
        return false;
    for (size_t i = 0; i < call->count; i++)
        if (!json_true(call->entry[i].body, "refused") &&
            !fold_entry_names(call, &call->entry[i], err))
            return false;
    return true;
}

static const struct fold_kind erase_kinds[] = {
    {"erase", erase_fields, FIELD_COUNT(erase_fields), FOLD_REGISTRY},
};
const struct fold_noun erase_noun = {erase_kinds, FIELD_COUNT(erase_kinds), erase_fold};

/* ---- asking ---------------------------------------------------------------------- */

static const char sql_record_erased[] =
    "SELECT count(*) FROM erased_record WHERE hash = ?1";
static const char sql_blob_erased[] = "SELECT count(*) FROM erased_blob WHERE sha256 = ?1";

/* An erasure that could be erased would let what it named come back. */
static bool touches(const char *kind)
{
    return strcmp(kind, "origin.carry") == 0 ||
           (strcmp(kind, "erase") != 0 && !text_starts(kind, "origin."));
}

bool erase_of_record(struct db *db, const uint8_t hash[DIGEST_SIZE], const char *kind,
                     bool *ret, struct err *err)
{
    int64_t n = 0;
    if (touches(kind) &&
        !db_number(db, &n, 0, err, sql_record_erased, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_left[] =
    "SELECT body FROM erased_record WHERE hash = ?1"
    " ORDER BY tick DESC, origin DESC, erasure DESC LIMIT 1";

bool erase_left(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                const char **ret, struct err *err)
{
    struct db_rows rows;
    const char *left = NULL;
    if (!db_query(db, &rows, err, sql_left, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err))
        left = db_text(&rows, a, 0);
    *ret = left;
    return db_done(&rows);
}

bool erase_of_blob(struct db *db, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(db, &n, 0, err, sql_blob_erased, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_blob_covered[] =
    "SELECT count(*) FROM erased_blob WHERE sha256 = ?1 AND erasure = 0";

bool erase_is_cover(struct db *db, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(db, &n, 0, err, sql_blob_covered, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

/* ---- carrying out ---------------------------------------------------------------- */

/* Also those that an erasure before this one has emptied: another may be left of them. */
static const char sql_named_here[] =
    "SELECT r.hash FROM record r WHERE r.hash IN"
    " (SELECT hash FROM erased_record WHERE erasure = ?1) OR r.carried_hash IN"
    " (SELECT hash FROM erased_record WHERE erasure = ?1) ORDER BY r.arrival";
static const char sql_blobs_named[] =
    "SELECT DISTINCT sha256 FROM erased_blob WHERE subject = ?1 ORDER BY sha256";

/* What is being typed about the same point may say the same again. */
static bool drop_draft(struct store *s, const struct record *r, struct err *err)
{
    return s->role != STORE_WALKER || !text_starts(r->kind, "observation.") ||
           draft_end(s, r->subject, err);
}

/* Nor the title of a walk that was wiped. */
static bool drop_title(struct store *s, struct arena *a, const struct record *r,
                       struct err *err)
{
    return s->role != STORE_WALKER || !text_starts(r->kind, "walk.") ||
           wiped_untitle(s, a, r->subject, err);
}

/* What a disk has spoilt goes by the name it was named by. */
static bool empty_one(struct store *s, struct arena *a, const uint8_t *hash,
                      struct err *err)
{
    struct record r, said;
    bool whole, opened = false;
    if (!hold_read_whole(s, a, hash, &r, &whole, err))
        return false;
    said = r;
    if (whole && carry_is(&r)) {
        if (!carry_inner(s, a, &r, &said, &opened, err))
            return false;
        if (!opened)
            return true;
    }
    if (!touches(said.kind))
        return true;
    return drop_draft(s, &said, err) && drop_title(s, a, &said, err) &&
           hold_empty(s, a, &r, err) && erasing_add(s, "", err);
}

static const char sql_names[] = "SELECT hash FROM erased_record WHERE erasure = ?1";

static bool empty_waiting(struct store *s, struct arena *a, const char *subject,
                          struct err *err)
{
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_names, "s", subject))
        return false;
    while (db_next(&rows, err))
        buf_add(&hashes, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
    bool ok = db_done(&rows);
    for (size_t i = 0; ok && i < hashes.len; i += DIGEST_SIZE)
        ok = stranger_empty(s, a, (const uint8_t *)hashes.data + i, err) &&
             set_aside_empty(s, a, (const uint8_t *)hashes.data + i, err);
    buf_release(&hashes);
    return ok;
}

static bool empty_bodies(struct store *s, struct arena *a, const char *subject,
                         struct err *err)
{
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_named_here, "s", subject))
        return false;
    while (db_next(&rows, err))
        buf_add(&hashes, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
    bool ok = db_done(&rows);
    for (size_t i = 0; ok && i < hashes.len; i += DIGEST_SIZE)
        ok = empty_one(s, a, (const uint8_t *)hashes.data + i, err);
    buf_release(&hashes);
    return ok;
}

bool erase_photo(struct store *s, const char *sha256, struct err *err)
{
    return blob_drop(s, sha256, err) && upload_forget(s, sha256, err) &&
           erasing_add(s, sha256, err);
}

bool erase_carry_out(struct store *s, struct arena *a, const char *subject,
                     struct err *err)
{
    struct db_rows rows;
    struct buf names = BUF_INIT;
    if (!empty_bodies(s, a, subject, err) || !empty_waiting(s, a, subject, err) ||
        !aside_erased(s, subject, err) ||
        !db_query(&s->db, &rows, err, sql_blobs_named, "s", subject))
        return false;
    while (db_next(&rows, err))
        buf_add(&names, db_peek(&rows, 0), DIGEST_HEX);
    bool ok = db_done(&rows);
    for (size_t i = 0; ok && i < names.len; i += DIGEST_HEX)
        ok = erase_photo(s, names.data + i, err);
    buf_release(&names);
    return ok;
}
