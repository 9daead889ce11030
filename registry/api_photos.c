/* api_photos: photos as people and devices get them. Originals are for those who see all:
 * they hold whatever the camera wrote. Others get small ones, and the copy that is given
 * away. A small one that is not there yet is made now: what is looked at comes first.
 * No browser may keep one (no-store, which core/web says of every answer): it would lie in the
 * cache on its disk long after it was covered or erased here. */
#include "registry/app.h"
#include "registry/shared.h"
#include "registry/visible.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "sync/small.h"

#include <stdio.h>
#include <string.h>

/* The photo as one point shows it. */
struct on_point {
    struct observation point;
    const struct photo *photo;
};

static bool may_see(struct http_request *q, struct on_point *on, bool *ret,
                    struct err *err)
{
    const struct actor *who = q->actor;
    const char *id = on->photo->observation;
    struct err absent = ERR_INIT;
    struct issue i;
    bool has_issue;
    *ret = false;
    if (!observation_find(q->worker, q->arena, id, &on->point, &absent)) {
        if (absent.code == ERR_NOT_FOUND)
            return true; /* its note is still to come */
        *err = absent;
        return false;
    }
    if (who->device.device)
        return sync_point_visible(q->worker, who->device.origin, id, ret, err);
    if (!issue_of_observation(q->worker, q->arena, id, &i, &has_issue, err))
        return false;
    *ret = visible(&who->account, &on->point, has_issue ? &i : NULL);
    return true;
}

/* The first of the points that name the photo which the caller may see: two points may name
 * the same one, and only what this caller sees is said of it. */
static bool find_seen(struct http_request *q, const char *sha256, struct on_point *ret,
                      bool *ret_seen, struct err *err)
{
    struct photo *shown;
    size_t n;
    if (!photo_shown(q->worker, q->arena, sha256, &shown, &n, err))
        return false;
    *ret_seen = false;
    for (size_t i = 0; i < n && !*ret_seen; i++) {
        ret->photo = &shown[i];
        if (!may_see(q, ret, ret_seen, err))
            return false;
    }
    return true;
}

/* ---- the sizes ------------------------------------------------------------------- */

static bool give_small(struct http_request *q, const char *sha256, int side,
                       char path[1200], struct err *err)
{
    struct blob b;
    const struct blob *one = &b;
    struct err absent = ERR_INIT;
    blob_derived_path(q->worker, sha256, side, path, 1200);
    if (file_exists(path) || !blob_find(q->worker, sha256, &b, &absent))
        return true; /* http_reply_file says when it is not there */
    if (small_lacks(q->worker, &b)) {
        small_make(q->worker, &one, 1);
        if (!blob_find(q->worker, sha256, &b, err))
            return false;
    }
    return !blob_unshown(b.unshown, sha256, err);
}

static bool give_original(struct http_request *q, const char *sha256, char path[1200],
                          const char **ret_type, struct err *err)
{
    const struct actor *who = q->actor;
    struct blob b;
    if (who->device.device || !visible_originals(&who->account))
        return err_set(err, ERR_DENIED, "photo.original", NULL);
    if (!blob_find(q->worker, sha256, &b, err))
        return false;
    blob_path(q->worker, b.sha256, b.type, path, 1200);
    *ret_type = arena_strdup(q->arena, b.type);
    return true;
}

/* "Hul i stien: ..." in Danish, the language of the register. */
static const char *describe(struct http_request *q, const struct observation *o)
{
    const struct registry_app *app = q->app;
    const struct catalogue_item *item = catalogue_item(&app->catalogue, o->category);
    const char *name = item ? catalogue_name(item, I18N_DA) : o->category;
    if (!o->note || !*o->note)
        return name;
    return arena_printf(q->arena, "%s: %s", name, o->note);
}

int api_photo(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct {
        const char *name;
        int side;
    } sizes[] = {{"320", 320}, {"1600", 1600}, {"original", 0}, {"shared", -1}};
    char path[1200];
    const char *sha = q->part[0], *type = "image/jpeg";
    struct on_point on;
    bool seen = false, ok = false;
    size_t i = 0;
    while (i < 4 && strcmp(sizes[i].name, q->part[1]) != 0)
        i++;
    if (i < 4 && digest_is_hex(sha) && !find_seen(q, sha, &on, &seen, err))
        return 0;
    if (!seen) {
        err_set(err, ERR_NOT_FOUND, "photo.unknown", sha, NULL);
        return 0;
    }
    if (sizes[i].side > 0)
        ok = give_small(q, sha, sizes[i].side, path, err);
    else if (sizes[i].side == 0)
        ok = give_original(q, sha, path, &type, err);
    else
        ok = shared_copy(q->worker, &on.point, on.photo, describe(q, &on.point), path,
                         err);
    if (!ok)
        return 0;
    ok = http_reply_file(r, path, type, err);
    if (sizes[i].side < 0)
        ok = file_remove(path, err) && ok; /* open, and nowhere else */
    return ok ? 200 : 0;
}
