/* walk: see the header. */
#include "core/store/walk.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/claim.h"
#include "core/store/hold.h"

#include <stdio.h>
#include <string.h>

const struct field walk_fields[] = {
    {"title", FIELD_TEXT, 1, 120, FIELD_REQUIRED, NULL},
    {"area", FIELD_TEXT, 0, 80, FIELD_NULLABLE, NULL},
    {"purpose", FIELD_TEXT, 0, 400, FIELD_NULLABLE, NULL},
    {"mode", FIELD_WORD, 0, 0, FIELD_NULLABLE, "foot bicycle car"},
    {"letter", FIELD_TEXT, 1, 2, FIELD_NULLABLE, NULL},
    {"starts_ms", FIELD_INT, 0, INT64_C(1) << 46, FIELD_NULLABLE, NULL},
    {"route", FIELD_ARRAY, 0, 2000, FIELD_NULLABLE, NULL},
};
const size_t walk_field_count = FIELD_COUNT(walk_fields);

static const struct field edit_fields[] = {
    {"title", FIELD_OBJECT, 0, 0, 0, NULL},     {"area", FIELD_OBJECT, 0, 0, 0, NULL},
    {"purpose", FIELD_OBJECT, 0, 0, 0, NULL},   {"mode", FIELD_OBJECT, 0, 0, 0, NULL},
    {"starts_ms", FIELD_OBJECT, 0, 0, 0, NULL}, {"route", FIELD_OBJECT, 0, 0, 0, NULL},
};
static const struct field close_fields[] = {
    {"origins", FIELD_OBJECT, 0, 0, 0, NULL},
    {"points", FIELD_INT, 0, 1000000, 0, NULL},
    {"photos", FIELD_INT, 0, 1000000, 0, NULL},
};

/* ---- the fold -------------------------------------------------------------------- */

static const struct claim_source claims_of_walk = {"walk.plan", "walk.edit", NULL, NULL};

static const char sql_walk_set[] =
    "INSERT INTO walk (id, founded, title, area, purpose, mode, starts_ms, route, letter,"
    " state, begun_ms, ended_ms, closed_ms, manifest, origin, conflicts)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
    " ON CONFLICT (id) DO UPDATE SET founded = excluded.founded, title = excluded.title,"
    " area = excluded.area, purpose = excluded.purpose, mode = excluded.mode,"
    " starts_ms = excluded.starts_ms, route = excluded.route, letter = excluded.letter,"
    " state = excluded.state, begun_ms = excluded.begun_ms,"
    " ended_ms = excluded.ended_ms, closed_ms = excluded.closed_ms,"
    " manifest = excluded.manifest, origin = excluded.origin,"
    " conflicts = excluded.conflicts";
static const char sql_walk_drop[] = "DELETE FROM walk WHERE id = ?1";

struct progress {
    const char *state, *manifest;
    int64_t begun_ms, ended_ms, closed_ms;
    const struct fold_entry *plan;
};

static struct progress progress_of(const struct fold_call *call)
{
    struct progress p = {"planned", NULL, DB_NULL, DB_NULL, DB_NULL, NULL};
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        const char *kind = e->record.kind;
        if (strcmp(kind, "walk.plan") == 0 && !p.plan) {
            p.plan = e;
        } else if (strcmp(kind, "walk.begin") == 0) {
            p.state = "begun";
            if (p.begun_ms == DB_NULL)
                p.begun_ms = e->record.at_ms;
        } else if (strcmp(kind, "walk.end") == 0) {
            p.state = "ended";
            p.ended_ms = e->record.at_ms;
        } else if (strcmp(kind, "walk.close") == 0) {
            p.state = "closed";
            p.closed_ms = e->record.at_ms;
            p.manifest = e->record.body;
        }
    }
    return p;
}

static const char *text_of(const struct claims *c)
{
    const cJSON *shown = claim_shown(c);
    return cJSON_IsString(shown) ? shown->valuestring : NULL;
}

static bool walk_fold(const struct fold_call *call, struct err *err)
{
    enum { TITLE, AREA, PURPOSE, MODE, STARTS, ROUTE, LETTER, FIELDS };
    static const char *const names[FIELDS] = {"title",     "area",  "purpose", "mode",
                                              "starts_ms", "route", "letter"};
    if (call->count == 0)
        return db_run(call->db, err, sql_walk_drop, "s", call->subject);
    struct claims c[FIELDS];
    struct buf conflicts = BUF_INIT, route = BUF_INIT;
    struct json_out o = JSON_OUT(&conflicts), r = JSON_OUT(&route);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < FIELDS; i++) {
        c[i] = claim_read(call->arena, &claims_of_walk, call->entry, call->count, names[i]);
        claim_conflict(&o, names[i], &c[i]);
    }
    json_close(&o, '}');
    int64_t starts = DB_NULL;
    json_as_int(claim_shown(&c[STARTS]), &starts);
    if (claim_shown(&c[ROUTE]))
        json_tree(&r, NULL, claim_shown(&c[ROUTE]));
    struct progress p = progress_of(call);
    const uint8_t *origin = p.plan ? p.plan->record.origin : NULL;
    bool ok = db_run(call->db, err, sql_walk_set, "sissssxsssxxxsbs", call->subject,
                     (int64_t)(p.plan != NULL), text_of(&c[TITLE]), text_of(&c[AREA]),
                     text_of(&c[PURPOSE]), text_of(&c[MODE]), starts, route.data,
                     text_of(&c[LETTER]), p.state, p.begun_ms, p.ended_ms, p.closed_ms,
                     p.manifest, origin, (size_t)RECORD_ORIGIN,
                     conflicts.len > 2 ? conflicts.data : NULL);
    buf_release(&conflicts);
    buf_release(&route);
    return ok;
}

