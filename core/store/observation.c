/* observation: writing and reading. The rows themselves are made in observation_fold. */
#include "core/store/observation.h"

#include "core/base/clock.h"
#include "core/base/sun.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/claim.h"
#include "core/store/hold.h"
#include "core/store/local/wiped.h"

#include <stdio.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------- */

static const char sql_next_number[] =
    "SELECT max(number) FROM observation WHERE walk = ?1 AND origin = ?2";
static const char sql_observation_stands[] =
    "SELECT founded FROM observation WHERE id = ?1";

void observation_position_json(struct json_out *o, const char *name, struct geo_point p,
                               const char *source, bool override, const char *ref)
{
    if (!geo_known(p))
        return;
    json_open(o, name, '{');
    json_num(o, "lat", p.lat_e7);
    json_num(o, "lon", p.lon_e7);
    if (p.accuracy_mm >= 0)
        json_num(o, "acc", p.accuracy_mm);
    json_str(o, "source", source ? source : "hand");
    if (override)
        json_bool(o, "override", true);
    if (ref && *ref)
        json_str(o, "ref", ref);
    json_close(o, '}');
}

static void maybe_text(struct json_out *o, const char *name, const char *value)
{
    if (value && *value)
        json_str(o, name, value);
}

static void maybe_num(struct json_out *o, const char *name, int64_t value)
{
    if (value != DB_NULL)
        json_num(o, name, value);
}

bool observation_is_strength(const char *category)
{
    return category && strncmp(category, "POS", 3) == 0;
}

static int64_t severity_of(const struct observation_wish *w)
{
    bool works = w->severity == DB_NULL && observation_is_strength(w->category);
    return works ? 0 : w->severity;
}

static void note_body(struct buf *out, const struct observation_wish *w, int64_t number)
{
    struct json_out o = JSON_OUT(out);
    struct clock_reading now = clock_now();
    int64_t at = w->at_ms == DB_NULL ? now.utc_ms : w->at_ms;
    struct geo_point place = geo_known(w->thing) ? w->thing : w->stood;
    json_open(&o, NULL, '{');
    json_str(&o, "walk", w->walk);
    json_num(&o, "number", number);
    json_str(&o, "category", w->category);
    maybe_num(&o, "severity", severity_of(w));
    maybe_text(&o, "urgency", w->urgency);
    maybe_text(&o, "note", w->note);
    maybe_num(&o, "agree", w->agree);
    maybe_num(&o, "agree_of", w->agree_of);
    maybe_text(&o, "affected", w->affected);
    maybe_text(&o, "measure", w->measure);
    maybe_text(&o, "party", w->party);
    observation_position_json(&o, "stood", w->stood, w->stood_source, w->stood_override, NULL);
    observation_position_json(&o, "thing", w->thing, w->thing_source, false, w->thing_ref);
    json_num(&o, "at", at);
    const char *clock = w->at_ms == DB_NULL ? now.trust : w->clock;
    if (clock)
        json_str(&o, "clock", clock);
    if (geo_known(place) && (!clock || strcmp(clock, "unknown") != 0))
        json_str(&o, "light", sun_light(at, place.lat_e7, place.lon_e7));
    json_close(&o, '}');
}

/* hold_make checks the form; but of a body too large for any record it would say only
 * that, and the field that is too long is the better sentence. */
static bool check_large(const struct buf *body, struct err *err)
{
    cJSON *form;
    if (body->len < RECORD_MOST / 2)
        return true;
    if (!json_parse(body->data, body->len, &form, err))
        return false;
    bool ok = field_check(form, observation_fields, observation_field_count, err);
    json_free(form);
    return ok;
}

bool observation_note(struct store *s, struct arena *a, const struct observation_wish *w,
                      char ret_id[37], struct err *err)
{
    char id[UID_SIZE];
    int64_t stands = 0, number = 0;
    if (w->id)
        snprintf(id, sizeof id, "%s", w->id);
    else
        uid_new(id);
    if (w->id && !db_number(&s->db, &stands, 0, err, sql_observation_stands, "s", id))
        return false;
    if (stands)
        return err_set(err, ERR_CONFLICT, "observation.exists", id, NULL);
    if (!db_number(&s->db, &number, 0, err, sql_next_number, "sb", w->walk, s->origin,
                   (size_t)RECORD_ORIGIN))
        return false;
    struct buf body = BUF_INIT;
    note_body(&body, w, number + 1);
    struct record_wish record = {"observation.note", id,        body.data,
                                 w->by_role,         w->by_org, INT64_MIN};
    bool ok = check_large(&body, err) && hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    if (ok && ret_id)
        memcpy(ret_id, id, UID_SIZE);
    return ok;
}

