/* later: see the header. */
#include "core/web/later.h"

#include "core/base/err.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct sleeper {
    struct MHD_Connection *connection;
    struct sleeper *next;
};

struct later {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool runs, stop;
    struct sleeper *first;
};

static void wake_all(struct later *l)
{
    while (l->first) {
        struct sleeper *s = l->first;
        l->first = s->next;
        MHD_resume_connection(s->connection);
        free(s);
    }
}

/* Without anybody asleep the thread sleeps too. */
static void *main_of(void *data)
{
    struct later *l = data;
    pthread_mutex_lock(&l->lock);
    while (!l->stop) {
        if (!l->first) {
            pthread_cond_wait(&l->wake, &l->lock);
            continue;
        }
        pthread_mutex_unlock(&l->lock);
        nanosleep(&(struct timespec){0, LATER_STEP_MS * 1000000L}, NULL);
        pthread_mutex_lock(&l->lock);
        wake_all(l);
    }
    wake_all(l);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

struct later *later_start(void)
{
    struct later *l = calloc(1, sizeof *l);
    if (!l)
        err_die("later", "out of memory");
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, NULL);
    return l;
}

void later_end(struct later *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_cond_signal(&l->wake);
    bool runs = l->runs;
    pthread_mutex_unlock(&l->lock);
    if (runs)
        pthread_join(l->thread, NULL);
}

void later_free(struct later *l)
{
    if (!l)
        return;
    pthread_cond_destroy(&l->wake);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

/* Whoever sleeps first starts the thread. With the lock held. */
static bool is_awake(struct later *l)
{
    l->runs = l->runs || pthread_create(&l->thread, NULL, main_of, l) == 0;
    return l->runs;
}

/* Asleep before it is in the list, and both under the lock: nobody can wake it between. */
bool later_sleep(struct later *l, struct MHD_Connection *connection)
{
    struct sleeper *s = malloc(sizeof *s);
    if (!s)
        err_die("later", "out of memory");
    pthread_mutex_lock(&l->lock);
    bool ok = !l->stop && is_awake(l);
    if (ok) {
        MHD_suspend_connection(connection);
        *s = (struct sleeper){connection, l->first};
        l->first = s;
        pthread_cond_signal(&l->wake);
    }
    pthread_mutex_unlock(&l->lock);
    if (!ok)
        free(s);
    return ok;
}
