/* pool: see the header. */
#include "core/store/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct pooled {
    struct store store; /* first, so that a store is its pooled */
    struct pooled *next;
};

struct pool {
    pthread_mutex_t lock;
    struct pooled *free;
    char dir[1024];
    enum store_role role;
    store_hook applied;
    void *hook_data;
};

static struct pooled *open_one(struct pool *p, struct err *err)
{
    struct pooled *one = calloc(1, sizeof *one);
    if (!one)
        err_die("pool", "out of memory");
    if (!store_open(&one->store, p->dir, p->role, true, err)) {
        free(one);
        return NULL;
    }
    one->store.applied = p->applied;
    one->store.hook_data = p->hook_data;
    return one;
}

bool pool_open(struct pool **ret, const char *dir, enum store_role role,
               store_hook applied, void *hook_data, struct err *err)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p)
        err_die("pool", "out of memory");
    pthread_mutex_init(&p->lock, NULL);
    snprintf(p->dir, sizeof p->dir, "%s", dir);
    p->role = role;
    p->applied = applied;
    p->hook_data = hook_data;
    p->free = open_one(p, err);
    if (!p->free) {
        pthread_mutex_destroy(&p->lock);
        free(p);
        return false;
    }
    *ret = p;
    return true;
}

struct store *pool_take(struct pool *p, struct err *err)
{
    pthread_mutex_lock(&p->lock);
    struct pooled *one = p->free;
    if (one)
        p->free = one->next;
    pthread_mutex_unlock(&p->lock);
    if (one && !store_is_current(&one->store)) { /* put aside: it was damaged */
        store_close(&one->store);
        free(one);
        one = NULL;
    }
    if (!one)
        one = open_one(p, err);
    return one ? &one->store : NULL;
}

void pool_give(struct pool *p, struct store *s)
{
    struct pooled *one = (struct pooled *)s;
    if (db_in_transaction(&s->db))
        db_rollback(&s->db);
    store_settle(s);
    pthread_mutex_lock(&p->lock);
    one->next = p->free;
    p->free = one;
    pthread_mutex_unlock(&p->lock);
}

void pool_close(struct pool *p)
{
    if (!p)
        return;
    while (p->free) {
        struct pooled *next = p->free->next;
        store_close(&p->free->store);
        free(p->free);
        p->free = next;
    }
    pthread_mutex_destroy(&p->lock);
    free(p);
}
