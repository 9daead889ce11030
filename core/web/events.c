/* events: see the header. One lock for everything; libmicrohttpd's threads hold it while
 * they fetch a stream's next bytes, the room's thread while it wakes streams up. */
#include "core/web/events.h"

#include "core/base/await.h"
#include "core/base/clock.h"
#include "core/base/sign.h"
#include "core/base/text.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct stream {
    struct events *room;
    struct MHD_Connection *connection;
    struct stream *next;
    int64_t at;         /* number of the event it gets next              */
    struct buf part;    /* what is being sent, from part_at on           */
    size_t part_at;
    int64_t spoke_ms, until_ms;
    bool asleep, fresh; /* asleep: suspended; fresh: told nothing yet    */
};

struct events {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct events_plan plan;
    struct stream *streams;
    size_t count;
    struct buf kept[EVENTS_KEPT]; /* event n stands at n % EVENTS_KEPT  */
    int64_t first, next;          /* numbers of the oldest worth knowing, and the next */
    char boot[17];                /* numbers mean nothing to another run */
    bool looking;                 /* look has begun to see what changes  */
    bool runs, stop;              /* the thread; the end               */
    bool held;                    /* a server is about to stop         */
};

/* ---- telling --------------------------------------------------------------------- */

void events_tell(struct events *e, const char *name, const char *data)
{
    pthread_mutex_lock(&e->lock);
    struct buf *kept = &e->kept[e->next % EVENTS_KEPT];
    buf_clear(kept);
    buf_printf(kept, "id: %s-%lld\nevent: %s\ndata: %s\n\n", e->boot,
               (long long)e->next, name, data);
    e->next++;
    pthread_mutex_unlock(&e->lock);
}

static int64_t oldest(const struct events *e)
{
    int64_t kept = e->next - EVENTS_KEPT;
    return kept > e->first ? kept : e->first;
}

/* Puts what the stream gets next into part; false when there is nothing. Nobody is told
 * to ask for everything before changes from then on are seen. */
static bool compose(struct stream *s, int64_t now)
{
    struct events *e = s->room;
    buf_clear(&s->part);
    s->part_at = 0;
    if (!e->looking)
        return false;
    if (s->fresh || s->at < oldest(e)) {
        buf_printf(&s->part, "%sid: %s-%lld\nevent: all\ndata: {}\n\n",
                   s->fresh ? "retry: 2000\n" : "", e->boot, (long long)(e->next - 1));
        s->at = e->next;
        s->fresh = false;
    } else if (s->at < e->next) {
        const struct buf *kept = &e->kept[s->at++ % EVENTS_KEPT];
        buf_add(&s->part, kept->data, kept->len);
    } else if (now - s->spoke_ms >= EVENTS_BEAT_MS) {
        buf_str(&s->part, ":\n\n");
    } else {
        return false;
    }
    s->spoke_ms = now;
    return true;
}

static bool has_ended(const struct stream *s, int64_t now)
{
    return s->room->stop || s->room->held || now >= s->until_ms;
}

/* libmicrohttpd asks for bytes; with none it goes to sleep. */
static ssize_t next_bytes(void *stream, uint64_t position, char *out, size_t most)
{
    struct stream *s = stream;
    int64_t now = clock_mono_ms();
    ssize_t n = 0;
    (void)position;
    pthread_mutex_lock(&s->room->lock);
    if (s->part_at == s->part.len && has_ended(s, now)) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (s->part_at < s->part.len || compose(s, now)) {
        size_t left = s->part.len - s->part_at;
        n = (ssize_t)(left < most ? left : most);
        memcpy(out, s->part.data + s->part_at, (size_t)n);
        s->part_at += (size_t)n;
    } else {
        s->asleep = true;
        MHD_suspend_connection(s->connection);
    }
    pthread_mutex_unlock(&s->room->lock);
    return n;
}

static void end_stream(void *stream)
{
    struct stream *s = stream;
    struct events *e = s->room;
    pthread_mutex_lock(&e->lock);
    for (struct stream **at = &e->streams; *at; at = &(*at)->next)
        if (*at == s) {
            *at = s->next;
            break;
        }
    e->count--;
    pthread_cond_signal(&e->wake);
    pthread_mutex_unlock(&e->lock);
    buf_release(&s->part);
    free(s);
}

/* ---- the room's thread ------------------------------------------------------------ */

