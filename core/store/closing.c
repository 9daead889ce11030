/* closing: see the header. Reads record, held_run, blob, photo, and the tables of what is
 * written on a walk. */
#include "core/store/closing.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/feed.h"
#include "core/store/local/pass.h"
#include "core/store/own.h"

#include <string.h>

/* ---- the manifest ------------------------------------------------------------------ */

static const char sql_closing_counts[] =
    "SELECT (SELECT count(*) FROM observation WHERE walk = ?1 AND founded = 1"
    " AND withdrawn = 0),"
    " (SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"
    " WHERE o.walk = ?1 AND o.founded = 1 AND o.withdrawn = 0)"
    " + (SELECT count(*) FROM sealed_photo WHERE walk = ?1)";
static const char sql_closing_own[] =
    "SELECT origin, seq, head FROM self WHERE one = 1 AND seq > 0";
/* How far the others that wrote about it have come, as far as we know: also who wrote of
 * no point of it, but a line it went, a lamp, a verdict, answers. */
static const char sql_closing_others[] =
    "SELECT r.origin, r.seq, r.hash FROM record r JOIN"
    " (SELECT x.origin AS origin, max(x.seq) AS seq FROM record x WHERE x.subject = ?1"
    " OR x.subject IN (SELECT id FROM observation WHERE walk = ?1"
    " UNION SELECT id FROM sealed WHERE walk = ?1 UNION SELECT id FROM track WHERE "
    "walk = ?1"
    " UNION SELECT id FROM lamp_look WHERE walk = ?1"
    " UNION SELECT id FROM verdict WHERE walk = ?1 UNION SELECT id FROM rating WHERE "
    "walk = ?1"
    " UNION SELECT id FROM acute WHERE walk = ?1) GROUP BY x.origin) m"
    " ON m.origin = r.origin AND m.seq = r.seq"
    " WHERE r.origin NOT IN (SELECT origin FROM self) ORDER BY r.origin";

static bool write_origins(struct store *s, struct json_out *o, const char *sql,
                          const char *types, const char *walk, struct err *err)
{
    struct db_rows rows;
    char origin[RECORD_ORIGIN_HEX], hash[DIGEST_HEX];
    if (!db_query(&s->db, &rows, err, sql, types, walk))
        return false;
    while (db_next(&rows, err)) {
        text_hex(sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN, origin);
        text_hex(sqlite3_column_blob(rows.statement, 2), DIGEST_SIZE, hash);
        json_open(o, origin, '{');
        json_num(o, "seq", db_int(&rows, 1));
        json_str(o, "hash", hash);
        json_close(o, '}');
    }
    return db_done(&rows);
}

/* What says when the walk began, or ended. */
struct said {
    int64_t tick, at_ms; /* tick 0: nobody said it */
    bool ours;
};

/* When the walk began and ended by the clock that passes and phones were noted by: where it
 * was this folder that said so, as the clock of then told it. The fold dates that anew once
 * a machine without a clock has learnt the time (clock_fix.h), and nobody dates the phones. */
struct hours {
    struct store *s;
    struct said begun, ended;
};

static bool is_pause(const struct record *r, bool *ret, struct err *err)
{
    cJSON *body = NULL;
    if (!json_parse(r->body, r->body_len, &body, err))
        return false;
    *ret = json_true(body, "pause");
    json_free(body);
    return true;
}

/* As the fold has it: the first beginning, and the last end that is no pause. */
static bool note_hour(const struct record *r, int64_t arrival, void *data,
                      struct err *err)
{
    struct hours *h = data;
    struct said *said = NULL;
    bool pause = false;
    (void)arrival;
    if (strcmp(r->kind, "walk.begin") == 0 &&
        (h->begun.tick == 0 || r->tick < h->begun.tick))
        said = &h->begun;
    else if (strcmp(r->kind, "walk.end") == 0 && r->tick > h->ended.tick && r->body) {
        if (!is_pause(r, &pause, err))
            return false;
        said = pause ? NULL : &h->ended;
    }
    if (!said)
        return true;
    said->tick = r->tick;
    said->at_ms = r->at_ms;
    return own_is(h->s, r->origin, &said->ours, err);
}

/* A phone out of reach tells nobody what was tapped on it since. One heard shortly before
 * the walk's end, or after it, had little left to tell; when nobody said that it ended, it
 * ends now. */
static int64_t silent_before(const struct walk *w, const struct hours *h)
{
    int64_t now = clock_utc_ms();
    bool ended = strcmp(w->state, "ended") == 0;
    if (ended && h->ended.ours)
        return h->ended.at_ms - CLOSING_SILENT_MS;
    return (ended && w->ended_ms < now ? w->ended_ms : now) - CLOSING_SILENT_MS;
}

/* Phones of a pass that was over before the walk began only tried the way in. */
static bool count_silent(struct store *s, const struct walk *w, const struct hours *h,
                         const struct pass *p, int64_t *ret, struct err *err)
{
    int64_t begun = h->begun.ours ? h->begun.at_ms : w->begun_ms;
    *ret = 0;
    return (!p->good && begun != DB_NULL && p->until_ms <= begun) ||
           pass_silent(s, p->id, silent_before(w, h), ret, err);
}

