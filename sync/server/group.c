/* group: on a hub, what the tablets of a walk may see of each other (PROTOCOL 10): the
 * points of the others, and what the registry has given the hub to hand on. */
#include "sync/server/host.h"

#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/feed.h"
#include "core/store/local/pulled.h"
#include "sync/wire.h"

#include <string.h>

enum { ORIGINS_MOST = 64 };

struct handing {
    struct store *s;
    struct arena *arena;
    const uint8_t *asker;
    struct buf lines, keys;
    int64_t last;
    bool full;
    size_t subject_from; /* where in lines the subject began that is being told */
    uint8_t told[ORIGINS_MOST][RECORD_ORIGIN]; /* whose key stands in keys */
    size_t told_count;
};

/* The key of an origin goes before its first record. */
static bool tell_key(struct handing *h, const uint8_t origin[RECORD_ORIGIN],
                     struct err *err)
{
    uint8_t key[SIGN_PUBLIC];
    for (size_t i = 0; i < h->told_count; i++)
        if (memcmp(h->told[i], origin, RECORD_ORIGIN) == 0)
            return true;
    if (!feed_key(h->s, origin, key, err))
        return false;
    wire_key_line(&h->keys, origin, key);
    if (h->told_count < ORIGINS_MOST)
        memcpy(h->told[h->told_count++], origin, RECORD_ORIGIN);
    return true;
}

static bool hand(const struct record *r, int64_t arrival, void *data, struct err *err)
{
    struct handing *h = data;
    struct record said;
    bool can_tell;
    (void)arrival;
    if (h->lines.len - h->subject_from > WIRE_SUBJECT_MOST)
        return true;
    if (!carry_said(h->s, h->arena, r, &said, &can_tell, err))
        return false;
    if (!can_tell)
        return true;
    record_line(r, &h->lines);
    buf_char(&h->lines, '\n');
    return tell_key(h, r->origin, err);
}

/* What has become the police's is taken back; what no longer is goes out whole, because
 * its older records were not given. */
static bool hand_one(const struct record *r, int64_t arrival, void *data, struct err *err)
{
    struct handing *h = data;
    struct record said;
    bool withheld, going, can_tell;
    h->last = arrival;
    h->subject_from = h->lines.len;
    h->full = h->lines.len >= WIRE_BATCH_MOST;
    if (!carry_said(h->s, h->arena, r, &said, &can_tell, err))
        return false;
    if (!can_tell || sync_is_private(said.kind))
        return true;
    if (!sync_withheld(h->s, h->asker, r->subject, &withheld, err) ||
        !pulled_is_going(h->s, r->subject, &going, err))
        return false;
    if (withheld || going) {
        wire_drop_line(&h->lines, r->subject);
        return true;
    }
    if (strcmp(said.kind, "observation.edit") == 0 && said.body &&
        strstr(said.body, "\"category\""))
        return feed_subject(h->s, r->subject, hand, h, err);
    return hand(r, arrival, data, err);
}

/* "EPOCH.GROUP" or "EPOCH.GROUP.RIGHTS": arrivals up to which all was told, and up to which
 * a device that is shut out was told who may write what. What of the group was not told to
 * it begins at GROUP when it is let in again, whatever it remembers. */
struct cursor {
    int64_t group, rights;
};

static bool is_arrival(const char *text, int64_t *ret)
{
    return text_int(text, ret) && *ret >= 0;
}

/* One of another hub, or of this one before it was copied, begins from nothing. */
static struct cursor cursor_of(struct arena *a, const struct sync_host *host,
                               const char *text)
{
    struct cursor c = {0, 0};
    size_t n = strlen(host->epoch);
    if (!text || strncmp(text, host->epoch, n) != 0 || text[n] != '.')
        return c;
    char *group = arena_strdup(a, text + n + 1), *rights = strchr(group, '.');
    if (rights)
        *rights++ = '\0';
    if (!is_arrival(group, &c.group) || (rights && !is_arrival(rights, &c.rights)))
        return (struct cursor){0, 0};
    if (c.rights < c.group)
        c.rights = c.group;
    return c;
}

static const char *cursor_text(struct arena *a, const struct sync_host *host,
                               const struct cursor *c)
{
    return c->rights > c->group
               ? arena_printf(a, "%s.%lld.%lld", host->epoch, (long long)c->group,
                              (long long)c->rights)
               : arena_printf(a, "%s.%lld", host->epoch, (long long)c->group);
}

int sync_group_feed(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_host *host = q->app;
    const struct sync_actor *actor = q->actor;
    struct cursor c = cursor_of(q->arena, host, http_query(q, "after"));
    struct handing h = {.s = q->worker,
                        .arena = q->arena,
                        .asker = actor->origin,
                        .last = actor->revoked ? c.rights : c.group};
    bool ok = actor->revoked ? feed_rights(q->worker, h.last, WIRE_PULL_MOST, hand_one,
                                           &h, &h.full, err)
                             : feed_group(q->worker, actor->origin, h.last,
                                          WIRE_PULL_MOST, hand_one, &h, &h.full, err);
    if (ok && h.lines.len) {
        buf_add(&r->body, h.keys.data, h.keys.len);
        buf_add(&r->body, h.lines.data, h.lines.len);
    }
    buf_release(&h.lines);
    buf_release(&h.keys);
    if (!ok)
        return 0;
    c = actor->revoked ? (struct cursor){c.group, h.last}
                       : (struct cursor){h.last, h.last};
    http_reply_header(r, "Lygte-Cursor", cursor_text(q->arena, host, &c));
    r->type = "application/x-ndjson";
    return 200;
}
