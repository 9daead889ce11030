/* pass: see the header. */
#include "core/store/local/pass.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (INT64_C(3600) * 1000)

enum { LEAST_HOURS = 8, SEEN_STEP_MS = 60000 };

/* ---- how long -------------------------------------------------------------------- */

static int64_t until_noon_ms(int64_t now)
{
    int year, month, day, hour, minute;
    clock_local(now, &year, &month, &day, &hour, &minute);
    int64_t ms = (12 - hour) * HOUR_MS - minute * INT64_C(60000);
    while (ms < LEAST_HOURS * HOUR_MS)
        ms += 24 * HOUR_MS;
    return ms;
}

/* In the boot it was made in the running clock decides, whatever the date says. After
 * another start nothing but the date does; where nobody has told it (a Pi that begins where
 * it was shut down on the last evening) the walk has to be still on. */
static bool is_good(const struct pass *p, const char *boot, int64_t until_mono,
                    const char *walk_state)
{
    struct clock_reading now = clock_now();
    if (p->revoked_ms != DB_NULL)
        return false;
    if (*boot && strcmp(boot, clock_boot_id()) == 0)
        return now.mono_ms < until_mono;
    bool told = strcmp(now.trust, "ntp") == 0 || strcmp(now.trust, "gnss") == 0;
    bool over = strcmp(walk_state, "ended") == 0 || strcmp(walk_state, "closed") == 0;
    return now.utc_ms >= p->made_ms && now.utc_ms < p->until_ms && (told || !over);
}

/* ---- passes ---------------------------------------------------------------------- */

static const char sql_pass_add[] =
    "INSERT INTO walk_pass (id, hash, walk, made_ms, until_ms, boot, until_mono)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

static void new_secret(char secret[PASS_SECRET], char hash[DIGEST_HEX])
{
    uint8_t random[32];
    sign_random(random, sizeof random);
    text_hex(random, sizeof random, secret);
    digest_hex_of(secret, PASS_SECRET - 1, hash);
}

bool pass_new(struct store *s, const char *walk, char secret[PASS_SECRET],
              struct pass *ret, struct err *err)
{
    char hash[DIGEST_HEX];
    int64_t now = clock_now().utc_ms, left = until_noon_ms(now);
    struct pass p = {.made_ms = now,
                     .until_ms = now + left,
                     .revoked_ms = DB_NULL,
                     .good = true};
    uid_new(p.id);
    snprintf(p.walk, sizeof p.walk, "%s", walk);
    new_secret(secret, hash);
    if (!db_run(&s->db, err, sql_pass_add, "sssiisi", p.id, hash, p.walk, p.made_ms,
                p.until_ms, clock_boot_id(), clock_mono_ms() + left))
        return false;
    *ret = p;
    return true;
}

#define PASS_COLUMNS                                                                   \
    "SELECT p.id, p.walk, p.made_ms, p.until_ms, p.revoked_ms, p.boot, p.until_mono,"  \
    " (SELECT count(*) FROM pass_phone f WHERE f.pass = p.id),"                        \
    " (SELECT COALESCE(sum(f.waiting), 0) FROM pass_phone f WHERE f.pass = p.id),"     \
    " (SELECT w.state FROM walk w WHERE w.id = p.walk)"

static void read_row(const struct db_rows *rows, struct pass *p)
{
    *p = (struct pass){.made_ms = db_int(rows, 2),
                       .until_ms = db_int(rows, 3),
                       .revoked_ms = db_int_or(rows, 4, DB_NULL),
                       .phones = db_int(rows, 7),
                       .waiting = db_int(rows, 8)};
    snprintf(p->id, sizeof p->id, "%s", db_peek(rows, 0));
    snprintf(p->walk, sizeof p->walk, "%s", db_peek(rows, 1));
    p->good = is_good(p, db_peek(rows, 5), db_int(rows, 6), db_peek(rows, 9));
}

/* *ret_n is how many rows there are, up to 2; the first is in ret. */
static bool find(struct store *s, const char *sql, const char *value, struct pass *ret,
                 size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql, "s", value))
        return false;
    while (n < 2 && db_next(&rows, err))
        if (n++ == 0)
            read_row(&rows, ret);
    *ret_n = n;
    return db_done(&rows);
}

/* ---- phones ---------------------------------------------------------------------- */

static const char sql_pass_of_hash[] = PASS_COLUMNS " FROM walk_pass p WHERE p.hash = ?1";
static const char sql_phone_add[] =
    "INSERT INTO pass_phone (hash, pass, plain, made_ms, seen_ms, waiting)"
    " VALUES (?1, ?2, ?3, ?4, ?4, 0)";

bool pass_shown(struct store *s, const char *secret, struct pass *ret, struct err *err)
{
    char hash[DIGEST_HEX];
    struct pass p;
    size_t n = 0;
    digest_hex_of(secret, strlen(secret), hash);
    if (!find(s, sql_pass_of_hash, hash, &p, &n, err))
        return false;
    if (n == 0)
        return err_set(err, ERR_DENIED, "pass.unknown", NULL);
    if (!p.good)
        return err_set(err, ERR_DENIED, "pass.over", NULL);
    *ret = p;
    return true;
}

