/* check: is what is stored still what it was? The questions behind `doctor`, the same at
 * the registry and on a device. Each tells what it finds, one by one, and goes on: a
 * finding is no failure of the check. A check fails (false) only when it cannot be made.
 *
 * Nothing is repaired here, and nothing is written but two marks: a photo that was read
 * whole becomes "verified", one that was verified and no longer is becomes "stored", so
 * that nobody is told it is safe. */
#ifndef LYGTE_STORE_CHECK_H
#define LYGTE_STORE_CHECK_H

#include "core/store/store.h"

struct check_finding {
    const char *kind; /* "photo" "record" "database" "fold" "stranger" "erasing"    */
    const char *name; /* path, sha256, ORIGIN:SEQ or table                          */
    bool damage;      /* false: worth knowing, but nothing is broken                */
    struct err err;   /* the sentence, i18n_error makes it                          */
};

/* False ends the check with err. */
typedef bool (*check_visit)(const struct check_finding *f, void *data, struct err *err);

/* PRAGMA integrity_check. Damage "check.database". */
bool check_database(struct store *s, check_visit visit, void *data, struct err *err);

/* Every record: head, body, hash and signature fit each other and the row's columns, and
 * each follows the one before. Damage "check.record", "check.record_key",
 * "check.record_chain", and "check.own_gap" for a record of our own that is gone; notes
 * "check.gap" (records of another origin not here yet), "check.lost"
 * (on a registry: bodies their device wiped before a restore), "check.newer" (how many
 * a newer program has to apply) and "check.unapplied" (held for another reason, each).
 * *ret_n counts the records. */
bool check_records(struct store *s, check_visit visit, void *data, int64_t *ret_n,
                   struct err *err);

/* On a device: a note "check.salvaged" when its database was damaged once and the old one
 * is kept, "check.salvaged_whole" when nothing of it was lost, "check.salvaged_gone" when an
 * erasure has taken it. */
bool check_salvaged(struct store *s, check_visit visit, void *data, struct err *err);

/* Whose lines are held without our being able to read them: notes "check.aside_large"
 * and "check.aside_form" for each origin. */
bool check_aside(struct store *s, check_visit visit, void *data, struct err *err);

/* Who stands in the waiting room: a note "check.stranger" for each origin. */
bool check_strangers(struct store *s, check_visit visit, void *data, struct err *err);

/* Every file named in the database is read again from the disk. Damage "photo.damaged",
 * "photo.missing"; note "check.photo_not_here" for one that a record names but that has
 * not arrived. *ret_n counts the files read. */
bool check_photos(struct store *s, check_visit visit, void *data, int64_t *ret_n,
                  struct err *err);

/* Tries once more to finish what was erased. Note "check.erasing" with how many are still
 * pending. */
bool check_erasing(struct store *s, check_visit visit, void *data, struct err *err);

/* Folds everything anew, compares, and puts the new tables in the place of the old.
 * Damage "check.fold_differs" with the first table that differed. */
bool check_fold(struct store *s, check_visit visit, void *data, struct err *err);

#endif
