/* The command line: where options may stand, what is refused, exit statuses, and what
 * goes to stdout and stderr. */
#include "core/base/verb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char seen[1000]; /* what the verb was handed, as text */
static char output[100];

static bool run_show(struct verb_call *call, struct err *err)
{
    (void)err;
    int n = snprintf(seen, sizeof seen,
                     "note=%s at0=%s at1=%s at2=%s flag=%d json=%d data=%s",
                     verb_value(call, "note"), verb_value_at(call, "note", 0),
                     verb_value_at(call, "note", 1), verb_value_at(call, "note", 2),
                     verb_flag(call, "flag"), call->json, call->data);
    for (size_t i = 0; i < call->argument_count; i++)
        n += snprintf(seen + n, sizeof seen - (size_t)n, " [%s]", call->argument[i]);
    snprintf(output, sizeof output, "%s",
             verb_value(call, "output") ? verb_value(call, "output") : "");
    puts("made");
    return true;
}

static bool run_fail(struct verb_call *call, struct err *err)
{
    (void)call;
    return err_set(err, ERR_CONFLICT, "no.such_text", "x", NULL);
}

static bool run_partly(struct verb_call *call, struct err *err)
{
    (void)err;
    call->partly = true;
    return true;
}

static bool run_make(struct verb_call *call, struct err *err)
{
    (void)err;
    verb_made(call, "id", call->argument[0]);
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "n", 1);
        verb_answer_end(&x);
    }
    return true;
}

static const struct verb_option options[] = {
    {"note", true, "TEXT"}, {"flag", false, NULL}, {"output", true, "FILE"}};
static const struct verb show = {"show", "help.show", "WORD...", options,
                                 3,      0,           2,         run_show};
static const struct verb show_all = {"show all", "help.all", NULL, NULL,
                                     0,          1,          -1,   run_show};
static const struct verb failing = {"fail", "help.fail", NULL, NULL, 0, 0, 0, run_fail};
static const struct verb partly = {"partly", "help.partly", NULL, NULL, 0, 0,
                                   0,        run_partly};
static const struct verb make = {"make", "help.make", "ID", NULL, 0, 1, 1, run_make};
static const struct verb *const verbs[] = {&show,   &show_all, &failing,
                                           &partly, &make,     NULL};
static const struct verb_program program = {"tester", "about.tester", "lygte-test",
                                            verbs};

static char out[20000], said[20000];

static void slurp(FILE *f, char *to, size_t size)
{
    rewind(f);
    size_t n = fread(to, 1, size - 1, f);
    to[n] = '\0';
    fclose(f);
}

/* Runs a line of words ended by NULL; out and said are stdout and stderr. */
static int run_words(const char *const *words)
{
    char *argv[20] = {(char *)(uintptr_t) "tester"};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    FILE *o = tmpfile(), *e = tmpfile();
    assert_true(o && e);
    fflush(NULL);
    int kept_out = dup(1), kept_err = dup(2);
    dup2(fileno(o), 1);
    dup2(fileno(e), 2);
    seen[0] = '\0';
    int status = verb_main(&program, argc, argv);
    fflush(NULL);
    dup2(kept_out, 1);
    dup2(kept_err, 2);
    close(kept_out);
    close(kept_err);
    slurp(o, out, sizeof out);
    slurp(e, said, sizeof said);
    return status;
}
#define RUN(...) run_words((const char *const[]){__VA_ARGS__, NULL})

#define NONE "note=(null) at0=(null) at1=(null) at2=(null) flag=0 json=0 data=/data"

static void options_stand_before_or_after_the_verb(void **state)
{
    (void)state;
    static const char both[] =
        "note=b at0=a at1=b at2=(null) flag=1 json=1 data=/d [one] [two]";
    assert_int_equal(RUN("show", "one", "two", "--note", "a", "--note=b", "--flag",
                         "--json", "--data", "/d"),
                     0);
    assert_string_equal(seen, both);
    assert_int_equal(RUN("--note", "a", "--json", "--data=/d", "show", "--note", "b",
                         "one", "--flag", "two"),
                     0);
    assert_string_equal(seen, both);
    assert_string_equal(out, "made\n");
    assert_string_equal(said, "");
    assert_int_equal(RUN("show", "--note="), 0);
    assert_true(strstr(seen, "note= at0= at1=(null)"));
    assert_int_equal(RUN("show", "--note", "--flag"), 0);
    assert_true(strstr(seen, "note=--flag") && strstr(seen, "flag=0"));
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    assert_int_equal(RUN("show", "--", "--note", "--"), 0);
    assert_string_equal(seen, NONE " [--note] [--]");
    assert_int_equal(RUN("show", "-", "-5"), 0);
    assert_string_equal(seen, NONE " [-] [-5]");
}

static void o_is_output(void **state)
{
    (void)state;
    assert_int_equal(RUN("show", "-o", "a"), 0);
    assert_string_equal(output, "a");
    assert_int_equal(RUN("--output=a", "show", "-o", "-o"), 0);
    assert_string_equal(output, "-o");
    assert_int_equal(RUN("show", "--", "-o"), 0);
    assert_string_equal(output, "");
    assert_string_equal(seen, NONE " [-o]");
}

