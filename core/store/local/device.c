/* device: see the header. */
#include "core/store/local/device.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/hold.h"
#include "core/store/local/carried.h"
#include "core/store/local/stranger.h"

#include <stdio.h>
#include <string.h>

/* ---- codes ----------------------------------------------------------------------- */

enum { CODE_LETTERS = 10 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The code as it was made: capitals, no dash, the look-alikes read as what they are
 * (Crockford, base32). False when it cannot be a code. */
static bool code_read(const char *code, char out[CODE_LETTERS + 1])
{
    size_t n = 0;
    for (; *code; code++) {
        char c = *code;
        if (c == '-' || c == ' ')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == 'O')
            c = '0';
        if (c == 'I' || c == 'L')
            c = '1';
        if (n == CODE_LETTERS || !strchr(alphabet, c))
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return n == CODE_LETTERS;
}

static const char sql_code_add[] =
    "INSERT INTO pair_code (hash, expires_ms, paired_key) VALUES (?1, ?2, NULL)";
static const char sql_code_old[] = "DELETE FROM pair_code WHERE expires_ms < ?1";

bool device_code_new(struct store *s, char code[DEVICE_CODE], int64_t *ret_expires_ms,
                     struct err *err)
{
    uint8_t random[CODE_LETTERS];
    char plain[CODE_LETTERS + 1], hash[DIGEST_HEX];
    int64_t now = clock_utc_ms(), expires = now + (int64_t)DEVICE_CODE_S * 1000;
    sign_random(random, sizeof random);
    for (size_t i = 0; i < CODE_LETTERS; i++)
        plain[i] = alphabet[random[i] & 31];
    plain[CODE_LETTERS] = '\0';
    digest_hex_of(plain, CODE_LETTERS, hash);
    if (!db_run(&s->db, err, sql_code_old, "i", now - INT64_C(86400000)) ||
        !db_run(&s->db, err, sql_code_add, "si", hash, expires))
        return false;
    snprintf(code, DEVICE_CODE, "%.5s-%.5s", plain, plain + 5);
    *ret_expires_ms = expires;
    return true;
}

/* ---- pairing --------------------------------------------------------------------- */

struct pairing {
    char code[CODE_LETTERS + 1];
    char code_hash[DIGEST_HEX];
    const uint8_t *key;
    const char *name;
    bool again; /* this key used the code before */
};

static const char sql_code_of[] =
    "SELECT expires_ms, paired_key FROM pair_code WHERE hash = ?1";

static bool check_code(struct store *s, struct pairing *p, struct err *err)
{
    struct db_rows rows;
    bool there = false, used = false;
    int64_t expires = 0;
    if (!db_query(&s->db, &rows, err, sql_code_of, "s", p->code_hash))
        return false;
    if (db_next(&rows, err)) {
        there = true;
        expires = db_int(&rows, 0);
        used = !db_is_null(&rows, 1);
        const void *key = sqlite3_column_blob(rows.statement, 1);
        p->again = used && sqlite3_column_bytes(rows.statement, 1) == SIGN_PUBLIC &&
                   memcmp(key, p->key, SIGN_PUBLIC) == 0;
    }
    if (!db_done(&rows))
        return false;
    if (!there)
        return err_set(err, ERR_DENIED, "pair.unknown", NULL);
    if (clock_utc_ms() >= expires)
        return err_set(err, ERR_DENIED, "pair.expired", NULL);
    if (used && !p->again)
        return err_set(err, ERR_DENIED, "pair.used", NULL);
    return true;
}

/* Nobody without the root key (a hub's own key) can work the token out, and the same
 * question always has the same answer, because Ed25519 signatures are (RFC 8032). */
static bool make_token(struct store *s, const struct pairing *p,
                       char token[DEVICE_TOKEN], struct err *err)
{
    static const char purpose[] = "lygte device token";
    uint8_t question[sizeof purpose + CODE_LETTERS + SIGN_PUBLIC];
    uint8_t root[SIGN_PUBLIC], sig[SIGN_SIZE];
    memcpy(question, purpose, sizeof purpose);
    memcpy(question + sizeof purpose, p->code, CODE_LETTERS);
    memcpy(question + sizeof purpose + CODE_LETTERS, p->key, SIGN_PUBLIC);
    if (s->role == STORE_WALKER)
        sign_make(question, sizeof question, s->secret, sig);
    else if (!store_root_sign(s, question, sizeof question, root, sig, err))
        return false;
    digest_hex_of(sig, sizeof sig, token);
    return true;
}

static bool admit(struct store *s, struct arena *a, const uint8_t origin[RECORD_ORIGIN],
                  const char *name, struct err *err)
{
    char subject[RECORD_ORIGIN_HEX];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    if (s->role == STORE_WALKER) /* a hub admits nobody: it carries */
        return carried_add(s, origin, err);
    text_hex(origin, RECORD_ORIGIN, subject);
    json_open(&o, NULL, '{');
    json_str(&o, "role", "device");
    json_str(&o, "scope", "");
    json_str(&o, "name", name);
    json_close(&o, '}');
    struct record_wish wish = {"origin.admit", subject, body.data,
                               "registry",     "",      INT64_MIN};
    bool ok = hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

static const char sql_code_used[] =
    "UPDATE pair_code SET paired_key = ?2 WHERE hash = ?1";
static const char sql_device_set[] =
    "INSERT INTO device (id, origin, name, token, paired_ms, seen_ms, revoked_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL) ON CONFLICT (id) DO UPDATE SET"
    " name = excluded.name, token = excluded.token, paired_ms = excluded.paired_ms,"
    " seen_ms = NULL, revoked_ms = NULL";

static const char sql_writes_by[] =
    "INSERT INTO device_origin (origin, device) VALUES (?1, ?2)"
    " ON CONFLICT (origin) DO UPDATE SET device = excluded.device";

bool device_writes_by(struct store *s, const char *device,
                      const uint8_t origin[RECORD_ORIGIN], struct err *err)
{
    return db_run(&s->db, err, sql_writes_by, "bs", origin, (size_t)RECORD_ORIGIN, device);
}

static bool write_pairing(struct store *s, struct arena *a, const struct pairing *p,
                          const struct device *d, const char *token, struct err *err)
{
    char hash[DIGEST_HEX];
    digest_hex_of(token, strlen(token), hash);
    return db_run(&s->db, err, sql_code_used, "sb", p->code_hash, p->key,
                  (size_t)SIGN_PUBLIC) &&
           hold_key(s, d->origin, p->key, err) &&
           admit(s, a, d->origin, p->name, err) &&
           device_writes_by(s, d->id, d->origin, err) &&
           db_run(&s->db, err, sql_device_set, "sbssi", d->id, d->origin,
                  (size_t)RECORD_ORIGIN, p->name, hash, clock_utc_ms());
}

#define DEVICE_COLUMNS                                                                 \
    "SELECT id, origin, name, paired_ms, seen_ms, revoked_ms FROM device"

static const char sql_device_by_id[] = DEVICE_COLUMNS " WHERE id = ?1";

static void read_row(struct db_rows *rows, struct device *d)
{
    const void *origin = sqlite3_column_blob(rows->statement, 1);
    *d = (struct device){.paired_ms = db_int(rows, 3),
                         .seen_ms = db_int_or(rows, 4, DB_NULL),
                         .revoked_ms = db_int_or(rows, 5, DB_NULL)};
    snprintf(d->id, sizeof d->id, "%s", db_peek(rows, 0));
    snprintf(d->name, sizeof d->name, "%s", db_peek(rows, 2));
    if (origin && sqlite3_column_bytes(rows->statement, 1) == RECORD_ORIGIN)
        memcpy(d->origin, origin, RECORD_ORIGIN);
}

/* *ret_n is how many rows there are, up to 2; the first is in ret. */
static bool find(struct store *s, const char *sql, const char *value,
                 struct device *ret, size_t *ret_n, struct err *err)
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

static bool pair_now(struct store *s, struct arena *a, struct pairing *p,
                     struct device_answer *ret, struct err *err)
{
    struct device d = {0};
    char origin[RECORD_ORIGIN_HEX];
    size_t n = 0;
    record_origin_of(p->key, d.origin);
    text_hex(d.origin, RECORD_ORIGIN, origin);
    uid_derive("device", origin, d.id);
    if (!check_code(s, p, err) || !make_token(s, p, ret->token, err))
        return false;
    if (!p->again && !write_pairing(s, a, p, &d, ret->token, err))
        return false;
    if (!find(s, sql_device_by_id, d.id, &ret->device, &n, err))
        return false;
    /* shut out since: the same code brings nobody back */
    return !p->again || ret->device.revoked_ms == DB_NULL ||
           err_set(err, ERR_DENIED, "pair.used", NULL);
}

static bool check_name(const char *name, struct err *err)
{
    char most[8];
    if (*name && text_is_utf8(name, strlen(name)) && text_length(name) <= DEVICE_NAME_MOST)
        return true;
    snprintf(most, sizeof most, "%d", DEVICE_NAME_MOST);
    return err_set(err, ERR_INPUT, "pair.bad_name", most, NULL);
}

static const char sql_shut_out[] =
    "SELECT count(*) FROM record WHERE origin = ?1 AND reason IN ('revoked', 'rights')";

static const char sql_device_of_origin[] =
    "SELECT (SELECT count(*) FROM device WHERE origin = ?1)"
    " + (SELECT count(*) FROM device_origin WHERE origin = ?1)";

/* Who comes by stick has no token; a row all the same, by which somebody sees it and can shut
 * it out. Its token is the hash of nothing anybody knows, until it pairs. */
static bool list_tokenless(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                           const char *name, struct err *err)
{
    char hex[RECORD_ORIGIN_HEX], id[UID_SIZE], token[DIGEST_HEX];
    uint8_t nobodys[DIGEST_SIZE];
    int64_t known = 0;
    if (!db_number(&s->db, &known, 0, err, sql_device_of_origin, "b", origin,
                   (size_t)RECORD_ORIGIN))
        return false;
    sign_random(nobodys, sizeof nobodys);
    digest_hex_of(nobodys, sizeof nobodys, token);
    text_hex(origin, RECORD_ORIGIN, hex);
    uid_derive("device", hex, id); /* the one it has when it pairs */
    return known > 0 ||
           db_run(&s->db, err, sql_device_set, "sbssi", id, origin, (size_t)RECORD_ORIGIN,
                  name, token, clock_utc_ms());
}

bool device_admit(struct store *s, struct arena *a, const char *origin, const char *name,
                  struct err *err)
{
    uint8_t id[RECORD_ORIGIN];
    struct stranger_run run;
    size_t n = 0;
    int64_t shut_out = 0;
    if (!check_name(name, err))
        return false;
    if (!text_unhex(origin, id, RECORD_ORIGIN))
        return err_set(err, ERR_NOT_FOUND, "device.no_stranger", origin, NULL);
    if (!stranger_runs(s, id, &run, 1, &n, err) ||
        !db_number(&s->db, &shut_out, 0, err, sql_shut_out, "b", id, (size_t)RECORD_ORIGIN))
        return false;
    if (n == 0 && shut_out == 0)
        return err_set(err, ERR_NOT_FOUND, "device.no_stranger", origin, NULL);
    return admit(s, a, id, name, err) &&
           (s->role != STORE_REGISTRY || list_tokenless(s, id, name, err));
}

bool device_pair(struct store *s, struct arena *a, const char *code, const char *name,
                 const uint8_t key[SIGN_PUBLIC], struct device_answer *ret,
                 struct err *err)
{
    struct pairing p = {.key = key, .name = name};
    struct device_answer answer = {0};
    if (!check_name(name, err))
        return false;
    if (!code_read(code, p.code))
        return err_set(err, ERR_DENIED, "pair.unknown", NULL);
    digest_hex_of(p.code, CODE_LETTERS, p.code_hash);
    snprintf(answer.registry, sizeof answer.registry, "%s", s->registry);
    snprintf(answer.epoch, sizeof answer.epoch, "%s", s->epoch);
    if (!db_begin(&s->db, err))
        return false;
    if (!pair_now(s, a, &p, &answer, err)) {
        db_rollback(&s->db);
        return false;
    }
    if (!db_commit(&s->db, err))
        return false;
    *ret = answer;
    return true;
}

static const char sql_device_renew[] = "UPDATE device SET origin = ?2 WHERE id = ?1";

static bool write_renewed(struct store *s, struct arena *a, const struct device *d,
                          const uint8_t key[SIGN_PUBLIC], struct err *err)
{
    uint8_t origin[RECORD_ORIGIN];
    record_origin_of(key, origin);
    return hold_key(s, origin, key, err) && admit(s, a, origin, d->name, err) &&
           device_writes_by(s, d->id, d->origin, err) &&
           device_writes_by(s, d->id, origin, err) &&
           db_run(&s->db, err, sql_device_renew, "sb", d->id, origin,
                  (size_t)RECORD_ORIGIN);
}

bool device_renew(struct store *s, struct arena *a, const char *device,
                  const uint8_t key[SIGN_PUBLIC], struct err *err)
{
    struct device d;
    size_t n = 0;
    if (!db_begin(&s->db, err))
        return false;
    bool done = find(s, sql_device_by_id, device, &d, &n, err) && n == 1 &&
                write_renewed(s, a, &d, key, err);
    return db_end(&s->db, done, err);
}

/* ---- tokens ---------------------------------------------------------------------- */

static const char sql_device_by_token[] = DEVICE_COLUMNS " WHERE token = ?1";

bool device_of_any_token(struct store *s, const char *token, struct device *ret,
                         bool *ret_revoked, struct err *err)
{
    struct device d;
    char hash[DIGEST_HEX] = "";
    size_t n = 0;
    if (token)
        digest_hex_of(token, strlen(token), hash);
    if (!find(s, sql_device_by_token, hash, &d, &n, err))
        return false;
    if (n == 0)
        return err_set(err, ERR_UNAUTHENTICATED, "device.unknown_token", NULL);
    *ret_revoked = d.revoked_ms != DB_NULL;
    *ret = d;
    return true;
}

bool device_of_token(struct store *s, const char *token, struct device *ret,
                     struct err *err)
{
    struct device d;
    bool revoked;
    if (!device_of_any_token(s, token, &d, &revoked, err))
        return false;
    if (revoked)
        return err_set(err, ERR_DENIED, "device.revoked", d.name, NULL);
    *ret = d;
    return true;
}

static const char sql_device_seen[] = "UPDATE device SET seen_ms = ?2 WHERE id = ?1";

bool device_touch(struct store *s, struct device *d, struct err *err)
{
    int64_t now = clock_utc_ms();
    bool fresh = d->seen_ms != DB_NULL && d->seen_ms <= now &&
                 now - d->seen_ms < (int64_t)DEVICE_SEEN_STEP_S * 1000;
    if (fresh)
        return true;
    if (!db_run(&s->db, err, sql_device_seen, "si", d->id, now))
        return false;
    d->seen_ms = now;
    return true;
}

/* ---- the desk -------------------------------------------------------------------- */

/* Every origin it writes by, or wrote by before: a stolen card may hold an old key. But not
 * the one by which another was heard from since this one was paired (minutes are what that
 * is known by): this folder is a copy of that one's. */
#define ORIGINS_OF                                                                     \
    "SELECT origin FROM device_origin WHERE device = ?1 AND origin NOT IN"             \
    " (SELECT o.origin FROM device o JOIN device d ON d.id = ?1 WHERE o.id <> d.id"    \
    " AND o.revoked_ms IS NULL AND o.seen_ms + 60000 >= d.paired_ms)"                  \
    " UNION SELECT origin FROM device WHERE id = ?1"

static const char sql_origins_of[] = ORIGINS_OF;
static const char sql_still_in[] =
    "SELECT count(*) FROM admission WHERE last_seq IS NULL AND origin IN (" ORIGINS_OF
    ")";

/* Its token once refused is so for good; but somebody may have let it in again by stick
 * (device_admit): then it is out no more, and can be shut out again. */
static bool follow_admission(struct store *s, struct device *d, struct err *err)
{
    int64_t in = 0;
    if (d->revoked_ms == DB_NULL || s->role != STORE_REGISTRY)
        return true;
    if (!db_number(&s->db, &in, 0, err, sql_still_in, "s", d->id))
        return false;
    if (in > 0)
        d->revoked_ms = DB_NULL;
    return true;
}

static const char sql_devices[] = DEVICE_COLUMNS " ORDER BY paired_ms DESC, id";

bool device_list(struct store *s, struct arena *a, struct device **ret, size_t *ret_n,
                 struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_devices, ""))
        return false;
    while (db_next(&rows, err)) {
        struct device d;
        read_row(&rows, &d);
        buf_add(&list, &d, sizeof d);
    }
    bool ok = db_done(&rows);
    struct device *devices = arena_memdup(a, list.data, list.len);
    const size_t n = list.len / sizeof *devices;
    for (size_t i = 0; ok && i < n; i++)
        ok = follow_admission(s, &devices[i], err);
    if (ok) {
        *ret_n = n;
        *ret = devices;
    }
    buf_release(&list);
    return ok;
}

