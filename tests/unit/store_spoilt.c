/* What a disk has spoilt at a register is in no run and no receipt until it has come again,
 * and says then what it said before. */
#include "tests/unit/store_make.h"

#include "core/store/local/receipt.h"
#include "core/store/spoilt.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"

struct scene {
    struct store s;
    struct arena a;
    struct author w;
    struct record r[5]; /* the third is the note of POINT */
};

static void scene_open(struct scene *t, const char *name)
{
    *t = (struct scene){.w = author_make()};
    store_make(&t->s, name, STORE_REGISTRY);
    admit(&t->s, &t->a, t->w.hex, "device");
    for (int i = 0; i < 5; i++) {
        t->r[i] = i == 2 ? author_says(&t->w, &t->a, "observation.note", POINT,
                                       note_body(&t->a, "BEL01", "dark"))
                         : author_says(&t->w, &t->a, "walk.begin", WALK_ID, "{}");
        assert_int_equal(take_from(&t->s, &t->w, &t->r[i]), HOLD_NEW);
    }
}

static void scene_close(struct scene *t)
{
    assert_rebuild_equals(&t->s);
    store_close(&t->s);
    arena_release(&t->a);
}

static void spoil(struct scene *t, int i)
{
    struct err err = ERR_INIT;
    must(db_begin(&t->s.db, &err));
    must(hold_spoilt(&t->s, t->w.origin, t->r[i].seq, &err));
    must(db_commit(&t->s.db, &err));
}

static void has_runs(struct scene *t, const char *wanted)
{
    struct err err = ERR_INIT;
    struct hold_run *runs;
    struct buf text = BUF_INIT;
    size_t n;
    must(hold_runs(&t->s, &t->a, t->w.origin, 8, &runs, &n, &err));
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%lld-%lld", i ? " " : "", (long long)runs[i].first,
                   (long long)runs[i].last);
    assert_string_equal(text.data, wanted);
    buf_release(&text);
}

static void the_run_has_a_hole_until_the_same_record_comes_again(void **state)
{
    static const struct {
        int record;
        const char *runs;
    } spoilt[] = {{0, "2-5"}, {2, "1-2 4-5"}, {4, "1-4"}};
    struct scene t;
    (void)state;
    scene_open(&t, "holes");
    for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
        const struct record *r = &t.r[spoilt[i].record];
        spoil(&t, spoilt[i].record);
        spoil(&t, spoilt[i].record);
        has_runs(&t, spoilt[i].runs);
        assert_int_equal(take_from(&t.s, &t.w, r), HOLD_NEW);
        has_runs(&t, "1-5");
        assert_int_equal(take_from(&t.s, &t.w, r), HOLD_ALREADY);
    }
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM spoilt"), 0);
    scene_close(&t);
}

static void what_it_said_is_said_again(void **state)
{
    struct scene t;
    struct err err = ERR_INIT;
    struct record back;
    (void)state;
    scene_open(&t, "said");
    number_of(&t.s, "UPDATE record SET body = replace(body, 'dark', 'bark')");
    spoil(&t, 2);
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "dark");
    assert_false(hold_read(&t.s, &t.a, t.r[2].hash, &back, &err));
    err = (struct err)ERR_INIT;
    assert_int_equal(take_from(&t.s, &t.w, &t.r[2]), HOLD_NEW);
    must(hold_read(&t.s, &t.a, t.r[2].hash, &back, &err));
    assert_string_equal(back.body, t.r[2].body);
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "dark");
    scene_close(&t);
}

/* ---- at the device --------------------------------------------------------------- */

static void a_receipt_is_taken_back_for_one_record_alone(void **state)
{
    static const int64_t back[] = {1, 5, 10, 5, 11};
    struct store s;
    struct err err = ERR_INIT;
    const struct peer p = {.registry = "registry", .epoch = "epoch"};
    (void)state;
    store_make(&s, "receipts", STORE_WALKER);
    must(receipt_run(&s, &p, s.origin, 1, 10, &err));
    for (size_t i = 0; i < sizeof back / sizeof *back; i++)
        must(receipt_take_back(&s, &p, s.origin, back[i], &err));
    for (int64_t seq = 1; seq <= 11; seq++) {
        bool has = false;
        must(receipt_has(&s, &p, s.origin, seq, &has, &err));
        assert_int_equal(has, seq != 1 && seq != 5 && seq < 10);
    }
    must(receipt_run(&s, &p, s.origin, 1, 10, &err));
    assert_int_equal(number_of(&s, "SELECT count(*) FROM receipt_run"), 1);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_run_has_a_hole_until_the_same_record_comes_again),
        cmocka_unit_test(what_it_said_is_said_again),
        cmocka_unit_test(a_receipt_is_taken_back_for_one_record_alone),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
