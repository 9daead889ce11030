/* store: see the header. Owns the row of self (but for its counters, which are hold's)
 * and the table setting. */
#include "core/store/store.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/migrate.h"

#include <stdio.h>
#include <string.h>

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
    "SELECT origin, registry, epoch, fold_version FROM self WHERE one = 1";
static const char sql_self_add[] =
    "INSERT INTO self (one, origin, role, seq, head, tick, arrival, registry, epoch,"
    " fold_version) VALUES (1, ?1, ?2, 0, NULL, 0, 0, ?3, ?4, ?5)"
    " ON CONFLICT (one) DO NOTHING";

/* stored: the origin the database was written by. */
static bool self_read(struct store *s, bool *ret_there, int64_t *ret_fold,
                      uint8_t stored[RECORD_ORIGIN], struct err *err)
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
    if (s->role == STORE_REGISTRY) {
        if (!store_root_sign(s, "", 0, root, sig, err))
            return false;
        digest_hex_of(root, sizeof root, s->registry);
        sign_random(random, sizeof random);
        text_hex(random, sizeof random, s->epoch);
    }
    return db_run(&s->db, err, sql_self_add, "bsssi", s->origin, (size_t)RECORD_ORIGIN,
                  s->role == STORE_REGISTRY ? "registry" : "walker",
                  *s->registry ? s->registry : NULL, *s->epoch ? s->epoch : NULL,
                  (int64_t)FOLD_VERSION) &&
           hold_key(s, s->origin, s->key, err) && say_hello(s, err);
}

/* Who we are is settled under the lock: of several programs that open a new folder at
 * once, one makes the key and the others read it. */
static bool found(struct store *s, struct err *err)
{
    bool there;
    int64_t fold;
    uint8_t stored[RECORD_ORIGIN];
    if (!db_begin(&s->db, err))
        return false;
    bool ok = self_read(s, &there, &fold, stored, err) && key_read(s, !there, err) &&
              (there || self_make(s, err));
    if (ok)
        return db_commit(&s->db, err);
    db_rollback(&s->db);
    return false;
}

/* A newer program knows more kinds and forms than the one that held the records. */
static bool refold(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *differs;
    bool ok = db_begin(&s->db, err);
    if (ok) {
        ok = hold_retry(s, &a, "kind", err) && hold_retry(s, &a, "body", err);
        if (ok)
            ok = db_commit(&s->db, err);
        else
            db_rollback(&s->db);
    }
    arena_release(&a);
    return ok && fold_rebuild(s, true, &differs, err);
}

static bool identify(struct store *s, struct err *err)
{
    bool there;
    int64_t fold = FOLD_VERSION;
    uint8_t stored[RECORD_ORIGIN];
    if (!self_read(s, &there, &fold, stored, err))
        return false;
    if (!there)
        return found(s, err);
    if (!key_read(s, false, err))
        return false;
    if (memcmp(stored, s->origin, RECORD_ORIGIN) != 0)
        return err_set(err, ERR_DAMAGED, "store.key_differs", s->dir, NULL);
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

bool store_open(struct store *s, const char *dir, enum store_role role, bool create,
                struct err *err)
{
    char path[1200];
    *s = (struct store){.role = role};
    if (strlen(dir) >= sizeof s->dir)
        return err_set(err, ERR_INPUT, "file.name_too_long", dir, NULL);
    snprintf(s->dir, sizeof s->dir, "%s", dir);
    store_path(s, "lygte.db", path, sizeof path);
    bool there = file_exists(path);
    if (!there && !create)
        return err_set(err, ERR_NOT_FOUND, "store.none", dir, NULL);
    bool ok = (there || file_make_folders(dir, err)) && db_open(&s->db, path, create, err) &&
              migrate(&s->db, role, path, err) && make_folders(s, err) &&
              identify(s, err);
    if (!ok)
        db_close(&s->db);
    return ok;
}

void store_close(struct store *s)
{
    db_close(&s->db);
    memset(s->secret, 0, sizeof s->secret);
}

static const char sql_trust[] = "UPDATE self SET registry = ?1 WHERE one = 1";

bool store_trust(struct store *s, const char *registry, struct err *err)
{
    struct arena a = ARENA_INIT;
    if (!db_run(&s->db, err, sql_trust, "s", registry))
        return false;
    snprintf(s->registry, sizeof s->registry, "%s", registry);
    /* Rights hang on whom we trust: who was admitted is folded anew. */
    bool ok = fold_kinds(&s->db, s->registry, "origin.", err) &&
              hold_retry(s, &a, "rights", err);
    arena_release(&a);
    return ok;
}

/* ---- settings -------------------------------------------------------------------- */

static const char sql_setting_get[] = "SELECT value FROM setting WHERE name = ?1";
static const char sql_setting_set[] =
    "INSERT INTO setting (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

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
