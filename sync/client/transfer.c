/* transfer: originals on their way (PROTOCOL 7).
 *
 * The registry tells which bytes of each photo it holds; what is missing is cut into
 * ranges, and the ranges go side by side over a few connections. A slow link with loss
 * is filled by several connections even when only one photo is left; an upload that was
 * cut goes on at the very byte. */
#include "sync/client/session.h"

#include "core/base/base64.h"
#include "core/store/blob.h"
#include "core/store/local/progress.h"
#include "core/store/local/receipt.h"
#include "sync/client/along.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A range is large enough that the round trip between two of them does not count; towards
 * the end they get shorter, so that all connections are done at about the same time. */
enum { LANES = 6, RANGE = 524288, RANGE_LEAST = 65536, WHOLE = 4 * 1048576 };

/* A link that carries FAST (small.c) is filled by fewer, and by photos that go whole: the
 * registry hashes those while they come and writes no row for a part. As large as what goes
 * in four seconds then, because that is what a registry that dies on the way has not kept. */
enum { LANES_FAST = 4, WHOLE_FAST = 16 * 1048576 };

/* ---- the plan -------------------------------------------------------------------- */

/* Bytes [first, end) of a photo that the registry has not; whole ones go in one piece. */
struct gap {
    const struct peer_photo *photo;
    int64_t first, end;
    bool cut_up;
};

/* How far one photo is. */
struct course_of {
    int64_t taken;   /* bytes the registry has taken, before and in this run */
    int64_t on_way;  /* bytes of its ranges that are going out just now      */
    bool told;       /* on_way is of this tick                               */
    const char *state; /* sending | stored | refused; NULL: nothing to say   */
    bool stored;       /* told so, in this run                              */
};

struct plan {
    struct session *x;
    struct arena arena;
    const struct peer_photo *list; /* photos to send                           */
    struct course_of *course;      /* one for each                             */
    size_t waiting_count, lanes;
    bool fast;
    struct gap *gap;
    size_t count, room, at, done, photos;
    int64_t bytes;          /* to send in this round                               */
    int64_t waiting;        /* bytes of gaps that are cut up, not under way yet    */
    int64_t sent;           /* bytes the registry took in this round               */
    struct err broken;      /* the first transport failure; ends the round         */
    struct err damaged;     /* a photo of ours is not what its name says           */
    const struct peer_photo **stored; /* told by the registry, not written down yet */
    size_t stored_count;
};

static void add_gap(struct plan *p, const struct peer_photo *photo, int64_t first,
                    int64_t end, bool cut_up)
{
    if (first >= end)
        return;
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 256;
        struct gap *more = arena_array(&p->arena, room, sizeof *more);
        if (p->count)
            memcpy(more, p->gap, p->count * sizeof *more);
        p->gap = more;
        p->room = room;
    }
    p->gap[p->count++] = (struct gap){photo, first, end, cut_up};
    p->bytes += end - first;
    if (cut_up)
        p->waiting += end - first;
}

static struct course_of *course_of(const struct plan *p, const struct peer_photo *photo)
{
    return &p->course[photo - p->list];
}

static bool is_roomless(const struct session *x, const char *sha256)
{
    for (const struct session_roomless *r = x->roomless; r; r = r->next)
        if (strcmp(r->sha256, sha256) == 0)
            return true;
    return false;
}

/* It stays here, and waits for the next run; it holds up nothing else. */
static void note_roomless(struct session *x, const char *sha256,
                          const struct remote_answer *answer)
{
    if (is_roomless(x, sha256))
        return;
    struct session_roomless *r = arena_alloc(x->arena, sizeof *r);
    *r = (struct session_roomless){arena_strdup(x->arena, sha256), x->roomless};
    x->roomless = r;
    x->roomless_count++;
    remote_check(answer, &x->no_room);
}

/* With many photos to send, each goes whole, unless parts of it are there already; over a
 * slow link the last few are cut up, so that no connection is idle while another works. */
static void plan_photo(struct plan *p, const struct peer_photo *photo, bool cut_up)
{
    const struct session_begun *b = session_begun_of(p->x, photo->sha256);
    size_t held = b ? b->held_count : 0;
    int64_t at = 0;
    if ((b && (b->unadmitted || b->busy)) || is_roomless(p->x, photo->sha256))
        return;
    cut_up = held > 0 || photo->bytes > (p->fast ? WHOLE_FAST : WHOLE) ||
             (cut_up && !p->fast);
    for (size_t i = 0; i < held; i++) {
        course_of(p, photo)->taken += b->held[i].end - b->held[i].first;
        add_gap(p, photo, at, b->held[i].first, cut_up);
        at = b->held[i].end;
    }
    add_gap(p, photo, at, photo->bytes, cut_up);
    p->photos++;
}

