/* upload: see the header. */
#include "core/store/local/upload.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <unistd.h>

void upload_path(const struct store *s, const char *id, char *out, size_t size)
{
    snprintf(out, size, "%s/uploads/%s.part", s->dir, id);
}

static void read_row(struct db_rows *rows, struct upload *u)
{
    snprintf(u->id, sizeof u->id, "%s", db_peek(rows, 0));
    snprintf(u->sha256, sizeof u->sha256, "%s", db_peek(rows, 1));
    u->bytes = db_int(rows, 2);
    u->held = db_int(rows, 3);
}

static const char sql_upload_of_photo[] =
    "SELECT id, sha256, bytes, held FROM upload WHERE device = ?1 AND sha256 = ?2";
static const char sql_upload_by_id[] =
    "SELECT id, sha256, bytes, held FROM upload WHERE device = ?1 AND id = ?2";
static const char sql_upload_add[] =
    "INSERT INTO upload (id, device, sha256, bytes, held, made_ms)"
    " VALUES (?1, ?2, ?3, ?4, 0, ?5)";
static const char sql_upload_held[] = "UPDATE upload SET held = ?2 WHERE id = ?1";
static const char sql_upload_drop[] = "DELETE FROM upload WHERE id = ?1";

static bool find(struct store *s, const char *sql, const char *device, const char *what,
                 struct upload *ret, bool *ret_there, struct err *err)
{
    struct db_rows rows;
    struct upload u = {.held = -1};
    if (!db_query(&s->db, &rows, err, sql, "ss", device, what))
        return false;
    *ret_there = db_next(&rows, err);
    if (*ret_there)
        read_row(&rows, &u);
    *ret = u;
    return db_done(&rows);
}

bool upload_find(struct store *s, const char *device, const char *id, struct upload *ret,
                 struct err *err)
{
    bool there;
    if (!find(s, sql_upload_by_id, device, id, ret, &there, err))
        return false;
    return there || err_set(err, ERR_NOT_FOUND, "upload.unknown", id, NULL);
}

bool upload_of_photo(struct store *s, const char *device, const char *sha256,
                     int64_t *ret_held, struct err *err)
{
    struct upload u;
    bool there;
    if (!find(s, sql_upload_of_photo, device, sha256, &u, &there, err))
        return false;
    *ret_held = u.held;
    return true;
}

bool upload_set_held(struct store *s, const char *id, int64_t held, struct err *err)
{
    return db_run(&s->db, err, sql_upload_held, "si", id, held);
}

bool upload_end(struct store *s, const char *id, struct err *err)
{
    return db_run(&s->db, err, sql_upload_drop, "s", id);
}

static bool replace(struct store *s, const char *device, const char *sha256,
                    int64_t bytes, struct upload *ret, struct err *err)
{
    struct upload u = {.bytes = bytes};
    char path[1200];
    bool there;
    if (!find(s, sql_upload_of_photo, device, sha256, ret, &there, err))
        return false;
    if (there && ret->bytes == bytes)
        return true;
    if (there) {
        upload_path(s, ret->id, path, sizeof path);
        unlink(path);
        if (!upload_end(s, ret->id, err))
            return false;
    }
    uid_new(u.id);
    snprintf(u.sha256, sizeof u.sha256, "%s", sha256);
    *ret = u;
    return db_run(&s->db, err, sql_upload_add, "sssii", u.id, device, sha256, bytes,
                  clock_utc_ms());
}

bool upload_make(struct store *s, const char *device, const char *sha256, int64_t bytes,
                 struct upload *ret, struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    if (replace(s, device, sha256, bytes, ret, err))
        return db_commit(&s->db, err);
    db_rollback(&s->db);
    return false;
}