static void write_over(struct json_out *o, const struct claims *c, const cJSON *seen)
{
    json_open(o, "over", '[');
    for (const cJSON *h = seen ? seen->child : NULL; h; h = h->next)
        if (cJSON_IsString(h))
            json_str(o, NULL, h->valuestring);
    for (size_t i = 0; !seen && i < c->count; i++)
        json_str(o, NULL, c->candidate[i].entry->hash);
    json_close(o, ']');
}

static bool is_editable(const char *field)
{
    for (size_t i = 0; observation_editable[i]; i++)
        if (strcmp(field, observation_editable[i]) == 0)
            return true;
    return false;
}

/* The new values must fit the form a new point would need. */
static bool check_edit(const cJSON *fields, struct err *err)
{
    struct field rows[16];
    size_t n = 0;
    for (size_t i = 0; i < observation_field_count; i++)
        if (is_editable(observation_fields[i].name)) {
            rows[n] = observation_fields[i];
            rows[n].flags &= ~(unsigned)FIELD_REQUIRED;
            if (strcmp(rows[n].name, "stood") == 0) /* said better, never unsaid */
                rows[n].flags &= ~(unsigned)FIELD_NULLABLE;
            n++;
        }
    return field_check_exact(fields, rows, n, err);
}

static const char sql_observation_walk[] = "SELECT walk FROM observation WHERE id = ?1";

/* What was wiped here and fetched again is for reading: the register has it. */
static bool may_change(struct store *s, const char *id, struct err *err)
{
    struct db_rows rows;
    char walk[37] = "";
    bool wiped = false, asked;
    if (s->role != STORE_WALKER)
        return true;
    if (!db_query(&s->db, &rows, err, sql_observation_walk, "s", id))
        return false;
    if (db_next(&rows, err))
        snprintf(walk, sizeof walk, "%s", db_peek(&rows, 0));
    return db_done(&rows) && wiped_is(s, walk, &wiped, &asked, err) &&
           (!wiped || err_set(err, ERR_CONFLICT, "observation.fetched", id, NULL));
}

static bool write_edit(struct store *s, struct arena *a, const char *id,
                       const cJSON *fields, const cJSON *seen, const char *by_role,
                       const char *by_org, struct err *err)
{
    struct fold_entry *entries;
    size_t n;
    if (!may_change(s, id, err) ||
        !fold_entries(&s->db, a, id, "observation.note", &entries, &n, err))
        return false;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    for (const cJSON *f = fields->child; f; f = f->next) {
        struct claims c = claim_read(a, &observation_claims, entries, n, f->string);
        json_open(&o, f->string, '{');
        json_tree(&o, "value", f);
        write_over(&o, &c, json_array(seen, f->string));
        json_close(&o, '}');
    }
    struct claims zeros = observation_zeros_left(a, entries, n, fields, seen);
    if (zeros.count) {
        json_open(&o, "severity", '{');
        json_num_or_null(&o, "value", DB_NULL);
        write_over(&o, &zeros, NULL);
        json_close(&o, '}');
    }
    json_close(&o, '}');
    struct record_wish record = {"observation.edit", id, body.data, by_role, by_org,
                                 INT64_MIN};
    bool ok = !fields->child || hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    fold_entries_free(entries, n);
    return ok;
}

bool observation_edit(struct store *s, struct arena *a, const char *id,
                      const cJSON *fields, const cJSON *seen, const char *by_role,
                      const char *by_org, struct err *err)
{
    return check_edit(fields, err) &&
           write_edit(s, a, id, fields, seen, by_role, by_org, err);
}

