/* Connections are spread over the threads: four that come at once are answered side by side,
 * and one more than may be waits in the kernel, or is closed where its address has enough. */
#include "core/base/await.h"
#include "core/web/http.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/http_talk.h"

enum { THREADS = 4, PATIENCE_MS = 10000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t come = PTHREAD_COND_INITIALIZER;
static int inside;

/* Answers when four are in here at one time, 503 when that does not come to be. */
static int meet(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)q;
    (void)err;
    pthread_mutex_lock(&lock);
    inside++;
    pthread_cond_broadcast(&come);
    while (inside < THREADS && !await_ms(&come, &lock, PATIENCE_MS))
        ;
    bool met = inside >= THREADS;
    pthread_mutex_unlock(&lock);
    buf_str(&r->body, "{}");
    return met ? 200 : 503;
}

static int hello(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)q;
    (void)err;
    buf_str(&r->body, "{}");
    return 200;
}

static struct http_app app_with(unsigned connections, unsigned per_address)
{
    static const struct http_route routes[] = {
        {"GET", "/meet", meet, 0, 0, NULL, NULL},
        {"GET", "/hello", hello, 0, 0, NULL, NULL}};
    return (struct http_app){.routes = routes,
                             .route_count = 2,
                             .threads = THREADS,
                             .connections = connections,
                             .per_address = per_address};
}

static struct http_server *start(unsigned connections, unsigned per_address)
{
    const struct http_app app = app_with(connections, per_address);
    struct http_server *server = NULL;
    struct err err = ERR_INIT;
    assert_true(http_start(&server, &app, "127.0.0.1:0", &err));
    return server;
}

static void ask(int fd, const char *path)
{
    char text[200];
    int n =
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
    assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
}

/* The status of the answer; 0 when the other end closed, -1 when it said nothing for ms. */
static int status(int fd, int ms)
{
    char text[2000] = "";
    int code = 0;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, ms) <= 0)
        return -1;
    if (recv(fd, text, sizeof text - 1, 0) <= 0)
        return 0;
    assert_int_equal(sscanf(text, "HTTP/1.1 %d", &code), 1);
    return code;
}

static void four_that_come_at_once_are_answered_side_by_side(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct http_server *server = start(40, 0);
        int fd[THREADS];
        inside = 0;
        for (int i = 0; i < THREADS; i++)
            fd[i] = connected(server);
        for (int i = 0; i < THREADS; i++)
            ask(fd[i], "/meet");
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(status(fd[i], 2 * PATIENCE_MS), 200);
        for (int i = 0; i < THREADS; i++)
            close(fd[i]);
        http_stop(server);
    }
}

static void one_too_many_waits_until_another_ends(void **state)
{
    (void)state;
    struct http_server *server = start(3, 0);
    int fd[4];
    for (int i = 0; i < 4; i++) {
        fd[i] = connected(server);
        ask(fd[i], "/hello");
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(status(fd[i], PATIENCE_MS), 200);
    assert_int_equal(status(fd[3], 300), -1);
    close(fd[1]);
    assert_int_equal(status(fd[3], PATIENCE_MS), 200);
    for (int i = 0; i < 4; i++)
        if (i != 1)
            close(fd[i]);
    http_stop(server);
}

static void an_address_with_enough_gets_no_more_until_one_ends(void **state)
{
    (void)state;
    struct http_server *server = start(40, 5);
    int fd[6], again, code = 0;
    for (int i = 0; i < 6; i++) {
        fd[i] = connected(server);
        if (i < 5) {
            ask(fd[i], "/hello");
            assert_int_equal(status(fd[i], PATIENCE_MS), 200);
        }
    }
    assert_int_equal(status(fd[5], PATIENCE_MS), 0);
    close(fd[0]);
    for (int i = 0; i < 100 && code != 200; i++) { /* its end must be seen first */
        again = connected(server);
        ask(again, "/hello");
        code = status(again, PATIENCE_MS);
        close(again);
        poll(NULL, 0, code == 200 ? 0 : 20);
    }
    assert_int_equal(code, 200);
    for (int i = 1; i < 6; i++)
        close(fd[i]);
    http_stop(server);
}

static void who_comes_before_we_answer_waits_and_is_answered(void **state)
{
    (void)state;
    const struct http_app app = app_with(8, 0);
    struct http_server *server = NULL;
    struct err err = ERR_INIT;
    int fd[2];
    assert_true(http_listen(&server, "127.0.0.1:0", &err));
    for (int i = 0; i < 2; i++) {
        fd[i] = connected(server);
        ask(fd[i], "/hello");
    }
    assert_int_equal(status(fd[0], 100), -1);
    assert_true(http_run(server, &app, &err));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(status(fd[i], PATIENCE_MS), 200);
        close(fd[i]);
    }
    http_stop(server);
}

static void a_server_that_never_answered_gives_its_port_back(void **state)
{
    (void)state;
    struct http_server *server = NULL;
    struct err err = ERR_INIT;
    char listen[40];
    assert_true(http_listen(&server, "127.0.0.1:0", &err));
    snprintf(listen, sizeof listen, "127.0.0.1:%u", http_port(server));
    http_stop(server);
    assert_true(http_listen(&server, listen, &err));
    http_stop(server);
}

static void a_port_that_is_taken_is_told(void **state)
{
    (void)state;
    struct http_server *server = start(4, 0), *second = NULL;
    struct err err = ERR_INIT;
    char listen[40];
    const struct http_app app = {.threads = 1, .connections = 4};
    snprintf(listen, sizeof listen, "127.0.0.1:%u", http_port(server));
    assert_false(http_start(&second, &app, listen, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_string_equal(err.key, "http.port_taken");
    http_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_that_come_at_once_are_answered_side_by_side),
        cmocka_unit_test(one_too_many_waits_until_another_ends),
        cmocka_unit_test(an_address_with_enough_gets_no_more_until_one_ends),
        cmocka_unit_test(who_comes_before_we_answer_waits_and_is_answered),
        cmocka_unit_test(a_server_that_never_answered_gives_its_port_back),
        cmocka_unit_test(a_port_that_is_taken_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
