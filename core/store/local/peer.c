/* peer: see the header. */
#include "core/store/local/peer.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/local/draft.h"
#include "core/store/local/hub.h"
#include "core/store/local/open_point.h"
#include "core/store/wipe.h"

#include <string.h>

static const char sql_peer[] =
    "SELECT url, registry, epoch, name, device, pulled, paired_ms, synced_ms, pulled_set"
    " FROM peer WHERE one = 1";

static bool read_token(const struct store *s, struct arena *a, const char **ret,
                       struct err *err)
{
    char path[1200], *token;
    size_t len;
    store_path(s, "token", path, sizeof path);
    if (!file_read(a, path, 512, &token, &len, err))
        return err_set(err, ERR_UNAUTHENTICATED, "peer.token_missing", path, NULL);
    token[strcspn(token, "\r\n")] = '\0';
    *ret = token;
    return true;
}

const char *peer_called(const struct peer *p)
{
    return *p->name ? p->name : p->url;
}

bool peer_read(struct store *s, struct arena *a, struct peer *ret, bool *ret_paired,
               struct err *err)
{
    struct db_rows rows;
    struct peer p = {0};
    if (!db_query(&s->db, &rows, err, sql_peer, ""))
        return false;
    bool paired = db_next(&rows, err);
    if (paired)
        p = (struct peer){
            .url = db_text(&rows, a, 0),
            .registry = db_text(&rows, a, 1),
            .epoch = db_text(&rows, a, 2),
            .name = db_text(&rows, a, 3),
            .device = db_text(&rows, a, 4),
            .pulled = db_text(&rows, a, 5),
            .paired_ms = db_int(&rows, 6),
            .synced_ms = db_int_or(&rows, 7, DB_NULL),
            .pulled_set = db_text(&rows, a, 8),
        };
    if (!db_done(&rows))
        return false;
    if (paired && (!read_token(s, a, &p.token, err) ||
                   !store_setting(s, a, "peer.pin", "", &p.pin, err)))
        return false;
    *ret_paired = paired;
    if (paired)
        *ret = p;
    return true;
}

static const char sql_peer_set[] =
    "INSERT INTO peer (one, url, registry, epoch, name, device, paired_ms, pulled)"
    " VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, '') ON CONFLICT (one) DO UPDATE SET"
    " url = excluded.url, registry = excluded.registry, epoch = excluded.epoch,"
    " name = excluded.name, device = excluded.device, paired_ms = excluded.paired_ms,"
    " pulled = '', pulled_set = '', synced_ms = NULL";

static const char sql_epoch_lived[] =
    "INSERT INTO epoch_lived (registry, epoch) SELECT registry, ?1 FROM peer"
    " WHERE one = 1 ON CONFLICT (registry, epoch) DO NOTHING";

bool peer_write(struct store *s, const struct peer *p, struct err *err)
{
    char path[1200];
    /* The hub that is known carries to the registry that was left. */
    const bool moved = *s->registry && strcmp(s->registry, p->registry) != 0;
    store_path(s, "token", path, sizeof path);
    if (!file_write_whole(path, p->token, strlen(p->token), 0600, err) ||
        !db_begin(&s->db, err))
        return false;
    bool ok = db_run(&s->db, err, sql_peer_set, "sssssi", p->url, p->registry, p->epoch,
                     p->name, p->device, p->paired_ms) &&
              db_run(&s->db, err, sql_epoch_lived, "s", p->epoch) &&
              store_set(s, "peer.pin", p->pin ? p->pin : "", err) &&
              store_trust(s, p->registry, err) &&
              (!moved || (hub_forget(s, err) && wipe_say_erased(s, err)));
    return db_end(&s->db, ok, err);
}

static const char sql_peer_drop[] = "DELETE FROM peer";

bool peer_forget(struct store *s, struct err *err)
{
    char path[1200];
    store_path(s, "token", path, sizeof path);
    return db_run(&s->db, err, sql_peer_drop, "") && file_remove(path, err);
}

static const char sql_peer_cursor[] = "UPDATE peer SET pulled = ?1 WHERE one = 1";
static const char sql_peer_cursor_of_set[] =
    "UPDATE peer SET pulled_set = ?1 WHERE one = 1";
static const char sql_peer_epoch[] =
    "UPDATE peer SET epoch = ?1, pulled = '', pulled_set = '' WHERE one = 1";
static const char sql_peer_synced[] = "UPDATE peer SET synced_ms = ?1 WHERE one = 1";

bool peer_set_cursor(struct store *s, const char *cursor, struct err *err)
{
    return db_run(&s->db, err, sql_peer_cursor, "s", cursor);
}