bool pass_trade(struct store *s, const char *secret, bool plain,
                char cookie[PASS_SECRET], struct pass *ret, struct err *err)
{
    char hash[DIGEST_HEX];
    if (!pass_shown(s, secret, ret, err))
        return false;
    if (ret->phones >= PASS_PHONES_MOST)
        return err_set(err, ERR_BUSY, "pass.too_many", NULL);
    new_secret(cookie, hash);
    return db_run(&s->db, err, sql_phone_add, "ssii", hash, ret->id, (int64_t)plain,
                  clock_utc_ms());
}

static const char sql_pass_of_cookie[] =
    PASS_COLUMNS " FROM walk_pass p JOIN pass_phone c ON c.pass = p.id"
                 " WHERE c.hash = ?1 AND c.plain = ?2";
static const char sql_phone_seen[] =
    "UPDATE pass_phone SET seen_ms = ?2 WHERE hash = ?1 AND (seen_ms < ?3 OR seen_ms > ?2)";

bool pass_of_cookie(struct store *s, const char *cookie, bool plain, struct pass *ret,
                    bool *ret_good, struct err *err)
{
    struct db_rows rows;
    char hash[DIGEST_HEX];
    int64_t now = clock_utc_ms();
    *ret_good = false;
    if (!cookie)
        return true;
    digest_hex_of(cookie, strlen(cookie), hash);
    if (!db_query(&s->db, &rows, err, sql_pass_of_cookie, "si", hash, (int64_t)plain))
        return false;
    if (db_next(&rows, err)) {
        read_row(&rows, ret);
        *ret_good = ret->good;
    }
    return db_done(&rows) && (!*ret_good || db_run(&s->db, err, sql_phone_seen, "sii",
                                                   hash, now, now - SEEN_STEP_MS));
}

static const char sql_phone_waiting[] =
    "UPDATE pass_phone SET waiting = ?2, seen_ms = ?3 WHERE hash = ?1 AND waiting <> ?2";

bool pass_heard(struct store *s, const char *cookie, int64_t waiting, struct err *err)
{
    char hash[DIGEST_HEX];
    digest_hex_of(cookie, strlen(cookie), hash);
    return db_run(&s->db, err, sql_phone_waiting, "sii", hash, waiting, clock_utc_ms());
}

/* ---- the leader's side ----------------------------------------------------------- */

static const char sql_passes[] =
    PASS_COLUMNS " FROM walk_pass p WHERE ?1 = '' OR p.walk = ?1"
                 " ORDER BY p.made_ms DESC, p.id";

bool pass_list(struct store *s, struct arena *a, const char *walk, struct pass **ret,
               size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_passes, "s", walk ? walk : ""))
        return false;
    while (db_next(&rows, err)) {
        struct pass p;
        read_row(&rows, &p);
        buf_add(&list, &p, sizeof p);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof **ret;
    *ret = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}

static const char sql_pass_silent[] =
    "SELECT count(*) FROM pass_phone WHERE pass = ?1 AND seen_ms < ?2";

bool pass_silent(struct store *s, const char *id, int64_t before_ms, int64_t *ret,
                 struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_pass_silent, "si", id, before_ms);
}

static const char sql_pass_by_tail[] =
    PASS_COLUMNS " FROM walk_pass p WHERE p.id LIKE ?1 ORDER BY p.id LIMIT 2";
static const char sql_pass_revoke[] =
    "UPDATE walk_pass SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL";

bool pass_revoke(struct store *s, const char *id, struct pass *ret, struct err *err)
{
    char pattern[UID_SIZE + 1];
    size_t n = 0;
    if (!uid_is_tail(id))
        return err_set(err, ERR_NOT_FOUND, "pass.no_such", id, NULL);
    snprintf(pattern, sizeof pattern, "%%%s", id);
    if (!find(s, sql_pass_by_tail, pattern, ret, &n, err))
        return false;
    if (n != 1)
        return err_set(err, ERR_NOT_FOUND, "pass.no_such", id, NULL);
    ret->good = false;
    if (ret->revoked_ms == DB_NULL)
        ret->revoked_ms = clock_utc_ms();
    return db_run(&s->db, err, sql_pass_revoke, "si", ret->id, ret->revoked_ms);
}

void pass_json(struct json_out *o, const char *name, const struct pass *p)
{
    char made[32], until[32];
    clock_format(p->made_ms, made);
    clock_format(p->until_ms, until);
    json_open(o, name, '{');
    json_str(o, "id", p->id);
    json_str(o, "walk", p->walk);
    json_str(o, "made", made);
    json_str(o, "until", until);
    json_bool(o, "revoked", p->revoked_ms != DB_NULL);
    json_bool(o, "good", p->good);
    json_num(o, "phones", p->phones);
    json_num(o, "waiting", p->waiting);
    json_close(o, '}');
}
