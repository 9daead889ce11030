/* store: see the header. Owns the row of self (but for its counters, which are hold's)
 * and the table setting. */
#include "core/store/store.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/backup.h"
#include "core/store/blob.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/local/erasing.h"
#include "core/store/local/hub.h"
#include "core/store/local/peer.h"
#include "core/store/local/set_aside.h"
#include "core/store/migrate.h"
#include "core/store/own.h"
#include "core/store/reserve.h"
#include "core/store/salvage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void store_path(const struct store *s, const char *name, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", s->dir, name);
}

/* ---- keys ------------------------------------------------------------------------ */

/* The 32-byte seed in DIR/name, made when absent and create. */
static bool seed_of(const struct store *s, const char *name, bool create,
                    uint8_t seed[SIGN_SEED], struct err *err)
{
    char path[1200];
    struct arena a = ARENA_INIT;
    char *bytes;
    size_t len;
    store_path(s, name, path, sizeof path);
    if (!file_exists(path)) {
        if (!create)
            return err_set(err, ERR_DAMAGED, "store.key_missing", path, NULL);
        sign_random(seed, SIGN_SEED);
        return file_write_whole(path, seed, SIGN_SEED, 0600, err);
    }
    bool ok = file_read(&a, path, SIGN_SEED, &bytes, &len, err);
    if (ok && len != SIGN_SEED)
        ok = err_set(err, ERR_DAMAGED, "store.key_missing", path, NULL);
    if (ok)
        memcpy(seed, bytes, SIGN_SEED);
    arena_release(&a);
    return ok;
}

bool store_root_sign(const struct store *s, const void *bytes, size_t n,
                     uint8_t key[SIGN_PUBLIC], uint8_t sig[SIGN_SIZE], struct err *err)
{
    uint8_t seed[SIGN_SEED], secret[SIGN_SECRET];
    if (!seed_of(s, "root.key", !*s->registry, seed, err))
        return false;
    sign_keypair_of_seed(seed, key, secret);
    sign_make(bytes, n, secret, sig);
    return true;
}

/* ---- who we are ------------------------------------------------------------------ */

static const char sql_self_read[] =
    "SELECT origin, registry, epoch, fold_version, machine FROM self WHERE one = 1";
static const char sql_self_add[] =
    "INSERT INTO self (one, origin, role, seq, head, tick, arrival, registry, epoch,"
    " machine, fold_version) VALUES (1, ?1, ?2, 0, NULL, 0, 0, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (one) DO NOTHING";

