/* seal_photo: see the header. Reads sealed, sealed_photo, photo and stranger; owns none. */
#include "core/store/seal_photo.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/store/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- closing --------------------------------------------------------------------- */

static bool write_box(struct store *s, const uint8_t *box, size_t n,
                      struct sealed_photo *ret, struct err *err)
{
    struct blob_writer w;
    struct sealed_photo p = {.bytes = (int64_t)n, .here = true};
    if (!blob_begin(&w, s, err))
        return false;
    bool ok = blob_add(&w, box, n, err) && blob_seal(&w, p.sha256, err) &&
              blob_settle(s, w.path, p.sha256, BLOB_SEALED, err);
    if (ok)
        *ret = p;
    else
        blob_abandon(&w);
    return ok;
}

bool seal_photo_close(struct store *s, uint8_t *room, size_t n, struct sealed_photo *ret,
                      struct err *err)
{
    uint8_t key[BOX_PUBLIC];
    uint8_t *photo = room + BOX_OVERHEAD;
    bool ok = seal_key(s, key, err) &&
              ((n >= 8 && blob_type_of(photo)) ||
               err_set(err, ERR_UNREADABLE, "seal.not_photo", NULL));
    if (ok)
        box_seal_in(room, n, key);
    else
        box_forget(photo, n);
    return ok && write_box(s, room, n + BOX_OVERHEAD, ret, err);
}

/* All of the file at out; *ret_n how much came. */
static bool read_all(int fd, uint8_t *out, size_t most, const char *path, size_t *ret_n,
                     struct err *err)
{
    size_t n = 0;
    ssize_t got = 1;
    while (got > 0 && n < most) {
        got = read(fd, out + n, most - n);
        if (got < 0 && errno != EINTR)
            return err_errno(err, "file.unreadable", path);
        n += got > 0 ? (size_t)got : 0;
        got = got < 0 ? 1 : got;
    }
    *ret_n = n;
    return true;
}

bool seal_photo_file(struct store *s, const char *path, struct sealed_photo *ret,
                     struct err *err)
{
    struct stat st;
    size_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) != 0) {
        err_errno(err, "file.unreadable", path);
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (st.st_size > SEAL_PHOTO_MOST) {
        close(fd);
        return err_set(err, ERR_TOO_LARGE, "photo.too_large", NULL);
    }
    size_t most = (size_t)st.st_size;
    uint8_t *room = malloc(most + BOX_OVERHEAD);
    if (!room)
        err_die("seal_photo", "out of memory");
    bool ok = read_all(fd, room + BOX_OVERHEAD, most, path, &n, err);
    close(fd);
    if (ok)
        ok = seal_photo_close(s, room, n, ret, err);
    else
        box_forget(room, most + BOX_OVERHEAD);
    free(room);
    return ok;
}

/* ---- adding ---------------------------------------------------------------------- */

static const char sql_seal_photo_count[] =
    "SELECT count(*) FROM sealed_photo WHERE id = ?1";

bool seal_photo_add(struct store *s, struct arena *a, const char *point,
                    const struct sealed_photo *p, struct err *err)
{
    struct sealed of;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    int64_t n = 0;
    if (!seal_find(s, a, point, &of, err) ||
        !db_number(&s->db, &n, 0, err, sql_seal_photo_count, "s", of.id))
        return false;
    if (n >= SEAL_PHOTOS_MOST)
        return err_set(err, ERR_INPUT, "add.too_many_photos", NULL);
    json_open(&o, NULL, '{');
    json_str(&o, "walk", of.walk);
    json_str(&o, "sha256", p->sha256);
    json_num(&o, "bytes", p->bytes);
    json_close(&o, '}');
    struct record_wish record = {"photo.seal", of.id, body.data, "participant", "",
                                 INT64_MIN};
    bool ok = blob_name(s, p->sha256, p->bytes, BLOB_SEALED, true, err) &&
              hold_make(s, a, &record, NULL, err);
    buf_release(&body);
    return ok;
}

/* ---- reading --------------------------------------------------------------------- */

static const char sql_seal_photos[] =
    "SELECT p.sha256, p.bytes, (SELECT count(*) FROM blob b WHERE b.sha256 = p.sha256)"
    " FROM sealed_photo p WHERE p.id = ?1 ORDER BY p.tick, p.sha256";

bool seal_photos(struct store *s, struct arena *a, const char *point,
                 struct sealed_photo **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_seal_photos, "s", point))
        return false;
    while (db_next(&rows, err)) {
        struct sealed_photo p = {.bytes = db_int(&rows, 1), .here = db_int(&rows, 2) > 0};
        snprintf(p.sha256, sizeof p.sha256, "%s", db_peek(&rows, 0));
        buf_add(&list, &p, sizeof p);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof **ret;
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

static const char sql_seal_photo_owner[] =
    "SELECT id FROM sealed_photo WHERE sha256 = ?1 ORDER BY tick, id LIMIT 1";

bool seal_photo_owner(struct store *s, struct arena *a, const char *sha256,
                      const char **ret, struct err *err)
{
    struct db_rows rows;
    const char *owner = "";
    if (!db_query(&s->db, &rows, err, sql_seal_photo_owner, "s", sha256))
        return false;
    if (db_next(&rows, err))
        owner = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    *ret = owner;
    return true;
}

/* A waiting record is a line of the wire, a held one its body; the hash stands in both as
 * it is. */
static const char sql_seal_photo_named[] =
    "SELECT (SELECT count(*) FROM sealed_photo WHERE sha256 = ?1) + (SELECT count(*)"
    " FROM record r WHERE r.reason IS NOT NULL AND r.kind = 'photo.seal'"
    " AND r.body LIKE '%' || ?1 || '%') + (SELECT count(*)"
    " FROM stranger t WHERE t.kind = 'photo.seal' AND t.line LIKE '%' || ?1 || '%'"
    " AND EXISTS (SELECT 1 FROM stranger_photo w WHERE w.sha256 = ?1))"
    " WHERE NOT EXISTS (SELECT 1 FROM photo WHERE sha256 = ?1)";

bool seal_photo_named(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_seal_photo_named, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

char *seal_photo_open(struct store *s, struct arena *a, const char *sha256,
                      const uint8_t key[BOX_PUBLIC], const uint8_t secret[BOX_SECRET],
                      size_t *ret_len, struct err *err)
{
    char path[1200], *box;
    size_t n;
    blob_path(s, sha256, BLOB_SEALED, path, sizeof path);
    if (!file_read(a, path, BLOB_MOST, &box, &n, err))
        return NULL;
    char *photo = box_open(a, (const uint8_t *)box, n, key, secret, ret_len);
    if (!photo)
        err_set(err, ERR_DENIED, "seal.other_key", sha256, NULL);
    return photo;
}
