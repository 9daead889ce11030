/* walk: see the header. */
#include "core/store/walk.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/closing.h"
#include "core/store/hold.h"
#include "core/store/track.h"

#include <stdio.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------- */

/* What the table of fields cannot say: the insides of route, groups and weather. */
bool walk_form_fits(const cJSON *form, struct err *err)
{
    const cJSON *route = json_array(form, "route"), *groups = json_array(form, "groups");
    const char *weather = json_text(form, "weather"), *title = json_text(form, "title");
    if (title && !title[strspn(title, " \t\r\n")]) /* nobody could tap it to open it */
        return err_set(err, ERR_INPUT, "walk.blank_title", NULL),
               err_part(err, "title");
    if (route && !walk_route_fits(route))
        return err_set(err, ERR_INPUT, "walk.bad_route", NULL), err_part(err, "route");
    if (groups && !walk_groups_fit(groups))
        return err_set(err, ERR_INPUT, "walk.bad_groups", WALK_ROLES, NULL),
               err_part(err, "groups");
    if (weather && !walk_weather_fits(weather))
        return err_set(err, ERR_INPUT, "walk.bad_weather", weather, WALK_WEATHER, NULL),
               err_part(err, "weather");
    return true;
}

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
    if (wish->weather)
        json_str(&o, "weather", wish->weather);
    if (wish->light)
        json_str(&o, "light", wish->light);
    if (wish->groups)
        json_raw_unchecked(&o, "groups", wish->groups);
    if (wish->briefed)
        json_bool(&o, "briefed", true);
    if (wish->data_text)
        json_bool(&o, "data_text", true);
    json_close(&o, '}');
    struct record_wish record = {"walk.plan", id, body.data, by_role, by_org, INT64_MIN};
    cJSON *form = NULL;
    bool ok = json_parse(body.data, body.len, &form, err) &&
              field_check(form, walk_fields, walk_field_count, err) &&
              walk_form_fits(form, err) && hold_make(s, a, &record, NULL, err);
    json_free(form);
    buf_release(&body);
    if (ok)
        memcpy(ret_id, id, UID_SIZE);
    return ok;
}

static bool pause_or_resume(struct store *s, struct arena *a, const struct walk *w,
                            bool pause, const char *by_role, struct err *err)
{
    if (strcmp(w->state, "begun") != 0)
        return err_set(err, ERR_CONFLICT, "walk.not_begun", w->title, NULL);
    if (w->paused == pause)
        return true;
    return hold_say(s, a, pause ? "walk.end" : "walk.begin", w->id,
                    pause ? "{\"pause\":true}" : "{}", by_role, err);
}

static bool reopen(struct store *s, struct arena *a, const struct walk *w,
                   const char *by_role, struct err *err)
{
    int64_t late = clock_utc_ms() - (int64_t)WALK_REOPEN_HOURS * 3600000;
    bool closed = strcmp(w->state, "closed") == 0;
    int64_t when = closed ? w->closed_ms : w->ended_ms;
    if (strcmp(w->state, "begun") == 0)
        return true;
    if (strcmp(w->state, "planned") == 0)
        return err_set(err, ERR_CONFLICT, "walk.not_begun", w->title, NULL);
    if (when != DB_NULL && when < late)
        return err_set(err, ERR_CONFLICT, "walk.reopen_late", w->title, NULL);
    return hold_say(s, a, "walk.begin", w->id, "{\"reopened\":true}", by_role, err);
}

/* Beginning what has ended is opening it again, by the same rule. */
static bool begin(struct store *s, struct arena *a, const struct walk *w,
                  const char *by_role, struct err *err)
{
    if (strcmp(w->state, "begun") == 0)
        return pause_or_resume(s, a, w, false, by_role, err);
    if (strcmp(w->state, "planned") != 0)
        return reopen(s, a, w, by_role, err);
    return hold_say(s, a, "walk.begin", w->id, "{}", by_role, err);
}