/* stored: the origin the database was written by. */
static bool self_read(struct store *s, bool *ret_there, int64_t *ret_fold,
                      uint8_t stored[RECORD_ORIGIN], char machine[DIGEST_HEX],
                      struct err *err)
{
    struct db_rows rows;
    *ret_there = false;
    if (!db_query(&s->db, &rows, err, sql_self_read, ""))
        return false;
    if (db_next(&rows, err)) {
        *ret_there = true;
        memcpy(stored, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        snprintf(s->registry, sizeof s->registry, "%s", db_peek(&rows, 1));
        snprintf(s->epoch, sizeof s->epoch, "%s", db_peek(&rows, 2));
        *ret_fold = db_int(&rows, 3);
        snprintf(machine, DIGEST_HEX, "%s", db_peek(&rows, 4));
    }
    return db_done(&rows);
}

static bool key_read(struct store *s, bool create, struct err *err)
{
    uint8_t seed[SIGN_SEED];
    if (!seed_of(s, "origin.key", create, seed, err))
        return false;
    sign_keypair_of_seed(seed, s->key, s->secret);
    record_origin_of(s->key, s->origin);
    return true;
}

/* A registry introduces its origin, certified by the root key, as its first record. */
static bool say_hello(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    uint8_t root[SIGN_PUBLIC], sig[SIGN_SIZE];
    char subject[RECORD_ORIGIN_HEX], root_hex[65], sig_hex[129];
    bool ok = true;
    text_hex(s->origin, RECORD_ORIGIN, subject);
    const char *body = "{\"role\":\"device\"}";
    if (s->role == STORE_REGISTRY) {
        ok = store_root_sign(s, s->origin, RECORD_ORIGIN, root, sig, err);
        text_hex(root, sizeof root, root_hex);
        text_hex(sig, sizeof sig, sig_hex);
        body = arena_printf(
            &a, "{\"role\":\"registry\",\"root\":\"%s\",\"root_sig\":\"%s\"}", root_hex,
            sig_hex);
    }
    struct record_wish wish = {"origin.hello", subject, body, "", "", INT64_MIN};
    ok = ok && hold_make(s, &a, &wish, NULL, err);
    arena_release(&a);
    return ok;
}

static bool self_make(struct store *s, struct err *err)
{
    uint8_t root[SIGN_PUBLIC], sig[SIGN_SIZE], random[16];
    char machine[DIGEST_HEX];
    if (s->role == STORE_REGISTRY) {
        if (!store_root_sign(s, "", 0, root, sig, err))
            return false;
        digest_hex_of(root, sizeof root, s->registry);
        sign_random(random, sizeof random);
        text_hex(random, sizeof random, s->epoch);
    }
    own_machine(s, machine);
    return db_run(&s->db, err, sql_self_add, "bssssi", s->origin, (size_t)RECORD_ORIGIN,
                  s->role == STORE_REGISTRY ? "registry" : "walker",
                  *s->registry ? s->registry : NULL, *s->epoch ? s->epoch : NULL, machine,
                  (int64_t)FOLD_VERSION) &&
           hold_key(s, s->origin, s->key, err) && say_hello(s, err);
}

/* ---- a new origin ---------------------------------------------------------------- */

static const char sql_retire[] =
    "INSERT INTO own_origin (origin, last, retired_ms) SELECT origin,"
    " CASE WHEN seq < ?2 THEN seq ELSE ?2 END, ?1 FROM self"
    " WHERE one = 1 ON CONFLICT (origin) DO NOTHING";
static const char sql_retired_run[] =
    "INSERT INTO held_run (origin, first, last) SELECT origin, 1,"
    " CASE WHEN seq < ?1 THEN seq ELSE ?1 END FROM self"
    " WHERE one = 1 AND seq > 0 AND ?1 > 0 ON CONFLICT (origin, first) DO NOTHING";
static const char sql_renew[] =
    "UPDATE self SET origin = ?1, seq = 0, head = NULL, machine = ?2, epoch = ?3"
    " WHERE one = 1";
/* The new key waits under a name of its own until the database speaks of it: whenever
 * the power goes, the two can be put together again (settle_key). */
static bool make_key(struct store *s, struct err *err)
{
    char path[1200];
    uint8_t seed[SIGN_SEED];
    store_path(s, "origin.key.new", path, sizeof path);
    sign_random(seed, sizeof seed);
    sign_keypair_of_seed(seed, s->key, s->secret);
    record_origin_of(s->key, s->origin);
    return file_write_whole(path, seed, sizeof seed, 0600, err);
}

static bool settle_key(struct store *s, struct err *err)
{
    char from[1200], to[1200];
    store_path(s, "origin.key.new", from, sizeof from);
    store_path(s, "origin.key", to, sizeof to);
    return file_settle(from, to, err);
}

static bool write_renewal(struct store *s, int64_t last, struct err *err)
{
    char machine[DIGEST_HEX];
    uint8_t random[16];
    own_machine(s, machine);
    if (s->role == STORE_REGISTRY) {
        sign_random(random, sizeof random);
        text_hex(random, sizeof random, s->epoch);
        if (!blob_doubt(s, err))
            return false;
    }
    return db_run(&s->db, err, sql_retire, "ii", clock_utc_ms(), last) &&
           db_run(&s->db, err, sql_retired_run, "i", last) &&
           db_run(&s->db, err, sql_renew, "bss", s->origin, (size_t)RECORD_ORIGIN,
                  machine, *s->epoch ? s->epoch : NULL) &&
           hold_key(s, s->origin, s->key, err) && say_hello(s, err);
}

/* In the caller's transaction, which it commits or rolls back. */
static bool renew(struct store *s, struct err *err)
{
    if (!make_key(s, err) || !write_renewal(s, INT64_MAX, err) ||
        (s->role == STORE_WALKER && !(peer_forget(s, err) && hub_forget(s, err)))) {
        db_rollback(&s->db);
        return false;
    }
    return db_commit(&s->db, err) && settle_key(s, err);
}

/* Reads the key that belongs to the origin the database speaks of. */
static bool key_of(struct store *s, const uint8_t stored[RECORD_ORIGIN], struct err *err)
{
    char path[1200];
    if (key_read(s, false, err) && memcmp(stored, s->origin, RECORD_ORIGIN) == 0)
        return true;
    store_path(s, "origin.key.new", path, sizeof path);
    if (!file_exists(path) || !settle_key(s, err) || !key_read(s, false, err))
        return false;
    return memcmp(stored, s->origin, RECORD_ORIGIN) == 0;
}

bool store_rekey(struct store *s, const uint8_t stored[RECORD_ORIGIN], struct err *err)
{
    return key_of(s, stored, err) ||
           (err->code != ERR_NONE ? false
                                  : err_set(err, ERR_DAMAGED, "store.key_missing", s->dir,
                                            NULL));
}

void store_renewal_text(const char *registry, const uint8_t old[RECORD_ORIGIN],
                        const uint8_t key[SIGN_PUBLIC], uint8_t hash[DIGEST_SIZE])
{
    char text[256], origin[RECORD_ORIGIN_HEX], hex[2 * SIGN_PUBLIC + 1];
    text_hex(old, RECORD_ORIGIN, origin);
    text_hex(key, SIGN_PUBLIC, hex);
    int n = snprintf(text, sizeof text, "lygte.renew\n%s\n%s\n%s\n", registry, origin, hex);
    digest_of(text, (size_t)n, hash);
}

static bool keep_word(struct store *s, const struct store *old, struct err *err)
{
    uint8_t hash[DIGEST_SIZE], sig[SIGN_SIZE];
    char text[400], origin[RECORD_ORIGIN_HEX], key[2 * SIGN_PUBLIC + 1],
        hex[2 * SIGN_SIZE + 1];
    store_renewal_text(s->registry, old->origin, s->key, hash);
    sign_make(hash, sizeof hash, old->secret, sig);
    text_hex(old->origin, RECORD_ORIGIN, origin);
    text_hex(s->key, SIGN_PUBLIC, key);
    text_hex(sig, SIGN_SIZE, hex);
    snprintf(text, sizeof text, "{\"old\":\"%s\",\"key\":\"%s\",\"sig\":\"%s\"}", origin,
             key, hex);
    return store_set(s, "renewal", text, err);
}

bool store_take_origin(struct store *s, int64_t last, store_step then, void *data,
                       struct err *err)
{
    struct store old = *s; /* its origin and keys only */
    if (!db_begin(&s->db, err))
        return false;
    if (make_key(s, err) && write_renewal(s, last, err) && keep_word(s, &old, err) &&
        then(s, old.origin, data, err))
        return db_commit(&s->db, err) && settle_key(s, err);
    db_rollback(&s->db);
    memcpy(s->origin, old.origin, RECORD_ORIGIN);
    memcpy(s->key, old.key, SIGN_PUBLIC);
    memcpy(s->secret, old.secret, SIGN_SECRET);
    return false;
}

/* Who we are is settled under the lock: of several programs that open a new folder, or a
 * copied one, at once, one makes the key and the others read it. */
static bool found(struct store *s, struct err *err)
{
    bool there = false;
    int64_t fold;
    uint8_t stored[RECORD_ORIGIN];
    char machine[DIGEST_HEX], now[DIGEST_HEX];
    struct err no_key = ERR_INIT;
    if (!db_begin(&s->db, err))
        return false;
    bool ok = self_read(s, &there, &fold, stored, machine, err);
    own_machine(s, now);
    if (ok && there && (strcmp(machine, now) != 0 || !key_of(s, stored, &no_key)))
        return renew(s, err);
    ok = ok && (there || (key_read(s, true, err) && self_make(s, err)));
    return db_end(&s->db, ok, err);
}

/* A newer program knows more kinds and forms than the one that held the records. Who
 * may write what is folded first: the records tried again are judged by it. Tables of
 * another form than ours can serve nobody here: they are made empty before. */
static bool refold(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *differs;
    bool fits = false, ok = db_begin(&s->db, err);
    if (ok) {
        ok = migrate_fold_fits(&s->db, &fits, err) &&
             (fits || migrate_fold_renew(&s->db, err)) &&
             fold_kinds(&s->db, s->registry, "origin.", err) &&
             hold_retry(s, &a, "kind", NULL, err) &&
             hold_retry(s, &a, "body", NULL, err) && set_aside_retry(s, err);
        if (ok)
            ok = db_commit(&s->db, err);
        else
            db_rollback(&s->db);
    }
    arena_release(&a);
    return ok && fold_rebuild(s, true, &differs, err);
}

/* The key fits, and machine and folder are those it was made for? Else found() takes a
 * new origin: this is a copied card or a restored backup. */
static bool identify(struct store *s, struct err *err)
{
    bool there = false;
    int64_t fold = FOLD_VERSION;
    uint8_t stored[RECORD_ORIGIN];
    char machine[DIGEST_HEX] = "", now[DIGEST_HEX];
    struct err no_key = ERR_INIT;
    if (!self_read(s, &there, &fold, stored, machine, err))
        return false;
    own_machine(s, now);
    if (!there || strcmp(machine, now) != 0 || !key_of(s, stored, &no_key))
        if (!found(s, err))
            return false;
    return fold == FOLD_VERSION || refold(s, err);
}

/* ---- opening --------------------------------------------------------------------- */

static bool make_folders(const struct store *s, struct err *err)
{
    static const char *const names[] = {"photos", "derived", "tmp", "uploads"};
    char path[1200];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        store_path(s, names[i], path, sizeof path);
        if (!file_exists(path) && !file_make_folders(path, err))
            return false;
    }
    return true;
}

