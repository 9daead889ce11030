/* stranger: see the header. */
#include "core/store/local/stranger.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/erase.h"
#include "core/store/hold.h"
#include "core/store/local/carried.h"
#include "core/store/local/device.h"
#include "core/store/local/erasing.h"
#include "core/store/own.h"

#include <stdio.h>
#include <string.h>

/* ---- room ------------------------------------------------------------------------ */

static const char sql_room_of[] = "SELECT bytes FROM stranger_room WHERE courier = ?1";
static const char sql_room_all[] = "SELECT sum(bytes) FROM stranger_room";
static const char sql_room_add[] =
    "INSERT INTO stranger_room (courier, bytes) VALUES (?1, ?2)"
    " ON CONFLICT (courier) DO UPDATE SET bytes = stranger_room.bytes + excluded.bytes";

static bool make_room(struct store *s, const char *courier, int64_t bytes,
                      struct err *err)
{
    int64_t of_courier = 0, all = 0;
    if (!db_number(&s->db, &of_courier, 0, err, sql_room_of, "s", courier) ||
        !db_number(&s->db, &all, 0, err, sql_room_all, ""))
        return false;
    if (of_courier + bytes > STRANGER_COURIER_MOST || all + bytes > STRANGER_ALL_MOST)
        return err_set(err, ERR_FULL, "stranger.full", NULL);
    return db_run(&s->db, err, sql_room_add, "si", courier, bytes);
}

/* ---- keys ------------------------------------------------------------------------ */

static const char sql_key_known[] =
    "SELECT (SELECT count(*) FROM origin WHERE origin = ?1)"
    " + (SELECT count(*) FROM admission WHERE origin = ?1)";
static const char sql_keys_of[] =
    "SELECT count(*) FROM stranger_key WHERE courier = ?1";
static const char sql_keys_all[] = "SELECT count(*) FROM stranger_key";
static const char sql_stranger_key_add[] =
    "INSERT INTO stranger_key (origin, courier) VALUES (?1, ?2)"
    " ON CONFLICT (origin) DO NOTHING";

static bool count_key(struct store *s, const char *courier, const uint8_t *origin,
                      struct err *err)
{
    int64_t of_courier = 0, all = 0;
    if (!db_number(&s->db, &of_courier, 0, err, sql_keys_of, "s", courier) ||
        (of_courier < STRANGER_KEYS_COURIER_MOST &&
         !db_number(&s->db, &all, 0, err, sql_keys_all, "")))
        return false;
    if (of_courier >= STRANGER_KEYS_COURIER_MOST || all >= STRANGER_KEYS_MOST)
        return err_set(err, ERR_FULL, "stranger.full", NULL);
    return db_run(&s->db, err, sql_stranger_key_add, "bs", origin,
                  (size_t)RECORD_ORIGIN, courier);
}

/* A key that is not its origin's is refused before anything is counted. */
bool stranger_key(struct store *s, const char *courier,
                  const uint8_t origin[RECORD_ORIGIN], const uint8_t key[SIGN_PUBLIC],
                  struct err *err)
{
    uint8_t right[RECORD_ORIGIN];
    int64_t known = 0;
    record_origin_of(key, right);
    if (!db_number(&s->db, &known, 0, err, sql_key_known, "b", origin,
                   (size_t)RECORD_ORIGIN))
        return false;
    return (known > 0 || memcmp(right, origin, RECORD_ORIGIN) != 0 ||
            count_key(s, courier, origin, err)) &&
           hold_key(s, origin, key, err);
}

static const char sql_keys_admitted[] =
    "SELECT count(*) FROM stranger_key WHERE origin IN (SELECT origin FROM admission)";
static const char sql_keys_let_in[] =
    "DELETE FROM stranger_key WHERE origin IN (SELECT origin FROM admission)";

static bool let_in_keys(struct store *s, struct err *err)
{
    int64_t admitted = 0;
    if (!db_number(&s->db, &admitted, 0, err, sql_keys_admitted, ""))
        return false;
    if (admitted == 0)
        return true;
    if (!db_begin(&s->db, err))
        return false;
    bool done = db_run(&s->db, err, sql_keys_let_in, "");
    return db_end(&s->db, done, err);
}

