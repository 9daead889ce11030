/* A bug in a decoder gets nobody out of the jail: the helper's own main with a decoder
 * planted in it that does what its photo says. Whatever it tries, what is seen outside is
 * a sentence, and no file. The same program is the helper and the test; without
 * sanitizers (LYGTE_PLANTED_PLAIN, built by make test) it also has its memory limit. */
int picture_main(int argc, char **argv);
#define main picture_main
#include "core/picture/main.c" /* NOLINT(bugprone-suspicious-include) */
#undef main

#include "picture_make.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* ---- the planted decoder --------------------------------------------------------- */

/* True when it was let. */
static bool read_secret(void)
{
    char secret[16];
    int fd = open("/etc/passwd", O_RDONLY);
    return fd >= 0 && read(fd, secret, sizeof secret) > 0;
}

static bool write_beside(void)
{
    return open("/tmp/lygte-planted", O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool make_child(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool run_shell(void)
{
    char *argv[] = {(char *)(uintptr_t) "sh", NULL};
    return execve("/bin/sh", argv, NULL) == 0;
}

static bool kill_caller(void)
{
    return kill(getppid(), 0) == 0;
}

static bool trace_caller(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool run_written_code(void)
{
    return mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static bool take_memory(void)
{
    size_t n = (size_t)2 << 30;
    char *volatile much = malloc(n);
    if (!much)
        return false;
    memset(much, 1, n);
    /* It is kept to the end, which the limit is to bring. */
    /* cppcheck-suppress memleak */
    return true;
}

static bool loop(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
    return true;
}

static bool write_wild(void)
{
    static volatile uintptr_t nowhere = 16;
    *(volatile char *)nowhere = 1; /* NOLINT: this is the bug */
    return true;
}

static bool fill_disk(void)
{
    static char bytes[65536];
    size_t n = 0;
    while (n < (size_t)LIMIT_FILE_BYTES * 4 &&
           write(PICTURE_FD_PREVIEW, bytes, sizeof bytes) > 0)
        n += sizeof bytes;
    return n >= (size_t)LIMIT_FILE_BYTES * 4;
}

static const struct deed {
    const char *name;
    bool (*do_it)(void);
    bool plain; /* only without sanitizers: they keep the limit out, or report first */
} deeds[] = {
    {"read", read_secret, false},   {"write", write_beside, false},
    {"socket", open_socket, false}, {"fork", make_child, false},
    {"exec", run_shell, false},     {"kill", kill_caller, false},
    {"trace", trace_caller, false}, {"code", run_written_code, false},
    {"fill", fill_disk, false},     {"memory", take_memory, true},
    {"loop", loop, true},           {"wild", write_wild, true},
};

/* In the place of kind.c's: what is no photo is obeyed. What was let says so by a refusal
 * that no photo of its kind can give; what was not dies as broken code does. */
_Noreturn void refuse_kind(const uint8_t magic[PHOTO_MAGIC])
{
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
        if (strcmp((const char *)magic, deeds[i].name) == 0 && deeds[i].do_it())
            refuse(REFUSAL_GIF, NULL);
    abort();
}

/* ---- the test -------------------------------------------------------------------- */

static void each_deed_ends_in_a_sentence(bool plain)
{
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        struct picture_facts f;
        struct err err = ERR_INIT;
        struct picture_wish wish = {made_path("preview.jpg"), made_path("thumb.jpg")};
        if (deeds[i].plain && !plain)
            continue;
        const char *photo = put_file("planted", deeds[i].name, strlen(deeds[i].name));
        assert_false(picture_read(photo, "photo", &wish, &f, &err));
        const char *key =
            strcmp(deeds[i].name, "loop") == 0 ? "picture.too_slow" : "picture.crashed";
        if (strcmp(err.key, key) != 0)
            fail_msg("%s: %s", deeds[i].name, err.key);
        assert_int_equal(access(wish.preview, F_OK), -1);
        assert_int_equal(access(wish.thumb, F_OK), -1);
    }
    assert_int_equal(access("/tmp/lygte-planted", F_OK), -1);
}

static void use_helper(const char *program)
{
    setenv("LYGTE_PICTURE", program, 1);
}

static void a_planted_bug_gets_nobody_out(void **state)
{
    (void)state;
    if (getenv("LYGTE_EMULATED")) {
        print_message("skipped: qemu-user knows no seccomp\n");
        skip();
        return;
    }
    use_helper("/proc/self/exe");
    each_deed_ends_in_a_sentence(!PICTURE_ASAN);
}

static void nor_past_the_limits_of_the_plain_helper(void **state)
{
    (void)state;
    const char *plain = getenv("LYGTE_PLANTED_PLAIN");
    if (!plain || access(plain, X_OK) != 0 || getenv("LYGTE_EMULATED")) {
        print_message(
            "skipped: LYGTE_PLANTED_PLAIN names no plain build of this test\n");
        skip();
        return;
    }
    use_helper(plain);
    each_deed_ends_in_a_sentence(true);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_bug_gets_nobody_out),
        cmocka_unit_test(nor_past_the_limits_of_the_plain_helper),
    };
    if (argc > 1 && strcmp(argv[1], "read") == 0)
        return picture_main(argc, argv);
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