bool walk_step(struct store *s, struct arena *a, const char *id, const char *deed,
               const char *by_role, struct err *err)
{
    struct walk w;
    if (strcmp(deed, "begin") != 0 && s->role == STORE_WALKER &&
        !track_flush(s, a, id, INT64_MAX, by_role, err))
        return false;
    if (!walk_find(s, a, id, &w, err))
        return false;
    bool ended = strcmp(w.state, "ended") == 0, closed = strcmp(w.state, "closed") == 0;
    if (strcmp(deed, "end") == 0) /* said again it moves no time */
        return ended || closed || hold_say(s, a, "walk.end", w.id, "{}", by_role, err);
    if (strcmp(deed, "close") == 0) {
        const char *manifest;
        return closed || (closing_manifest(s, a, w.id, &manifest, err) &&
                          hold_say(s, a, "walk.close", w.id, manifest, by_role, err));
    }
    if (strcmp(deed, "begin") == 0)
        return begin(s, a, &w, by_role, err);
    if (strcmp(deed, "reopen") == 0)
        return reopen(s, a, &w, by_role, err);
    return pause_or_resume(s, a, &w, strcmp(deed, "pause") == 0, by_role, err);
}

/* ---- reading --------------------------------------------------------------------- */

#define WALK_COLUMNS                                                                   \
    "SELECT w.id, w.title, w.area, w.purpose, w.mode, w.letter, w.state, w.route,"     \
    " w.starts_ms, w.begun_ms, w.ended_ms, w.closed_ms, w.origin, w.paused,"           \
    " w.weather, w.light, w.walk_groups, w.briefed, w.data_text, w.attendance,"        \
    " w.votes, w.conflicts, w.manifest,"                                               \
    " (SELECT count(*) FROM observation o WHERE o.walk = w.id AND o.founded = 1"       \
    " AND o.withdrawn = 0),"                                                           \
    " (SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"        \
    " WHERE o.walk = w.id AND o.founded = 1 AND o.withdrawn = 0 AND NOT EXISTS"        \
    " (SELECT 1 FROM erased_blob e WHERE e.sha256 = p.sha256)) FROM walk w"

static const char sql_walks_by_tail[] =
    WALK_COLUMNS " WHERE w.founded = 1 AND w.id LIKE ?1 ORDER BY w.id LIMIT 2";
static const char sql_walks[] = WALK_COLUMNS
    " WHERE w.founded = 1"
    " ORDER BY COALESCE(w.starts_ms, w.begun_ms, 0) DESC, w.id DESC";
/* Somebody who writes here had a part in it: began it, said something of it, or noted a
 * point. What others began elsewhere comes home with the pull, all the same begun. */
#define OURS                                                                           \
    "(SELECT origin FROM self UNION SELECT origin FROM own_origin"                     \
    " UNION SELECT origin FROM device_origin)"
#define TAKES_PART                                                                     \
    "(EXISTS (SELECT 1 FROM record r WHERE r.subject = w.id AND r.origin IN " OURS ")" \
    " OR EXISTS (SELECT 1 FROM observation o WHERE o.walk = w.id AND o.origin "        \
    "IN " OURS "))"
/* How far it is from now, ?1: NULL, which is not near, when one of the two is not known. */
#define AWAY                                                                           \
    "ABS(CASE w.state WHEN 'begun' THEN w.begun_ms WHEN 'ended' THEN w.ended_ms"       \
    " ELSE w.starts_ms END - ?1)"
/* Of plans that tell no day, and of what has ended, only ours: those of all the others come
 * here too. */
#define CHOICE                                                                         \
    "CASE WHEN w.state = 'begun' AND " TAKES_PART " THEN 0"                            \
    " WHEN w.state IN ('planned', 'begun') AND " AWAY " <= ?2 THEN 1"                  \
    " WHEN w.state = 'ended' AND ?3 = 1 AND " AWAY " <= ?2 AND " TAKES_PART " THEN 1"  \
    " WHEN w.state = 'planned' AND w.starts_ms IS NULL AND " TAKES_PART " THEN 2 END"
static const char sql_walk_current[] =
    WALK_COLUMNS " WHERE w.founded = 1 AND " CHOICE " IS NOT NULL"
                 " ORDER BY " CHOICE ", COALESCE(" AWAY ", 0),"
                 " COALESCE(w.begun_ms, 0) DESC, w.id DESC LIMIT 1";

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
    w->paused = db_int(rows, 13) != 0;
    w->weather = db_text(rows, a, 14);
    w->light = db_text(rows, a, 15);
    w->groups = db_text(rows, a, 16);
    w->briefed = db_int(rows, 17) != 0;
    w->data_text = db_int(rows, 18) != 0;
    w->attendance = db_text(rows, a, 19);
    w->votes = db_text(rows, a, 20);
    w->conflicts = db_text(rows, a, 21);
    w->manifest = db_text(rows, a, 22);
    w->points = db_int(rows, 23);
    w->photos = db_int(rows, 24);
}