/* On a device a full disk is met with the reserve, from the opening on. */
static bool open_database(struct store *s, const char *path, bool create, struct err *err)
{
    char reserve[1200];
    int64_t looked_ms = 0;
    store_path(s, "reserve", reserve, sizeof reserve);
    if (s->role == STORE_WALKER)
        reserve_mind(reserve, &looked_ms);
    if (create)
        db_private(path);
    if (!db_open(&s->db, path, create, err))
        return false;
    struct stat st;
    s->inode = stat(path, &st) == 0 ? st.st_ino : 0;
    if (s->role == STORE_WALKER)
        db_reserve(&s->db, reserve);
    return true;
}

/* A restore that was ended in the middle: a new register here would take its place. */
static bool is_half_restored(const struct store *s, const char *file)
{
    char path[1200];
    store_path(s, STORE_RESTORING, path, sizeof path);
    return s->role == STORE_REGISTRY && strcmp(file, STORE_RESTORING) != 0 &&
           file_exists(path);
}

/* What the disk forbids is not absent: the folder of another user, or a file in it. */
static bool is_there(const struct store *s, const char *path, bool *ret,
                     struct err *err)
{
    if (access(path, R_OK | W_OK) != 0 && errno == EACCES)
        return err_errno(err, "store.not_ours", s->dir);
    *ret = file_exists(path);
    return true;
}

