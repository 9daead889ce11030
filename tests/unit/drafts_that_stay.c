/* What was being typed when the power went becomes an edit at the next start, though one
 * draft cannot; what cannot become one goes with the point that a device lets go again. */
#include "core/store/local/draft.h"
#include "core/store/local/pulled.h"
#include "tests/unit/store_make.h"

#define GONE "018c2f10-0000-7000-8000-000000000009"
#define POINT "018c2f10-0000-7000-8000-00000000000a"

static void one_that_cannot_become_an_edit_keeps_no_other(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    size_t n = 0;
    store_make(&s, "typed", STORE_WALKER);
    say(&s, &a, "observation.note", POINT, note_body(&a, "BEL01", "short"));
    must(draft_set(&s, GONE, "{\"note\":\"of no point\"}", &err));
    must(draft_set(&s, POINT, "{\"note\":\"short and more\"}", &err));
    assert_false(drafts_settle(&s, 0, &n, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(n, 1);
    assert_string_equal(observation_of(&s, &a, POINT).note, "short and more");
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM draft WHERE observation = '" GONE "'"), 1);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM draft"), 1);
    arena_release(&a);
    store_close(&s);
}

static void a_draft_goes_with_the_point_that_is_let_go(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct author w = author_make();
    store_make(&s, "dropped", STORE_WALKER);
    struct record note = author_says(&w, &a, "observation.note", POINT,
                                     note_body(&a, "BEL01", "pulled"));
    take_from(&s, &w, &note);
    must(db_begin(&s.db, &err));
    must(pulled_mark(&s, POINT, &err));
    must(db_commit(&s.db, &err));
    must(draft_set(&s, POINT, "{\"note\":\"typed about it\"}", &err));
    must(db_begin(&s.db, &err));
    bool gone = false;
    must(pulled_drop(&s, &a, POINT, &gone, &err));
    must(db_commit(&s.db, &err));
    assert_true(gone);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM draft"), 0);
    arena_release(&a);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_cannot_become_an_edit_keeps_no_other),
        cmocka_unit_test(a_draft_goes_with_the_point_that_is_let_go),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
