/* mend: see the header. */
#include "sync/server/mend.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/local/carried.h"
#include "core/store/local/upload.h"
#include "core/store/seal_photo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool mend_discard(struct store *s, const char *device, const char *sha256,
                  struct err *err)
{
    char path[1300];
    upload_path(s, device, sha256, path, sizeof path);
    return upload_end(s, device, sha256, err) && file_remove(path, err);
}

/* ---- coming to its place --------------------------------------------------------- */

/* What records call a box is one, whatever its first bytes happen to be like; what its sender
 * calls one (box) is, when it looks like no photo: its record may come later. *ret is NULL for
 * what is neither. */
static bool type_of(struct store *s, const char *sha256, const struct mend_seen *seen,
                    int64_t total, bool box, const char **ret, struct err *err)
{
    bool sealed;
    if (!seal_photo_named(s, sha256, &sealed, err))
        return false;
    *ret = sealed                                ? BLOB_SEALED
           : total >= (int64_t)sizeof seen->head ? blob_type_of(seen->head)
                                                 : NULL;
    if (!*ret && box)
        *ret = BLOB_SEALED;
    return true;
}

static bool see(int fd, const char *name, struct mend_seen *seen, struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    if (pread(fd, seen->head, sizeof seen->head, 0) < 0 || lseek(fd, 0, SEEK_SET) != 0)
        return err_errno(err, "file.unreadable", name);
    if (!digest_of_fd(fd, hash, NULL, err))
        return false;
    text_hex(hash, sizeof hash, seen->hex);
    return true;
}

static bool name_it(struct store *s, const char *device, const char *sha256,
                    int64_t total, const char *type, struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    bool done = blob_name(s, sha256, total, type, true, err) &&
                (s->role != STORE_WALKER || carried_photo(s, sha256, false, err)) &&
                upload_end(s, device, sha256, err);
    return db_end(&s->db, done, err);
}

/* A range that called the photo larger may have made room for more than there is. */
static bool cut_to(int fd, const char *name, int64_t total, struct err *err)
{
    struct stat at;
    if (fstat(fd, &at) == 0 && at.st_size <= total)
        return true;
    return (ftruncate(fd, total) == 0 && fdatasync(fd) == 0) ||
           err_errno(err, "file.unwritable", name);
}

/* The part file was renamed; one that stands there now is of a request we overtook. */
bool mend_complete(struct store *s, const char *device, const char *sha256,
                   int64_t total, int fd, const struct mend_seen *seen, bool box,
                   struct err *err)
{
    struct mend_seen now = {.head = {0}};
    const char *type;
    char path[1300];
    if (!cut_to(fd, sha256, total, err) || (!seen && !see(fd, sha256, &now, err)) ||
        !type_of(s, sha256, seen ? seen : &now, total, box, &type, err))
        return false;
    if (!type || strcmp((seen ? seen : &now)->hex, sha256) != 0)
        return mend_discard(s, device, sha256, err) &&
               err_set(err, type ? ERR_CHECKSUM : ERR_UNREADABLE,
                       type ? "photo.hash_differs" : "upload.not_photo", sha256, NULL);
    upload_path(s, device, sha256, path, sizeof path);
    if (blob_settle(s, path, sha256, type, err) &&
        name_it(s, device, sha256, total, type, err))
        return file_remove(path, err);
    struct err ignored = ERR_INIT;
    if (err->code == ERR_GONE) /* erased while it was on its way */
        mend_discard(s, device, sha256, &ignored);
    return false;
}

/* ---- what was left behind -------------------------------------------------------- */

/* The whole file, locked; -1 when it is not there or somebody writes it. The lock goes
 * with the descriptor. */
