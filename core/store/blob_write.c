/* blob_write: a photo's bytes on their way to the disk and to their place (blob.h). The disk
 * is set to work as early as it can be, and waited for once. */
#include "core/store/blob.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/reserve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- writing --------------------------------------------------------------------- */

bool blob_begin(struct blob_writer *w, const struct store *s, struct err *err)
{
    *w = (struct blob_writer){0};
    if (s->role == STORE_WALKER && !reserve_photo(s->dir, 0, err))
        return false;
    snprintf(w->path, sizeof w->path, "%s/tmp/photo.%ld.XXXXXX", s->dir, (long)getpid());
    w->fd = mkostemp(w->path, O_CLOEXEC);
    if (w->fd < 0)
        return err_errno(err, "file.unwritable", w->path);
    w->open = true;
    w->digest = digest_start();
    return true;
}

/* The disk begins with what is there while the rest still comes; that it could not is no
 * matter, fsync waits for all of it. */
static void start_disk(struct blob_writer *w)
{
    enum { ENOUGH = 1 << 20 };
    if (w->bytes - w->begun < ENOUGH)
        return;
    sync_file_range(w->fd, w->begun, w->bytes - w->begun, SYNC_FILE_RANGE_WRITE);
    w->begun = w->bytes;
}

static bool write_on(struct blob_writer *w, const void *bytes, size_t n,
                     struct err *err)
{
    if (w->bytes + (int64_t)n > BLOB_MOST)
        return err_set(err, ERR_TOO_LARGE, "photo.too_large", NULL);
    if (!file_write_all(w->fd, bytes, n, err))
        return false;
    w->bytes += (int64_t)n;
    start_disk(w);
    return true;
}

bool blob_add(struct blob_writer *w, const void *bytes, size_t n, struct err *err)
{
    if (!write_on(w, bytes, n, err))
        return false;
    digest_add(w->digest, bytes, n);
    return true;
}

void blob_hash(struct blob_writer *w, char sha256[DIGEST_HEX])
{
    uint8_t hash[DIGEST_SIZE];
    digest_finish(w->digest, hash);
    w->digest = NULL;
    text_hex(hash, sizeof hash, sha256);
}

bool blob_seal(struct blob_writer *w, char sha256[DIGEST_HEX], struct err *err)
{
    if (fsync(w->fd) != 0)
        return err_errno(err, "file.unwritable", w->path);
    if (w->digest)
        blob_hash(w, sha256);
    w->open = false;
    if (close(w->fd) != 0)
        return err_errno(err, "file.unwritable", w->path);
    return true;
}