static bool open_all(struct store *s, const char *file, bool create, struct err *err)
{
    char path[1200];
    store_path(s, file, path, sizeof path);
    bool there = false;
    int64_t pending;
    if (!is_there(s, path, &there, err))
        return false;
    if (!there && is_half_restored(s, file))
        return err_set(err, ERR_CONFLICT, "store.half_restored", s->dir, NULL);
    if (!there && !create)
        return err_set(err, ERR_NOT_FOUND, "store.none", s->dir, NULL);
    if (s->role == STORE_REGISTRY && backup_is_one(s->dir))
        return err_set(err, ERR_CONFLICT, "store.is_backup", s->dir, NULL);
    bool ok = (there || file_make_folders(s->dir, err)) &&
              open_database(s, path, create, err) &&
              migrate(&s->db, s->role, path, err) && make_folders(s, err) &&
              identify(s, err) && erasing_try(s, &pending, err);
    if (ok)
        blob_sweep(s);
    if (!ok)
        db_close(&s->db);
    return ok;
}

static bool is_damage(const struct err *e)
{
    return e->code == ERR_DAMAGED && text_equal(e->key, "db.damaged");
}

static bool begin(struct store *s, const char *dir, enum store_role role,
                  struct err *err)
{
    *s = (struct store){.role = role};
    if (strlen(dir) >= sizeof s->dir)
        return err_set(err, ERR_INPUT, "file.name_too_long", dir, NULL);
    snprintf(s->dir, sizeof s->dir, "%s", dir);
    return true;
}

