/* wiped: the walks that have left this device (core/store/wipe), by id and title, so that
 * somebody can ask for one again (PROTOCOL 8). What was asked for comes with the next pull,
 * read only, and goes when it is wiped once more. Stands in the setting "wiped": the last
 * WIPED_MOST of them. */
#ifndef LYGTE_STORE_LOCAL_WIPED_H
#define LYGTE_STORE_LOCAL_WIPED_H

#include "core/base/json.h"
#include "core/store/store.h"

enum { WIPED_MOST = 64 };

struct wiped {
    char id[37];
    const char *title; /* "" when it was erased meanwhile */
    bool asked;
};

/* Newest first. */
bool wiped_list(struct store *s, struct arena *a, struct wiped **ret, size_t *ret_n,
                struct err *err);
/* In the caller's transaction, as all of these that write. Wiping again takes the asking
 * back. */
bool wiped_add(struct store *s, struct arena *a, const char *id, const char *title,
               struct err *err);
/* Whole id or unique tail of 6 or more. ERR_NOT_FOUND "wipe.unknown", ERR_INPUT
 * "wipe.ambiguous". */
bool wiped_ask(struct store *s, struct arena *a, const char *id, struct wiped *ret,
               struct err *err);
/* Was this walk wiped, and asked for again? *ret_wiped may be NULL. */
bool wiped_is(struct store *s, const char *id, bool *ret_wiped, bool *ret_asked,
              struct err *err);
/* Its title is to be nowhere: an erasure named it. */
bool wiped_untitle(struct store *s, struct arena *a, const char *id, struct err *err);
void wiped_json(struct json_out *o, const char *name, const struct wiped *w);

#endif
