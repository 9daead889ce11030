/* A device that did not know the time dates what it recorded when it hears it: the best
 * source wins, then the last word; only its own boots, only times its clock told. */
#include "core/base/clock.h"
#include "core/store/acute.h"
#include "core/store/clock_fix.h"
#include "core/store/lamp.h"
#include "core/store/seal.h"
#include "core/store/track.h"
#include "core/store/verdict.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"
#define OTHER "018c2f10-0000-7000-8000-00000000000b"
#define BOOT "5ca1ab1e-0000-4000-8000-000000000001"
#define TOLD INT64_C(1795113000000) /* what the fixes below make of the boot's beginning */

static struct record fix(struct author *w, struct arena *a, const char *of,
                         const char *source, int64_t offset)
{
    return author_says(w, a, "clock.fix", arena_printf(a, "%s:" BOOT, of),
                       arena_printf(a, "{\"boot\":\"" BOOT "\",\"utc_minus_mono_ms\":%lld,"
                                       "\"source\":\"%s\"}",
                                    (long long)offset, source));
}

/* Seen at 900 by its clock, written down at 1000, 60 s after the boot began. */
static struct record point(struct author *w, struct arena *a, const char *more)
{
    return author_says_lost(w, a, "observation.note", POINT,
                            arena_printf(a, "{\"walk\":\"" WALK_ID "\",\"category\":"
                                            "\"BEL01\",\"at\":900%s}", more),
                            BOOT, 1000, 60000);
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
    assert_int_equal(shown(&s, &a), 5059900);
    assert_string_equal(observation_of(&s, &a, POINT).clock, "ntp");
    take_from(&s, &w, &set);
    assert_int_equal(shown(&s, &a), 5059900);
    take_from(&s, &w, &again);
    assert_int_equal(shown(&s, &a), 6059900);
    take_from(&s, &other, &foreign); /* another's word about it is no word */
    assert_int_equal(shown(&s, &a), 6059900);
    take_from(&s, &w, &gnss);
    assert_int_equal(shown(&s, &a), 7059900);
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
    assert_int_equal(shown(&s, &a), 900); /* of a photo, or by hand: not by its clock */
    store_close(&s);
    arena_release(&a);
}

/* ---- everything else a user sees a time of ------------------------------------------- */

static void say_lost(struct store *s, struct author *w, struct arena *a, const char *kind,
                     const char *subject, const char *body, int64_t mono)
{
    struct record r = author_says_lost(w, a, kind, subject, body, BOOT, 1000 + mono, mono);
    take_from(s, w, &r);
}

/* The evening of a tablet without a clock: a minute apart, in ms since its boot. */
static void an_evening(struct store *s, struct author *w, struct arena *a)
{
    static const char about[] = "{\"walk\":\"" WALK_ID "\",\"observation\":\"" POINT
                                "\",\"at\":191000,\"clock\":\"unknown\"}";
    static const char given[] = "{\"walk\":\"" WALK_ID "\",\"observation\":\"" POINT
                                "\",\"verdict\":\"same\"}";
    static const char look[] = "{\"walk\":\"" WALK_ID "\",\"answer\":\"dead\",\"at\":241000,"
                               "\"clock\":\"unknown\"}";
    static const char again[] = "{\"walk\":\"" WALK_ID "\",\"answer\":\"dead\",\"at\":241000,"
                                "\"clock\":\"unknown\",\"point\":\"" POINT "\"}";
    static const char track[] =
        "{\"walk\":\"" WALK_ID "\",\"line\":\"" POINT "\",\"source\":\"browser\",\"clock\":"
        "\"unknown\",\"at\":61000,\"lat\":570480000,\"lon\":99187000,\"acc\":50,"
        "\"fixes\":[60000,100,100,50],\"breaks\":[]}";
    say_lost(s, w, a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\"}", 0);
    say_lost(s, w, a, "walk.begin", WALK_ID, "{}", 60000);
    say_lost(s, w, a, "observation.note", POINT, note_body(a, "BEL01", "one"), 120000);
    say_lost(s, w, a, "observation.edit", POINT, edit_body(a, "note", "\"two\"", OVER_NONE),
             130000);
    say_lost(s, w, a, "observation.edit", POINT, edit_body(a, "note", "\"three\"", OVER_NONE),
             140000);
    say_lost(s, w, a, "track.append", OTHER, track, 122000);
    say_lost(s, w, a, "verdict.give", "018c2f10-0000-7000-8000-0000000000c1", given, 180000);
    say_lost(s, w, a, "acute.shown", "018c2f10-0000-7000-8000-0000000000c2", about, 200000);
    say_lost(s, w, a, "lamp.look", "018c2f10-0000-7000-8000-0000000000c3", look, 240000);
    /* the same time said again later, when the clock runs otherwise */
    struct record joined = author_says_lost(w, a, "lamp.look",
                                            "018c2f10-0000-7000-8000-0000000000c3", again,
                                            BOOT, 999, 250000);
    take_from(s, w, &joined);
    say_lost(s, w, a, "observation.seal", "018c2f10-0000-7000-8000-0000000000c4",
             arena_printf(a, "{\"walk\":\"" WALK_ID "\",\"at\":271000,\"box\":\"%0100d\"}", 0),
             270000);
    say_lost(s, w, a, "walk.end", WALK_ID, "{}", 300000);
    say_lost(s, w, a, "walk.close", WALK_ID, "{}", 360000);
}

