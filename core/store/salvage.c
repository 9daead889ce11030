/* salvage: see the header. Makes the whole of a new database beside the old one, from
 * whatever the tables are, so the rule that a table has one owner ends here. */
#include "core/store/salvage.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/store/aside.h"
#include "core/store/blob.h"
#include "core/store/migrate.h"
#include "core/store/own.h"
#include "core/store/salvage_read.h"
#include "core/store/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void path_of(const char *dir, const char *name, char out[1300])
{
    snprintf(out, 1300, "%.1100s/%s", dir, name);
}

#define WHOLE " whole"

bool salvage_due(const char *dir)
{
    char marker[1300], ready[1300];
    path_of(dir, "lygte.db.damaged", marker);
    path_of(dir, "salvage.ready", ready);
    return file_exists(marker) || file_exists(ready);
}

/* ---- walks that lost their plan -------------------------------------------------- */

static const char sql_salvage_walks[] =
    "SELECT DISTINCT o.walk FROM observation o WHERE o.founded = 1 AND o.walk IS NOT "
    "NULL"
    " AND NOT EXISTS (SELECT 1 FROM walk w WHERE w.id = o.walk AND w.founded = 1)"
    " ORDER BY o.walk";

/* Its points are here, but a walk without its founding record is not shown, and nothing
 * can be added to it. The plan we give it steps back when the real one comes home, which
 * is older. */
static bool plan_again(struct salvage *v, struct arena *a, const char *walk,
                       struct err *err)
{
    char id[37];
    struct walk_wish wish = {
        .id = walk, .title = i18n_text(I18N_DA, "salvage.walk"), .starts_ms = DB_NULL};
    return walk_plan(&v->now, a, &wish, "", "", id, err);
}

static bool plan_walks(struct salvage *v, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    const char *walks[64];
    size_t n = 0;
    bool ok = db_query(&v->now.db, &rows, err, sql_salvage_walks, "");
    while (ok && n < 64 && db_next(&rows, err))
        walks[n++] = db_text(&rows, &a, 0);
    ok = ok && db_done(&rows) && db_begin(&v->now.db, err);
    for (size_t i = 0; ok && i < n; i++)
        ok = plan_again(v, &a, walks[i], err);
    if (ok)
        ok = db_commit(&v->now.db, err);
    else
        db_rollback(&v->now.db);
    arena_release(&a);
    return ok;
}

/* ---- photos ---------------------------------------------------------------------- */

static const char sql_salvage_blob[] =
    "INSERT INTO blob (sha256, bytes, type, state, cleared, made_ms)"
    " VALUES (?1, ?2, ?3, 'stored', ?5, ?4) ON CONFLICT (sha256) DO NOTHING";

/* A file is what its name says or doctor will tell; not looked through as far as we
 * know, so it is held back; but for a box, which nobody can look through. */
static bool name_photo(struct salvage *v, const char *folder, const char *name,
                       struct err *err)
{
    char path[1700], sha256[DIGEST_HEX];
    struct stat st;
    const char *type = text_ends(name, ".jpg")   ? "image/jpeg"
                       : text_ends(name, ".png") ? "image/png"
                       : text_ends(name, ".box") ? BLOB_SEALED
                                                 : NULL;
    snprintf(sha256, sizeof sha256, "%.64s", name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!type || strlen(name) != DIGEST_HEX + 3 || !digest_is_hex(sha256) ||
        stat(path, &st) != 0)
        return true;
    return db_run(&v->now.db, err, sql_salvage_blob, "sisii", sha256,
                  (int64_t)st.st_size, type, (int64_t)st.st_mtime * 1000,
                  (int64_t)(strcmp(type, BLOB_SEALED) == 0));
}

static bool name_photos(struct salvage *v, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < 256; i++) {
        char folder[1400];
        snprintf(folder, sizeof folder, "%.1100s/photos/%02x", v->dir, (unsigned)i);
        DIR *d = opendir(folder);
        for (struct dirent *e; ok && d && (e = readdir(d));)
            ok = name_photo(v, folder, e->d_name, err);
        if (d)
            closedir(d);
    }
    return ok;
}

/* ---- the new one ----------------------------------------------------------------- */

static const char sql_salvage_machine[] = "UPDATE self SET machine = ?1 WHERE one = 1";

/* It will stand in the old one's folder; what is said of this stays in the settings. */
static bool write_down(struct salvage *v, const char *aside, struct err *err)
{
    char machine[DIGEST_HEX], text[32];
    int64_t lost = 0;
    struct store there = {.role = STORE_WALKER};
    snprintf(there.dir, sizeof there.dir, "%s", v->dir);
    own_machine(&there, machine);
    if (!db_run(&v->now.db, err, sql_salvage_machine, "s", machine) ||
        !salvage_lost(v, &lost, err) ||
        !store_set(&v->now, "salvage.aside", aside, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)clock_utc_ms());
    if (!store_set(&v->now, "salvage.when", text, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)v->kept);
    if (!store_set(&v->now, "salvage.kept", text, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)lost);
    return store_set(&v->now, "salvage.lost", text, err);
}

