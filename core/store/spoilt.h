/* spoilt: records of other origins that are held here but no longer read as they were
 * signed: a disk has changed them. Each is asked of its device again, which has them still,
 * or of whoever else brings it; until then no run and no receipt speaks of it. What the
 * tables say because of it stays: it was read when it was whole.
 *
 * Owns the table spoilt. Who holds records (hold.h) writes here; call hold_spoilt.
 */
#ifndef LYGTE_STORE_SPOILT_H
#define LYGTE_STORE_SPOILT_H

#include "core/store/store.h"

bool spoilt_note(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                 struct err *err);
bool spoilt_is(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
               bool *ret, struct err *err);
/* It has come again. */
bool spoilt_forget(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                   struct err *err);

typedef void (*spoilt_visit)(const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                             void *data);
/* At most `most`: first those of the origins that the device writes by, or wrote by before
 * (`origin` is its present one), then any others, for it may carry them; among more than
 * those are told chance decides, so that none whose device never comes keeps another back. */
bool spoilt_each(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                 const char *device, int64_t most, spoilt_visit visit, void *data,
                 struct err *err);

#endif