bool walk_find(struct store *s, struct arena *a, const char *id, struct walk *ret,
               struct err *err)
{
    struct walk found[2];
    size_t n = 0;
    struct db_rows rows;
    if (!uid_is_tail(id))
        return err_set(err, ERR_NOT_FOUND, "walk.unknown", id, NULL);
    const char *pattern = arena_printf(a, "%%%s", id);
    if (!db_query(&s->db, &rows, err, sql_walks_by_tail, "s", pattern))
        return false;
    while (n < 2 && db_next(&rows, err))
        read_row(s, a, &rows, &found[n++]);
    if (!db_done(&rows))
        return false;
    if (!uid_found_one(n, id, "walk.unknown", "walk.ambiguous", err))
        return false;
    *ret = found[0];
    return true;
}

static const char sql_walk_ids_by_tail[] =
    "SELECT id FROM walk WHERE founded = 1 AND id LIKE ?1 ORDER BY id LIMIT 2";

bool walk_id(struct store *s, struct arena *a, const char *id, const char **ret,
             struct err *err)
{
    const char *found[2] = {0};
    size_t n = 0;
    struct db_rows rows;
    if (!uid_is_tail(id))
        return err_set(err, ERR_NOT_FOUND, "walk.unknown", id, NULL);
    const char *pattern = arena_printf(a, "%%%s", id);
    if (!db_query(&s->db, &rows, err, sql_walk_ids_by_tail, "s", pattern))
        return false;
    while (n < 2 && db_next(&rows, err))
        found[n++] = db_text(&rows, a, 0);
    if (!db_done(&rows) || !uid_found_one(n, id, "walk.unknown", "walk.ambiguous", err))
        return false;
    *ret = found[0];
    return true;
}

bool walk_current(struct store *s, struct arena *a, int64_t now_ms, bool ended,
                  struct walk *ret, struct err *err)
{
    struct db_rows rows;
    struct walk w = {.id = ""};
    if (!db_query(&s->db, &rows, err, sql_walk_current, "xii", now_ms,
                  (int64_t)WALK_NEAR_HOURS * 3600000, (int64_t)ended))
        return false;
    if (db_next(&rows, err))
        read_row(s, a, &rows, &w);
    if (!db_done(&rows))
        return false;
    *ret = w;
    return true;
}

static const char sql_walk_under_way[] =
    "SELECT w.id FROM walk w WHERE w.founded = 1 AND w.state = 'begun'"
    " AND COALESCE(w.paused, 0) = 0 AND " TAKES_PART
    " ORDER BY w.begun_ms DESC, w.id DESC LIMIT 1";

bool walk_under_way(struct store *s, char id[37], struct err *err)
{
    struct db_rows rows;
    id[0] = '\0';
    if (!db_query(&s->db, &rows, err, sql_walk_under_way, ""))
        return false;
    if (db_next(&rows, err))
        snprintf(id, 37, "%s", db_peek(&rows, 0));
    return db_done(&rows);
}

static const char sql_walk_is_here[] =
    "SELECT count(*) FROM walk w WHERE w.id = ?1 AND " TAKES_PART;

bool walk_is_here(struct store *s, const char *id, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_walk_is_here, "s", id))
        return false;
    *ret = n > 0;
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

static void json_or_null(struct json_out *o, const char *name, const char *json)
{
    if (json)
        json_raw_unchecked(o, name, json);
    else
        json_null(o, name);
}

void walk_members(struct json_out *o, const struct walk *w)
{
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
    json_bool(o, "paused", w->paused);
    json_str(o, "weather", w->weather);
    json_str(o, "light", w->light);
    json_bool(o, "briefed", w->briefed);
    json_bool(o, "data_text", w->data_text);
    json_or_null(o, "route", w->route);
    json_or_null(o, "groups", w->groups);
    json_or_null(o, "attendance", w->attendance);
    json_or_null(o, "votes", w->votes);
    if (w->conflicts)
        json_raw_unchecked(o, "conflicts", w->conflicts);
    json_num(o, "points", w->points);
    json_num(o, "photos", w->photos);
    json_bool(o, "own", w->own);
}

void walk_json(struct json_out *o, const char *name, const struct walk *w)
{
    json_open(o, name, '{');
    walk_members(o, w);
    json_close(o, '}');
}
