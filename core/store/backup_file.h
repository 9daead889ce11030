/* backup_file: a device's folder as one file, and back again.
 *
 * The file is a copy of the database, made while it runs, with the photos as blobs in it.
 * Key and token are not in it, nor the cookies that open the page: what is restored takes
 * a new origin at its first opening and is paired again (records.md 1). Small copies are
 * left out; they are made again when somebody looks.
 */
#ifndef LYGTE_STORE_BACKUP_FILE_H
#define LYGTE_STORE_BACKUP_FILE_H

#include "core/store/backup.h"

/* path appears only when whole. Missing photos are counted, and no failure. ERR_CONFLICT
 * "backup.own_file" when it is the database of a program that lives there. */
bool backup_file_write(struct store *s, const char *path, struct backup_counts *ret,
                       struct err *err);

/* From path into the folder `into`, which must not hold a database yet (ERR_CONFLICT
 * "backup.occupied_device"). ERR_NOT_FOUND "backup.no_file"; ERR_INPUT
 * "backup.not_ours" when it is no such file, or holds anything a backup never has;
 * ERR_VERSION "store.newer". Photos that do not read back as named are counted missing. */
bool backup_file_restore(const char *path, const char *into, struct backup_counts *ret,
                         struct err *err);

#endif