/* Is the file of that name still the one that was written here? */
static bool is_ours(const struct blob_writer *w)
{
    struct stat ours, there;
    return fstat(w->fd, &ours) == 0 && stat(w->path, &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

void blob_abandon(struct blob_writer *w)
{
    if (w->path[0] && (!w->placed || is_ours(w)))
        unlink(w->path);
    if (w->open)
        close(w->fd);
    digest_abandon(w->digest);
    *w = (struct blob_writer){0};
}

/* ---- a file of the outside ------------------------------------------------------- */

/* From the heap, which is there already; a larger one would be new memory each time. */
enum { STEP = 65536 };

static uint8_t *take_step(void)
{
    uint8_t *step = malloc(STEP);
    if (!step)
        err_die("blob", "out of memory");
    return step;
}

/* Hashes in a thread what was written, while the next piece is read. */
struct hashing {
    const struct blob_writer *w;
    pthread_mutex_t lock;
    pthread_cond_t more;
    int64_t written; /* of the file; may be hashed */
    bool whole;      /* no more comes              */
    bool failed;     /* it could not be read back  */
};

static int64_t wait_for_more(struct hashing *h, int64_t at)
{
    pthread_mutex_lock(&h->lock);
    while (h->written == at && !h->whole)
        pthread_cond_wait(&h->more, &h->lock);
    int64_t upto = h->written;
    pthread_mutex_unlock(&h->lock);
    return upto;
}

static void *hash_what_comes(void *data)
{
    struct hashing *h = data;
    uint8_t *step = take_step();
    int64_t at = 0, upto;
    while (!h->failed && (upto = wait_for_more(h, at)) > at)
        while (at < upto && !h->failed) {
            size_t want = upto - at < STEP ? (size_t)(upto - at) : STEP;
            ssize_t n = pread(h->w->fd, step, want, at);
            h->failed = n <= 0;
            if (n > 0)
                digest_add(h->w->digest, step, (size_t)n);
            at += n;
        }
    free(step);
    return NULL;
}

static void tell_written(struct hashing *h, int64_t written, bool whole)
{
    pthread_mutex_lock(&h->lock);
    h->written = written;
    h->whole = whole;
    pthread_cond_signal(&h->more);
    pthread_mutex_unlock(&h->lock);
}

static bool copy_all(struct blob_writer *w, int from, const char *path,
                     struct hashing *h, struct err *err)
{
    uint8_t *step = take_step();
    bool ok = true;
    while (ok) {
        ssize_t n = read(from, step, STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            ok = err_errno(err, "file.unreadable", path);
        if (n <= 0)
            break;
        ok = write_on(w, step, (size_t)n, err);
        if (ok)
            tell_written(h, w->bytes, false);
    }
    free(step);
    return ok;
}

static bool copy_and_hash(struct blob_writer *w, int from, const char *path,
                          struct err *err)
{
    struct hashing h = {.w = w};
    pthread_t thread;
    pthread_mutex_init(&h.lock, NULL);
    pthread_cond_init(&h.more, NULL);
    bool beside = pthread_create(&thread, NULL, hash_what_comes, &h) == 0;
    bool ok = copy_all(w, from, path, &h, err);
    tell_written(&h, w->bytes, true);
    if (beside)
        pthread_join(thread, NULL);
    else
        hash_what_comes(&h);
    pthread_cond_destroy(&h.more);
    pthread_mutex_destroy(&h.lock);
    return ok && (!h.failed || err_set(err, ERR_INTERNAL, "internal", NULL));
}

bool blob_copy_in(struct blob_writer *w, const char *path, char sha256[DIGEST_HEX],
                  struct err *err)
{
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return err_errno(err, "file.unreadable", path);
    bool ok = copy_and_hash(w, from, path, err);
    close(from);
    if (ok)
        blob_hash(w, sha256);
    return ok;
}

/* ---- to its place ---------------------------------------------------------------- */

/* *ret_made says that the folder is new and its own name not durable yet. */
static bool open_folder(const char *folder, bool *ret_made, struct err *err)
{
    *ret_made = mkdir(folder, 0700) == 0;
    return *ret_made || errno == EEXIST || err_errno(err, "file.unwritable", folder);
}

/* A name that is free is taken before the bytes are durable; one that stands, and may be
 * spoken of already, never comes to mean bytes that are not. */
static bool take_name(struct blob_writer *w, const char *to, bool only_free,
                      struct err *err)
{
    w->placed = renameat2(AT_FDCWD, w->path, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
    if (!w->placed && !only_free) {
        if (fsync(w->fd) != 0 || rename(w->path, to) != 0)
            return err_errno(err, "file.unwritable", to);
        w->placed = true;
        w->path[0] = '\0'; /* never taken back: what stood there is gone */
    } else if (w->placed) {
        snprintf(w->path, sizeof w->path, "%s", to);
    }
    return true;
}

bool blob_place(struct blob_writer *w, const struct store *s, const char *sha256,
                const char *type, bool only_free, bool *ret_placed, struct err *err)
{
    char to[1200], folder[1200];
    blob_path(s, sha256, type, to, sizeof to);
    snprintf(folder, sizeof folder, "%s/photos/%.2s", s->dir, sha256);
    if (!open_folder(folder, &w->folder_made, err) || !take_name(w, to, only_free, err))
        return false;
    *ret_placed = w->placed;
    return true;
}

static void *sync_file(void *data)
{
    struct blob_sync *x = data;
    x->failed = fsync(x->fd) == 0 ? 0 : errno;
    return NULL;
}

void blob_sync_begin(struct blob_sync *x, const struct blob_writer *w)
{
    *x = (struct blob_sync){.fd = w->fd};
    x->beside = pthread_create(&x->thread, NULL, sync_file, x) == 0;
}

bool blob_sync_end(struct blob_sync *x, const struct blob_writer *w,
                   const struct store *s, const char *sha256, struct err *err)
{
    char folder[1200], above[1200];
    struct err found = ERR_INIT;
    snprintf(folder, sizeof folder, "%s/photos/%.2s", s->dir, sha256);
    snprintf(above, sizeof above, "%s/photos", s->dir);
    bool ok = file_sync_folder(folder, &found) &&
              (!w->folder_made || file_sync_folder(above, &found));
    if (x->beside)
        pthread_join(x->thread, NULL);
    else
        sync_file(x);
    errno = x->failed;
    if (x->failed)
        return err_errno(err, "file.unwritable", sha256);
    if (!ok)
        *err = found;
    return ok;
}

void blob_keep(struct blob_writer *w)
{
    if (w->open)
        close(w->fd); /* it is durable: nothing is left that it could fail to write */
    w->open = w->placed = false;
    w->path[0] = '\0';
}

/* ---- left behind ----------------------------------------------------------------- */

enum { UNNAMED_S = 3600 };

/* A file of before had no process in its name: nobody writes an hour at one photo. */
static bool is_old(int folder, const char *name)
{
    struct stat st;
    return text_starts(name, "photo.") && fstatat(folder, name, &st, 0) == 0 &&
           time(NULL) - st.st_mtime > UNNAMED_S;
}

static bool is_left_behind(int folder, const char *name)
{
    char *end = NULL;
    const char *dot = strchr(name, '.');
    long pid = dot ? strtol(dot + 1, &end, 10) : 0;
    if (pid <= 0 || *end != '.')
        return is_old(folder, name);
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

void blob_sweep(const struct store *s)
{
    char path[1200];
    store_path(s, "tmp", path, sizeof path);
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (const struct dirent *e; (e = readdir(folder));)
        if (is_left_behind(dirfd(folder), e->d_name))
            unlinkat(dirfd(folder), e->d_name, 0);
    closedir(folder);
}
