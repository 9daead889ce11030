/* pull: what every device may see comes out to us (PROTOCOL 8): catalogue, parties,
 * areas, plans. Applied in transactions of at most 50 records, so that a tap in the
 * page never waits for a pull. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/hold.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

enum { AT_ONCE = 50 };

/* One line; a record whose signature fails is left out, and the pull ends in a
 * sentence, because the registry itself sent it. */
static bool take_line(struct session *x, struct arena *a, const char *line, size_t len,
                      struct err *err)
{
    struct wire_line w;
    enum hold_verdict verdict;
    if (!wire_read_line(a, line, len, &w, err))
        return false;
    if (w.is_key)
        return hold_key(x->store, w.origin, w.key, err);
    if (!hold_check(x->store, &w.record, err) ||
        !hold_take(x->store, a, &w.record, &verdict, err))
        return false;
    return verdict != HOLD_FORKED || err_set(err, ERR_CONFLICT, "sync.forked", NULL);
}

/* Up to AT_ONCE lines in one transaction; *at moves past them. */
static bool take_some(struct session *x, const struct buf *body, size_t *at,
                      struct err *err)
{
    struct arena a = ARENA_INIT;
    if (!db_begin(&x->store->db, err))
        return false;
    bool ok = true;
    for (int n = 0; ok && n < AT_ONCE && *at < body->len; n++) {
        const char *line = body->data + *at;
        const char *end = memchr(line, '\n', body->len - *at);
        size_t len = end ? (size_t)(end - line) : body->len - *at;
        ok = len == 0 || take_line(x, &a, line, len, err);
        *at += len + 1;
        arena_reset(&a);
    }
    arena_release(&a);
    if (ok)
        return db_commit(&x->store->db, err);
    db_rollback(&x->store->db);
    return false;
}

bool session_pull(struct session *x, struct err *err)
{
    char cursor[80], path[160];
    snprintf(cursor, sizeof cursor, "%s", x->peer.pulled);
    for (;;) {
        snprintf(path, sizeof path, "/api/v1/records?after=%s", cursor);
        struct remote_call call = {.method = "GET", .path = path, .body_fd = -1};
        if (!course_step(&x->course, "sync.pulling", 0, 0, err) ||
            !remote_ask(x->remote, &call, &x->answer, err) ||
            !remote_check(&x->answer, err))
            return false;
        if (x->answer.body.len == 0)
            return true;
        size_t at = 0;
        while (at < x->answer.body.len)
            if (!take_some(x, &x->answer.body, &at, err))
                return false;
        if (strcmp(cursor, x->answer.cursor) == 0 || !x->answer.cursor[0])
            return true;
        snprintf(cursor, sizeof cursor, "%s", x->answer.cursor);
        if (!peer_set_cursor(x->store, cursor, err))
            return false;
    }
}