bool peer_set_cursor_of_set(struct store *s, const char *cursor, struct err *err)
{
    return db_run(&s->db, err, sql_peer_cursor_of_set, "s", cursor);
}

bool peer_set_epoch(struct store *s, const char *epoch, struct err *err)
{
    return db_run(&s->db, err, sql_epoch_lived, "s", epoch) &&
           db_run(&s->db, err, sql_peer_epoch, "s", epoch);
}

bool peer_set_synced(struct store *s, int64_t ms, struct err *err)
{
    return db_run(&s->db, err, sql_peer_synced, "i", ms);
}

/* ---- counting -------------------------------------------------------------------- */

#define OWN_ORIGINS "(SELECT origin FROM self UNION SELECT origin FROM own_origin)"

#define OF_OURS                                                                          \
    " WHERE NOT EXISTS (SELECT 1 FROM carried_photo c WHERE c.sha256 = b.sha256"         \
    " AND c.own = 0)"

static const char sql_made[] =
    "SELECT s.seq + (SELECT COALESCE(sum(last), 0) FROM own_origin) FROM self s"
    " WHERE s.one = 1";
/* Another copy of the folder may have written on as an origin that retired here: what it
 * wrote is in none of our counts. */
static const char sql_confirmed[] =
    "SELECT r.first, min(r.last, COALESCE((SELECT w.last FROM own_origin w"
    " WHERE w.origin = r.origin), r.last)), r.origin FROM receipt_run r JOIN peer p"
    " ON p.registry = r.registry AND p.epoch = r.epoch WHERE r.origin IN " OWN_ORIGINS
    " ORDER BY r.origin, r.first";
/* Photos that came from somebody else's tablet are in nobody's count but theirs. */
/* Of retired origins some may be gone with a damaged database: those are not here to be
 * confirmed, and doctor says so. */
static const char sql_holes[] =
    "SELECT sum(w.last - (SELECT count(*) FROM record r WHERE r.origin = w.origin"
    " AND r.seq <= w.last))"
    " FROM own_origin w";
static const char sql_photos_made[] =
    "SELECT count(*) FROM blob b" OF_OURS;
static const char sql_photos_in[] =
    "SELECT count(*) FROM blob b JOIN receipt_photo r ON r.sha256 = b.sha256"
    " AND r.bytes = b.bytes JOIN peer p ON p.registry = r.registry AND p.epoch = r.epoch"
    OF_OURS " AND (r.state = ?1 OR r.state = ?2)";
static const char sql_held_back[] = "SELECT count(*) FROM blob WHERE cleared = 0";
static const char sql_originals_waiting[] =
    "SELECT count(*), COALESCE(sum(b.bytes), 0) FROM blob b WHERE b.cleared = 1"
    " AND NOT EXISTS (SELECT 1 FROM receipt_photo r JOIN peer p ON p.registry = "
    "r.registry AND p.epoch = r.epoch"
    " WHERE r.sha256 = b.sha256 AND r.bytes = b.bytes"
    " AND r.state IN ('stored', 'verified', 'erased', 'refused'))";

/* What lies behind the end of a retired origin another copy of the folder wrote: it came from
 * the registry, and is not ours to send. */
#define UNCONFIRMED                                                                    \
    " r.origin IN " OWN_ORIGINS " AND NOT EXISTS (SELECT 1 FROM own_origin w"          \
    " WHERE w.origin = r.origin AND w.last < r.seq) AND NOT EXISTS (SELECT 1 FROM "    \
    "peer p"                                                                           \
    " JOIN receipt_run t ON t.registry = p.registry AND t.epoch = p.epoch"             \
    " AND t.origin = r.origin WHERE t.first <= r.seq AND t.last >= r.seq)"

#define TOLD_ASIDE                                                                     \
    " EXISTS (SELECT 1 FROM receipt_aside x JOIN peer q ON q.registry = x.registry"    \
    " AND q.epoch = x.epoch WHERE x.origin = r.origin AND x.seq = r.seq)"

static const char sql_told_aside[] =
    "SELECT count(*) FROM receipt_aside x JOIN peer p ON p.registry = x.registry"
    " AND p.epoch = x.epoch WHERE x.origin IN " OWN_ORIGINS;

/* Points with a record of ours that is not confirmed, words that are no record yet, or a
 * photo that may go and is not verified. */
