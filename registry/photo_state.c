/* photo_state: see the header. */
#include "registry/photo_state.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/erase.h"

#include <string.h>

bool photo_state(struct store *s, const char *sha256, const char **ret, struct err *err)
{
    char thumb[1200], preview[1200];
    struct blob b;
    struct err absent = ERR_INIT;
    if (blob_find(s, sha256, &b, &absent)) {
        *ret = strcmp(b.state, "verified") == 0 ? "verified" : "stored";
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
        *ret = "erased";
        return true;
    }
    blob_derived_path(s, sha256, 320, thumb, sizeof thumb);
    blob_derived_path(s, sha256, 1600, preview, sizeof preview);
    *ret = file_exists(thumb) || file_exists(preview) ? "preview" : "named";
    return true;
}

/* What is put into one point: the states of its photos, in their order, and its issue. */
struct extra {
    const struct photo *photos;
    const char **state;
    const struct issue *issue;
};

static void photo_more(struct json_out *o, const struct photo *p, void *data)
{
    const struct extra *x = data;
    json_str(o, "state", x->state[p - x->photos]);
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
    struct extra extra = {photos, arena_array(&a, n + 1, sizeof(char *)), issue};
    const struct observation_more more = {photo_more, point_more, &extra};
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = photo_state(s, photos[i].sha256, &extra.state[i], err);
    if (ok)
        observation_json_more(o, name, p, photos, n, &more);
    arena_release(&a);
    return ok;
}
