/* hub: see the header. */
#include "core/store/local/hub.h"
#include "core/store/local/receipt.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/store/own.h"

#include <string.h>

static const char sql_hub[] =
    "SELECT url, id, epoch, name, device, pin, paired_ms, pulled FROM hub WHERE one = 1";

static bool read_token(const struct store *s, struct arena *a, const char **ret,
                       struct err *err)
{
    char path[1200], *token;
    store_path(s, "hub.token", path, sizeof path);
    if (!file_read(a, path, 512, &token, NULL, err))
        return err_set(err, ERR_UNAUTHENTICATED, "peer.token_missing", path, NULL);
    token[strcspn(token, "\r\n")] = '\0';
    *ret = token;
    return true;
}

bool hub_read(struct store *s, struct arena *a, struct peer *ret, bool *ret_there,
              struct err *err)
{
    struct db_rows rows;
    struct peer p = {0};
    if (!db_query(&s->db, &rows, err, sql_hub, ""))
        return false;
    char token[1200];
    store_path(s, "hub.token", token, sizeof token);
    /* No backup has it: a folder from one knows the hub no more (store.c forgets it; one that
     * was restored before that was so has the row still). */
    bool there = db_next(&rows, err) && file_exists(token);
    if (there)
        p = (struct peer){.url = db_text(&rows, a, 0),
                          .registry = db_text(&rows, a, 1),
                          .epoch = db_text(&rows, a, 2),
                          .name = db_text(&rows, a, 3),
                          .device = db_text(&rows, a, 4),
                          .pin = db_text(&rows, a, 5),
                          .paired_ms = db_int(&rows, 6),
                          .pulled = db_text(&rows, a, 7),
                          .synced_ms = DB_NULL};
    if (!db_done(&rows))
        return false;
    struct peer *behind = arena_alloc(a, sizeof *behind);
    bool paired = false;
    if (there && (!read_token(s, a, &p.token, err) ||
                  !peer_read(s, a, behind, &paired, err)))
        return false;
    p.behind = paired ? behind : NULL;
    *ret_there = there;
    if (there)
        *ret = p;
    return true;
}

static const char sql_hub_set[] =
    "INSERT INTO hub (one, url, id, epoch, name, device, pin, paired_ms, pulled)"
    " VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, '') ON CONFLICT (one) DO UPDATE SET"
    " url = excluded.url, id = excluded.id, epoch = excluded.epoch, name = excluded.name,"
    " device = excluded.device, pin = excluded.pin, paired_ms = excluded.paired_ms,"
    " pulled = ''";

bool hub_write(struct store *s, const struct peer *p, const char *registry,
               struct err *err)
{
    char path[1200];
    if (*s->registry && strcmp(s->registry, registry) != 0)
        return err_set(err, ERR_CONFLICT, "hub.other_registry", NULL);
    store_path(s, "hub.token", path, sizeof path);
    if (!file_write_whole(path, p->token, strlen(p->token), 0600, err) ||
        !db_begin(&s->db, err))
        return false;
    bool ok = db_run(&s->db, err, sql_hub_set, "ssssssi", p->url, p->registry, p->epoch,
                     p->name, p->device, p->pin ? p->pin : "", p->paired_ms) &&
              (*s->registry || store_trust(s, registry, err));
    return db_end(&s->db, ok, err);
}

static const char sql_hub_drop[] = "DELETE FROM hub";

bool hub_forget(struct store *s, struct err *err)
{
    char path[1200];
    store_path(s, "hub.token", path, sizeof path);
    return db_run(&s->db, err, sql_hub_drop, "") && file_remove(path, err);
}

static const char sql_hub_cursor[] = "UPDATE hub SET pulled = ?1 WHERE one = 1";

bool hub_set_cursor(struct store *s, const char *cursor, struct err *err)
{
    return db_run(&s->db, err, sql_hub_cursor, "s", cursor);
}

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const char sql_hub_old[] =
    "SELECT seq FROM record WHERE origin = ?1 AND" /* a disk may have spoilt a head */
    " CASE WHEN json_valid(head) THEN json_extract(head, '$.at') < ?2 END"
    " ORDER BY seq DESC LIMIT 1";
static const char sql_hub_runs[] =
    "SELECT first, last FROM receipt_run WHERE origin = ?1 AND registry = ?2"
    " AND epoch = ?3 ORDER BY first";
static const char sql_hub_wiped[] =
    "SELECT count(*) FROM record WHERE origin = ?1 AND seq = ?2 AND body IS NULL";

/* Up to here everything is old and confirmed by the registry. */
static bool settled_upto(struct store *s, const struct peer *hub, const uint8_t *origin,
                         int64_t *ret, struct err *err)
{
    int64_t confirmed = 1, old = 0;
    *ret = 0;
    if (!hub->behind)
        return true;
    if (!receipt_next(s, hub->behind, origin, &confirmed, err) ||
        !db_number(&s->db, &old, 0, err, sql_hub_old, "bi", origin, (size_t)RECORD_ORIGIN,
                   clock_utc_ms() - DAY_MS))
        return false;
    *ret = old < confirmed - 1 ? old : confirmed - 1;
    return true;
}

/* Moves *next past what the hub has told it holds. */
static bool past_held(struct store *s, const struct peer *hub, const uint8_t *origin,
                      int64_t *next, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_hub_runs, "bss", origin, (size_t)RECORD_ORIGIN,
                  hub->registry, hub->epoch))
        return false;
    while (db_next(&rows, err))
        if (db_int(&rows, 0) <= *next && db_int(&rows, 1) >= *next)
            *next = db_int(&rows, 1) + 1;
    return db_done(&rows);
}

bool hub_next_from(struct store *s, const struct peer *hub,
                   const uint8_t origin[RECORD_ORIGIN], int64_t from, int64_t *ret_seq,
                   struct err *err)
{
    int64_t next = 0, wiped = 1;
    if (!settled_upto(s, hub, origin, &next, err))
        return false;
    for (next = next + 1 > from ? next + 1 : from; wiped > 0; next += wiped)
        if (!past_held(s, hub, origin, &next, err) ||
            !db_number(&s->db, &wiped, 0, err, sql_hub_wiped, "bi", origin,
                       (size_t)RECORD_ORIGIN, next))
            return false;
    *ret_seq = next;
    return true;
}

static const char sql_hub_photos[] =
    "SELECT count(*) FROM blob b JOIN receipt_photo r ON r.sha256 = b.sha256"
    " AND r.bytes = b.bytes WHERE r.registry = ?1 AND r.epoch = ?2"
    " AND r.state = 'carried'";

bool hub_count(struct store *s, const struct peer *hub, struct hub_counts *ret,
               struct err *err)
{
    struct hub_counts c = {0};
    struct arena a = ARENA_INIT;
    struct own *owns;
    size_t n = 0;
    bool ok = db_number(&s->db, &c.photos, 0, err, sql_hub_photos, "ss", hub->registry,
                        hub->epoch) &&
              own_list(s, &a, &owns, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        int64_t next = 1, last = owns[i].last;
        ok = receipt_next(s, hub, owns[i].origin, &next, err);
        c.records += next - 1 < last ? next - 1 : last;
    }
    arena_release(&a);
    if (ok)
        *ret = c;
    return ok;
}