static const char sql_points_waiting[] =
    "SELECT count(*) FROM (SELECT id FROM observation UNION SELECT id FROM sealed) o"
    " WHERE EXISTS (SELECT 1 FROM record r"
    " WHERE r.subject = o.id AND" UNCONFIRMED ")"
    " OR EXISTS (SELECT 1 FROM draft d WHERE d.observation = o.id)"
    " OR EXISTS (SELECT 1 FROM (SELECT observation, sha256 FROM photo UNION ALL"
    " SELECT id, sha256 FROM sealed_photo) p JOIN blob b ON b.sha256 = p.sha256"
    " WHERE p.observation = o.id AND b.cleared = 1 AND NOT EXISTS"
    " (SELECT 1 FROM receipt_photo t JOIN peer e ON e.registry = t.registry"
    " AND e.epoch = t.epoch WHERE t.sha256 = b.sha256 AND t.bytes = b.bytes"
    " AND t.state IN ('verified', 'erased', 'refused')))";

static const char sql_points[] =
    "SELECT count(*), COALESCE(sum(EXISTS (SELECT 1 FROM record r WHERE r.subject = "
    "o.id"
    " AND" UNCONFIRMED ")), 0) FROM observation o WHERE o.founded = 1 AND EXISTS"
    " (SELECT 1 FROM record r WHERE r.subject = o.id AND r.origin IN " OWN_ORIGINS ")";

static bool two_numbers(struct store *s, const char *sql, int64_t *ret_one,
                        int64_t *ret_two, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql, ""))
        return false;
    if (db_next(&rows, err)) {
        *ret_one = db_int(&rows, 0);
        *ret_two = db_int(&rows, 1);
    }
    return db_done(&rows);
}

static bool count_runs(struct store *s, int64_t *ret, struct err *err)
{
    struct db_rows rows;
    int64_t upto = 0, n = 0;
    uint8_t origin[RECORD_ORIGIN] = {0};
    if (!db_query(&s->db, &rows, err, sql_confirmed, ""))
        return false;
    while (db_next(&rows, err)) {
        int64_t first = db_int(&rows, 0), last = db_int(&rows, 1);
        const void *now = sqlite3_column_blob(rows.statement, 2);
        if (memcmp(origin, now, RECORD_ORIGIN) != 0)
            upto = 0;
        memcpy(origin, now, RECORD_ORIGIN);
        if (first <= upto)
            first = upto + 1;
        if (last >= first) {
            n += last - first + 1;
            upto = last;
        }
    }
    *ret = n;
    return db_done(&rows);
}

static const char sql_unconfirmed[] = "SELECT count(*) FROM record r WHERE" UNCONFIRMED;

static bool count_holes(struct store *s, struct peer_counts *c, struct err *err)
{
    int64_t holes = 0, unconfirmed = 0;
    if (!db_number(&s->db, &holes, 0, err, sql_holes, ""))
        return false;
    if (holes <= 0)
        return true;
    if (!db_number(&s->db, &unconfirmed, 0, err, sql_unconfirmed, ""))
        return false;
    c->records_made -= holes;
    c->records_verified = c->records_made - unconfirmed;
    return true;
}

bool peer_count(struct store *s, struct peer_counts *ret, struct err *err)
{
    struct peer_counts c = {0};
    if (!db_number(&s->db, &c.records_made, 0, err, sql_made, "") ||
        !count_runs(s, &c.records_verified, err) || !count_holes(s, &c, err) ||
        !db_number(&s->db, &c.photos_made, 0, err, sql_photos_made, "") ||
        !db_number(&s->db, &c.photos_stored, 0, err, sql_photos_in, "ss", "stored",
                   "verified") ||
        !db_number(&s->db, &c.photos_verified, 0, err, sql_photos_in, "ss", "verified",
                   "erased") ||
        !db_number(&s->db, &c.held_back, 0, err, sql_held_back, "") ||
        !db_number(&s->db, &c.aside, 0, err, sql_told_aside, "") ||
        !two_numbers(s, sql_originals_waiting, &c.originals_waiting, &c.originals_bytes,
                     err) ||
        !two_numbers(s, sql_points, &c.points_made, &c.points_unconfirmed, err) ||
        !blob_count_unshown(s, &c.unshown, err) ||
        !db_number(&s->db, &c.points_waiting, 0, err, sql_points_waiting, "") ||
        !drafts_count(s, &c.typed, err))
        return false;
    c.all_confirmed = c.records_verified == c.records_made &&
                      c.photos_verified == c.photos_made && c.held_back == 0 &&
                      c.aside == 0 && c.typed == 0;
    *ret = c;
    return true;
}

static const char sql_unconfirmed_of[] =
    "SELECT count(*) FROM record r WHERE r.subject = ?1 AND ((" UNCONFIRMED
    ") OR" TOLD_ASIDE ")";

static const char sql_uncarried_of[] =
    "SELECT count(*) FROM record r WHERE r.subject = ?1 AND (" TOLD_ASIDE
    " OR" UNCONFIRMED
    " AND NOT EXISTS (SELECT 1 FROM hub h JOIN receipt_run c ON c.registry = h.id"
    " AND c.epoch = h.epoch AND c.origin = r.origin WHERE c.first <= r.seq"
    " AND c.last >= r.seq))";

