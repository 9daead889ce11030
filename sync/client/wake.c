/* wake: see the header. The kernel tells of interfaces by rtnetlink(7); the database is
 * asked every two seconds, which costs nothing beside a radio. */
#include "sync/client/wake.h"

#include "core/base/clock.h"
#include "core/store/local/open_point.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOOK_MS = 2000, SETTLE_MS = 300 };

void wake_open(struct wake *w)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                  .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    sigset_t ends;
    *w = (struct wake){.network = -1};
    w->network = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (w->network >= 0 &&
        bind(w->network, (struct sockaddr *)&address, sizeof address) != 0) {
        close(w->network);
        w->network = -1;
    }
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    w->end = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
}

void wake_close(struct wake *w)
{
    if (w->network >= 0)
        close(w->network);
    if (w->end >= 0)
        close(w->end);
}

/* Ours, and on a hub what is carried. */
static const char sql_made[] =
    "SELECT s.seq + (SELECT COALESCE(sum(h.last - h.first + 1), 0) FROM held_run h"
    " JOIN carried_origin c ON c.origin = h.origin) FROM self s WHERE s.one = 1";
static const char sql_cleared[] = "SELECT count(*) FROM blob WHERE cleared = 1";

bool wake_look(struct wake *w, struct store *s, struct err *err)
{
    return db_number(&s->db, &w->seq, 0, err, sql_made, "") &&
           db_number(&s->db, &w->photos, 0, err, sql_cleared, "") &&
           open_point_count(s, &w->open, err);
}

/* Messages are not read apart: that one came is enough. */
static void drain(int fd)
{
    char ignored[4096];
    while (recv(fd, ignored, sizeof ignored, MSG_DONTWAIT) > 0)
        ;
}

static bool waited(struct wake *w, int64_t ms, enum wake_why *ret)
{
    struct pollfd fds[2] = {{.fd = w->end, .events = POLLIN},
                            {.fd = w->network, .events = POLLIN}};
    if (poll(fds, 2, (int)ms) <= 0)
        return false;
    if (fds[0].revents & POLLIN) {
        *ret = WAKE_END;
        return true;
    }
    usleep(SETTLE_MS * 1000); /* an address comes before its route */
    drain(w->network);
    *ret = WAKE_NETWORK;
    return true;
}

bool wake_wait(struct wake *w, struct store *s, int64_t ms, enum wake_why *ret,
               struct err *err)
{
    int64_t until = clock_mono_ms() + ms;
    struct wake now;
    for (;;) {
        int64_t left = until - clock_mono_ms();
        *ret = WAKE_TIME;
        if (left <= 0 || waited(w, left < LOOK_MS ? left : LOOK_MS, ret))
            return true;
        if (!wake_look(&now, s, err))
            return false;
        if (now.seq > w->seq || now.photos > w->photos || now.open < w->open) {
            *ret = WAKE_WORK;
            return true;
        }
    }
}
