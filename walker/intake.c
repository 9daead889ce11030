/* intake: see the header. */
#include "walker/intake.h"

#include "core/base/file.h"
#include "core/store/erase.h"

#include <pthread.h>
#include <string.h>

const char *intake_type(const struct intake *in)
{
    return strcmp(in->facts.format, "png") == 0 ? "image/png" : "image/jpeg";
}

/* The bytes on their way to the disk, in a thread of their own. */
struct sealing {
    struct intake *in;
    struct err err;
    bool ok;
};

static void *seal(void *data)
{
    struct sealing *x = data;
    x->ok = blob_seal(&x->in->writer, x->in->sha256, &x->err);
    return NULL;
}

static bool look(struct intake *in, struct store *s, const char *name, struct err *err)
{
    char preview[1200], thumb[1200];
    bool erased, covered = false;
    if (!blob_has(s, in->sha256, &in->held, err) ||
        !erase_of_blob(&s->db, in->sha256, &erased, err))
        return false;
    if (erased && !erase_is_cover(&s->db, in->sha256, &covered, err))
        return false;
    if (erased)
        return covered ? err_set(err, ERR_GONE, "photo.covered", name, NULL)
                       : err_set(err, ERR_GONE, "photo.erased", name, NULL);
    blob_derived_path(s, in->sha256, PICTURE_PREVIEW, preview, sizeof preview);
    blob_derived_path(s, in->sha256, PICTURE_THUMB, thumb, sizeof thumb);
    struct picture_wish wish = {file_exists(preview) ? NULL : preview,
                                file_exists(thumb) ? NULL : thumb};
    return blob_make_folder(s, "derived", in->sha256, err) &&
           picture_read(in->writer.path, name, &wish, &in->facts, err);
}

bool intake_look(struct intake *in, struct store *s, const char *name, struct err *err)
{
    struct sealing x = {.in = in};
    pthread_t disk;
    in->bytes = in->writer.bytes;
    bool beside = in->writer.open && pthread_create(&disk, NULL, seal, &x) == 0;
    if (in->writer.open && !beside)
        seal(&x);
    bool ok = look(in, s, name, err);
    if (beside)
        pthread_join(disk, NULL);
    if (ok && !x.ok && x.err.code != ERR_NONE)
        *err = x.err;
    return ok && x.err.code == ERR_NONE;
}

/* A film is no photo, however large; that is the better sentence. Returns false. */
static bool say_kind(const char *path, const char *name, struct err *err)
{
    const struct picture_wish none = {NULL, NULL};
    struct picture_facts facts;
    struct err kind = ERR_INIT;
    if (err->code == ERR_TOO_LARGE && !picture_read(path, name, &none, &facts, &kind) &&
        kind.code == ERR_UNREADABLE)
        *err = kind;
    return false;
}

bool intake_file(struct intake *in, struct store *s, const char *path, const char *name,
                 struct err *err)
{
    *in = (struct intake){0};
    if (!blob_copy_in(&in->writer, s, path, in->sha256, err))
        return say_kind(path, name, err);
    if (intake_look(in, s, name, err))
        return true;
    intake_drop(in);
    return false;
}

bool intake_settle(struct intake *in, struct store *s, struct err *err)
{
    in->settled = blob_settle(s, in->writer.path, in->sha256, intake_type(in), err);
    if (in->settled)
        in->writer.path[0] = '\0';
    return in->settled;
}

void intake_drop(struct intake *in)
{
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
    return blob_name(s, in->sha256, in->bytes, p.type, cleared, err) &&
           has_photo(s, a, observation, in->sha256, &has, err) &&
           (has || photo_attach(s, a, &p, role, err));
}