bool peer_record_state(struct store *s, const char *subject, const char **ret,
                       struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_unconfirmed_of, "s", subject))
        return false;
    *ret = "verified";
    if (n == 0)
        return true;
    if (!db_number(&s->db, &n, 0, err, sql_uncarried_of, "s", subject))
        return false;
    *ret = n > 0 ? "waiting" : "carried";
    return true;
}

static const char sql_photo_state[] =
    "SELECT b.cleared, (SELECT r.state FROM receipt_photo r JOIN peer p"
    " ON p.registry = r.registry AND p.epoch = r.epoch WHERE r.sha256 = b.sha256"
    " AND r.bytes = b.bytes) FROM blob b WHERE b.sha256 = ?1";

bool peer_photo_state(struct store *s, const char *sha256, const char **ret,
                      struct err *err)
{
    static const char *const known[] = {"stored", "verified", "erased", "refused"};
    struct db_rows rows;
    const char *state = "absent";
    if (!db_query(&s->db, &rows, err, sql_photo_state, "s", sha256))
        return false;
    if (db_next(&rows, err)) {
        state = db_int(&rows, 0) ? "waiting" : "held";
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (strcmp(db_peek(&rows, 1), known[i]) == 0)
                state = known[i];
    }
    *ret = state;
    return db_done(&rows);
}

static const char sql_waiting[] =
    "SELECT b.sha256, b.type, b.bytes, (SELECT count(*) FROM receipt_photo t"
    " WHERE t.registry = ?1 AND t.epoch = ?2 AND t.sha256 = b.sha256"
    " AND t.bytes = b.bytes AND t.state = 'stored') FROM blob b"
    " WHERE b.cleared = 1 AND NOT EXISTS (SELECT 1 FROM receipt_photo r"
    " WHERE r.sha256 = b.sha256 AND r.bytes = b.bytes"
    " AND r.state IN ('verified', 'erased', 'refused', 'carried')"
    " AND ((r.registry = ?1 AND r.epoch = ?2) OR (r.registry = ?3 AND r.epoch = ?4)))"
    " AND NOT EXISTS (SELECT 1 FROM photo f JOIN open_point o"
    " ON o.observation = f.observation WHERE f.sha256 = b.sha256"
    " AND o.opened_ms > ?5 AND o.opened_ms <= ?6)"
    " ORDER BY b.made_ms, b.sha256";

static bool photos_of(struct db_rows *rows, struct arena *a, struct peer_photo **ret,
                      size_t *ret_n, struct err *err)
{
    struct buf list = BUF_INIT;
    while (db_next(rows, err)) {
        struct peer_photo one = {db_text(rows, a, 0), db_text(rows, a, 1),
                                 db_int(rows, 2), db_int(rows, 3) > 0};
        buf_add(&list, &one, sizeof one);
    }
    bool ok = db_done(rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct peer_photo);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

/* p may be NULL. What opened after opened_until_ms is open no more. */
static bool photos_waiting(struct store *s, const struct peer *p,
                           int64_t opened_until_ms, struct arena *a,
                           struct peer_photo **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    const struct peer *behind = p ? p->behind : NULL;
    return db_query(&s->db, &rows, err, sql_waiting, "ssssii", p ? p->registry : "",
                    p ? p->epoch : "", behind ? behind->registry : "",
                    behind ? behind->epoch : "", open_point_since(), opened_until_ms) &&
           photos_of(&rows, a, ret, ret_n, err);
}

bool peer_photos_waiting(struct store *s, const struct peer *p, struct arena *a,
                         struct peer_photo **ret, size_t *ret_n, struct err *err)
{
    return photos_waiting(s, p, clock_utc_ms(), a, ret, ret_n, err);
}

bool peer_photos_for_stick(struct store *s, const struct peer *p, struct arena *a,
                           struct peer_photo **ret, size_t *ret_n, struct err *err)
{
    return photos_waiting(s, p, INT64_MIN, a, ret, ret_n, err);
}

static const char sql_proven[] =
    "SELECT b.sha256, b.type, b.bytes, 1 FROM blob b JOIN receipt_photo r"
    " ON r.sha256 = b.sha256 AND r.bytes = b.bytes WHERE r.registry = ?1"
    " AND r.epoch = ?2 AND r.state = 'verified' ORDER BY b.sha256";

bool peer_photos_verified(struct store *s, const struct peer *p, struct arena *a,
                          struct peer_photo **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_proven, "ss", p->registry, p->epoch) &&
           photos_of(&rows, a, ret, ret_n, err);
}
