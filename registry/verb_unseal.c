/* registry unseal --key FILE [--walk ID]: opens what only the police may read, with the key
 * file and its passphrase on stdin; the registry itself cannot. Texts are printed; photos are
 * named, and written only where they are asked for: --folder FOLDER all of them, --photo
 * SHA256 -o FILE one. What is written there is in the clear. */
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/store/seal_photo.h"
#include "core/store/walk.h"
#include "registry/verbs.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option options[] = {
    {"key", true, "FILE"},      {"walk", true, "ID"},     {"folder", true, "FOLDER"},
    {"photo", true, "SHA256"},  {"output", true, "FILE"},
};

struct opening {
    struct store *s;
    const struct verb_call *call;
    uint8_t key[BOX_PUBLIC], secret[BOX_SECRET];
    struct json_out o;
    const char *folder; /* NULL: no photo is written */
    size_t shut;        /* for which the key is another */
};

/* ---- photos ---------------------------------------------------------------------- */

static bool write_clear(const char *path, const char *photo, size_t n, struct err *err)
{
    if (file_exists(path))
        return err_set(err, ERR_CONFLICT, "seal.file_there", path, NULL);
    return file_write_whole(path, photo, n, 0600, err);
}

/* Into the folder, named by the box; *ret_path is NULL when the key is another. */
static bool open_photo(struct opening *w, struct arena *a, const char *sha256,
                       const char **ret_path, struct err *err)
{
    struct err shut = ERR_INIT;
    size_t n = 0;
    char *photo = seal_photo_open(w->s, a, sha256, w->key, w->secret, &n, &shut);
    *ret_path = NULL;
    if (!photo && shut.code != ERR_DENIED) {
        *err = shut;
        return false;
    }
    if (!photo) {
        w->shut++;
        return true;
    }
    const char *type = n < 8 ? NULL : blob_type_of((const uint8_t *)photo);
    *ret_path = arena_printf(a, "%s/%s.%s", w->folder, sha256,
                             type && strcmp(type, "image/png") == 0 ? "png" : "jpg");
    bool ok = write_clear(*ret_path, photo, n, err);
    box_forget(photo, n);
    return ok;
}

static bool tell_photo(struct opening *w, struct arena *a, const struct sealed_photo *p,
                       struct err *err)
{
    const char *path = NULL;
    if (w->folder && p->here && !open_photo(w, a, p->sha256, &path, err))
        return false;
    json_open(&w->o, NULL, '{');
    json_str(&w->o, "sha256", p->sha256);
    json_num(&w->o, "bytes", p->bytes);
    json_bool(&w->o, "here", p->here);
    if (path)
        json_str(&w->o, "file", path);
    json_close(&w->o, '}');
    if (!w->call->json)
        printf("  %s  %s\n", p->sha256, path ? path : p->here ? "" : "-");
    return true;
}

static bool tell_photos(struct opening *w, struct arena *a, const char *point,
                        struct err *err)
{
    struct sealed_photo *photos;
    struct arena each = ARENA_INIT; /* one photo in memory, not all of them */
    size_t n = 0;
    if (!seal_photos(w->s, a, point, &photos, &n, err))
        return false;
    json_open(&w->o, "photos", '[');
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        ok = tell_photo(w, &each, &photos[i], err);
        arena_reset(&each);
    }
    arena_release(&each);
    json_close(&w->o, ']');
    return ok;
}

/* ---- points ---------------------------------------------------------------------- */

static bool open_one(const struct sealed *x, void *data, struct err *err)
{
    struct opening *w = data;
    struct arena a = ARENA_INIT;
    char when[32];
    char *inside = seal_open(&a, x, w->key, w->secret);
    w->shut += !inside;
    clock_minute(x->at_ms, when);
    if (!w->call->json)
        printf("%s  %s  %s\n", x->id, when, inside ? inside : "-");
    json_open(&w->o, NULL, '{');
    json_str(&w->o, "id", x->id);
    json_str(&w->o, "walk", x->walk);
    clock_format(x->at_ms, when);
    json_str(&w->o, "at", when);
    if (inside)
        json_raw_unchecked(&w->o, "point", inside);
    else
        json_null(&w->o, "point");
    bool ok = tell_photos(w, &a, x->id, err);
    json_close(&w->o, '}');
    arena_release(&a);
    return ok;
}

static bool open_all(struct verb_call *call, struct opening *w, struct err *err)
{
    struct buf line = BUF_INIT;
    const char *walk = verb_value(call, "walk");
    if (walk && *walk && !walk_id(w->s, call->arena, walk, &walk, err))
        return false;
    w->o = (struct json_out)JSON_OUT(&line);
    w->folder = verb_value(call, "folder");
    if (w->folder && !file_make_folders(w->folder, err))
        return false;
    json_open(&w->o, NULL, '[');
    bool ok = seal_each(w->s, walk, open_one, w, err);
    json_close(&w->o, ']');
    if (ok && call->json)
        verb_print(&line);
    else
        buf_release(&line);
    call->partly = ok && w->shut > 0;
    return ok;
}

/* ---- one photo ------------------------------------------------------------------- */

static bool open_this(struct verb_call *call, struct opening *w, struct err *err)
{
    const char *begin = verb_value(call, "photo"), *path = verb_value(call, "output");
    char sha256[DIGEST_HEX];
    const char *owner = "";
    struct err unknown = ERR_INIT;
    size_t n = 0;
    if (!blob_match(w->s, begin, sha256, &unknown) ||
        !seal_photo_owner(w->s, call->arena, sha256, &owner, &unknown) || !*owner)
        return err_set(err, ERR_NOT_FOUND, "seal.no_photo", begin, NULL);
    char *photo =
        seal_photo_open(w->s, call->arena, sha256, w->key, w->secret, &n, err);
    if (!photo)
        return false;
    bool ok = write_clear(path, photo, n, err);
    box_forget(photo, n);
    if (ok)
        verb_made(call, "sha256", sha256);
    return ok;
}

static bool run_unseal(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    char passphrase[VERBS_PASSPHRASE];
    struct opening w = {.s = &s, .call = call};
    const char *file = verb_value(call, "key");
    bool one = verb_value(call, "photo");
    if (!file)
        return err_set(err, ERR_USAGE, "verb.option_missing", "key", "unseal", call->program,
                       NULL);
    if (one != (verb_value(call, "output") != NULL))
        return err_set(err, ERR_USAGE, "seal.output_one", NULL);
    bool ok = verbs_passphrase(passphrase, err) &&
              box_read_file(file, passphrase, w.key, w.secret, err);
    box_forget(passphrase, sizeof passphrase);
    if (!ok || !verbs_open(&s, call, false, err))
        return false;
    ok = verbs_close(&s, (one ? open_this : open_all)(call, &w, err), err);
    box_forget(w.secret, sizeof w.secret);
    return ok;
}

const struct verb unseal_verb = {
    "unseal", "registry.help_unseal", NULL, VERB_OPTIONS(options), 0, 0, run_unseal};
