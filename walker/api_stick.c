/* api_stick: the way home without a network, from the page: a stick file to save, and one
 * that has been at the registry, taken in for its receipts. What `walker stick` and
 * `walker unstick` do with a path is done here with a body. */
#include "walker/api.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/local/draft.h"
#include "core/store/local/peer.h"
#include "core/store/reserve.h"

#include "sync/stick.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* A stick file to save where the browser can: what `walker stick` makes. The file has no
 * name any more once it is opened, so nothing is left behind. Lygte-Left-Out: how many
 * photos and records are not on it, because the disk has lost or spoilt them. */
int api_stick(struct http_request *q, struct http_reply *r, struct err *err)
{
    char id[UID_SIZE], path[1200];
    struct stick_counts c;
    uid_new(id);
    snprintf(path, sizeof path, "%s/tmp/stick.%ld.%s.lygte",
             ((struct store *)q->worker)->dir, (long)getpid(), id);
    walker_settle_drafts(q->worker, DRAFT_OLD_MS);
    bool ok = stick_write(q->worker, path, NULL, &c, err) &&
              http_reply_file(r, path, "application/octet-stream", err);
    struct err ignored = ERR_INIT;
    file_remove(path, &ignored);
    http_reply_header(r, "Content-Disposition", "attachment; filename=\"walk.lygte\"");
    if (ok && c.left_out > 0)
        http_reply_header(r, "Lygte-Left-Out",
                          arena_printf(q->arena, "%lld", (long long)c.left_out));
    return ok ? 200 : 0;
}

/* ---- receipts, home -------------------------------------------------------------- */

enum { STICK_LOOK = 16 << 20 }; /* bytes between two looks at the room that is left */

struct arriving {
    char path[1200];
    int fd;
    int64_t bytes;
};

static void let_go(struct arriving *x)
{
    struct err ignored = ERR_INIT;
    if (x->fd >= 0)
        close(x->fd);
    x->fd = -1;
    file_remove(x->path, &ignored);
}

static bool sink_begin(struct http_request *q, struct err *err)
{
    const struct store *s = q->worker;
    struct arriving *x = arena_alloc(q->arena, sizeof *x);
    char id[UID_SIZE];
    uid_new(id);
    *x = (struct arriving){.fd = -1};
    q->sink = x;
    snprintf(x->path, sizeof x->path, "%s/tmp/stick.%ld.%s.lygte", s->dir,
             (long)getpid(), id);
    if (!reserve_photo(s->dir, q->declared > 0 ? q->declared : 0, err))
        return false;
    x->fd = open(x->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return x->fd >= 0 || err_errno(err, "file.unwritable", x->path);
}

/* What was not declared is looked at on the way. */
static bool sink_add(struct http_request *q, const void *bytes, size_t n,
                     struct err *err)
{
    const struct walker_app *app = q->app; /* the store is others' while a body comes */
    struct arriving *x = q->sink;
    int64_t looked = x->bytes / STICK_LOOK;
    x->bytes += (int64_t)n;
    if (x->bytes / STICK_LOOK != looked && !reserve_photo(app->data, 0, err)) {
        let_go(x);
        return false;
    }
    if (file_write_all(x->fd, bytes, n, err))
        return true;
    let_go(x);
    return false;
}

static void sink_cut(struct http_request *q)
{
    let_go(q->sink);
}

const struct http_sink api_unstick_sink = {sink_begin, sink_add, sink_cut};

/* The sentences of sticks name a path; whoever chose a file here has seen none. */
static void name_plainly(struct http_request *q, struct err *err)
{
    if (text_starts(err->key, "stick."))
        err_set(err, err->code, err->key, i18n_text(q->lang, "stick.this"), NULL);
}

int api_unstick(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct arriving *x = q->sink;
    struct stick_counts c;
    struct peer_counts counts;
    struct json_out o = JSON_OUT(&r->body);
    bool ok =
        stick_home(q->worker, x->path, &c, err) && peer_count(q->worker, &counts, err);
    let_go(x);
    if (!ok) {
        name_plainly(q, err);
        return 0;
    }
    json_open(&o, NULL, '{');
    json_num(&o, "confirmed", c.confirmed);
    json_num(&o, "records", c.records);
    json_num(&o, "refused", c.refused);
    json_bool(&o, "all_confirmed", counts.all_confirmed);
    json_close(&o, '}');
    return 200;
}
