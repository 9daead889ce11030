/* aside: see the header. */
#include "core/store/aside.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/local/erasing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- must it go? ----------------------------------------------------------------- */

static const char sql_aside_named[] =
    "SELECT count(*) FROM erased_record e WHERE e.erasure = ?1 AND NOT EXISTS"
    " (SELECT 1 FROM record r JOIN self s ON s.origin = r.origin WHERE r.hash = e.hash)";

static bool is_aside(const char *name)
{
    return text_starts(name, "damaged-");
}

static bool any(const struct store *s, bool *ret, struct err *err)
{
    DIR *d = opendir(s->dir);
    if (!d)
        return err_errno(err, "file.unreadable", s->dir);
    *ret = false;
    for (struct dirent *e; !*ret && (e = readdir(d));)
        *ret = is_aside(e->d_name);
    closedir(d);
    return true;
}

/* It waits among the erasures that are not done, so that whoever comes next goes on. */
static bool condemn(struct store *s, struct err *err)
{
    return store_set(s, "salvage.condemned", "1", err) && erasing_add(s, "", err);
}

bool aside_erased(struct store *s, const char *erasure, struct err *err)
{
    int64_t n = 0;
    bool there = false;
    if (s->role != STORE_WALKER)
        return true;
    return any(s, &there, err) &&
           (!there || db_number(&s->db, &n, 0, err, sql_aside_named, "s", erasure)) &&
           (n == 0 || condemn(s, err));
}

static const char sql_aside_due[] = "SELECT count(*) FROM erasing WHERE sha256 = ''";

bool aside_due(struct store *s, struct err *err)
{
    int64_t n = 0;
    return db_number(&s->db, &n, 0, err, sql_aside_due, "") &&
           (n == 0 || condemn(s, err));
}

/* ---- removing -------------------------------------------------------------------- */

bool aside_remove(const char *folder, struct err *err)
{
    char path[1700];
    bool ok = true;
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT || err_errno(err, "file.unreadable", folder);
    for (struct dirent *e; ok && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%.1400s/%.255s", folder, e->d_name);
        ok = file_remove(path, err);
    }
    closedir(d);
    return ok && (rmdir(folder) == 0 || errno == ENOENT ||
                  err_errno(err, "file.unwritable", folder));
}

static bool remove_all(const struct store *s, struct err *err)
{
    char path[1500];
    bool ok = true;
    DIR *d = opendir(s->dir);
    if (!d)
        return err_errno(err, "file.unreadable", s->dir);
    for (struct dirent *e; ok && (e = readdir(d));)
        if (is_aside(e->d_name)) {
            snprintf(path, sizeof path, "%.1200s/%.255s", s->dir, e->d_name);
            ok = aside_remove(path, err);
        }
    closedir(d);
    return ok && file_sync_folder(s->dir, err);
}

static bool write_down(struct store *s, struct err *err)
{
    char now[32];
    snprintf(now, sizeof now, "%lld", (long long)clock_utc_ms());
    if (!db_begin(&s->db, err))
        return false;
    bool done = store_set(s, "salvage.aside", "", err) &&
                store_set(s, "salvage.gone", now, err) &&
                store_set(s, "salvage.condemned", "", err);
    return db_end(&s->db, done, err);
}

bool aside_settle(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *condemned = "";
    if (s->role != STORE_WALKER)
        return true;
    bool ok = store_setting(s, &a, "salvage.condemned", "", &condemned, err) &&
              (!*condemned || (remove_all(s, err) && write_down(s, err)));
    arena_release(&a);
    return ok;
}
