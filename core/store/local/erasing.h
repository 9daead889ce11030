/* erasing: the end of an erasure, after its transaction: files go, a half-made rebuild
 * goes, and the write-ahead log, which still holds what the pages said before, is emptied.
 * Until all of that has succeeded the erasure is pending: `doctor` says so, and every
 * opening and every server's next request tries again. Owns the local table erasing.
 */
#ifndef LYGTE_STORE_LOCAL_ERASING_H
#define LYGTE_STORE_LOCAL_ERASING_H

#include "core/store/store.h"

/* In the caller's transaction. sha256 "": texts alone. */
bool erasing_add(struct store *s, const char *sha256, struct err *err);

/* Outside a transaction. Tries to finish all that is pending; nothing pending costs one
 * query. *ret_pending is what is left, because a reader holds the log or another program
 * is rebuilding: no failure. */
bool erasing_settle(struct store *s, int64_t *ret_pending, struct err *err);
/* The same by the way: whoever waits for a reader here keeps all writers waiting, and a
 * backup reads for minutes. So it hardly waits. */
bool erasing_try(struct store *s, int64_t *ret_pending, struct err *err);

#endif
