/* fuzz_fast: what makes a run of a target with a store cheap, and leaves what is looked
 * for as it was. Gone are Ed25519, reading the schema again, zlib's 256 kB and
 * pages written back (docs/testing.md has the figures).
 *
 * Signatures are a hash over key and words: a wrong one is refused as ever, a right one
 * costs a microsecond. fuzz_true_signatures makes true ones, for the runs that are looked
 * at closely; both kinds are believed.
 *
 * fuzz_nest: from then on a run is one transaction that is rolled back. What the program
 * under test begins and commits are savepoints in it, so pages stay in memory, statements
 * stay prepared, and nothing is left for the next run.
 */
#ifndef LYGTE_TESTS_FUZZ_FAST_H
#define LYGTE_TESTS_FUZZ_FAST_H

#include "tests/fuzz/fuzz_store.h"

#include <dlfcn.h>
#include <sodium.h>
#include <sqlite3.h>
#include <zlib.h>

/* ---- signatures, in the place of core/base/sign.c -------------------------------- */

static bool fuzz_true_signatures;

void sign_start(void)
{
    fuzz_must(sodium_init() >= 0);
}

void sign_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

void sign_keypair(uint8_t public_key[SIGN_PUBLIC], uint8_t secret[SIGN_SECRET])
{
    crypto_sign_ed25519_keypair(public_key, secret);
}

void sign_keypair_of_seed(const uint8_t seed[SIGN_SEED],
                          uint8_t public_key[SIGN_PUBLIC], uint8_t secret[SIGN_SECRET])
{
    crypto_sign_ed25519_seed_keypair(public_key, secret, seed);
}

/* libsodium's secret is the seed and then the public key. */
static void fuzz_cheap_sign(const void *bytes, size_t n, const uint8_t *public_key,
                            uint8_t out[SIGN_SIZE])
{
    crypto_generichash(out, SIGN_SIZE, bytes, n, public_key, SIGN_PUBLIC);
}

void sign_make(const void *bytes, size_t n, const uint8_t secret[SIGN_SECRET],
               uint8_t out[SIGN_SIZE])
{
    if (fuzz_true_signatures)
        crypto_sign_ed25519_detached(out, NULL, bytes, n, secret);
    else
        fuzz_cheap_sign(bytes, n, secret + SIGN_SEED, out);
}

bool sign_check(const void *bytes, size_t n, const uint8_t public_key[SIGN_PUBLIC],
                const uint8_t sig[SIGN_SIZE])
{
    uint8_t cheap[SIGN_SIZE];
    fuzz_cheap_sign(bytes, n, public_key, cheap);
    return memcmp(cheap, sig, SIGN_SIZE) == 0 ||
           crypto_sign_ed25519_verify_detached(sig, bytes, n, public_key) == 0;
}

/* ---- libraries ------------------------------------------------------------------- */

static void fuzz_next(const char *name, void *function, size_t size)
{
    void *found = dlsym(RTLD_NEXT, name);
    fuzz_must(found != NULL);
    memcpy(function, &found, size);
}

/* One deflate at a time, in memory that is not given back. */
static voidpf fuzz_zlib_take(voidpf at, uInt n, uInt size)
{
    static _Alignas(64) unsigned char room[512 * 1024];
    size_t *used = at, bytes = ((size_t)n * size + 63) & ~(size_t)63;
    fuzz_must(bytes <= sizeof room - *used);
    *used += bytes;
    return room + *used - bytes;
}

static void fuzz_zlib_drop(voidpf at, voidpf p)
{
    (void)at;
    (void)p;
}

int deflateInit2_(z_streamp strm, int level, int method, int windowBits, int memLevel,
                  int strategy, const char *version, int stream_size)
{
    static int (*real)(z_streamp, int, int, int, int, int, const char *, int);
    static size_t used;
    if (!real)
        fuzz_next("deflateInit2_", &real, sizeof real);
    used = 0;
    strm->zalloc = fuzz_zlib_take;
    strm->zfree = fuzz_zlib_drop;
    strm->opaque = &used;
    return real(strm, level, method, windowBits, memLevel, strategy, version,
                stream_size);
}

/* libFuzzer's table of compared words costs a tenth of a run (cJSON compares every name);
 * the dictionaries have the words. */