bool observation_track_place(struct store *s, struct arena *a, const char *id,
                             struct geo_point stood, int64_t at_ms, const char *light,
                             const char *by_role, const char *by_org, struct err *err)
{
    struct buf form = BUF_INIT;
    struct json_out o = JSON_OUT(&form);
    cJSON *fields = NULL;
    json_open(&o, NULL, '{');
    observation_position_json(&o, "stood", stood, "track", false, NULL);
    maybe_num(&o, "at", at_ms);
    maybe_text(&o, "light", light);
    json_close(&o, '}');
    bool ok = json_parse(form.data, form.len, &fields, err) &&
              write_edit(s, a, id, fields, NULL, by_role, by_org, err);
    json_free(fields);
    buf_release(&form);
    return ok;
}

bool observation_withdraw(struct store *s, struct arena *a, const char *id, bool on,
                          const char *into, const cJSON *seen, const char *by_role,
                          struct err *err)
{
    struct fold_entry *entries;
    size_t n;
    if (!may_change(s, id, err) ||
        !fold_entries(&s->db, a, id, "observation.note", &entries, &n, err))
        return false;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    struct claims c = claim_read(a, &observation_claims, entries, n, "withdrawn");
    json_open(&o, NULL, '{');
    json_bool(&o, "on", on);
    json_str(&o, "into", into);
    write_over(&o, &c, seen);
    json_close(&o, '}');
    struct record_wish record = {"observation.withdraw", id, body.data, by_role, "",
                                 INT64_MIN};
    bool ok = hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    fold_entries_free(entries, n);
    return ok;
}

bool observation_witness(struct store *s, struct arena *a, const char *id,
                         const char *by_role, struct err *err)
{
    struct record_wish record = {"observation.witness", id, "{}", by_role, "", INT64_MIN};
    return hold_make(s, a, &record, NULL, err);
}

/* ---- reading --------------------------------------------------------------------- */

#define OBSERVATION_COLUMNS                                                              \
    "SELECT id, walk, number, category, severity, urgency, note, agree, agree_of,"       \
    " affected, measure, party, stood_lat, stood_lon, stood_acc, stood_source,"          \
    " thing_lat, thing_lon, thing_source, light, at_ms, clock, by_role, by_org,"       \
    " witnesses, withdrawn, into_id, origin, tick, changed, conflicts, stood_override,"  \
    " thing_ref FROM observation"

static const char sql_observations_by_tail[] =
    OBSERVATION_COLUMNS " WHERE founded = 1 AND id LIKE ?1 ORDER BY id LIMIT 2";
static const char sql_observation_by_id[] =
    OBSERVATION_COLUMNS " WHERE founded = 1 AND id = ?1";
static const char sql_observations_all[] = OBSERVATION_COLUMNS
    " WHERE founded = 1 AND withdrawn <= ?1 ORDER BY walk, tick, origin, id";
static const char sql_observations_of_walk[] = OBSERVATION_COLUMNS
    " WHERE walk = ?2 AND founded = 1 AND withdrawn <= ?1 ORDER BY tick, origin, id";

static struct geo_point read_point(struct db_rows *rows, int lat, int lon, int acc)
{
    struct geo_point p = GEO_NOWHERE;
    if (db_is_null(rows, lat) || db_is_null(rows, lon))
        return p;
    p.lat_e7 = db_int(rows, lat);
    p.lon_e7 = db_int(rows, lon);
    p.accuracy_mm = acc < 0 ? -1 : db_int_or(rows, acc, -1);
    return p;
}

