/* progress: how the running sync stands, for the page and for a second sync that must
 * not start. Owns the walker's local tables sync_state and sync_item. Walker and
 * walker-sync meet only here, in the database. */
#ifndef LYGTE_STORE_LOCAL_PROGRESS_H
#define LYGTE_STORE_LOCAL_PROGRESS_H

#include "core/store/store.h"

struct progress {
    int64_t pid; /* 0 when none runs; a dead one counts as none */
    const char *step; /* text key */
    int64_t done, of;
    const char *error, *argument[ERR_ARGS]; /* key NULL when fine; NULL arguments none */
    int64_t bytes_sent, bytes_of; /* of originals, in this run                        */
    int64_t left_s;               /* until they are gone, -1 when not known           */
    bool metered;                 /* originals wait for Wi-Fi                         */
};

bool progress_read(struct store *s, struct arena *a, struct progress *ret,
                   struct err *err);
/* *ret_mine is false when another sync is running. */
bool progress_start(struct store *s, bool *ret_mine, struct err *err);
bool progress_step(struct store *s, const char *step, int64_t done, int64_t of,
                   struct err *err);
/* left_s -1: not known. */
bool progress_bytes(struct store *s, int64_t sent, int64_t of, int64_t left_s,
                    struct err *err);
bool progress_metered(struct store *s, bool metered, struct err *err);
/* failure may have code ERR_NONE. */
bool progress_end(struct store *s, const struct err *failure, struct err *err);

/* How one photo stands: for the page, no receipt. */
struct progress_item {
    char sha256[DIGEST_HEX];
    const char *state; /* waiting | sending | stored | verified | refused */
    int64_t sent, bytes;
};
/* Said again, nothing changes. */
bool progress_item_set(struct store *s, const struct progress_item *item,
                       struct err *err);
/* *ret: the photo was spoken of, in this run or an earlier one that did not end it. */
bool progress_item_known(struct store *s, const char *sha256, bool *ret, struct err *err);
/* Where items stand now: what comes later is after *ret. */
bool progress_items_now(struct store *s, int64_t *ret, struct err *err);
typedef void (*progress_visit)(const struct progress_item *item, void *data);
/* What changed after *after, which is moved on; at most `most`, in order of change. */
bool progress_items(struct store *s, int64_t *after, int64_t most, progress_visit visit,
                    void *data, struct err *err);

#endif
