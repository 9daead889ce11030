/* missing: what the registry has, and has not, of the photos that wait (PROTOCOL 6). A
 * receipt counts only with our registry, our epoch and our size. */
#include "sync/client/session.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/erase.h"
#include "core/store/local/progress.h"
#include "core/store/local/receipt.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

static bool is_settled(const char *state)
{
    return strcmp(state, "verified") == 0 || strcmp(state, "refused") == 0 ||
           strcmp(state, "erased") == 0 || strcmp(state, "carried") == 0;
}

/* "held": [[first, end], ...], in order and within the photo; anything else is nothing
 * held, and the photo is sent whole. */
static void read_held(struct session_begun *b, int64_t bytes, const cJSON *held)
{
    int64_t before = 0;
    for (const cJSON *r = held ? held->child : NULL; r; r = r->next) {
        struct session_range *range = &b->held[b->held_count];
        if (!json_as_int(cJSON_GetArrayItem(r, 0), &range->first) ||
            !json_as_int(cJSON_GetArrayItem(r, 1), &range->end) ||
            range->first < before || range->end <= range->first || range->end > bytes)
            return;
        before = range->end;
        b->held_count++;
    }
}

static void remember_begun(struct session *x, const struct peer_photo *p,
                           const cJSON *answer)
{
    const cJSON *held = json_array(answer, "held"), *small = json_array(answer, "small");
    size_t n = held ? (size_t)cJSON_GetArraySize(held) : 0;
    int64_t side;
    bool unadmitted = text_equal(json_text(answer, "state"), "unadmitted");
    bool busy = json_true(answer, "busy");
    if (n == 0 && !(small && small->child) && !unadmitted && !busy)
        return;
    x->busy |= busy;
    struct session_begun *b = arena_alloc(x->arena, sizeof *b);
    *b = (struct session_begun){.sha256 = arena_strdup(x->arena, p->sha256),
                                .held = arena_array(x->arena, n + 1, sizeof *b->held),
                                .busy = busy,
                                .unadmitted = unadmitted,
                                .next = x->begun};
    read_held(b, p->bytes, held);
    for (const cJSON *s = small ? small->child : NULL; s; s = s->next) {
        b->thumb = b->thumb || (json_as_int(s, &side) && side == 320);
        b->preview = b->preview || (json_as_int(s, &side) && side == 1600);
    }
    x->begun = b;
}

/* The registry has not what it once said was stored (its disk lost it): what was
 * confirmed is not so any more, and the photo waits to be sent again. */
static bool forget_receipt(struct session *x, const struct peer_photo *p, struct err *err)
{
    return !p->stored ||
           receipt_photo(x->store, &x->peer, p->sha256, p->bytes, "unknown", err);
}

static bool tell_item(struct session *x, const struct peer_photo *p, const char *state,
                      struct err *err)
{
    struct progress_item item = {.state = state, .sent = p->bytes, .bytes = p->bytes};
    snprintf(item.sha256, sizeof item.sha256, "%s", p->sha256);
    return progress_item_set(x->store, &item, err);
}

/* Only what is there can be proven while originals do not go. */
static bool waits_for_wifi(const struct session *x, const char *state)
{
    return x->metered && strcmp(state, "stored") != 0;
}

static bool take_states(struct session *x, const struct peer_photo *asked, size_t n,
                        const cJSON *answer, size_t *left, struct err *err)
{
    const cJSON *photos = json_array(answer, "photos");
    if (!session_is_peer(x, answer))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "epoch", NULL);
    session_note_protocol(x, answer);
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
        bool unadmitted = strcmp(state, "unadmitted") == 0;
        *left += !is_settled(state) && !unadmitted && !waits_for_wifi(x, state);
        x->unadmitted_photos += unadmitted;
        x->lacking += !x->metered &&
                      (strcmp(state, "offset") == 0 || strcmp(state, "unknown") == 0);
        if (strcmp(state, "offset") == 0 || strcmp(state, "unknown") == 0 || unadmitted)
            remember_begun(x, &asked[i], p);
        if (is_settled(state) || strcmp(state, "stored") == 0)
            ok = receipt_photo(x->store, &x->peer, asked[i].sha256, asked[i].bytes, state,
                               err) &&
                 (strcmp(state, "erased") != 0 || x->courier ||
                  erase_photo(x->store, asked[i].sha256, err)) &&
                 tell_item(x, &asked[i], state, err);
        else
            ok = forget_receipt(x, &asked[i], err);
    }
    return db_end(&x->store->db, ok, err);
}

static bool ask_some(struct session *x, const struct peer_photo *photos, size_t n,
                     bool wait, size_t *left, struct err *err)
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
                               .path = wait ? "/api/v1/photos/missing?wait=20"
                                             : "/api/v1/photos/missing",
                               .type = "application/json",
                               .body = body.data,
                               .body_len = body.len,
                               .body_fd = -1};
    bool ok = remote_json(x->remote, &call, &x->answer, &answer, err) &&
              session_unwritten(x, take_states(x, photos, n, answer, left, err), err);
    json_free(answer);
    buf_release(&body);
    return ok;
}

bool session_ask_missing(struct session *x, bool wait, size_t *ret_left, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct peer_photo *photos;
    size_t n, left = 0;
    x->begun = NULL;
    x->unadmitted_photos = 0;
    x->lacking = 0;
    x->busy = false;
    bool ok = peer_photos_waiting(x->store, &x->peer, &a, &photos, &n, err);
    for (size_t i = 0; ok && i < n; i += WIRE_MISSING_MOST) {
        size_t some = n - i < WIRE_MISSING_MOST ? n - i : WIRE_MISSING_MOST;
        ok = ask_some(x, photos + i, some, wait && left == 0, &left, err);
    }
    arena_release(&a);
    *ret_left = left;
    return ok;
}

/* ---- once more ------------------------------------------------------------------- */

enum { PROOF_KEPT_MS = 24 * 3600 * 1000 };
static const char proven_at[] = "photos.proven_ms";

static bool proof_is_old(struct session *x, bool *ret, struct err *err)
{
    const char *text;
    int64_t then = 0, now = clock_utc_ms();
    if (!store_setting(x->store, x->arena, proven_at, "", &text, err))
        return false;
    *ret = !text_int(text, &then) || now < then || now - then > PROOF_KEPT_MS;
    return true;
}

static bool ask_proven(struct session *x, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct peer_photo *photos;
    size_t n, ignored = 0;
    bool ok = peer_photos_verified(x->store, &x->peer, &a, &photos, &n, err);
    for (size_t i = 0; ok && i < n; i += WIRE_MISSING_MOST) {
        size_t some = n - i < WIRE_MISSING_MOST ? n - i : WIRE_MISSING_MOST;
        ok = ask_some(x, photos + i, some, false, &ignored, err);
    }
    arena_release(&a);
    return ok;
}

bool session_prove_again(struct session *x, struct err *err)
{
    char now[24];
    bool old = false;
    if (x->courier)
        return true;
    if (!x->prove && !proof_is_old(x, &old, err))
        return false;
    if (!x->prove && !old)
        return true;
    snprintf(now, sizeof now, "%lld", (long long)clock_utc_ms());
    return ask_proven(x, err) &&
           session_unwritten(x, store_set(x->store, proven_at, now, err), err);
}

const struct session_begun *session_begun_of(const struct session *x, const char *sha256)
{
    for (const struct session_begun *b = x->begun; b; b = b->next)
        if (strcmp(b->sha256, sha256) == 0)
            return b;
    return NULL;
}
