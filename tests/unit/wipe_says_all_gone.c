/* A wipe empties no body that nobody says is gone, however many runs they make, and none of
 * an origin that cannot say so any more; of what was carried no row is left either. */
#include "core/store/carry.h"
#include "core/store/local/peer.h"
#include "core/store/local/receipt.h"
#include "core/store/wipe.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"
#define OTHER "x'000102030405060708090a0b0c0d0e0f'"

static const struct peer peer = {.url = "http://registry.example",
                                 .registry = "registry",
                                 .epoch = "epoch",
                                 .name = "Tablet",
                                 .device = "device",
                                 .token = "token",
                                 .pulled = "",
                                 .pulled_set = "",
                                 .pin = ""};

static void device_make(struct store *s, struct arena *a, const char *name)
{
    struct err err = ERR_INIT;
    store_make(s, name, STORE_WALKER);
    must(peer_write(s, &peer, &err));
    say(s, a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\",\"mode\":\"foot\"}");
    say(s, a, "observation.note", POINT, note_body(a, "BEL01", "dark"));
}

/* All is home, by whichever origin it was written. */
static void confirm(struct store *s)
{
    struct err err = ERR_INIT;
    must(receipt_run(s, &peer, s->origin, 1, 1 << 20, &err));
    must(db_run(&s->db, &err,
                "INSERT INTO receipt_run (registry, epoch, origin, first, last)"
                " VALUES ('registry', 'epoch', " OTHER ", 1, 1000000)",
                ""));
}

static void show_acute(struct store *s, struct arena *a, const char *walk)
{
    struct err err = ERR_INIT;
    char id[UID_SIZE];
    uid_new(id);
    must(hold_say(s, a, "acute.shown", id,
                  arena_printf(a, "{\"walk\":\"%s\",\"called\":\"112\"}", walk),
                  "walker", &err));
}

static void every_run_is_said_to_be_gone(void **state)
{
    (void)state;
    enum { RUNS = 520 };
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct wipe_counts c;
    device_make(&s, &a, "runs");
    must(db_begin(&s.db, &err));
    for (int i = 0; i < 2 * RUNS; i++) /* two walks in turn */
        show_acute(&s, &a, i % 2 ? WALK_ID : POINT);
    must(db_commit(&s.db, &err));
    /* All of it under one subject, which would take its time to write. */
    must(db_run(&s.db, &err,
                "UPDATE record SET subject = ?1 WHERE subject IN"
                " (SELECT id FROM acute WHERE walk = ?2)",
                "ss", POINT, WALK_ID));
    confirm(&s);
    must(wipe_walk(&s, WALK_ID, &c, &err));
    assert_true(c.records > RUNS);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record WHERE body IS NULL"),
                     c.records);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record r WHERE r.body IS NULL"
                                   " AND NOT EXISTS (SELECT 1 FROM gone g WHERE"
                                   " g.origin = r.origin AND g.first <= r.seq"
                                   " AND g.last >= r.seq)"),
                     0);
    store_close(&s);
    arena_release(&a);
}

static void nothing_of_a_retired_origin_is_wiped(void **state)
{
    (void)state;
    static const char *const said[][2] = {
        {"rating.tally",
         "{\"walk\":\"" WALK_ID "\",\"round\":\"before\",\"answers\":2}"},
        {"verdict.give", "{\"walk\":\"" WALK_ID "\",\"observation\":\"" POINT
                         "\",\"verdict\":\"fixed\"}"},
        {"lamp.look", "{\"walk\":\"" WALK_ID "\",\"answer\":\"lit\",\"at\":1}"},
        {"acute.shown", "{\"walk\":\"" WALK_ID "\",\"called\":\"112\"}"},
    };
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct store s;
        struct err err = ERR_INIT;
        struct arena a = ARENA_INIT;
        struct wipe_counts c;
        char id[UID_SIZE];
        uid_new(id);
        device_make(&s, &a, said[i][0]);
        say(&s, &a, said[i][0], id, said[i][1]);
        must(db_run(&s.db, &err, "UPDATE record SET origin = " OTHER " WHERE kind = ?1",
                    "s", said[i][0]));
        must(db_run(&s.db, &err,
                    "INSERT INTO own_origin (origin, last, retired_ms)"
                    " VALUES (" OTHER ", 9, 1)",
                    ""));
        confirm(&s);
        assert_false(wipe_walk(&s, WALK_ID, &c, &err));
        assert_string_equal(err.key, "wipe.retired");
        assert_int_equal(
            number_of(&s, "SELECT count(*) FROM record WHERE body IS NULL"), 0);
        store_close(&s);
        arena_release(&a);
    }
}

static void what_was_written_in_one_go_is_one_run(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct wipe_counts c;
    device_make(&s, &a, "one");
    for (int i = 0; i < 5; i++)
        show_acute(&s, &a, WALK_ID);
    confirm(&s);
    must(wipe_walk(&s, WALK_ID, &c, &err));
    assert_int_equal(c.records, 7);
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM record WHERE kind = 'origin.gone'"), 1);
    store_close(&s);
    arena_release(&a);
}

static void of_what_was_carried_no_row_is_left(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct wipe_counts c;
    int64_t n;
    device_make(&s, &a, "carried");
    must(carry_on(&s, 0, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation"), 1);
    confirm(&s);
    must(wipe_walk(&s, WALK_ID, &c, &err));
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation"), 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM walk"), 0);
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_is_said_to_be_gone),
        cmocka_unit_test(what_was_written_in_one_go_is_one_run),
        cmocka_unit_test(nothing_of_a_retired_origin_is_wiped),
        cmocka_unit_test(of_what_was_carried_no_row_is_left),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
