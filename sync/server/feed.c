/* feed: what a device may see comes out to it (PROTOCOL 8). Without a set: what every
 * device may see. With one: the points near its walks, with their photos and issues.
 *
 * The unit is the subject: all its records or none, decided here, each time one of them
 * is met. Whatever makes a subject visible (a new place, a category that is no longer
 * the police's) is a record of it, so its older records go along then. A subject that
 * must not be out there any more is named in a drop line. */
#include "sync/server/host.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/feed.h"
#include "core/store/issue.h"
#include "core/store/observation.h"
#include "core/store/spoilt.h"
#include "sync/interest.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

/* ---- the answer ------------------------------------------------------------------ */

enum { ORIGINS_MOST = 64, SUBJECTS_MOST = 512, SCAN = 500, SCAN_MS = 1500, PACK_LEAST = 1024 };

struct feeding {
    struct http_request *q;
    struct store *s;
    struct buf *out;
    int64_t last; /* arrival looked at */
    int64_t lines;
    uint8_t origin[ORIGINS_MOST][RECORD_ORIGIN]; /* whose key was told */
    size_t origins;

    /* of a set */
    const struct interest *wanted;
    const char *done[SUBJECTS_MOST]; /* subjects told in this answer */
    size_t dones;
    bool full;
    size_t subject_from; /* where in out the subject began that is being told */
    const uint8_t *skip; /* origin whose records are not told, NULL for none */
    int64_t until_ms;
};

static bool tell_key(struct feeding *f, const uint8_t *origin, struct err *err)
{
    uint8_t key[SIGN_PUBLIC];
    for (size_t i = 0; i < f->origins; i++)
        if (memcmp(f->origin[i], origin, RECORD_ORIGIN) == 0)
            return true;
    if (!feed_key(f->s, origin, key, err))
        return false;
    wire_key_line(f->out, origin, key);
    if (f->origins < ORIGINS_MOST)
        memcpy(f->origin[f->origins++], origin, RECORD_ORIGIN);
    return true;
}

/* To everybody: the photo that went. Which point it was of is only for those who may see
 * the point. */
static bool tell_covered(struct feeding *f, const struct record *r, struct err *err)
{
    cJSON *body = NULL;
    if (r->body && !json_parse(r->body, r->body_len, &body, err))
        return false;
    if (digest_is_hex(json_text(body, "old")))
        wire_covered_line(f->out, json_text(body, "old"));
    json_free(body);
    f->lines++;
    return true;
}

static bool tell_record(const struct record *r, int64_t arrival, void *data,
                        struct err *err)
{
    struct feeding *f = data;
    struct record said;
    bool can_tell;
    if (f->skip && memcmp(f->skip, r->origin, RECORD_ORIGIN) == 0)
        return true;
    if (!carry_said(f->s, f->q->arena, r, &said, &can_tell, err))
        return false;
    if (!f->wanted)
        f->last = arrival;
    if (!can_tell || (f->wanted && strcmp(said.kind, "issue.comment") == 0))
        return true; /* the desk's own words */
    if (!f->wanted && strcmp(said.kind, "photo.cover") == 0)
        return tell_covered(f, &said, err);
    if (f->wanted && f->out->len - f->subject_from > WIRE_SUBJECT_MOST)
        return true;
    if (!tell_key(f, r->origin, err))
        return false;
    record_line(r, f->out);
    buf_char(f->out, '\n');
    f->lines++;
    f->full = f->full || f->out->len >= WIRE_BATCH_MOST;
    return true;
}

/* ---- what is visible ------------------------------------------------------------- */

struct point {
    bool founded, police, own, near;
};

/* Once two origins have written a note of it, what any of them says counts, and it is
 * nobody's own: whoever writes an older note must open nothing by it. */
static const char sql_feed_point[] =
    "SELECT o.founded, o.walk, w.area, o.category, o.conflicts, o.origin, o.stood_lat,"
    " o.stood_lon, o.thing_lat, o.thing_lon, (SELECT count(*) FROM record r"
    " WHERE r.subject = o.id AND COALESCE(r.carried, r.kind) = 'observation.seal'),"
    " (SELECT count(DISTINCT COALESCE(r.carried_origin, r.origin)) FROM record r"
    " WHERE r.subject = o.id AND COALESCE(r.carried, r.kind) = 'observation.note'),"
    " (SELECT count(*) FROM record r WHERE r.subject = o.id AND"
    " COALESCE(r.carried, r.kind) = 'observation.note' AND"
    " r.body LIKE '%" OBSERVATION_POLICE_ONLY "%')"
    " FROM observation o LEFT JOIN walk w ON w.id = o.walk WHERE o.id = ?1";

