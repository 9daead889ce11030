/* stick_file: opening and closing the SQLite file of a stick; private to sync/stick. */
#ifndef LYGTE_SYNC_STICK_FILE_H
#define LYGTE_SYNC_STICK_FILE_H

#include "core/store/db.h"

/* A new file beside path; stick_file_finish gives it its name. */
bool stick_file_make(struct db *db, const char *path, char beside[1200], struct err *err);
bool stick_file_finish(struct db *db, const char *beside, const char *path,
                       struct err *err);
/* An existing one. ERR_INPUT "stick.not_ours" unless its schema is ours to the letter;
 * *ret_writable false when only reading is possible. */
bool stick_file_open(struct db *db, const char *path, bool *ret_writable,
                     struct err *err);

#endif
