/* erase: what is to be nowhere any more (records.md 6). Kind erase, which only a registry
 * writes; its subject is a UUID of its own. The body names hashes, each with the body
 * that the fold uses from now on (none: nothing is left of it), and photos by SHA-256;
 * a reason code and the deciding role; no personal content. Of a record that carries the
 * erased one (core/store/carry) it names the hash too, and leaves the inner head, so that
 * what is left of the inner record still has who, when and what kind. "refused" records the
 * decision not to erase, and names nothing.
 *
 * Head, hash, signature and seq of an erased record stay, so no chain breaks. Whatever
 * the order of arrival: a record that comes after its erasure is held without its body,
 * and a photo that comes after it is refused.
 *
 * Owns the folded tables erasure, erased_record and erased_blob. Files and the write-ahead
 * log are emptied after the commit (core/store/local/erasing).
 */
#ifndef LYGTE_STORE_ERASE_H
#define LYGTE_STORE_ERASE_H

#include "core/store/store.h"

/* The reason codes, for sentences and field tables. */
extern const char erase_reasons[];

/* Does anything erase the record of this hash? Of kinds that erasing does not touch
 * (erase itself, and who may write what) never. */
bool erase_of_record(struct db *db, const uint8_t hash[DIGEST_SIZE], const char *kind,
                     bool *ret, struct err *err);
/* What the last erasure has left of the record, as text of JSON; NULL when nothing is, or
 * nothing erases it. */
bool erase_left(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                const char **ret, struct err *err);
/* Is this photo erased, or covered by another? */
bool erase_of_blob(struct db *db, const char *sha256, bool *ret, struct err *err);

/* Is it gone because another photo covers it? */
bool erase_is_cover(struct db *db, const char *sha256, bool *ret, struct err *err);

/* For the fold of a noun whose records end a photo (photo.cover): first drop what its
 * subject said, then say it anew. */
bool erase_blob_drop(struct db *db, const char *subject, struct err *err);
bool erase_blob_set(struct db *db, const char *sha256, const char *subject,
                    struct err *err);

/* After the fold of subject, in the same transaction: empties the bodies of the held
 * records it names, folds their subjects anew, lets the photos it names go. Files go
 * when erasing_settle is called after the commit. */
bool erase_carry_out(struct store *s, struct arena *a, const char *subject,
                     struct err *err);
/* One photo goes: its row, uploads of it, and, after the commit, its files. */
bool erase_photo(struct store *s, const char *sha256, struct err *err);

#endif
