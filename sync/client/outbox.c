/* outbox: own records on their way, and what the registry says it holds (PROTOCOL 4).
 * A run in an answer is believed only when its end hashes are our own. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/feed.h"
#include "core/store/hold.h"
#include "core/store/local/carried.h"
#include "core/store/local/hub.h"
#include "core/store/local/open_point.h"
#include "core/store/local/receipt.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/told_aside.h"
#include "core/store/own.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

/* Leaves room for the key line and one more record. */
enum { BATCH = WIRE_BATCH_MOST - 2 * RECORD_MOST };

struct batch {
    struct buf lines;
    size_t most;
    int64_t first, last;
    bool unbroken; /* ends where something is missing */
    bool full;
};

static bool add_record(const struct record *r, int64_t arrival, void *data,
                       struct err *err)
{
    struct batch *b = data;
    (void)arrival;
    (void)err;
    if (b->unbroken && b->last > 0 && r->seq != b->last + 1) {
        b->full = true;
        return true;
    }
    if (b->last == 0)
        b->first = r->seq;
    record_line(r, &b->lines);
    buf_char(&b->lines, '\n');
    b->last = r->seq;
    b->full = b->lines.len >= b->most;
    return true;
}

/* Of a carried origin the registry may hold more than we do. */
enum hash_match { HASH_OURS, HASH_OTHER, HASH_UNKNOWN };

static bool match_hash(struct session *x, const uint8_t *origin, int64_t seq,
                       const cJSON *hash, enum hash_match *ret, struct err *err)
{
    uint8_t ours[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    bool there = false;
    if (!feed_hash(x->store, origin, seq, ours, &there, err))
        return false;
    text_hex(ours, DIGEST_SIZE, hex);
    *ret = !there                                                        ? HASH_UNKNOWN
           : cJSON_IsString(hash) && strcmp(hash->valuestring, hex) == 0 ? HASH_OURS
                                                                         : HASH_OTHER;
    return true;
}

/* Something else, or more, of an origin of ours than we hold: this folder was put back in
 * place. For the present origin that is a fork to be healed (forked.c); of one that
 * retired so it is known. A carried one its tablet has healed, and what is here of the old
 * chain nobody else may have: that is told. */
static void note_fork(struct session *x, const uint8_t *origin, bool carried)
{
    if (memcmp(origin, x->store->origin, RECORD_ORIGIN) == 0)
        x->fork.found = true;
    x->other_chain |= carried;
}

/* What an answer tells of one origin. */
struct told {
    uint8_t origin[RECORD_ORIGIN];
    bool carried;
    const cJSON *upto;
    int64_t
        whole; /* nothing of a batch that began here was refused, 0: something was */
};

/* The record seq is there as it is here, and so is what leads up to it. Of a carried origin a
 * pull may have brought later ones from beyond a hole: those prove nothing of what is before
 * the hole, where ours may be another chain. */
static bool take_proven(struct session *x, const struct told *t, int64_t first,
                        int64_t seq, int64_t whole, struct err *err)
{
    int64_t from = whole ? whole : first;
    if (t->carried && !whole && !hold_run_first(x->store, t->origin, seq, &from, err))
        return false;
    return receipt_run(x->store, &x->peer, t->origin, from > first ? from : first, seq,
                       err);
}

/* "upto" tells the newest record of our own batch that is held: within a run whose end we
 * do not know, all up to there is confirmed. */
static bool take_upto(struct session *x, const struct told *t, int64_t first,
                      int64_t last, struct err *err)
{
    enum hash_match match;
    int64_t seq;
    if (!json_as_int(cJSON_GetArrayItem(t->upto, 0), &seq) || seq < first || seq > last)
        return true;
    if (!match_hash(x, t->origin, seq, cJSON_GetArrayItem(t->upto, 1), &match, err))
        return false;
    return match != HASH_OURS ||
           take_proven(x, t, first, seq, t->carried ? t->whole : 0, err);
}

static bool take_run(struct session *x, const struct told *t, const cJSON *run,
                     struct err *err)
{
    int64_t first, last;
    enum hash_match head, tail;
    if (!cJSON_IsArray(run) || !json_as_int(cJSON_GetArrayItem(run, 0), &first) ||
        !json_as_int(cJSON_GetArrayItem(run, 1), &last) || first < 1 || last < first)
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "runs", NULL);
    if (!match_hash(x, t->origin, first, cJSON_GetArrayItem(run, 2), &head, err) ||
        !match_hash(x, t->origin, last, cJSON_GetArrayItem(run, 3), &tail, err))
        return false;
    bool begins = head == HASH_OURS || (t->carried && head == HASH_UNKNOWN);
    if (begins && tail == HASH_OURS && !take_proven(x, t, first, last, 0, err))
        return false;
    if (begins && tail == HASH_OURS && !t->carried)
        return true;
    bool more = t->carried && begins && tail != HASH_OTHER;
    if (!more && x->courier)
        return err_set(err, ERR_CONFLICT, "sync.forked", NULL);
    if (!more)
        note_fork(x, t->origin, t->carried);
    /* A head we do not have may be a hole of a salvaged folder, and behind an end that we do
     * not have there may be another chain: upto proves ours. */
    return head == HASH_OTHER || take_upto(x, t, first, last, err);
}

