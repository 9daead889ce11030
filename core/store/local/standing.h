/* standing: how far points and their photos have come on their way to safety, and what
 * is being typed about them: what a list of points says beside the points themselves.
 *
 * Read for a whole walk in a few queries, or for one point. Reads the tables of peer,
 * draft and blob; owns none.
 */
#ifndef LYGTE_STORE_LOCAL_STANDING_H
#define LYGTE_STORE_LOCAL_STANDING_H

#include "core/store/store.h"

struct standing_point {
    const char *id;
    const char *draft; /* JSON object, NULL when nothing is being typed             */
    int64_t seen;      /* the highest arrival number among its records               */
    bool sent;         /* the registry has confirmed all records of ours about it    */
    bool carried;      /* it has, or the hub we know has them                        */
};

struct standing_photo {
    const char *sha256;
    const char *state; /* absent held waiting carried stored verified erased refused */
    const char *unshown; /* why it cannot be shown, of blob_unshown_words; "" when it can */
};

struct standing {
    struct standing_point *point; /* by id     */
    struct standing_photo *photo; /* by sha256 */
    size_t point_count, photo_count;
};

bool standing_of_walk(struct store *s, struct arena *a, const char *walk,
                      struct standing *ret, struct err *err);
/* point is a whole id. */
bool standing_of_point(struct store *s, struct arena *a, const char *point,
                       struct standing *ret, struct err *err);

/* NULL when it was not among those asked for. */
const struct standing_point *standing_point(const struct standing *s, const char *id);
const struct standing_photo *standing_photo(const struct standing *s, const char *sha256);

#endif
