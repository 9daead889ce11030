/* invite: what a hub's QR codes say. The hub's addresses stand in the settings while it
 * runs (walker/hub), so that verbs find them too. */
#ifndef LYGTE_WALKER_INVITE_H
#define LYGTE_WALKER_INVITE_H

#include "walker/app.h"

struct invite {
    const char *code, *url, *pin;
    const char *text; /* lygte://..., for the tablet's `walker pair` */
    int64_t expires_ms;
};

/* A new pairing code for a tablet. ERR_CONFLICT "hub.not_running", and
 * "hub.carries_nowhere" when this walker is not paired with a registry itself. */
bool invite_tablet(struct store *s, struct arena *a, struct invite *ret, struct err *err);
/* The addresses of the hub's doors; plain "" when there is none. */
bool invite_doors(struct store *s, struct arena *a, const char **url, const char **plain,
                  struct err *err);

#endif
