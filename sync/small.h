/* small: thumbnails and previews of photos that are here, several side by side on the cores
 * there are. A photo is kept before they are made: which are still wanted stands in the
 * table blob, so nothing is lost when a program is killed. Also what is called made is made
 * again where its files are missing. A registry may have some from a device before the
 * photo itself (sync/server/photos): they are shown until it has made its own, in their place.
 *
 * One whose pixels do not decode, or only with more memory or time than a photo may have,
 * is marked as never to be shown, with the reason; the photo itself stays what it is.
 *
 * The work is in three steps, because a store belongs to one thread: plan and settle need
 * it, run does not and may be done in any thread.
 */
#ifndef LYGTE_SYNC_SMALL_H
#define LYGTE_SYNC_SMALL_H

#include "core/picture/picture.h"
#include "core/store/blob.h"
#include "core/store/check.h"

struct small_job {
    struct blob blob;
    char path[1200], preview[1200], thumb[1200];
    struct picture_wish wish; /* what is to be made */
    struct err err;           /* why it was not made */
    bool ok;
};

/* Is one of the two missing, or not our own, and may they still come? */
bool small_lacks(const struct store *s, const struct blob *b);
/* How many photos are worth making at a time on this machine, at most SMALL_AT_ONCE. */
enum { SMALL_AT_ONCE = 8 };
size_t small_at_once(void);

void small_plan(struct small_job *j, const struct store *s, const struct blob *b);
void small_run(struct small_job *j);
/* Writes down what came of it; may stand in the caller's transaction. What failed for now (a
 * full disk, no helper) stays wanted and is logged. A photo that was erased meanwhile leaves
 * nothing. */
bool small_settle(struct store *s, const struct small_job *j, struct err *err);
/* May it be tried again, as it is? */
bool small_may_yet(const struct small_job *j);

/* All three for n photos, any number of them, side by side. */
void small_make(struct store *s, const struct blob *const *photos, size_t n);

/* At a start: removes what a kill left in derived/, half-made copies of helpers that are gone
 * and copies of photos that were erased meanwhile; wants again what may go better now. */
bool small_sweep(struct store *s, struct err *err);

/* For doctor: those that could not be shown are tried once more; a note with the reason for
 * each that cannot. */
bool small_check(struct store *s, check_visit visit, void *data, struct err *err);

#endif
