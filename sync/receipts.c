/* receipts: see the header. */
#include "sync/receipts.h"

#include "core/base/field.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/blob.h"
#include "core/store/erase.h"
#include "core/store/feed.h"
#include "core/store/hold.h"
#include "core/store/local/receipt.h"
#include "core/store/local/stranger.h"
#include "core/store/local/told_aside.h"
#include "sync/runs.h"

#include <string.h>

/* ---- out ------------------------------------------------------------------------- */

void receipts_sign(const struct store *s, const char *text, size_t n,
                   uint8_t sig[SIGN_SIZE])
{
    uint8_t hash[DIGEST_SIZE];
    digest_of(text, n, hash);
    sign_make(hash, sizeof hash, s->secret, sig);
}

static void begin(struct store *s, struct json_out *o)
{
    json_open(o, NULL, '{');
    json_str(o, "registry", s->registry);
    json_str(o, "epoch", s->epoch);
}

static void finish(struct store *s, struct arena *a, struct json_out *o, struct buf *text,
                   struct carried_receipt *ret)
{
    json_close(o, '}');
    memcpy(ret->origin, s->origin, RECORD_ORIGIN);
    receipts_sign(s, text->data, text->len, ret->sig);
    ret->text = buf_dup(text, a);
}

bool receipts_of_origin(struct store *s, struct arena *a,
                        const uint8_t origin[RECORD_ORIGIN], struct carried_receipt *ret,
                        bool *ret_there, struct err *err)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    struct hold_run *run;
    size_t n = 0;
    if (!hold_runs(s, a, origin, 1, &run, &n, err))
        return false;
    *ret_there = n > 0;
    if (n == 0)
        return true;
    begin(s, &o);
    bool ok = runs_json(&o, s, origin, err);
    if (ok)
        finish(s, a, &o, &text, ret);
    buf_release(&text);
    return ok;
}

bool receipts_of_photo(struct store *s, struct arena *a, const char *sha256,
                       struct carried_receipt *ret, bool *ret_there, struct err *err)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    struct blob b;
    struct err absent = ERR_INIT;
    bool waits;
    *ret_there = false;
    if (!stranger_has_photo(s, sha256, &waits, err))
        return false;
    if (waits) /* to be admitted: nothing is said of it before */
        return true;
    *ret_there = blob_find(s, sha256, &b, &absent);
    if (!*ret_there) {
        if (absent.code != ERR_NOT_FOUND)
            *err = absent;
        return absent.code == ERR_NOT_FOUND;
    }
    begin(s, &o);
    json_open(&o, "photos", '[');
    json_open(&o, NULL, '{');
    json_str(&o, "sha256", b.sha256);
    json_num(&o, "bytes", b.bytes);
    json_str(&o, "state", b.state);
    json_close(&o, '}');
    json_close(&o, ']');
    finish(s, a, &o, &text, ret);
    buf_release(&text);
    return true;
}

/* ---- in -------------------------------------------------------------------------- */

struct taking {
    struct store *s;
    const struct peer *peer;
    const struct carried_receipt *receipt;
    int64_t *confirmed;
};

/* Signed by an origin of the registry we trust? */
static bool believed(struct store *s, const struct carried_receipt *r, bool *ret,
                     struct err *err)
{
    uint8_t hash[DIGEST_SIZE], key[SIGN_PUBLIC];
    struct err unknown = ERR_INIT;
    *ret = false;
    if (!admission_is_registry(s, r->origin, ret, err))
        return false;
    digest_of(r->text, strlen(r->text), hash);
    *ret = *ret && feed_key(s, r->origin, key, &unknown) &&
           sign_check(hash, sizeof hash, key, r->sig);
    return true;
}

/* A run counts only when its last hash is the one we hold; of a carried origin only what leads
 * up to it here without a hole, for before one ours may be another chain. */
