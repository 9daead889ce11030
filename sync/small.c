/* small: see the header. Each photo is a process of its own (core/picture); a thread here
 * only waits for it. */
#include "sync/small.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/store/erase.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A registry trusts no small picture a device sent: until it has made its own, both are
 * made, over what stands. */
static bool is_mine(const struct store *s, const struct blob *b, const char *path)
{
    return (s->role != STORE_REGISTRY || b->small == BLOB_SMALL_MADE) &&
           file_exists(path);
}

static void name_files(struct small_job *j, const struct store *s)
{
    const struct blob *b = &j->blob;
    blob_path(s, b->sha256, b->type, j->path, sizeof j->path);
    blob_derived_path(s, b->sha256, PICTURE_PREVIEW, j->preview, sizeof j->preview);
    blob_derived_path(s, b->sha256, PICTURE_THUMB, j->thumb, sizeof j->thumb);
    j->wish = (struct picture_wish){is_mine(s, b, j->preview) ? NULL : j->preview,
                                    is_mine(s, b, j->thumb) ? NULL : j->thumb};
}

bool small_lacks(const struct store *s, const struct blob *b)
{
    struct small_job j = {.blob = *b};
    if (b->small == BLOB_SMALL_NEVER || blob_is_sealed(b))
        return false;
    name_files(&j, s);
    return j.wish.preview || j.wish.thumb;
}

size_t small_at_once(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > SMALL_AT_ONCE ? SMALL_AT_ONCE : (size_t)cores;
}

/* ---- one photo ------------------------------------------------------------------- */

void small_plan(struct small_job *j, const struct store *s, const struct blob *b)
{
    *j = (struct small_job){.blob = *b};
    name_files(j, s);
    j->ok = (!blob_is_sealed(b) ||
             err_set(&j->err, ERR_NOT_FOUND, "photo.unknown", b->sha256, NULL)) &&
            blob_make_folder(s, "derived", b->sha256, &j->err);
}

void small_run(struct small_job *j)
{
    struct picture_facts facts;
    if (j->ok && (j->wish.preview || j->wish.thumb))
        j->ok = picture_read(j->path, j->blob.sha256, &j->wish, &facts, &j->err);
}

/* The reason, when it lies in the photo; NULL when it lies elsewhere. */
static const char *word_of(const struct err *err)
{
    static const struct {
        const char *key, *word;
    } known[] = {
        {"picture.damaged", "damaged"}, {"picture.truncated", "damaged"},
        {"picture.too_heavy", "heavy"}, {"picture.too_slow", "slow"},
        {"picture.crashed", "stopped"},
    };
    if (err->code != ERR_UNREADABLE && err->code != ERR_TOO_LARGE)
        return NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (text_equal(err->key, known[i].key))
            return known[i].word;
    return "other";
}

bool small_may_yet(const struct small_job *j)
{
    return !j->ok && !word_of(&j->err);
}

/* Of a photo that cannot be shown here a registry shows nothing else either. */
static bool drop_sent(const struct store *s, const struct small_job *j, struct err *err)
{
    return s->role != STORE_REGISTRY || j->ok || small_may_yet(j) ||
           (file_remove(j->preview, err) && file_remove(j->thumb, err));
}

bool small_settle(struct store *s, const struct small_job *j, struct err *err)
{
    const char *word = j->ok ? NULL : word_of(&j->err);
    bool there = false;
    if (small_may_yet(j))
        log_line(LOG_WARN, "no small pictures of %.12s: %s", j->blob.sha256,
                 j->err.key ? j->err.key : "?");
    if (small_may_yet(j) ? !blob_has(s, j->blob.sha256, &there, err)
                         : !blob_set_small(s, j->blob.sha256,
                                           j->ok ? BLOB_SMALL_MADE : BLOB_SMALL_NEVER,
                                           word, &there, err))
        return false;
    if (!there)
        return blob_destroy(s, j->blob.sha256, err); /* erased meanwhile */
    return drop_sent(s, j, err);
}

/* ---- several --------------------------------------------------------------------- */

static void *run_in_thread(void *job)
{
    small_run(job);
    return NULL;
}

