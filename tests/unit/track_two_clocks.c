/* Fixes of one line whose times were told by different clocks, or that came from different
 * sources, are records of their own: a clock that is put right later moves only its own. */
#include "core/store/track.h"
#include "tests/unit/store_make.h"

static struct store s;
static struct arena a;

static int make_store(void **state)
{
    if (make_folder(state) != 0)
        return -1;
    store_make(&s, "walker", STORE_WALKER);
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\"}");
    return 0;
}

static int drop_store(void **state)
{
    store_close(&s);
    arena_release(&a);
    return drop_folder(state);
}

static void keep(const char *source, const char *clock, int64_t from_ms)
{
    struct err err = ERR_INIT;
    struct track_fix fix[3];
    const struct track_source t = {WALK_ID, "018c2f10-0000-7000-8000-0000000000cc",
                                   source, clock, "walker"};
    for (int64_t i = 0; i < 3; i++)
        fix[i] = (struct track_fix){
            from_ms + i * 1000, {570480000 + i * 1000, 99187000, 5000}, false};
    must(db_begin(&s.db, &err));
    must(db_end(&s.db, track_keep(&s, &a, &t, fix, 3, &err), &err));
}

static void each_clock_and_source_has_its_record(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    keep("gnss", "unknown", INT64_C(34401909000));
    keep("gnss", "gnss", INT64_C(1795113000000));
    keep("browser", "gnss", INT64_C(1795113010000));
    must(db_begin(&s.db, &err));
    must(db_end(&s.db, track_flush(&s, &a, WALK_ID, INT64_MAX, "walker", &err), &err));
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM record WHERE kind LIKE 'track.%'"), 3);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM track_draft"), 0);
    assert_int_equal(number_of(&s,
                               "SELECT count(*) FROM record WHERE kind LIKE 'track.%'"
                               " AND body LIKE '%\"clock\":\"unknown\"%'"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_clock_and_source_has_its_record),
    };
    return cmocka_run_group_tests(tests, make_store, drop_store);
}
