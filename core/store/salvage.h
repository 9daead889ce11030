/* salvage: a damaged database on a device (records.md 8). It is put aside, and deleted only
 * when nothing of it is missing or something in it must go (core/store/aside), and a new
 * one is made: every record that can still be found in the old file's pages and its
 * write-ahead log, by its own hash and signature, whatever became of the trees around it;
 * and of the local tables what can be read. Capture goes on under a new origin, because
 * nobody can say any more which number was the last; the old one goes on as a retired one.
 *
 *   DIR/lygte.db.damaged   somebody met damage: the next opening salvages
 *   DIR/damaged-TIME/      the old database, its key and token
 *   DIR/salvage.tmp/       the new one while it is made; salvage.ready when it is whole
 */
#ifndef LYGTE_STORE_SALVAGE_H
#define LYGTE_STORE_SALVAGE_H

#include "core/store/store.h"

/* Must DIR be salvaged, or a salvage be ended that a kill cut short? */
bool salvage_due(const char *dir);
/* Does it, one process at a time. damaged: the opening itself failed. The outcome stands
 * in the settings "salvage.when" (ms), "salvage.kept", "salvage.lost" (records) and
 * "salvage.aside" (folder, "" when all was saved) of the new database. A kill leaves it to
 * the next opening. */
bool salvage_run(const char *dir, bool damaged, struct err *err);

#endif
