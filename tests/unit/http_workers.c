/* A worker is an open database: a request takes one once, holds none while its body comes,
 * and what is packed into the program needs none. */
#include "core/web/http.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/http_talk.h"

static atomic_int taken, held;
static struct http_server *server;

static void *take(void *data, struct err *err)
{
    (void)err;
    taken++;
    held++;
    return data;
}

static void give(void *data, void *worker)
{
    assert_ptr_equal(data, worker);
    held--;
}

static bool admit(struct http_request *q, unsigned access, struct err *err)
{
    return q->worker &&
           (access == 1 || err_set(err, ERR_UNAUTHENTICATED, "key.needed", NULL));
}

static int says(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)err;
    buf_str(&r->body, q->worker ? "{\"worker\":true}" : "{\"worker\":false}");
    return 200;
}

static const struct http_route routes[] = {
    {"GET", "/free", says, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/asked", says, 1, 0, NULL, NULL},
    {"GET", "/refused", says, 2, 0, NULL, NULL},
    {"POST", "/body", says, 1, 100, "text/plain", NULL},
};

static int start(void **state)
{
    static int app_data;
    struct err err = ERR_INIT;
    const struct http_app app = {.routes = routes,
                                 .route_count = 4,
                                 .data = &app_data,
                                 .admit = admit,
                                 .take_worker = take,
                                 .give_worker = give,
                                 .threads = 1,
                                 .connections = 10};
    (void)state;
    return http_start(&server, &app, "127.0.0.1:0", &err) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    http_stop(server);
    return 0;
}

static int said(const char *text)
{
    int fd = connected(server);
    taken = 0;
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    return fd;
}

/* Status, and whether the handler had a worker. */
static int heard(int fd, bool *ret_worker)
{
    char text[2000] = "";
    int code = 0;
    size_t n = 0;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, 10000) > 0) {
        ssize_t got = recv(fd, text + n, sizeof text - 1 - n, 0);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(fd);
    assert_int_equal(sscanf(text, "HTTP/1.1 %d", &code), 1);
    *ret_worker = strstr(text, "\"worker\":true") != NULL;
    return code;
}

#define HEAD(what) what " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"

static void what_is_packed_needs_none(void **state)
{
    bool worker;
    (void)state;
    assert_int_equal(heard(said(HEAD("GET /free") "\r\n"), &worker), 200);
    assert_false(worker);
    assert_int_equal(taken, 0);
}

static void a_question_takes_one_once_and_gives_it_back(void **state)
{
    bool worker;
    (void)state;
    assert_int_equal(heard(said(HEAD("GET /asked") "\r\n"), &worker), 200);
    assert_true(worker);
    assert_int_equal(taken, 1);
    assert_int_equal(held, 0);
}

static void who_is_refused_gives_it_back(void **state)
{
    bool worker;
    (void)state;
    assert_int_equal(heard(said(HEAD("GET /refused") "\r\n"), &worker), 401);
    assert_int_equal(taken, 1);
    assert_int_equal(held, 0);
}

static void none_is_held_while_a_body_comes(void **state)
{
    bool worker;
    (void)state;
    int fd = said(
        HEAD("POST /body") "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nab");
    for (int i = 0; i < 1000 && (taken == 0 || held > 0); i++)
        poll(NULL, 0, 10);
    assert_int_equal(taken, 1);
    assert_int_equal(held, 0);
    assert_int_equal(send(fd, "cd", 2, MSG_NOSIGNAL), 2);
    assert_int_equal(heard(fd, &worker), 200);
    assert_true(worker);
    assert_int_equal(taken, 2);
    assert_int_equal(held, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_needs_none),
        cmocka_unit_test(a_question_takes_one_once_and_gives_it_back),
        cmocka_unit_test(who_is_refused_gives_it_back),
        cmocka_unit_test(none_is_held_while_a_body_comes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
