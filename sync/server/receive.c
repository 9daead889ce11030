/* receive: records in, receipts out (PROTOCOL 4). A wrong line is refused alone; a batch
 * is one transaction, so what the answer says is on the disk. */
#include "sync/server/host.h"

#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/feed.h"
#include "core/store/local/carried.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"
#include "core/store/own.h"
#include "sync/runs.h"
#include "sync/server/ahead.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

enum { OTHERS_MOST = 16 };

struct intake {
    struct http_request *q;
    struct store *s;
    struct json_out *refused, *unapplied;
    int64_t line, n_new, n_already;
    struct origins {
        uint8_t id[OTHERS_MOST][RECORD_ORIGIN];
        int64_t from[OTHERS_MOST]; /* lowest seq of the batch */
        size_t count;
    } other, waiting; /* beside the token's: held, and not admitted */
    struct upto { /* per origin: the newest record of the batch that is held */
        uint8_t origin[RECORD_ORIGIN], hash[DIGEST_SIZE];
        int64_t seq;
    } upto[OTHERS_MOST + 1];
    size_t upto_count;
    int64_t from;     /* of the token's own origin: lowest seq of the batch, or 0 */
    bool admitted;    /* the batch brought an admission              */
    bool full;        /* the waiting room took no more               */
};

static void lower(int64_t *from, int64_t seq)
{
    *from = *from == 0 || seq < *from ? seq : *from;
}

