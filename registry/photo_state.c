/* photo_state: see the header. */
#include "registry/photo_state.h"

#include "core/base/file.h"
#include "core/store/blob.h"

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
    blob_derived_path(s, sha256, 320, thumb, sizeof thumb);
    blob_derived_path(s, sha256, 1600, preview, sizeof preview);
    *ret = file_exists(thumb) || file_exists(preview) ? "preview" : "named";
    return true;
}

bool photo_state_point(struct store *s, struct json_out *o, const char *name,
                       const struct observation *p, const struct photo *photos, size_t n,
                       const struct issue *issue, struct err *err)
{
    struct buf plain = BUF_INIT;
    struct json_out plain_out = JSON_OUT(&plain);
    cJSON *tree = NULL;
    observation_json(&plain_out, NULL, p, photos, n);
    bool ok = json_parse(plain.data, plain.len, &tree, err);
    cJSON *photo = ok ? cJSON_GetObjectItemCaseSensitive(tree, "photos")->child : NULL;
    for (size_t i = 0; ok && i < n && photo; i++, photo = photo->next) {
        const char *state;
        ok = photo_state(s, photos[i].sha256, &state, err);
        if (ok)
            cJSON_AddStringToObject(photo, "state", state);
    }
    if (ok && issue) {
        struct buf text = BUF_INIT;
        struct json_out out = JSON_OUT(&text);
        issue_json(&out, NULL, issue);
        cJSON_AddRawToObject(tree, "issue", text.data);
        buf_release(&text);
    }
    if (ok)
        json_tree(o, name, tree);
    json_free(tree);
    buf_release(&plain);
    return ok;
}