static const char sql_device_by_tail[] =
    DEVICE_COLUMNS " WHERE id LIKE ?1 ORDER BY id LIMIT 2";
static const char sql_device_revoke[] =
    "UPDATE device SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL";

static bool shut_out(struct store *s, struct arena *a, const struct device *d,
                     struct err *err)
{
    struct db_rows rows;
    struct buf origins = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_origins_of, "s", d->id))
        return false;
    while (db_next(&rows, err))
        buf_add(&origins, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
    bool ok = db_done(&rows);
    for (size_t i = 0; ok && i < origins.len; i += RECORD_ORIGIN)
        ok = admission_revoke(s, a, (const uint8_t *)origins.data + i, err);
    buf_release(&origins);
    return ok;
}

/* A hub writes no such record: it carries. */
static bool write_revoked(struct store *s, struct device *d, struct err *err)
{
    struct arena a = ARENA_INIT;
    if (!db_begin(&s->db, err))
        return false;
    bool ok = db_run(&s->db, err, sql_device_revoke, "si", d->id, clock_utc_ms()) &&
              (s->role != STORE_REGISTRY || shut_out(s, &a, d, err));
    arena_release(&a);
    return db_end(&s->db, ok, err);
}

bool device_revoke(struct store *s, const char *id, struct device *ret, struct err *err)
{
    struct device d = {0};
    char pattern[UID_SIZE + 1];
    size_t n = 0;
    if (!uid_is_tail(id))
        return err_set(err, ERR_NOT_FOUND, "device.unknown", id, NULL);
    snprintf(pattern, sizeof pattern, "%%%s", id);
    if (!find(s, sql_device_by_tail, pattern, &d, &n, err))
        return false;
    if (!uid_found_one(n, id, "device.unknown", "device.ambiguous", err) ||
        !follow_admission(s, &d, err))
        return false;
    if (d.revoked_ms == DB_NULL) {
        if (!write_revoked(s, &d, err))
            return false;
        d.revoked_ms = clock_utc_ms();
    }
    if (ret)
        *ret = d;
    return true;
}

void device_members(struct json_out *o, const struct device *d)
{
    json_str(o, "id", d->id);
    json_str(o, "name", d->name);
    json_time(o, "paired", d->paired_ms);
    json_time(o, "seen", d->seen_ms);
    json_bool(o, "revoked", d->revoked_ms != DB_NULL);
}

void device_json(struct json_out *o, const char *name, const struct device *d)
{
    json_open(o, name, '{');
    device_members(o, d);
    json_close(o, '}');
}
