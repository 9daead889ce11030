/* lamp: looks at lamps, one tap each. Kind: lamp.look. Owns the folded table lamp_look.
 *
 * A look has an id of its own, made by the page. Another lamp.look on the same id says
 * what is so now: another answer, that it was undone, or the point it was joined into.
 * The lamp is named by the number on its mast (when it has one) and by its place, for the
 * register has no list of lamps. Dead, flickering and covered lamps looked at by daylight
 * are unconfirmed: nobody can know. Streets count their masts each from 1, so two lamps of
 * one number are the same only where they stand less than LAMP_APART_M from each other.
 */
#ifndef LYGTE_STORE_LAMP_H
#define LYGTE_STORE_LAMP_H

#include "core/base/geo.h"
#include "core/base/json.h"
#include "core/store/store.h"

enum { LAMP_APART_M = 50 };

struct lamp_look {
    const char *id, *walk, *number, *answer, *light, *clock, *point;
    struct geo_point at;
    int64_t at_ms, tick;
    bool withdrawn, own;
};

struct lamp_wish {
    const char *id, *walk, *number; /* number NULL or "": none on the mast */
    const char *answer;
    struct geo_point at; /* of the lamp */
    const char *by_role, *by_org;
    int64_t ago_ms; /* looked at so long ago; 0: now */
};

/* Keeps a look, in the caller's transaction; the light at its place and time is worked
 * out here. The same answer to the same id again writes nothing; *ret_new tells. */
bool lamp_look_keep(struct store *s, struct arena *a, const struct lamp_wish *w,
                    bool *ret_new, struct err *err);
/* Undoes a look, or brings it back. ERR_NOT_FOUND "lamp.unknown_look". */
bool lamp_look_withdraw(struct store *s, struct arena *a, const char *id, bool on,
                        const char *by_role, struct err *err);
/* Joins looks into one point of category BEL02 whose note says the numbers, or, with one
 * look, the category its answer asks for (BEL01 dead, BEL04 flickering, BEL06 covered);
 * the pin stands on the middle one. All in the caller's transaction. Looks already in a
 * point, undone, or of another walk are ERR_INPUT "lamp.cannot_join". */
bool lamp_join(struct store *s, struct arena *a, const char *walk,
               const char *const *look, size_t n, const char *note, const char *by_role,
               const char *by_org, char ret_point[37], struct err *err);
/* The look's fault is that point's, for another look at the lamp is in it already. In the
 * caller's transaction. */
bool lamp_look_tie(struct store *s, struct arena *a, const struct lamp_look *look,
                   const char *point, const char *by_role, const char *by_org,
                   struct err *err);

bool lamp_look_find(struct store *s, struct arena *a, const char *id,
                    struct lamp_look *ret, struct err *err);
/* Looks of a walk that stand, in the order they were made. */
bool lamp_look_list(struct store *s, struct arena *a, const char *walk,
                    struct lamp_look **ret, size_t *ret_n, struct err *err);
/* Daylight, and an answer daylight cannot give. */
bool lamp_unconfirmed(const struct lamp_look *l);
/* A lamp that wants mending, and is in no point yet. */
bool lamp_is_fault(const struct lamp_look *l);

/* "01:30-04:30" as minutes after midnight. */
bool lamp_hours(const char *text, int *ret_from, int *ret_to);
/* Is a lamp off on purpose then? By Danish time, in the summer-time night too; hours may
 * go over midnight. from -1: it has none. */
bool lamp_off_on_purpose(int64_t utc_ms, int from, int to);

#endif
