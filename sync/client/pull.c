/* pull: what this device may see comes out to it (PROTOCOL 8): who may write what,
 * erasures, catalogue, parties, areas and plans; then what belongs to its own walks: the
 * points near their routes, with photos and issues. Applied in transactions of at most
 * 50 records, so that a tap in the page never waits for a pull. */
#include "sync/client/session.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/blob.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/hold.h"
#include "core/store/hold_place.h"
#include "core/store/local/hub.h"
#include "core/store/local/pulled.h"
#include "core/store/local/receipt.h"
#include "core/store/local/stranger.h"
#include "core/store/reserve.h"
#include "sync/interest.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

/* IDLE_MOST: so many answers one after the other without anything new (200,000 records) are
 * no honest registry's. */
enum { AT_ONCE = 50, TAKE_LEAST = 65536, PICTURES_MOST = 60, IDLE_MOST = 1000 };

/* One part of the pull: where it stands, and the set it is asked with ("" for none). */
struct part {
    const char *set;
    bool mine; /* hangs on this device's walks */
    bool (*keep)(struct store *s, const char *cursor, struct err *err);
};

static bool is_of_a_point(const char *kind)
{
    return text_starts(kind, "observation.") || text_starts(kind, "photo.") ||
           text_starts(kind, "issue.");
}

/* The registry alone is believed: a photo that was covered on another device goes here
 * too, though its covering belongs to a point we may not see; and what a killed program
 * left of it before it had a row. */
static bool let_photo_go(struct session *x, const char *sha256, struct buf *gone,
                         struct err *err)
{
    struct blob b;
    bool here;
    if (!blob_has(x->store, sha256, &here, err))
        return false;
    if (!here) {
        buf_add(gone, sha256, DIGEST_HEX);
        return true;
    }
    return blob_find(x->store, sha256, &b, err) &&
           receipt_photo(x->store, &x->peer, sha256, b.bytes, "erased", err) &&
           erase_photo(x->store, sha256, err);
}

/* After the commit: one that was named twice still has its row when a line after it was bad
 * and all of it is taken back. */
static bool destroy(struct session *x, const struct buf *gone, struct err *err)
{
    bool ok = true;
    for (size_t at = 0; ok && at < gone->len; at += DIGEST_HEX)
        ok = blob_destroy(x->store, gone->data + at, err);
    return ok;
}

/* One that is not what its origin signed, or not what stands at its place here, is left
 * out: nothing that comes after it may wait for it. The run says so at its end. */
static void leave_out(struct session *x, const struct record *r)
{
    char origin[RECORD_ORIGIN_HEX];
    text_hex(r->origin, RECORD_ORIGIN, origin);
    if (x->left_out++ == 0)
        snprintf(x->left_first, sizeof x->left_first, "%s:%lld", origin,
                 (long long)r->seq);
}

/* *ret false: its signature fails, or nobody has told the key of its origin. */
static bool is_signed(struct session *x, const struct record *r, bool *ret,
                      struct err *err)
{
    struct err why = ERR_INIT;
    *ret = hold_check(x->store, r, &why);
    if (*ret || why.code == ERR_CHECKSUM || why.code == ERR_INPUT)
        return true;
    *err = why;
    return false;
}

/* A hub may have left a body out; a registry names what it has erased. */
static bool take_of_feed(struct session *x, struct arena *a, const struct record *r,
                         enum hold_verdict *ret, struct err *err)
{
    bool bare = true;
    *ret = HOLD_BARE;
    if (!r->body && x->courier && !hold_may_be_bare(x->store, r, &bare, err))
        return false;
    return !bare || hold_take(x->store, a, r, ret, err);
}

/* What a hub hands on is others' word: two that differ are for them to settle, and what it
 * has without a body, while the erasure that says why is still to come, the registry has. */
static bool is_others_word(const struct session *x, const struct record *r,
                           enum hold_verdict verdict, bool good)
{
    return x->courier && good &&
           (verdict == HOLD_FORKED || (verdict == HOLD_BARE && !place_never_bare(r)));
}

/* What a registry tells by a set hangs on this device's walks; of what a hub hands on the
 * points do, also those that others carry. */
static bool note_pulled(struct session *x, struct arena *a, const struct record *r,
                        enum hold_verdict verdict, struct err *err)
{
    struct record said;
    bool opened;
    if (x->courier && !carry_said(x->store, a, r, &said, &opened, err))
        return false;
    if (x->courier && (!opened || !is_of_a_point(said.kind)))
        return true;
    return verdict == HOLD_NEW ? pulled_mark(x->store, r->subject, err)
                               : pulled_refill(x->store, a, r, err);
}

static bool let_subject_go(struct session *x, struct arena *a, const char *subject,
                           struct err *err)
{
    bool gone;
    if (!pulled_drop(x->store, a, subject, &gone, err))
        return false;
    x->going |= !gone;
    return true;
}

