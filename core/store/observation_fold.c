/* observation_fold: the pure half of observation. Owns the rows of observation and
 * photo; decides nothing by anything but the records it is handed. */
#include "core/base/text.h"
#include "core/store/claim.h"
#include "core/store/clock_fix.h"
#include "core/store/observation.h"
#include "core/store/photo_fold.h"

#include <string.h>

#define POSITION FIELD_OBJECT, 0, 0, FIELD_NULLABLE, NULL

const struct field observation_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"category", FIELD_TEXT, 3, 8, FIELD_REQUIRED, NULL},
    {"number", FIELD_INT, 1, 1000000, 0, NULL},
    {"severity", FIELD_INT, 0, 4, FIELD_NULLABLE, NULL},
    {"urgency", FIELD_WORD, 0, 0, FIELD_NULLABLE, "A B C D"},
    {"note", FIELD_TEXT, 0, OBSERVATION_NOTE_MOST, FIELD_NULLABLE, NULL},
    {"agree", FIELD_INT, 0, 500, FIELD_NULLABLE, NULL},
    {"agree_of", FIELD_INT, 0, 500, FIELD_NULLABLE, NULL},
    {"affected", FIELD_TEXT, 0, 120, FIELD_NULLABLE, NULL},
    {"measure", FIELD_TEXT, 0, OBSERVATION_MEASURE_MOST, FIELD_NULLABLE, NULL},
    {"party", FIELD_TEXT, 0, 12, FIELD_NULLABLE, NULL},
    {"stood", POSITION},
    {"thing", POSITION},
    {"light", FIELD_WORD, 0, 0, FIELD_NULLABLE, "daylight dusk dark"},
    {"at", FIELD_INT, -(INT64_C(1) << 46), INT64_C(1) << 46, 0, NULL},
    {"clock", FIELD_WORD, 0, 0, 0, "gnss ntp set unknown"},
};
const size_t observation_field_count = FIELD_COUNT(observation_fields);

const char *const observation_editable[] = {"category", "severity", "urgency", "note",
                                            "agree",    "agree_of", "affected", "measure",
                                            "party",    "thing",    "stood",    NULL};
const char observation_sources[] =
    "gnss browser exif hand map track average bearing address lamp";
const char observation_affected[] = "children older disabled cyclists night";

