/* intake: see the header. */
#include "walker/intake.h"

#include "core/store/erase.h"
#include "core/store/local/receipt.h"

#include <string.h>
#include <unistd.h>

const char *intake_type(const struct intake *in)
{
    return strcmp(in->facts.format, "png") == 0 ? "image/png" : "image/jpeg";
}

/* The same bytes may have been erased, or covered: they do not come back. */
static bool may_come(struct intake *in, struct store *s, const char *name,
                     struct err *err)
{
    bool erased, covered = false, told = false;
    if (!blob_has(s, in->sha256, &in->held, err) ||
        !erase_of_blob(&s->db, in->sha256, &erased, err) ||
        !receipt_is_erased(s, in->sha256, &told, err))
        return false;
    if (erased && !erase_is_cover(&s->db, in->sha256, &covered, err))
        return false;
    if (!erased && !told)
        return true;
    return covered ? err_set(err, ERR_GONE, "photo.covered", name, NULL)
                   : err_set(err, ERR_GONE, "photo.erased", name, NULL);
}

static bool place_after(struct intake *in, struct store *s, const char *type,
                        struct err *err)
{
    struct blob_sync sync;
    bool placed;
    if (!blob_place(&in->writer, s, in->sha256, type, false, &placed, err))
        return false;
    blob_sync_begin(&sync, &in->writer);
    return blob_sync_end(&sync, &in->writer, s, in->sha256, err);
}

/* NULL when it is neither JPEG nor PNG. */
static const char *type_of(int fd)
{
    uint8_t head[8] = {0};
    return pread(fd, head, sizeof head, 0) == sizeof head ? blob_type_of(head) : NULL;
}

static bool end_look(struct intake *in, struct err *err)
{
    struct picture_looking *looking = in->looking;
    in->looking = NULL;
    return picture_look_end(looking, &in->facts, err);
}

/* The disk is waited for in one thread and the helper in another; nobody speaks of the
 * photo before both are done. Where a file of that name stands already it may be spoken of:
 * then the look comes first. */
static bool look_and_place(struct intake *in, struct store *s, const char *name,
                           struct err *err)
{
    struct blob_writer *w = &in->writer;
    struct blob_sync sync;
    struct err disk = ERR_INIT;
    const char *type = type_of(w->fd);
    bool placed = false, durable = false;
    if (type && !in->held && !blob_place(w, s, in->sha256, type, true, &placed, err))
        return false;
    if (placed)
        blob_sync_begin(&sync, w);
    bool looks = in->looking || picture_look_begin(&in->looking, w->path, name, err);
    if (looks)
        picture_look_go(in->looking);
    if (placed)
        durable = blob_sync_end(&sync, w, s, in->sha256, &disk);
    if (!looks || !end_look(in, err))
        return false;
    if (!type || strcmp(type, intake_type(in)) != 0)
        return err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
    if (placed && !durable)
        *err = disk;
    return placed ? durable : place_after(in, s, type, err);
}

bool intake_keep(struct intake *in, struct store *s, const char *name, struct err *err)
{
    in->bytes = in->writer.bytes;
    return may_come(in, s, name, err) && look_and_place(in, s, name, err);
}

/* A film is no photo, however large; that is the better sentence. Returns false. */
static bool say_kind(const char *path, const char *name, struct err *err)
{
    struct picture_facts facts;
    struct err kind = ERR_INIT;
    if (err->code == ERR_TOO_LARGE && !picture_look(path, name, &facts, &kind) &&
        kind.code == ERR_UNREADABLE)
        *err = kind;
    return false;
}

bool intake_file(struct intake *in, struct store *s, const char *path, const char *name,
                 struct err *err)
{
    *in = (struct intake){0};
    bool ok = blob_begin(&in->writer, s, err) &&
              picture_look_early(&in->looking, in->writer.path, name, err) &&
              (blob_copy_in(&in->writer, path, in->sha256, err) ||
               say_kind(path, name, err)) &&
              intake_keep(in, s, name, err);
    if (!ok)
        intake_drop(in);
    return ok;
}

void intake_drop(struct intake *in)
{
    picture_look_drop(in->looking);
    in->looking = NULL;
    blob_abandon(&in->writer);
}

static bool has_photo(struct store *s, struct arena *a, const char *observation,
                      const char *sha256, bool *ret, struct err *err)
{
    struct photo *photos;
    size_t n;
    *ret = false;
    if (!photo_list(s, a, observation, &photos, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret |= strcmp(photos[i].sha256, sha256) == 0;
    return true;
}

bool intake_attach(struct intake *in, struct store *s, struct arena *a,
                   const char *observation, bool cleared, const char *role,
                   struct err *err)
{
    const struct picture_facts *f = &in->facts;
    struct photo p = {
        .observation = observation,
        .sha256 = in->sha256,
        .type = intake_type(in),
        .bytes = in->bytes,
        .width = f->width,
        .height = f->height,
        .at = f->at,
        .place_from = in->place_from ? in->place_from : "exif",
        .direction_c = f->direction_c < 0 ? DB_NULL : f->direction_c,
        .altitude_mm = f->altitude_mm,
        .taken_ms = f->taken_ms,
        .time_from = f->taken_from,
    };
    bool has;
    blob_keep(&in->writer);
    return blob_name(s, in->sha256, in->bytes, p.type, cleared, err) &&
           has_photo(s, a, observation, in->sha256, &has, err) &&
           (has || photo_attach(s, a, &p, role, err));
}
