/* strangers: whom a hub does not know waits there; only the registry's people let somebody in,
 * so they must see who waits (PROTOCOL 10). Each line goes once in an epoch. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/feed.h"
#include "core/store/local/stranger.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>

enum { BATCH = WIRE_BATCH_MOST - 2 * RECORD_MOST };

/* One whose lines go: the setting remembers, beside the epoch, up to which seq they went. */
struct telling {
    struct session *x;
    const uint8_t *origin;
    char setting[sizeof "stranger.told." + RECORD_ORIGIN_HEX];
    int64_t upto;
};

static bool read_upto(struct telling *t, struct err *err)
{
    struct session *x = t->x;
    const size_t epoch = strlen(x->peer.epoch);
    const char *told;
    if (!store_setting(x->store, x->arena, t->setting, "", &told, err))
        return false;
    if (strncmp(told, x->peer.epoch, epoch) == 0 && told[epoch] == ' ')
        text_int(told + epoch + 1, &t->upto);
    return true;
}

static bool write_upto(struct telling *t, struct err *err)
{
    struct session *x = t->x;
    const char *told =
        arena_printf(x->arena, "%s %lld", x->peer.epoch, (long long)t->upto);
    return session_unwritten(x, store_set(x->store, t->setting, told, err), err);
}

/* *ret_any false: nothing is left to tell. */
static bool next_batch(struct telling *t, struct buf *lines, bool *ret_any,
                       struct err *err)
{
    uint8_t key[SIGN_PUBLIC];
    const char *line = "";
    *ret_any = false;
    if (!feed_key(t->x->store, t->origin, key, err))
        return false;
    wire_key_line(lines, t->origin, key);
    while (line && lines->len < BATCH) {
        if (!stranger_next(t->x->store, t->x->arena, t->origin, t->upto + 1, &t->upto,
                           &line, err))
            return false;
        if (!line)
            continue;
        *ret_any = true;
        buf_str(lines, line);
        buf_char(lines, '\n');
    }
    return true;
}

/* *ret_taken false: some were refused (there is no room), and go again with the next sync. */
static bool send(struct telling *t, const struct buf *lines, bool *ret_taken,
                 struct err *err)
{
    cJSON *answer = NULL;
    if (!session_send_lines(t->x, lines, &answer, err))
        return false;
    const cJSON *refused = json_array(answer, "refused");
    *ret_taken = !refused || !refused->child;
    json_free(answer);
    return true;
}

static bool tell(struct session *x, const uint8_t *origin, struct err *err)
{
    char hex[RECORD_ORIGIN_HEX];
    struct telling t = {.x = x, .origin = origin};
    text_hex(origin, RECORD_ORIGIN, hex);
    snprintf(t.setting, sizeof t.setting, "stranger.told.%s", hex);
    bool ok = read_upto(&t, err);
    for (bool more = true; ok && more;) {
        struct buf lines = BUF_INIT;
        ok =
            next_batch(&t, &lines, &more, err) &&
            (!more || (send(&t, &lines, &more, err) && (!more || write_upto(&t, err))));
        buf_release(&lines);
    }
    return ok;
}

bool session_send_strangers(struct session *x, struct err *err)
{
    struct stranger *list;
    size_t n;
    if (!stranger_list(x->store, x->arena, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct err failure = ERR_INIT;
        x->uncarried++;
        if (!tell(x, list[i].origin, &failure) && failure.code != ERR_FULL) {
            *err = failure;
            return false;
        }
    }
    return true;
}