static bool take_line(struct session *x, const struct part *part, struct arena *a,
                      const char *line, size_t len, struct buf *gone, struct err *err)
{
    struct wire_line w;
    enum hold_verdict verdict;
    if (!wire_read_line(a, line, len, &w, err))
        return false;
    if (w.unknown) {
        x->passed_over++;
        return true;
    }
    if (w.drop)
        return let_subject_go(x, a, w.drop, err);
    if (w.covered)
        return x->courier || let_photo_go(x, w.covered, gone, err);
    if (w.lost)
        return receipt_take_back(x->store, &x->peer, w.origin, w.lost, err);
    if (w.is_key)
        return hold_key(x->store, w.origin, w.key, err);
    bool good = false;
    verdict = HOLD_BARE;
    if (!is_signed(x, &w.record, &good, err) ||
        (good && !take_of_feed(x, a, &w.record, &verdict, err)))
        return false;
    x->news |= verdict == HOLD_NEW;
    if (verdict != HOLD_NEW && verdict != HOLD_ALREADY) {
        if (!is_others_word(x, &w.record, verdict, good))
            leave_out(x, &w.record);
        return true;
    }
    return !part->mine || note_pulled(x, a, &w.record, verdict, err);
}

/* Up to AT_ONCE lines in one transaction; *at moves past them. */
static bool take_some(struct session *x, const struct part *part,
                      const struct buf *body, size_t *at, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct buf gone = BUF_INIT;
    if (!db_begin(&x->store->db, err))
        return false;
    bool ok = true;
    for (int n = 0; ok && n < AT_ONCE && *at < body->len; n++) {
        const char *line = body->data + *at;
        const char *end = memchr(line, '\n', body->len - *at);
        size_t len = end ? (size_t)(end - line) : body->len - *at;
        ok = len == 0 || take_line(x, part, &a, line, len, &gone, err);
        *at += len + 1;
        arena_reset(&a);
    }
    ok = db_end(&x->store->db, ok, err) && destroy(x, &gone, err);
    arena_release(&a);
    buf_release(&gone);
    return ok;
}

/* Lines are taken as they come: an answer with a walk of thousands of points is larger than
 * this program may be. */
struct taking {
    struct session *x;
    const struct part *part;
    bool any; /* the answer had lines */
    struct err err;
};

/* Bytes of the whole lines in body; *ret_n how many. */
static size_t whole_lines(const struct buf *body, size_t *ret_n)
{
    const char *at = body->data, *last = at + body->len, *end;
    for (*ret_n = 0; (end = memchr(at, '\n', (size_t)(last - at))); (*ret_n)++)
        at = end + 1;
    return (size_t)(at - body->data);
}

static bool take_lines(void *data, struct buf *body)
{
    struct taking *t = data;
    size_t n = 0, at = 0, whole = 0;
    if (body->len >= TAKE_LEAST)
        whole = whole_lines(body, &n);
    if (n < AT_ONCE)
        return true;
    struct buf lines = {.data = body->data, .len = whole};
    t->any = true;
    while (at < whole)
        if (!take_some(t->x, t->part, &lines, &at, &t->err))
            return false;
    memmove(body->data, body->data + whole, body->len - whole);
    body->len -= whole;
    body->data[body->len] = '\0';
    return true;
}

/* The rest of the answer. */
static bool take_rest(struct taking *t, struct err *err)
{
    const struct buf *body = &t->x->answer.body;
    t->any |= body->len > 0;
    for (size_t at = 0; at < body->len;)
        if (!take_some(t->x, t->part, body, &at, err))
            return false;
    return true;
}

static bool ask_records(struct taking *t, const char *path, struct err *err)
{
    struct session *x = t->x;
    const struct remote_call call = {.method = "GET",
                                     .path = path,
                                     .body_fd = -1,
                                     .lines = take_lines,
                                     .lines_data = t};
    bool ok = remote_ask(x->remote, &call, &x->answer, err);
    if (t->err.key) {
        *err = t->err;
        return false;
    }
    return ok && remote_check(&x->answer, err) && take_rest(t, err);
}

/* From the cursor to the end. The answer's cursor is kept when all of it is applied; what
 * could not be dropped yet must be told again when it is home, and all that was not told to a
 * device that is shut out when it is let in again. */