static bool take_run(struct taking *t, const uint8_t *origin, bool carried,
                     const cJSON *run, struct err *err)
{
    int64_t from = 0;
    int64_t first, last;
    uint8_t ours[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    bool there = false;
    const cJSON *hash = cJSON_GetArrayItem(run, 3);
    if (!json_as_int(cJSON_GetArrayItem(run, 0), &first) ||
        !json_as_int(cJSON_GetArrayItem(run, 1), &last) || first < 1 || last < first)
        return true;
    if (!feed_hash(t->s, origin, last, ours, &there, err))
        return false;
    text_hex(ours, DIGEST_SIZE, hex);
    if (!there || !cJSON_IsString(hash) || strcmp(hash->valuestring, hex) != 0)
        return true;
    if (carried && !hold_run_first(t->s, origin, last, &from, err))
        return false;
    first = from > first ? from : first;
    *t->confirmed += last - first + 1;
    return receipt_run(t->s, t->peer, origin, first, last, err);
}

static bool take_origin(struct taking *t, const cJSON *tree, struct err *err)
{
    uint8_t origin[RECORD_ORIGIN];
    const char *hex = json_text(tree, "origin");
    const cJSON *runs = json_array(tree, "runs");
    bool ours = false, carried = false;
    if (!hex || !text_unhex(hex, origin, RECORD_ORIGIN))
        return true;
    if (!own_is(t->s, origin, &ours, err) || !carried_is(t->s, origin, &carried, err))
        return false;
    if (!ours && !carried)
        return true;
    bool ok = !carried || carried_receipt_set(t->s, hex, t->receipt, err);
    for (const cJSON *r = runs ? runs->child : NULL; ok && r; r = r->next)
        ok = take_run(t, origin, carried, r, err);
    return ok && told_aside_take(t->s, t->peer, origin, json_array(tree, "aside"), err);
}

static bool take_photo(struct taking *t, const cJSON *photo, struct err *err)
{
    const char *sha = json_text(photo, "sha256"), *state = json_text(photo, "state");
    struct blob b;
    struct err absent = ERR_INIT;
    bool carried;
    if (!digest_is_hex(sha) || !state || !field_word_in(state, "verified stored erased"))
        return true;
    if (!blob_find(t->s, sha, &b, &absent)) {
        if (absent.code != ERR_NOT_FOUND)
            *err = absent;
        return absent.code == ERR_NOT_FOUND;
    }
    ++*t->confirmed;
    if (strcmp(state, "erased") == 0)
        return erase_photo(t->s, sha, err);
    return receipt_photo(t->s, t->peer, sha, json_int(photo, "bytes", 0), state, err) &&
           carried_has_photo(t->s, sha, &carried, err) &&
           (!carried || carried_receipt_set(t->s, sha, t->receipt, err));
}

static bool take_tree(struct taking *t, const cJSON *tree, struct err *err)
{
    const cJSON *photos = json_array(tree, "photos");
    bool ok = true;
    if (!text_equal(json_text(tree, "registry"), t->peer->registry) ||
        !text_equal(json_text(tree, "epoch"), t->peer->epoch))
        return true;
    for (const cJSON *p = photos ? photos->child : NULL; ok && p; p = p->next)
        ok = take_photo(t, p, err);
    return ok && take_origin(t, tree, err);
}

static bool take_epoch(struct store *s, struct arena *a, struct peer *p,
                       const cJSON *tree, struct err *err)
{
    const char *epoch = json_text(tree, "epoch");
    bool known = true;
    if (!text_equal(json_text(tree, "registry"), p->registry) || !epoch ||
        text_equal(epoch, p->epoch) || strlen(epoch) != strlen(p->epoch))
        return true;
    if (!receipt_epoch_known(s, p, epoch, &known, err) || known)
        return known;
    p->epoch = arena_strdup(a, epoch);
    p->pulled = p->pulled_set = "";
    return peer_set_epoch(s, epoch, err);
}

bool receipts_epoch(struct store *s, struct arena *a, struct peer *p,
                    const struct carried_receipt *r, struct err *err)
{
    struct err wrong = ERR_INIT;
    cJSON *tree;
    bool good;
    if (!believed(s, r, &good, err))
        return false;
    if (!good || !json_parse(r->text, strlen(r->text), &tree, &wrong))
        return true;
    bool ok = take_epoch(s, a, p, tree, err);
    json_free(tree);
    return ok;
}

bool receipts_take(struct store *s, const struct peer *p, const struct carried_receipt *r,
                   int64_t *confirmed, bool *ret_believed, struct err *err)
{
    struct taking t = {s, p, r, confirmed};
    struct err wrong = ERR_INIT;
    cJSON *tree;
    bool good;
    if (!believed(s, r, &good, err))
        return false;
    if (ret_believed)
        *ret_believed = good;
    if (!good || !json_parse(r->text, strlen(r->text), &tree, &wrong))
        return true;
    bool ok = take_tree(&t, tree, err);
    json_free(tree);
    return ok;
}