static void assert_dated(struct store *s, struct arena *a)
{
    static const struct {
        const char *sql;
        int64_t at;
    } seen[] = {
        {"SELECT begun_ms FROM walk", 60000},
        {"SELECT ended_ms FROM walk", 300000},
        {"SELECT closed_ms FROM walk", 360000},
        {"SELECT at_ms FROM observation", 120000},
        {"SELECT first_ms FROM track", 60000},
        {"SELECT last_ms FROM track", 120000},
        {"SELECT at_ms FROM verdict", 180000},
        {"SELECT at_ms FROM acute", 190000},
        {"SELECT at_ms FROM lamp_look", 240000},
        {"SELECT at_ms FROM sealed", 270000},
    };
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        if (number_of(s, seen[i].sql) != TOLD + seen[i].at)
            fail_msg("%s: %lld", seen[i].sql, (long long)number_of(s, seen[i].sql));
    const char *said = observation_of(s, a, POINT).conflicts;
    assert_non_null(strstr(said, arena_printf(a, "%lld", (long long)TOLD + 130000)));
    assert_non_null(strstr(said, arena_printf(a, "%lld", (long long)TOLD + 140000)));
    assert_rebuild_equals(s);
}

static void walks_votes_verdicts_lamps_tracks_and_edits_are_dated_in_any_order(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct author w = author_make();
    for (int before = 0; before < 2; before++) {
        struct store s;
        struct author mine = w;
        store_make(&s, before ? "before" : "after", STORE_REGISTRY);
        admit(&s, &a, mine.hex, "device");
        struct record gnss = fix(&mine, &a, mine.hex, "gnss", TOLD);
        if (before)
            take_from(&s, &mine, &gnss);
        an_evening(&s, &mine, &a);
        if (!before) {
            assert_int_equal(number_of(&s, "SELECT begun_ms FROM walk"), 61000);
            take_from(&s, &mine, &gnss);
        }
        assert_dated(&s, &a);
        store_close(&s);
    }
    arena_release(&a);
}

/* What a rebuild has folded before the fix came, without it. */
static void a_fix_newer_than_the_tables_dates_them(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct store s;
    struct author w = author_make();
    store_make(&s, "meanwhile", STORE_REGISTRY);
    admit(&s, &a, w.hex, "device");
    struct record gnss = fix(&w, &a, w.hex, "gnss", TOLD);
    an_evening(&s, &w, &a);
    take_from(&s, &w, &gnss);
    must(db_script(&s.db,
                   "DELETE FROM clock_fix; UPDATE walk SET begun_ms = 61000;"
                   "UPDATE lamp_look SET at_ms = 241000", &err));
    must(db_begin(&s.db, &err));
    must(fold_newer(&s.db, s.registry, number_of(&s, "SELECT arrival FROM self") - 1, &err));
    must(db_commit(&s.db, &err));
    assert_dated(&s, &a);
    store_close(&s);
    arena_release(&a);
}

/* ---- telling --------------------------------------------------------------------- */

/* As if this machine had not known the time. */
static void forget_time(struct store *s)
{
    struct err err = ERR_INIT;
    must(db_run(&s->db, &err,
                "UPDATE record SET head = replace(replace(head, '\"clock\":\"ntp\"',"
                " '\"clock\":\"unknown\"'), '\"clock\":\"set\"', '\"clock\":\"unknown\"')"
                " WHERE kind LIKE 'walk.%'", ""));
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
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\"}");
    say(&s, &a, "walk.begin", WALK_ID, "{}"); /* no point was noted, a walk begun */
    forget_time(&s);
    for (size_t i = 0; i < 4; i++) {
        must(db_begin(&s.db, &err));
        must(clock_fix_tell(&s, heard[i], TOLD, &told, &err));
        must(db_commit(&s.db, &err));
        assert_int_equal(told, wanted[i]);
    }
    assert_in_range(number_of(&s, "SELECT begun_ms FROM walk"), TOLD - 10000, TOLD);
    store_close(&s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_source_dates_the_points_of_its_boot),
        cmocka_unit_test(a_time_that_was_told_stays),
        cmocka_unit_test(walks_votes_verdicts_lamps_tracks_and_edits_are_dated_in_any_order),
        cmocka_unit_test(a_fix_newer_than_the_tables_dates_them),
        cmocka_unit_test(a_device_tells_once_and_better),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
