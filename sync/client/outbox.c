/* outbox: own records on their way, and what the registry says it holds (PROTOCOL 4).
 * A run in an answer is believed only when its end hashes are our own. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/feed.h"
#include "core/store/local/carried.h"
#include "core/store/local/hub.h"
#include "core/store/local/open_point.h"
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
    bool full;
};

static bool add_record(const struct record *r, int64_t arrival, void *data,
                       struct err *err)
{
    struct batch *b = data;
    (void)arrival;
    (void)err;
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
 * retired so it is known. */
static void note_fork(struct session *x, const uint8_t *origin)
{
    if (memcmp(origin, x->store->origin, RECORD_ORIGIN) == 0)
        x->fork.found = true;
}

/* "upto" tells the newest record of our own batch that is held: within a run whose end we
 * do not know, all up to there is confirmed. */
static bool take_upto(struct session *x, const uint8_t *origin, const cJSON *upto,
                      int64_t first, int64_t last, struct err *err)
{
    enum hash_match match;
    int64_t seq;
    if (!json_as_int(cJSON_GetArrayItem(upto, 0), &seq) || seq < first || seq > last)
        return true;
    if (!match_hash(x, origin, seq, cJSON_GetArrayItem(upto, 1), &match, err))
        return false;
    return match != HASH_OURS ||
           receipt_run(x->store, &x->peer, origin, first, seq, err);
}

static bool take_run(struct session *x, const uint8_t *origin, bool carried,
                     const cJSON *upto, const cJSON *run, struct err *err)
{
    int64_t first, last;
    enum hash_match head, tail;
    if (!cJSON_IsArray(run) || !json_as_int(cJSON_GetArrayItem(run, 0), &first) ||
        !json_as_int(cJSON_GetArrayItem(run, 1), &last) || first < 1 || last < first)
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "runs", NULL);
    if (!match_hash(x, origin, first, cJSON_GetArrayItem(run, 2), &head, err) ||
        !match_hash(x, origin, last, cJSON_GetArrayItem(run, 3), &tail, err))
        return false;
    bool known = (head == HASH_OURS || (carried && head == HASH_UNKNOWN)) &&
                 (tail == HASH_OURS || (carried && tail == HASH_UNKNOWN));
    if (known)
        return receipt_run(x->store, &x->peer, origin, first, last, err);
    if (carried || x->courier)
        return err_set(err, ERR_CONFLICT, "sync.forked", NULL);
    note_fork(x, origin);
    /* A head we do not have may be a hole of a salvaged folder: upto proves the chain. */
    return head == HASH_OTHER || take_upto(x, origin, upto, first, last, err);
}

/* Where each refused line says that the fork begins. */
static void take_refused(struct session *x, const cJSON *answer)
{
    const cJSON *list = json_array(answer, "refused");
    char ours[RECORD_ORIGIN_HEX];
    text_hex(x->store->origin, RECORD_ORIGIN, ours);
    for (const cJSON *r = list ? list->child : NULL; r; r = r->next) {
        int64_t last = json_int(r, "last", INT64_MAX);
        if (!text_equal(json_text(r, "key"), "record.forked") ||
            !text_equal(json_text(r, "origin"), ours))
            continue;
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
    uint8_t origin[RECORD_ORIGIN];
    const cJSON *origins = json_array(answer, "origins");
    if (!session_is_peer(x, answer))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "epoch", NULL);
    session_note_protocol(x, answer);
    if (!db_begin(&x->store->db, err))
        return false;
    bool ok = true;
    for (const cJSON *o = origins ? origins->child : NULL; ok && o; o = o->next) {
        const cJSON *runs = json_array(o, "runs");
        const char *hex = json_text(o, "origin");
        bool ours = false, carried = false;
        if (!hex || !text_unhex(hex, origin, RECORD_ORIGIN))
            continue;
        ok = own_is(x->store, origin, &ours, err) &&
             carried_is(x->store, origin, &carried, err);
        if (!ok || (!ours && !carried))
            continue;
        for (const cJSON *r = runs ? runs->child : NULL; ok && r; r = r->next)
            ok = take_run(x, origin, carried, json_array(o, "upto"), r, err);
        ok = ok && told_aside_take(x->store, &x->peer, origin,
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
    if (!session_send_lines(x, &b->lines, &answer, err))
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
    bool single = false;
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
            (single || memcmp(own->origin, x->store->origin, RECORD_ORIGIN) == 0))
            return err_set(err, ERR_NETWORK, "sync.not_taken", NULL);
        single = stuck; /* between holes each is proven by itself */
        struct batch b = {.most = single ? 1 : most};
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
    x->uncarried = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t before = x->unadmitted_records;
        struct err failure = ERR_INIT;
        bool ok = send_origin(x, &list[i], 0, list[i].last, &failure) &&
                  send_aside(x, &list[i], &failure);
        x->uncarried += !ok || x->unadmitted_records > before;
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