/* Where each refused line says that the fork begins. */
static void take_refused(struct session *x, const cJSON *answer)
{
    const cJSON *list = json_array(answer, "refused");
    char ours[RECORD_ORIGIN_HEX];
    text_hex(x->store->origin, RECORD_ORIGIN, ours);
    for (const cJSON *r = list ? list->child : NULL; r; r = r->next) {
        int64_t last = json_int(r, "last", INT64_MAX);
        if (!text_equal(json_text(r, "key"), "record.forked"))
            continue;
        if (!text_equal(json_text(r, "origin"), ours)) {
            x->other_chain = true;
            continue;
        }
        x->fork.found = x->fork.refused = true;
        if (last >= 0 && last < x->fork.last)
            x->fork.last = last;
    }
}

/* How far the registry's waiting room holds what comes after `upto` of an origin that it
 * has not admitted: nothing of it needs to be sent again while it waits there. */
static int64_t waiting_upto(const cJSON *answer, const uint8_t *origin, int64_t upto)
{
    const cJSON *list = json_array(answer, "unadmitted");
    for (const cJSON *u = list ? list->child : NULL; u; u = u->next) {
        uint8_t id[RECORD_ORIGIN];
        const char *hex = json_text(u, "origin");
        const cJSON *runs = json_array(u, "waiting");
        if (!hex || !text_unhex(hex, id, RECORD_ORIGIN) ||
            memcmp(id, origin, RECORD_ORIGIN) != 0)
            continue;
        for (const cJSON *r = runs ? runs->child : NULL; r; r = r->next) {
            int64_t first, last;
            if (json_as_int(cJSON_GetArrayItem(r, 0), &first) &&
                json_as_int(cJSON_GetArrayItem(r, 1), &last) && first <= upto + 1 &&
                last > upto)
                upto = last;
        }
    }
    return upto;
}

/* All receipts of one answer in one transaction. */
static bool take_receipts(struct session *x, const cJSON *answer, struct err *err)
{
    const cJSON *origins = json_array(answer, "origins");
    const cJSON *refused = json_array(answer, "refused");
    struct told t = {.whole = refused && refused->child ? 0 : x->batch_first};
    if (!session_is_peer(x, answer))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "epoch", NULL);
    session_note_protocol(x, answer);
    if (!db_begin(&x->store->db, err))
        return false;
    bool ok = true;
    for (const cJSON *o = origins ? origins->child : NULL; ok && o; o = o->next) {
        const cJSON *runs = json_array(o, "runs");
        const char *hex = json_text(o, "origin");
        bool ours = false;
        if (!hex || !text_unhex(hex, t.origin, RECORD_ORIGIN))
            continue;
        t.upto = json_array(o, "upto");
        ok = own_is(x->store, t.origin, &ours, err) &&
             carried_is(x->store, t.origin, &t.carried, err);
        if (!ok || (!ours && !t.carried))
            continue;
        for (const cJSON *r = runs ? runs->child : NULL; ok && r; r = r->next)
            ok = take_run(x, &t, r, err);
        ok = ok && told_aside_take(x->store, &x->peer, t.origin,
                                   json_array(answer, "aside"), err);
    }
    return db_end(&x->store->db, ok, err);
}

bool session_send_lines(struct session *x, const struct buf *lines, cJSON **ret,
                        struct err *err)
{
    struct buf packed = BUF_INIT;
    cJSON *answer = NULL;
    wire_gzip(&packed, lines->data, lines->len);
    struct remote_call call = {.method = "POST",
                               .path = "/api/v1/records",
                               .type = "application/x-ndjson",
                               .body = packed.data,
                               .body_len = packed.len,
                               .body_fd = -1,
                               .header = {"Content-Encoding: gzip"}};
    bool ok = remote_json(x->remote, &call, &x->answer, &answer, err) &&
              session_unwritten(x, take_receipts(x, answer, err), err);
    buf_release(&packed);
    if (!ok)
        json_free(answer);
    *ret = ok ? answer : NULL;
    return ok;
}

