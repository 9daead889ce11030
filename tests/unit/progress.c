/* progress: one sync at a time, and a dead one never stands in the way. */
#include "tests/unit/store_make.h"

#include "core/store/local/progress.h"

#include <sys/wait.h>

static bool may_start(struct store *s)
{
    struct err err = ERR_INIT;
    bool mine = false;
    must(progress_start(s, &mine, &err));
    return mine;
}

/* A child starts a sync and, told to, ends; its pid is a zombie until it is waited for. */
static pid_t start_elsewhere(const char *name, int *go_on)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct store s;
        struct err err = ERR_INIT;
        char byte;
        bool mine = store_open(&s, made_path(name), STORE_WALKER, false, &err) &&
                    progress_start(&s, &mine, &err);
        close(pipes[1]);
        while (read(pipes[0], &byte, 1) > 0)
            ;
        _exit(mine ? 0 : 1);
    }
    close(pipes[0]);
    *go_on = pipes[1];
    return pid;
}

static void await_running(struct store *s)
{
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct progress p = {.pid = 0};
    for (int i = 0; i < 500 && p.pid == 0; i++) {
        usleep(10000);
        must(progress_read(s, &a, &p, &err));
    }
    assert_int_not_equal(p.pid, 0);
    arena_release(&a);
}

static void a_second_sync_waits_for_the_first(void **state)
{
    (void)state;
    struct store s;
    int go_on, status;
    if (getenv("LYGTE_EMULATED")) {
        puts("skipped: qemu-user makes up /proc/self/stat, others see the true one");
        skip();
    }
    store_make(&s, "second", STORE_WALKER);
    pid_t pid = start_elsewhere("second", &go_on);
    await_running(&s);
    assert_false(may_start(&s));
    close(go_on); /* it ends without a word, and is not buried yet */
    for (int i = 0; i < 500 && !may_start(&s); i++)
        usleep(10000);
    assert_true(may_start(&s));
    waitpid(pid, &status, 0);
    store_close(&s);
}

static void a_pid_of_before_the_power_cut_is_nobody(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    char sql[120];
    store_make(&s, "cut", STORE_WALKER);
    assert_true(may_start(&s));
    snprintf(sql, sizeof sql, "UPDATE sync_state SET running = %d", (int)getppid());
    must(db_script(&s.db, sql, &err)); /* lives, but began at another moment */
    assert_true(may_start(&s));
    must(db_script(&s.db, "UPDATE sync_state SET running = 1", &err));
    assert_true(may_start(&s));
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_sync_waits_for_the_first),
        cmocka_unit_test(a_pid_of_before_the_power_cut_is_nobody),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
