/* The lines of a batch read ahead: each once, in their order and with their number, whoever
 * reads them; proven only by the origin's own key, whatever others a batch names for it. */
#include "sync/server/ahead.h"
#include "tests/unit/store_make.h"

enum { RECORDS = 700 };

static void add_record(struct buf *b, const struct record *r)
{
    record_line(r, b);
    buf_char(b, '\n');
}

/* The author's key line and records, an empty line behind every hundredth. */
static struct author add_batch(struct buf *b, struct arena *a, int n)
{
    struct author w = author_make();
    wire_key_line(b, w.origin, w.key);
    for (int i = 1; i <= n; i++) {
        struct record r =
            author_says(&w, a, "kind.later", "walk:1", "{\"note\":\"\\u00f8\"}");
        add_record(b, &r);
        if (i % 100 == 0)
            buf_char(b, '\n');
    }
    return w;
}

static void each_line_comes_once_and_in_order(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct buf b = BUF_INIT;
    const struct ahead_line *line;
    struct author w = add_batch(&b, &a, RECORDS);
    struct ahead *ahead = arena_alloc(&a, sizeof *ahead);
    buf_str(&b, "no line at all\n[\"nor\",\"this\"]");
    ahead_begin(ahead, b.data, b.len);
    assert_true(ahead_next(ahead, &line));
    assert_true(line->read.ok && line->read.line.is_key && line->number == 1);
    for (int i = 1; i <= RECORDS; i++) {
        assert_true(ahead_next(ahead, &line));
        assert_true(line->read.ok);
        assert_int_equal(line->read.line.record.seq, i);
        assert_int_equal(line->number, 1 + i + (i - 1) / 100);
        assert_non_null(line->read.line.record.proven_by);
        assert_memory_equal(line->read.line.record.proven_by, w.key, SIGN_PUBLIC);
    }
    assert_true(ahead_next(ahead, &line));
    assert_false(line->read.ok);
    assert_true(ahead_next(ahead, &line));
    assert_false(line->read.ok);
    assert_int_equal(line->len, strlen("[\"nor\",\"this\"]"));
    assert_false(ahead_next(ahead, &line));
    assert_false(ahead_next(ahead, &line));
    ahead_end(ahead);
    buf_release(&b);
    arena_release(&a);
}

static void who_ends_early_leaves_nothing_behind(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct buf b = BUF_INIT;
    const struct ahead_line *line;
    add_batch(&b, &a, RECORDS);
    struct ahead *ahead = arena_alloc(&a, sizeof *ahead);
    for (int taken = 0; taken < 200; taken += 37) {
        ahead_begin(ahead, b.data, b.len);
        for (int i = 0; i < taken; i++)
            assert_true(ahead_next(ahead, &line));
        ahead_end(ahead);
    }
    ahead_begin(ahead, b.data, 0);
    assert_false(ahead_next(ahead, &line));
    ahead_end(ahead);
    buf_release(&b);
    arena_release(&a);
}

/* The signature of one is another's, and a stranger's key line names our origin. */
static void another_signature_is_not_proven(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct buf b = BUF_INIT;
    struct err err = ERR_INIT;
    struct store s;
    const struct ahead_line *line;
    struct author w = author_make(), thief = author_make();
    struct record good = author_says(&w, &a, "kind.later", "walk:1", "{}");
    struct record bad = author_says(&w, &a, "kind.later", "walk:1", "{}"), stolen = bad;
    memcpy(bad.sig, good.sig, SIGN_SIZE);
    sign_make(stolen.hash, DIGEST_SIZE, thief.secret, stolen.sig);
    wire_key_line(&b, w.origin, thief.key);
    wire_key_line(&b, w.origin, w.key);
    add_record(&b, &bad);
    add_record(&b, &stolen);
    struct ahead *ahead = arena_alloc(&a, sizeof *ahead);
    store_make(&s, "thief", STORE_REGISTRY);
    must(hold_key(&s, w.origin, w.key, &err));
    ahead_begin(ahead, b.data, b.len);
    assert_true(ahead_next(ahead, &line) && ahead_next(ahead, &line));
    assert_true(ahead_next(ahead, &line) && line->read.ok);
    assert_null(line->read.line.record.proven_by);
    assert_false(hold_check(&s, &line->read.line.record, &err));
    assert_string_equal(err.key, "record.bad_signature");
    assert_true(ahead_next(ahead, &line) && line->read.ok);
    assert_null(line->read.line.record.proven_by); /* a key that is not the origin's is none */
    err = (struct err)ERR_INIT;
    assert_false(hold_check(&s, &line->read.line.record, &err));
    assert_string_equal(err.key, "record.bad_signature");
    ahead_end(ahead);
    store_close(&s);
    buf_release(&b);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_comes_once_and_in_order),
        cmocka_unit_test(who_ends_early_leaves_nothing_behind),
        cmocka_unit_test(another_signature_is_not_proven),
    };
    return cmocka_run_group_tests_name("lines_ahead", tests, make_folder, drop_folder);
}