static void remember_origin(struct intake *in, struct origins *list,
                            const struct record *r)
{
    const struct sync_actor *actor = in->q->actor;
    if (list == &in->other && memcmp(actor->origin, r->origin, RECORD_ORIGIN) == 0) {
        lower(&in->from, r->seq);
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        if (memcmp(list->id[i], r->origin, RECORD_ORIGIN) == 0) {
            lower(&list->from[i], r->seq);
            return;
        }
    if (list->count == OTHERS_MOST)
        return;
    list->from[list->count] = r->seq;
    memcpy(list->id[list->count++], r->origin, RECORD_ORIGIN);
}

static void remember_upto(struct intake *in, const struct record *r)
{
    size_t i = 0;
    while (i < in->upto_count && memcmp(in->upto[i].origin, r->origin, RECORD_ORIGIN) != 0)
        i++;
    if (i > OTHERS_MOST || (i < in->upto_count && in->upto[i].seq >= r->seq))
        return;
    in->upto_count += i == in->upto_count;
    memcpy(in->upto[i].origin, r->origin, RECORD_ORIGIN);
    memcpy(in->upto[i].hash, r->hash, DIGEST_SIZE);
    in->upto[i].seq = r->seq;
}

/* Where a fork begins: the sender's record follows one that is held here. */
static void tell_fork(struct intake *in, const struct record *r)
{
    uint8_t before[DIGEST_SIZE];
    char origin[RECORD_ORIGIN_HEX];
    struct err unknown = ERR_INIT;
    bool there = false;
    text_hex(r->origin, RECORD_ORIGIN, origin);
    json_num(in->refused, "status", 409);
    json_str(in->refused, "origin", origin);
    json_num(in->refused, "seq", r->seq);
    if (r->seq == 1 || (feed_hash(in->s, r->origin, r->seq - 1, before, &there, &unknown) &&
                        there && memcmp(before, r->prev, DIGEST_SIZE) == 0))
        json_num(in->refused, "last", r->seq - 1);
}

static bool refuse(struct intake *in, const struct err *e, const struct record *r)
{
    json_open(in->refused, NULL, '{');
    json_num(in->refused, "line", in->line);
    json_str(in->refused, "key", e->key);
    if (text_equal(e->key, "record.forked"))
        tell_fork(in, r);
    json_str(in->refused, "detail", i18n_error(in->q->arena, in->q->lang, e));
    json_close(in->refused, '}');
    return true;
}

static const char sql_reason[] = "SELECT reason FROM record WHERE hash = ?1";

static bool tell_unapplied(struct intake *in, const struct record *r, struct err *err)
{
    struct db_rows rows;
    char origin[RECORD_ORIGIN_HEX];
    if (!db_query(&in->s->db, &rows, err, sql_reason, "b", r->hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err) && !db_is_null(&rows, 0)) {
        text_hex(r->origin, RECORD_ORIGIN, origin);
        json_open(in->unapplied, NULL, '{');
        json_str(in->unapplied, "origin", origin);
        json_num(in->unapplied, "seq", r->seq);
        json_str(in->unapplied, "reason", db_peek(&rows, 0));
        json_close(in->unapplied, '}');
    }
    return db_done(&rows);
}

/* A hub brings home whatever its tablets brought it, also what a tablet writes by another
 * origin since it was put back in place or copied. */
static bool carry(struct intake *in, const struct record *r, struct err *err)
{
    const struct sync_host *h = in->q->app;
    const struct sync_actor *actor = in->q->actor;
    bool ours = false, registry = false;
    if (!h->courier || memcmp(actor->origin, r->origin, RECORD_ORIGIN) == 0)
        return true;
    return own_is(in->s, r->origin, &ours, err) &&
           admission_is_registry(in->s, r->origin, &registry, err) &&
           (ours || registry || carried_add(in->s, r->origin, err));
}

static bool take_one(struct intake *in, struct arena *a, const struct ahead_line *line,
                     struct err *err)
{
    const struct sync_actor *actor = in->q->actor;
    struct take t;
    in->line = line->number;
    if (!take_as_read(in->s, a, actor->device, line->text, line->len, &line->read, &t,
                      err))
        return false;
    in->n_new += t.verdict == TAKE_NEW;
    in->n_already += t.verdict == TAKE_ALREADY;
    in->full |= t.verdict == TAKE_REFUSED && t.why.code == ERR_FULL;
    if (t.verdict == TAKE_REFUSED)
        return refuse(in, &t.why, &t.record);
    if (t.verdict == TAKE_KEY)
        return true;
    if (t.verdict == TAKE_WAITS) {
        remember_origin(in, &in->waiting, &t.record);
        return true;
    }
    in->admitted |= text_starts(t.record.kind, "origin.");
    remember_origin(in, &in->other, &t.record);
    remember_upto(in, &t.record);
    return carry(in, &t.record, err) && tell_unapplied(in, &t.record, err);
}

static bool take_batch(struct intake *in, const struct buf *lines, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct ahead *ahead = arena_alloc(in->q->arena, sizeof *ahead);
    const struct ahead_line *line;
    bool ok = db_begin(&in->s->db, err);
    ahead_begin(ahead, lines->data, lines->len);
    while (ok && ahead_next(ahead, &line)) {
        ok = take_one(in, &a, line, err);
        arena_reset(&a);
    }
    ahead_end(ahead);
    arena_release(&a);
    return db_end(&in->s->db, ok, err);
}

static void write_upto(struct json_out *o, const struct intake *in, const uint8_t *origin)
{
    char hex[DIGEST_HEX];
    for (size_t i = 0; i < in->upto_count; i++) {
        if (memcmp(in->upto[i].origin, origin, RECORD_ORIGIN) != 0)
            continue;
        text_hex(in->upto[i].hash, DIGEST_SIZE, hex);
        json_open(o, "upto", '[');
        json_num(o, NULL, in->upto[i].seq);
        json_str(o, NULL, hex);
        json_close(o, ']');
    }
}

/* The runs of the token's origin and of every other one the batch spoke of. */
static bool write_origins(struct json_out *o, struct intake *in, struct err *err)
{
    const struct sync_actor *actor = in->q->actor;
    const uint8_t *origin = actor->origin;
    int64_t from = in->from;
    bool ok = true;
    json_open(o, "origins", '[');
    for (size_t i = 0; ok && i <= in->other.count; i++) {
        json_open(o, NULL, '{');
        ok = runs_json_from(o, in->s, origin, from, err);
        write_upto(o, in, origin);
        json_close(o, '}');
        origin = in->other.id[i < OTHERS_MOST ? i : 0];
        from = in->other.from[i < OTHERS_MOST ? i : 0];
    }
    json_close(o, ']');
    return ok;
}

/* What waits of the origins that nobody has admitted: no receipt, but the sender need
 * not bring it again while it waits. */
static bool write_waiting(struct json_out *o, struct intake *in, struct err *err)
{
    struct stranger_run runs[WIRE_RUNS_MOST];
    bool ok = true;
    json_open(o, "unadmitted", '[');
    for (size_t i = 0; ok && i < in->waiting.count; i++) {
        char hex[RECORD_ORIGIN_HEX];
        size_t n = 0;
        text_hex(in->waiting.id[i], RECORD_ORIGIN, hex);
        ok = stranger_runs(in->s, in->waiting.id[i], runs, WIRE_RUNS_MOST, &n, err);
        json_open(o, NULL, '{');
        json_str(o, "origin", hex);
        json_open(o, "waiting", '[');
        for (size_t j = 0; j < n; j++) {
            json_open(o, NULL, '[');
            json_num(o, NULL, runs[j].first);
            json_num(o, NULL, runs[j].last);
            json_close(o, ']');
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
    return ok;
}

/* What is held of these origins but could not be read: the whole word, not only of this
 * batch, so that it is also heard when an answer was lost. */
static bool write_aside(struct json_out *o, struct intake *in, struct err *err)
{
    const struct sync_actor *actor = in->q->actor;
    json_open(o, "aside", '[');
    bool ok = set_aside_json(o, in->s, actor->origin, err);
    for (size_t i = 0; ok && i < in->other.count; i++)
        ok = set_aside_json(o, in->s, in->other.id[i], err);
    json_close(o, ']');
    return ok;
}

/* The lines of the body, unpacked when they came gzipped. */
static bool unpack(struct http_request *q, struct buf *lines, struct err *err)
{
    const char *encoding = http_header(q, "Content-Encoding");
    if (!encoding) {
        buf_add(lines, q->body.data, q->body.len);
        return true;
    }
    if (strcmp(encoding, "gzip") != 0)
        return err_set(err, ERR_TYPE, "wire.encoding", encoding, NULL);
    return wire_gunzip(lines, q->body.data, q->body.len, WIRE_BATCH_MOST, err);
}

int sync_records(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct store *s = q->worker;
    struct buf lines = BUF_INIT, refused = BUF_INIT, unapplied = BUF_INIT;
    struct json_out out_refused = JSON_OUT(&refused), out_unapplied = JSON_OUT(&unapplied);
    struct intake in = {q, s, &out_refused, &out_unapplied, .line = 0};
    struct json_out o = JSON_OUT(&r->body);
    json_open(&out_refused, NULL, '[');
    json_open(&out_unapplied, NULL, '[');
    bool ok = unpack(q, &lines, err) && take_batch(&in, &lines, err);
    if (ok && in.full && in.n_new + in.n_already == 0 && in.waiting.count == 0)
        ok = err_set(err, ERR_FULL, "stranger.full", NULL);
    ok = ok && (!in.admitted || stranger_let_in(s, NULL, err));
    json_close(&out_refused, ']');
    json_close(&out_unapplied, ']');
    if (ok) {
        json_open(&o, NULL, '{');
        sync_who(&o, q->app);
        ok = write_origins(&o, &in, err) && write_waiting(&o, &in, err);
        json_num(&o, "new", in.n_new);
        json_num(&o, "already", in.n_already);
        json_raw_unchecked(&o, "unapplied", unapplied.data);
        ok = ok && write_aside(&o, &in, err);
        json_raw_unchecked(&o, "refused", refused.data);
        json_close(&o, '}');
    }
    buf_release(&lines);
    buf_release(&refused);
    buf_release(&unapplied);
    return ok ? 200 : 0;
}
