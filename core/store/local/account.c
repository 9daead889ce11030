/* account: see the header. */
#include "core/store/local/account.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/password.h"
#include "core/base/text.h"
#include "core/store/party.h"

#include <stdio.h>
#include <string.h>

const char account_roles[] = "admin coordinator department police viewer";

/* ---- adding ---------------------------------------------------------------------- */

static bool name_is_good(const char *name)
{
    for (const unsigned char *s = (const unsigned char *)name; *s; s++)
        if (*s <= ' ' || *s == 0x7f)
            return false;
    return *name && text_is_utf8(name, strlen(name)) &&
           text_length(name) <= ACCOUNT_NAME_MOST;
}

static bool check_password(const char *password, struct err *err)
{
    char limit[16];
    if (!text_is_utf8(password, strlen(password)) ||
        text_length(password) < ACCOUNT_PASSWORD_LEAST) {
        snprintf(limit, sizeof limit, "%d", ACCOUNT_PASSWORD_LEAST);
        return err_set(err, ERR_INPUT, "account.short_password", limit, NULL);
    }
    if (strlen(password) > ACCOUNT_PASSWORD_MOST) {
        snprintf(limit, sizeof limit, "%d", ACCOUNT_PASSWORD_MOST);
        return err_set(err, ERR_INPUT, "account.long_password", limit, NULL);
    }
    return true;
}

static bool check_wish(struct store *s, const struct account *wish, struct err *err)
{
    bool there = true;
    if (!name_is_good(wish->name))
        return err_set(err, ERR_INPUT, "account.bad_name", wish->name, NULL);
    if (!wish->role || strchr(wish->role, ' ') ||
        !field_word_in(wish->role, account_roles))
        return err_set(err, ERR_INPUT, "account.bad_role", wish->role ? wish->role : "",
                       account_roles, NULL);
    if (!wish->party && strcmp(wish->role, "department") == 0)
        return err_set(err, ERR_INPUT, "account.no_party", wish->name, NULL);
    if (wish->party && !party_exists(s, wish->party, &there, err))
        return false;
    return there || err_set(err, ERR_NOT_FOUND, "party.unknown", wish->party, NULL);
}

static const char sql_account_add[] =
    "INSERT INTO account (name, role, party, password, made_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO NOTHING";

bool account_add(struct store *s, const struct account *wish, const char *password,
                 struct err *err)
{
    char hash[PASSWORD_HASH];
    if (!check_wish(s, wish, err) || !check_password(password, err))
        return false;
    password_hash(password, hash);
    if (!db_run(&s->db, err, sql_account_add, "ssssi", wish->name, wish->role,
                wish->party, hash, clock_utc_ms()))
        return false;
    return db_changes(&s->db) > 0 ||
           err_set(err, ERR_CONFLICT, "account.exists", wish->name, NULL);
}

static const char sql_accounts[] =
    "SELECT name, role, party, made_ms FROM account ORDER BY name";

static struct account read_row(struct arena *a, struct db_rows *rows)
{
    return (struct account){db_text(rows, a, 0), db_text(rows, a, 1),
                            db_text(rows, a, 2), db_int(rows, 3)};
}

