/* listener: the socket that connections come by, and who gets the next one.
 *
 * libmicrohttpd's own pool of threads leaves that to whoever wakes first, and he takes all
 * that wait: the four connections of one tablet came to lie on two of four threads (of
 * sixteen, too), and each waited for the other's disk. Here a thread accepts, and the
 * daemon with the fewest connections gets the next; each daemon is one thread.
 *
 * Of connections there are at most so many, and at most so many from one address: one more
 * from that address is closed, one more at all waits in the kernel until another ends.
 */
#ifndef LYGTE_WEB_LISTENER_H
#define LYGTE_WEB_LISTENER_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LISTENER_DAEMONS = 8 }; /* at most */

struct listener;
struct MHD_Daemon;
struct sockaddr_storage;

/* Binds; nothing is accepted yet. name is what the sentence calls it. ERR_CONFLICT
 * "http.port_taken", else "http.cannot_listen". */
bool listener_open(struct listener **ret, const struct sockaddr_storage *address,
                   const char *name, struct err *err);
uint16_t listener_port(const struct listener *l);
/* Starts to accept, for this daemon: at most so many connections, of them per_address from
 * one address, 0: any number. */
void listener_run(struct listener *l, struct MHD_Daemon *daemon, size_t most,
                  size_t per_address);
/* One more, of LISTENER_DAEMONS; all stay until listener_stop. */
void listener_add(struct listener *l, struct MHD_Daemon *daemon);
/* The connection of this socket has ended; the number may be given out anew after this. */
void listener_ended(struct listener *l, int fd);
/* Accepts no more and gives the port free; before the daemons end. NULL is fine. */
void listener_stop(struct listener *l);
void listener_free(struct listener *l); /* after them */

#endif
