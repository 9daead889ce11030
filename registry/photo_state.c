/* photo_state: see the header. */
#include "registry/photo_state.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/erase.h"

#include <string.h>

struct seen {
    const char *state;
    char unshown[16];
};

static bool look_at(struct store *s, const char *sha256, struct seen *ret,
                    struct err *err)
{
    char thumb[1200], preview[1200];
    struct blob b;
    struct err absent = ERR_INIT;
    *ret = (struct seen){"named", ""};
    if (blob_find(s, sha256, &b, &absent)) {
        ret->state = strcmp(b.state, "verified") == 0 ? "verified" : "stored";
        memcpy(ret->unshown, b.unshown, sizeof ret->unshown);
        return true;
    }
    if (absent.code != ERR_NOT_FOUND) {
        *err = absent;
        return false;
    }
    bool erased;
    if (!erase_of_blob(&s->db, sha256, &erased, err))
        return false;
    if (erased) {
        ret->state = "erased";
        return true;
    }
    blob_derived_path(s, sha256, 320, thumb, sizeof thumb);
    blob_derived_path(s, sha256, 1600, preview, sizeof preview);
    if (file_exists(thumb) || file_exists(preview))
        ret->state = "preview";
    return true;
}

bool photo_state(struct store *s, const char *sha256, const char **ret, struct err *err)
{
    struct seen seen;
    if (!look_at(s, sha256, &seen, err))
        return false;
    *ret = seen.state;
    return true;
}

/* What is put into one point: how its photos stand, in their order, and its issue. */
struct extra {
    const struct photo *photos;
    struct seen *seen;
    const struct issue *issue;
};

static void photo_more(struct json_out *o, const struct photo *p, void *data)
{
    const struct extra *x = data;
    const struct seen *seen = &x->seen[p - x->photos];
    json_str(o, "state", seen->state);
    if (*seen->unshown)
        json_str(o, "unshown", seen->unshown);
}

static void point_more(struct json_out *o, const struct observation *w, void *data)
{
    const struct extra *x = data;
    (void)w;
    if (x->issue)
        issue_json(o, "issue", x->issue);
}

bool photo_state_point(struct store *s, struct json_out *o, const char *name,
                       const struct observation *p, const struct photo *photos, size_t n,
                       const struct issue *issue, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct extra extra = {photos, arena_array(&a, n + 1, sizeof(struct seen)), issue};
    const struct observation_more more = {photo_more, point_more, &extra};
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = look_at(s, photos[i].sha256, &extra.seen[i], err);
    if (ok)
        observation_json_more(o, name, p, photos, n, &more);
    arena_release(&a);
    return ok;
}
