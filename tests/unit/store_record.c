/* One record: written, read, put into a line and back, byte for byte; and refused when
 * anything of it is not what was signed. */
#include "tests/unit/store_make.h"

static void a_record_says_what_was_wished(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct author w = author_make();
    struct record one = author_says(&w, &a, "x.y", "subject", "{\"n\":1}");
    struct record r = author_says(&w, &a, "observation.note", WALK_ID, "{}");
    assert_true(r.seq == 2 && r.tick == 2);
    assert_memory_equal(r.prev, one.hash, DIGEST_SIZE);
    assert_memory_equal(r.origin, w.origin, RECORD_ORIGIN);
    assert_string_equal(r.kind, "observation.note");
    assert_string_equal(r.subject, WALK_ID);
    assert_string_equal(r.by_role, "walker");
    assert_string_equal(r.by_org, "SSP");
    assert_true(r.at_ms > INT64_C(1700000000000) && r.mono_ms > 0);
    uint8_t hash[DIGEST_SIZE];
    digest_of(r.head, r.head_len, hash);
    assert_memory_equal(hash, r.hash, DIGEST_SIZE);
    assert_true(sign_check(r.hash, DIGEST_SIZE, w.key, r.sig));
    assert_true(strncmp(r.body, "{\"salt\":\"", 9) == 0 && r.body_len == 9 + 32 + 2);
    assert_string_not_equal(r.body, one.body);
    assert_true(text_ends(one.body, "\",\"n\":1}"));
    arena_release(&a);
}

static void a_line_brings_every_byte_back(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct buf line = BUF_INIT, again = BUF_INIT;
    struct author w = author_make();
    static const char *const bodies[] = {
        "{}",
        "{\"t\":\"\\u0001 \\\\ \\\" / S\xC3\xB8nderg\xC3\xA5rds \xF0\x9F\x98\x80\"}",
        "{\"later\":{\"a\":[1,2,{}]},\"e\":1.5e-3}"};
    for (size_t i = 0; i < 3; i++) {
        struct record r = author_says(&w, &a, "later.kind", "s", bodies[i]), back;
        buf_clear(&line);
        buf_clear(&again);
        record_line(&r, &line);
        must(record_of_line(&a, line.data, line.len, &back, &err));
        assert_int_equal(back.head_len, r.head_len);
        assert_memory_equal(back.head, r.head, r.head_len);
        assert_string_equal(back.body, r.body);
        assert_memory_equal(back.sig, r.sig, SIGN_SIZE);
        assert_memory_equal(back.hash, r.hash, DIGEST_SIZE);
        record_line(&back, &again);
        assert_string_equal(again.data, line.data);
    }
    buf_release(&line);
    buf_release(&again);
    arena_release(&a);
}

static void one_bit_changed_anywhere_is_refused(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT, scratch = ARENA_INIT;
    struct buf line = BUF_INIT;
    struct author w = author_make();
    struct record r =
        author_says(&w, &a, "observation.note", WALK_ID, "{\"note\":\"\\u00e6\"}");
    record_line(&r, &line);
    for (size_t bit = 0; bit < 8 * line.len; bit++) {
        struct err err = ERR_INIT;
        struct record got;
        line.data[bit / 8] ^= (char)(1u << bit % 8);
        if (record_of_line(&scratch, line.data, line.len, &got, &err) &&
            sign_check(got.hash, DIGEST_SIZE, w.key, got.sig))
            fail_msg("bit %zu of the line changed and the record held", bit);
        line.data[bit / 8] ^= (char)(1u << bit % 8);
        arena_reset(&scratch);
    }
    for (size_t n = 0; n < line.len; n++) {
        struct record got;
        assert_false(record_of_line(&scratch, line.data, n, &got, &(struct err){0}));
        arena_reset(&scratch);
    }
    buf_release(&line);
    arena_release(&scratch);
    arena_release(&a);
}

static void an_erased_body_is_null_in_the_line(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct buf line = BUF_INIT;
    struct author w = author_make();
    struct record r = author_says(&w, &a, "observation.note", "s", "{}"), back;
    r.body = NULL;
    r.body_len = 0;
    record_line(&r, &line);
    assert_non_null(strstr(line.data, "\",null,\""));
    must(record_of_line(&a, line.data, line.len, &back, &err));
    assert_null(back.body);
    assert_memory_equal(back.hash, r.hash, DIGEST_SIZE);
    assert_true(sign_check(back.hash, DIGEST_SIZE, w.key, back.sig));
    buf_release(&line);
    arena_release(&a);
}

static bool write_of(struct arena *a, size_t letters, struct record *ret,
                     struct err *err)
{
    uint8_t key[SIGN_PUBLIC], secret[SIGN_SECRET];
    struct record_place place = {.seq = 1, .tick = 1};
    char *text = arena_alloc(a, letters + 1);
    memset(text, 'x', letters);
    sign_keypair(key, secret);
    record_origin_of(key, place.origin);
    struct record_wish wish = {"k.x", "s", arena_printf(a, "{\"t\":\"%s\"}", text),
                               "",    "",  INT64_C(1795089600000)};
    return record_write(a, &wish, &place, secret, ret, err);
}

