/* follow: see the header. */
#include "registry/follow.h"

#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/issue.h"

#include <stdio.h>
#include <string.h>

bool follow(struct store *s, struct arena *a, const struct record *r, void *catalogue,
            struct err *err)
{
    if (!text_starts(r->kind, "observation."))
        return true;
    return issue_follow(s, a, catalogue, r->subject, err);
}

/* ---- after an update ------------------------------------------------------------- */

enum { AT_ONCE = 200 }; /* observations in a transaction: a request waits no longer */

static const char sql_founded[] =
    "SELECT id FROM observation WHERE founded = 1 AND id > ?1 ORDER BY id LIMIT ?2";

/* The next ones after `last`, which becomes the last of them; *ret_n how many. */
static bool follow_some(struct store *s, const struct catalogue *catalogue,
                        char last[UID_SIZE], int *ret_n, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *ids[AT_ONCE];
    struct db_rows rows;
    int n = 0;
    bool ok = db_query(&s->db, &rows, err, sql_founded, "si", last, (int64_t)AT_ONCE);
    if (ok) {
        while (n < AT_ONCE && db_next(&rows, err))
            ids[n++] = db_text(&rows, &a, 0);
        ok = db_done(&rows);
    }
    for (int i = 0; ok && i < n; i++) {
        ok = issue_follow(s, &a, catalogue, ids[i], err);
        snprintf(last, UID_SIZE, "%s", ids[i]);
    }
    arena_release(&a);
    *ret_n = n;
    return ok;
}

static bool follow_all(struct store *s, const struct catalogue *catalogue,
                       struct err *err)
{
    char last[UID_SIZE] = "";
    for (int n = AT_ONCE; n == AT_ONCE;) {
        if (!db_begin(&s->db, err))
            return false;
        if (!follow_some(s, catalogue, last, &n, err)) {
            db_rollback(&s->db);
            return false;
        }
        if (!db_commit(&s->db, err))
            return false;
    }
    return true;
}

bool follow_missed(struct store *s, const struct catalogue *catalogue, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *done;
    char now[16];
    snprintf(now, sizeof now, "%d", FOLD_VERSION);
    bool ok = store_setting(s, &a, "followed.fold", "", &done, err) &&
              (strcmp(done, now) == 0 ||
               (follow_all(s, catalogue, err) &&
                store_set(s, "followed.fold", now, err)));
    arena_release(&a);
    return ok;
}
