/* events: server-sent events (WHATWG HTML 9.2), so that a page need not poll.
 *
 * A room of streams, told by one thread of its own, which the first stream starts.
 * While somebody listens that thread calls look every EVENTS_LOOK_MS; look finds out
 * what changed, also by other processes, and says it with events_tell. While nobody
 * listens it sleeps. A stream costs a connection and a few hundred bytes, and no
 * thread: it is suspended (libmicrohttpd) until there is something to send.
 *
 * Every event has an id; the last EVENTS_KEPT are kept, so that a stream that comes back
 * with Last-Event-ID gets what it missed. Whoever missed more, or is new, is told "all"
 * with {}: ask again for everything you show. A comment every EVENTS_BEAT_MS finds the
 * dead ones. A stream ends after EVENTS_LAST_MS, and the browser comes back by itself:
 * whoever lost his right to listen has then lost the stream too.
 */
#ifndef LYGTE_WEB_EVENTS_H
#define LYGTE_WEB_EVENTS_H

#include "core/web/http.h"

enum {
    EVENTS_KEPT = 128,
    EVENTS_LOOK_MS = 250,
    EVENTS_BEAT_MS = 15000,
    EVENTS_LAST_MS = 600000
};

struct events;

struct events_plan {
    size_t streams;                                /* most at a time            */
    void (*look)(struct events *e, void *data);    /* in the room's own thread  */
    void (*rest)(void *data); /* there too: the last listener has left; NULL fine */
    void *data;
};

void events_start(struct events **ret, const struct events_plan *plan);
/* Ends all streams and the thread; before http_stop. NULL is fine. */
void events_end(struct events *e);
/* After http_stop. NULL is fine. */
void events_free(struct events *e);
/* While it holds every stream ends and none begins: a server that stops has none asleep, which
 * libmicrohttpd cannot bear. Browsers come back by themselves. */
void events_hold(struct events *e, bool hold);

/* To everybody who listens. data is JSON in one line. Any thread. */
void events_tell(struct events *e, const char *name, const char *data);

/* A handler's answer: 200 and the stream. ERR_BUSY "events.full" (429) when there are too
 * many listeners, or no thread for them. e NULL: the same. */
int events_answer(struct events *e, struct http_request *q, struct http_reply *r,
                  struct err *err);

#endif
