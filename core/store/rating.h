/* rating: how safe a route or a spot feels, as tables by role. Kind: rating.tally, one for
 * each time a round is closed; its body is what tally_published lets out and nothing more,
 * no order, no time but the walk's date. Owns the folded table rating. Loose answers are
 * in core/store/local/answer.h and never leave the device.
 *
 *   {"walk", "round": before|after|spot, "observation" (of a spot), "answers": n,
 *    "unsafe_1_7": [{"role", "counts": [7]}], "pairs": [[before, after, n], ...]}
 */
#ifndef LYGTE_STORE_RATING_H
#define LYGTE_STORE_RATING_H

#include "core/store/store.h"
#include "core/store/tally.h"

#define RATING_ROUNDS "before after spot"

struct rating {
    int64_t answers; /* of all tallies of this round                    */
    struct tally shown;
    int64_t paired;            /* answers that could be paired by slip  */
    int64_t pairs[TALLY_WORST][TALLY_WORST]; /* [before - 1][after - 1]; zeros when few */
};

/* All tallies of a round together: two groups may each have closed one. observation is
 * NULL or "" but for a spot. */
bool rating_of(struct store *s, const char *walk, const char *round,
               const char *observation, struct rating *ret, struct err *err);

#endif