static void two_words_win_over_one(void **state)
{
    (void)state;
    assert_int_equal(RUN("show", "all", "x", "y", "z"), 0);
    assert_string_equal(seen, NONE " [x] [y] [z]");
    assert_int_equal(RUN("show", "al"), 0);
    assert_string_equal(seen, NONE " [al]");
    assert_int_equal(RUN("show", "all"), 2);
}

static void a_wrong_line_is_2_and_a_sentence_in_three_parts(void **state)
{
    (void)state;
    assert_int_equal(RUN("dance"), 2);
    assert_int_equal(RUN("show", "1", "2", "3"), 2);
    assert_int_equal(RUN("show", "--unknown"), 2);
    assert_int_equal(RUN("show", "--flag=yes"), 2);
    assert_int_equal(RUN("fail", "--note", "x"), 2);
    assert_int_equal(RUN("show", "\xFF"), 2);
    assert_int_equal(RUN("show", "--note", "\xC3"), 2);
    assert_int_equal(RUN("show", "--note=\xC3"), 2);
    assert_int_equal(RUN("show", "--note"), 2);
    assert_int_equal(RUN("fail", "-o", "x"), 2);
    assert_true(strstr(said, "--output does not belong here"));
    assert_int_equal(RUN("show", "-o"), 2);
    assert_true(strstr(said, "--output lacks its value"));
    assert_int_equal(run_words((const char *const[]){NULL}), 2);
    assert_string_equal(seen, "");
    assert_string_equal(out, "");
    assert_true(strncmp(said, "tester: ", 8) == 0);
    const char *why = strstr(said + 8, ": ");
    assert_true(why && strstr(why + 2, ": "));
}

static void what_a_verb_made_is_a_line_or_json(void **state)
{
    (void)state;
    assert_int_equal(RUN("make", "a\"b"), 0);
    assert_string_equal(out, "a\"b\n");
    assert_int_equal(RUN("make", "a\"b", "--json"), 0);
    assert_string_equal(out, "{\"id\":\"a\\\"b\"}\n{\"n\":1}\n");
}

static void failing_and_partly_are_1(void **state)
{
    (void)state;
    assert_int_equal(RUN("fail"), 1);
    assert_string_equal(said, "tester: no.such_text\n");
    assert_int_equal(RUN("partly"), 1);
    assert_string_equal(said, "");
}

static void help_and_version_need_no_verb(void **state)
{
    (void)state;
    assert_int_equal(RUN("--help"), 0);
    assert_true(strstr(out, "tester show WORD... [--note TEXT] [--flag] [-o FILE]\n"));
    assert_null(strstr(strstr(out, "Every verb:"), "-o"));
    assert_true(strstr(out, "tester fail"));
    assert_int_equal(RUN("fail", "--help"), 0);
    assert_true(strstr(out, "tester fail") && !strstr(out, "tester partly"));
    assert_int_equal(RUN("--version"), 0);
    assert_true(strncmp(out, "tester ", 7) == 0);
}

static void the_data_folder_is_asked_for_in_order(void **state)
{
    (void)state;
    RUN("show", "--data", "/given");
    assert_true(strstr(seen, "data=/given"));
    unsetenv("LYGTE_DATA");
    setenv("XDG_DATA_HOME", "/share", 1);
    RUN("show");
    assert_true(strstr(seen, "data=/share/lygte-test"));
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", "/home/me", 1);
    RUN("show");
    assert_true(strstr(seen, "data=/home/me/.local/share/lygte-test"));
    setenv("LYGTE_DATA", "/data", 1);
}

static void a_full_stdout_is_a_failure(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (!full) {
        print_message("skipped: there is no /dev/full here\n");
        skip();
    }
    char *argv[] = {(char *)(uintptr_t) "tester", (char *)(uintptr_t) "show", NULL};
    fflush(NULL);
    int kept = dup(1);
    dup2(fileno(full), 1);
    int status = verb_main(&program, 2, argv);
    dup2(kept, 1);
    close(kept);
    fclose(full);
    clearerr(stdout);
    assert_int_equal(status, 1);
}

static int start(void **state)
{
    (void)state;
    setenv("LYGTE_LANG", "en", 1);
    return setenv("LYGTE_DATA", "/data", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_before_or_after_the_verb),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(o_is_output),
        cmocka_unit_test(two_words_win_over_one),
        cmocka_unit_test(a_wrong_line_is_2_and_a_sentence_in_three_parts),
        cmocka_unit_test(what_a_verb_made_is_a_line_or_json),
        cmocka_unit_test(failing_and_partly_are_1),
        cmocka_unit_test(help_and_version_need_no_verb),
        cmocka_unit_test(the_data_folder_is_asked_for_in_order),
        cmocka_unit_test(a_full_stdout_is_a_failure),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