static bool in_list(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static bool is_near(const struct interest *i, const struct db_rows *rows)
{
    struct geo_point stood = {db_int_or(rows, 6, GEO_NONE),
                              db_int_or(rows, 7, GEO_NONE), -1};
    struct geo_point thing = {db_int_or(rows, 8, GEO_NONE),
                              db_int_or(rows, 9, GEO_NONE), -1};
    const char *area = db_peek(rows, 2);
    return in_list(i->walk, i->walks, db_peek(rows, 1)) ||
           (*area && in_list(i->area, i->areas, area)) || interest_in_boxes(i, stood) ||
           interest_in_boxes(i, thing);
}

/* wanted may be NULL: near is false then. */
static bool look_at(struct store *s, const struct interest *wanted,
                    const uint8_t *device, const char *observation, struct point *ret,
                    struct err *err)
{
    struct db_rows rows;
    *ret = (struct point){.founded = false};
    if (!db_query(&s->db, &rows, err, sql_feed_point, "s", observation))
        return false;
    if (db_next(&rows, err)) {
        const void *origin = sqlite3_column_blob(rows.statement, 5);
        ret->founded = db_int(&rows, 0) == 1;
        ret->police = observation_police_only(db_peek(&rows, 3), db_peek(&rows, 4)) ||
                      db_int(&rows, 10) > 0 ||
                      (db_int(&rows, 11) > 1 && db_int(&rows, 12) > 0);
        ret->own = origin && memcmp(origin, device, RECORD_ORIGIN) == 0 &&
                   db_int(&rows, 11) <= 1;
        ret->near = wanted && is_near(wanted, &rows);
    }
    return db_done(&rows);
}

bool sync_point_visible(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                        const char *observation, bool *ret, struct err *err)
{
    struct point p;
    if (!look_at(s, NULL, origin, observation, &p, err))
        return false;
    *ret = p.founded && (!p.police || p.own);
    return true;
}

static const char sql_feed_sealed[] =
    "SELECT count(*) FROM record WHERE subject = ?1 AND origin <> ?2 AND"
    " COALESCE(carried, kind) IN ('observation.seal', 'photo.seal')";

/* A sealed point has no row among the points: its records say what it is. */
static bool sealed_elsewhere(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                             const char *subject, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_feed_sealed, "sb", subject, origin,
                   (size_t)RECORD_ORIGIN))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_feed_point_of[] =
    "SELECT COALESCE((SELECT observation FROM issue WHERE id = ?1), ?1)";

bool sync_withheld(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                   const char *subject, bool *ret, struct err *err)
{
    struct db_rows rows;
    struct point p;
    char observation[128] = "";
    if (!db_query(&s->db, &rows, err, sql_feed_point_of, "s", subject))
        return false;
    if (db_next(&rows, err))
        snprintf(observation, sizeof observation, "%s", db_peek(&rows, 0));
    if (!db_done(&rows) || !look_at(s, NULL, origin, observation, &p, err))
        return false;
    *ret = p.police && !p.own;
    return *ret || sealed_elsewhere(s, origin, subject, ret, err);
}

/* ---- a set ----------------------------------------------------------------------- */

static const char sql_feed_issue_of[] = "SELECT observation FROM issue WHERE id = ?1";
static const char sql_feed_issues[] = "SELECT id FROM issue WHERE observation = ?1";
static const char sql_feed_merges[] =
    "SELECT id FROM issue_merge WHERE kept = ?1 OR joined = ?1 ORDER BY id";
static const char sql_feed_merged[] = "SELECT observation FROM issue_merge m JOIN "
                                      "issue i ON i.id = m.kept OR i.id = m.joined"
                                      " WHERE m.id = ?1 ORDER BY observation";
static const char sql_feed_walk[] =
    "SELECT area FROM walk WHERE id = ?1 AND founded = 1";
static const char sql_feed_walk_points[] =
    "SELECT id FROM observation WHERE walk = ?1 AND founded = 1 ORDER BY number, id";

struct name {
    const char *text;
    struct name *next;
};

