/* A line is held with all that it brings about, or not at all: where something else fails
 * over it, it is refused alone, leaves nothing, and can come again. */
#include "tests/unit/store_make.h"

#include "sync/take.h"

#define POINT "018c2f10-0000-7000-8000-00000000000"

struct scene {
    struct store s;
    struct arena a;
    struct author w;
    const char *lines[3];
    const char *stumbles; /* over this subject the hook fails, with that code */
    enum err_code code;
};

/* As where something that the record moves is not as it was signed. */
static bool stumble(struct store *s, struct arena *a, const struct record *r,
                    void *data, struct err *err)
{
    const struct scene *t = data;
    (void)s, (void)a;
    return !text_equal(r->subject, t->stumbles) ||
           err_set(err, t->code, "record.body_differs", NULL);
}

static void scene_open(struct scene *t, const char *name)
{
    static const char *const points[] = {POINT "1", POINT "2", POINT "3"};
    struct err err = ERR_INIT;
    *t = (struct scene){.w = author_make(), .code = ERR_CHECKSUM};
    store_make(&t->s, name, STORE_REGISTRY);
    admit(&t->s, &t->a, t->w.hex, "device");
    must(hold_key(&t->s, t->w.origin, t->w.key, &err));
    for (size_t i = 0; i < 3; i++) {
        struct buf line = BUF_INIT;
        struct record r = author_says(&t->w, &t->a, "observation.note", points[i],
                                      note_body(&t->a, "BEL01", "dark"));
        record_line(&r, &line);
        t->lines[i] = buf_dup(&line, &t->a);
        buf_release(&line);
    }
    t->s.applied = stumble;
    t->s.hook_data = t;
}

static void scene_close(struct scene *t)
{
    assert_rebuild_equals(&t->s);
    store_close(&t->s);
    arena_release(&t->a);
}

static bool bring(struct scene *t, size_t at, struct take *ret, struct err *err)
{
    const char *line = t->lines[at];
    return take_line(&t->s, &t->a, "device", line, strlen(line), ret, err);
}

static void what_stumbles_leaves_nothing_and_costs_the_others_nothing(void **state)
{
    (void)state;
    struct scene t;
    struct err err = ERR_INIT;
    struct take one[3];
    scene_open(&t, "stumbles");
    t.stumbles = POINT "2";
    int64_t arrival = number_of(&t.s, "SELECT arrival FROM self");
    must(db_begin(&t.s.db, &err));
    for (size_t i = 0; i < 3; i++)
        must(bring(&t, i, &one[i], &err));
    must(db_commit(&t.s.db, &err));
    assert_true(one[0].verdict == TAKE_NEW && one[2].verdict == TAKE_NEW);
    assert_int_equal(one[1].verdict, TAKE_REFUSED);
    assert_string_equal(one[1].why.key, TAKE_NOT_APPLIED);
    assert_string_equal(one[1].why.arg[0], "record.body_differs");
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM record"
                                     " WHERE kind = 'observation.note'"),
                     2);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM observation"), 2);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM held_run"), 2);
    assert_int_equal(number_of(&t.s, "SELECT arrival FROM self"), arrival + 2);
    t.stumbles = NULL;
    must(db_begin(&t.s.db, &err));
    must(bring(&t, 1, &one[1], &err));
    must(db_commit(&t.s.db, &err));
    assert_int_equal(one[1].verdict, TAKE_NEW);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM observation"), 3);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM held_run"), 1);
    scene_close(&t);
}

static void a_store_that_fails_ends_the_batch(void **state)
{
    (void)state;
    struct scene t;
    struct err err = ERR_INIT;
    struct take one;
    scene_open(&t, "fails");
    t.stumbles = POINT "2";
    t.code = ERR_DAMAGED;
    must(db_begin(&t.s.db, &err));
    must(bring(&t, 0, &one, &err));
    assert_false(bring(&t, 1, &one, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    db_rollback(&t.s.db);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM observation"), 0);
    scene_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stumbles_leaves_nothing_and_costs_the_others_nothing),
        cmocka_unit_test(a_store_that_fails_ends_the_batch),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
