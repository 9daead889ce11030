/* Which points wait because their screen is open, and for how long. */
#include "core/base/clock.h"
#include "core/store/local/open_point.h"
#include "core/store/local/peer.h"
#include "tests/unit/store_make.h"

#define FIRST "018c2f10-0000-7000-8000-00000000000a"
#define SECOND "018c2f10-0000-7000-8000-00000000000b"

static int64_t first_open(struct store *s, int64_t from)
{
    int64_t seq;
    struct err err = ERR_INIT;
    must(open_point_first(s, s->origin, from, &seq, &err));
    return seq;
}

static int64_t how_many(struct store *s)
{
    int64_t n;
    struct err err = ERR_INIT;
    must(open_point_count(s, &n, &err));
    return n;
}

static void set(struct store *s, const char *point, const char *page, bool open)
{
    struct err err = ERR_INIT;
    must(open_point_set(s, point, page, open, &err));
}

static void what_is_to_be_sent_of_an_open_point_is_found(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    store_make(&s, "first", STORE_WALKER);
    int64_t before = number_of(&s, "SELECT seq FROM self");
    say(&s, &a, "observation.note", FIRST, note_body(&a, "BEL01", "one"));
    say(&s, &a, "observation.note", SECOND, note_body(&a, "BEL01", "two"));
    assert_int_equal(first_open(&s, 1), INT64_MAX);
    set(&s, SECOND, "a", true);
    set(&s, FIRST, "a", true);
    assert_int_equal(first_open(&s, 1), before + 1);
    assert_int_equal(first_open(&s, before + 2), before + 2);
    assert_int_equal(how_many(&s), 2);
    set(&s, FIRST, "b", true);
    set(&s, FIRST, "a", false);
    assert_int_equal(first_open(&s, 1), before + 1);
    set(&s, FIRST, "b", false);
    assert_int_equal(first_open(&s, 1), before + 2);
    arena_release(&a);
    store_close(&s);
}

static void opened_at(struct store *s, int64_t ms)
{
    struct err err = ERR_INIT;
    must(db_run(&s->db, &err, "UPDATE open_point SET opened_ms = ?1", "i", ms));
}

static void two_minutes_and_a_clock_set_back_end_it(void **state)
{
    (void)state;
    struct store s;
    store_make(&s, "late", STORE_WALKER);
    set(&s, FIRST, "a", true);
    opened_at(&s, clock_utc_ms() - OPEN_POINT_MOST_MS + 60000);
    assert_int_equal(how_many(&s), 1);
    opened_at(&s, clock_utc_ms() - OPEN_POINT_MOST_MS);
    assert_int_equal(how_many(&s), 0);
    opened_at(&s, clock_utc_ms() + 3600000);
    assert_int_equal(how_many(&s), 0);
    set(&s, SECOND, "a", true);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM open_point"), 1);
    store_close(&s);
}

static void who_opens_without_end_fills_no_disk(void **state)
{
    (void)state;
    struct store s;
    char page[24];
    store_make(&s, "many", STORE_WALKER);
    for (int i = 0; i < OPEN_POINT_MOST + 5; i++) {
        snprintf(page, sizeof page, "page %d", i);
        set(&s, FIRST, page, true);
    }
    assert_int_equal(number_of(&s, "SELECT count(*) FROM open_point"), OPEN_POINT_MOST);
    store_close(&s);
}

static void put_photo(struct store *s, const char *sha256, const char *point)
{
    struct err err = ERR_INIT;
    must(db_run(&s->db, &err,
                "INSERT INTO blob (sha256, bytes, type, state, cleared, made_ms)"
                " VALUES (?1, 9, 'image/jpeg', 'stored', 1, 0)",
                "s", sha256));
    must(db_run(&s->db, &err, "INSERT INTO photo (sha256, observation) VALUES (?1, ?2)",
                "ss", sha256, point));
}

static size_t waiting(struct store *s, const struct peer *p)
{
    struct arena a = ARENA_INIT;
    struct peer_photo *list;
    struct err err = ERR_INIT;
    size_t n;
    must(peer_photos_waiting(s, p, &a, &list, &n, &err));
    arena_release(&a);
    return n;
}

static size_t on_a_stick(struct store *s, const struct peer *p)
{
    struct arena a = ARENA_INIT;
    struct peer_photo *list;
    struct err err = ERR_INIT;
    size_t n;
    must(peer_photos_for_stick(s, p, &a, &list, &n, &err));
    arena_release(&a);
    return n;
}

static void its_photos_wait_but_a_stick_takes_them(void **state)
{
    (void)state;
    struct store s;
    const struct peer p = {.registry = "r", .epoch = "e"};
    store_make(&s, "photos", STORE_WALKER);
    put_photo(&s, "aa", FIRST);
    put_photo(&s, "bb", SECOND);
    assert_int_equal(waiting(&s, &p), 2);
    set(&s, FIRST, "a", true);
    assert_int_equal(waiting(&s, &p), 1);
    assert_int_equal(on_a_stick(&s, &p), 2);
    assert_int_equal(on_a_stick(&s, NULL), 2);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_to_be_sent_of_an_open_point_is_found),
        cmocka_unit_test(two_minutes_and_a_clock_set_back_end_it),
        cmocka_unit_test(who_opens_without_end_fills_no_disk),
        cmocka_unit_test(its_photos_wait_but_a_stick_takes_them),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