static void read_row(const struct store *s, struct arena *a, struct db_rows *rows,
                     struct observation *o)
{
    *o = (struct observation){
        .id = db_text(rows, a, 0),
        .walk = db_text(rows, a, 1),
        .number = db_int_or(rows, 2, DB_NULL),
        .category = db_text(rows, a, 3),
        .severity = db_int_or(rows, 4, DB_NULL),
        .urgency = db_text(rows, a, 5),
        .note = db_text(rows, a, 6),
        .agree = db_int_or(rows, 7, DB_NULL),
        .agree_of = db_int_or(rows, 8, DB_NULL),
        .affected = db_text(rows, a, 9),
        .measure = db_text(rows, a, 10),
        .party = db_text(rows, a, 11),
        .stood = read_point(rows, 12, 13, 14),
        .stood_source = db_text(rows, a, 15),
        .thing = read_point(rows, 16, 17, -1),
        .thing_source = db_text(rows, a, 18),
        .light = db_text(rows, a, 19),
        .at_ms = db_int_or(rows, 20, DB_NULL),
        .clock = db_text(rows, a, 21),
        .by_role = db_text(rows, a, 22),
        .by_org = db_text(rows, a, 23),
        .witnesses = db_int(rows, 24),
        .withdrawn = db_int(rows, 25) != 0,
        .into = db_text(rows, a, 26),
        .tick = db_int(rows, 28),
        .changed = db_int(rows, 29),
        .conflicts = db_text(rows, a, 30),
        .stood_override = db_int(rows, 31) != 0,
        .thing_ref = db_text(rows, a, 32),
    };
    const void *origin = sqlite3_column_blob(rows->statement, 27);
    o->own = origin && memcmp(origin, s->origin, RECORD_ORIGIN) == 0;
    if (!o->category)
        o->category = "ANDET";
}

bool observation_find(struct store *s, struct arena *a, const char *id,
                      struct observation *ret, struct err *err)
{
    struct observation found[2];
    struct db_rows rows;
    size_t n = 0;
    if (!uid_is_tail(id))
        return err_set(err, ERR_NOT_FOUND, "observation.unknown", id, NULL);
    bool whole = uid_is(id);
    const char *sql = whole ? sql_observation_by_id : sql_observations_by_tail;
    const char *value = whole ? id : arena_printf(a, "%%%s", id);
    if (!db_query(&s->db, &rows, err, sql, "s", value))
        return false;
    while (n < 2 && db_next(&rows, err))
        read_row(s, a, &rows, &found[n++]);
    if (!db_done(&rows))
        return false;
    if (!uid_found_one(n, id, "observation.unknown", "observation.ambiguous", err))
        return false;
    *ret = found[0];
    return true;
}

enum { JOINS_MOST = 16 };

bool observation_join_target(struct store *s, struct arena *a,
                             const struct observation *o, const char *into,
                             struct observation *ret, struct err *err)
{
    if (!observation_find(s, a, into, ret, err))
        return false;
    if (strcmp(ret->id, o->id) == 0)
        return err_set(err, ERR_INPUT, "observation.into_itself", NULL);
    for (int hops = 0; ret->withdrawn; hops++) {
        if (!ret->into || strcmp(ret->into, o->id) == 0 || hops == JOINS_MOST)
            return err_set(err, ERR_CONFLICT, "observation.into_gone", NULL);
        if (!observation_find(s, a, ret->into, ret, err))
            return false;
    }
    return true;
}

#define PHOTO_COLUMNS                                                                  \
    "SELECT p.observation, p.sha256, p.type, p.bytes, p.width, p.height,"              \
    " p.lat, p.lon, p.acc, p.place_from, p.direction_c, p.altitude_mm,"                \
    " p.taken_ms, p.time_from,"                                                        \
    " EXISTS (SELECT 1 FROM erased_blob e WHERE e.sha256 = p.sha256)"                  \
    " FROM photo p"
#define OF_SHOWN                                                                         \
    " JOIN observation o ON o.id = p.observation WHERE p.founded = 1 AND o.founded = 1"  \
    " AND o.withdrawn <= ?1"

static const char sql_photos_of[] =
    PHOTO_COLUMNS " WHERE p.observation = ?1 AND p.founded = 1 ORDER BY p.tick, p.sha256";
/* In the order of sql_observations_of_walk and sql_observations_all. */
static const char sql_photos_of_walk[] = PHOTO_COLUMNS OF_SHOWN
    " AND o.walk = ?2 ORDER BY o.tick, o.origin, o.id, p.tick, p.sha256";
static const char sql_photos_all[] = PHOTO_COLUMNS OF_SHOWN
    " ORDER BY o.walk, o.tick, o.origin, o.id, p.tick, p.sha256";

