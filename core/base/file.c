/* file: see the header. */
#include "core/base/file.h"

#include "core/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool file_read(struct arena *a, const char *path, size_t most, char **ret, size_t *ret_len,
               struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "file.unreadable", path);
    bool ok = false;
    struct stat st;
    if (fstat(fd, &st) != 0) {
        err_errno(err, "file.unreadable", path);
        goto out;
    }
    if (!S_ISREG(st.st_mode)) {
        err_set(err, ERR_INPUT, "file.not_a_file", path, NULL);
        goto out;
    }
    if ((uint64_t)st.st_size > most) {
        err_set(err, ERR_TOO_LARGE, "file.too_large", path, NULL);
        goto out;
    }
    size_t size = (size_t)st.st_size, len = 0;
    char *bytes = arena_alloc(a, size + 1);
    while (len < size) {
        ssize_t n = read(fd, bytes + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            err_errno(err, "file.unreadable", path);
            goto out;
        }
        if (n == 0)
            break;
        len += (size_t)n;
    }
    bytes[len] = '\0';
    *ret = bytes;
    if (ret_len)
        *ret_len = len;
    ok = true;
out:
    close(fd);
    return ok;
}

bool file_write_all(int fd, const void *bytes, size_t n, struct err *err)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return err_errno(err, "file.unwritable", "write");
        p += w;
        n -= (size_t)w;
    }
    return true;
}

bool file_write_at(int fd, const void *bytes, size_t n, int64_t at, struct err *err)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t w = pwrite(fd, p, n, at);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return err_errno(err, "file.unwritable", "write");
        p += w;
        at += w;
        n -= (size_t)w;
    }
    return true;
}

static void folder_of(const char *path, char *out, size_t size)
{
    snprintf(out, size, "%s", path);
    char *slash = strrchr(out, '/');
    if (!slash)
        snprintf(out, size, ".");
    else if (slash == out)
        out[1] = '\0';
    else
        *slash = '\0';
}

bool file_sync_folder(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = fsync(fd) == 0 || err_errno(err, "file.unwritable", path);
    close(fd);
    return ok;
}

bool file_settle(const char *from, const char *to, struct err *err)
{
    char folder[4096];
    if (file_is_special(to))
        return err_set(err, ERR_INPUT, "file.special", to, NULL);
    if (rename(from, to) != 0)
        return err_errno(err, "file.unwritable", to);
    folder_of(to, folder, sizeof folder);
    return file_sync_folder(folder, err);
}

bool file_write_whole(const char *path, const void *bytes, size_t n, mode_t mode,
                      struct err *err)
{
    char beside[4096];
    snprintf(beside, sizeof beside, "%s.new.%ld", path, (long)gettid());
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = file_write_all(fd, bytes, n, err);
    if (ok && fsync(fd) != 0)
        ok = err_errno(err, "file.unwritable", path);
    if (close(fd) != 0 && ok)
        ok = err_errno(err, "file.unwritable", path);
    if (ok)
        ok = file_settle(beside, path, err);
    if (!ok)
        unlink(beside);
    return ok;
}

bool file_make_folders(const char *path, struct err *err)
{
    char step[4096];
    size_t n = strlen(path);
    if (n >= sizeof step)
        return err_set(err, ERR_INPUT, "file.name_too_long", path, NULL);
    memcpy(step, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (step[i] != '/' && step[i] != '\0')
            continue;
        char kept = step[i];
        step[i] = '\0';
        if (mkdir(step, 0700) != 0 && errno != EEXIST)
            return err_errno(err, "file.unwritable", step);
        step[i] = kept;
    }
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    errno = ENOTDIR;
    return err_errno(err, "file.unwritable", path);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int64_t file_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

int64_t file_space(const char *path)
{
    struct statvfs v;
    if (statvfs(path, &v) != 0)
        return INT64_MAX;
    return (int64_t)v.f_bavail * (int64_t)v.f_frsize;
}

bool file_remove(const char *path, struct err *err)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return err_errno(err, "file.unwritable", path);
    return true;
}

/* ---- what was never finished --------------------------------------------------------- */

static bool is_gone(const char *pid, size_t n)
{
    char digits[16];
    int64_t number;
    if (n == 0 || n >= sizeof digits)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)n, pid);
    return text_int(digits, &number) && number > 0 && number <= INT32_MAX &&
           kill((pid_t)number, 0) != 0 && errno == ESRCH;
}

/* "NAME.new.PID" or "NAME.new.PID-journal" of a program that is no more. */
static bool is_left(const char *entry, const char *name)
{
    static const char mark[] = ".new.";
    if (name && !text_starts(entry, name))
        return false;
    const char *at = name ? entry + strlen(name) : strstr(entry, mark);
    if (!at || !text_starts(at, mark))
        return false;
    const char *pid = at + strlen(mark);
    size_t n = strspn(pid, "0123456789");
    const char *end = pid + n;
    return is_gone(pid, n) && (!*end || text_equal(end, "-journal") ||
                               text_equal(end, "-wal") || text_equal(end, "-shm"));
}

void file_sweep(const char *folder, const char *name)
{
    char path[4096];
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));) {
        int n = snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (n > 0 && (size_t)n < sizeof path && is_left(e->d_name, name))
            unlink(path);
    }
    closedir(dir);
}

void file_sweep_beside(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    folder_of(path, folder, sizeof folder);
    file_sweep(folder, slash ? slash + 1 : path);
}
