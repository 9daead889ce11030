/* hello: the least a server on libmicrohttpd can be: what it answers lies in memory.
 *
 *     hello PORT THREADS
 *
 * The floor under walker and registry in the start bench. Ends by SIGTERM.
 */
#include "core/base/text.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>

static const char words[] = "hello\n";

/* Answering in the first of the two calls would close the connection. */
static enum MHD_Result on_request(void *data, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *piece, size_t *size,
                                  void **state)
{
    static int seen;
    (void)url;
    (void)method;
    (void)version;
    (void)piece;
    (void)size;
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, data);
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    sigset_t ends;
    int which;
    int64_t port = 0, threads = 0;
    if (argc != 3 || !text_int(argv[1], &port) || !text_int(argv[2], &threads)) {
        fprintf(stderr, "usage: hello PORT THREADS\n");
        return 2;
    }
    at.sin_port = htons((in_port_t)port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        sizeof words - 1, (void *)(unsigned long)words, MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, response,
        MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)threads,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (!daemon)
        return 1;
    sigwait(&ends, &which);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return 0;
}