static void remove_tmp(const char *tmp)
{
    static const char *const names[] = {"lygte.db",   "lygte.db-wal", "lygte.db-shm",
                                        "origin.key", "reserve",      "photos",
                                        "derived",    "tmp",          "uploads"};
    char path[1500];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", tmp, names[i]);
        remove(path); /* files, and folders that are empty */
    }
    remove(tmp);
}

static bool build(struct salvage *v, const char *aside, bool *ret_whole, struct err *err)
{
    remove_tmp(v->tmp);
    salvage_open_old(v);
    bool ok = store_open(&v->now, v->tmp, STORE_WALKER, true, err);
    if (ok) {
        ok = salvage_copy_local(v, err) && salvage_read_self(v, err) &&
             salvage_pour(v, err) && salvage_is_whole(v, ret_whole, err) &&
             plan_walks(v, err) && name_photos(v, err) &&
             write_down(v, *ret_whole ? "" : aside, err) && aside_due(&v->now, err) &&
             db_script(&v->now.db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
        v->now.erasing = false; /* what is to go lies in the real folder: later, there */
        store_close(&v->now);
    }
    return ok;
}

/* ---- into its place -------------------------------------------------------------- */

/* What is not there was moved before a kill, or never was. */
static bool move(const char *from_dir, const char *from, const char *to_dir,
                 const char *to, struct err *err)
{
    char a[1600], z[1600];
    snprintf(a, sizeof a, "%.1300s/%s", from_dir, from);
    snprintf(z, sizeof z, "%.1300s/%s", to_dir, to);
    return rename(a, z) == 0 || errno == ENOENT || err_errno(err, "file.unwritable", z);
}

/* The folder's name, and whether all of it is in the new one. */
static bool read_ready(struct arena *a, const char *path, char **ret_aside, bool *ret_whole,
                       struct err *err)
{
    size_t len;
    if (!file_read(a, path, 200, ret_aside, &len, err))
        return false;
    char *space = strchr(*ret_aside, ' ');
    *ret_whole = space && strcmp(space, WHOLE) == 0;
    if (space)
        *space = '\0';
    return true;
}

/* Each step may be done again. The old ones go while the new database is still away: what
 * stands under the name lygte.db is the old one or the new one, never neither for good,
 * because salvage.ready brings whoever comes next here. */
static bool finish(const char *dir, const char *tmp, struct err *err)
{
    static const char *const old[] = {"origin.key", "token",        "hub.token",
                                      "lygte.db",   "lygte.db-wal", "lygte.db-shm"};
    char ready[1300], marker[1300], folder[1400], fresh[1500], *aside;
    struct arena a = ARENA_INIT;
    bool whole = false;
    path_of(dir, "salvage.ready", ready);
    path_of(dir, "lygte.db.damaged", marker);
    snprintf(fresh, sizeof fresh, "%s/lygte.db", tmp);
    bool ok = read_ready(&a, ready, &aside, &whole, err);
    snprintf(folder, sizeof folder, "%.1100s/%.200s", dir, ok ? aside : "");
    ok = ok && file_make_folders(folder, err);
    for (size_t i = 0; ok && file_exists(fresh) && i < sizeof old / sizeof old[0]; i++)
        ok = move(dir, old[i], folder, old[i], err);
    ok = ok && move(tmp, "origin.key", dir, "origin.key", err) &&
         move(tmp, "lygte.db", dir, "lygte.db", err) && file_sync_folder(dir, err) &&
         (!whole || aside_remove(folder, err)) && file_remove(marker, err) &&
         file_remove(ready, err);
    if (ok)
        remove_tmp(tmp);
    arena_release(&a);
    return ok;
}

static bool run_alone(const char *dir, struct err *err)
{
    struct salvage v = {.dir = dir};
    char ready[1300], aside[64], text[80];
    bool whole = false;
    path_of(dir, "lygte.db", v.old_path);
    path_of(dir, "salvage.tmp", v.tmp);
    path_of(dir, "salvage.ready", ready);
    snprintf(aside, sizeof aside, "damaged-%lld", (long long)clock_utc_ms());
    bool ok = file_exists(ready);
    if (!ok && build(&v, aside, &whole, err)) {
        snprintf(text, sizeof text, "%s%s", aside, whole ? WHOLE : "");
        ok = file_write_whole(ready, text, strlen(text), 0600, err);
    }
    ok = ok && finish(dir, v.tmp, err);
    db_close(&v.old);
    return ok;
}

/* Another process may have done it while we waited. */
static bool is_done(const char *dir)
{
    static const char sql_alive[] = "SELECT count(*) FROM self";
    char path[1300];
    struct db db;
    struct err ignored = ERR_INIT;
    int64_t n = 0;
    path_of(dir, "lygte.db", path);
    if (salvage_due(dir) || !db_open_foreign(&db, path, true, &ignored))
        return false;
    bool ok = db_number(&db, &n, 0, &ignored, sql_alive, "") && n == 1;
    db_close(&db);
    return ok;
}

bool salvage_run(const char *dir, bool damaged, struct err *err)
{
    char path[1300];
    path_of(dir, "salvage.lock", path);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = flock(lock, LOCK_EX) == 0;
    ok = ok && ((damaged && is_done(dir)) || (!damaged && !salvage_due(dir)) ||
                run_alone(dir, err));
    close(lock);
    return ok;
}
