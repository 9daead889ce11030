/* Accounts: who knows the password gets in, for twelve hours; nobody learns whether a
 * name exists, and neither password nor cookie stands anywhere in the folder. */
#include "tests/unit/desk_ground.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/store/local/account.h"

#include <time.h>

static const char PASSWORD[] = "en-lygte-i-tunnelen";

static int with_somebody(void **state)
{
    if (desk_open(state) != 0)
        return -1;
    struct desk *d = *state;
    const struct account wish = {"karla", "department", "LYS", 0};
    return account_add(&d->s, &wish, PASSWORD, &d->err) ? 0 : -1;
}

static void the_right_password_opens_and_logout_closes(void **state)
{
    struct desk *d = *state;
    struct account who = {0}, again = {0};
    char cookie[ACCOUNT_COOKIE], other[ACCOUNT_COOKIE];
    DESK_OK(d, account_login(&d->s, &d->a, "karla", PASSWORD, cookie, &who, &d->err));
    assert_string_equal(who.name, "karla");
    assert_string_equal(who.role, "department");
    assert_string_equal(who.party, "LYS");
    assert_true(digest_is_hex(cookie));
    DESK_OK(d, account_login(&d->s, &d->a, "karla", PASSWORD, other, &who, &d->err));
    assert_string_not_equal(cookie, other);
    DESK_OK(d, account_of_cookie(&d->s, &d->a, cookie, &again, &d->err));
    assert_string_equal(again.name, "karla");
    DESK_OK(d, account_logout(&d->s, cookie, &d->err));
    DESK_OK(d, account_logout(&d->s, cookie, &d->err));
    DESK_FAILS(d, ERR_UNAUTHENTICATED, "account.no_session",
               account_of_cookie(&d->s, &d->a, cookie, &again, &d->err));
    DESK_OK(d, account_of_cookie(&d->s, &d->a, other, &again, &d->err));
}

/* On the processor: what else this machine does meanwhile counts for nobody. */
static int64_t tries_ms(struct desk *d, const char *name)
{
    struct account who = {.name = "untouched"};
    char cookie[ACCOUNT_COOKIE] = "untouched";
    clock_t began = clock();
    for (int i = 0; i < 3; i++)
        DESK_FAILS(d, ERR_UNAUTHENTICATED, "account.wrong",
                   account_login(&d->s, &d->a, name, "not-the-password", cookie, &who,
                                 &d->err));
    assert_string_equal(cookie, "untouched");
    assert_string_equal(who.name, "untouched");
    return (int64_t)(clock() - began) * 1000 / CLOCKS_PER_SEC;
}

static void an_unknown_name_says_and_takes_the_same(void **state)
{
    struct desk *d = *state;
    int64_t known = tries_ms(d, "karla"), unknown = tries_ms(d, "nobody");
    if (unknown * 3 < known || known * 3 < unknown)
        fail_msg("known name %lld ms, unknown %lld ms", (long long)known,
                 (long long)unknown);
    assert_true(unknown >= 30);
}

static const char sql_age[] = "UPDATE session SET expires_ms = ?1";
static const char sql_sessions[] = "SELECT count(*) FROM session";
static const char sql_expires[] = "SELECT min(expires_ms) FROM session";

static void a_session_lasts_twelve_hours(void **state)
{
    struct desk *d = *state;
    struct account who;
    char cookie[ACCOUNT_COOKIE];
    int64_t n = 0, ends = 0, now = clock_utc_ms();
    DESK_OK(d, account_login(&d->s, &d->a, "karla", PASSWORD, cookie, &who, &d->err));
    DESK_OK(d, db_number(&d->s.db, &ends, 0, &d->err, sql_expires, ""));
    assert_in_range(ends, now + 12 * 3600000, now + 12 * 3600000 + 60000);
    DESK_OK(d, db_run(&d->s.db, &d->err, sql_age, "i", clock_utc_ms() - 1));
    DESK_FAILS(d, ERR_UNAUTHENTICATED, "account.no_session",
               account_of_cookie(&d->s, &d->a, cookie, &who, &d->err));
    DESK_OK(d, account_login(&d->s, &d->a, "karla", PASSWORD, cookie, &who, &d->err));
    DESK_OK(d, db_number(&d->s.db, &n, 0, &d->err, sql_sessions, ""));
    assert_int_equal(n, 1); /* the old one is gone */
}

static void strange_cookies_are_nobody(void **state)
{
    static const char *const cookies[] = {NULL, "", "x", "' OR 1=1 --"};
    struct desk *d = *state;
    struct account who;
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++)
        DESK_FAILS(d, ERR_UNAUTHENTICATED, "account.no_session",
                   account_of_cookie(&d->s, &d->a, cookies[i], &who, &d->err));
    DESK_OK(d, account_logout(&d->s, NULL, &d->err));
}

static bool add(struct desk *d, const char *name, const char *role, const char *party,
                const char *password)
{
    const struct account wish = {name, role, party, 0};
    return account_add(&d->s, &wish, password, &d->err);
}

