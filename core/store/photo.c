/* photo: photo.attach and photo.cover are written here; the rows are made in photo_fold,
 * and read in observation.c beside the points they belong to. */
#include "core/store/observation.h"

#include "core/store/hold.h"

#include <string.h>

static void maybe_num(struct json_out *o, const char *name, int64_t value)
{
    if (value != DB_NULL)
        json_num(o, name, value);
}

static void facts_json(struct json_out *o, const struct photo *p)
{
    json_str(o, "type", p->type);
    json_num(o, "bytes", p->bytes);
    json_num(o, "width", p->width);
    json_num(o, "height", p->height);
    observation_position_json(o, "at", p->at, p->place_from, false, NULL);
    maybe_num(o, "direction", p->direction_c);
    maybe_num(o, "altitude", p->altitude_mm);
    maybe_num(o, "taken", p->taken_ms);
    if (p->time_from && *p->time_from)
        json_str(o, "taken_from", p->time_from);
}

/* old NULL: an attaching. */
static bool write_photo(struct store *s, struct arena *a, const struct photo *p,
                        const char *old, const char *by_role, struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    if (old)
        json_str(&o, "old", old);
    json_str(&o, old ? "new" : "sha256", p->sha256);
    facts_json(&o, p);
    json_close(&o, '}');
    struct record_wish record = {old ? "photo.cover" : "photo.attach",
                                 p->observation,
                                 body.data,
                                 by_role,
                                 "",
                                 INT64_MIN};
    bool ok = hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    return ok;
}

bool photo_attach(struct store *s, struct arena *a, const struct photo *p,
                  const char *by_role, struct err *err)
{
    return write_photo(s, a, p, NULL, by_role, err);
}

bool photo_cover(struct store *s, struct arena *a, const char *old,
                 const struct photo *p, const char *by_role, struct err *err)
{
    return write_photo(s, a, p, old, by_role, err);
}

/* ---- who shows it ---------------------------------------------------------------- */

static const char sql_photo_points[] =
    "SELECT observation FROM photo WHERE sha256 = ?1 AND founded = 1"
    " ORDER BY tick, observation";

static bool points_of(struct store *s, struct arena *a, const char *sha256,
                      struct buf *ids, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_photo_points, "s", sha256))
        return false;
    while (db_next(&rows, err)) {
        const char *id = db_text(&rows, a, 0);
        buf_add(ids, &id, sizeof id);
    }
    return db_done(&rows);
}

bool photo_shown(struct store *s, struct arena *a, const char *sha256,
                 struct photo **ret, size_t *ret_n, struct err *err)
{
    struct buf ids = BUF_INIT, list = BUF_INIT;
    bool ok = points_of(s, a, sha256, &ids, err);
    for (size_t i = 0; ok && i < ids.len / sizeof(char *); i++) {
        const char *id;
        struct photo *photos;
        size_t n;
        memcpy(&id, ids.data + i * sizeof id, sizeof id);
        ok = photo_list(s, a, id, &photos, &n, err);
        for (size_t j = 0; ok && j < n; j++)
            if (strcmp(photos[j].sha256, sha256) == 0)
                buf_add(&list, &photos[j], sizeof photos[j]);
    }
    if (ok) {
        *ret_n = list.len / sizeof(struct photo);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&ids);
    buf_release(&list);
    return ok;
}