static const struct field edit_fields[] = {
    {"category", FIELD_OBJECT, 0, 0, 0, NULL},
    {"severity", FIELD_OBJECT, 0, 0, 0, NULL},
    {"urgency", FIELD_OBJECT, 0, 0, 0, NULL},
    {"note", FIELD_OBJECT, 0, 0, 0, NULL},
    {"agree", FIELD_OBJECT, 0, 0, 0, NULL},
    {"agree_of", FIELD_OBJECT, 0, 0, 0, NULL},
    {"affected", FIELD_OBJECT, 0, 0, 0, NULL},
    {"measure", FIELD_OBJECT, 0, 0, 0, NULL},
    {"party", FIELD_OBJECT, 0, 0, 0, NULL},
    {"thing", FIELD_OBJECT, 0, 0, 0, NULL},
    {"stood", FIELD_OBJECT, 0, 0, 0, NULL},
    {"at", FIELD_OBJECT, 0, 0, 0, NULL},
    {"light", FIELD_OBJECT, 0, 0, 0, NULL},
};
static const struct field withdraw_fields[] = {
    {"on", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL},
    {"into", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    {"over", FIELD_ARRAY, 0, 500, 0, NULL},
};
/* What the fold gathers for one row. Text points into the entries' bodies. */
struct row {
    const struct fold_entry *note;
    const char *category, *urgency, *text, *affected, *measure, *party;
    int64_t severity, agree, agree_of, witnesses, changed;
    struct geo_point stood, thing;
    const char *stood_source, *thing_source, *thing_ref;
    bool stood_override, withdrawn;
    const char *into;
    int64_t at; /* DB_NULL: as the note says, and so with light NULL */
    const char *light;
};

static const char *text_value(const cJSON *v, size_t most)
{
    if (!cJSON_IsString(v) || text_length(v->valuestring) > most)
        return NULL;
    return v->valuestring;
}

/* Limits of the form of a note, which an edit's inner values were not checked against:
 * the registry writes both on into its own records. */
static const char *category_value(const cJSON *v)
{
    const char *code = text_value(v, 8);
    return code && text_length(code) >= 3 ? code : NULL;
}

static const char *urgency_value(const cJSON *v)
{
    const char *word = text_value(v, 1);
    return word && field_word_in(word, "A B C D") ? word : NULL;
}

static int64_t int_value(const cJSON *v, int64_t least, int64_t most)
{
    int64_t n;
    return v && json_as_int(v, &n) && n >= least && n <= most ? n : DB_NULL;
}

struct geo_point observation_position(const cJSON *v, const char **ret_source)
{
    struct geo_point p = GEO_NOWHERE;
    int64_t lat = json_int(v, "lat", DB_NULL), lon = json_int(v, "lon", DB_NULL);
    if (lat == DB_NULL || lon == DB_NULL || !geo_is_place(lat, lon))
        return p;
    int64_t accuracy = json_int(v, "acc", -1);
    const char *source = json_text(v, "source");
    p = (struct geo_point){lat, lon, accuracy < 0 ? -1 : accuracy};
    *ret_source = source && strlen(source) <= 16 ? source : NULL;
    return p;
}

static const cJSON *shown(const struct fold_call *call, struct json_out *conflicts,
                          const char *field)
{
    struct claims c = claim_read(call->arena, &observation_claims, call->entry,
                                 call->count, field);
    claim_conflict(conflicts, field, &c);
    return claim_shown(&c);
}

/* When it was and how light are put right together with where one stood, and so they are no
 * conflict of their own: what the edit says that is shown, NULL when that is none. */
static const cJSON *put_right(const struct fold_call *call, const char *field)
{
    if (call->count < 2)
        return NULL;
    struct claims c =
        claim_read(call->arena, &observation_claims, call->entry, call->count, field);
    const struct claim *last = c.count ? &c.candidate[c.count - 1] : NULL;
    return last && strcmp(last->entry->record.kind, "observation.edit") == 0
               ? claim_shown(&c)
               : NULL;
}

static const char *light_value(const cJSON *v)
{
    const char *word = text_value(v, 8);
    return word && field_word_in(word, "daylight dusk dark") ? word : NULL;
}

static void gather_claims(const struct fold_call *call, struct row *r, struct buf *out)
{
    struct json_out o = JSON_OUT(out);
    json_open(&o, NULL, '{');
    r->category = category_value(shown(call, &o, "category"));
    r->severity = int_value(shown(call, &o, "severity"), 0, 4);
    r->urgency = urgency_value(shown(call, &o, "urgency"));
    r->text = text_value(shown(call, &o, "note"), OBSERVATION_NOTE_MOST);
    r->agree = int_value(shown(call, &o, "agree"), 0, 500);
    r->agree_of = int_value(shown(call, &o, "agree_of"), 0, 500);
    r->affected = text_value(shown(call, &o, "affected"), 120);
    r->measure = text_value(shown(call, &o, "measure"), OBSERVATION_MEASURE_MOST);
    r->party = text_value(shown(call, &o, "party"), 12);
    const cJSON *thing = shown(call, &o, "thing"), *stood = shown(call, &o, "stood");
    r->thing = observation_position(thing, &r->thing_source);
    r->thing_ref = text_value(cJSON_GetObjectItemCaseSensitive(thing, "ref"), 120);
    r->stood = observation_position(stood, &r->stood_source);
    r->stood_override = json_true(stood, "override");
    const cJSON *withdrawn = shown(call, &o, "withdrawn");
    r->withdrawn = json_true(withdrawn, "on");
    r->into = json_text(withdrawn, "into");
    r->at = int_value(put_right(call, "at"), -(INT64_C(1) << 46), INT64_C(1) << 46);
    r->light = light_value(put_right(call, "light"));
    json_close(&o, '}');
}

static void gather_rest(const struct fold_call *call, struct row *r)
{
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        if (strcmp(e->record.kind, "observation.note") == 0 && !r->note)
            r->note = e;
        r->witnesses += strcmp(e->record.kind, "observation.witness") == 0;
        if (e->record.tick > r->changed)
            r->changed = e->record.tick;
    }
}

static const char sql_observation_set[] =
    "INSERT INTO observation (id, founded, walk, number, category, severity, urgency,"
    " note, agree, agree_of, affected, measure, party, stood_lat, stood_lon, stood_acc,"
    " stood_source, thing_lat, thing_lon, thing_source, light, at_ms, clock, by_role,"
    " by_org, witnesses, withdrawn, into_id, origin, tick, changed, conflicts,"
    " stood_override, thing_ref, cell)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
    " ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32,"
    " ?33, ?34, ?35)"
    " ON CONFLICT (id) DO UPDATE SET founded = excluded.founded, walk = excluded.walk,"
    " number = excluded.number, category = excluded.category,"
    " severity = excluded.severity, urgency = excluded.urgency, note = excluded.note,"
    " agree = excluded.agree, agree_of = excluded.agree_of,"
    " affected = excluded.affected, measure = excluded.measure, party = excluded.party,"
    " stood_lat = excluded.stood_lat, stood_lon = excluded.stood_lon,"
    " stood_acc = excluded.stood_acc, stood_source = excluded.stood_source,"
    " thing_lat = excluded.thing_lat, thing_lon = excluded.thing_lon,"
    " thing_source = excluded.thing_source, light = excluded.light,"
    " at_ms = excluded.at_ms, clock = excluded.clock, by_role = excluded.by_role,"
    " by_org = excluded.by_org, witnesses = excluded.witnesses,"
    " withdrawn = excluded.withdrawn, into_id = excluded.into_id,"
    " origin = excluded.origin, tick = excluded.tick, changed = excluded.changed,"
    " conflicts = excluded.conflicts, stood_override = excluded.stood_override,"
    " thing_ref = excluded.thing_ref, cell = excluded.cell";
