/* Connections that bring nothing, or go on for ever, are ended; others do not notice; and
 * who asks too often is told when to come again. */
#include "core/base/clock.h"
#include "core/web/http.h"
#include "core/web/rate.h"

#include <poll.h>
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

static int hello(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)q;
    (void)err;
    buf_str(&r->body, "{\"hello\":true}");
    return 200;
}

static const struct http_route routes[] = {
    {"GET", "/hello", hello, 0, 0, NULL, NULL},
    {"GET", "/often", hello, 0, 0, NULL, NULL},
    {"POST", "/body", hello, 0, 4096, "text/plain", NULL},
};
static const struct http_rate rates[] = {{"GET", "/often", 5}};
static struct http_server *server;

static int start(void **state)
{
    struct err err = ERR_INIT;
    const struct http_app app = {.routes = routes,
                                 .route_count = 3,
                                 .threads = 1,
                                 .connections = 40,
                                 .per_address = 20,
                                 .rates = rates,
                                 .rate_count = 1,
                                 .head_ms = 1500,
                                 .body_grace_ms = 1500};
    (void)state;
    return http_start(&server, &app, "127.0.0.1:0", &err) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    http_stop(server);
    return 0;
}

static bool say(int fd, const char *text)
{
    return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* The answer's first bytes, "" when the other end closed, or said nothing for ms. */
static const char *hear(int fd, int ms)
{
    static char text[600];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n = poll(&p, 1, ms) > 0 ? recv(fd, text, sizeof text - 1, 0) : -1;
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static bool is_closed(int fd, int ms)
{
    char byte;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) > 0 && recv(fd, &byte, 1, 0) <= 0;
}

static bool answers(int ms)
{
    int fd = connected(server);
    bool good = say(fd, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n") &&
                strstr(hear(fd, ms), "200 OK");
    close(fd);
    return good;
}

static void must_answer(void)
{
    assert_true(answers(10000));
}

static void test_head_that_does_not_come(void **state)
{
    int fd = connected(server);
    (void)state;
    assert_true(say(fd, "GET /hello HT"));
    must_answer();
    bool closed = false; /* though something comes all the time */
    for (int i = 0; !closed && i < 200; i++) {
        say(fd, "T");
        closed = is_closed(fd, 50);
    }
    assert_true(closed);
    close(fd);
}

static void test_body_that_dribbles(void **state)
{
    int fd = connected(server), fast = connected(server);
    static char rest[4091];
    (void)state;
    memset(rest, 'x', sizeof rest - 1);
    static const char head[] =
        "POST /body HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: text/plain\r\nContent-Length: 4095\r\n\r\n";
    assert_true(say(fd, head) && say(fast, head));
    bool closed = false;
    assert_true(say(fast, rest));
    for (int i = 0; !closed && i < 200; i++) {
        say(fd, "x");
        closed = is_closed(fd, 50);
    }
    assert_true(closed);
    assert_true(say(fast, "xxxxx"));
    assert_non_null(strstr(hear(fast, 10000), "200 OK"));
    close(fd);
    close(fast);
}

static void test_body_without_end(void **state)
{
    int fd = connected(server);
    static char chunk[8192 + 16];
    bool open = true;
    (void)state;
    memset(chunk, 'x', sizeof chunk);
    memcpy(chunk, "2000\r\n", 6);
    memcpy(chunk + 6 + 8192, "\r\n", 3);
    assert_true(say(fd,
                    "POST /body HTTP/1.1\r\nHost: localhost\r\n"
                    "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"));
    size_t sent = 0;
    for (; open && sent < (64u << 20); sent += 8192)
        open = say(fd, chunk);
    assert_true(sent < (64u << 20));
    must_answer();
    close(fd);
}

/* Twenty of one address; the twenty-first is not let in, and one that goes makes room. */
static void test_many_of_one_address(void **state)
{
    int fds[20];
    bool good = false;
    (void)state;
    for (size_t i = 0; i < 20; i++)
        fds[i] = connected(server);
    assert_false(answers(10000));
    for (size_t i = 0; i < 20; i++)
        close(fds[i]);
    for (int i = 0; !good && i < 100; i++) { /* their end must be seen first */
        good = answers(10000);
        usleep(good ? 0 : 20000);
    }
    assert_true(good);
}

static void test_too_often(void **state)
{
    char answer[600] = "";
    (void)state;
    for (int i = 0; i < 6; i++) {
        int fd = connected(server);
        snprintf(answer, sizeof answer,
                 "GET /often HTTP/1.1\r\nHost: localhost\r\n"
                 "Authorization: Bearer made-up-%d\r\n\r\n",
                 i);
        assert_true(say(fd, answer));
        snprintf(answer, sizeof answer, "%s", hear(fd, 10000));
        close(fd);
        assert_true((strstr(answer, "200 OK") != NULL) == (i < 5));
    }
    assert_non_null(strstr(answer, "429"));
    assert_non_null(strstr(answer, "Retry-After: 1"));
    must_answer();
}

static void test_bucket_refills(void **state)
{
    struct rate *r = rate_make();
    int64_t wait = 0, now = 1000000;
    (void)state;
    for (int i = 0; i < 30; i++)
        assert_true(rate_allows(r, 1, "somebody", 30, now, &wait));
    assert_false(rate_allows(r, 1, "somebody", 30, now, &wait));
    assert_in_range(wait, 2, 3);
    assert_true(rate_allows(r, 2, "somebody", 30, now, &wait));
    assert_true(rate_allows(r, 1, "another", 30, now, &wait));
    assert_true(rate_allows(r, 1, "somebody", 30, now + wait * 1000, &wait));
    for (int i = 0; i < 100000; i++) { /* many strangers: somebody may be forgotten */
        char name[24];
        snprintf(name, sizeof name, "%d", i);
        rate_allows(r, 1, name, 30, now + i, &wait);
    }
    rate_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_that_does_not_come),
        cmocka_unit_test(test_body_that_dribbles),
        cmocka_unit_test(test_body_without_end),
        cmocka_unit_test(test_many_of_one_address),
        cmocka_unit_test(test_too_often),
        cmocka_unit_test(test_bucket_refills),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