static void bad_wishes_are_refused(void **state)
{
    struct desk *d = *state;
    char long_name[60], long_password[600];
    memset(long_name, 'a', sizeof long_name);
    long_name[41] = '\0';
    memset(long_password, 'a', sizeof long_password);
    long_password[599] = '\0';
    DESK_FAILS(d, ERR_INPUT, "account.bad_name", add(d, "", "viewer", NULL, PASSWORD));
    DESK_FAILS(d, ERR_INPUT, "account.bad_name",
               add(d, "a b", "viewer", NULL, PASSWORD));
    DESK_FAILS(d, ERR_INPUT, "account.bad_name",
               add(d, long_name, "viewer", NULL, PASSWORD));
    DESK_FAILS(d, ERR_INPUT, "account.bad_role", add(d, "a", "king", NULL, PASSWORD));
    DESK_FAILS(d, ERR_INPUT, "account.bad_role", add(d, "a", "", NULL, PASSWORD));
    DESK_FAILS(d, ERR_INPUT, "account.bad_role",
               add(d, "a", "admin coordinator", NULL, PASSWORD));
    DESK_FAILS(d, ERR_INPUT, "account.short_password",
               add(d, "a", "viewer", NULL, "æøåæøåæ"));
    DESK_FAILS(d, ERR_INPUT, "account.long_password",
               add(d, "a", "viewer", NULL, long_password));
    DESK_FAILS(d, ERR_INPUT, "account.no_party",
               add(d, "a", "department", NULL, PASSWORD));
    DESK_FAILS(d, ERR_NOT_FOUND, "party.unknown",
               add(d, "a", "department", "NOPE", PASSWORD));
    DESK_FAILS(d, ERR_CONFLICT, "account.exists",
               add(d, "karla", "admin", NULL, PASSWORD));
    struct account *rows;
    size_t n;
    DESK_OK(d, add(d, "bo", "viewer", NULL, "æøåæøåæø"));
    DESK_OK(d, account_list(&d->s, &d->a, &rows, &n, &d->err));
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].name, "bo");
    assert_string_equal(rows[1].role,
                        "department"); /* what was refused changed nothing */
}

/* What another program does between the look at a password and the session that is begun on
 * it: here at the statement before that, which clears old sessions away. */
struct meanwhile {
    struct store other;
    struct err err;
    int64_t ended;
    bool remove, done, ok;
};

static int do_meanwhile(unsigned type, void *data, void *statement, void *sql)
{
    struct meanwhile *m = data;
    const char *text = sqlite3_sql(statement);
    (void)type, (void)sql;
    if (m->done || !text || !strstr(text, "DELETE FROM session WHERE expires_ms"))
        return 0;
    m->done = true;
    m->ok = m->remove ? account_remove(&m->other, "karla", false, &m->ended, &m->err)
                      : account_password(&m->other, "karla", "en-helt-anden", &m->ended,
                                         &m->err);
    return 0;
}

static void no_session_outlives_its_password(struct desk *d, bool remove)
{
    struct meanwhile m = {.remove = remove};
    struct account who;
    char cookie[ACCOUNT_COOKIE] = "untouched";
    int64_t n = -1;
    DESK_OK(d, store_open(&m.other, d->dir, STORE_REGISTRY, false, &d->err));
    sqlite3_trace_v2(d->s.db.handle, SQLITE_TRACE_STMT, do_meanwhile, &m);
    DESK_FAILS(d, ERR_UNAUTHENTICATED, "account.wrong",
               account_login(&d->s, &d->a, "karla", PASSWORD, cookie, &who, &d->err));
    sqlite3_trace_v2(d->s.db.handle, 0, NULL, NULL);
    store_close(&m.other);
    assert_true(m.ok);
    assert_string_equal(cookie, "untouched");
    DESK_OK(d, db_number(&d->s.db, &n, -1, &d->err, sql_sessions, ""));
    assert_int_equal(n, 0);
}

static void a_login_under_way_does_not_outlive_the_password(void **state)
{
    no_session_outlives_its_password(*state, false);
}

static void nor_the_account(void **state)
{
    no_session_outlives_its_password(*state, true);
}

static void neither_password_nor_cookie_is_kept(void **state)
{
    static const char *const files[] = {"lygte.db", "lygte.db-wal"};
    struct desk *d = *state;
    struct account who;
    char cookie[ACCOUNT_COOKIE], path[1200], *bytes;
    size_t len, seen = 0;
    DESK_OK(d, account_login(&d->s, &d->a, "karla", PASSWORD, cookie, &who, &d->err));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        store_path(&d->s, files[i], path, sizeof path);
        DESK_OK(d, file_read(&d->a, path, 64 << 20, &bytes, &len, &d->err));
        seen += memmem(bytes, len, "karla", 5) != NULL;
        assert_null(memmem(bytes, len, PASSWORD, strlen(PASSWORD)));
        assert_null(memmem(bytes, len, cookie, strlen(cookie)));
    }
    assert_true(seen > 0);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, with_somebody, desk_close)
    const struct CMUnitTest tests[] = {
        CLAIM(the_right_password_opens_and_logout_closes),
        CLAIM(an_unknown_name_says_and_takes_the_same),
        CLAIM(a_session_lasts_twelve_hours),
        CLAIM(strange_cookies_are_nobody),
        CLAIM(bad_wishes_are_refused),
        CLAIM(a_login_under_way_does_not_outlive_the_password),
        CLAIM(nor_the_account),
        CLAIM(neither_password_nor_cookie_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
