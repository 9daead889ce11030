/* http_talk: a connection to a server of this process, for tests of it. */
#ifndef LYGTE_TESTS_HTTP_TALK_H
#define LYGTE_TESTS_HTTP_TALK_H

#include "core/web/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* The caller closes it. */
static inline int connected(const struct http_server *server)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_port(server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

#endif
