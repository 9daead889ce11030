/* small: thumbnails and previews on their way (PROTOCOL 5), before any original, so that
 * the coordinator can start while the evening is still coming home. They count for no
 * receipt. */
#include "sync/client/session.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/local/progress.h"

#include <string.h>

enum { PREVIEW_BATCH = 900000 };

static bool flush_previews(struct session *x, struct buf *batch, struct err *err)
{
    if (batch->len == 0)
        return true;
    struct remote_call call = {.method = "POST",
                               .path = "/api/v1/previews",
                               .type = "application/octet-stream",
                               .body = batch->data,
                               .body_len = batch->len,
                               .body_fd = -1};
    bool ok = remote_ask(x->remote, &call, &x->answer, err) &&
              remote_check(&x->answer, err);
    buf_clear(batch);
    return ok;
}

/* A small picture that is not there is no loss: the registry makes its own. */
static void add_preview(struct session *x, struct buf *batch, const char *sha256, int side)
{
    char path[1200];
    struct arena a = ARENA_INIT;
    struct err ignored = ERR_INIT;
    char *bytes;
    size_t len;
    blob_derived_path(x->store, sha256, side, path, sizeof path);
    if (file_read(&a, path, 400000, &bytes, &len, &ignored)) {
        buf_printf(batch, "%s %d %zu\n", sha256, side, len);
        buf_add(batch, bytes, len);
    }
    arena_release(&a);
}

bool session_send_previews(struct session *x, struct err *err)
{
    static const int sides[] = {320, 1600};
    struct arena a = ARENA_INIT;
    struct buf batch = BUF_INIT;
    struct peer_photo *photos;
    size_t n;
    bool ok = peer_photos_waiting(x->store, &a, &photos, &n, err);
    for (size_t s = 0; ok && s < 2; s++)
        for (size_t i = 0; ok && i < n; i++) {
            const char *state = "";
            ok = peer_photo_state(x->store, photos[i].sha256, &state, err) &&
                 progress_step(x->store, "sync.previews", (int64_t)(s * n + i),
                               (int64_t)(2 * n), err);
            if (ok && strcmp(state, "waiting") == 0)
                add_preview(x, &batch, photos[i].sha256, sides[s]);
            if (ok && batch.len > PREVIEW_BATCH - 400000)
                ok = flush_previews(x, &batch, err);
        }
    ok = ok && flush_previews(x, &batch, err);
    buf_release(&batch);
    arena_release(&a);
    return ok;
}

