/* transfer: originals on their way (PROTOCOL 6 and 7).
 *
 * The registry tells which bytes of each photo it holds; what is missing is cut into
 * ranges, and the ranges go side by side over a few connections. A slow link with loss
 * is filled by several connections even when only one photo is left; an upload that was
 * cut goes on at the very byte. A receipt counts only with our registry, our epoch and
 * our size. */
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

/* A range is small enough that what a broken connection costs is little, and large
 * enough that the round trip between two of them does not count. */
enum { LANES = 6, RANGE = 524288, WHOLE = 4 * 1048576 };

/* ---- what is missing ------------------------------------------------------------- */

static bool is_settled(const char *state)
{
    return strcmp(state, "verified") == 0 || strcmp(state, "refused") == 0 ||
           strcmp(state, "erased") == 0;
}

/* "held": [[first, end], ...], in order and within the photo; anything else is nothing
 * held, and the photo is sent whole. */
static void remember_begun(struct session *x, const struct peer_photo *p,
                           const cJSON *held)
{
    struct session_begun *b = arena_alloc(x->arena, sizeof *b);
    size_t n = held ? (size_t)cJSON_GetArraySize(held) : 0;
    int64_t before = 0;
    b->sha256 = arena_strdup(x->arena, p->sha256);
    b->held = arena_array(x->arena, n + 1, sizeof *b->held);
    for (const cJSON *r = held ? held->child : NULL; r; r = r->next) {
        struct session_range *range = &b->held[b->held_count];
        if (!json_as_int(cJSON_GetArrayItem(r, 0), &range->first) ||
            !json_as_int(cJSON_GetArrayItem(r, 1), &range->end) ||
            range->first < before || range->end <= range->first || range->end > p->bytes)
            return;
        before = range->end;
        b->held_count++;
    }
    b->next = x->begun;
    x->begun = b;
}

/* The registry has not what it once said was stored (its disk lost it): what was
 * confirmed is not so any more, and the photo waits to be sent again. */
static bool forget_receipt(struct session *x, const struct peer_photo *p, struct err *err)
{
    const char *state;
    if (!peer_photo_state(x->store, p->sha256, &state, err))
        return false;
    return strcmp(state, "stored") != 0 ||
           receipt_photo(x->store, &x->peer, p->sha256, p->bytes, "unknown", err);
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
            remember_begun(x, &asked[i], json_array(p, "held"));
        if (is_settled(state) || strcmp(state, "stored") == 0)
            ok = receipt_photo(x->store, &x->peer, asked[i].sha256, asked[i].bytes, state,
                               err);
        else
            ok = forget_receipt(x, &asked[i], err);
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
    x->begun = NULL;
    bool ok = peer_photos_waiting(x->store, &a, &photos, &n, err);
    for (size_t i = 0; ok && i < n; i += WIRE_MISSING_MOST) {
        size_t some = n - i < WIRE_MISSING_MOST ? n - i : WIRE_MISSING_MOST;
        ok = ask_some(x, photos + i, some, &left, err);
    }
    arena_release(&a);
    *ret_left = left;
    return ok;
}

/* ---- the plan -------------------------------------------------------------------- */

struct range {
    const struct peer_photo *photo;
    int64_t first, bytes;
};

struct plan {
    struct session *x;
    struct arena arena;
    struct range *range;
    size_t count, room, at, done, photos;
    int64_t sent;           /* bytes the registry took in this round           */
    struct err broken;      /* the first transport failure; ends the round     */
    struct err damaged;     /* a photo of ours is not what its name says       */
};

static void add_range(struct plan *p, const struct peer_photo *photo, int64_t first,
                      int64_t bytes)
{
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 256;
        struct range *more = arena_array(&p->arena, room, sizeof *more);
        if (p->count)
            memcpy(more, p->range, p->count * sizeof *more);
        p->range = more;
        p->room = room;
    }
    p->range[p->count++] = (struct range){photo, first, bytes};
}

/* [first, end) in pieces of at most `most` bytes. */
static void add_gap(struct plan *p, const struct peer_photo *photo, int64_t first,
                    int64_t end, int64_t most)
{
    while (first < end) {
        int64_t bytes = end - first < most ? end - first : most;
        add_range(p, photo, first, bytes);
        first += bytes;
    }
}

static const struct session_begun *begun_of(const struct session *x, const char *sha256)
{
    for (const struct session_begun *b = x->begun; b; b = b->next)
        if (strcmp(b->sha256, sha256) == 0)
            return b;
    return NULL;
}

/* With many photos to send, each goes whole, unless parts of it are there already; the
 * last few are cut up, so that no connection is idle while another one works. */
static void plan_photo(struct plan *p, const struct peer_photo *photo, bool cut_up)
{
    const struct session_begun *b = begun_of(p->x, photo->sha256);
    int64_t at = 0, most = cut_up || b ? RANGE : WHOLE;
    for (size_t i = 0; b && i < b->held_count; i++) {
        add_gap(p, photo, at, b->held[i].first, most);
        at = b->held[i].end;
    }
    add_gap(p, photo, at, photo->bytes, most);
    p->photos++;
}