/* ---- in -------------------------------------------------------------------------- */

static const char sql_stranger_there[] =
    "SELECT count(*) FROM stranger WHERE hash = ?1";
static const char sql_stranger_add[] =
    "INSERT INTO stranger (hash, origin, seq, kind, line, courier, came_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char sql_stranger_photo_add[] =
    "INSERT INTO stranger_photo (sha256, origin, courier, bytes) VALUES (?1, ?2, ?3, 0)"
    " ON CONFLICT (sha256) DO NOTHING";

/* The photo a record names, so that its bytes are known for a stranger's. */
static bool note_photo(struct store *s, const char *courier, const struct record *r,
                       struct err *err)
{
    struct err ignored = ERR_INIT;
    cJSON *body = NULL;
    if (!text_starts(r->kind, "photo.") || !r->body ||
        !json_parse(r->body, r->body_len, &body, &ignored))
        return true;
    const char *sha256 = json_text(body, "sha256");
    if (!sha256)
        sha256 = json_text(body, "new"); /* photo.cover */
    bool ok = !digest_is_hex(sha256) ||
              db_run(&s->db, err, sql_stranger_photo_add, "sbs", sha256, r->origin,
                     (size_t)RECORD_ORIGIN, courier);
    json_free(body);
    return ok;
}

/* Its body left out: a text in a line has no bare quotes. */
static const char sql_stranger_bodiless[] =
    "SELECT courier, line FROM stranger WHERE hash = ?1 AND line LIKE '%,null,\"%'";
static const char sql_stranger_whole[] =
    "UPDATE stranger SET line = ?2, courier = ?3 WHERE hash = ?1";

/* One that waits without its body gets it from whoever brings it. */
static bool fill(struct store *s, const char *courier, const struct record *r,
                 struct err *err)
{
    struct db_rows rows;
    struct buf line = BUF_INIT;
    char payer[64];
    int64_t paid = 0;
    if (!db_query(&s->db, &rows, err, sql_stranger_bodiless, "b", r->hash,
                  (size_t)DIGEST_SIZE))
        return false;
    bool waits = db_next(&rows, err);
    if (waits) {
        snprintf(payer, sizeof payer, "%s", db_peek(&rows, 0));
        paid = (int64_t)strlen(db_peek(&rows, 1));
    }
    if (!db_done(&rows) || !waits)
        return !waits;
    record_line(r, &line);
    bool ok = make_room(s, courier, (int64_t)line.len, err) &&
              db_run(&s->db, err, sql_room_add, "si", payer, -paid) &&
              db_run(&s->db, err, sql_stranger_whole, "bss", r->hash,
                     (size_t)DIGEST_SIZE, line.data, courier) &&
              note_photo(s, courier, r, err);
    buf_release(&line);
    return ok;
}

bool stranger_put(struct store *s, const char *courier, const struct record *r,
                  bool *ret_new, struct err *err)
{
    struct buf line = BUF_INIT;
    struct record bare = *r;
    int64_t there = 0;
    bool erased;
    if (!db_number(&s->db, &there, 0, err, sql_stranger_there, "b", r->hash,
                   (size_t)DIGEST_SIZE) ||
        !erase_of_record(&s->db, r->hash, r->kind, &erased, err))
        return false;
    if (erased)
        bare.body = NULL;
    r = &bare;
    *ret_new = there == 0;
    if (there)
        return !r->body || fill(s, courier, r, err);
    record_line(r, &line);
    bool ok = make_room(s, courier, (int64_t)line.len, err) &&
              db_run(&s->db, err, sql_stranger_add, "bbisssi", r->hash,
                     (size_t)DIGEST_SIZE, r->origin, (size_t)RECORD_ORIGIN, r->seq,
                     r->kind, line.data, courier, clock_utc_ms()) &&
              note_photo(s, courier, r, err);
    buf_release(&line);
    return ok;
}

/* ---- photos ---------------------------------------------------------------------- */

static const char sql_photo_waits[] =
    "SELECT count(*) FROM stranger_photo w WHERE w.sha256 = ?1"
    " AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = w.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM sealed_photo z WHERE z.sha256 = w.sha256)";
static const char sql_photo_counted[] =
    "SELECT bytes, courier FROM stranger_photo WHERE sha256 = ?1";