void __sanitizer_weak_hook_strcmp(void *pc, const char *a, const char *b, int outcome);
void __sanitizer_weak_hook_strcmp(void *pc, const char *a, const char *b, int outcome)
{
    (void)pc;
    (void)a;
    (void)b;
    (void)outcome;
}

void __sanitizer_weak_hook_memcmp(void *pc, const void *a, const void *b, size_t n,
                                  int outcome);
void __sanitizer_weak_hook_memcmp(void *pc, const void *a, const void *b, size_t n,
                                  int outcome)
{
    (void)pc;
    (void)a;
    (void)b;
    (void)n;
    (void)outcome;
}

void __sanitizer_weak_hook_strncmp(void *pc, const char *a, const char *b, size_t n,
                                   int outcome);
void __sanitizer_weak_hook_strncmp(void *pc, const char *a, const char *b, size_t n,
                                   int outcome)
{
    __sanitizer_weak_hook_memcmp(pc, a, b, n, outcome);
}

/* ---- a run is a transaction that is rolled back ---------------------------------- */

static sqlite3 *fuzz_nested; /* NULL: transactions are what they say */

static const char *fuzz_nested_words(const char *sql)
{
    static const char *const words[][2] = {{"BEGIN IMMEDIATE", "SAVEPOINT run"},
                                           {"COMMIT", "RELEASE run"},
                                           {"ROLLBACK", "ROLLBACK TO run"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(sql, words[i][0]) == 0)
            return words[i][1];
    return sql;
}

int sqlite3_prepare_v3(sqlite3 *db, const char *zSql, int nByte, unsigned int prepFlags,
                       sqlite3_stmt **ppStmt, const char **pzTail)
{
    static int (*real)(sqlite3 *, const char *, int, unsigned int, sqlite3_stmt **,
                       const char **);
    if (!real)
        fuzz_next("sqlite3_prepare_v3", &real, sizeof real);
    return real(db, db == fuzz_nested ? fuzz_nested_words(zSql) : zSql, nByte,
                prepFlags, ppStmt, pzTail);
}

static UNUSED void fuzz_words(struct store *s, const char *sql)
{
    fuzz_must(sqlite3_exec(s->db.handle, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static UNUSED void fuzz_nest(struct store *s)
{
    for (size_t i = 0; i < DB_STATEMENTS; i++) {
        sqlite3_finalize(s->db.slot[i].statement);
        s->db.slot[i] = (struct db_slot){0};
    }
    fuzz_words(s, "PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
                  " PRAGMA cache_size=-16384");
    fuzz_nested = s->db.handle;
}

/* Statements of the store's own, as sqlite3_prepare_v3 leaves these as they are. inside:
 * the run makes no transaction of its own, it is in one. */
static UNUSED void fuzz_run_begin(struct store *s, bool inside)
{
    struct err err = ERR_INIT;
    fuzz_ok(db_run(&s->db, &err, "BEGIN IMMEDIATE TRANSACTION", ""), &err);
    s->db.begun_file = inside ? __FILE__ : NULL;
}

static UNUSED void fuzz_run_end(struct store *s)
{
    struct err err = ERR_INIT;
    s->db.begun_file = NULL;
    fuzz_ok(db_run(&s->db, &err, "ROLLBACK TRANSACTION", ""), &err);
}

/* Ends the run and keeps what it left. */
static UNUSED void fuzz_run_keep(struct store *s)
{
    struct err err = ERR_INIT;
    s->db.begun_file = NULL;
    fuzz_ok(db_run(&s->db, &err, "COMMIT TRANSACTION", ""), &err);
}

/* Before the first store is opened: no locks, no counting, pages in one block. What a
 * statement hands out still comes from malloc, where ASan sees it. */
static UNUSED void fuzz_fast_start(void)
{
    static _Alignas(64) unsigned char pages[2048 * 4608];
    int head = 0;
    fuzz_must(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK &&
              sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
              sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &head) == SQLITE_OK);
    fuzz_must(4096 + head <= 4608 &&
              sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1200, 200) == SQLITE_OK);
    fuzz_must(sqlite3_config(SQLITE_CONFIG_PAGECACHE, pages, 4608, 2048) == SQLITE_OK);
    fuzz_folder_make();
}

#endif
