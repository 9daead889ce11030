/* buf's invariant after every step, and an arena that is zeroed, aligned and one thing. */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_sane(const struct buf *b)
{
    if (!b->data) {
        assert_true(b->len == 0 && b->size == 0);
        return;
    }
    assert_true(b->len < b->size);
    assert_true(b->data[b->len] == '\0');
}

static void a_buf_always_ends_with_nul(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    assert_sane(&b);
    buf_clear(&b);
    assert_sane(&b);
    buf_add(&b, NULL, 0);
    assert_sane(&b);
    for (int i = 0; i < 5000; i++) {
        buf_char(&b, (char)('a' + i % 26));
        assert_sane(&b);
    }
    assert_int_equal(b.len, 5000);
    buf_add(&b, "x\0y", 3);
    assert_sane(&b);
    assert_int_equal(b.len, 5003);
    buf_clear(&b);
    assert_sane(&b);
    assert_string_equal(b.data, "");
    buf_str(&b, "");
    buf_printf(&b, "%s-%d", "long enough to make it grow once more, and then some", 42);
    assert_sane(&b);
    assert_string_equal(b.data + b.len - 3, "-42");
    buf_reserve(&b, 100000);
    assert_true(b.size > 100000);
    assert_sane(&b);
    buf_release(&b);
    assert_sane(&b);
    buf_release(&b);
}

static void a_buf_is_copied_into_an_arena(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct buf b = BUF_INIT;
    assert_string_equal(buf_dup(&b, &a), "");
    buf_str(&b, "tryg");
    char *copy = buf_dup(&b, &a);
    buf_release(&b);
    assert_string_equal(copy, "tryg");
    arena_release(&a);
}

static void arena_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    for (size_t round = 0; round < 3; round++) {
        for (size_t n = 0; n < 3000; n += 7) {
            unsigned char *p = arena_alloc(&a, n);
            assert_non_null(p);
            assert_true((uintptr_t)p % 16 == 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xA5, n); /* must not be seen again */
        }
        arena_reset(&a);
    }
    arena_release(&a);
    assert_true(a.total == 0 && a.block == NULL);
    arena_release(&a);
    arena_reset(&a);
}

static void pieces_of_an_arena_do_not_touch(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    enum { N = 500 };
    unsigned char *piece[N];
    for (size_t i = 0; i < N; i++) {
        piece[i] = arena_alloc(&a, i % 90 == 0 ? 300000 : i);
        memset(piece[i], (int)(i % 251), i);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_equal(piece[i][j], i % 251);
    size_t before = a.total;
    arena_reset(&a);
    assert_true(a.total > 0 && a.total < before);
    arena_release(&a);
}

static void copies_are_whole(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    assert_null(arena_strdup(&a, NULL));
    assert_string_equal(arena_strdup(&a, "Aalborg"), "Aalborg");
    assert_string_equal(arena_strndup(&a, "Aalborg", 3), "Aal");
    assert_non_null(arena_memdup(&a, NULL, 0));
    assert_memory_equal(arena_memdup(&a, "a\0b", 3), "a\0b", 3);
    assert_string_equal(arena_printf(&a, "%s %05d", "nr", 42), "nr 00042");
    char *twenty = arena_array(&a, 20, 1);
    assert_memory_equal(twenty, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
    arena_release(&a);
}

static void an_overflowing_wish_ends_the_program(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct arena a = ARENA_INIT;
        fclose(stderr);
        _exit(arena_array(&a, SIZE_MAX / 2, 4) ? 0 : 1);
    }
    int status = 0;
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status));
}

static void an_error_keeps_four_arguments_and_whole_characters(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char wide[2 * ERR_ARG_SIZE + 1];
    for (size_t i = 0; i + 1 < sizeof wide; i += 2)
        memcpy(wide + i, "\xC3\xA6", 2);
    wide[sizeof wide - 1] = '\0';
    assert_false(err_set(&err, ERR_INPUT, "a.key", wide, "2", "3", "4", NULL));
    assert_int_equal(strlen(err.arg[0]), 198); /* 199 would cut the 100th in half */
    assert_string_equal(err.arg[3], "4");
    assert_false(err_part(&err, wide));
    assert_int_equal(strlen(err.part), 94);
    assert_false(
        err_set(&err, ERR_GONE, "b.key", err.arg[3], NULL)); /* its own argument */
    assert_string_equal(err.arg[0], "4");
    assert_string_equal(err.arg[1], "");
    assert_string_equal(err.part, "");
    assert_int_equal(err_exit_status(&err), 1);
    err_set(&err, ERR_USAGE, "c.key", NULL);
    assert_int_equal(err_exit_status(&err), 2);
    err = (struct err)ERR_INIT;
    assert_int_equal(err_exit_status(&err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buf_always_ends_with_nul),
        cmocka_unit_test(a_buf_is_copied_into_an_arena),
        cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
        cmocka_unit_test(pieces_of_an_arena_do_not_touch),
        cmocka_unit_test(copies_are_whole),
        cmocka_unit_test(an_overflowing_wish_ends_the_program),
        cmocka_unit_test(an_error_keeps_four_arguments_and_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
