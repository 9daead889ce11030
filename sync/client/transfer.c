/* transfer: photos on their way (PROTOCOL 5, 6, 7). Small pictures of everything first,
 * so that the coordinator can start; then originals, resumed where the registry has
 * them. A receipt counts only with our registry, our epoch and our size. */
#include "sync/client/session.h"

#include "core/base/base64.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/local/progress.h"
#include "sync/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PREVIEW_BATCH = 900000, TRIES = 5 };

/* ---- what is missing ------------------------------------------------------------- */

static bool is_settled(const char *state)
{
    return strcmp(state, "verified") == 0 || strcmp(state, "refused") == 0 ||
           strcmp(state, "erased") == 0;
}

static void remember_begun(struct session *x, const char *sha256)
{
    struct session_begun *b = arena_alloc(x->arena, sizeof *b);
    b->sha256 = arena_strdup(x->arena, sha256);
    b->next = x->begun;
    x->begun = b;
}

static bool take_states(struct session *x, const struct peer_photo *asked, size_t n,
                        const cJSON *answer, size_t *left, struct err *err)
{
    const cJSON *photos = json_array(answer, "photos");
    if (!text_equal(json_text(answer, "registry"), x->peer.registry) ||
        !text_equal(json_text(answer, "epoch"), x->peer.epoch))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "epoch", NULL);
    if (!db_begin(&x->store->db, err))
        return false;
    bool ok = true;
    const cJSON *p = photos ? photos->child : NULL;
    for (size_t i = 0; ok && i < n; i++, p = p ? p->next : NULL) {
        const char *state = json_text(p, "state");
        if (!p || !state || !text_equal(json_text(p, "sha256"), asked[i].sha256)) {
            ok = err_set(err, ERR_NETWORK, "sync.bad_answer", "photos", NULL);
            break;
        }
        *left += !is_settled(state);
        if (strcmp(state, "offset") == 0)
            remember_begun(x, asked[i].sha256);
        if (is_settled(state) || strcmp(state, "stored") == 0)
            ok = receipt_photo(x->store, &x->peer, asked[i].sha256, asked[i].bytes, state,
                               err);
    }
    if (ok)
        return db_commit(&x->store->db, err);
    db_rollback(&x->store->db);
    return false;
}