/* *ret_waits: up to here the registry has the records of origin in its waiting room. */
static bool send_batch(struct session *x, const struct batch *b, const uint8_t *origin,
                       int64_t *ret_waits, struct err *err)
{
    cJSON *answer;
    x->batch_first = b->first;
    bool ok = session_send_lines(x, &b->lines, &answer, err);
    x->batch_first = 0;
    if (!ok)
        return false;
    *ret_waits = waiting_upto(answer, origin, *ret_waits);
    if (!x->courier)
        take_refused(x, answer);
    json_free(answer);
    return true;
}

/* ---- spoilt by the disk ---------------------------------------------------------- */

static bool is_broken(const struct session *x, const uint8_t *origin, int64_t seq)
{
    for (const struct session_broken *b = x->broken; b; b = b->next)
        if (b->seq == seq && memcmp(b->origin, origin, RECORD_ORIGIN) == 0)
            return true;
    return false;
}

/* It stays here, and the sync ends by telling; it holds up nothing else. */
static void note_broken(struct session *x, const uint8_t *origin, const struct buf *seqs)
{
    for (size_t at = 0; at < seqs->len; at += sizeof(int64_t)) {
        struct session_broken *b = arena_alloc(x->arena, sizeof *b);
        char hex[RECORD_ORIGIN_HEX];
        *b = (struct session_broken){.next = x->broken};
        memcpy(b->origin, origin, RECORD_ORIGIN);
        memcpy(&b->seq, seqs->data + at, sizeof b->seq);
        if (is_broken(x, origin, b->seq))
            continue;
        x->broken = b;
        text_hex(origin, RECORD_ORIGIN, hex);
        if (x->damaged.code == ERR_NONE)
            err_set(&x->damaged, ERR_DAMAGED, "sync.record_spoilt",
                    arena_printf(x->arena, "%s:%lld", hex, (long long)b->seq), NULL);
    }
}

/* The first one not confirmed, or carried, that can be sent. */
static bool next_unsent(struct session *x, const uint8_t *origin, int64_t *ret,
                        struct err *err)
{
    int64_t from = 1;
    for (;; from = *ret + 1)
        if (!(x->courier ? hub_next_from : receipt_next_from)(x->store, &x->peer, origin,
                                                              from, ret, err))
            return false;
        else if (!is_broken(x, origin, *ret))
            return true;
}

static bool send_from(struct session *x, const struct own *own, int64_t next,
                      struct batch *b, int64_t *waits, struct err *err)
{
    struct buf broken = BUF_INIT;
    wire_key_line(&b->lines, own->origin, own->key);
    bool ok = feed_origin(x->store, own->origin, next, add_record, b, &b->full, &broken,
                          err);
    if (ok)
        note_broken(x, own->origin, &broken);
    buf_release(&broken);
    return ok && (b->last == 0 || send_batch(x, b, own->origin, waits, err));
}

static bool forked(const struct session *x, const struct own *own)
{
    return x->fork.found && memcmp(own->origin, x->store->origin, RECORD_ORIGIN) == 0;
}

/* Each round sends from the first unconfirmed record on, or behind what waits there. A
 * round that confirms nothing is a failure, so this ends. */
static bool send_origin(struct session *x, const struct own *own, int64_t sent,
                        int64_t made, struct err *err)
{
    int64_t next = 0, before = -1, after = 0, waits = 0;
    size_t most = BATCH;
    bool unbroken = false;
    for (;;) {
        if (!next_unsent(x, own->origin, &next, err) ||
            !course_step(&x->course, "sync.records",
                         sent + (next <= own->last ? next - 1 : own->last), made, err))
            return false;
        if (waits >= next) {
            if (waits >= own->last)
                x->unadmitted_records += waits - next + 1;
            next = waits + 1;
        }
        if (x->disk_full && next <= before) /* taken, but not written down here */
            next = after;
        if (next > own->last || forked(x, own))
            return true;
        bool stuck = next == before;
        if (stuck &&
            (unbroken || memcmp(own->origin, x->store->origin, RECORD_ORIGIN) == 0))
            return err_set(err, ERR_NETWORK, "sync.not_taken", NULL);
        unbroken |= stuck; /* what lies between holes is proven by itself */
        struct batch b = {.most = most, .unbroken = unbroken};
        waits = next - 1;
        bool ok = send_from(x, own, next, &b, &waits, err);
        buf_release(&b.lines);
        if (ok && b.last == 0) {
            before = -1; /* nothing but spoilt ones: now that is known */
        } else if (ok) {
            before = next;
            after = b.last + 1;
        } else if (err->code == ERR_TOO_LARGE && most > RECORD_MOST) {
            most /= 2; /* the registry takes less: halve, nothing was taken */
            *err = (struct err)ERR_INIT;
        } else {
            return false;
        }
    }
}

