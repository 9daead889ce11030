/* keys: who may open the page. Owns the local table web_key; only hashes are stored. A key
 * made while nobody knew the time is dated when it is first used after somebody does: it must
 * not be a year old then, and lock the page out in the middle of a walk. */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/text.h"

#include <string.h>

#define YEAR_MS (INT64_C(365) * 86400000)
/* 2026-01-01: a key from before that was made by a clock that had lost the time. Not the day
 * this program was built: each update would make all keys young again. */
#define FIRST_MS INT64_C(1767225600000)

static const char sql_key_add[] =
    "INSERT INTO web_key (hash, kind, made_ms) VALUES (?1, ?2, ?3)";
static const char sql_key_use[] = "DELETE FROM web_key WHERE hash = ?1 AND kind = 'once'";
static const char sql_key_old[] =
    "DELETE FROM web_key WHERE made_ms < ?1 AND made_ms >= ?2";
static const char sql_key_made[] =
    "SELECT made_ms FROM web_key WHERE hash = ?1 AND kind = 'cookie'";
static const char sql_key_dated[] = "UPDATE web_key SET made_ms = ?2 WHERE hash = ?1";

bool keys_make(struct store *s, const char *kind, char out[65], struct err *err)
{
    uint8_t random[32];
    char hash[DIGEST_HEX];
    sign_random(random, sizeof random);
    text_hex(random, sizeof random, out);
    digest_hex_of(out, 64, hash);
    return db_run(&s->db, err, sql_key_add, "ssi", hash, kind, clock_utc_ms());
}

bool keys_trade(struct store *s, const char *key, char cookie[65], struct err *err)
{
    char hash[DIGEST_HEX];
    digest_hex_of(key, strlen(key), hash);
    if (!db_begin(&s->db, err))
        return false;
    bool ok =
        db_run(&s->db, err, sql_key_old, "ii", clock_utc_ms() - YEAR_MS, FIRST_MS) &&
        db_run(&s->db, err, sql_key_use, "s", hash);
    if (ok && db_changes(&s->db) != 1)
        ok = err_set(err, ERR_DENIED, "key.unknown", NULL);
    bool done = ok && keys_make(s, "cookie", cookie, err);
    return db_end(&s->db, done, err);
}

bool keys_good(struct store *s, const char *cookie, bool *ret, struct err *err)
{
    char hash[DIGEST_HEX];
    int64_t made = INT64_MIN, now = clock_utc_ms();
    digest_hex_of(cookie, strlen(cookie), hash);
    if (!db_number(&s->db, &made, INT64_MIN, err, sql_key_made, "s", hash))
        return false;
    bool undated = made < FIRST_MS;
    *ret = made != INT64_MIN && (undated || made >= now - YEAR_MS);
    if (!*ret || !undated || now < FIRST_MS)
        return true;
    struct err again = ERR_INIT; /* on a full disk the next question does it */
    db_run(&s->db, &again, sql_key_dated, "si", hash, now);
    return true;
}