static bool ask_some(struct session *x, const struct peer_photo *photos, size_t n,
                     size_t *left, struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    cJSON *answer = NULL;
    json_open(&o, NULL, '{');
    json_open(&o, "photos", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        json_str(&o, "sha256", photos[i].sha256);
        json_num(&o, "bytes", photos[i].bytes);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    struct remote_call call = {.method = "POST",
                               .path = "/api/v1/photos/missing",
                               .type = "application/json",
                               .body = body.data,
                               .body_len = body.len,
                               .body_fd = -1};
    bool ok = remote_json(x->remote, &call, &x->answer, &answer, err) &&
              take_states(x, photos, n, answer, left, err);
    json_free(answer);
    buf_release(&body);
    return ok;
}

bool session_ask_missing(struct session *x, size_t *ret_left, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct peer_photo *photos;
    size_t n, left = 0;
    bool ok = peer_photos_waiting(x->store, &a, &photos, &n, err);
    for (size_t i = 0; ok && i < n; i += WIRE_MISSING_MOST) {
        size_t some = n - i < WIRE_MISSING_MOST ? n - i : WIRE_MISSING_MOST;
        ok = ask_some(x, photos + i, some, &left, err);
    }
    arena_release(&a);
    *ret_left = left;
    return ok;
}

/* ---- small pictures -------------------------------------------------------------- */

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

/* ---- originals ------------------------------------------------------------------- */

/* tus creation, with the whole file behind it or (fd -1) with nothing. */
static bool post_upload(struct session *x, const struct peer_photo *p, int fd,
                        struct err *err)
{
    char *name = base64_of(x->arena, p->sha256, strlen(p->sha256));
    struct remote_call call = {
        .method = "POST",
        .path = "/api/v1/uploads",
        .type = fd < 0 ? NULL : "application/offset+octet-stream",
        .body = "",
        .body_fd = fd,
        .body_len = fd < 0 ? 0 : (size_t)p->bytes,
        .header = {"Tus-Resumable: 1.0.0",
                   arena_printf(x->arena, "Upload-Length: %lld", (long long)p->bytes),
                   arena_printf(x->arena, "Upload-Metadata: sha256 %s", name)}};
    return remote_ask(x->remote, &call, &x->answer, err) && remote_check(&x->answer, err);
}

static bool resume(struct session *x, const struct peer_photo *p, int fd,
                   const char *location, int64_t from, struct err *err)
{
    char offset[64];
    snprintf(offset, sizeof offset, "Upload-Offset: %lld", (long long)from);
    struct remote_call call = {.method = "PATCH",
                               .path = location,
                               .type = "application/offset+octet-stream",
                               .body_fd = fd,
                               .body_at = from,
                               .body_len = (size_t)(p->bytes - from),
                               .header = {"Tus-Resumable: 1.0.0", offset}};
    return remote_ask(x->remote, &call, &x->answer, err) && remote_check(&x->answer, err);
}

static bool ask_offset(struct session *x, const char *location, int64_t *ret,
                       struct err *err)
{
    struct remote_call call = {.method = "HEAD",
                               .path = location,
                               .body_fd = -1,
                               .header = {"Tus-Resumable: 1.0.0"}};
    if (!remote_ask(x->remote, &call, &x->answer, err) || !remote_check(&x->answer, err))
        return false;
    *ret = x->answer.upload_offset;
    return true;
}

/* The upload was there already, with some of its bytes: only the rest is sent. */
static bool send_rest(struct session *x, const struct peer_photo *p, int fd,
                      const char *location, int64_t at, struct err *err)
{
    for (int tries = 0; at < p->bytes && tries < TRIES; tries++) {
        int64_t before = at;
        bool ok = resume(x, p, fd, location, at, err);
        if (ok) {
            at = x->answer.upload_offset;
        } else if (x->answer.status == 409) {
            *err = (struct err)ERR_INIT;
            if (!ask_offset(x, location, &at, err))
                return false;
        } else {
            return false;
        }
        if (at < before)
            return err_set(err, ERR_NETWORK, "sync.bad_answer", "Upload-Offset", NULL);
    }
    return at == p->bytes || err_set(err, ERR_NETWORK, "sync.not_taken", NULL);
}

/* Asks where an upload stands before sending its bytes: an empty creation is answered
 * with the offset, so a photo cut at 90 % is not begun again. */
static bool begin_at(struct session *x, const struct peer_photo *p, char *location,
                     size_t size, int64_t *ret_at, struct err *err)
{
    if (!post_upload(x, p, -1, err))
        return false;
    snprintf(location, size, "%s", x->answer.location);
    *ret_at = x->answer.upload_offset < 0 ? 0 : x->answer.upload_offset;
    return true;
}

static bool was_begun(const struct session *x, const char *sha256)
{
    for (const struct session_begun *b = x->begun; b; b = b->next)
        if (strcmp(b->sha256, sha256) == 0)
            return true;
    return false;
}

static bool send_one(struct session *x, const struct peer_photo *p, struct err *err)
{
    char path[1200], location[300];
    int64_t at = 0;
    blob_path(x->store, p->sha256, p->type, path, sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_DAMAGED, "photo.missing", path, NULL);
    bool ok;
    if (was_begun(x, p->sha256))
        ok = begin_at(x, p, location, sizeof location, &at, err) &&
             (at == p->bytes || send_rest(x, p, fd, location, at, err));
    else
        ok = post_upload(x, p, fd, err);
    close(fd);
    return ok;
}

/* 460 says that our file is not what its name says: this photo is damaged here; the
 * others go on, and the damage is told at the end. */
bool session_send_photos(struct session *x, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct err damaged = ERR_INIT;
    struct peer_photo *photos;
    size_t n;
    bool ok = peer_photos_waiting(x->store, &a, &photos, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        const char *state = "";
        ok = peer_photo_state(x->store, photos[i].sha256, &state, err) &&
             progress_step(x->store, "sync.photos", (int64_t)i, (int64_t)n, err);
        if (!ok || strcmp(state, "waiting") != 0)
            continue;
        ok = send_one(x, &photos[i], err);
        if (!ok && x->answer.status == 422) {
            x->photo_refused = arena_strdup(x->arena, photos[i].sha256);
            ok = receipt_photo(x->store, &x->peer, photos[i].sha256, photos[i].bytes,
                               "refused", err);
        }
        if (!ok && (err->code == ERR_CHECKSUM || err->code == ERR_DAMAGED)) {
            damaged = *err;
            ok = true;
        }
    }
    arena_release(&a);
    if (ok && damaged.code != ERR_NONE) {
        *err = damaged;
        return false;
    }
    return ok;
}