static const char sql_photo_bytes[] =
    "UPDATE stranger_photo SET bytes = ?2, courier = ?3 WHERE sha256 = ?1";

bool stranger_has_photo(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_photo_waits, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_stranger_names[] =
    "SELECT count(*) FROM stranger WHERE line LIKE '%' || ?1 || '%'";

bool stranger_names(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_stranger_names, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

/* Whoever calls it largest pays for all of it. */
static bool count_photo(struct store *s, const char *courier, const char *sha256,
                        int64_t bytes, struct err *err)
{
    struct db_rows rows;
    char payer[64];
    int64_t counted = 0, paid;
    snprintf(payer, sizeof payer, "%s", courier);
    if (!db_query(&s->db, &rows, err, sql_photo_counted, "s", sha256))
        return false;
    if (db_next(&rows, err))
        counted = db_int(&rows, 0);
    if (counted > 0)
        snprintf(payer, sizeof payer, "%s", db_peek(&rows, 1));
    if (!db_done(&rows))
        return false;
    paid = strcmp(payer, courier) == 0 ? counted : 0;
    return counted >= bytes ||
           (make_room(s, courier, bytes - paid, err) &&
            (paid == counted ||
             db_run(&s->db, err, sql_room_add, "si", payer, -counted)) &&
            db_run(&s->db, err, sql_photo_bytes, "sis", sha256, bytes, courier));
}

bool stranger_photo_room(struct store *s, const char *courier, const char *sha256,
                         int64_t bytes, struct err *err)
{
    bool waits;
    if (!stranger_has_photo(s, sha256, &waits, err))
        return false;
    if (!waits || db_in_transaction(&s->db))
        return !waits || count_photo(s, courier, sha256, bytes, err);
    if (!db_begin(&s->db, err))
        return false;
    bool done = count_photo(s, courier, sha256, bytes, err);
    return db_end(&s->db, done, err);
}

/* ---- asking ---------------------------------------------------------------------- */

static const char sql_stranger_seqs[] =
    "SELECT seq FROM stranger WHERE origin = ?1 ORDER BY seq";

bool stranger_runs(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                   struct stranger_run *runs, size_t most, size_t *ret_n,
                   struct err *err)
{
    struct db_rows rows;
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_stranger_seqs, "b", origin,
                  (size_t)RECORD_ORIGIN))
        return false;
    while (db_next(&rows, err)) {
        int64_t seq = db_int(&rows, 0);
        if (n > 0 && seq <= runs[n - 1].last + 1)
            runs[n - 1].last = seq;
        else if (n < most)
            runs[n++] = (struct stranger_run){seq, seq};
        else
            break;
    }
    *ret_n = n;
    return db_done(&rows);
}

static const char sql_stranger_next[] = "SELECT seq, line FROM stranger WHERE origin = "
                                        "?1 AND seq >= ?2 ORDER BY seq LIMIT 1";

bool stranger_next(struct store *s, struct arena *a,
                   const uint8_t origin[RECORD_ORIGIN], int64_t seq, int64_t *ret_seq,
                   const char **ret_line, struct err *err)
{
    struct db_rows rows;
    *ret_line = NULL;
    if (!db_query(&s->db, &rows, err, sql_stranger_next, "bi", origin,
                  (size_t)RECORD_ORIGIN, seq))
        return false;
    if (db_next(&rows, err)) {
        *ret_seq = db_int(&rows, 0);
        *ret_line = db_text(&rows, a, 1);
    }
    return db_done(&rows);
}

static const char sql_stranger_list[] =
    "SELECT t.origin, count(*), sum(length(t.line)), min(t.came_ms),"
    " (SELECT count(*) FROM stranger_photo p WHERE p.origin = t.origin AND p.bytes > "
    "0),"
    " (SELECT sum(p.bytes) FROM stranger_photo p WHERE p.origin = t.origin),"
    " min(t.courier)"
    " FROM stranger t GROUP BY t.origin ORDER BY min(t.came_ms), t.origin";

