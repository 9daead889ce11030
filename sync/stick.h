/* stick: a walk carried home on a USB stick, when there is no network at all.
 *
 * One SQLite file (application_id "LygS"): the very lines of the wire, the photos' bytes,
 * and, on the way back, the registry's signed receipts and what every device may see.
 * A stick is only a courier: what counts are the signatures, so it may be copied, brought
 * twice, or by anybody. Files from elsewhere are hostile until proven: the schema must be
 * ours to the letter, sizes are bounded, nothing in the file can run.
 */
#ifndef LYGTE_SYNC_STICK_H
#define LYGTE_SYNC_STICK_H

#include "core/base/told.h"
#include "core/store/store.h"

struct stick_counts {
    int64_t records, photos; /* put on, or newly taken in                          */
    int64_t left_out;        /* photos gone or damaged, records the disk has spoilt */
    int64_t already;         /* records and photos that were here before           */
    int64_t refused;         /* lines and photos that were not taken               */
    int64_t waiting;         /* records in the waiting room: nobody admitted them  */
    int64_t confirmed;       /* records and photos the receipts speak of           */
    struct err why;          /* of the first that was refused by stick_take        */
};

/* walker stick: everything of ours that the registry has not confirmed, in a new file
 * that appears under its name only when whole. Held back photos stay; those whose files are
 * gone or damaged are left out and counted, as are records that the disk has spoilt. told how
 * far (NULL is fine). */
bool stick_write(struct store *s, const char *path, const struct told *told,
                 struct stick_counts *ret, struct err *err);

/* registry unstick: takes records and photos in, then writes receipts and the public
 * feed into the same file. When the file cannot be written, what was taken in stays
 * taken in, and ret_receipts is false. */
bool stick_take(struct store *s, const char *path, struct stick_counts *ret,
                bool *ret_receipts, struct err *err);

/* walker unstick: believes receipts that the registry we are paired with has signed, for
 * its present epoch, and applies the feed. ERR_INPUT "stick.no_receipts" when the stick
 * has not been at a registry. */
bool stick_home(struct store *s, const char *path, struct stick_counts *ret,
                struct err *err);

#endif