static bool names(struct feeding *f, const char *sql, const char *of, struct name **ret,
                  struct err *err)
{
    struct db_rows rows;
    struct name **end = ret;
    *ret = NULL;
    if (!db_query(&f->s->db, &rows, err, sql, "s", of))
        return false;
    while (db_next(&rows, err)) {
        struct name *n = arena_alloc(f->q->arena, sizeof *n);
        *n = (struct name){db_text(&rows, f->q->arena, 0), NULL};
        *end = n;
        end = &n->next;
    }
    return db_done(&rows);
}

/* False when it was told already. */
static bool first_time(struct feeding *f, const char *subject)
{
    if (in_list(f->done, f->dones, subject))
        return false;
    if (f->dones < SUBJECTS_MOST)
        f->done[f->dones++] = arena_strdup(f->q->arena, subject);
    return true;
}

static bool tell_subject(struct feeding *f, const char *subject, bool drop,
                         struct err *err)
{
    if (!first_time(f, subject))
        return true;
    f->subject_from = f->out->len;
    if (!drop)
        return feed_subject(f->s, subject, tell_record, f, err);
    wire_drop_line(f->out, subject);
    f->lines++;
    return true;
}

/* What says which case is shown for this one. Of the other case it names the id alone, and
 * says nothing where that case is not. */
static bool tell_merges(struct feeding *f, const char *issue, struct err *err)
{
    struct name *merges;
    if (!names(f, sql_feed_merges, issue, &merges, err))
        return false;
    for (const struct name *n = merges; n; n = n->next)
        if (!tell_subject(f, n->text, false, err))
            return false;
    return true;
}

/* The point with its photos (their subject is the point) and its issue's public part. */
static bool tell_point(struct feeding *f, const char *observation, struct err *err)
{
    const struct sync_actor *actor = f->q->actor;
    struct name *issues;
    struct point p;
    if (!look_at(f->s, f->wanted, actor->origin, observation, &p, err))
        return false;
    if (!p.founded || !p.near)
        return true;
    bool drop = p.police && !p.own;
    bool ok = tell_subject(f, observation, drop, err) &&
              names(f, sql_feed_issues, observation, &issues, err);
    for (const struct name *n = ok ? issues : NULL; ok && n; n = n->next)
        ok = tell_subject(f, n->text, drop, err) &&
             (drop || tell_merges(f, n->text, err));
    return ok;
}

/* The points of both cases, and the merge with those that are wanted. */
static bool tell_merged(struct feeding *f, const char *merge, struct err *err)
{
    struct name *points;
    if (!names(f, sql_feed_merged, merge, &points, err))
        return false;
    for (const struct name *n = points; n; n = n->next)
        if (!tell_point(f, n->text, err))
            return false;
    return true;
}

/* A walk that is wanted; when it was planned or changed its points go along, because
 * that may be what makes them visible. */
static bool tell_walk(struct feeding *f, const char *kind, const char *walk,
                      struct err *err)
{
    struct name *areas, *points = NULL;
    if (!names(f, sql_feed_walk, walk, &areas, err))
        return false;
    bool wanted = in_list(f->wanted->walk, f->wanted->walks, walk) ||
                  (areas && areas->text &&
                   in_list(f->wanted->area, f->wanted->areas, areas->text));
    if (!areas || !wanted)
        return true;
    bool changes = strcmp(kind, "walk.plan") == 0 || strcmp(kind, "walk.edit") == 0;
    bool ok = tell_subject(f, walk, false, err) &&
              (!changes || names(f, sql_feed_walk_points, walk, &points, err));
    for (const struct name *n = points; ok && n; n = n->next)
        ok = tell_point(f, n->text, err);
    return ok;
}

