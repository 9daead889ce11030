/* listener: see the header. */
#include "core/web/listener.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* REST_MS: how long is waited when the machine has no more descriptors or memory. */
enum { WAITING = 4096, REST_MS = 100 };

struct taken {
    int fd;
    size_t daemon;
    unsigned char address[16]; /* of IPv4 the first four */
};

struct listener {
    int fd, wake;
    uint16_t port;
    size_t most, per_address;
    pthread_t thread;
    bool runs;

    pthread_mutex_t lock; /* of all below */
    struct MHD_Daemon *daemon[LISTENER_DAEMONS];
    size_t daemons;
    struct taken *taken;
    size_t n;
    bool stop, full; /* full: the thread waits until one ends */
};

/* ---- who has what ---------------------------------------------------------------- */

static void address_of(const struct sockaddr_storage *from, unsigned char out[16])
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    memset(out, 0, 16);
    if (from->ss_family == AF_INET6)
        memcpy(out, &v6->sin6_addr, 16);
    else
        memcpy(out, &v4->sin_addr, 4);
}

static void forget(struct listener *l, int fd)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->taken[i].fd == fd) {
            l->taken[i] = l->taken[--l->n];
            return;
        }
}

static size_t fewest(const struct listener *l)
{
    size_t held[LISTENER_DAEMONS] = {0}, best = 0;
    for (size_t i = 0; i < l->n; i++)
        held[l->taken[i].daemon]++;
    for (size_t i = 1; i < l->daemons; i++)
        if (held[i] < held[best])
            best = i;
    return best;
}

/* Who gets it; NULL: one address has enough. */
static struct MHD_Daemon *note(struct listener *l, int fd,
                               const struct sockaddr_storage *from)
{
    struct MHD_Daemon *daemon = NULL;
    struct taken t = {.fd = fd};
    size_t same = 0;
    address_of(from, t.address);
    pthread_mutex_lock(&l->lock);
    forget(l, fd); /* of one that ended before it began nothing was heard */
    for (size_t i = 0; i < l->n; i++)
        same += memcmp(l->taken[i].address, t.address, sizeof t.address) == 0;
    bool ok = l->n < l->most && (l->per_address == 0 || same < l->per_address);
    if (ok) {
        t.daemon = fewest(l);
        daemon = l->daemon[t.daemon];
        l->taken[l->n++] = t;
    }
    pthread_mutex_unlock(&l->lock);
    return daemon;
}

void listener_ended(struct listener *l, int fd)
{
    pthread_mutex_lock(&l->lock);
    forget(l, fd);
    bool wake = l->full;
    pthread_mutex_unlock(&l->lock);
    if (wake)
        eventfd_write(l->wake, 1);
}

/* ---- accepting ------------------------------------------------------------------- */

/* libmicrohttpd closes the socket where it returns no. */
static void take(struct listener *l, int fd, const struct sockaddr_storage *from,
                 socklen_t size)
{
    struct MHD_Daemon *daemon = note(l, fd, from);
    if (!daemon) {
        close(fd);
        return;
    }
    const struct sockaddr *address = (const struct sockaddr *)from;
    if (MHD_add_connection(daemon, fd, address, size) != MHD_YES)
        listener_ended(l, fd);
}

/* Returns when there may be one to accept, false when it is over. *ret_room: it may be
 * taken; nobody but this thread makes them more. */
static bool await_one(struct listener *l, bool rest, bool *ret_room)
{
    pthread_mutex_lock(&l->lock);
    bool on = !l->stop;
    l->full = l->n >= l->most;
    *ret_room = !l->full;
    nfds_t n = l->full || rest ? 1 : 2;
    pthread_mutex_unlock(&l->lock);
    struct pollfd fds[2] = {{l->wake, POLLIN, 0}, {l->fd, POLLIN, 0}};
    eventfd_t ignored;
    if (on && poll(fds, n, rest ? REST_MS : -1) > 0 && fds[0].revents)
        eventfd_read(l->wake, &ignored);
    return on;
}

static bool has_run_dry(int code)
{
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

/* False: none waits, or errno says why it could not. */
static bool accept_one(struct listener *l)
{
    struct sockaddr_storage from = {0};
    struct sockaddr *address = (struct sockaddr *)&from;
    socklen_t size = sizeof from;
    int fd = accept4(l->fd, address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        take(l, fd, &from, size);
    return fd >= 0;
}

static void *main_of(void *data)
{
    struct listener *l = data;
    bool rest = false, room;
    while (await_one(l, rest, &room))
        rest = room && !accept_one(l) && has_run_dry(errno);
    return NULL;
}

/* ---- beginning and end ----------------------------------------------------------- */

/* Accepted sockets inherit TCP_NODELAY. Without, the second half of a TLS greeting waits for
 * the first to be confirmed: a round trip more for each connection. */
static bool set_up(int fd, const struct sockaddr_storage *address)
{
    const int on = 1;
    bool v6 = address->ss_family == AF_INET6;
    socklen_t size = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (v6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return bind(fd, (const struct sockaddr *)address, size) == 0 &&
           listen(fd, WAITING) == 0;
}

/* Linux has the port of both families in the same place (netinet/in.h). */
static uint16_t port_of(int fd)
{
    struct sockaddr_in6 at = {.sin6_port = 0};
    socklen_t size = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &size);
    return ntohs(at.sin6_port);
}

static bool cannot(int fd, const char *name, struct err *err)
{
    int code = errno;
    if (fd >= 0)
        close(fd);
    errno = code;
    return code == EADDRINUSE
               ? err_set(err, ERR_CONFLICT, "http.port_taken", name, NULL)
               : err_errno(err, "http.cannot_listen", name);
}

bool listener_open(struct listener **ret, const struct sockaddr_storage *address,
                   const char *name, struct err *err)
{
    int wake = -1;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || !set_up(fd, address) ||
        (wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
        return cannot(fd, name, err);
    struct listener *l = calloc(1, sizeof *l);
    if (!l)
        err_die("listener", "out of memory");
    l->fd = fd;
    l->wake = wake;
    l->port = port_of(fd);
    pthread_mutex_init(&l->lock, NULL);
    *ret = l;
    return true;
}

uint16_t listener_port(const struct listener *l)
{
    return l->port;
}

void listener_add(struct listener *l, struct MHD_Daemon *daemon)
{
    pthread_mutex_lock(&l->lock);
    if (l->daemons == LISTENER_DAEMONS)
        err_die("listener", "too many daemons");
    l->daemon[l->daemons++] = daemon;
    pthread_mutex_unlock(&l->lock);
}

void listener_run(struct listener *l, struct MHD_Daemon *daemon, size_t most,
                  size_t per_address)
{
    listener_add(l, daemon);
    l->most = most;
    l->per_address = per_address;
    l->taken = calloc(most, sizeof *l->taken);
    if (l->taken) /* who waits already does not wait for a thread */
        accept_one(l);
    if (!l->taken || pthread_create(&l->thread, NULL, main_of, l) != 0)
        err_die("listener", "no memory or no thread");
    l->runs = true;
}

void listener_stop(struct listener *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_mutex_unlock(&l->lock);
    eventfd_write(l->wake, 1);
    if (l->runs)
        pthread_join(l->thread, NULL);
    close(l->fd);
}

void listener_free(struct listener *l)
{
    if (!l)
        return;
    close(l->wake);
    pthread_mutex_destroy(&l->lock);
    free(l->taken);
    free(l);
}
