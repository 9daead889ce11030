/* offer: a registry that came back from an older backup may lack what it had written, or
 * taken in, since: states of cases, who was admitted, what was erased. Whatever a device
 * had pulled of that is signed, so it can bring it back (records.md 5). */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/feed.h"
#include "core/store/hold.h"
#include "sync/take.h"
#include "sync/wire.h"

#include <string.h>

enum { BATCH = WIRE_BATCH_MOST - 2 * RECORD_MOST };

static const char setting[] = "sync.offered";

struct offer {
    struct session *x;
    struct buf lines;
    uint8_t origin[RECORD_ORIGIN]; /* whose key stands last in the lines */
    bool keyed;
    bool again; /* something was right, but could not be taken in yet */
};

static bool any_not_applied(const cJSON *answer)
{
    const cJSON *list = json_array(answer, "refused");
    for (const cJSON *r = list ? list->child : NULL; r; r = r->next)
        if (text_equal(json_text(r, "key"), TAKE_NOT_APPLIED))
            return true;
    return false;
}

static bool send(struct offer *o, struct err *err)
{
    cJSON *answer = NULL;
    if (o->lines.len == 0)
        return true;
    bool ok = session_send_lines(o->x, &o->lines, &answer, err);
    o->again |= ok && any_not_applied(answer);
    json_free(answer);
    buf_clear(&o->lines);
    o->keyed = false;
    return ok;
}

static bool add(struct offer *o, const struct record *r, struct err *err)
{
    uint8_t key[SIGN_PUBLIC];
    if (!o->keyed || memcmp(o->origin, r->origin, RECORD_ORIGIN) != 0) {
        if (!feed_key(o->x->store, r->origin, key, err))
            return false;
        wire_key_line(&o->lines, r->origin, key);
        memcpy(o->origin, r->origin, RECORD_ORIGIN);
        o->keyed = true;
    }
    record_line(r, &o->lines);
    buf_char(&o->lines, '\n');
    return o->lines.len < BATCH || send(o, err);
}

static bool offer_all(struct offer *o, const struct buf *hashes, struct err *err)
{
    struct arena a = ARENA_INIT;
    bool ok = true;
    for (size_t at = 0; ok && at < hashes->len; at += DIGEST_SIZE) {
        struct record r;
        struct err unread = ERR_INIT;
        if (hold_read(o->x->store, &a, (const uint8_t *)hashes->data + at, &r, &unread))
            ok = add(o, &r, err);
        else if (!record_is_spoilt(&unread)) {
            *err = unread;
            ok = false;
        }
        arena_reset(&a);
    }
    arena_release(&a);
    return ok && send(o, err);
}

/* Lines that are refused are no reason to stop: that registry has them another way. But what
 * it only could not take in yet, an erasure above all, is offered again in the next sync. */
bool session_offer_back(struct session *x, struct err *err)
{
    struct offer o = {.x = x};
    struct buf hashes = BUF_INIT;
    const char *done;
    if (x->courier) /* a hub has lost nothing that it could have from us alone */
        return true;
    if (!store_setting(x->store, x->arena, setting, "", &done, err))
        return false;
    if (text_equal(done, x->peer.epoch))
        return true;
    bool ok =
        course_step(&x->course, "sync.offering", 0, 0, err) &&
        feed_back(x->store, &hashes, err) && offer_all(&o, &hashes, err) &&
        (o.again ||
         session_unwritten(x, store_set(x->store, setting, x->peer.epoch, err), err));
    buf_release(&hashes);
    buf_release(&o.lines);
    return ok;
}