static bool make_plan(struct plan *p, struct err *err)
{
    struct peer_photo *photos;
    size_t n, waiting = 0;
    if (!peer_photos_waiting(p->x->store, &p->x->peer, &p->arena, &photos, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!photos[i].stored)
            photos[waiting++] = photos[i];
    /* pointers are what it holds: NOLINTNEXTLINE(bugprone-sizeof-expression) */
    p->stored = arena_array(&p->arena, waiting + 1, sizeof *p->stored);
    p->course = arena_array(&p->arena, waiting + 1, sizeof *p->course);
    p->list = photos;
    p->waiting_count = waiting;
    for (size_t i = 0; i < waiting; i++)
        p->course[i] = (struct course_of){.taken = 0};
    for (size_t i = 0; i < waiting; i++)
        plan_photo(p, &photos[i], waiting - i <= p->lanes);
    return true;
}

/* ---- sending --------------------------------------------------------------------- */

/* One piece of a photo on its way. */
struct range {
    const struct peer_photo *photo;
    int64_t first, bytes;
    int fd;
};

/* The next piece of the gap in hand. */
static struct range *take_range(struct plan *p)
{
    struct gap *g = &p->gap[p->at];
    struct range *r = arena_alloc(&p->arena, sizeof *r);
    int64_t bytes = g->end - g->first;
    if (g->cut_up) {
        int64_t most = p->waiting * 2 / (3 * (int64_t)p->lanes);
        most = most < RANGE_LEAST ? RANGE_LEAST : most > RANGE ? RANGE : most;
        bytes = bytes < most ? bytes : most;
        p->waiting -= bytes;
    }
    *r = (struct range){g->photo, g->first, bytes, -1};
    g->first += bytes;
    p->at += g->first == g->end;
    return r;
}

static char *metadata(struct arena *a, const struct range *r)
{
    const char *sha = base64_of(a, r->photo->sha256, strlen(r->photo->sha256));
    if (strcmp(r->photo->type, BLOB_SEALED) == 0) /* bytes that look like nothing */
        sha = arena_printf(a, "%s,type %s", sha,
                           base64_of(a, BLOB_SEALED, strlen(BLOB_SEALED)));
    if (r->bytes == r->photo->bytes)
        return arena_printf(a, "Upload-Metadata: sha256 %s", sha);
    char *start = arena_printf(a, "%lld", (long long)r->first);
    char *total = arena_printf(a, "%lld", (long long)r->photo->bytes);
    return arena_printf(a, "Upload-Metadata: sha256 %s,start %s,total %s", sha,
                        base64_of(a, start, strlen(start)),
                        base64_of(a, total, strlen(total)));
}

/* One that is not there as it was kept holds up no other. */
static bool open_photo(struct plan *p, struct range *r)
{
    struct err why = ERR_INIT;
    if (blob_open(p->x->store, r->photo->sha256, &r->fd, &why))
        return true;
    if (why.code != ERR_NOT_FOUND)
        p->damaged = why;
    return false;
}

static bool next_range(void *data, struct remote_call *call, void **task)
{
    struct plan *p = data;
    while (p->at < p->count && p->broken.code == ERR_NONE) {
        struct range *r = take_range(p);
        if (is_roomless(p->x, r->photo->sha256) || !open_photo(p, r))
            continue;
        *call = (struct remote_call){
            .method = "POST",
            .path = "/api/v1/uploads",
            .type = "application/offset+octet-stream",
            .body_fd = r->fd,
            .body_at = r->first,
            .body_len = (size_t)r->bytes,
            .header = {"Tus-Resumable: 1.0.0",
                       arena_printf(&p->arena, "Upload-Length: %lld", (long long)r->bytes),
                       metadata(&p->arena, r)}};
        *task = r;
        course_of(p, r->photo)->state = "sending";
        return true;
    }
    return false;
}

/* 460 says that our file is not what its name says, 422 that it is no photo the registry
 * takes, 507 that there is no room for it: none stops the others. A busy range (409) is
 * one that a connection broken a moment ago still holds: it is sent when that has been
 * let go (await_verified). One that was erased meanwhile (410) is told there too. */
static bool refused(struct plan *p, const struct range *r,
                    const struct remote_answer *answer, struct err *err)
{
    struct session *x = p->x;
    if (answer->status == 422) {
        x->photo_refused = arena_strdup(x->arena, r->photo->sha256);
        course_of(p, r->photo)->state = "refused";
        return receipt_photo(x->store, &x->peer, r->photo->sha256, r->photo->bytes,
                             "refused", err);
    }
    if (answer->status == 460)
        remote_check(answer, &p->damaged);
    else if (answer->status == 409 || answer->status == 410)
        x->busy = true;
    else if (answer->status == 507)
        note_roomless(x, r->photo->sha256, answer);
    else if (answer->status >= 500)
        remote_check(answer, &p->broken);
    else
        return remote_check(answer, err);
    return true;
}

static bool write_item(struct session *x, const struct peer_photo *photo,
                       const struct course_of *c, struct err *err)
{
    struct progress_item item = {.state = c->state, .bytes = photo->bytes};
    item.sent = c->taken + c->on_way;
    snprintf(item.sha256, sizeof item.sha256, "%s", photo->sha256);
    return progress_item_set(x->store, &item, err);
}

/* Photos that are under way; those that have come to an end are written once. */
static bool write_items(struct plan *p, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < p->waiting_count; i++) {
        struct course_of *c = &p->course[i];
        if (!c->state)
            continue;
        ok = write_item(p->x, &p->list[i], c, err);
        if (strcmp(c->state, "sending") != 0)
            c->state = NULL;
    }
    return ok;
}