static bool write_pass(struct store *s, struct json_out *o, const struct walk *w,
                       const struct hours *h, const struct pass *p, struct err *err)
{
    int64_t silent;
    if (!count_silent(s, w, h, p, &silent, err))
        return false;
    if (p->waiting == 0 && silent == 0)
        return true;
    json_open(o, NULL, '{');
    json_str(o, "id", p->id);
    json_num(o, "phones", p->phones);
    json_num(o, "waiting", p->waiting);
    json_num(o, "silent", silent);
    json_close(o, '}');
    return true;
}

/* Passes of the walk whose phones had not handed everything over when last heard, or were
 * not heard at the end. */
static bool write_passes(struct store *s, struct arena *a, struct json_out *o,
                         const char *walk, struct err *err)
{
    struct pass *list = NULL;
    struct walk w;
    struct hours h = {.s = s};
    size_t n = 0;
    bool ok = s->role != STORE_WALKER ||
              (pass_list(s, a, walk, &list, &n, err) &&
               (n == 0 || (walk_find(s, a, walk, &w, err) &&
                           feed_subject(s, walk, note_hour, &h, err))));
    json_open(o, "passes", '[');
    for (size_t i = 0; ok && i < n; i++)
        ok = write_pass(s, o, &w, &h, &list[i], err);
    json_close(o, ']');
    return ok;
}

bool closing_manifest(struct store *s, struct arena *a, const char *walk,
                      const char **ret, struct err *err)
{
    struct db_rows rows;
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '{');
    json_open(&o, "origins", '{');
    bool ok = write_origins(s, &o, sql_closing_own, "", NULL, err) &&
              write_origins(s, &o, sql_closing_others, "s", walk, err) &&
              db_query(&s->db, &rows, err, sql_closing_counts, "s", walk);
    json_close(&o, '}');
    if (ok && db_next(&rows, err)) {
        json_num(&o, "points", db_int(&rows, 0));
        json_num(&o, "photos", db_int(&rows, 1));
    }
    ok = ok && db_done(&rows) && write_passes(s, a, &o, walk, err);
    json_close(&o, '}');
    if (ok)
        *ret = buf_dup(&text, a);
    buf_release(&text);
    return ok;
}

/* ---- what of it is here ------------------------------------------------------------ */

static const char sql_closing_hash[] =
    "SELECT hash FROM record WHERE origin = ?1 AND seq = ?2";
static const char sql_closing_run[] =
    "SELECT count(*) FROM held_run WHERE origin = ?1 AND first = 1 AND last >= ?2";
static const char sql_closing_is_own[] =
    "SELECT count(*) FROM self WHERE origin = ?1 AND seq >= ?2";

/* All of the origin up to there, and that very record at the end. */
static bool origin_here(struct store *s, const cJSON *one, bool *ret, struct err *err)
{
    uint8_t origin[RECORD_ORIGIN], hash[DIGEST_SIZE];
    const char *hex = json_text(one, "hash");
    int64_t seq = json_int(one, "seq", 0), run = 0, own = 0;
    struct db_rows rows;
    *ret = false;
    if (seq < 1 || !hex || !text_unhex(one->string, origin, RECORD_ORIGIN) ||
        !text_unhex(hex, hash, DIGEST_SIZE))
        return true;
    if (!db_number(&s->db, &run, 0, err, sql_closing_run, "bi", origin,
                   (size_t)RECORD_ORIGIN, seq) ||
        !db_number(&s->db, &own, 0, err, sql_closing_is_own, "bi", origin,
                   (size_t)RECORD_ORIGIN, seq) ||
        !db_query(&s->db, &rows, err, sql_closing_hash, "bi", origin,
                  (size_t)RECORD_ORIGIN, seq))
        return false;
    if (db_next(&rows, err) && (run > 0 || own > 0))
        *ret = memcmp(sqlite3_column_blob(rows.statement, 0), hash, DIGEST_SIZE) == 0;
    return db_done(&rows);
}

static bool origins_here(struct store *s, const cJSON *origins, bool *ret,
                         struct err *err)
{
    bool all = true;
    for (const cJSON *o = origins ? origins->child : NULL; o && all; o = o->next)
        if (!origin_here(s, o, &all, err))
            return false;
    *ret = all;
    return true;
}

/* The seq up to which the manifest speaks of an origin; 0 when it does not. */
static int64_t spoken_of(const cJSON *origins, const void *origin)
{
    char hex[RECORD_ORIGIN_HEX];
    text_hex(origin, RECORD_ORIGIN, hex);
    return json_int(json_object(origins, hex), "seq", 0);
}

static const char sql_closing_records[] =
    "SELECT r.subject, r.origin, r.seq, r.kind FROM record r"
    " JOIN observation o ON o.id = r.subject WHERE o.walk = ?1 AND o.founded = 1"
    " AND r.reason IS NULL ORDER BY r.subject";