static const char sql_observation_drop[] = "DELETE FROM observation WHERE id = ?1";

static int64_t nullable(int64_t value_or_minus)
{
    return value_or_minus < 0 ? DB_NULL : value_or_minus;
}

static int64_t cell_of(const struct row *r)
{
    struct geo_point at = geo_known(r->thing) ? r->thing : r->stood;
    return geo_known(at) ? geo_cell(at.lat_e7, at.lon_e7) : DB_NULL;
}

/* When it was seen. A time that a person or a picture told has no clock, and stays. */
static int64_t seen_at(const struct fold_entry *note, const char **ret_clock)
{
    int64_t at;
    if (!note)
        return DB_NULL;
    *ret_clock = json_text(note->body, "clock");
    bool told = *ret_clock || json_has_int(note->body, "at");
    at = json_int(note->body, "at", note->record.at_ms - note->shift_ms);
    if (note->shift_ms != 0 && (!told || clock_fix_wanted(*ret_clock))) {
        *ret_clock = note->record.clock;
        return at + note->shift_ms;
    }
    if (!*ret_clock)
        *ret_clock = note->record.clock;
    return at;
}

static bool write_row(const struct fold_call *call, const struct row *r,
                      const char *conflicts, struct err *err)
{
    const cJSON *note = r->note ? r->note->body : NULL;
    const struct record *by = r->note ? &r->note->record : NULL;
    const char *clock = NULL;
    int64_t at = seen_at(r->note, &clock);
    return db_run(
        call->db, err, sql_observation_set, "sisxsxssxxsssxxxsxxssxsssiisbxisxsx",
        call->subject, (int64_t)(note != NULL), json_text(note, "walk"),
        json_int(note, "number", DB_NULL), r->category, r->severity, r->urgency,
        r->text, r->agree, r->agree_of, r->affected, r->measure, r->party,
        r->stood.lat_e7, r->stood.lon_e7, nullable(r->stood.accuracy_mm),
        r->stood_source, r->thing.lat_e7, r->thing.lon_e7, r->thing_source,
        r->light ? r->light : json_text(note, "light"), r->at != DB_NULL ? r->at : at,
        clock, by ? by->by_role : NULL, by ? by->by_org : NULL, r->witnesses,
        (int64_t)r->withdrawn, r->into, by ? by->origin : NULL, (size_t)RECORD_ORIGIN,
        by ? by->tick : DB_NULL, r->changed, conflicts,
        r->stood_override ? (int64_t)1 : DB_NULL, r->thing_ref, cell_of(r));
}

static bool observation_fold(const struct fold_call *call, struct err *err)
{
    if (!photo_fold(call, err))
        return false;
    if (call->count == 0)
        return db_run(call->db, err, sql_observation_drop, "s", call->subject);
    struct row r = {.stood = GEO_NOWHERE, .thing = GEO_NOWHERE};
    struct buf conflicts = BUF_INIT;
    gather_rest(call, &r);
    gather_claims(call, &r, &conflicts);
    bool ok = write_row(call, &r, conflicts.len > 2 ? conflicts.data : NULL, err);
    buf_release(&conflicts);
    return ok;
}

static const struct fold_kind observation_kinds[] = {
    {"observation.note", observation_fields, FIELD_COUNT(observation_fields), FOLD_BOTH},
    {"observation.edit", edit_fields, FIELD_COUNT(edit_fields), FOLD_BOTH},
    {"observation.withdraw", withdraw_fields, FIELD_COUNT(withdraw_fields), FOLD_BOTH},
    {"observation.witness", NULL, 0, FOLD_BOTH},
    {"photo.attach", photo_attach_fields, PHOTO_ATTACH_FIELDS, FOLD_BOTH},
    {"photo.cover", photo_cover_fields, PHOTO_COVER_FIELDS, FOLD_BOTH},
};
const struct fold_noun observation_noun = {
    observation_kinds, FIELD_COUNT(observation_kinds), observation_fold};
