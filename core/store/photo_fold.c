/* photo_fold: see the header. Two people who cover the same photo make two new ones;
 * both stand, because neither has looked at the other's. */
#include "core/store/photo_fold.h"

#include "core/store/erase.h"
#include "core/store/observation.h"

#include <string.h>

#define PHOTO_FACTS                                                                    \
    {"type", FIELD_WORD, 0, 0, FIELD_REQUIRED, "image/jpeg image/png"},                \
        {"bytes", FIELD_INT, 1, INT64_C(1) << 32, FIELD_REQUIRED, NULL},               \
        {"width", FIELD_INT, 1, 65535, 0, NULL},                                       \
        {"height", FIELD_INT, 1, 65535, 0, NULL},                                      \
        {"at", FIELD_OBJECT, 0, 0, FIELD_NULLABLE, NULL},                              \
        {"direction", FIELD_INT, 0, 35999, FIELD_NULLABLE, NULL},                      \
        {"altitude",        FIELD_INT,      -INT64_C(20000000),                        \
         INT64_C(20000000), FIELD_NULLABLE, NULL},                                     \
        {"taken",          FIELD_INT,      -(INT64_C(1) << 46),                        \
         INT64_C(1) << 46, FIELD_NULLABLE, NULL},                                      \
    {                                                                                  \
        "taken_from", FIELD_TEXT, 0, 16, FIELD_NULLABLE, NULL                          \
    }

const struct field photo_attach_fields[PHOTO_ATTACH_FIELDS] = {
    {"sha256", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL},
    PHOTO_FACTS,
};

const struct field photo_cover_fields[PHOTO_COVER_FIELDS] = {
    {"old", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL},
    {"new", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL},
    PHOTO_FACTS,
};

/* The photo a record brings; NULL when it brings none. */
static const char *brought(const struct fold_entry *e)
{
    if (strcmp(e->record.kind, "photo.attach") == 0)
        return json_text(e->body, "sha256");
    return strcmp(e->record.kind, "photo.cover") == 0 ? json_text(e->body, "new")
                                                      : NULL;
}

/* The photo a record ends; NULL when it ends none. */
static const char *ended(const struct fold_entry *e)
{
    const char *old = NULL, *new = NULL;
    if (strcmp(e->record.kind, "photo.cover") == 0) {
        old = json_text(e->body, "old");
        new = json_text(e->body, "new");
    }
    return old && new &&strcmp(old, new) != 0 ? old : NULL;
}

static bool is_ended(const struct fold_call *call, const char *sha256)
{
    for (size_t i = 0; i < call->count; i++) {
        const char *old = ended(&call->entry[i]);
        if (old && strcmp(old, sha256) == 0)
            return true;
    }
    return false;
}

/* Where a photo stands among the point's: a covering one where the covered one stood. */
static int64_t place_of(const struct fold_call *call, const struct fold_entry *e)
{
    for (size_t step = 0; step < call->count; step++) {
        const char *old = ended(e);
        const struct fold_entry *before = NULL;
        for (size_t i = 0; old && i < call->count && !before; i++) {
            const char *sha256 = brought(&call->entry[i]);
            if (sha256 && strcmp(sha256, old) == 0)
                before = &call->entry[i];
        }
        if (!before)
            break;
        e = before;
    }
    return e->record.tick;
}

static const char sql_photo_drop[] = "DELETE FROM photo WHERE observation = ?1";
static const char sql_photo_set[] =
    "INSERT INTO photo (observation, sha256, founded, type, bytes, width, height, lat,"
    " lon, acc, place_from, direction_c, altitude_mm, taken_ms, time_from, tick)"
    " VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
    " ON CONFLICT (observation, sha256) DO NOTHING";

static bool write_photo(const struct fold_call *call, const struct fold_entry *e,
                        struct err *err)
{
    const cJSON *b = e->body;
    const char *from = NULL;
    struct geo_point at = observation_position(json_object(b, "at"), &from);
    return db_run(call->db, err, sql_photo_set, "sssixxxxxsxxxsi", call->subject,
                  brought(e), json_text(b, "type"), json_int(b, "bytes", 0),
                  json_int(b, "width", DB_NULL), json_int(b, "height", DB_NULL),
                  at.lat_e7, at.lon_e7, at.accuracy_mm < 0 ? DB_NULL : at.accuracy_mm,
                  from, json_int(b, "direction", DB_NULL),
                  json_int(b, "altitude", DB_NULL), json_int(b, "taken", DB_NULL),
                  json_text(b, "taken_from"), place_of(call, e));
}

/* Entries come in order, so of two that bring the same photo the first one stands. */
bool photo_fold(const struct fold_call *call, struct err *err)
{
    if (!call->first && (!db_run(call->db, err, sql_photo_drop, "s", call->subject) ||
                         !erase_blob_drop(call->db, call->subject, err)))
        return false;
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        const char *sha256 = brought(e), *old = ended(e);
        if (sha256 && !is_ended(call, sha256) && !write_photo(call, e, err))
            return false;
        if (old && !erase_blob_set(call->db, old, call->subject, err))
            return false;
    }
    return true;
}