static bool find_later(struct store *s, struct arena *a, const char *walk,
                       const cJSON *origins, struct closing *c, struct err *err)
{
    struct db_rows rows;
    struct buf after = BUF_INIT, later = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_closing_records, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        const char *kind = db_peek(&rows, 3);
        const void *origin = sqlite3_column_blob(rows.statement, 1);
        if (db_int(&rows, 2) <= spoken_of(origins, origin) ||
            (!text_starts(kind, "observation.") && !text_starts(kind, "photo.")))
            continue;
        const char *id = db_text(&rows, a, 0);
        buf_add(&later, &id, sizeof id);
        if (strcmp(kind, "observation.note") == 0)
            buf_add(&after, &id, sizeof id);
    }
    c->later_count = later.len / sizeof *c->later;
    c->later = arena_memdup(a, later.data, later.len);
    c->after_count = after.len / sizeof *c->after;
    c->after = arena_memdup(a, after.data, after.len);
    buf_release(&after);
    buf_release(&later);
    return db_done(&rows);
}

static const char sql_closing_photos_here[] =
    "SELECT (SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"
    " JOIN blob b ON b.sha256 = p.sha256"
    " WHERE o.walk = ?1 AND o.founded = 1 AND o.withdrawn = 0)"
    " + (SELECT count(*) FROM sealed_photo z JOIN blob b ON b.sha256 = z.sha256"
    " WHERE z.walk = ?1)";

/* Photos that neither came nor went on purpose: erased, covered, their time over. */
static const char sql_closing_lacking[] =
    "SELECT (SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"
    " WHERE o.walk = ?1 AND o.founded = 1 AND o.withdrawn = 0 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.sha256 = p.sha256) AND NOT EXISTS"
    " (SELECT 1 FROM erased_blob e WHERE e.sha256 = p.sha256))"
    " + (SELECT count(*) FROM sealed_photo z WHERE z.walk = ?1 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.sha256 = z.sha256) AND NOT EXISTS"
    " (SELECT 1 FROM erased_blob e WHERE e.sha256 = z.sha256))";

static int64_t at_most(int64_t n, int64_t most)
{
    return n < most ? n : most;
}

/* What another program wrote there may be any number. */
static int64_t within(int64_t n)
{
    return n < 0 ? 0 : at_most(n, 1000000);
}

/* Manifests of before tell of no silent phones. */
static void read_passes(const cJSON *passes, struct arena *a, struct closing *c)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    if (!passes || !passes->child)
        return;
    for (const cJSON *p = passes->child; p; p = p->next) {
        c->waiting += within(json_int(p, "waiting", 0));
        c->silent += within(json_int(p, "silent", 0));
    }
    json_tree(&o, NULL, passes);
    c->passes = buf_dup(&text, a);
    buf_release(&text);
}

static bool compare(struct store *s, struct arena *a, const struct walk *w,
                    const cJSON *manifest, struct closing *c, struct err *err)
{
    const cJSON *origins = json_object(manifest, "origins");
    int64_t photos = 0, lacking = 0;
    bool records = false;
    c->closed = true;
    c->points = json_int(manifest, "points", 0);
    c->photos = json_int(manifest, "photos", 0);
    if (!origins_here(s, origins, &records, err) ||
        !find_later(s, a, w->id, origins, c, err) ||
        !db_number(&s->db, &photos, 0, err, sql_closing_photos_here, "s", w->id) ||
        !db_number(&s->db, &lacking, 0, err, sql_closing_lacking, "s", w->id))
        return false;
    int64_t before = w->points - (int64_t)c->after_count;
    c->points_here = records ? c->points : at_most(before < 0 ? 0 : before, c->points);
    c->photos_here =
        records ? c->photos - at_most(lacking, c->photos) : at_most(photos, c->photos);
    c->complete = records && c->photos_here == c->photos;
    read_passes(json_array(manifest, "passes"), a, c);
    return true;
}

bool closing_of(struct store *s, struct arena *a, const struct walk *w,
                struct closing *ret, struct err *err)
{
    struct closing c = {.closed = false};
    cJSON *manifest = NULL;
    bool ok = true;
    if (w->manifest)
        ok = json_parse(w->manifest, strlen(w->manifest), &manifest, err) &&
             compare(s, a, w, manifest, &c, err);
    json_free(manifest);
    if (ok)
        *ret = c;
    return ok;
}

void closing_json(struct json_out *o, const char *name, const struct closing *c)
{
    if (!c->closed) {
        json_null(o, name);
        return;
    }
    json_open(o, name, '{');
    json_num(o, "points", c->points);
    json_num(o, "points_here", c->points_here);
    json_num(o, "photos", c->photos);
    json_num(o, "photos_here", c->photos_here);
    json_bool(o, "complete", c->complete);
    json_num(o, "later", (int64_t)c->later_count);
    json_open(o, "after", '[');
    for (size_t i = 0; i < c->after_count; i++)
        json_str(o, NULL, c->after[i]);
    json_close(o, ']');
    if (c->passes)
        json_raw_unchecked(o, "passes", c->passes);
    json_num(o, "waiting", c->waiting);
    json_num(o, "silent", c->silent);
    json_close(o, '}');
}