bool account_list(struct store *s, struct arena *a, struct account **ret, size_t *ret_n,
                  struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_accounts, ""))
        return false;
    while (db_next(&rows, err)) {
        struct account row = read_row(a, &rows);
        buf_add(&list, &row, sizeof row);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof **ret;
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

/* ---- another password, and the end ------------------------------------------------- */

static const char sql_account_password[] =
    "UPDATE account SET password = ?2 WHERE name = ?1";
static const char sql_account_remove[] = "DELETE FROM account WHERE name = ?1";
static const char sql_sessions_end[] = "DELETE FROM session WHERE account = ?1";
static const char sql_coordinates[] =
    "SELECT count(*) FROM account WHERE name = ?1 AND role IN ('admin', 'coordinator')";
static const char sql_coordinators_else[] =
    "SELECT count(*) FROM account WHERE name <> ?1 AND role IN ('admin', "
    "'coordinator')";

/* Behind the statement that changed the account, in its transaction. */
static bool end_sessions(struct store *s, const char *name, int64_t *ret_ended,
                         struct err *err)
{
    if (db_changes(&s->db) == 0)
        return err_set(err, ERR_NOT_FOUND, "account.unknown", name, NULL);
    if (!db_run(&s->db, err, sql_sessions_end, "s", name))
        return false;
    *ret_ended = db_changes(&s->db);
    return true;
}

bool account_password(struct store *s, const char *name, const char *password,
                      int64_t *ret_ended, struct err *err)
{
    char hash[PASSWORD_HASH];
    if (!check_password(password, err))
        return false;
    password_hash(password, hash);
    return db_begin(&s->db, err) &&
           db_end(&s->db,
                  db_run(&s->db, err, sql_account_password, "ss", name, hash) &&
                      end_sessions(s, name, ret_ended, err),
                  err);
}

static bool may_go(struct store *s, const char *name, bool last, struct err *err)
{
    int64_t coordinates = 0, others = 0;
    if (!db_number(&s->db, &coordinates, 0, err, sql_coordinates, "s", name) ||
        !db_number(&s->db, &others, 0, err, sql_coordinators_else, "s", name))
        return false;
    return !coordinates || others > 0 || last ||
           err_set(err, ERR_CONFLICT, "account.last", name, NULL);
}

bool account_remove(struct store *s, const char *name, bool last, int64_t *ret_ended,
                    struct err *err)
{
    return db_begin(&s->db, err) &&
           db_end(&s->db,
                  may_go(s, name, last, err) &&
                      db_run(&s->db, err, sql_account_remove, "s", name) &&
                      end_sessions(s, name, ret_ended, err),
                  err);
}

/* ---- sessions -------------------------------------------------------------------- */

static const char sql_account_of_name[] =
    "SELECT name, role, party, made_ms, password FROM account WHERE name = ?1";

/* *ret_hash is NULL when nobody has the name. */
static bool look_up(struct store *s, struct arena *a, const char *name,
                    struct account *ret, const char **ret_hash, struct err *err)
{
    struct db_rows rows;
    *ret_hash = NULL;
    if (!db_query(&s->db, &rows, err, sql_account_of_name, "s", name))
        return false;
    if (db_next(&rows, err)) {
        *ret = read_row(a, &rows);
        *ret_hash = db_text(&rows, a, 4);
    }
    return db_done(&rows);
}

/* Only on the password that was tried: while that took its time it may have been changed,
 * or the account removed, and all sessions were ended. */
static const char sql_session_add[] =
    "INSERT INTO session (hash, account, expires_ms) SELECT ?1, name, ?3 FROM account"
    " WHERE name = ?2 AND password = ?4";
static const char sql_session_old[] = "DELETE FROM session WHERE expires_ms <= ?1";

static bool begin_session(struct store *s, const char *name, const char *tried,
                          char cookie[ACCOUNT_COOKIE], struct err *err)
{
    uint8_t random[(ACCOUNT_COOKIE - 1) / 2];
    char hash[DIGEST_HEX];
    int64_t now = clock_utc_ms();
    sign_random(random, sizeof random);
    text_hex(random, sizeof random, cookie);
    digest_hex_of(cookie, strlen(cookie), hash);
    if (!db_run(&s->db, err, sql_session_old, "i", now) ||
        !db_run(&s->db, err, sql_session_add, "ssis", hash, name,
                now + (int64_t)ACCOUNT_SESSION_S * 1000, tried))
        return false;
    return db_changes(&s->db) > 0 ||
           err_set(err, ERR_UNAUTHENTICATED, "account.wrong", NULL);
}

bool account_login(struct store *s, struct arena *a, const char *name,
                   const char *password, char cookie[ACCOUNT_COOKIE],
                   struct account *ret, struct err *err)
{
    struct account found = {0};
    const char *hash;
    if (!look_up(s, a, name, &found, &hash, err))
        return false;
    if (strlen(password) > ACCOUNT_PASSWORD_MOST || !password_fits(hash, password))
        return err_set(err, ERR_UNAUTHENTICATED, "account.wrong", NULL);
    char fresh[ACCOUNT_COOKIE];
    if (!begin_session(s, found.name, hash, fresh, err))
        return false;
    memcpy(cookie, fresh, sizeof fresh);
    *ret = found;
    return true;
}

static const char sql_account_of_session[] =
    "SELECT a.name, a.role, a.party, a.made_ms FROM session s"
    " JOIN account a ON a.name = s.account WHERE s.hash = ?1 AND s.expires_ms > ?2";

bool account_of_cookie(struct store *s, struct arena *a, const char *cookie,
                       struct account *ret, struct err *err)
{
    struct db_rows rows;
    struct account found = {0};
    char hash[DIGEST_HEX] = "";
    if (cookie)
        digest_hex_of(cookie, strlen(cookie), hash);
    if (!db_query(&s->db, &rows, err, sql_account_of_session, "si", hash,
                  clock_utc_ms()))
        return false;
    if (db_next(&rows, err))
        found = read_row(a, &rows);
    if (!db_done(&rows))
        return false;
    if (!found.name)
        return err_set(err, ERR_UNAUTHENTICATED, "account.no_session", NULL);
    *ret = found;
    return true;
}

static const char sql_session_end[] = "DELETE FROM session WHERE hash = ?1";

bool account_logout(struct store *s, const char *cookie, struct err *err)
{
    char hash[DIGEST_HEX];
    if (!cookie)
        return true;
    digest_hex_of(cookie, strlen(cookie), hash);
    return db_run(&s->db, err, sql_session_end, "s", hash);
}

static const char sql_sessions_clear[] = "DELETE FROM session";

bool account_logout_all(struct store *s, struct err *err)
{
    return db_run(&s->db, err, sql_sessions_clear, "");
}
