/* A walk pass is good until a noon eight hours away or more; the machine's running clock
 * decides while it runs on, whatever the date says, and the date after a restart. */
#include "tests/unit/store_make.h"

#include "core/base/clock.h"
#include "core/store/local/pass.h"

static struct store store;
static struct err err;

static int open_store(void **state)
{
    return make_folder(state) == 0 &&
                   store_open(&store, made_path("hub"), STORE_WALKER, true, &err)
               ? 0
               : -1;
}

static int close_store(void **state)
{
    store_close(&store);
    return drop_folder(state);
}

static struct pass a_phone(char cookie[PASS_SECRET])
{
    char secret[PASS_SECRET], walk[UID_SIZE];
    struct pass p;
    uid_new(walk);
    must(pass_new(&store, walk, secret, &p, &err));
    must(pass_trade(&store, secret, false, cookie, &p, &err));
    return p;
}

static bool is_in(const char *cookie, bool plain)
{
    struct pass p;
    bool good = false;
    must(pass_of_cookie(&store, cookie, plain, &p, &good, &err));
    return good;
}

static void it_ends_at_noon(void **state)
{
    char cookie[PASS_SECRET];
    struct pass p = a_phone(cookie);
    int year, month, day, hour, minute;
    (void)state;
    clock_local(p.until_ms, &year, &month, &day, &hour, &minute);
    assert_in_range(hour, 11, 13); /* the clocks may change in the night */
    assert_in_range(p.until_ms - p.made_ms, INT64_C(8) * 3600000 - 60000,
                    INT64_C(32) * 3600000);
}

static void the_running_clock_decides(void **state)
{
    char cookie[PASS_SECRET];
    (void)state;
    a_phone(cookie);
    must(db_run(&store.db, &err, "UPDATE walk_pass SET until_ms = 1", ""));
    assert_true(is_in(cookie, false)); /* the date was set forward meanwhile */
    must(db_run(&store.db, &err, "UPDATE walk_pass SET until_mono = 1", ""));
    assert_false(is_in(cookie, false));
}

static void after_a_restart_the_date_does(void **state)
{
    char cookie[PASS_SECRET];
    (void)state;
    a_phone(cookie);
    must(db_run(&store.db, &err, "UPDATE walk_pass SET boot = 'another', until_mono = 1", ""));
    assert_true(is_in(cookie, false));
    must(db_run(&store.db, &err, "UPDATE walk_pass SET until_ms = 1", ""));
    assert_false(is_in(cookie, false));
}

/* A Pi without a network begins where it was shut down: on the last evening. */
static void a_pass_of_the_last_evening_is_not_good_again(void **state)
{
    char cookie[PASS_SECRET];
    struct pass p = a_phone(cookie);
    (void)state;
    must(db_run(&store.db, &err, "UPDATE walk_pass SET boot = 'another'", ""));
    must(db_run(
        &store.db, &err,
        "INSERT INTO walk (id, founded, title, state) VALUES (?1, 1, 'x', 'ended')",
        "s", p.walk));
    assert_int_equal(is_in(cookie, false), strcmp(clock_now().trust, "ntp") == 0);
    clock_tell(clock_utc_ms() - clock_mono_ms() + INT64_C(86400000) * 2);
    assert_false(is_in(cookie, false)); /* satellites say that it is over */
    clock_tell(clock_utc_ms() - clock_mono_ms());
    assert_true(is_in(cookie, false));
    clock_tell(clock_utc_ms() - clock_mono_ms() - INT64_C(86400000));
    assert_false(is_in(cookie, false)); /* made tomorrow */
    clock_tell(INT64_MIN);
}

static void a_cookie_is_good_by_its_own_door(void **state)
{
    char cookie[PASS_SECRET];
    (void)state;
    a_phone(cookie);
    assert_true(is_in(cookie, false));
    assert_false(is_in(cookie, true));
    assert_false(is_in(NULL, false));
    assert_false(is_in("", false));
}

static void who_is_shut_out_is_out(void **state)
{
    char cookie[PASS_SECRET], other[PASS_SECRET];
    struct pass p = a_phone(cookie), q;
    (void)state;
    a_phone(other);
    must(pass_revoke(&store, p.id, &q, &err));
    assert_false(is_in(cookie, false));
    assert_true(is_in(other, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_ends_at_noon),
        cmocka_unit_test(the_running_clock_decides),
        cmocka_unit_test(after_a_restart_the_date_does),
        cmocka_unit_test(a_pass_of_the_last_evening_is_not_good_again),
        cmocka_unit_test(a_cookie_is_good_by_its_own_door),
        cmocka_unit_test(who_is_shut_out_is_out),
    };
    return cmocka_run_group_tests(tests, open_store, close_store);
}