static void head_and_body_are_at_most_64_kib(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct record r, again;
    must(write_of(&a, 1000, &r, &err));
    size_t most = RECORD_MOST - (r.head_len + r.body_len - 1000);
    /* mono may grow by a digit between the two writings, so look a little below too */
    assert_false(write_of(&a, most + 1, &r, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
    assert_string_equal(err.key, "record.too_large");
    must(write_of(&a, most - 2, &r, &err));
    assert_in_range(r.head_len + r.body_len, RECORD_MOST - 3, RECORD_MOST);
    char *longer = arena_alloc(&a, RECORD_MOST);
    memset(longer, ' ', RECORD_MOST);
    memcpy(longer, r.head, r.head_len);
    assert_false(
        record_read(&a, longer, RECORD_MOST, r.body, r.body_len, r.sig, &again, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
    arena_release(&a);
}

/* The head of a good record with `from` replaced by `to`. */
static const char *altered(struct arena *a, const char *head, const char *from,
                           const char *to)
{
    const char *at = strstr(head, from);
    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - head), head, to, at + strlen(from));
}

static void a_head_that_lacks_or_bends_anything_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *key;
    } rows[] = {
        {"\"v\":1,", "", "field.missing"},
        {"\"v\":1,", "\"v\":1,\"v\":1,", "json.duplicate_name"},
        {"\"seq\":1,", "\"seq\":0,", "field.out_of_range"},
        {"\"seq\":1,", "\"seq\":2,", "record.bad_head"},
        {"\"prev\":null,", "", "field.missing"},
        {"\"tick\":1,", "\"tick\":-1,", "field.out_of_range"},
        {"\"tick\":1,", "\"tick\":9007199254740993,", "json.number_too_large"},
        {"\"clock\":\"", "\"clock\":\"x", "field.not_word"},
        {"\"subject\":\"s\"", "\"subject\":\"\"", "field.too_short"},
        {"\"subject\":\"s\"", "\"subject\":\"\xFF\"", "json.not_utf8"},
        {"\"subject\":\"s\"", "\"subject\":\"a\\u0000b\"", "json.null_character"},
        {"\"kind\":\"k.x\"", "\"kind\":\"k\"", "field.too_short"},
        {"\"by\":{", "\"by\":{\"role\":\"\",", "json.duplicate_name"},
        {"\"by\":{\"role\":\"walker\",", "\"by\":{", "field.missing"},
        {"\"origin\":\"", "\"origin\":\"G", "field.too_long"},
        {"\"v\":1,", "\"v\":\"one\",", "field.not_number"},
    };
    struct arena a = ARENA_INIT;
    struct author w = author_make();
    struct record r = author_says(&w, &a, "k.x", "s", "{}"), got;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = ERR_INIT;
        const char *head = altered(&a, r.head, rows[i].from, rows[i].to);
        if (record_read(&a, head, strlen(head), r.body, r.body_len, r.sig, &got, &err))
            fail_msg("taken: %s", head);
        assert_string_equal(err.key, rows[i].key);
    }
    struct err err = ERR_INIT;
    const char *more = altered(&a, r.head, "\"v\":1,", "\"v\":7,\"later\":[1],");
    must(record_read(&a, more, strlen(more), r.body, r.body_len, r.sig, &got, &err));
    arena_release(&a);
}

static void a_line_of_another_shape_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "{}",
                                        "[]",
                                        "[\"a\",\"b\"]",
                                        "[1,2,3]",
                                        "[null,null,null]",
                                        "[\"{}\",\"{}\",\"zz\"]",
                                        "[\"{}\",{},\"00\"]",
                                        "null",
                                        "[\"{}\",\"{}\",\"00\",\"x\"]",
                                        "[\"{}\",\"{}\",\"00\"]\n[]"};
    struct arena a = ARENA_INIT;
    struct record r;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct err err = ERR_INIT;
        assert_false(record_of_line(&a, lines[i], strlen(lines[i]), &r, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    arena_release(&a);
}

static void a_body_of_another_record_is_refused(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct author w = author_make();
    struct record r = author_says(&w, &a, "k.x", "s", "{}"), got;
    struct record other = author_says(&w, &a, "k.x", "s", "{}");
    assert_false(record_read(&a, r.head, r.head_len, other.body, other.body_len, r.sig,
                             &got, &err));
    assert_int_equal(err.code, ERR_CHECKSUM);
    assert_string_equal(err.key, "record.body_differs");
    assert_false(record_read(&a, r.head, r.head_len, "", 0, r.sig, &got, &err));
    assert_string_equal(err.key, "record.body_differs");
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_says_what_was_wished),
        cmocka_unit_test(a_line_brings_every_byte_back),
        cmocka_unit_test(one_bit_changed_anywhere_is_refused),
        cmocka_unit_test(an_erased_body_is_null_in_the_line),
        cmocka_unit_test(head_and_body_are_at_most_64_kib),
        cmocka_unit_test(a_head_that_lacks_or_bends_anything_is_refused),
        cmocka_unit_test(a_line_of_another_shape_is_refused),
        cmocka_unit_test(a_body_of_another_record_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
