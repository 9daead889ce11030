/* small: thumbnails and previews on their way (PROTOCOL 5), before any original, so that
 * the coordinator can start while the evening is still coming home. They count for no
 * receipt. Thumbnails go first; those of new photos go before the registry is asked what it
 * has, a round trip earlier. Previews go side by side over several connections, and only
 * when they pay: when the originals will take a while over a link that is slow. The
 * registry makes its own of what it has.
 *
 * Photos are kept before their small pictures are made; those of photos that go now are made
 * here when they are missing, side by side, as far as that does not hold the rest up.
 *
 * Over a fast link the small ones would keep the disks at both ends waiting for the large
 * ones: there they are begun first and go along with them (along.h). */
#include "sync/client/session.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/local/progress.h"
#include "sync/small.h"

#include <stdio.h>
#include <string.h>

enum {
    LANES = 6,
    THUMBS = 500000,
    PREVIEWS = 50000,
    SOON_S = 10,
    FAST = 4000000,
    MAKE_MS = 10000
};

/* One small picture to send. */
struct one {
    const char *sha256;
    int side;
};

struct parcel {
    struct buf body;
};

struct queue {
    struct session *x;
    struct arena *arena;
    bool quiet; /* how far we are is told of the originals */
    struct one *list;
    size_t n, at, sent;
    struct err refused;
};

static void add(struct queue *q, const char *sha256, int side, bool there)
{
    if (!there)
        q->list[q->n++] = (struct one){sha256, side};
}

/* A small picture that is not there is no loss: the registry makes its own. */
static void pack(struct queue *q, const struct one *o, struct buf *body)
{
    char path[1200];
    struct arena a = ARENA_INIT;
    struct err ignored = ERR_INIT;
    char *bytes;
    size_t len;
    blob_derived_path(q->x->store, o->sha256, o->side, path, sizeof path);
    if (file_read(&a, path, SMALL_MOST, &bytes, &len, &ignored)) {
        buf_printf(body, "%s %d %zu\n", o->sha256, o->side, len);
        buf_add(body, bytes, len);
    }
    arena_release(&a);
}

/* Thumbnails and previews are never in one parcel: the small must not wait. */
static bool next_parcel(void *data, struct remote_call *call, void **task)
{
    struct queue *q = data;
    struct parcel *p = arena_alloc(q->arena, sizeof *p);
    *p = (struct parcel){BUF_INIT};
    if (q->refused.code != ERR_NONE)
        return false;
    while (q->at < q->n) {
        const struct one *o = &q->list[q->at];
        if (p->body.len > 0 && (o->side != q->list[q->at - 1].side ||
                                p->body.len > (o->side == 320 ? THUMBS : PREVIEWS)))
            break;
        pack(q, o, &p->body);
        q->at++;
    }
    if (p->body.len == 0)
        return false;
    *call = (struct remote_call){.method = "POST",
                                 .path = "/api/v1/previews",
                                 .type = "application/octet-stream",
                                 .body = p->body.data,
                                 .body_len = p->body.len,
                                 .body_fd = -1};
    *task = p;
    return true;
}

static bool parcel_done(void *data, void *task, const struct remote_answer *answer,
                        const struct err *failure, struct err *err)
{
    struct queue *q = data;
    struct parcel *p = task;
    buf_release(&p->body);
    if (failure && q->refused.code == ERR_NONE)
        q->refused = *failure;
    else if (!failure && q->refused.code == ERR_NONE)
        remote_check(answer, &q->refused);
    return q->quiet || course_step(&q->x->course, "sync.previews", (int64_t)q->at,
                                   (int64_t)q->n, err);
}

/* Photos that wait, without those the registry has told to hold. */
static bool waiting_photos(struct session *x, struct arena *a, struct peer_photo **ret,
                           size_t *ret_n, int64_t *ret_bytes, struct err *err)
{
    size_t n, kept = 0;
    if (!peer_photos_waiting(x->store, &x->peer, a, ret, &n, err))
        return false;
    *ret_bytes = 0;
    for (size_t i = 0; i < n; i++) {
        if ((*ret)[i].stored)
            continue;
        *ret_bytes += (*ret)[i].bytes;
        (*ret)[kept++] = (*ret)[i];
    }
    *ret_n = kept;
    return true;
}