static const struct fold_kind walk_kinds[] = {
    {"walk.plan", walk_fields, FIELD_COUNT(walk_fields), FOLD_BOTH},
    {"walk.edit", edit_fields, FIELD_COUNT(edit_fields), FOLD_BOTH},
    {"walk.begin", NULL, 0, FOLD_BOTH},
    {"walk.end", NULL, 0, FOLD_BOTH},
    {"walk.close", close_fields, FIELD_COUNT(close_fields), FOLD_BOTH},
};
const struct fold_noun walk_noun = {walk_kinds, FIELD_COUNT(walk_kinds), walk_fold};

/* ---- writing --------------------------------------------------------------------- */

bool walk_plan(struct store *s, struct arena *a, const struct walk_wish *wish,
               const char *by_role, const char *by_org, char ret_id[37],
               struct err *err)
{
    char id[UID_SIZE];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    if (wish->id)
        snprintf(id, sizeof id, "%s", wish->id);
    else
        uid_new(id);
    json_open(&o, NULL, '{');
    json_str(&o, "title", wish->title);
    json_str(&o, "area", wish->area);
    json_str(&o, "purpose", wish->purpose);
    json_str(&o, "mode", wish->mode ? wish->mode : "foot");
    if (wish->letter)
        json_str(&o, "letter", wish->letter);
    if (wish->starts_ms != DB_NULL)
        json_num(&o, "starts_ms", wish->starts_ms);
    if (wish->route)
        json_raw_unchecked(&o, "route", wish->route);
    json_close(&o, '}');
    struct record_wish record = {"walk.plan", id, body.data, by_role, by_org, INT64_MIN};
    cJSON *form = NULL;
    bool ok = json_parse(body.data, body.len, &form, err) &&
              field_check(form, walk_fields, walk_field_count, err) &&
              hold_make(s, a, &record, NULL, err);
    json_free(form);
    buf_release(&body);
    if (ok)
        memcpy(ret_id, id, UID_SIZE);
    return ok;
}

static const char sql_walk_counts[] =
    "SELECT (SELECT count(*) FROM observation WHERE walk = ?1 AND founded = 1"
    " AND withdrawn = 0),"
    " (SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"
    " WHERE o.walk = ?1 AND o.founded = 1 AND o.withdrawn = 0)";
static const char sql_own_place[] = "SELECT seq, head FROM self WHERE one = 1";

/* The manifest behind "n of n": how far this origin has come, and the counts. */
static bool write_manifest(struct store *s, struct buf *out, const char *id,
                           struct err *err)
{
    struct db_rows rows;
    struct json_out o = JSON_OUT(out);
    char origin[RECORD_ORIGIN_HEX], head[DIGEST_HEX] = "";
    text_hex(s->origin, RECORD_ORIGIN, origin);
    json_open(&o, NULL, '{');
    if (!db_query(&s->db, &rows, err, sql_own_place, ""))
        return false;
    if (db_next(&rows, err)) {
        json_open(&o, "origins", '{');
        json_open(&o, origin, '{');
        json_num(&o, "seq", db_int(&rows, 0));
        if (!db_is_null(&rows, 1))
            text_hex(sqlite3_column_blob(rows.statement, 1), DIGEST_SIZE, head);
        json_str(&o, "hash", head);
        json_close(&o, '}');
        json_close(&o, '}');
    }
    if (!db_done(&rows) || !db_query(&s->db, &rows, err, sql_walk_counts, "s", id))
        return false;
    if (db_next(&rows, err)) {
        json_num(&o, "points", db_int(&rows, 0));
        json_num(&o, "photos", db_int(&rows, 1));
    }
    json_close(&o, '}');
    return db_done(&rows);
}

bool walk_step(struct store *s, struct arena *a, const char *id, const char *deed,
               const char *by_role, struct err *err)
{
    char kind[32];
    struct buf body = BUF_INIT;
    snprintf(kind, sizeof kind, "walk.%s", deed);
    bool ok = true;
    if (strcmp(deed, "close") == 0)
        ok = write_manifest(s, &body, id, err);
    else
        buf_str(&body, "{}");
    struct record_wish record = {kind, id, body.data, by_role, "", INT64_MIN};
    ok = ok && hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    return ok;
}

/* ---- reading --------------------------------------------------------------------- */

