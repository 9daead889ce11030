/* A line that is rightly signed and that this version cannot read is held aside, byte
 * for byte, in the runs and in no fold; an erasure empties it, a later version takes it
 * in. */
#include "tests/unit/store_make.h"

#include "core/store/check.h"
#include "core/store/local/set_aside.h"
#include "sync/take.h"

struct scene {
    struct store s;
    struct arena a;
    struct author w;
};

static void scene_open(struct scene *t, const char *name)
{
    struct err err = ERR_INIT;
    *t = (struct scene){.w = author_make()};
    store_make(&t->s, name, STORE_REGISTRY);
    admit(&t->s, &t->a, t->w.hex, "device");
    must(hold_key(&t->s, t->w.origin, t->w.key, &err));
}

static void scene_close(struct scene *t)
{
    assert_rebuild_equals(&t->s);
    store_close(&t->s);
    arena_release(&t->a);
}

/* The author's next record, with `more` put into its head before it is signed; its hash
 * stands in w.head. */
static const char *line_with(struct scene *t, const char *more)
{
    struct buf line = BUF_INIT;
    struct record r = author_says(&t->w, &t->a, "walk.begin", WALK_ID, "{}");
    r.head = arena_printf(&t->a, "{%s%s", more, r.head + 1);
    r.head_len = strlen(r.head);
    digest_of(r.head, r.head_len, t->w.head);
    sign_make(t->w.head, DIGEST_SIZE, t->w.secret, r.sig);
    record_line(&r, &line);
    const char *copy = buf_dup(&line, &t->a);
    buf_release(&line);
    return copy;
}

static const char *twice(struct scene *t)
{
    return line_with(t, "\"v\":1,");
}

/* More than 64 KiB. */
static const char *large(struct scene *t)
{
    char *more = arena_alloc(&t->a, RECORD_MOST + 32);
    memset(more, 'x', RECORD_MOST + 20);
    memcpy(more, "\"more\":\"", 8);
    memcpy(more + RECORD_MOST + 18, "\",", 3);
    return line_with(t, more);
}

static struct take bring(struct scene *t, const char *line)
{
    struct err err = ERR_INIT;
    struct take one;
    must(db_begin(&t->s.db, &err));
    must(take_line(&t->s, &t->a, "device", line, strlen(line), &one, &err));
    must(db_commit(&t->s.db, &err));
    return one;
}

static const char *kept_of(struct scene *t, int64_t seq)
{
    struct err err = ERR_INIT;
    const char *line;
    int64_t at;
    must(set_aside_next(&t->s, &t->a, t->w.origin, seq, &at, &line, &err));
    return at == seq ? line : NULL;
}

static struct hold_run only_run(struct scene *t)
{
    struct err err = ERR_INIT;
    struct hold_run *runs;
    size_t n;
    must(hold_runs(&t->s, &t->a, t->w.origin, 64, &runs, &n, &err));
    assert_int_equal(n, 1);
    return runs[0];
}

static void it_is_held_in_the_runs_whatever_comes_first(void **state)
{
    (void)state;
    static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}};
    static const char *const names[] = {"runs-1", "runs-2", "runs-3", "runs-4"};
    for (size_t i = 0; i < 4; i++) {
        struct scene t;
        const char *line[3];
        uint8_t hash[3][DIGEST_SIZE];
        scene_open(&t, names[i]);
        for (int n = 0; n < 3; n++) {
            line[n] = n == 0 ? large(&t) : n == 1 ? line_with(&t, "") : twice(&t);
            memcpy(hash[n], t.w.head, DIGEST_SIZE);
        }
        for (int n = 0; n < 3; n++)
            for (int again = 0; again < 2; again++) {
                struct take one = bring(&t, line[orders[i][n]]);
                assert_int_equal(one.verdict, again ? TAKE_ALREADY : TAKE_NEW);
                assert_int_equal(one.aside, orders[i][n] != 1);
            }
        struct hold_run run = only_run(&t);
        assert_true(run.first == 1 && run.last == 3);
        assert_memory_equal(run.first_hash, hash[0], DIGEST_SIZE);
        assert_memory_equal(run.last_hash, hash[2], DIGEST_SIZE);
        assert_string_equal(kept_of(&t, 1), line[0]);
        assert_null(kept_of(&t, 2));
        assert_string_equal(kept_of(&t, 3), line[2]);
        scene_close(&t);
    }
}

static void nothing_else_stands_at_its_place(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "place");
    struct author before = t.w;
    const char *first = twice(&t);
    t.w = before;
    const char *second = line_with(&t, "\"w\":2,\"w\":2,");
    t.w = before;
    const char *readable = line_with(&t, "");
    bring(&t, first);
    struct take other = bring(&t, second), plain = bring(&t, readable);
    assert_true(other.verdict == TAKE_REFUSED && plain.verdict == TAKE_REFUSED);
    assert_string_equal(other.why.key, "record.forked");
    assert_string_equal(plain.why.key, "record.forked");
    assert_string_equal(kept_of(&t, 1), first);
    scene_close(&t);
}

