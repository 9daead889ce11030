/* child: the programs beside us: walker-sync, which has the network, and lygte-lists,
 * which draws. */
#include "walker/app.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { RUN_MS = 40000, WORDS_MOST = 100000 };

/* What the environment names, else the program beside this very one. */
static bool find(const char *variable, const char *name, char *out, size_t size,
                 struct err *err)
{
    const char *named = getenv(variable);
    if (named && *named) {
        snprintf(out, size, "%s", named);
    } else {
        char self[900];
        ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
        self[n > 0 ? n : 0] = '\0';
        char *slash = strrchr(self, '/');
        if (slash)
            *slash = '\0';
        snprintf(out, size, "%s/%s", self, name);
    }
    return access(out, X_OK) == 0 ||
           err_set(err, ERR_INTERNAL, "sync.program_missing", out, NULL);
}

static bool find_sync(char *out, size_t size, struct err *err)
{
    return find("LYGTE_SYNC", "walker-sync", out, size, err);
}

bool child_become_sync(char *const argv[], struct err *err)
{
    char path[1024];
    if (!find_sync(path, sizeof path, err))
        return false;
    fflush(stdout);
    execv(path, argv);
    return err_errno(err, "sync.program_missing", path);
}

static void *reap(void *pid)
{
    waitpid((pid_t)(intptr_t)pid, NULL, 0);
    return NULL;
}

/* Our environment, with LYGTE_LANG set to the language its sentences are wanted in. */
static char **environment(struct arena *a, enum i18n_lang lang)
{
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **list = arena_array(a, n + 2, sizeof *list);
    for (size_t i = 0; i < n; i++)
        if (!text_starts(environ[i], "LYGTE_LANG="))
            list[kept++] = environ[i];
    list[kept] = arena_strdup(a, lang == I18N_DA ? "LYGTE_LANG=da" : "LYGTE_LANG=en");
    return list;
}

/* Where a child's three streams go; -1: nowhere (and stderr to ours). */
struct streams {
    int in, out, err;
};

/* All else is closed. */
static bool spawn(const char *path, const char *const argv[], char **env,
                  const struct streams *to, pid_t *ret, struct err *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &none);
    if (to->in >= 0)
        posix_spawn_file_actions_adddup2(&actions, to->in, 0);
    else
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (to->out >= 0)
        posix_spawn_file_actions_adddup2(&actions, to->out, 1);
    else
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (to->err >= 0)
        posix_spawn_file_actions_adddup2(&actions, to->err, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    int code = posix_spawn(ret, path, &actions, &attributes,
                           (char *const *)(uintptr_t)argv, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = code;
    return code == 0 || err_errno(err, "sync.program_missing", path);
}

bool child_start_sync(const char *data, const char *option, struct err *err)
{
    char path[1024];
    pid_t pid;
    pthread_t thread;
    const char *argv[] = {"walker-sync", "sync", "--data", data, option, NULL};
    const struct streams none = {-1, -1, -1};
    if (!find_sync(path, sizeof path, err) || !spawn(path, argv, environ, &none, &pid, err))
        return false;
    if (pthread_create(&thread, NULL, reap, (void *)(intptr_t)pid) == 0)
        pthread_detach(thread);
    return true;
}

/* Reads until the end or the time is up; *ret_ended says which. */
static void read_words(int fd, struct buf *words, bool *ret_ended)
{
    int64_t until = clock_mono_ms() + RUN_MS;
    *ret_ended = false;
    for (;;) {
        char step[512];
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = until - clock_mono_ms();
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            return;
        ssize_t n = read(fd, step, sizeof step);
        if (n <= 0) {
            *ret_ended = true;
            return;
        }
        if (words->len < WORDS_MOST)
            buf_add(words, step, (size_t)n);
    }
}

/* The last line, without "walker: " in front: the sentence of the failure. */
static bool own_words(struct arena *a, struct buf *words, const char *key,
                      struct err *err)
{
    while (words->len && words->data[words->len - 1] == '\n')
        words->data[--words->len] = '\0';
    if (words->len == 0 || !text_is_utf8(words->data, words->len))
        return err_set(err, ERR_NETWORK, "sync.stalled", "walker-sync", NULL);
    const char *line = strrchr(words->data, '\n');
    line = line ? line + 1 : words->data;
    if (text_starts(line, "walker: "))
        line += strlen("walker: ");
    return err_set(err, ERR_NETWORK, key, arena_strdup(a, line), NULL);
}

bool child_run_sync(struct arena *a, const char *const argv[], enum i18n_lang lang,
                    const char *key, struct err *err)
{
    char path[1024];
    int pipe_fd[2], status = 0;
    pid_t pid;
    struct buf words = BUF_INIT;
    bool ended;
    if (!find_sync(path, sizeof path, err))
        return false;
    if (pipe2(pipe_fd, O_CLOEXEC) != 0)
        return err_errno(err, "sync.program_missing", path);
    const struct streams to = {-1, -1, pipe_fd[1]};
    bool ok = spawn(path, argv, environment(a, lang), &to, &pid, err);
    close(pipe_fd[1]);
    if (ok) {
        read_words(pipe_fd[0], &words, &ended);
        if (!ended)
            kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        ok = ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (!ok)
            own_words(a, &words, key, err);
    }
    close(pipe_fd[0]);
    buf_release(&words);
    return ok;
}

/* ---- drawing --------------------------------------------------------------------- */

/* The text goes in by a pipe, which holds all of it before anybody reads. */
static bool feed(const char *text, int *ret_fd, struct err *err)
{
    int in[2];
    size_t n = strlen(text);
    if (pipe2(in, O_CLOEXEC) != 0)
        return err_errno(err, "sync.program_missing", "pipe");
    bool ok = n < 4096 && write(in[1], text, n) == (ssize_t)n;
    close(in[1]);
    if (!ok) {
        close(in[0]);
        return err_set(err, ERR_INPUT, "qr.bad_text", NULL);
    }
    *ret_fd = in[0];
    return true;
}

static bool collect(const char *path, const char *const argv[], int in, struct buf *out,
                    struct err *err)
{
    int pipe_fd[2], status = 0;
    pid_t pid;
    bool ended = false;
    if (pipe2(pipe_fd, O_CLOEXEC) != 0)
        return err_errno(err, "sync.program_missing", path);
    const struct streams to = {in, pipe_fd[1], -1};
    bool ok = spawn(path, argv, environ, &to, &pid, err);
    close(pipe_fd[1]);
    if (ok) {
        read_words(pipe_fd[0], out, &ended);
        if (!ended)
            kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        ok = (ended && WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
             err_set(err, ERR_INTERNAL, "qr.not_drawn", NULL);
    }
    close(pipe_fd[0]);
    return ok;
}

bool child_qr(struct arena *a, const char *text, const char *form, const char **ret,
              struct err *err)
{
    char path[1024];
    const char *argv[] = {"lygte-lists", "qr", "--format", form, NULL};
    struct buf out = BUF_INIT;
    int in = -1;
    if (!find("LYGTE_LISTS", "lygte-lists", path, sizeof path, err) ||
        !feed(text, &in, err))
        return false;
    bool ok = collect(path, argv, in, &out, err);
    close(in);
    if (ok)
        *ret = buf_dup(&out, a);
    buf_release(&out);
    return ok;
}
