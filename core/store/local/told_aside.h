/* told_aside: on a device, the records of ours that the registry (or a hub) holds
 * without being able to read them, as it last told (core/store/local/set_aside on its
 * side). They are confirmed and not sent again; but not all is well while there are
 * any. Owns the walker's local table receipt_aside. */
#ifndef LYGTE_STORE_LOCAL_TOLD_ASIDE_H
#define LYGTE_STORE_LOCAL_TOLD_ASIDE_H

#include "core/base/json.h"
#include "core/store/local/peer.h"

/* The peer's whole word on this origin takes the place of the one before: those of the
 * array `told`, {"origin","seq","reason"}, that name it. NULL (an older registry) says
 * nothing. In the caller's transaction. */
bool told_aside_take(struct store *s, const struct peer *p,
                     const uint8_t origin[RECORD_ORIGIN], const cJSON *told,
                     struct err *err);

#endif
