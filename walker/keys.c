/* keys: who may open the page. Owns the local table web_key; only hashes are stored. */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/text.h"

#include <string.h>

#define YEAR_MS (INT64_C(365) * 86400000)

static const char sql_key_add[] =
    "INSERT INTO web_key (hash, kind, made_ms) VALUES (?1, ?2, ?3)";
static const char sql_key_use[] = "DELETE FROM web_key WHERE hash = ?1 AND kind = 'once'";
static const char sql_key_old[] = "DELETE FROM web_key WHERE made_ms < ?1";
static const char sql_key_good[] =
    "SELECT count(*) FROM web_key WHERE hash = ?1 AND kind = 'cookie' AND made_ms >= ?2";

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
    bool ok = db_run(&s->db, err, sql_key_old, "i", clock_utc_ms() - YEAR_MS) &&
              db_run(&s->db, err, sql_key_use, "s", hash);
    if (ok && db_changes(&s->db) != 1)
        ok = err_set(err, ERR_DENIED, "key.unknown", NULL);
    bool done = ok && keys_make(s, "cookie", cookie, err);
    return db_end(&s->db, done, err);
}

bool keys_good(struct store *s, const char *cookie, bool *ret, struct err *err)
{
    char hash[DIGEST_HEX];
    int64_t n = 0;
    digest_hex_of(cookie, strlen(cookie), hash);
    if (!db_number(&s->db, &n, 0, err, sql_key_good, "si", hash,
                   clock_utc_ms() - YEAR_MS))
        return false;
    *ret = n > 0;
    return true;
}
