/* Loose answers stay on the device: closing a round writes one rating.tally and deletes
 * them in the same transaction; slips pair before with after and are in no record. */
#include "core/store/local/answer.h"
#include "core/store/rating.h"
#include "tests/unit/store_make.h"

#define SPOT_ID "018c2f10-0000-7000-8000-0000000000aa"

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

static void answer(const char *round, const char *role, int unsafe, const char *slip)
{
    struct err err = ERR_INIT;
    char id[UID_SIZE];
    uid_new(id);
    struct answer one = {id, WALK_ID, round, SPOT_ID, role, slip, unsafe};
    must(db_begin(&s.db, &err));
    must(answer_keep(&s, &one, &err));
    must(db_commit(&s.db, &err));
}

static int64_t closed(const char *round)
{
    struct err err = ERR_INIT;
    int64_t n = -1;
    must(db_begin(&s.db, &err));
    must(answer_close(&s, &a, WALK_ID, round, SPOT_ID, "leader", &n, &err));
    must(db_commit(&s.db, &err));
    return n;
}

static struct rating rating(const char *round)
{
    struct err err = ERR_INIT;
    struct rating r;
    must(rating_of(&s, WALK_ID, round, SPOT_ID, &r, &err));
    return r;
}

static void an_open_round_shows_nothing_but_its_number(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int64_t n = 0;
    for (int i = 0; i < 4; i++)
        answer("before", "resident", 3 + i, arena_printf(&a, "slip%d", i));
    answer("before", "police", 2, "slip9");
    must(answer_count(&s, WALK_ID, "before", NULL, &n, &err));
    assert_int_equal(n, 5);
    assert_int_equal(rating("before").answers, 0);
}

static void closing_writes_one_tally_and_deletes_the_answers(void **state)
{
    (void)state;
    int64_t records = number_of(&s, "SELECT count(*) FROM record");
    assert_int_equal(closed("before"), 5);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record"), records + 1);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM answer WHERE role IS NOT NULL"),
                     0);
    struct rating r = rating("before");
    assert_int_equal(r.answers, 5);
    assert_int_equal(r.shown.rows, 1); /* one police officer is not anonymous */
    assert_string_equal(r.shown.row[0].role, "other");
    assert_int_equal(closed("before"), 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record"), records + 1);
}

static void before_and_after_are_paired_and_only_the_table_is_told(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        answer("after", "resident", 2, arena_printf(&a, "slip%d", i));
    answer("spot", "resident", 5, NULL);
    assert_int_equal(closed("after"), 4);
    struct rating r = rating("after");
    assert_int_equal(r.paired, 4);
    assert_int_equal(r.pairs[3 - 1][2 - 1], 1);
    assert_int_equal(r.pairs[6 - 1][2 - 1], 1);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM answer WHERE slip IS NOT NULL"),
                     0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM answer"), 1); /* the spot */
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM record WHERE body LIKE '%slip%'"), 0);
}

static void under_three_pairs_only_their_number_is_told(void **state)
{
    (void)state;
    answer("before", "resident", 7, "x1");
    answer("before", "resident", 7, "x2");
    answer("before", "resident", 7, "x2"); /* written twice: pairs nobody */
    assert_int_equal(closed("before"), 3);
    answer("after", "resident", 1, "x1");
    answer("after", "resident", 1, "x2");
    answer("after", "resident", 1, NULL);
    assert_int_equal(closed("after"), 3);
    struct rating r = rating("after");
    assert_int_equal(r.paired, 5); /* four of the test before, and one */
    assert_int_equal(r.pairs[7 - 1][1 - 1], 0);
}

static void a_retry_counts_once_and_a_closed_answer_cannot_be_changed(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct answer one = {"0190aaaa-0000-4000-8000-000000000001", WALK_ID, "before", NULL,
                         "council", "y1", 4};
    must(answer_keep(&s, &one, &err));
    must(answer_keep(&s, &one, &err));
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM answer WHERE role = 'council'"), 1);
    assert_int_equal(closed("before"), 1);
    one.unsafe_1_7 = 1;
    must(answer_keep(&s, &one, &err));
    assert_int_equal(number_of(&s, "SELECT unsafe FROM answer WHERE slip = 'y1'"), 4);
}

/* A phone out of reach says it again when it has heard no answer. */
static void what_was_counted_is_not_counted_again(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct answer one = {"0190aaaa-0000-4000-8000-000000000002",
                         WALK_ID,
                         "before",
                         NULL,
                         "council",
                         NULL,
                         4};
    must(answer_keep(&s, &one, &err));
    assert_int_equal(closed("before"), 1);
    must(answer_keep(&s, &one, &err));
    assert_int_equal(closed("before"), 0);
}

static void closing_the_walk_leaves_no_answer_behind(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    answer("after", "resident", 4, "y1");
    must(db_begin(&s.db, &err));
    must(answer_close_all(&s, &a, WALK_ID, "leader", &err));
    must(db_commit(&s.db, &err));
    assert_int_equal(number_of(&s, "SELECT count(*) FROM answer"), 0);
    assert_int_equal(rating("spot").answers, 1);
    assert_int_equal(rating("spot").shown.rows, 0);
    assert_rebuild_equals(&s);
}

static void a_walk_may_have_any_number_of_spots(void **state)
{
    enum { SPOTS = 90 };
    (void)state;
    struct err err = ERR_INIT;
    int64_t tallies =
        number_of(&s, "SELECT count(*) FROM record WHERE kind = 'rating.tally'");
    must(db_begin(&s.db, &err));
    for (int i = 0; i < SPOTS; i++) {
        char id[UID_SIZE], spot[UID_SIZE];
        uid_new(id);
        uid_new(spot);
        struct answer one = {id, WALK_ID, "spot", spot, "resident", NULL, 3};
        must(answer_keep(&s, &one, &err));
    }
    must(answer_close_all(&s, &a, WALK_ID, "leader", &err));
    must(db_commit(&s.db, &err));
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM record WHERE kind = 'rating.tally'"),
        tallies + SPOTS);
}

/* Who gathered "before" and never showed it shows "after" first. */
static void after_shown_first_pairs_all_the_same(void **state)
{
    (void)state;
    int64_t paired = rating("after").paired;
    for (int i = 0; i < 3; i++)
        answer("before", "resident", 1, arena_printf(&a, "z%d", i));
    for (int i = 0; i < 3; i++)
        answer("after", "resident", 7, arena_printf(&a, "z%d", i));
    assert_int_equal(closed("after"), 3);
    struct rating r = rating("after");
    assert_int_equal(r.paired, paired + 3);
    assert_int_equal(r.pairs[1 - 1][7 - 1], 3);
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM answer WHERE slip IS NOT NULL"), 0);
    assert_int_equal(closed("before"), 3); /* still open, and counted once */
    assert_int_equal(number_of(&s, "SELECT count(*) FROM answer"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_round_shows_nothing_but_its_number),
        cmocka_unit_test(closing_writes_one_tally_and_deletes_the_answers),
        cmocka_unit_test(before_and_after_are_paired_and_only_the_table_is_told),
        cmocka_unit_test(under_three_pairs_only_their_number_is_told),
        cmocka_unit_test(a_retry_counts_once_and_a_closed_answer_cannot_be_changed),
        cmocka_unit_test(what_was_counted_is_not_counted_again),
        cmocka_unit_test(closing_the_walk_leaves_no_answer_behind),
        cmocka_unit_test(a_walk_may_have_any_number_of_spots),
        cmocka_unit_test(after_shown_first_pairs_all_the_same),
    };
    return cmocka_run_group_tests(tests, make_store, drop_store);
}
