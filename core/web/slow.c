/* slow: see the header. */
#include "core/web/slow.h"

#include "core/base/await.h"
#include "core/base/clock.h"
#include "core/base/err.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

enum phase { HEAD, BODY, ANSWER };

struct slow_line {
    int fd;
    enum phase phase;
    int64_t since_ms, bytes;
    struct slow_line *next, *before;
};

struct slow {
    struct slow_limits limits;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool runs, stop;
    struct slow_line *first;
};

static bool is_too_slow(const struct slow *s, const struct slow_line *l, int64_t now)
{
    int64_t took = now - l->since_ms;
    if (l->phase == HEAD)
        return took > s->limits.head_ms;
    return l->phase == BODY && took > s->limits.grace_ms &&
           l->bytes * 1000 < took * s->limits.least;
}

/* The socket is only shut, not closed: libmicrohttpd finds it ended and tidies up. Under
 * the lock, so that its number cannot have been given to another meanwhile. */
static void look(struct slow *s)
{
    int64_t now = clock_mono_ms();
    for (struct slow_line *l = s->first; l; l = l->next)
        if (is_too_slow(s, l, now)) {
            shutdown(l->fd, SHUT_RDWR);
            l->phase = ANSWER;
        }
}

/* Without a line the thread sleeps: a Pi at rest is not woken every second. */
static void *main_of(void *data)
{
    struct slow *s = data;
    int64_t step_ms = s->limits.head_ms < 4000 ? s->limits.head_ms / 4 + 1 : 1000;
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        if (s->first)
            await_ms(&s->wake, &s->lock, step_ms);
        else
            pthread_cond_wait(&s->wake, &s->lock);
        look(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct slow *slow_make(const struct slow_limits *limits)
{
    struct slow *s = calloc(1, sizeof *s);
    if (!s)
        err_die("slow", "out of memory");
    s->limits = *limits;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    return s;
}

void slow_run(struct slow *s)
{
    if (pthread_create(&s->thread, NULL, main_of, s) != 0)
        err_die("slow", "no thread");
    s->runs = true;
}

void slow_stop(struct slow *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->runs)
        pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

struct slow_line *slow_add(struct slow *s, int fd)
{
    struct slow_line *l = calloc(1, sizeof *l);
    if (!l)
        err_die("slow", "out of memory");
    pthread_mutex_lock(&s->lock);
    *l = (struct slow_line){.fd = fd, .since_ms = clock_mono_ms(), .next = s->first};
    if (s->first)
        s->first->before = l;
    s->first = l;
    if (!l->next)
        pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    return l;
}

void slow_remove(struct slow *s, struct slow_line *line)
{
    if (!line)
        return;
    pthread_mutex_lock(&s->lock);
    if (line->before)
        line->before->next = line->next;
    else
        s->first = line->next;
    if (line->next)
        line->next->before = line->before;
    pthread_mutex_unlock(&s->lock);
    free(line);
}

static void enter(struct slow *s, struct slow_line *line, enum phase phase)
{
    if (!line)
        return;
    pthread_mutex_lock(&s->lock);
    line->phase = phase;
    line->since_ms = clock_mono_ms();
    line->bytes = 0;
    pthread_mutex_unlock(&s->lock);
}

void slow_body(struct slow *s, struct slow_line *line)
{
    enter(s, line, BODY);
}

void slow_answering(struct slow *s, struct slow_line *line)
{
    enter(s, line, ANSWER);
}

void slow_next(struct slow *s, struct slow_line *line)
{
    enter(s, line, HEAD);
}

void slow_bytes(struct slow *s, struct slow_line *line, size_t n)
{
    if (!line)
        return;
    pthread_mutex_lock(&s->lock);
    line->bytes += (int64_t)n;
    pthread_mutex_unlock(&s->lock);
}
