/* runs: what is held of an origin, as the receipts of wire and stick say it. */
#ifndef LYGTE_SYNC_RUNS_H
#define LYGTE_SYNC_RUNS_H

#include "core/base/json.h"
#include "core/store/store.h"

/* The members "origin" and "runs": [[first, last, hash of first, hash of last], ...],
 * at most WIRE_RUNS_MOST, and "aside": what of it could not be read
 * (core/store/local/set_aside), into the object that is open: what a signed receipt
 * says. */
bool runs_json(struct json_out *o, struct store *s, const uint8_t origin[RECORD_ORIGIN],
               struct err *err);
/* "origin" and "runs" alone, and only runs that reach up to `from` or further: of an
 * origin with many holes the sender hears of those it is at. */
bool runs_json_from(struct json_out *o, struct store *s,
                    const uint8_t origin[RECORD_ORIGIN], int64_t from, struct err *err);

#endif
