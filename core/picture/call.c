/* call: starts lygte-picture, waits for it, and believes nothing it says.
 *
 * The helper gets five descriptors and nothing else: the photo, the report pipe, the
 * two outputs, /dev/null for its errors. Its outputs are files this side has opened,
 * beside their final names; this side looks at them, fsyncs and renames them. A helper
 * that crashes, babbles or never ends becomes a sentence, and leaves no file.
 */
#include "core/picture/picture.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/picture/report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WALL_MS = 20000, PATH_MOST = 4096, FD_LEAST = 16, DETAIL_MOST = 40 };

/* One small copy on its way to its name. */
struct output {
    const char *path; /* NULL when not wished */
    char beside[PATH_MOST];
    int fd;
    int64_t most;
    bool settled;
};

struct call {
    const char *deed; /* "read" or "check" */
    int input, report, pipe_end, null;
    struct output preview, thumb;
    pid_t pid;
    int status; /* as waitpid gives it; -1 when it could not say */
    bool late;  /* killed at WALL_MS                             */
    char text[PICTURE_REPORT_MOST + 1];
    size_t len;
};

/* What the report says, before it is facts. */
struct said {
    struct picture_facts facts;
    int64_t jail, holds;
    bool facts_seen[16], ended;
    char refused[24], detail[DETAIL_MOST + 1];
};

/* Numbers the report may hold. must: a report of facts without it is none. */
static const struct number_key {
    const char *key;
    int64_t least, most;
    size_t at;
    enum { NUMBER_INT, NUMBER_INT64, NUMBER_BOOL } kind;
    bool must;
} number_keys[] = {
#define FACT(field) offsetof(struct said, facts.field)
    {"width", 1, 65535, FACT(width), NUMBER_INT, true},
    {"height", 1, 65535, FACT(height), NUMBER_INT, true},
    {"orientation", 1, 8, FACT(orientation), NUMBER_INT, true},
    {"zero_position", 0, 1, FACT(zero_position), NUMBER_BOOL, true},
    {"bad_gps_date", 0, 1, FACT(bad_gps_date), NUMBER_BOOL, true},
    {"lat_e7", -900000000, 900000000, FACT(at.lat_e7), NUMBER_INT64, false},
    {"lon_e7", -1800000000, 1800000000, FACT(at.lon_e7), NUMBER_INT64, false},
    {"accuracy_mm", 0, 1000000000, FACT(at.accuracy_mm), NUMBER_INT64, false},
    {"altitude_mm", -12000000, 100000000, FACT(altitude_mm), NUMBER_INT64, false},
    {"direction_c", 0, 35999, FACT(direction_c), NUMBER_INT, false},
    {"taken_ms", -62135596800000, 253402387200000, FACT(taken_ms), NUMBER_INT64, false},
    {"holds", 0, 1, offsetof(struct said, holds), NUMBER_INT64, false},
#undef FACT
};

enum { NUMBER_KEYS = sizeof number_keys / sizeof number_keys[0] };

/* Texts the report may hold, and the words they may be (NULL: any of plain_text). */
static const struct text_key {
    const char *key;
    size_t at, size;
    const char *words[5];
} text_keys[] = {
    {"format", offsetof(struct said, facts.format), 8, {"jpeg", "png"}},
    {"taken_from",
     offsetof(struct said, facts.taken_from),
     16,
     {"gps", "offset", "gps_hour", "local"}},
    {"refused", offsetof(struct said, refused), 24, {NULL}},
    {"detail", offsetof(struct said, detail), DETAIL_MOST + 1, {NULL}},
};