static bool make_plan(struct plan *p, struct err *err)
{
    struct peer_photo *photos;
    size_t n, waiting = 0;
    if (!peer_photos_waiting(p->x->store, &p->arena, &photos, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *state;
        if (!peer_photo_state(p->x->store, photos[i].sha256, &state, err))
            return false;
        if (strcmp(state, "waiting") == 0)
            photos[waiting++] = photos[i];
    }
    for (size_t i = 0; i < waiting; i++)
        plan_photo(p, &photos[i], waiting - i <= LANES);
    return true;
}

/* ---- sending --------------------------------------------------------------------- */

static char *metadata(struct arena *a, const struct range *r)
{
    const char *sha = base64_of(a, r->photo->sha256, strlen(r->photo->sha256));
    if (r->bytes == r->photo->bytes)
        return arena_printf(a, "Upload-Metadata: sha256 %s", sha);
    char *start = arena_printf(a, "%lld", (long long)r->first);
    char *total = arena_printf(a, "%lld", (long long)r->photo->bytes);
    return arena_printf(a, "Upload-Metadata: sha256 %s,start %s,total %s", sha,
                        base64_of(a, start, strlen(start)),
                        base64_of(a, total, strlen(total)));
}

static int open_photo(const struct plan *p, const struct peer_photo *photo)
{
    char path[1200];
    blob_path(p->x->store, photo->sha256, photo->type, path, sizeof path);
    return open(path, O_RDONLY | O_CLOEXEC);
}

struct task {
    struct range *range;
    int fd;
};

static bool next_range(void *data, struct remote_call *call, void **task)
{
    struct plan *p = data;
    while (p->at < p->count && p->broken.code == ERR_NONE) {
        struct range *r = &p->range[p->at++];
        struct task *t = arena_alloc(&p->arena, sizeof *t);
        *t = (struct task){r, open_photo(p, r->photo)};
        if (t->fd < 0) {
            err_set(&p->damaged, ERR_DAMAGED, "photo.missing", r->photo->sha256, NULL);
            continue;
        }
        *call = (struct remote_call){
            .method = "POST",
            .path = "/api/v1/uploads",
            .type = "application/offset+octet-stream",
            .body_fd = t->fd,
            .body_at = r->first,
            .body_len = (size_t)r->bytes,
            .header = {"Tus-Resumable: 1.0.0",
                       arena_printf(&p->arena, "Upload-Length: %lld", (long long)r->bytes),
                       metadata(&p->arena, r)}};
        *task = t;
        return true;
    }
    return false;
}

/* 460 says that our file is not what its name says, 422 that it is no photo the registry
 * takes: neither stops the others. A busy range is one that a connection broken a moment
 * ago still holds: the next round finds out. */
static bool refused(struct plan *p, const struct range *r,
                    const struct remote_answer *answer, struct err *err)
{
    struct session *x = p->x;
    if (answer->status == 422) {
        x->photo_refused = arena_strdup(x->arena, r->photo->sha256);
        return receipt_photo(x->store, &x->peer, r->photo->sha256, r->photo->bytes,
                             "refused", err);
    }
    if (answer->status == 460)
        remote_check(answer, &p->damaged);
    else if (answer->status == 409 || answer->status >= 500)
        remote_check(answer, &p->broken);
    else
        return remote_check(answer, err);
    return true;
}

static bool range_done(void *data, void *task, const struct remote_answer *answer,
                       const struct err *failure, struct err *err)
{
    struct plan *p = data;
    struct task *t = task;
    const struct range *r = t->range;
    struct session *x = p->x;
    close(t->fd);
    if (failure) {
        if (p->broken.code == ERR_NONE)
            p->broken = *failure;
        return true;
    }
    if (answer->status < 200 || answer->status >= 300)
        return refused(p, r, answer, err);
    p->sent += r->bytes;
    if (!answer->stored)
        return true;
    return receipt_photo(x->store, &x->peer, r->photo->sha256, r->photo->bytes, "stored",
                         err) &&
           progress_step(x->store, "sync.photos", (int64_t)++p->done, (int64_t)p->photos,
                         err);
}

bool session_send_photos(struct session *x, struct err *err)
{
    struct plan p = {.x = x};
    struct remote_many many = {next_range, range_done, &p};
    bool ok = make_plan(&p, err) &&
              progress_step(x->store, "sync.photos", 0, (int64_t)p.photos, err) &&
              remote_ask_many(x->remote, &many, LANES, err);
    x->photo_bytes += p.sent;
    arena_release(&p.arena);
    if (ok && p.broken.code != ERR_NONE) {
        *err = p.broken;
        return false;
    }
    if (ok && p.damaged.code != ERR_NONE)
        x->damaged = p.damaged;
    return ok;
}
