/* answer: loose answers of a round of ratings, until it is closed. They never leave the
 * device: no record, no wire, no stick. Owns the walker's local table answer.
 *
 * A slip number (a paper slip everybody draws) pairs an answer before with one after; it
 * stays here too. Closing a round writes rating.tally and deletes its answers in the same
 * transaction; of a "before" only (slip, answer) stays, without the role, until "after" is
 * closed or the walk is.
 */
#ifndef LYGTE_STORE_LOCAL_ANSWER_H
#define LYGTE_STORE_LOCAL_ANSWER_H

#include "core/store/store.h"

enum { ANSWER_SLIP_MOST = 20 };

struct answer {
    const char *id, *walk, *round, *observation, *role, *slip; /* slip may be NULL */
    int unsafe_1_7;
};

/* Keeps one answer, in the caller's transaction. The same id again (a retry) changes the
 * answer while its round is open, and nothing once that was closed and it was counted. */
bool answer_keep(struct store *s, const struct answer *one, struct err *err);
/* How many wait in an open round. */
bool answer_count(struct store *s, const char *walk, const char *round,
                  const char *observation, int64_t *ret, struct err *err);
/* How many wait in any open round of the walk. */
bool answer_waiting(struct store *s, const char *walk, int64_t *ret, struct err *err);
/* How many wait in all open rounds of all walks. */
bool answer_waiting_all(struct store *s, int64_t *ret, struct err *err);
/* The walk leaves the device: its slips too. */
bool answer_forget(struct store *s, const char *walk, struct err *err);
/* Closes a round: one rating.tally, its answers deleted. Nothing answered: nothing is
 * written, *ret_answers is 0. */
bool answer_close(struct store *s, struct arena *a, const char *walk, const char *round,
                  const char *observation, const char *by_role, int64_t *ret_answers,
                  struct err *err);
/* Closes every open round of the walk, and lets go of the slips. */
bool answer_close_all(struct store *s, struct arena *a, const char *walk,
                      const char *by_role, struct err *err);

#endif
