/* Ratings (records.md 2): a sentence of the small-number rule is a test here, and a
 * property says that no table ever lets out a row under three. SEED=N repeats a run. */
#include "core/store/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct tally of(const char *role, int64_t n, struct tally t)
{
    for (int64_t i = 0; i < n; i++)
        tally_add(&t, role, (int)(1 + i % 7), 1);
    return t;
}

static int64_t shown(const struct tally *t, const char *role)
{
    for (size_t i = 0; i < t->rows; i++)
        if (strcmp(t->row[i].role, role) == 0)
            return tally_of_row(&t->row[i]);
    return 0;
}

static const struct tally none = {.rows = 0};

static void per_role_the_counts_of_1_to_7(void **state)
{
    (void)state;
    struct tally t = of("resident", 8, none), p = tally_published(&t);
    assert_int_equal(p.rows, 1);
    assert_string_equal(p.row[0].role, "resident");
    assert_int_equal(p.row[0].count[0], 2);
    assert_int_equal(p.row[0].count[6], 1);
    assert_int_equal(p.answers, 8);
}

static void roles_under_3_answers_are_joined_as_other(void **state)
{
    (void)state;
    struct tally t = of("resident", 5, of("police", 1, of("rescue", 2, none)));
    struct tally p = tally_published(&t);
    assert_int_equal(p.rows, 2);
    assert_int_equal(shown(&p, "resident"), 5);
    assert_int_equal(shown(&p, "other"), 3);
}

static void while_other_has_under_3_the_smallest_remaining_role_joins_it(void **state)
{
    (void)state;
    struct tally t = of("resident", 6, of("council", 4, of("police", 1, none)));
    struct tally p = tally_published(&t);
    assert_int_equal(p.rows, 2);
    assert_int_equal(shown(&p, "resident"), 6);
    assert_int_equal(shown(&p, "other"), 5);
    assert_int_equal(shown(&p, "council"), 0);
}

static void the_last_role_joins_too_when_nothing_else_is_left(void **state)
{
    (void)state;
    struct tally t = of("resident", 6, of("police", 1, none)), p = tally_published(&t);
    assert_int_equal(p.rows, 1);
    assert_int_equal(shown(&p, "other"), 7);
}

static void under_3_answers_in_all_only_their_number_is_told(void **state)
{
    (void)state;
    struct tally t = of("resident", 2, none), p = tally_published(&t);
    assert_int_equal(p.rows, 0);
    assert_int_equal(p.answers, 2);
    p = tally_published(&none);
    assert_int_equal(p.rows + (size_t)p.answers, 0);
}

static void three_answers_of_three_roles_are_one_row(void **state)
{
    (void)state;
    struct tally t = of("resident", 1, of("police", 1, of("rescue", 1, none)));
    struct tally p = tally_published(&t);
    assert_int_equal(p.rows, 1);
    assert_int_equal(shown(&p, "other"), 3);
}

static void a_role_called_other_hides_nobody_by_itself(void **state)
{
    (void)state;
    struct tally t = of("other", 2, of("resident", 3, none)), p = tally_published(&t);
    assert_int_equal(p.rows, 1);
    assert_int_equal(shown(&p, "other"), 5);
}

static void the_order_of_answering_leaves_no_trace(void **state)
{
    (void)state;
    struct tally one = of("resident", 4, of("council", 3, none));
    struct tally two = of("council", 3, of("resident", 4, none));
    struct tally p = tally_published(&one), q = tally_published(&two);
    assert_int_equal(p.rows, q.rows);
    for (size_t i = 0; i < p.rows; i++) {
        assert_string_equal(p.row[i].role, q.row[i].role);
        assert_memory_equal(p.row[i].count, q.row[i].count, sizeof p.row[i].count);
    }
}

static void answers_outside_1_to_7_count_for_nothing(void **state)
{
    (void)state;
    struct tally t = none;
    tally_add(&t, "resident", 0, 1);
    tally_add(&t, "resident", 8, 1);
    tally_add(&t, "resident", -1, 1);
    assert_int_equal(t.answers, 0);
}

static void more_roles_than_there_is_room_for_are_other(void **state)
{
    (void)state;
    struct tally t = none;
    for (int i = 0; i < 40; i++) {
        char role[16];
        snprintf(role, sizeof role, "role%d", i);
        t = of(role, 3, t);
    }
    struct tally p = tally_published(&t);
    assert_in_range(p.rows, 2, TALLY_ROLES);
    assert_int_equal(p.answers, 120);
}

/* ---- the property ------------------------------------------------------------------ */

static uint64_t dice;

static int64_t roll(int64_t n)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((dice >> 33) % (uint64_t)n);
}

static void assert_reveals_nobody(const struct tally *all, uint64_t seed)
{
    struct tally p = tally_published(all);
    int64_t sum[TALLY_WORST] = {0}, was[TALLY_WORST] = {0};
    for (size_t i = 0; i < p.rows; i++) {
        if (tally_of_row(&p.row[i]) < TALLY_FEWEST)
            fail_msg("a row of %lld (SEED=%llu)", (long long)tally_of_row(&p.row[i]),
                     (unsigned long long)seed);
        if (strcmp(p.row[i].role, "other") != 0)
            assert_int_equal(tally_of_row(&p.row[i]), shown(all, p.row[i].role));
        for (size_t j = 0; j < TALLY_WORST; j++)
            sum[j] += p.row[i].count[j];
    }
    for (size_t i = 0; i < all->rows; i++)
        for (size_t j = 0; j < TALLY_WORST; j++)
            was[j] += all->row[i].count[j];
    assert_int_equal(p.answers, all->answers);
    if (all->answers < TALLY_FEWEST)
        assert_int_equal(p.rows, 0);
    else
        assert_memory_equal(sum, was, sizeof sum); /* nobody is lost either */
}

static void no_published_table_reveals_a_role_under_3(void **state)
{
    (void)state;
    static const char *const roles[] = {"resident", "council", "police", "municipality",
                                        "rescue",   "housing", "ssp",    "other"};
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    dice = seed;
    fprintf(stderr, "# SEED=%llu\n", (unsigned long long)seed);
    for (int round = 0; round < 20000; round++) {
        struct tally t = none;
        for (int64_t answers = roll(round % 2 ? 8 : 30); answers > 0; answers--)
            tally_add(&t, roles[roll(1 + roll(8))], (int)(1 + roll(7)), 1);
        assert_reveals_nobody(&t, seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(per_role_the_counts_of_1_to_7),
        cmocka_unit_test(roles_under_3_answers_are_joined_as_other),
        cmocka_unit_test(while_other_has_under_3_the_smallest_remaining_role_joins_it),
        cmocka_unit_test(the_last_role_joins_too_when_nothing_else_is_left),
        cmocka_unit_test(under_3_answers_in_all_only_their_number_is_told),
        cmocka_unit_test(three_answers_of_three_roles_are_one_row),
        cmocka_unit_test(a_role_called_other_hides_nobody_by_itself),
        cmocka_unit_test(the_order_of_answering_leaves_no_trace),
        cmocka_unit_test(answers_outside_1_to_7_count_for_nothing),
        cmocka_unit_test(more_roles_than_there_is_room_for_are_other),
        cmocka_unit_test(no_published_table_reveals_a_role_under_3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