static void make_some(struct store *s, const struct blob *const *photos, size_t n)
{
    struct small_job *j = calloc(SMALL_AT_ONCE, sizeof *j);
    pthread_t thread[SMALL_AT_ONCE];
    bool beside[SMALL_AT_ONCE] = {false};
    if (!j)
        err_die("small", "out of memory");
    for (size_t i = 0; i < n; i++) {
        small_plan(&j[i], s, photos[i]);
        beside[i] =
            n > 1 && pthread_create(&thread[i], NULL, run_in_thread, &j[i]) == 0;
        if (!beside[i])
            small_run(&j[i]);
    }
    for (size_t i = 0; i < n; i++) {
        struct err err = ERR_INIT;
        if (beside[i])
            pthread_join(thread[i], NULL);
        if (!small_settle(s, &j[i], &err))
            log_line(LOG_WARN, "small pictures of %.12s: %s", photos[i]->sha256,
                     err.key);
    }
    free(j);
}

void small_make(struct store *s, const struct blob *const *photos, size_t n)
{
    size_t most = small_at_once();
    for (size_t at = 0; at < n; at += most)
        make_some(s, photos + at, n - at < most ? n - at : most);
}

static bool remember(const struct blob *b, void *data, struct err *err)
{
    (void)err;
    buf_add(data, b, sizeof *b);
    return true;
}

/* ---- at a start ------------------------------------------------------------------ */

/* "SHA256.320.jpg.new.TID" of a thread that is no more. */
static bool is_half_made(const char *name)
{
    const char *tid = strstr(name, ".new.");
    int64_t n;
    return tid && text_int(tid + strlen(".new."), &n) && n > 0 &&
           kill((pid_t)n, 0) != 0 && errno == ESRCH;
}

/* Copies with words in them, which versions before this one kept here. */
static bool is_shared(const char *name)
{
    return text_starts(name + DIGEST_HEX - 1, ".shared.");
}

static bool sweep_file(struct store *s, const char *folder, const char *name,
                       struct err *err)
{
    char sha256[DIGEST_HEX], path[1600];
    bool erased = false;
    snprintf(sha256, sizeof sha256, "%.64s", name);
    if (!digest_is_hex(sha256))
        return true;
    if (!erase_of_blob(&s->db, sha256, &erased, err))
        return false;
    snprintf(path, sizeof path, "%.1200s/%.300s", folder, name);
    if (erased)
        return blob_destroy(s, sha256, err);
    return (!is_half_made(name) && !is_shared(name)) || file_remove(path, err);
}

static bool sweep_folder(struct store *s, const char *folder, struct err *err)
{
    bool ok = true;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT || err_errno(err, "file.unreadable", folder);
    for (struct dirent *e; ok && (e = readdir(dir));)
        ok = sweep_file(s, folder, e->d_name, err);
    closedir(dir);
    return ok;
}

bool small_sweep(struct store *s, struct err *err)
{
    char folder[1200];
    bool ok = blob_want_again(s, err);
    for (unsigned i = 0; ok && i < 256; i++) {
        snprintf(folder, sizeof folder, "%.1100s/derived/%02x", s->dir, i);
        ok = sweep_folder(s, folder, err);
    }
    return ok;
}

/* ---- doctor ---------------------------------------------------------------------- */

static bool try_again(struct store *s, struct blob *b, struct err *err)
{
    struct small_job *j = calloc(1, sizeof *j);
    if (!j)
        err_die("small", "out of memory");
    small_plan(j, s, b);
    small_run(j);
    bool ok = small_may_yet(j) || small_settle(s, j, err);
    free(j);
    return ok && blob_find(s, b->sha256, b, err);
}

bool small_check(struct store *s, check_visit visit, void *data, struct err *err)
{
    struct buf list = BUF_INIT;
    bool ok = blob_each_small(s, BLOB_SMALL_NEVER, remember, &list, err);
    for (size_t at = 0; ok && at < list.len; at += sizeof(struct blob)) {
        struct blob b;
        memcpy(&b, list.data + at, sizeof b);
        struct check_finding f = {"photo", b.sha256, false, ERR_INIT};
        ok = try_again(s, &b, err) &&
             (!blob_unshown(b.unshown, b.sha256, &f.err) || visit(&f, data, err));
    }
    buf_release(&list);
    return ok;
}
