/* backup: a registry's folder, whole, while it runs; and back again.
 *
 * The database is copied by SQLite's online backup, and gets its name when every photo it
 * names is there; files that stand in the backup already are not copied again, so a nightly
 * backup of the same folder is quick. The root key is in it (without it no restored registry
 * could prove who it is); the origin's key is not: what is restored takes a new origin and a
 * new epoch at its first opening, believes no photo before it has read it again
 * (core/store/blob), and every device offers again what it holds.
 */
#ifndef LYGTE_STORE_BACKUP_H
#define LYGTE_STORE_BACKUP_H

#include "core/store/store.h"

struct backup_counts {
    int64_t photos, copied, missing; /* named; copied now; not to be found */
};

/* Into dir, which is made when it is not there. lygte.db appears there only when whole, after
 * its photos. check: copies that stand there are read, and those that are not what their name
 * says are copied anew, from an original that is. Missing photos (with check also damaged
 * ones) are counted, and no failure. ERR_CONFLICT "backup.own_folder" when a register
 * lives there. */
bool backup_write(struct store *s, const char *dir, bool check,
                  struct backup_counts *ret, struct err *err);
/* Is dir the folder of a program that lives there? Only that has an origin's key. */
bool backup_is_lived_in(const char *dir);
/* Does dir hold what backup_write left there, which nobody has opened as a register since? */
bool backup_is_one(const char *dir);
/* Erasures outlive every backup: they are written to a file beside the backups, which
 * only ever grows, and are carried out again in whatever is restored. */

/* The file beside the folder dir: lygte-erasures in the folder above it. */
void backup_erasures_path(const char *dir, char *out, size_t size);
/* Appends the erasures that are not in the file yet, with the keys that prove them;
 * fsynced. */
bool backup_erasures_write(struct store *s, const char *path, struct err *err);
/* Carries out what the file says, before anything is served; no file is fine. What is
 * not signed by this registry has no effect. */
bool backup_erasures_take(struct store *s, const char *path, struct err *err);

/* The database alone, copied while it runs, into a new file open as db. The caller
 * closes it, and removes it when this fails. */
bool backup_copy_database(struct store *s, const char *to, struct db *db, struct err *err);

/* From dir, a backup or a copy of a register's folder, into the folder `into`, which
 * must not hold a database yet (ERR_CONFLICT "backup.occupied"). ERR_NOT_FOUND "backup.none"
 * when dir is no backup. What a restore left there that was ended in the middle is no
 * hindrance. The register is open as s, and serves nobody until backup_restore_end: what was
 * erased since stands in it again. */
bool backup_restore(const char *dir, const char *into, struct store *s,
                    struct backup_counts *ret, struct err *err);
/* Closes it; when ok it is a register's folder from now on, else its database goes. */
bool backup_restore_end(struct store *s, bool ok, struct err *err);

#endif