#define WALK_COLUMNS                                                                     \
    "SELECT w.id, w.title, w.area, w.purpose, w.mode, w.letter, w.state, w.route,"       \
    " w.starts_ms, w.begun_ms, w.ended_ms, w.closed_ms, w.origin,"                       \
    " (SELECT count(*) FROM observation o WHERE o.walk = w.id AND o.founded = 1"         \
    " AND o.withdrawn = 0),"                                                             \
    " (SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"          \
    " WHERE o.walk = w.id AND o.founded = 1 AND o.withdrawn = 0) FROM walk w"

static const char sql_walks_by_tail[] =
    WALK_COLUMNS " WHERE w.founded = 1 AND w.id LIKE ?1 ORDER BY w.id LIMIT 2";
static const char sql_walks[] = WALK_COLUMNS
    " WHERE w.founded = 1"
    " ORDER BY COALESCE(w.starts_ms, w.begun_ms, 0) DESC, w.id DESC";
static const char sql_walk_current[] = WALK_COLUMNS
    " WHERE w.founded = 1 AND w.state <> 'closed' AND w.state <> 'ended'"
    " ORDER BY CASE w.state WHEN 'begun' THEN 0 ELSE 1 END,"
    " COALESCE(w.begun_ms, w.starts_ms, 0) DESC, w.id DESC LIMIT 1";

static void read_row(const struct store *s, struct arena *a, struct db_rows *rows,
                     struct walk *w)
{
    w->id = db_text(rows, a, 0);
    w->title = db_text(rows, a, 1);
    w->area = db_text(rows, a, 2);
    w->purpose = db_text(rows, a, 3);
    w->mode = db_text(rows, a, 4);
    w->letter = db_text(rows, a, 5);
    w->state = db_text(rows, a, 6);
    w->route = db_text(rows, a, 7);
    w->starts_ms = db_int_or(rows, 8, DB_NULL);
    w->begun_ms = db_int_or(rows, 9, DB_NULL);
    w->ended_ms = db_int_or(rows, 10, DB_NULL);
    w->closed_ms = db_int_or(rows, 11, DB_NULL);
    const void *origin = sqlite3_column_blob(rows->statement, 12);
    w->own = origin && memcmp(origin, s->origin, RECORD_ORIGIN) == 0;
    w->points = db_int(rows, 13);
    w->photos = db_int(rows, 14);
}

bool walk_find(struct store *s, struct arena *a, const char *id, struct walk *ret,
               struct err *err)
{
    struct walk found[2];
    size_t n = 0, len = strlen(id);
    struct db_rows rows;
    if (len < 6 || len > 36 || strspn(id, "0123456789abcdef-") != len)
        return err_set(err, ERR_NOT_FOUND, "walk.unknown", id, NULL);
    const char *pattern = arena_printf(a, "%%%s", id);
    if (!db_query(&s->db, &rows, err, sql_walks_by_tail, "s", pattern))
        return false;
    while (n < 2 && db_next(&rows, err))
        read_row(s, a, &rows, &found[n++]);
    if (!db_done(&rows))
        return false;
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "walk.unknown", id, NULL);
    if (n > 1)
        return err_set(err, ERR_INPUT, "walk.ambiguous", id, NULL);
    *ret = found[0];
    return true;
}

bool walk_current(struct store *s, struct arena *a, struct walk *ret, struct err *err)
{
    struct db_rows rows;
    struct walk w = {.id = ""};
    if (!db_query(&s->db, &rows, err, sql_walk_current, ""))
        return false;
    if (db_next(&rows, err))
        read_row(s, a, &rows, &w);
    if (!db_done(&rows))
        return false;
    *ret = w;
    return true;
}

bool walk_list(struct store *s, struct arena *a, struct walk **ret, size_t *ret_n,
               struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_walks, ""))
        return false;
    while (db_next(&rows, err)) {
        struct walk w;
        read_row(s, a, &rows, &w);
        buf_add(&list, &w, sizeof w);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct walk);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

static void json_time(struct json_out *o, const char *name, int64_t ms)
{
    char text[32];
    if (ms == DB_NULL) {
        json_null(o, name);
        return;
    }
    clock_format(ms, text);
    json_str(o, name, text);
}

void walk_json(struct json_out *o, const char *name, const struct walk *w)
{
    json_open(o, name, '{');
    json_str(o, "id", w->id);
    json_str(o, "title", w->title);
    json_str(o, "area", w->area);
    json_str(o, "purpose", w->purpose);
    json_str(o, "mode", w->mode);
    json_str(o, "letter", w->letter);
    json_str(o, "state", w->state);
    json_time(o, "starts", w->starts_ms);
    json_time(o, "begun", w->begun_ms);
    json_time(o, "ended", w->ended_ms);
    json_time(o, "closed", w->closed_ms);
    if (w->route)
        json_raw_unchecked(o, "route", w->route);
    else
        json_null(o, "route");
    json_num(o, "points", w->points);
    json_num(o, "photos", w->photos);
    json_bool(o, "own", w->own);
    json_close(o, '}');
}
