/* crew: see the header. */
#include "walker/crew.h"

#include "core/base/err.h"

#include <pthread.h>
#include <stdlib.h>

struct crew {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t given, run;
    struct small_job *wanted[CREW_OUT], *ready[CREW_OUT];
    size_t wanted_n, ready_n, out;
    bool stop;
    pthread_t thread[SMALL_AT_ONCE];
    size_t threads;
};

static struct small_job *first_of(struct small_job **list, size_t *n)
{
    struct small_job *j = list[0];
    --*n;
    for (size_t i = 0; i < *n; i++)
        list[i] = list[i + 1];
    return j;
}

static void *work(void *data)
{
    struct crew *c = data;
    pthread_mutex_lock(&c->lock);
    while (!c->stop) {
        if (c->wanted_n == 0) {
            pthread_cond_wait(&c->given, &c->lock);
            continue;
        }
        struct small_job *j = first_of(c->wanted, &c->wanted_n);
        pthread_mutex_unlock(&c->lock);
        small_run(j);
        pthread_mutex_lock(&c->lock);
        c->ready[c->ready_n++] = j;
        pthread_cond_signal(&c->run);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct crew *crew_start(void)
{
    struct crew *c = calloc(1, sizeof *c);
    if (!c)
        err_die("crew", "out of memory");
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->given, NULL);
    pthread_cond_init(&c->run, NULL);
    for (size_t most = small_at_once(); c->threads < most; c->threads++)
        if (pthread_create(&c->thread[c->threads], NULL, work, c) != 0)
            break;
    return c;
}

void crew_give(struct crew *c, struct small_job *j)
{
    if (c->threads == 0) /* nobody beside: here and now */
        small_run(j);
    pthread_mutex_lock(&c->lock);
    if (c->threads == 0)
        c->ready[c->ready_n++] = j;
    else
        c->wanted[c->wanted_n++] = j;
    c->out++;
    pthread_cond_signal(&c->given);
    pthread_mutex_unlock(&c->lock);
}

struct small_job *crew_take(struct crew *c, bool wait)
{
    struct small_job *j = NULL;
    pthread_mutex_lock(&c->lock);
    while (wait && c->ready_n == 0 && c->out > 0)
        pthread_cond_wait(&c->run, &c->lock);
    if (c->ready_n > 0) {
        j = first_of(c->ready, &c->ready_n);
        c->out--;
    }
    pthread_mutex_unlock(&c->lock);
    return j;
}

void crew_end(struct crew *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_cond_broadcast(&c->given);
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < c->threads; i++)
        pthread_join(c->thread[i], NULL);
    pthread_cond_destroy(&c->given);
    pthread_cond_destroy(&c->run);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
