/* call_start: see the header. The program gets its few descriptors and nothing else, no
 * blocked signals, and the variables it needs. One that never ends is killed. */
#include "core/picture/call_start.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WALL_MS = 20000, FD_LEAST = 16 };

/* LYGTE_PICTURE, else ../libexec/lygte-picture from our own program, else beside it. */
static bool find_program(char out[CALL_PATH], struct err *err)
{
    static const char *const places[] = {"/../libexec/lygte-picture", "/lygte-picture"};
    const char *told = getenv("LYGTE_PICTURE");
    if (told && *told) {
        snprintf(out, CALL_PATH, "%s", told);
        if (access(out, X_OK) == 0)
            return true;
        return err_set(err, ERR_INTERNAL, "picture.no_program", out, NULL);
    }
    char self[CALL_PATH - 64];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(out, CALL_PATH, "%s%s", self, places[i]);
        if (access(out, X_OK) == 0)
            return true;
    }
    return err_set(err, ERR_INTERNAL, "picture.no_program", "lygte-picture", NULL);
}

/* A progressive photo is gathered whole, 144 MiB of 48 megapixels, and gone through several
 * times: in huge pages (glibc asks madvise(2) for them) that is half the CPU. Elsewhere it
 * is a name that nobody knows. The few other variables the helper may see come after it. */
static void pick_environment(char *out[8])
{
    static char huge[] = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1";
    static const char *const names[] = {
        "LYGTE_JAIL=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LD_LIBRARY_PATH=",
        "QEMU_LD_PREFIX="};
    size_t n = 0;
    out[n++] = huge;
    for (char **e = environ; *e; e++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (n < 7 && text_starts(*e, names[i]))
                out[n++] = *e;
    out[n] = NULL;
}

/* All descriptors stand at FD_LEAST or above: none is overwritten before its turn. */
static int place_descriptors(posix_spawn_file_actions_t *files, const struct call *c)
{
    const int pairs[][2] = {
        {c->input, PICTURE_FD_INPUT},
        {c->report, PICTURE_FD_REPORT},
        {PICTURE_ASAN ? -1 : c->null, STDERR_FILENO},
        {c->output[0].fd >= 0 ? c->output[0].fd : c->null, PICTURE_FD_PREVIEW},
        {c->output[1].fd >= 0 ? c->output[1].fd : c->null, PICTURE_FD_THUMB},
        {c->order >= 0 ? c->order : c->null, PICTURE_FD_ORDER}};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i][0] >= 0)
            rc = posix_spawn_file_actions_adddup2(files, pairs[i][0], pairs[i][1]);
    return rc ? rc : posix_spawn_file_actions_addclosefrom_np(files, PICTURE_FD_END);
}

/* Threads of servers block signals; the helper starts with none blocked or handled. */
static int clear_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int rc = posix_spawnattr_setsigmask(attributes, &none);
    rc = rc ? rc : posix_spawnattr_setsigdefault(attributes, &all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    return rc ? rc : posix_spawnattr_setflags(attributes, flags);
}

static bool start_program(struct call *c, struct err *err)
{
    char program[CALL_PATH], *environment[8];
    if (!find_program(program, err))
        return false;
    char name[] = "lygte-picture", words[1 + CALL_OUTPUTS][8];
    char *arguments[3 + CALL_OUTPUTS] = {name, words[0]};
    size_t n = 2;
    snprintf(words[0], sizeof words[0], "%s", c->deed);
    for (size_t i = 0; i < CALL_OUTPUTS; i++)
        if (c->output[i].path) {
            snprintf(words[i + 1], sizeof words[0], "%s", c->output[i].word);
            arguments[n++] = words[i + 1];
        }
    pick_environment(environment);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    int rc = place_descriptors(&files, c);
    rc = rc ? rc : clear_signals(&attributes);
    rc =
        rc ? rc
           : posix_spawn(&c->pid, program, &files, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (rc == 0)
        return true;
    errno = rc;
    err_errno(err, "picture.cannot_start", program);
    err->code = err->code == ERR_NOT_FOUND ? ERR_INTERNAL : err->code;
    return false;
}

/* The report until its end, the limit or the hour; more than the limit is cut and so no
 * report. */
static void hear_out(struct call *c, int64_t until)
{
    while (c->len < PICTURE_REPORT_MOST) {
        int64_t left = until - clock_mono_ms();
        struct pollfd p = {.fd = c->pipe_end, .events = POLLIN};
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            break;
        ssize_t n = read(c->pipe_end, c->text + c->len, PICTURE_REPORT_MOST - c->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        c->len += (size_t)n;
    }
    c->text[c->len] = '\0';
}

/* The helper's end; it is killed when it does not come by itself. */
static void wait_out(struct call *c, int64_t until)
{
    struct timespec nap = {.tv_nsec = 100000};
    for (;;) {
        pid_t rc = waitpid(c->pid, &c->status, c->late ? 0 : WNOHANG);
        if (rc == c->pid)
            return;
        if (rc < 0 && errno != EINTR) {
            c->status = -1;
            return;
        }
        if (rc == 0 && clock_mono_ms() >= until) {
            kill(c->pid, SIGKILL);
            c->late = true;
        } else if (rc == 0) {
            nanosleep(&nap, NULL);
            nap.tv_nsec = nap.tv_nsec < 5000000 ? nap.tv_nsec * 2 : nap.tv_nsec;
        }
    }
}

/* A descriptor of ours moved out of the helper's way. */
static int lift(int fd)
{
    if (fd < 0 || fd >= FD_LEAST)
        return fd;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, FD_LEAST);
    int saved = errno;
    close(fd);
    errno = saved;
    return high;
}

bool call_open_input(struct call *c, const char *path, const char *name,
                     struct err *err)
{
    /* O_NONBLOCK: a FIFO must not hold us up before we see that it is one. */
    c->input = lift(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat st;
    if (c->input < 0 || fstat(c->input, &st) != 0)
        return err_errno(err, "picture.cannot_open", name);
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_UNREADABLE, "picture.folder", name, NULL);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_UNREADABLE, "picture.not_a_file", name, NULL);
    return true;
}