bool stranger_list(struct store *s, struct arena *a, struct stranger **ret,
                   size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_stranger_list, ""))
        return false;
    while (db_next(&rows, err)) {
        struct stranger one = {.records = db_int(&rows, 1),
                               .bytes = db_int(&rows, 2) + db_int(&rows, 5),
                               .came_ms = db_int(&rows, 3),
                               .photos = db_int(&rows, 4),
                               .courier = db_text(&rows, a, 6)};
        memcpy(one.origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        buf_add(&list, &one, sizeof one);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof **ret;
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

/* ---- admitted -------------------------------------------------------------------- */

enum { AT_ONCE = 300 };

/* Which bodies are gone is learned first: only then may their heads come in. */
static const char sql_admitted_now[] =
    "SELECT t.hash, t.line, t.courier FROM stranger t"
    " WHERE t.origin IN (SELECT origin FROM admission)"
    " ORDER BY CASE WHEN t.kind = 'origin.gone' THEN 0 ELSE 1 END, t.origin, t.seq"
    " LIMIT ?1";
static const char sql_stranger_drop[] = "DELETE FROM stranger WHERE hash = ?1";
static const char sql_photos_admitted[] =
    "SELECT sha256, courier, bytes FROM stranger_photo WHERE origin IN"
    " (SELECT origin FROM admission) AND NOT EXISTS (SELECT 1 FROM stranger t"
    " WHERE t.origin = stranger_photo.origin) LIMIT ?1";
static const char sql_photo_drop[] = "DELETE FROM stranger_photo WHERE sha256 = ?1";

struct waiting {
    const char *id; /* hash as bytes, or sha256 */
    const char *line, *courier;
    int64_t bytes;
    struct waiting *next;
};

static bool gather_records(struct store *s, struct arena *a, struct waiting **ret,
                           struct err *err)
{
    struct db_rows rows;
    struct waiting **end = ret;
    if (!db_query(&s->db, &rows, err, sql_admitted_now, "i", (int64_t)AT_ONCE))
        return false;
    while (db_next(&rows, err)) {
        struct waiting *w = arena_alloc(a, sizeof *w);
        *w = (struct waiting){.id = db_blob(&rows, a, 0, NULL),
                              .line = db_text(&rows, a, 1),
                              .courier = db_text(&rows, a, 2)};
        w->bytes = (int64_t)strlen(w->line);
        *end = w;
        end = &w->next;
    }
    return db_done(&rows);
}

static const char sql_stranger_line[] = "SELECT line, courier FROM stranger WHERE hash = ?1";
static const char sql_stranger_bare[] = "UPDATE stranger SET line = ?2 WHERE hash = ?1";

/* Its device has no receipt for it, and sends it again. */
static bool let_go(struct store *s, const void *hash, const char *courier,
                   int64_t bytes, struct err *err)
{
    return db_run(&s->db, err, sql_stranger_drop, "b", hash, (size_t)DIGEST_SIZE) &&
           db_run(&s->db, err, sql_room_add, "si", courier, -bytes);
}

bool stranger_empty(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                    struct err *err)
{
    struct db_rows rows;
    struct record r;
    struct err spoilt = ERR_INIT;
    struct buf line = BUF_INIT;
    const char *text = NULL, *courier = "";
    if (!db_query(&s->db, &rows, err, sql_stranger_line, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err))
        text = db_text(&rows, a, 0), courier = db_text(&rows, a, 1);
    if (!db_done(&rows))
        return false;
    if (!text)
        return true;
    if (!record_of_line(a, text, strlen(text), &r, &spoilt))
        return let_go(s, hash, courier, (int64_t)strlen(text), err) &&
               erasing_add(s, "", err);
    r.body = NULL;
    record_line(&r, &line);
    bool ok = db_run(&s->db, err, sql_stranger_bare, "bs", hash, (size_t)DIGEST_SIZE,
                     line.data) &&
              db_run(&s->db, err, sql_room_add, "si", courier,
                     (int64_t)line.len - (int64_t)strlen(text)) &&
              erasing_add(s, "", err);
    buf_release(&line);
    return ok;
}

/* Only its tablets bring a hub what waits there: let in, by whatever way it heard of it, it is
 * still to be brought home. */
static bool carry(struct store *s, const uint8_t *origin, struct err *err)
{
    bool ours = false, registry = false;
    if (s->role != STORE_WALKER)
        return true;
    return own_is(s, origin, &ours, err) &&
           admission_is_registry(s, origin, &registry, err) &&
           (ours || registry || carried_add(s, origin, err));
}

/* A record that cannot be held (a fork, a body left out) goes: its device has no
 * receipt for it and will hear why when it sends it again. */
static bool let_in_one(struct store *s, struct arena *a, const struct waiting *w,
                       int64_t *n, struct err *err)
{
    struct record r;
    struct err unfit = ERR_INIT;
    enum hold_verdict verdict = HOLD_ALREADY;
    bool fit = record_of_line(a, w->line, strlen(w->line), &r, &unfit) &&
               hold_check(s, &r, &unfit);
    if (fit && !r.body && !hold_may_be_bare(s, &r, &fit, err))
        return false;
    if (fit && (!hold_take(s, a, &r, &verdict, err) || !carry(s, r.origin, err)))
        return false;
    *n += fit && verdict == HOLD_NEW;
    return let_go(s, w->id, w->courier, w->bytes, err);
}

static bool let_in_photos(struct store *s, struct arena *a, struct err *err)
{
    struct db_rows rows;
    struct waiting *first = NULL, **end = &first;
    if (!db_query(&s->db, &rows, err, sql_photos_admitted, "i", (int64_t)AT_ONCE))
        return false;
    while (db_next(&rows, err)) {
        struct waiting *w = arena_alloc(a, sizeof *w);
        *w = (struct waiting){.id = db_text(&rows, a, 0),
                              .courier = db_text(&rows, a, 1),
                              .bytes = db_int(&rows, 2)};
        *end = w;
        end = &w->next;
    }
    bool ok = db_done(&rows);
    for (const struct waiting *w = first; ok && w; w = w->next)
        ok = db_run(&s->db, err, sql_photo_drop, "s", w->id) &&
             db_run(&s->db, err, sql_room_add, "si", w->courier, -w->bytes);
    return ok;
}

static bool let_in_some(struct store *s, struct arena *a, int64_t *ret_n,
                        bool *ret_more, struct err *err)
{
    struct waiting *first = NULL;
    int64_t n = 0;
    if (!db_begin(&s->db, err))
        return false;
    bool ok = gather_records(s, a, &first, err);
    for (const struct waiting *w = first; ok && w; w = w->next)
        ok = let_in_one(s, a, w, &n, err);
    ok = ok && (first || let_in_photos(s, a, err));
    if (!ok) {
        db_rollback(&s->db);
        return false;
    }
    *ret_n += n;
    *ret_more = first != NULL;
    return db_commit(&s->db, err);
}

static const char sql_anybody[] = "SELECT count(*) FROM stranger_room WHERE bytes > 0";
static const char sql_anybody_admitted[] =
    "SELECT count(*) FROM (SELECT 1 FROM stranger WHERE origin IN (SELECT origin FROM"
    " admission) UNION ALL SELECT 1 FROM stranger_photo WHERE origin IN"
    " (SELECT origin FROM admission) LIMIT 1) AS anybody";

bool stranger_let_in(struct store *s, int64_t *ret_n, struct err *err)
{
    struct arena a = ARENA_INIT;
    int64_t n = 0, waiting = 0, admitted = 0;
    bool more = true, ok = true;
    if (!let_in_keys(s, err) || !db_number(&s->db, &waiting, 0, err, sql_anybody, "") ||
        (waiting && !db_number(&s->db, &admitted, 0, err, sql_anybody_admitted, "")))
        return false;
    while (ok && more && admitted) {
        ok = let_in_some(s, &a, &n, &more, err);
        arena_reset(&a);
    }
    arena_release(&a);
    if (ok && ret_n)
        *ret_n = n;
    return ok;
}

bool stranger_admit(struct store *s, const char *origin, const char *name, int64_t *ret_n,
                    struct err *err)
{
    struct arena a = ARENA_INIT;
    bool ok = db_begin(&s->db, err);
    if (ok && device_admit(s, &a, origin, name, err))
        ok = db_commit(&s->db, err);
    else if (ok) {
        db_rollback(&s->db);
        ok = false;
    }
    arena_release(&a);
    return ok && stranger_let_in(s, ret_n, err);
}
