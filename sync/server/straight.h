/* straight: the bytes of a photo that comes whole go straight to the disk (O_DIRECT), past
 * the page cache: one copy and the writing back fewer, and they are on their way while more
 * come, so that the fsync at the end has little left to do. What is gathered meanwhile lies
 * in a room of 256 KiB; there are few rooms, and whoever gets none, or has a file system
 * that knows no O_DIRECT, writes as usual. Promises nothing about the disk: fsync does. */
#ifndef LYGTE_SYNC_SERVER_STRAIGHT_H
#define LYGTE_SYNC_SERVER_STRAIGHT_H

#include "core/base/err.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum { STRAIGHT_ROOMS = 12, STRAIGHT_ROOM = 262144 };

/* The rooms of one server. All zero but for the lock is empty. */
struct straight_rooms {
    pthread_mutex_t lock;
    void *free[STRAIGHT_ROOMS]; /* made, and nobody's just now */
    size_t free_count, made;
};

void straight_rooms_start(struct straight_rooms *rooms);
/* All rooms must be back. */
void straight_rooms_stop(struct straight_rooms *rooms);

struct straight {
    struct straight_rooms *rooms;
    int fd;
    int64_t at; /* where the first byte of the room belongs, or the next one without */
    char *room; /* NULL: written as usual                                            */
    size_t len;
    uint8_t head[8]; /* the first bytes; zero what did not come */
};

/* Bytes for fd from its beginning on, by one writer. fd stays the caller's. */
void straight_begin(struct straight *w, struct straight_rooms *rooms, int fd);
/* ERR_FULL "disk.full" and others of err_errno "file.unwritable". */
bool straight_add(struct straight *w, const void *bytes, size_t n, struct err *err);
/* Writes what is left and gives the room back; fd is as it was before. */
bool straight_end(struct straight *w, struct err *err);
/* Gives the room back, and what is in it is lost; after straight_end there is none. */
void straight_drop(struct straight *w);

#endif