bool call_open_nothing(struct call *c, struct err *err)
{
    c->input = lift(open("/dev/null", O_RDONLY | O_CLOEXEC));
    return c->input >= 0 || err_errno(err, "picture.cannot_start", "/dev/null");
}

bool call_open_output(struct call *c, size_t i, const char *path, struct err *err)
{
    struct output *o = &c->output[i];
    o->path = path;
    if (!path)
        return true;
    int n =
        snprintf(o->beside, sizeof o->beside, "%s.new.%ld", o->path, (long)gettid());
    if (n < 0 || n >= CALL_PATH)
        return err_set(err, ERR_INTERNAL, "picture.unwritten", o->path, NULL);
    o->fd = lift(open(o->beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    return o->fd >= 0 || err_errno(err, "picture.unwritable", o->path);
}

static bool open_pipe(struct call *c, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "picture.cannot_start", "pipe");
    c->pipe_end = lift(ends[0]);
    c->report = lift(ends[1]);
    c->null = lift(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (c->pipe_end < 0 || c->report < 0 || c->null < 0)
        return err_errno(err, "picture.cannot_start", "pipe");
    return true;
}

bool call_put_order(struct call *c, const void *bytes, size_t n, struct err *err)
{
    c->order = lift(memfd_create("order", MFD_CLOEXEC));
    if (c->order < 0)
        return err_errno(err, "picture.cannot_start", "order");
    return file_write_all(c->order, bytes, n, err) &&
           (lseek(c->order, 0, SEEK_SET) == 0 ||
            err_errno(err, "picture.cannot_start", "order"));
}

bool call_open_gate(struct call *c, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "picture.cannot_start", "pipe");
    c->order = lift(ends[0]);
    c->gate = lift(ends[1]);
    return (c->order >= 0 && c->gate >= 0) ||
           err_errno(err, "picture.cannot_start", "pipe");
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void call_release(struct call *c)
{
    for (size_t i = 0; i < CALL_OUTPUTS; i++) {
        struct output *o = &c->output[i];
        bool made = o->fd >= 0;
        close_one(&o->fd);
        if (made && !o->settled)
            unlink(o->beside);
    }
    close_one(&c->order);
    close_one(&c->gate);
    close_one(&c->input);
    close_one(&c->report);
    close_one(&c->pipe_end);
    close_one(&c->null);
}

bool call_start(struct call *c, struct err *err)
{
    if (!open_pipe(c, err) || !start_program(c, err))
        return false;
    close_one(&c->report); /* or the pipe would never end */
    c->until_ms = clock_mono_ms() + c->wall_ms;
    return true;
}

void call_go(struct call *c)
{
    if (c->gate < 0)
        return;
    close_one(&c->gate);
    c->until_ms = clock_mono_ms() + c->wall_ms;
}

void call_hear(struct call *c)
{
    call_go(c);
    hear_out(c, c->until_ms);
    close_one(&c->pipe_end);
    wait_out(c, c->until_ms);
}

bool call_settle(struct output *o, struct err *err)
{
    if (!o->path)
        return true;
    if (fdatasync(o->fd) != 0 || rename(o->beside, o->path) != 0)
        return err_errno(err, "picture.unwritable", o->path);
    o->settled = true;
    return true;
}

void call_init(struct call *c, const char *deed)
{
    *c = (struct call){.deed = deed,
                       .input = -1,
                       .report = -1,
                       .pipe_end = -1,
                       .null = -1,
                       .order = -1,
                       .gate = -1,
                       .wall_ms = WALL_MS,
                       .output = {{.fd = -1}, {.fd = -1}}};
}