static int lock_part(const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0 && fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Every byte is here, and whoever brought the last one did not make a photo of them. */
static bool finish(struct store *s, const char *device, const char *sha256,
                   int64_t total, const char *path, bool *ret_here, struct err *err)
{
    struct err wrong = ERR_INIT;
    int fd = lock_part(path);
    if (fd < 0)
        return true;
    *ret_here = mend_complete(s, device, sha256, total, fd, NULL, false, &wrong);
    close(fd);
    if (*ret_here || wrong.code == ERR_CHECKSUM || wrong.code == ERR_UNREADABLE ||
        wrong.code == ERR_GONE)
        return true; /* home, or thrown away: the device sends it again */
    *err = wrong;
    return false;
}

/* Ranges that call the photo larger than it is do not hold up those that do not. */
static const char sql_upload_whole[] =
    "SELECT count(*) FROM upload WHERE device = ?1 AND sha256 = ?2 AND total = ?3";

bool mend_upload(struct store *s, const char *device, const char *sha256,
                 bool *ret_here, struct err *err)
{
    struct upload_run runs[UPLOAD_RUNS_MOST];
    char path[1300];
    size_t n = 0;
    int64_t whole = 0;
    if (!blob_has(s, sha256, ret_here, err) ||
        !upload_runs(s, device, sha256, runs, &n, err))
        return false;
    if (n == 0)
        return true;
    if (!db_number(&s->db, &whole, 0, err, sql_upload_whole, "ssi", device, sha256,
                   runs[0].end))
        return false;
    upload_path(s, device, sha256, path, sizeof path);
    if (*ret_here || file_size(path) < runs[n - 1].end)
        return mend_discard(s, device, sha256, err);
    return n > 1 || runs[0].first > 0 || !whole ||
           finish(s, device, sha256, runs[0].end, path, ret_here, err);
}

/* ---- at the start ---------------------------------------------------------------- */

/* "SHA256.DEVICE.part"; anything else in the folder is not ours to touch. */
static bool read_name(const char *name, char sha256[DIGEST_HEX], char device[64])
{
    size_t n = strlen(name);
    if (n < DIGEST_HEX + 6 || n >= DIGEST_HEX + 5 + 64 || name[DIGEST_HEX - 1] != '.' ||
        strcmp(name + n - 5, ".part") != 0)
        return false;
    memcpy(sha256, name, DIGEST_HEX - 1);
    sha256[DIGEST_HEX - 1] = '\0';
    memcpy(device, name + DIGEST_HEX, n - DIGEST_HEX - 5);
    device[n - DIGEST_HEX - 5] = '\0';
    return digest_is_hex(sha256);
}

static bool sweep_one(struct store *s, const char *sha256, const char *device,
                      struct err *err)
{
    struct upload_run runs[UPLOAD_RUNS_MOST];
    char path[1300];
    bool here;
    size_t n = 0;
    if (!mend_upload(s, device, sha256, &here, err) ||
        !upload_runs(s, device, sha256, runs, &n, err))
        return false;
    upload_path(s, device, sha256, path, sizeof path);
    int fd = n == 0 ? lock_part(path) : -1;
    if (fd < 0)
        return true;
    bool ok = mend_discard(s, device, sha256, err);
    close(fd);
    return ok;
}

bool mend_sweep(struct store *s, struct err *err)
{
    char path[1300], sha256[DIGEST_HEX], device[64];
    store_path(s, "uploads", path, sizeof path);
    DIR *folder = opendir(path);
    bool ok = true;
    if (!folder)
        return err_errno(err, "file.unreadable", path);
    for (struct dirent *e; ok && (e = readdir(folder));)
        if (read_name(e->d_name, sha256, device))
            ok = sweep_one(s, sha256, device, err);
    closedir(folder);
    return ok;
}

/* ---- grown no more --------------------------------------------------------------- */

bool mend_expire(struct store *s, int64_t now_ms, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char **stale;
    char path[1300];
    size_t n = 0;
    bool ok = upload_stale(s, &a, now_ms - UPLOAD_KEPT_MS, &stale, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        upload_path(s, stale[2 * i], stale[2 * i + 1], path, sizeof path);
        int fd = lock_part(path);
        if (fd >= 0 || file_size(path) < 0) /* nobody is writing it just now */
            ok = mend_discard(s, stale[2 * i], stale[2 * i + 1], err);
        if (fd >= 0)
            close(fd);
    }
    arena_release(&a);
    return ok;
}