bool sync_is_private(const char *kind)
{
    static const char *const prefixes[] = {"contact.", "rating.", "acute.",
                                           "track.",   "lamp.",   "verdict.",
                                           "observation.seal", "photo.seal"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (text_starts(kind, prefixes[i]))
            return true;
    return false;
}

/* By its subject, so that a kind this program does not know goes where its point goes. */
static bool tell_place(int64_t arrival, const char *kind, const char *subject,
                       void *data, struct err *err)
{
    struct feeding *f = data;
    struct name *of_issue;
    bool ok = true;
    char what[80], whom[128];
    snprintf(what, sizeof what, "%s", kind);
    snprintf(whom, sizeof whom, "%s", subject);
    if (sync_is_private(what) || in_list(f->done, f->dones, whom))
        ok = true;
    else if (text_starts(what, "walk."))
        ok = tell_walk(f, what, whom, err);
    else if (text_starts(what, "issue.merge") || text_starts(what, "issue.unmerge"))
        ok = tell_merged(f, whom, err);
    else if (!names(f, sql_feed_issue_of, whom, &of_issue, err))
        return false;
    else
        ok = tell_point(f, of_issue && of_issue->text ? of_issue->text : whom, err);
    f->last = arrival;
    f->full = f->lines >= WIRE_PULL_MOST || f->out->len >= WIRE_BATCH_MOST ||
              f->dones >= SUBJECTS_MOST / 2 || clock_mono_ms() >= f->until_ms;
    return ok;
}

/* Looks at what arrived, step by step, until the answer is full or the end is reached. */
static bool tell_set(struct feeding *f, bool *ret_more, struct err *err)
{
    int64_t before = -1;
    f->until_ms = clock_mono_ms() + SCAN_MS;
    while (!f->full && before != f->last) {
        before = f->last;
        if (!feed_places(f->s, f->last, SCAN, tell_place, f, &f->full, err))
            return false;
    }
    *ret_more = f->full;
    return true;
}

/* ---- answering ------------------------------------------------------------------- */

/* "EPOCH.ARRIVAL", of a set "EPOCH.DIGEST.ARRIVAL"; of another epoch or another set it
 * begins from nothing. */
static int64_t cursor_of(const char *prefix, const char *cursor)
{
    int64_t arrival = 0;
    size_t n = strlen(prefix);
    if (cursor && strncmp(cursor, prefix, n) == 0 && text_int(cursor + n, &arrival) &&
        arrival > 0)
        return arrival;
    return 0;
}

static bool read_set(struct http_request *q, struct interest *ret, char digest[17],
                     struct err *err)
{
    static const char *const names_of[] = {"walks", "areas", "boxes", "own"};
    const char *value[4];
    char hex[DIGEST_HEX];
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < 4; i++) {
        value[i] = http_query(q, names_of[i]);
        buf_printf(&text, "%s\n", value[i] ? value[i] : "");
    }
    digest_hex_of(text.data, text.len, hex);
    snprintf(digest, 17, "%.16s", hex);
    buf_release(&text);
    return interest_read(q->arena, value[0], value[1], value[2], value[3], ret, err);
}

/* Text that a phone pays for: gzip where it is understood. */
static void pack(struct http_request *q, struct http_reply *r)
{
    const char *takes = http_header(q, "Accept-Encoding");
    struct buf packed = BUF_INIT;
    if (!takes || !strstr(takes, "gzip") || r->body.len < PACK_LEAST)
        return;
    wire_gzip(&packed, r->body.data, r->body.len);
    buf_release(&r->body);
    r->body = packed;
    http_reply_header(r, "Content-Encoding", "gzip");
}

enum { LOST_MOST = 64 };

static void tell_lost(const uint8_t origin[RECORD_ORIGIN], int64_t seq, void *out)
{
    wire_lost_line(out, origin, seq);
}

int sync_feed(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct store *s = q->worker;
    const struct sync_actor *actor = q->actor;
    struct interest wanted;
    struct feeding f = {.q = q, .s = s, .out = &r->body};
    char digest[17], *prefix;
    bool ok, more = false;
    if (!read_set(q, &wanted, digest, err))
        return 0;
    bool set = !interest_is_empty(&wanted) && !actor->revoked;
    prefix =
        arena_printf(q->arena, "%s.%s%s", s->epoch, set ? digest : "", set ? "." : "");
    f.last = cursor_of(prefix, http_query(q, "after"));
    if (set) {
        f.wanted = &wanted;
        f.skip = wanted.own ? NULL : actor->origin;
        ok = tell_set(&f, &more, err);
    } else {
        ok = (actor->revoked || spoilt_each(s, actor->origin, actor->device, LOST_MOST,
                                            tell_lost, f.out, err)) &&
             (actor->revoked ? feed_rights : feed_public)(
                 s, f.last, WIRE_PULL_MOST, tell_record, &f, &f.full, err);
    }
    if (!ok)
        return 0;
    if (more && f.lines == 0) /* an empty body would say that there is nothing more */
        wire_key_line(&r->body, s->origin, s->key);
    http_reply_header(r, "Lygte-Cursor",
                      arena_printf(q->arena, "%s%lld", prefix, (long long)f.last));
    r->type = "application/x-ndjson";
    pack(q, r);
    return 200;
}