/* Of one that we carry for: what we could not read either goes on as it came. */
static bool send_aside(struct session *x, const struct own *own, struct err *err)
{
    int64_t seq = 0;
    const char *line;
    bool there = false;
    for (;;) {
        struct buf lines = BUF_INIT;
        cJSON *answer = NULL;
        if (!set_aside_next(x->store, x->arena, own->origin, seq + 1, &seq, &line, err))
            return false;
        if (!line)
            return true;
        if (!receipt_has(x->store, &x->peer, own->origin, seq, &there, err))
            return false;
        if (there)
            continue;
        wire_key_line(&lines, own->origin, own->key);
        buf_str(&lines, line);
        buf_char(&lines, '\n');
        bool ok = session_send_lines(x, &lines, &answer, err) &&
                  receipt_has(x->store, &x->peer, own->origin, seq, &there, err);
        take_refused(x, answer);
        buf_release(&lines);
        json_free(answer);
        if (!ok)
            return false;
        if (!there)
            return err_set(err, ERR_NETWORK, "sync.not_taken", NULL);
    }
}

/* What a hub carries for its tablets. One tablet that the registry does not admit, or
 * that is not what it was, holds up neither the others nor what is ours. */
static bool send_carried(struct session *x, struct err *err)
{
    struct own *list;
    size_t n;
    if (!carried_list(x->store, x->arena, &list, &n, err))
        return false;
    x->uncarried = x->forked = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t before = x->unadmitted_records;
        struct err failure = ERR_INIT;
        x->other_chain = false;
        bool ok = send_origin(x, &list[i], 0, list[i].last, &failure) &&
                  send_aside(x, &list[i], &failure);
        x->uncarried += !ok || x->unadmitted_records > before;
        x->forked += !ok && x->other_chain;
        x->unadmitted_records = before;
        if (ok || failure.code == ERR_FULL || failure.code == ERR_CONFLICT ||
            strcmp(failure.key, "sync.not_taken") == 0)
            continue;
        *err = failure;
        return false;
    }
    return session_send_strangers(x, err);
}

/* What comes behind the first record about a point whose screen is open waits with it. */
static bool stop_at_open(struct session *x, struct own *own, struct err *err)
{
    int64_t next, open;
    if (memcmp(own->origin, x->store->origin, RECORD_ORIGIN) != 0)
        return true;
    if (!next_unsent(x, own->origin, &next, err) ||
        !open_point_first(x->store, own->origin, next, &open, err))
        return false;
    if (open <= own->last)
        own->last = open - 1;
    return true;
}

/* Retired origins first: their records are older. What the registry has no room for
 * because it has not admitted that origin does not hold the others up. */
static bool send_own(struct session *x, struct err *err)
{
    struct own *owns;
    size_t n;
    int64_t made = 0, sent = 0;
    if (!own_list(x->store, x->arena, &owns, &n, err))
        return false;
    x->unadmitted_records = 0;
    for (size_t i = 0; i < n; made += owns[i++].last)
        if (!stop_at_open(x, &owns[i], err))
            return false;
    for (size_t i = 0; i < n; sent += owns[i++].last) {
        if (send_origin(x, &owns[i], sent, made, err))
            continue;
        if (err->code != ERR_FULL || i + 1 == n)
            return false;
        *err = (struct err)ERR_INIT;
        x->unadmitted_records += owns[i].last;
    }
    return true;
}

/* A fork is healed on the way; what it had shut out is sent in the same run. */
bool session_send_records(struct session *x, struct err *err)
{
    x->fork = (struct session_fork){false, false, INT64_MAX};
    if (!send_own(x, err))
        return false;
    if (x->fork.found && (!session_go_on(x, err) || !send_own(x, err)))
        return false;
    if (x->fork.found)
        return err_set(err, ERR_CONFLICT, "sync.forked", NULL);
    return x->courier || send_carried(x, err);
}
