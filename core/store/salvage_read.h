/* salvage_read: what a damaged database still says, into the new one: of the local tables
 * what SQL can read, and of the records every one whose hash and signature prove it, from
 * the bytes of the pages. Half of core/store/salvage; nothing else calls it.
 */
#ifndef LYGTE_STORE_SALVAGE_READ_H
#define LYGTE_STORE_SALVAGE_READ_H

#include "core/store/store.h"

struct salvage {
    const char *dir;
    char old_path[1300], tmp[1300];
    struct db old;    /* handle NULL when it cannot even be opened */
    struct store now; /* the new one                               */
    uint8_t origin[RECORD_ORIGIN], key[SIGN_PUBLIC]; /* the old one's */
    bool keyed;
    int64_t made; /* by the old origin, as far as can be known */
    int64_t kept;
    bool partly;  /* something of the local tables could not be read */
};

/* Opens v->old, as far as it can be opened; what only the write-ahead log holds goes into
 * the file first, and others that would write are kept out as long as it is open. */
void salvage_open_old(struct salvage *v);
/* Drafts, receipts, settings and the like, row by row. */
bool salvage_copy_local(struct salvage *v, struct err *err);
/* Who wrote it, and up to which number: by the key file, when not by the database. */
bool salvage_read_self(struct salvage *v, struct err *err);
/* All records that prove themselves, in the order they arrived. */
bool salvage_pour(struct salvage *v, struct err *err);
/* How many records made here were not found, by this origin or one before. */
bool salvage_lost(struct salvage *v, int64_t *ret, struct err *err);
/* *ret is true when nothing can be in the old file that is not in the new one: it was read
 * to its end, and as many records are held as its table has rows. */
bool salvage_is_whole(struct salvage *v, bool *ret, struct err *err);

#endif
