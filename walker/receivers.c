/* receivers: see the header. */
#include "walker/receivers.h"

#include <stdio.h>
#include <string.h>

enum { OWN_MS = 3000 };

/* More than there is room for: of those not followed, who was silent longest gives way. */
static struct receiver *receiver_of(struct receivers *all, const char *device,
                                    int64_t now_ms)
{
    char name[RECEIVER_NAME];
    struct receiver *oldest = &all->one[all->followed == &all->one[0]];
    snprintf(name, sizeof name, "%s", device);
    for (struct receiver *r = all->one; r < all->one + RECEIVER_MOST; r++) {
        if (r->heard_ms && strcmp(r->device, name) == 0) {
            r->heard_ms = now_ms;
            return r;
        }
        if (r != all->followed && r->heard_ms < oldest->heard_ms)
            oldest = r;
    }
    *oldest = (struct receiver){.heard_ms = now_ms, .accuracy_mm = -1};
    memcpy(oldest->device, name, sizeof name);
    return oldest;
}

static bool has_fix_now(const struct receiver *r, int64_t now_ms)
{
    return r->fixed_ms && now_ms - r->fixed_ms <= RECEIVER_SILENT_MS;
}

static bool is_clearly_better(const struct receiver *r, const struct receiver *than)
{
    if (r->accuracy_mm < 0)
        return false;
    return than->accuracy_mm < 0 || r->accuracy_mm * 3 <= than->accuracy_mm * 2;
}

/* The most exact of those with a fix, or NULL. */
static struct receiver *best_of(struct receivers *all, int64_t now_ms)
{
    struct receiver *best = NULL;
    for (struct receiver *r = all->one; r < all->one + RECEIVER_MOST; r++)
        if (has_fix_now(r, now_ms) &&
            (!best || (r->accuracy_mm >= 0 &&
                       (best->accuracy_mm < 0 || r->accuracy_mm < best->accuracy_mm))))
            best = r;
    return best;
}

void receivers_own(struct receivers *all, const char *device, int64_t accuracy_mm,
                   int64_t now_ms)
{
    struct receiver *r = receiver_of(all, device, now_ms);
    r->own_mm = accuracy_mm;
    r->own_ms = now_ms;
}

bool receivers_follow(struct receivers *all, const char *device, bool has_fix,
                      int64_t *accuracy_mm, int64_t now_ms)
{
    struct receiver *r = receiver_of(all, device, now_ms), *f = all->followed;
    if (has_fix && r->own_mm > 0 && now_ms - r->own_ms <= OWN_MS)
        *accuracy_mm = r->own_mm;
    r->fixed_ms = has_fix ? now_ms : 0;
    r->accuracy_mm = has_fix ? *accuracy_mm : -1;
    if (!has_fix) {
        struct receiver *best = best_of(all, now_ms);
        if (best && (!f || f == r || !has_fix_now(f, now_ms)))
            all->followed = best;
        else if (!best)
            all->followed = r;
        return !best;
    }
    if (f && f != r && has_fix_now(f, now_ms) && !is_clearly_better(r, f))
        return false;
    all->followed = r;
    return true;
}
