/* ahead: the lines of a batch, read and their signatures checked by other threads while the
 * caller holds what came before. Half of what a batch costs is Ed25519, which needs no store.
 *
 *     struct ahead a;
 *     ahead_begin(&a, bytes, n);
 *     while (ahead_next(&a, &line)) ...
 *     ahead_end(&a);
 *
 * Lines come in their order. What is found right ahead is only noted in the record
 * (record.h, proven_by): who holds it asks the store for the origin's key all the same. */
#ifndef LYGTE_SYNC_SERVER_AHEAD_H
#define LYGTE_SYNC_SERVER_AHEAD_H

#include "sync/take.h"

#include <pthread.h>

enum {
    AHEAD_WINDOW = 64, /* lines read before they are asked for */
    AHEAD_THREADS =
        3, /* beside the caller's, at most; one fewer than there are cores */
    AHEAD_KEYS =
        17 /* of the key lines of a batch; other origins are not proven ahead */
};

struct ahead_line {
    const char *text;
    size_t len;
    int64_t number; /* in the batch, from 1, empty ones counted */
    bool done;      /* read: under the lock */
    struct take_read read;
    struct arena arena; /* what read points into */
};

struct ahead {
    const char *at, *end;
    int64_t number;          /* of the line before at */
    int64_t claimed, taken;  /* lines handed to a thread; lines let go by the caller */
    bool given, waits, over; /* the caller has one in hand; waits; the threads go */
    struct ahead_line line[AHEAD_WINDOW];
    struct ahead_key {
        uint8_t origin[RECORD_ORIGIN], key[SIGN_PUBLIC];
    } key[AHEAD_KEYS];
    size_t key_count, thread_count;
    pthread_t thread[AHEAD_THREADS];
    pthread_mutex_t lock;
    pthread_cond_t room, read; /* a line may be claimed; one was read */
};

/* bytes stay the caller's, and as they are, until ahead_end. */
void ahead_begin(struct ahead *a, const char *bytes, size_t n);
/* The next line that is not empty, valid until the next call. False after the last. */
bool ahead_next(struct ahead *a, const struct ahead_line **ret);
/* Also after an early end. */
void ahead_end(struct ahead *a);

#endif
