/* migrate: numbered .sql files, packed into the program, applied by user_version. File
 * and number go in one transaction, and the version is read inside BEGIN IMMEDIATE,
 * because several programs may open the same file at once. */
#ifndef LYGTE_STORE_MIGRATE_H
#define LYGTE_STORE_MIGRATE_H

#include "core/store/store.h"

/* ERR_VERSION "store.newer" with the version found and the file's path. */
bool migrate(struct db *db, enum store_role role, const char *path, struct err *err);
/* Makes the empty folded tables in any database (the shadow of a rebuild). */
bool migrate_fold_tables(struct db *db, struct err *err);
/* Are the folded tables here made by the words of this version? */
bool migrate_fold_fits(struct db *db, bool *ret, struct err *err);
/* Drops them and makes them anew, empty, in the caller's transaction; whoever calls this
 * fills them from the log. */
bool migrate_fold_renew(struct db *db, struct err *err);
/* Their names, ended by NULL. */
extern const char *const migrate_fold_names[];

#endif
