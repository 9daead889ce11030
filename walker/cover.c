/* cover: see the header. The new file is whole, fsynced and in its place before the old
 * one's end is written down; its end is the transaction that names the new one. */
#include "walker/cover.h"

#include "core/base/field.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/erase.h"
#include "walker/app.h"
#include "walker/intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIXEL_MOST = 70000 }; /* a stroke may begin outside of the photo */

/* ---- the form -------------------------------------------------------------------- */

static const struct field burn_fields[] = {
    {"x1", FIELD_INT, -PIXEL_MOST, PIXEL_MOST, FIELD_REQUIRED, NULL},
    {"y1", FIELD_INT, -PIXEL_MOST, PIXEL_MOST, FIELD_REQUIRED, NULL},
    {"x2", FIELD_INT, -PIXEL_MOST, PIXEL_MOST, FIELD_REQUIRED, NULL},
    {"y2", FIELD_INT, -PIXEL_MOST, PIXEL_MOST, FIELD_REQUIRED, NULL},
    {"radius", FIELD_INT, -1, PIXEL_MOST, FIELD_NULLABLE, NULL},
};

bool cover_read(const cJSON *form, struct cover *ret, struct err *err)
{
    static const struct field fields[] = {
        {"burns", FIELD_ARRAY, 1, PICTURE_BURNS_MOST, FIELD_REQUIRED, NULL},
    };
    if (!field_check_exact(form, fields, FIELD_COUNT(fields), err))
        return false;
    ret->count = 0;
    for (const cJSON *b = json_array(form, "burns")->child; b; b = b->next) {
        if (!field_check_exact(b, burn_fields, FIELD_COUNT(burn_fields), err))
            return false;
        ret->burn[ret->count++] =
            (struct picture_burn){(int)json_int(b, "x1", 0), (int)json_int(b, "y1", 0),
                                  (int)json_int(b, "x2", 0), (int)json_int(b, "y2", 0),
                                  (int)json_int(b, "radius", -1)};
    }
    return true;
}

bool cover_add_box(struct cover *c, const char *text, struct err *err)
{
    char part[16];
    int64_t n[4];
    for (int i = 0; i < 4; i++) {
        size_t len = strcspn(text, ",");
        snprintf(part, sizeof part, "%.*s", (int)(len < 15 ? len : 15), text);
        if (!text_int(part, &n[i]) || n[i] < -PIXEL_MOST || n[i] > PIXEL_MOST ||
            (text[len] == ',') != (i < 3))
            return err_set(err, ERR_INPUT, "cover.bad_box", NULL);
        text += len + (i < 3);
    }
    if (n[2] < 1 || n[3] < 1 || c->count == PICTURE_BURNS_MOST)
        return err_set(err, ERR_INPUT, "cover.bad_box", NULL);
    c->burn[c->count++] = (struct picture_burn){
        (int)n[0], (int)n[1], (int)(n[0] + n[2]), (int)(n[1] + n[3]), -1};
    return true;
}

/* ---- covering -------------------------------------------------------------------- */

struct covering {
    struct arena arena;
    const char *old;
    struct photo *shown; /* one for each point that shows it */
    size_t count;
    struct intake in; /* the new photo */
};

/* Why it is not here: covered already, or erased, is the better sentence. Returns false. */
static bool say_gone(struct store *s, const char *sha256, struct err *err)
{
    struct err ignored = ERR_INIT;
    bool covered = false, erased = false;
    if (err->code != ERR_NOT_FOUND)
        return false;
    if (erase_is_cover(&s->db, sha256, &covered, &ignored) && covered)
        return err_set(err, ERR_GONE, "photo.covered", sha256, NULL);
    if (erase_of_blob(&s->db, sha256, &erased, &ignored) && erased)
        err_set(err, ERR_GONE, "photo.erased", sha256, NULL);
    return false;
}

static bool write_cover(struct store *s, void *data, struct err *err)
{
    struct covering *x = data;
    const char *role, *org;
    struct blob b;
    if (!blob_find(s, x->old, &b, err)) /* somebody was faster */
        return say_gone(s, x->old, err);
    /* Another point may show it since it was looked for. */
    if (!photo_shown(s, &x->arena, x->old, &x->shown, &x->count, err))
        return false;
    if (x->count == 0)
        return err_set(err, ERR_NOT_FOUND, "photo.unknown", x->old, NULL);
    blob_keep(&x->in.writer);
    if (!walker_by(s, &x->arena, &role, &org, err) ||
        !blob_name(s, x->in.sha256, x->in.bytes, "image/jpeg", true, err))
        return false;
    for (size_t i = 0; i < x->count; i++) {
        struct photo p = x->shown[i];
        p.sha256 = x->in.sha256;
        p.type = "image/jpeg";
        p.bytes = x->in.bytes;
        p.width = x->in.facts.width;
        p.height = x->in.facts.height;
        if (!photo_cover(s, &x->arena, x->old, &p, role, err))
            return false;
    }
    return true;
}

/* The new file, which is whole, as if it had been written here. */
static bool take_new(struct intake *in, struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    in->writer.fd = open(in->writer.path, O_RDONLY | O_CLOEXEC);
    if (in->writer.fd < 0)
        return err_errno(err, "file.unreadable", in->writer.path);
    in->writer.open = true;
    bool ok = digest_of_fd(in->writer.fd, hash, &in->writer.bytes, err);
    text_hex(hash, sizeof hash, in->sha256);
    return ok;
}

/* Burns what is to go into a new file beside. The first point that shows the photo says
 * its facts; those of a photo nobody shows are its own. */
static bool make_new(struct covering *x, struct store *s, const struct blob *b,
                     const struct cover *c, struct err *err)
{
    char path[1200];
    struct picture_facts facts;
    const struct photo *p = x->shown;
    const struct picture_tags tags = {
        p->at, p->direction_c == DB_NULL ? -1 : (int)p->direction_c, p->taken_ms, NULL};
    blob_path(s, b->sha256, b->type, path, sizeof path);
    snprintf(x->in.writer.path, sizeof x->in.writer.path, "%s/tmp/cover.%ld.%.16s.%ld",
             s->dir, (long)getpid(), b->sha256, (long)gettid());
    return picture_cover(path, b->sha256, &tags, c->burn, c->count, x->in.writer.path,
                         &facts, err) &&
           take_new(&x->in, err) && intake_keep(&x->in, s, b->sha256, err);
}

bool cover_photo(struct store *s, const char *sha256, const struct cover *c,
                 char ret[DIGEST_HEX], struct err *err)
{
    struct covering x = {.arena = ARENA_INIT, .old = sha256};
    struct blob b;
    bool ok = (blob_find(s, sha256, &b, err) || say_gone(s, sha256, err)) &&
              photo_shown(s, &x.arena, sha256, &x.shown, &x.count, err);
    if (ok && x.count == 0)
        ok = err_set(err, ERR_NOT_FOUND, "photo.unknown", sha256, NULL);
    ok = ok && make_new(&x, s, &b, c, err) && walker_transact(s, write_cover, &x, err);
    intake_drop(&x.in);
    if (ok)
        memcpy(ret, x.in.sha256, DIGEST_HEX);
    arena_release(&x.arena);
    return ok;
}
