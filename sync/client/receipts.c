/* receipts: the registry's signed word (PROTOCOL 10). A tablet asks its hub for those of
 * its own records and photos; a hub asks the registry for those of what it carries, to
 * hand them on. */
#include "sync/receipts.h"

#include "core/base/text.h"
#include "core/store/local/carried.h"
#include "core/store/own.h"
#include "sync/client/session.h"
#include "sync/wire.h"

#include <string.h>

struct question {
    const struct own *origin;
    size_t origins;
    const char **photo;
    size_t photos;
};

static void write_question(struct json_out *o, const struct question *q)
{
    char hex[RECORD_ORIGIN_HEX];
    json_open(o, NULL, '{');
    json_open(o, "origins", '[');
    for (size_t i = 0; i < q->origins && i < WIRE_ORIGINS_MOST; i++) {
        text_hex(q->origin[i].origin, RECORD_ORIGIN, hex);
        json_str(o, NULL, hex);
    }
    json_close(o, ']');
    json_open(o, "photos", '[');
    for (size_t i = 0; i < q->photos; i++)
        json_str(o, NULL, q->photo[i]);
    json_close(o, ']');
    json_close(o, '}');
}

/* One that is not as it should be is passed over: it confirms nothing. */
static bool take_one(struct session *x, struct peer *registry, const cJSON *one,
                     struct err *err)
{
    struct carried_receipt r = {.text = json_text(one, "text")};
    const char *origin = json_text(one, "origin"), *sig = json_text(one, "sig");
    int64_t confirmed = 0;
    if (!r.text || !origin || !sig || !text_unhex(origin, r.origin, RECORD_ORIGIN) ||
        !text_unhex(sig, r.sig, SIGN_SIZE))
        return true;
    return receipts_epoch(x->store, x->arena, registry, &r, err) &&
           receipts_take(x->store, registry, &r, &confirmed, NULL, err);
}

static bool take_all(struct session *x, struct peer *registry, const cJSON *answer,
                     struct err *err)
{
    const cJSON *list = json_array(answer, "receipts");
    if (!db_begin(&x->store->db, err))
        return false;
    bool ok = true;
    for (const cJSON *one = list ? list->child : NULL; ok && one; one = one->next)
        ok = take_one(x, registry, one, err);
    return db_end(&x->store->db, ok, err);
}

static bool ask(struct session *x, struct peer *registry, const struct question *q,
                struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    cJSON *answer = NULL;
    write_question(&o, q);
    struct remote_call call = {.method = "POST",
                               .path = "/api/v1/receipts",
                               .type = "application/json",
                               .body = body.data,
                               .body_len = body.len,
                               .body_fd = -1};
    bool ok = remote_json(x->remote, &call, &x->answer, &answer, err) &&
              take_all(x, registry, answer, err);
    json_free(answer);
    buf_release(&body);
    return ok;
}

/* Photos of ours that the registry has not verified by what we know. */
static bool own_photos(struct session *x, struct question *q, struct err *err)
{
    struct peer_photo *list;
    size_t n;
    if (!peer_photos_waiting(x->store, x->peer.behind, x->arena, &list, &n, err))
        return false;
    /* pointers are what it holds: NOLINTNEXTLINE(bugprone-sizeof-expression) */
    q->photo = arena_array(x->arena, n + 1, sizeof *q->photo);
    for (size_t i = 0; i < n; i++)
        q->photo[q->photos++] = list[i].sha256;
    return true;
}

/* A tablet that never paired with the registry itself has nothing to compare with: its
 * receipts come when it has. */
static bool ask_hub(struct session *x, struct err *err)
{
    struct own *owns;
    struct question q = {NULL, 0, NULL, 0};
    if (!x->peer.behind)
        return true;
    struct peer registry = *x->peer.behind;
    if (!own_list(x->store, x->arena, &owns, &q.origins, err) || !own_photos(x, &q, err))
        return false;
    q.origin = owns;
    const size_t photos = q.photos;
    const char **photo = q.photo;
    for (size_t at = 0; at == 0 || at < photos; at += WIRE_MISSING_MOST) {
        q.photo = photo + at;
        q.photos = photos - at < WIRE_MISSING_MOST ? photos - at : WIRE_MISSING_MOST;
        if (!ask(x, &registry, &q, err))
            return false;
    }
    return true;
}

static bool ask_registry(struct session *x, struct err *err)
{
    struct own *list;
    struct question q = {NULL, 0, NULL, 0};
    const char *after = "";
    size_t n;
    if (!carried_list(x->store, x->arena, &list, &n, err))
        return false;
    for (size_t at = 0; at < n; at += WIRE_ORIGINS_MOST) {
        q.origin = list + at;
        q.origins = n - at;
        if (!ask(x, &x->peer, &q, err))
            return false;
    }
    q.origins = 0;
    for (;;) {
        if (!carried_photos_open(x->store, x->arena, after, WIRE_MISSING_MOST, &q.photo,
                                 &q.photos, err))
            return false;
        if (q.photos == 0)
            return true;
        after = q.photo[q.photos - 1];
        if (!ask(x, &x->peer, &q, err))
            return false;
    }
}

bool session_ask_receipts(struct session *x, struct err *err)
{
    return x->courier ? ask_hub(x, err) : ask_registry(x, err);
}
