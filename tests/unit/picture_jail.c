/* The helper is shut in before it reads: no files, no sockets, no code made at run
 * time, no more memory than its limit, and only the descriptors it was given. It says
 * so when it is not. Many threads may call it at once. */
#include "picture_make.h"

#include <fcntl.h>
#include <pthread.h>

static bool emulated(void)
{
    if (!getenv("LYGTE_EMULATED"))
        return false;
    print_message("skipped: qemu-user knows no seccomp\n");
    return true;
}

static void the_jail_is_closed_and_holds(void **state)
{
    (void)state;
    bool jailed = false;
    struct err err = ERR_INIT;
    if (emulated()) {
        skip();
        return;
    }
    if (!picture_check(&jailed, &err))
        fail_msg("%s %s", err.key, err.arg[0]);
    assert_true(jailed);
}

static void without_a_jail_it_says_so(void **state)
{
    (void)state;
    bool jailed = true;
    struct err err = ERR_INIT;
    setenv("LYGTE_JAIL", "off", 1);
    assert_false(picture_check(&jailed, &err));
    if (!getenv("LYGTE_EMULATED"))
        unsetenv("LYGTE_JAIL");
    assert_false(jailed);
    assert_string_equal(err.key, "picture.jail_off");
}

static void a_missing_helper_is_a_sentence(void **state)
{
    (void)state;
    char *kept = getenv("LYGTE_PICTURE") ? strdup(getenv("LYGTE_PICTURE")) : NULL;
    bool jailed = true;
    struct err err = ERR_INIT;
    setenv("LYGTE_PICTURE", "/no/such/helper", 1);
    assert_false(picture_check(&jailed, &err));
    kept ? setenv("LYGTE_PICTURE", kept, 1) : unsetenv("LYGTE_PICTURE");
    free(kept);
    assert_false(jailed);
    assert_string_equal(err.key, "picture.no_program");
    assert_string_equal(err.arg[0], "/no/such/helper");
}

/* The sanitized helper has no memory limit; the plain one must refuse an allocation
 * over it, which is part of its check. */
static void the_memory_limit_holds_in_the_plain_helper(void **state)
{
    (void)state;
    const char *plain = getenv("LYGTE_PICTURE_PLAIN");
    if (!plain || emulated()) {
        print_message("skipped: LYGTE_PICTURE_PLAIN names no plain helper\n");
        skip();
        return;
    }
    char *kept = getenv("LYGTE_PICTURE") ? strdup(getenv("LYGTE_PICTURE")) : NULL;
    bool jailed = false;
    struct err err = ERR_INIT;
    setenv("LYGTE_PICTURE", plain, 1);
    bool ok = picture_check(&jailed, &err);
    kept ? setenv("LYGTE_PICTURE", kept, 1) : unsetenv("LYGTE_PICTURE");
    free(kept);
    if (!ok)
        fail_msg("%s", err.key);
    assert_true(jailed);
}

/* A helper of ours that says which of some descriptors it has. */
static void it_gets_its_descriptors_and_nothing_else(void **state)
{
    (void)state;
    static const char script[] = "#!/bin/sh\nexec 1>\"$0.saw\"\n"
                                 "for n in 0 1 2 3 4 9 57; do\n"
                                 "  [ -e /proc/$$/fd/$n ] && echo $n\ndone\n"
                                 "echo ${LYGTE_SECRET-hidden}\n";
    const char *program = put_file("spy", script, sizeof script - 1);
    assert_int_equal(chmod(program, 0700), 0);
    char *kept = getenv("LYGTE_PICTURE") ? strdup(getenv("LYGTE_PICTURE")) : NULL;
    int leaky[2] = {fcntl(STDERR_FILENO, F_DUPFD, 9), /* no FD_CLOEXEC, on purpose */
                    fcntl(STDERR_FILENO, F_DUPFD, 57)};
    setenv("LYGTE_SECRET", "hush", 1);
    setenv("LYGTE_PICTURE", program, 1);
    bool jailed;
    struct err err = ERR_INIT;
    assert_false(picture_check(&jailed, &err));
    kept ? setenv("LYGTE_PICTURE", kept, 1) : unsetenv("LYGTE_PICTURE");
    unsetenv("LYGTE_SECRET");
    free(kept);
    close(leaky[0]);
    close(leaky[1]);
    struct buf saw = BUF_INIT;
    get_file(made_path("spy.saw"), &saw);
    assert_string_equal(saw.data, "0\n1\n2\n3\n4\nhidden\n");
    buf_release(&saw);
}

static void *read_many(void *path)
{
    static _Thread_local char names[2][200];
    intptr_t good = 0;
    for (int i = 0; i < 8; i++) {
        struct picture_facts f;
        struct err err = ERR_INIT;
        snprintf(names[0], sizeof names[0], "%s.%lx.p", (char *)path,
                 (long)pthread_self());
        snprintf(names[1], sizeof names[1], "%s.%lx.t", (char *)path,
                 (long)pthread_self());
        struct picture_wish wish = {names[0], names[1]};
        good += picture_read(path, "photo", &wish, &f, &err) && f.width == 700;
    }
    return (void *)good;
}

static void many_threads_may_read_at_once(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 700, .height = 500};
    make_jpeg(&jpeg, &form);
    char path[160];
    snprintf(path, sizeof path, "%s", put_file("shared.jpg", jpeg.data, jpeg.len));
    pthread_t threads[6];
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_many, path), 0);
    for (size_t i = 0; i < 6; i++) {
        void *good = NULL;
        assert_int_equal(pthread_join(threads[i], &good), 0);
        assert_int_equal((intptr_t)good, 8);
    }
    buf_release(&jpeg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_jail_is_closed_and_holds),
        cmocka_unit_test(without_a_jail_it_says_so),
        cmocka_unit_test(a_missing_helper_is_a_sentence),
        cmocka_unit_test(the_memory_limit_holds_in_the_plain_helper),
        cmocka_unit_test(it_gets_its_descriptors_and_nothing_else),
        cmocka_unit_test(many_threads_may_read_at_once),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