/* With the lock held. */
static void wake_streams(struct events *e)
{
    int64_t now = clock_mono_ms();
    for (struct stream *s = e->streams; s; s = s->next) {
        bool due = s->fresh || s->at < e->next ||
                   now - s->spoke_ms >= EVENTS_BEAT_MS || has_ended(s, now);
        if (!s->asleep || !due)
            continue;
        s->asleep = false;
        MHD_resume_connection(s->connection);
    }
}

static void nap(struct events *e)
{
    if (!e->stop)
        await_ms(&e->wake, &e->lock, EVENTS_LOOK_MS);
}

/* What changes from here on nobody sees: those who come back must ask again. */
static void rest(struct events *e)
{
    e->looking = false;
    e->first = ++e->next;
    pthread_mutex_unlock(&e->lock);
    if (e->plan.rest)
        e->plan.rest(e->plan.data);
    pthread_mutex_lock(&e->lock);
}

static void look(struct events *e)
{
    pthread_mutex_unlock(&e->lock);
    e->plan.look(e, e->plan.data);
    pthread_mutex_lock(&e->lock);
    e->looking = true;
    wake_streams(e);
}

static void *room_main(void *room)
{
    struct events *e = room;
    pthread_mutex_lock(&e->lock);
    while (!e->stop) {
        if (e->count > 0) {
            look(e);
            nap(e);
        } else {
            if (e->looking)
                rest(e);
            if (e->count == 0 && !e->stop)
                pthread_cond_wait(&e->wake, &e->lock);
        }
    }
    if (e->looking)
        rest(e);
    wake_streams(e);
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

void events_start(struct events **ret, const struct events_plan *plan)
{
    struct events *e = calloc(1, sizeof *e);
    uint8_t random[8];
    if (!e)
        err_die("events", "out of memory");
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->wake, NULL);
    e->plan = *plan;
    e->first = e->next = 1;
    sign_random(random, sizeof random);
    text_hex(random, sizeof random, e->boot);
    *ret = e;
}

void events_end(struct events *e)
{
    if (!e)
        return;
    pthread_mutex_lock(&e->lock);
    e->stop = true;
    pthread_cond_signal(&e->wake);
    bool runs = e->runs;
    pthread_mutex_unlock(&e->lock);
    if (runs)
        pthread_join(e->thread, NULL);
}

void events_hold(struct events *e, bool hold)
{
    if (!e)
        return;
    pthread_mutex_lock(&e->lock);
    e->held = hold;
    if (hold)
        wake_streams(e);
    pthread_mutex_unlock(&e->lock);
}

void events_free(struct events *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < EVENTS_KEPT; i++)
        buf_release(&e->kept[i]);
    pthread_cond_destroy(&e->wake);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

/* ---- a new stream ------------------------------------------------------------------ */

/* "BOOT-N" of this very run: from N + 1 on. Anything else starts anew. */
static void come_back(struct stream *s, const char *last)
{
    const struct events *e = s->room;
    size_t n = strlen(e->boot);
    int64_t number = 0;
    if (last && strncmp(last, e->boot, n) == 0 && last[n] == '-' &&
        text_int(last + n + 1, &number) && number >= 0 && number < e->next) {
        s->at = number + 1;
        s->fresh = false;
    }
}

/* Whoever listens first starts the thread. With the lock held. */
static bool is_awake(struct events *e)
{
    e->runs = e->runs || pthread_create(&e->thread, NULL, room_main, e) == 0;
    return e->runs;
}

int events_answer(struct events *e, struct http_request *q, struct http_reply *r,
                  struct err *err)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        err_die("events", "out of memory");
    int64_t now = clock_mono_ms();
    *s = (struct stream){.room = e,
                         .connection = q->connection,
                         .spoke_ms = now,
                         .until_ms = now + EVENTS_LAST_MS,
                         .fresh = true};
    if (e)
        pthread_mutex_lock(&e->lock);
    bool room = e && !e->stop && !e->held && e->count < e->plan.streams && is_awake(e);
    if (room) {
        come_back(s, http_header(q, "Last-Event-ID"));
        s->next = e->streams;
        e->streams = s;
        e->count++;
        pthread_cond_signal(&e->wake);
    }
    if (e)
        pthread_mutex_unlock(&e->lock);
    if (!room) {
        free(s);
        http_reply_header(r, "Retry-After", "30");
        err_set(err, ERR_BUSY, "events.full", NULL);
        return 0;
    }
    r->type = "text/event-stream";
    r->stream = (struct http_stream){next_bytes, end_stream, s};
    return 200;
}