static void strangers_and_wrong_ones_are_refused(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "wrong");
    struct err err = ERR_INIT;
    struct author admitted = t.w;
    t.w = author_make();
    must(hold_key(&t.s, t.w.origin, t.w.key, &err));
    const char *of_stranger = twice(&t);
    t.w = admitted;
    const char *right = twice(&t);
    size_t at = strlen(right) - 5; /* in the signature */
    char *wrong = arena_strdup(&t.a, right);
    wrong[at] = wrong[at] == '0' ? '1' : '0';
    const char *no_seq = line_with(&t, "\"seq\":null,");
    struct take one = bring(&t, of_stranger);
    assert_int_equal(one.verdict, TAKE_REFUSED);
    assert_string_equal(one.why.key, "json.duplicate_name");
    assert_int_equal(bring(&t, wrong).verdict, TAKE_REFUSED);
    assert_int_equal(bring(&t, no_seq).verdict, TAKE_REFUSED);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM aside"), 0);
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM held_run"), 0);
    scene_close(&t);
}

static void erase(struct scene *t)
{
    char hash[DIGEST_HEX];
    text_hex(t->w.head, DIGEST_SIZE, hash);
    say(&t->s, &t->a, "erase", "018c2f10-0000-7000-8000-0000000000e1",
        arena_printf(&t->a,
                     "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                     "[{\"hash\":\"%s\"}],\"photos\":[]}",
                     hash));
}

static void an_erasure_empties_it_before_and_after(void **state)
{
    (void)state;
    for (int early = 0; early < 2; early++) {
        struct scene t;
        struct record r;
        scene_open(&t, early ? "erased-early" : "erased-late");
        const char *line = twice(&t);
        if (early)
            erase(&t);
        assert_int_equal(bring(&t, line).verdict, TAKE_NEW);
        if (!early)
            erase(&t);
        assert_null(strstr(kept_of(&t, 1), "salt"));
        assert_true(set_aside_read(&t.a, kept_of(&t, 1), strlen(kept_of(&t, 1)), &r));
        assert_null(r.body);
        assert_memory_equal(r.hash, t.w.head, DIGEST_SIZE);
        assert_int_equal(bring(&t, line).verdict, TAKE_ALREADY);
        assert_null(strstr(kept_of(&t, 1), "salt"));
        scene_close(&t);
    }
}

/* What this version reads stands in for what a later one will: it was set aside before.
 * */
static void a_version_that_reads_it_takes_it_in(void **state)
{
    (void)state;
    struct scene t;
    struct err err = ERR_INIT;
    scene_open(&t, "later");
    struct record r = author_says(&t.w, &t.a, "observation.note",
                                  "018c2f10-0000-7000-8000-00000000000a",
                                  note_body(&t.a, "BEL01", "dark"));
    struct buf line = BUF_INIT;
    record_line(&r, &line);
    must(db_begin(&t.s.db, &err));
    enum hold_verdict verdict;
    struct err why = ERR_INIT;
    err_set(&why, ERR_TOO_LARGE, "record.too_large", "", NULL);
    must(set_aside_put(&t.s, &r, line.data, line.len, &why, &verdict, &err));
    must(db_commit(&t.s.db, &err));
    assert_int_equal(bring(&t, twice(&t)).verdict, TAKE_NEW);
    assert_string_equal(reason_of(&t.s, &r), "absent");
    must(db_run(&t.s.db, &err, "UPDATE self SET fold_version = 1", ""));
    store_close(&t.s);
    store_make(&t.s, "later", STORE_REGISTRY);
    assert_string_equal(reason_of(&t.s, &r), "");
    assert_string_equal(observation_of(&t.s, &t.a, r.subject).note, "dark");
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM aside"), 1);
    struct hold_run run = only_run(&t);
    assert_true(run.first == 1 && run.last == 2);
    buf_release(&line);
    scene_close(&t);
}

static bool count_gaps(const struct check_finding *f, void *data, struct err *err)
{
    (void)err;
    ((int *)data)[0] += text_equal(f->err.key, "check.gap");
    ((int *)data)[1] += text_equal(f->err.key, "check.aside_form");
    return true;
}

static void it_is_no_gap(void **state)
{
    (void)state;
    struct scene t;
    struct err err = ERR_INIT;
    int seen[2] = {0, 0};
    int64_t n;
    scene_open(&t, "gap");
    bring(&t, line_with(&t, ""));
    bring(&t, twice(&t));
    bring(&t, line_with(&t, ""));
    must(check_records(&t.s, count_gaps, seen, &n, &err));
    must(check_aside(&t.s, count_gaps, seen, &err));
    assert_true(seen[0] == 0 && seen[1] == 1);
    twice(&t); /* lost on the way */
    bring(&t, twice(&t));
    bring(&t, line_with(&t, ""));
    must(check_records(&t.s, count_gaps, seen, &n, &err));
    assert_int_equal(seen[0], 1);
    scene_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_held_in_the_runs_whatever_comes_first),
        cmocka_unit_test(nothing_else_stands_at_its_place),
        cmocka_unit_test(strangers_and_wrong_ones_are_refused),
        cmocka_unit_test(an_erasure_empties_it_before_and_after),
        cmocka_unit_test(a_version_that_reads_it_takes_it_in),
        cmocka_unit_test(it_is_no_gap),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
