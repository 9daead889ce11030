/* open_point: points whose screen is open in a page. Somebody is still saying what it is: a
 * category tapped by mistake would make a case at the wrong department. So nothing of such a
 * point is sent by itself while its screen is open, at most two minutes (records.md 2); who
 * asks for a sync has it sent. Owns the walker's local table open_point. */
#ifndef LYGTE_STORE_LOCAL_OPEN_POINT_H
#define LYGTE_STORE_LOCAL_OPEN_POINT_H

#include "core/store/store.h"

enum {
    OPEN_POINT_MOST_MS = 120000, /* from its opening; a page that died cannot close it */
    OPEN_POINT_MOST = 200        /* at a time; one more is not held back               */
};

/* page: the name of the page, any text. The point need not be here yet. */
bool open_point_set(struct store *s, const char *observation, const char *page,
                    bool open, struct err *err);
/* All are closed. */
bool open_point_clear(struct store *s, struct err *err);
/* How many are open. */
bool open_point_count(struct store *s, int64_t *ret, struct err *err);
/* *ret: the first record of this origin, of those from seq `from` on, that is about a point
 * which is open; INT64_MAX: none. */
bool open_point_first(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                      int64_t from, int64_t *ret, struct err *err);
/* The oldest moment of an opening that still counts, UTC ms; one after now does not. For
 * queries of others over the table. */
int64_t open_point_since(void);

#endif
