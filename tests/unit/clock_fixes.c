/* A device that did not know the time dates its points when it hears it: the best source
 * wins, then the last word; only its own boots, only times its clock told. */
#include "core/base/clock.h"
#include "core/store/clock_fix.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"

static struct record fix(struct author *w, struct arena *a, const char *of,
                         const char *source, int64_t offset)
{
    const char *boot = clock_boot_id();
    return author_says(w, a, "clock.fix", arena_printf(a, "%s:%s", of, boot),
                       arena_printf(a, "{\"boot\":\"%s\",\"utc_minus_mono_ms\":%lld,"
                                       "\"source\":\"%s\"}",
                                    boot, (long long)offset, source));
}

static struct record point(struct author *w, struct arena *a, const char *more)
{
    return author_says(w, a, "observation.note", POINT,
                       arena_printf(a, "{\"walk\":\"" WALK_ID "\",\"category\":"
                                       "\"BEL01\",\"at\":1000%s}", more));
}

static int64_t shown(struct store *s, struct arena *a)
{
    return observation_of(s, a, POINT).at_ms;
}

static void the_best_source_dates_the_points_of_its_boot(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct store s;
    struct author w = author_make(), other = author_make();
    store_make(&s, "best", STORE_REGISTRY);
    admit(&s, &a, w.hex, "device");
    admit(&s, &a, other.hex, "device");
    struct record ntp = fix(&w, &a, w.hex, "ntp", 5000000), set = fix(&w, &a, w.hex, "set", 1),
                  note = point(&w, &a, ",\"clock\":\"unknown\""),
                  again = fix(&w, &a, w.hex, "ntp", 6000000),
                  gnss = fix(&w, &a, w.hex, "gnss", 7000000),
                  foreign = fix(&other, &a, w.hex, "gnss", 9000000);
    take_from(&s, &w, &ntp); /* the fix before the point it dates */
    take_from(&s, &w, &note);
    assert_int_equal(shown(&s, &a), note.mono_ms + 5000000);
    assert_string_equal(observation_of(&s, &a, POINT).clock, "ntp");
    take_from(&s, &w, &set);
    assert_int_equal(shown(&s, &a), note.mono_ms + 5000000);
    take_from(&s, &w, &again);
    assert_int_equal(shown(&s, &a), note.mono_ms + 6000000);
    take_from(&s, &other, &foreign); /* another's word about it is no word */
    assert_int_equal(shown(&s, &a), note.mono_ms + 6000000);
    take_from(&s, &w, &gnss);
    assert_int_equal(shown(&s, &a), note.mono_ms + 7000000);
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

static void a_time_that_was_told_stays(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct store s;
    struct author w = author_make();
    store_make(&s, "told", STORE_REGISTRY);
    admit(&s, &a, w.hex, "device");
    struct record note = point(&w, &a, ""), gnss = fix(&w, &a, w.hex, "gnss", 7000000);
    take_from(&s, &w, &note);
    take_from(&s, &w, &gnss);
    assert_int_equal(shown(&s, &a), 1000); /* of a photo, or by hand: not by its clock */
    store_close(&s);
    arena_release(&a);
}

static void a_device_tells_once_and_better(void **state)
{
    (void)state;
    static const char *const heard[] = {"set", "set", "gnss", "ntp"};
    static const bool wanted[] = {true, false, true, false};
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct store s;
    bool told = true;
    store_make(&s, "device", STORE_WALKER);
    must(db_begin(&s.db, &err));
    must(clock_fix_tell(&s, "ntp", 1000, &told, &err));
    must(db_commit(&s.db, &err));
    assert_false(told); /* nothing to date */
    say(&s, &a, "observation.note", POINT,
        "{\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\",\"at\":5,\"clock\":\"unknown\"}");
    for (size_t i = 0; i < 4; i++) {
        must(db_begin(&s.db, &err));
        must(clock_fix_tell(&s, heard[i], INT64_C(1795113000000), &told, &err));
        must(db_commit(&s.db, &err));
        assert_int_equal(told, wanted[i]);
    }
    assert_in_range(shown(&s, &a), INT64_C(1795112990000), INT64_C(1795113000000));
    store_close(&s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_source_dates_the_points_of_its_boot),
        cmocka_unit_test(a_time_that_was_told_stays),
        cmocka_unit_test(a_device_tells_once_and_better),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