bool store_open_restoring(struct store *s, const char *dir, struct err *err)
{
    return begin(s, dir, STORE_REGISTRY, err) &&
           open_all(s, STORE_RESTORING, false, err);
}

bool store_open(struct store *s, const char *dir, enum store_role role, bool create,
                struct err *err)
{
    if (!begin(s, dir, role, err))
        return false;
    if (role == STORE_WALKER && salvage_due(dir) && !salvage_run(dir, false, err))
        return false;
    bool ok = open_all(s, STORE_FILE, create, err);
    if (!ok && role == STORE_WALKER && is_damage(err)) {
        *err = (struct err)ERR_INIT;
        ok = salvage_run(dir, true, err) && open_all(s, STORE_FILE, create, err);
    }
    return ok;
}

bool store_is_current(const struct store *s)
{
    char path[1200];
    struct stat st;
    store_path(s, STORE_FILE, path, sizeof path);
    return s->role != STORE_WALKER ||
           (!salvage_due(s->dir) && stat(path, &st) == 0 && st.st_ino == s->inode);
}

void store_settle(struct store *s)
{
    struct err later = ERR_INIT;
    int64_t pending;
    if (s->erasing && !db_in_transaction(&s->db))
        erasing_try(s, &pending, &later);
}

void store_close(struct store *s)
{
    store_settle(s);
    db_close(&s->db);
    memset(s->secret, 0, sizeof s->secret);
}

static const char sql_trust[] = "UPDATE self SET registry = ?1 WHERE one = 1";

bool store_trust(struct store *s, const char *registry, struct err *err)
{
    struct arena a = ARENA_INIT;
    const bool moved = *s->registry && strcmp(s->registry, registry) != 0;
    if (!db_run(&s->db, err, sql_trust, "s", registry))
        return false;
    snprintf(s->registry, sizeof s->registry, "%s", registry);
    /* Rights hang on whom we trust: who was admitted is folded anew, and whom another registry
     * let in is a stranger now. What was read from it stays to be read. */
    bool ok = fold_kinds(&s->db, s->registry, "origin.", err) &&
              (!moved || hold_admissions_again(s, &a, err)) &&
              hold_retry(s, &a, "rights", NULL, err);
    arena_release(&a);
    return ok;
}

/* ---- settings -------------------------------------------------------------------- */

static const char sql_setting_get[] = "SELECT value FROM setting WHERE name = ?1";
static const char sql_setting_set[] =
    "INSERT INTO setting (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE setting.value <> excluded.value"; /* what stands is not written again */

bool store_setting(struct store *s, struct arena *a, const char *name,
                   const char *fallback, const char **ret, struct err *err)
{
    struct db_rows rows;
    const char *value = fallback;
    if (!db_query(&s->db, &rows, err, sql_setting_get, "s", name))
        return false;
    if (db_next(&rows, err))
        value = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    *ret = value;
    return true;
}

bool store_set(struct store *s, const char *name, const char *value, struct err *err)
{
    return db_run(&s->db, err, sql_setting_set, "ss", name, value);
}
