/* along: see the header. */
#include "sync/client/along.h"

struct part {
    const struct remote_many *of;
    void *task;
};

static bool next(void *data, struct remote_call *call, void **task)
{
    struct along *x = data;
    struct part *p = arena_alloc(&x->arena, sizeof *p);
    p->of = x->first;
    if (!p->of->next(p->of->data, call, &p->task)) {
        p->of = x->second;
        if (!p->of->next(p->of->data, call, &p->task))
            return false;
    }
    *task = p;
    return true;
}

static bool done(void *data, void *task, const struct remote_answer *answer,
                 const struct err *failure, struct err *err)
{
    const struct part *p = task;
    (void)data;
    return p->of->done(p->of->data, p->task, answer, failure, err);
}

static void moved(void *data, void *task, int64_t bytes)
{
    const struct along *x = data;
    const struct part *p = task;
    if (p->of == x->second)
        p->of->moved(p->of->data, p->task, bytes);
}

static bool tick(void *data, struct err *err)
{
    const struct along *x = data;
    return x->second->tick(x->second->data, err);
}

struct remote_many along_many(struct along *along)
{
    return (struct remote_many){next, done, moved, tick, along};
}