static bool pull_part(struct session *x, const struct part *part, const char *from,
                      struct err *err)
{
    char cursor[120];
    struct buf path = BUF_INIT;
    bool ok = true, shut_out;
    int idle = 0;
    x->going = false;
    snprintf(cursor, sizeof cursor, "%s", from);
    for (bool more = true; ok && more;) {
        buf_clear(&path);
        buf_printf(&path, "/api/v1/records?after=%s%s%s", cursor, *part->set ? "&" : "",
                   part->set);
        struct taking t = {.x = x, .part = part, .err = ERR_INIT};
        x->news = false;
        ok = course_step(&x->course, "sync.pulling", 0, 0, err) &&
             ask_records(&t, path.data, err);
        more = ok && t.any;
        if (!ok || !x->answer.cursor[0] || strcmp(cursor, x->answer.cursor) == 0)
            break;
        snprintf(cursor, sizeof cursor, "%s", x->answer.cursor);
        idle = x->news ? 0 : idle + 1;
        ok = (idle < IDLE_MOST ||
              err_set(err, ERR_NETWORK, "sync.bad_answer", "cursor", NULL)) &&
             admission_is_revoked(x->store, x->store->origin, &shut_out, err) &&
             (x->going || shut_out || part->keep(x->store, cursor, err));
    }
    buf_release(&path);
    return ok;
}

/* ---- small pictures -------------------------------------------------------------- */

struct pictures {
    struct session *x;
    struct arena arena;
    const char **sha256;
    size_t count, at;
};

static bool next_picture(void *data, struct remote_call *call, void **task)
{
    struct pictures *p = data;
    if (p->at == p->count)
        return false;
    const char *sha256 = p->sha256[p->at++];
    *call = (struct remote_call){
        .method = "GET",
        .path = arena_printf(&p->arena, "/api/v1/photos/%s/320", sha256),
        .body_fd = -1};
    *task = (void *)(uintptr_t)sha256;
    return true;
}

/* One that is not there yet, or that the connection broke, is asked for next time. */
static bool picture_done(void *data, void *task, const struct remote_answer *answer,
                         const struct err *failure, struct err *err)
{
    struct pictures *p = data;
    char path[1200];
    if (failure || answer->status != 200 || answer->body.len < 4 ||
        answer->body.len > SMALL_MOST ||
        memcmp(answer->body.data, "\xFF\xD8\xFF", 3) != 0)
        return true;
    if (file_space(p->x->store->dir) <
        reserve_least()) { /* what is left is for points */
        p->at = p->count;
        return true;
    }
    blob_derived_path(p->x->store, task, 320, path, sizeof path);
    return blob_make_folder(p->x->store, "derived", task, err) &&
           file_write_whole(path, answer->body.data, answer->body.len, 0600, err);
}

/* Last time's points are shown with what was seen there. A few each time, and never a
 * reason to fail: all of it is also at the registry. */
static void pull_pictures(struct session *x)
{
    struct pictures p = {.x = x};
    struct err ignored = ERR_INIT;
    const struct remote_many many = {
        .next = next_picture, .done = picture_done, .data = &p};
    if (pulled_photos(x->store, &p.arena, PICTURES_MOST, &p.sha256, &p.count,
                      &ignored) &&
        p.count > 0)
        remote_ask_many(x->remote, &many, 4, &ignored);
    arena_release(&p.arena);
}

/* The cursor stays: what else has come must be met when this device is let in again. */
static bool keep_nothing(struct store *s, const char *cursor, struct err *err)
{
    (void)s, (void)cursor, (void)err;
    return true;
}

bool session_pull_rights(struct session *x, struct err *err)
{
    const struct part rights = {"", false, keep_nothing};
    return pull_part(x, &rights, x->peer.pulled, err);
}

static bool pull_all(struct session *x, struct err *err)
{
    const struct part everybody = {"", false, peer_set_cursor};
    const struct part group = {"", true, hub_set_cursor};
    struct part mine = {"", true, peer_set_cursor_of_set};
    struct interest wanted;
    if (x->courier) {
        bool ok = pull_part(x, &group, x->peer.pulled, err);
        if (ok)
            pull_pictures(x);
        return ok;
    }
    if (!pull_part(x, &everybody, x->peer.pulled, err) ||
        !stranger_let_in(x->store, NULL, err) ||
        !interest_of(x->store, x->arena, &wanted, err))
        return false;
    if (interest_is_empty(&wanted))
        return true;
    mine.set = interest_query(x->arena, &wanted);
    if (!pull_part(x, &mine, x->peer.pulled_set, err))
        return false;
    pull_pictures(x);
    return true;
}

/* ---- what a later version says --------------------------------------------------- */

/* Where lines were passed over it stands which kinds were known then: a version that knows
 * more pulls from nothing, because the cursor is past them. */
bool session_pull(struct session *x, struct err *err)
{
    const char *name = x->courier ? "pull.passed_over.hub" : "pull.passed_over", *then;
    char now[12];
    snprintf(now, sizeof now, "%d", WIRE_LINES);
    if (!store_setting(x->store, x->arena, name, "", &then, err))
        return false;
    bool anew = *then && strcmp(then, now) != 0;
    if (anew)
        x->peer.pulled = x->peer.pulled_set = "";
    x->passed_over = 0;
    if (!pull_all(x, err))
        return false;
    if (x->passed_over > 0)
        return store_set(x->store, name, now, err);
    return !anew || store_set(x->store, name, "", err);
}