/* What cannot be made in that time goes without: the registry makes its own. */
static void make_missing(struct session *x, const struct peer_photo *photos, size_t n)
{
    int64_t until = clock_mono_ms() + MAKE_MS;
    size_t most = small_at_once();
    for (size_t at = 0; at < n && clock_mono_ms() < until;) {
        struct blob blob[SMALL_AT_ONCE];
        const struct blob *some[SMALL_AT_ONCE];
        struct err err = ERR_INIT;
        size_t k = 0;
        for (; at < n && k < most; at++) {
            some[k] = &blob[k];
            k += blob_find(x->store, photos[at].sha256, &blob[k], &err) &&
                 small_lacks(x->store, &blob[k]);
        }
        small_make(x->store, some, k);
    }
}

static bool send_queue(struct queue *q, struct err *err)
{
    struct session *x = q->x;
    struct remote_many many = {.next = next_parcel, .done = parcel_done, .data = q};
    bool ok = q->n == 0 || (course_step(&x->course, "sync.previews", 0, (int64_t)q->n, err) &&
                            remote_ask_many(x->remote, &many, LANES, err));
    if (!ok || q->refused.code == ERR_NONE)
        return ok;
    *err = q->refused;
    return false;
}

/* Once a thumbnail went, the photo is remembered as one that waits: a run that breaks
 * off does not send them all again, the next one asks. */
static bool remember(struct session *x, const struct peer_photo *photos, size_t n,
                     struct err *err)
{
    bool ok = db_begin(&x->store->db, err);
    for (size_t i = 0; ok && i < n; i++) {
        struct progress_item item = {.state = "waiting", .bytes = photos[i].bytes};
        snprintf(item.sha256, sizeof item.sha256, "%s", photos[i].sha256);
        ok = progress_item_set(x->store, &item, err);
    }
    return db_end(&x->store->db, ok, err);
}

bool session_is_fast(const struct session *x)
{
    return remote_rate(x->remote) > FAST;
}

/* Will the originals take so long that previews are worth their bytes? */
static bool previews_pay(const struct session *x, int64_t bytes)
{
    return x->metered ||
           (bytes / SOON_S >= remote_rate(x->remote) && !session_is_fast(x));
}

bool session_send_fresh(struct session *x, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct queue q = {.x = x, .arena = &a};
    struct peer_photo *photos;
    int64_t bytes;
    size_t n, fresh = 0;
    bool ok = waiting_photos(x, &a, &photos, &n, &bytes, err);
    if (ok)
        make_missing(x, photos, n);
    x->along = session_is_fast(x) && !x->metered;
    q.list = arena_array(&a, ok ? 2 * n + 1 : 1, sizeof *q.list);
    for (size_t i = 0; ok && i < n; i++) {
        bool known = false;
        ok = progress_item_known(x->store, photos[i].sha256, &known, err);
        if (known)
            continue;
        add(&q, photos[i].sha256, 320, false);
        photos[fresh++] = photos[i];
    }
    for (size_t i = 0; ok && i < fresh && previews_pay(x, bytes); i++)
        add(&q, photos[i].sha256, 1600, false);
    ok = ok && (x->along || send_queue(&q, err)) &&
         (fresh == 0 || session_unwritten(x, remember(x, photos, fresh, err), err));
    arena_release(&a);
    return ok;
}

/* What the registry has told that it lacks. */
static bool fill(struct queue *q, struct err *err)
{
    struct session *x = q->x;
    struct peer_photo *photos;
    int64_t bytes;
    size_t n;
    if (!waiting_photos(x, q->arena, &photos, &n, &bytes, err))
        return false;
    q->list = arena_array(q->arena, 2 * n + 1, sizeof *q->list);
    for (size_t i = 0; i < n; i++) {
        const struct session_begun *b = session_begun_of(x, photos[i].sha256);
        add(q, photos[i].sha256, 320, b && b->thumb);
    }
    for (size_t i = 0; i < n && previews_pay(x, bytes); i++) {
        const struct session_begun *b = session_begun_of(x, photos[i].sha256);
        add(q, photos[i].sha256, 1600, b && b->preview);
    }
    return true;
}

bool session_send_previews(struct session *x, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct queue q = {.x = x, .arena = &a};
    bool ok = x->along || (fill(&q, err) && send_queue(&q, err));
    arena_release(&a);
    return ok;
}

bool session_small_along(struct session *x, struct arena *a, struct remote_many *ret,
                         const struct err **ret_refused, struct err *err)
{
    struct queue *q = arena_alloc(a, sizeof *q);
    *q = (struct queue){.x = x, .arena = a, .quiet = true};
    *ret = (struct remote_many){.next = next_parcel, .done = parcel_done, .data = q};
    *ret_refused = &q->refused;
    return !x->along || fill(q, err);
}