static int64_t bytes_on_way(const struct plan *p)
{
    int64_t n = 0;
    for (size_t i = 0; i < p->waiting_count; i++)
        n += p->course[i].on_way;
    return n;
}

/* The receipts that came and how far we are, in one transaction, a few times a second:
 * a receipt lost is asked for again. */
static bool try_receipts(struct plan *p, struct err *err)
{
    struct session *x = p->x;
    bool ok = true;
    if (!db_begin(&x->store->db, err))
        return false;
    for (size_t i = 0; ok && i < p->stored_count; i++)
        ok = receipt_photo(x->store, &x->peer, p->stored[i]->sha256, p->stored[i]->bytes,
                           x->courier ? "carried" : "stored", err);
    ok = ok && write_items(p, err) &&
         course_step(&x->course, "sync.photos", (int64_t)p->done, (int64_t)p->photos,
                     err) &&
         course_bytes(&x->course, x->photo_bytes + p->sent + bytes_on_way(p),
                      x->photo_bytes + p->bytes, err);
    p->stored_count = 0;
    return db_end(&x->store->db, ok, err);
}

static bool write_receipts(struct plan *p, struct err *err)
{
    bool ok = session_unwritten(p->x, try_receipts(p, err), err);
    p->stored_count = 0;
    return ok;
}

static bool range_done(void *data, void *task, const struct remote_answer *answer,
                       const struct err *failure, struct err *err)
{
    struct plan *p = data;
    const struct range *r = task;
    struct course_of *c = course_of(p, r->photo);
    close(r->fd);
    c->on_way = 0; /* of its other ranges it is told again */
    if (failure) {
        if (p->broken.code == ERR_NONE)
            p->broken = *failure;
        return true;
    }
    if (answer->status < 200 || answer->status >= 300)
        return refused(p, r, answer, err);
    p->sent += r->bytes;
    c->taken += r->bytes;
    if (!answer->stored || c->stored) /* each of its other ranges may hear it again */
        return true;
    c->stored = true;
    p->done++;
    c->taken = r->photo->bytes;
    c->state = "stored";
    p->stored[p->stored_count++] = r->photo;
    return true;
}

static void range_moved(void *data, void *task, int64_t bytes)
{
    struct plan *p = data;
    const struct range *r = task;
    struct course_of *c = course_of(p, r->photo);
    if (!c->told)
        c->on_way = 0;
    c->told = true;
    c->on_way += bytes;
}

static bool tick(void *data, struct err *err)
{
    struct plan *p = data;
    for (size_t i = 0; i < p->waiting_count; i++)
        p->course[i].told = false;
    return write_receipts(p, err);
}

bool session_send_photos(struct session *x, struct err *err)
{
    const bool fast = session_is_fast(x);
    struct plan p = {.x = x, .fast = fast, .lanes = fast ? LANES_FAST : LANES};
    struct err later = ERR_INIT;
    struct remote_many small, many = {next_range, range_done, range_moved, tick, &p};
    struct along both = {&small, &many, ARENA_INIT};
    struct remote_many all = along_many(&both);
    const struct err *refused_small = NULL;
    bool ok = make_plan(&p, err) &&
              session_small_along(x, &p.arena, &small, &refused_small, err) &&
              write_receipts(&p, err) && remote_ask_many(x->remote, &all, p.lanes, err);
    if (p.stored_count > 0 && !write_receipts(&p, ok ? err : &later))
        ok = false;
    if (ok && refused_small->code != ERR_NONE) {
        *err = *refused_small;
        ok = false;
    }
    x->photo_bytes += p.sent;
    arena_release(&both.arena);
    arena_release(&p.arena);
    if (ok && p.broken.code != ERR_NONE) {
        *err = p.broken;
        return false;
    }
    if (ok && p.damaged.code != ERR_NONE)
        x->damaged = p.damaged;
    return ok;
}