static struct photo read_photo(struct arena *a, struct db_rows *rows,
                               const char *observation)
{
    return (struct photo){
        .observation = observation,
        .sha256 = db_text(rows, a, 1),
        .type = db_text(rows, a, 2),
        .bytes = db_int(rows, 3),
        .width = db_int(rows, 4),
        .height = db_int(rows, 5),
        .at = read_point(rows, 6, 7, 8),
        .place_from = db_text(rows, a, 9),
        .direction_c = db_int_or(rows, 10, DB_NULL),
        .altitude_mm = db_int_or(rows, 11, DB_NULL),
        .taken_ms = db_int_or(rows, 12, DB_NULL),
        .time_from = db_text(rows, a, 13),
        .gone = db_int(rows, 14) != 0,
    };
}

/* Two queries in the same order, walked side by side: points, and all their photos. */
struct walking {
    struct db_rows points, photos;
    bool photo_there; /* photos stands on a row that belongs to a point still to come */
    struct buf list;  /* the photos of one point */
};

static bool walking_begin(struct walking *w, struct store *s, const char *walk,
                          bool withdrawn_too, struct err *err)
{
    const int64_t shown = withdrawn_too;
    *w = (struct walking){.list = BUF_INIT};
    if (!(*walk ? db_query(&s->db, &w->points, err, sql_observations_of_walk, "is", shown,
                           walk)
                : db_query(&s->db, &w->points, err, sql_observations_all, "i", shown)))
        return false;
    if (*walk ? db_query(&s->db, &w->photos, err, sql_photos_of_walk, "is", shown, walk)
              : db_query(&s->db, &w->photos, err, sql_photos_all, "i", shown))
        return true;
    db_done(&w->points);
    return false;
}

/* The first point's step opens the snapshot that both queries then see. */
static bool walking_next(struct walking *w, struct store *s, struct arena *a, bool first,
                         struct observation *ret, struct err *err)
{
    if (!db_next(&w->points, err))
        return false;
    read_row(s, a, &w->points, ret);
    if (first)
        w->photo_there = db_next(&w->photos, err);
    buf_clear(&w->list);
    while (w->photo_there && strcmp(db_peek(&w->photos, 0), ret->id) == 0) {
        struct photo p = read_photo(a, &w->photos, ret->id);
        buf_add(&w->list, &p, sizeof p);
        w->photo_there = db_next(&w->photos, err);
    }
    return true;
}

static bool walking_end(struct walking *w)
{
    bool points = db_done(&w->points), photos = db_done(&w->photos);
    buf_release(&w->list);
    return points && photos;
}

bool observation_each(struct store *s, const char *walk, bool withdrawn_too,
                      observation_visit visit, void *data, struct err *err)
{
    struct walking w;
    struct arena a = ARENA_INIT;
    struct observation o;
    bool ok = true;
    if (!walking_begin(&w, s, walk, withdrawn_too, err))
        return false;
    for (bool first = true; ok && walking_next(&w, s, &a, first, &o, err); first = false) {
        size_t n = w.list.len / sizeof(struct photo);
        ok = !w.photos.failed &&
             visit(&o, arena_memdup(&a, w.list.data, w.list.len), n, data, err);
        arena_reset(&a);
    }
    ok = walking_end(&w) && ok;
    arena_release(&a);
    return ok;
}

bool photo_list(struct store *s, struct arena *a, const char *observation,
                struct photo **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_photos_of, "s", observation))
        return false;
    while (db_next(&rows, err)) {
        struct photo p = read_photo(a, &rows, observation);
        buf_add(&list, &p, sizeof p);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct photo);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

static const char sql_photo_owner[] =
    "SELECT p.observation FROM photo p LEFT JOIN observation o ON o.id = p.observation"
    " WHERE p.sha256 = ?1 AND p.founded = 1"
    " ORDER BY COALESCE(o.withdrawn, 0), CASE WHEN o.into_id IS NULL THEN 1 ELSE 0 END,"
    " p.tick, p.observation LIMIT 1";

bool photo_owner(struct store *s, struct arena *a, const char *sha256, const char **ret,
                 struct err *err)
{
    struct db_rows rows;
    const char *owner = "";
    if (!db_query(&s->db, &rows, err, sql_photo_owner, "s", sha256))
        return false;
    if (db_next(&rows, err))
        owner = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    *ret = owner;
    return true;
}