/* Letters, digits, '_' and spaces: what a word or a detail may be made of. */
static bool plain_text(const char *s)
{
    return s[strspn(
               s,
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ")] ==
           '\0';
}

static bool take_number(struct said *s, size_t i, const char *value)
{
    const struct number_key *k = &number_keys[i];
    int64_t n;
    if (s->facts_seen[i] || !text_int(value, &n) || n < k->least || n > k->most)
        return false;
    s->facts_seen[i] = true;
    char *to = (char *)s + k->at;
    if (k->kind == NUMBER_INT)
        memcpy(to, &(int){(int)n}, sizeof(int));
    else if (k->kind == NUMBER_BOOL)
        memcpy(to, &(bool){n != 0}, sizeof(bool));
    else
        memcpy(to, &n, sizeof n);
    return true;
}

static bool take_text(struct said *s, const struct text_key *k, const char *value)
{
    char *to = (char *)s + k->at;
    if (*to || !*value || strlen(value) >= k->size || !plain_text(value))
        return false;
    bool known = !k->words[0];
    for (size_t i = 0; k->words[i]; i++)
        known = known || strcmp(value, k->words[i]) == 0;
    if (known)
        memcpy(to, value, strlen(value) + 1);
    return known;
}

/* One "key=value" line. */
static bool take_line(struct said *s, char *line)
{
    char *value = strchr(line, '=');
    if (!value)
        return false;
    *value++ = '\0';
    if (strcmp(line, "jail") == 0 && s->jail < 0) {
        s->jail = strcmp(value, "on") == 0;
        return s->jail || strcmp(value, "off") == 0;
    }
    for (size_t i = 0; i < NUMBER_KEYS; i++)
        if (strcmp(line, number_keys[i].key) == 0)
            return take_number(s, i, value);
    for (size_t i = 0; i < sizeof text_keys / sizeof text_keys[0]; i++)
        if (strcmp(line, text_keys[i].key) == 0)
            return take_text(s, &text_keys[i], value);
    return false;
}

/* The whole text; false when it is anything but a report. Changes the text. */
static bool parse_report(char *text, size_t len, struct said *s)
{
    *s = (struct said){.facts = {.orientation = 1,
                                 .at = GEO_NOWHERE,
                                 .altitude_mm = INT64_MIN,
                                 .direction_c = -1,
                                 .taken_ms = INT64_MIN},
                       .jail = -1,
                       .holds = -1};
    if (strlen(text) != len)
        return false;
    char *line = text;
    for (int n = 0; *line; n++) {
        char *end = strchr(line, '\n');
        if (!end || s->ended)
            return false;
        *end = '\0';
        if (n == 0 && strcmp(line, PICTURE_REPORT_FIRST) != 0)
            return false;
        s->ended = strcmp(line, PICTURE_REPORT_LAST) == 0;
        if (n > 0 && !s->ended && !take_line(s, line))
            return false;
        line = end + 1;
    }
    return s->ended;
}

/* Facts that are whole and do not contradict each other. */
static bool facts_hold(const struct said *s)
{
    for (size_t i = 0; i < NUMBER_KEYS; i++)
        if (number_keys[i].must && !s->facts_seen[i])
            return false;
    const struct picture_facts *f = &s->facts;
    if ((f->at.lat_e7 == GEO_NONE) != (f->at.lon_e7 == GEO_NONE))
        return false;
    if (geo_known(f->at) ? !geo_is_place(f->at.lat_e7, f->at.lon_e7) || f->zero_position
                         : f->at.accuracy_mm >= 0)
        return false;
    if ((f->taken_ms == INT64_MIN) != (f->taken_from[0] == '\0'))
        return false;
    return f->format[0] && s->jail >= 0;
}

/* LYGTE_PICTURE, else ../libexec/lygte-picture from our own program, else beside it. */
static bool find_program(char out[PATH_MOST], struct err *err)
{
    static const char *const places[] = {"/../libexec/lygte-picture", "/lygte-picture"};
    const char *told = getenv("LYGTE_PICTURE");
    if (told && *told) {
        snprintf(out, PATH_MOST, "%s", told);
        if (access(out, X_OK) == 0)
            return true;
        return err_set(err, ERR_INTERNAL, "picture.no_program", out, NULL);
    }
    char self[PATH_MOST - 64];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(out, PATH_MOST, "%s%s", self, places[i]);
        if (access(out, X_OK) == 0)
            return true;
    }
    return err_set(err, ERR_INTERNAL, "picture.no_program", "lygte-picture", NULL);
}

/* The few variables the helper may see. */
static void pick_environment(char *out[8])
{
    static const char *const names[] = {
        "LYGTE_JAIL=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LD_LIBRARY_PATH=",
        "QEMU_LD_PREFIX="};
    size_t n = 0;
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
        {c->preview.fd >= 0 ? c->preview.fd : c->null, PICTURE_FD_PREVIEW},
        {c->thumb.fd >= 0 ? c->thumb.fd : c->null, PICTURE_FD_THUMB}};
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
    char program[PATH_MOST], *environment[8];
    if (!find_program(program, err))
        return false;
    char name[] = "lygte-picture", preview[] = "preview", thumb[] = "thumb", deed[8];
    snprintf(deed, sizeof deed, "%s", c->deed);
    char *arguments[5] = {name, deed};
    size_t n = 2;
    if (c->preview.path)
        arguments[n++] = preview;
    if (c->thumb.path)
        arguments[n++] = thumb;
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

static bool open_input(struct call *c, const char *path, const char *name,
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

static bool open_output(struct output *o, struct err *err)
{
    if (!o->path)
        return true;
    int n =
        snprintf(o->beside, sizeof o->beside, "%s.new.%ld", o->path, (long)getpid());
    if (n < 0 || n >= PATH_MOST)
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

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Closes all; what did not get its name is removed. */
static void call_release(struct call *c)
{
    struct output *outputs[] = {&c->preview, &c->thumb};
    for (size_t i = 0; i < 2; i++) {
        bool made = outputs[i]->fd >= 0;
        close_one(&outputs[i]->fd);
        if (made && !outputs[i]->settled)
            unlink(outputs[i]->beside);
    }
    close_one(&c->input);
    close_one(&c->report);
    close_one(&c->pipe_end);
    close_one(&c->null);
}

/* Starts the helper and hears it to its end; false when it could not start. */
static bool call_run(struct call *c, struct err *err)
{
    if (!open_pipe(c, err) || !start_program(c, err))
        return false;
    close_one(&c->report); /* or the pipe would never end */
    int64_t until = clock_mono_ms() + WALL_MS;
    hear_out(c, until);
    close_one(&c->pipe_end);
    wait_out(c, until);
    return true;
}

/* The helper ended without a report: what that means for the photo. */
static bool say_silence(const struct call *c, const char *name, struct err *err)
{
    bool signalled = c->status != -1 && WIFSIGNALED(c->status);
    if (c->late || (signalled && WTERMSIG(c->status) == SIGXCPU) ||
        (signalled && WTERMSIG(c->status) == SIGKILL))
        return err_set(err, ERR_TOO_LARGE, "picture.too_slow", name, NULL);
    return err_set(err, ERR_UNREADABLE, "picture.crashed", name, NULL);
}

static bool say_refusal(const struct said *s, const char *name, struct err *err)
{
    for (size_t i = 0; i < REFUSAL__MAX; i++) {
        const struct picture_refusal *r = &picture_refusals[i];
        if (strcmp(s->refused, r->word) == 0)
            return err_set(err, r->code, r->key, name, s->detail, NULL);
    }
    return err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
}

/* The helper's word for it is not enough: a copy is a JPEG within its budget. */
static bool output_holds(const struct output *o)
{
    struct stat st;
    unsigned char begin[2] = {0}, end[2] = {0};
    if (!o->path)
        return true;
    if (fstat(o->fd, &st) != 0 || st.st_size < 4 || st.st_size > o->most)
        return false;
    return pread(o->fd, begin, 2, 0) == 2 &&
           pread(o->fd, end, 2, st.st_size - 2) == 2 && begin[0] == 0xFF &&
           begin[1] == 0xD8 && end[0] == 0xFF && end[1] == 0xD9;
}

static bool output_settle(struct output *o, struct err *err)
{
    if (!o->path)
        return true;
    if (fsync(o->fd) != 0)
        return err_errno(err, "picture.unwritable", o->path);
    o->settled = file_settle(o->beside, o->path, err);
    return o->settled;
}

static bool call_judge(struct call *c, const char *name, struct said *s,
                       struct err *err)
{
    bool clean = c->status == 0;
    if (c->late || !clean)
        return say_silence(c, name, err);
    if (!parse_report(c->text, c->len, s))
        return err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
    if (s->refused[0])
        return say_refusal(s, name, err);
    return true;
}

static void call_init(struct call *c, const char *deed, const struct picture_wish *wish)
{
    *c = (struct call){
        .deed = deed, .input = -1, .report = -1, .pipe_end = -1, .null = -1};
    c->preview = (struct output){
        .path = wish ? wish->preview : NULL, .fd = -1, .most = PICTURE_PREVIEW_BYTES};
    c->thumb = (struct output){
        .path = wish ? wish->thumb : NULL, .fd = -1, .most = PICTURE_THUMB_BYTES};
}

bool picture_read(const char *path, const char *name, const struct picture_wish *wish,
                  struct picture_facts *ret, struct err *err)
{
    struct call c;
    struct said s = {0};
    bool ok = false;
    call_init(&c, "read", wish);
    if (!open_input(&c, path, name, err) || !open_output(&c.preview, err) ||
        !open_output(&c.thumb, err))
        goto out;
    if (!call_run(&c, err) || !call_judge(&c, name, &s, err))
        goto out;
    if (!facts_hold(&s) || !output_holds(&c.preview) || !output_holds(&c.thumb)) {
        err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
        goto out;
    }
    if (!output_settle(&c.preview, err) || !output_settle(&c.thumb, err))
        goto out;
    *ret = s.facts;
    ok = true;
out:
    call_release(&c);
    return ok;
}

bool picture_check(bool *jailed, struct err *err)
{
    struct call c;
    struct said s = {0};
    bool ok = false;
    *jailed = false;
    call_init(&c, "check", NULL);
    c.input = lift(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!call_run(&c, err) || !call_judge(&c, "lygte-picture", &s, err))
        goto out;
    *jailed = s.jail == 1;
    if (!*jailed)
        err_set(err, ERR_INTERNAL, "picture.jail_off", NULL);
    else if (s.holds != 1)
        err_set(err, ERR_INTERNAL, "picture.jail_leaks", NULL);
    else
        ok = true;
out:
    call_release(&c);
    return ok;
}
