/* ahead: see the header. Whoever has nothing else to do reads the next line that nobody
 * reads: also the caller, while it waits for its own. */
#include "sync/server/ahead.h"

#include <string.h>
#include <unistd.h>

/* A batch shorter than this is read before a thread has started. */
enum { WORTH_A_THREAD = 8192 };

/* ---- keys ------------------------------------------------------------------------ */

/* The line at `at`, without its newline; *at moves past it. */
static size_t line_at(const char **at, const char *end)
{
    const char *line = *at;
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    *at = stop ? stop + 1 : end;
    return (size_t)((stop ? stop : end) - line);
}

/* Of each origin the one key it is the hash of, once: however many key lines a batch has, a
 * record is checked against one. */
static bool is_new_key(const struct ahead *a, const struct wire_line *w)
{
    uint8_t right[RECORD_ORIGIN];
    record_origin_of(w->key, right);
    bool fresh = memcmp(right, w->origin, RECORD_ORIGIN) == 0;
    for (size_t i = 0; i < a->key_count; i++)
        fresh = fresh && memcmp(a->key[i].origin, w->origin, RECORD_ORIGIN) != 0;
    return fresh;
}

static void collect_keys(struct ahead *a)
{
    struct arena arena = ARENA_INIT;
    for (const char *at = a->at; at < a->end && a->key_count < AHEAD_KEYS;) {
        const char *line = at;
        size_t len = line_at(&at, a->end);
        struct take_read read;
        if (len == 0 || line[0] != '{')
            continue;
        take_read(&arena, line, len, &read);
        if (!read.ok || !read.line.is_key || !is_new_key(a, &read.line))
            continue;
        struct ahead_key *k = &a->key[a->key_count++];
        memcpy(k->origin, read.line.origin, sizeof k->origin);
        memcpy(k->key, read.line.key, sizeof k->key);
    }
    arena_release(&arena);
}

static void prove(const struct ahead *a, struct record *r)
{
    for (size_t i = 0; i < a->key_count; i++)
        if (memcmp(a->key[i].origin, r->origin, RECORD_ORIGIN) == 0 &&
            sign_check(r->hash, DIGEST_SIZE, a->key[i].key, r->sig)) {
            r->proven_by = a->key[i].key;
            return;
        }
}

/* ---- lines ----------------------------------------------------------------------- */

/* Under the lock. The next line that is not empty; NULL when there is none, or no room. */
static struct ahead_line *claim(struct ahead *a)
{
    if (a->over || a->claimed - a->taken >= AHEAD_WINDOW)
        return NULL;
    while (a->at < a->end) {
        const char *text = a->at;
        size_t len = line_at(&a->at, a->end);
        a->number++;
        if (len == 0)
            continue;
        struct ahead_line *l = &a->line[a->claimed++ % AHEAD_WINDOW];
        l->text = text;
        l->len = len;
        l->number = a->number;
        l->done = false;
        return l;
    }
    return NULL;
}

/* Gives the lock away meanwhile. */
static void read_line(struct ahead *a, struct ahead_line *l)
{
    pthread_mutex_unlock(&a->lock);
    arena_reset(&l->arena);
    take_read(&l->arena, l->text, l->len, &l->read);
    if (l->read.ok && l->read.line.record.head)
        prove(a, &l->read.line.record);
    pthread_mutex_lock(&a->lock);
    l->done = true;
    if (a->waits)
        pthread_cond_signal(&a->read);
}

static void *main_of(void *data)
{
    struct ahead *a = data;
    pthread_mutex_lock(&a->lock);
    while (!a->over && a->at < a->end) {
        struct ahead_line *l = claim(a);
        if (l)
            read_line(a, l);
        else if (a->at < a->end)
            pthread_cond_wait(&a->room, &a->lock);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

static size_t threads_for(size_t n)
{
    long cores = n < WORTH_A_THREAD ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 2 ? 0 : cores > AHEAD_THREADS ? AHEAD_THREADS : (size_t)cores - 1;
}

void ahead_begin(struct ahead *a, const char *bytes, size_t n)
{
    *a = (struct ahead){.at = bytes, .end = bytes + n};
    collect_keys(a);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->room, NULL);
    pthread_cond_init(&a->read, NULL);
    for (size_t most = threads_for(n); a->thread_count < most; a->thread_count++)
        if (pthread_create(&a->thread[a->thread_count], NULL, main_of, a) != 0)
            break; /* the caller reads for itself */
}

static void wait_for_line(struct ahead *a)
{
    a->waits = true;
    pthread_cond_wait(&a->read, &a->lock);
    a->waits = false;
}

bool ahead_next(struct ahead *a, const struct ahead_line **ret)
{
    pthread_mutex_lock(&a->lock);
    a->taken += a->given;
    a->given = false;
    if (a->claimed - a->taken == AHEAD_WINDOW / 2) /* not for each line: waking costs */
        pthread_cond_broadcast(&a->room);
    for (;;) {
        struct ahead_line *wanted = &a->line[a->taken % AHEAD_WINDOW];
        if (a->claimed > a->taken && wanted->done) {
            a->given = true;
            *ret = wanted;
            break;
        }
        struct ahead_line *mine = claim(a);
        if (mine)
            read_line(a, mine);
        else if (a->claimed > a->taken)
            wait_for_line(a);
        else
            break;
    }
    pthread_mutex_unlock(&a->lock);
    return a->given;
}

void ahead_end(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    a->over = true;
    pthread_cond_broadcast(&a->room);
    pthread_mutex_unlock(&a->lock);
    while (a->thread_count > 0)
        pthread_join(a->thread[--a->thread_count], NULL);
    for (size_t i = 0; i < AHEAD_WINDOW; i++)
        arena_release(&a->line[i].arena);
    pthread_cond_destroy(&a->read);
    pthread_cond_destroy(&a->room);
    pthread_mutex_destroy(&a->lock);
}
