/* straight: see the header. */
#include "sync/server/straight.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* O_DIRECT wants offsets, lengths and memory by the disk's block; no disk has larger. */
enum { BLOCK = 4096 };

/* ---- rooms ----------------------------------------------------------------------- */

void straight_rooms_start(struct straight_rooms *rooms)
{
    *rooms = (struct straight_rooms){.made = 0};
    pthread_mutex_init(&rooms->lock, NULL);
}

void straight_rooms_stop(struct straight_rooms *rooms)
{
    while (rooms->free_count > 0)
        munmap(rooms->free[--rooms->free_count], STRAIGHT_ROOM);
    pthread_mutex_destroy(&rooms->lock);
}

static char *take_room(struct straight_rooms *rooms)
{
    void *room = NULL;
    pthread_mutex_lock(&rooms->lock);
    if (rooms->free_count > 0) {
        room = rooms->free[--rooms->free_count];
    } else if (rooms->made < STRAIGHT_ROOMS) {
        room = mmap(NULL, STRAIGHT_ROOM, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        room = room == MAP_FAILED ? NULL : room;
        rooms->made += room != NULL;
    }
    pthread_mutex_unlock(&rooms->lock);
    return room;
}

static void give_room(struct straight_rooms *rooms, char *room)
{
    pthread_mutex_lock(&rooms->lock);
    rooms->free[rooms->free_count++] = room;
    pthread_mutex_unlock(&rooms->lock);
}

/* ---- writing --------------------------------------------------------------------- */

static bool set_direct(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 &&
           fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

void straight_begin(struct straight *w, struct straight_rooms *rooms, int fd)
{
    *w = (struct straight){.rooms = rooms, .fd = fd, .room = take_room(rooms)};
    if (w->room && !set_direct(fd, true)) {
        give_room(rooms, w->room);
        w->room = NULL;
    }
}

/* The first n bytes of the room. Where the disk does not take them straight after all, they
 * are written as usual: such a file system says so first when it is written to. */
static bool write_room(struct straight *w, size_t n, struct err *err)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = pwrite(w->fd, w->room + done, n - done, w->at + (int64_t)done);
        if (k < 0 &&
            (errno == EINTR || (errno == EINVAL && (fcntl(w->fd, F_GETFL) & O_DIRECT) &&
                                set_direct(w->fd, false))))
            continue;
        if (k < 0)
            return err_errno(err, "file.unwritable", "write");
        done += (size_t)k;
    }
    w->at += (int64_t)n;
    w->len -= n;
    memmove(w->room, w->room + n, w->len);
    return true;
}

static void see_head(struct straight *w, const uint8_t *bytes, size_t n)
{
    for (size_t i = (size_t)w->at + w->len, j = 0; i < sizeof w->head && j < n;)
        w->head[i++] = bytes[j++];
}

bool straight_add(struct straight *w, const void *bytes, size_t n, struct err *err)
{
    const char *from = bytes;
    see_head(w, bytes, n);
    if (!w->room) {
        bool ok = file_write_at(w->fd, bytes, n, w->at, err);
        w->at += ok ? (int64_t)n : 0;
        return ok;
    }
    while (n > 0) {
        size_t fits = STRAIGHT_ROOM - w->len < n ? STRAIGHT_ROOM - w->len : n;
        memcpy(w->room + w->len, from, fits);
        w->len += fits;
        from += fits;
        n -= fits;
        if (w->len == STRAIGHT_ROOM && !write_room(w, w->len, err))
            return false;
    }
    return true;
}

/* The last block is not a whole one: it goes by the page cache. */
bool straight_end(struct straight *w, struct err *err)
{
    if (!w->room)
        return true;
    bool ok = write_room(w, w->len / BLOCK * BLOCK, err);
    set_direct(w->fd, false);
    ok = ok && write_room(w, w->len, err);
    straight_drop(w);
    return ok;
}

void straight_drop(struct straight *w)
{
    if (w->room)
        give_room(w->rooms, w->room);
    w->room = NULL;
}
