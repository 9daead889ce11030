/* changes: what happened since one last looked, for pages that follow (core/web/events).
 * Reads the table record; owns none.
 *
 * A struct changes belongs to one open store that nobody else uses: SQLite then says by
 * data_version, for microseconds, whether any other connection, of this process or of
 * another, has committed anything at all.
 */
#ifndef LYGTE_STORE_CHANGES_H
#define LYGTE_STORE_CHANGES_H

#include "core/store/store.h"

struct changes {
    int64_t version; /* data_version when last looked at */
    int64_t arrival; /* newest record told               */
};

/* From now on. */
bool changes_begin(struct changes *c, struct store *s, struct err *err);
/* *ret: something was committed since the last look. */
bool changes_any(struct changes *c, struct store *s, bool *ret, struct err *err);

/* What a record is about. walk: of walk.*, its subject; of what has an observation as
 * subject, that observation's; "" otherwise. Texts are valid during the visit. */
typedef void (*changes_visit)(const char *kind, const char *subject, const char *walk,
                              void *data);
/* Records that arrived since, at most CHANGES_MOST of them; *ret_all is false when there
 * were more, which are passed over. */
enum { CHANGES_MOST = 500 };
bool changes_each(struct changes *c, struct store *s, changes_visit visit, void *data,
                  bool *ret_all, struct err *err);

#endif
