/* upload: originals by tus 1.0.0 (PROTOCOL 7). An upload is one range of one photo; the
 * ranges of a photo are written by pwrite into one part file, several at a time. The
 * offset told is the last fsynced one. When the connection breaks, what came is fsynced
 * and counted, so that nothing is sent twice. One writer a range, by a lock on it; whoever
 * brought the last byte makes the photo of them, with a lock on all of it. */
#include "sync/server/host.h"

#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/erase.h"
#include "core/store/local/stranger.h"
#include "core/store/local/upload.h"
#include "core/store/reserve.h"
#include "sync/server/mend.h"
#include "sync/server/tus.h"
#include "sync/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct passage {
    struct upload upload;
    int fd;               /* -1: nothing is written (already here, or wrong start)    */
    int64_t from, at;     /* of this request, within the range                        */
    struct digest *whole; /* SHA-256 of the photo, when this request is all of it:    */
    struct straight straight; /* then its bytes go this way                           */
    struct digest *check; /* of this request's bytes, when Upload-Checksum came       */
    uint8_t wanted[DIGEST_SIZE];
    bool already, stored;
    bool waits; /* a stranger's: in no receipt */
    bool box;   /* its sender calls it sealed  */
};

/* ---- beginning ------------------------------------------------------------------- */

/* "sha256 BASE64" or "sha1 BASE64"; absent is fine. */
static bool read_checksum(struct http_request *q, struct passage *p, struct err *err)
{
    const char *header = http_header(q, "Upload-Checksum");
    uint8_t *bytes;
    size_t n, name = header ? strcspn(header, " ") : 0;
    if (!header)
        return true;
    p->check = digest_start_named(arena_strndup(q->arena, header, name));
    if (!p->check || header[name] != ' ' ||
        !base64_read(q->arena, header + name + 1, strlen(header + name + 1), &bytes, &n) ||
        n != digest_length(p->check))
        return err_set(err, ERR_INPUT, "upload.checksum_kind", header, NULL);
    memcpy(p->wanted, bytes, n);
    return true;
}

/* The lock is on this range alone, and of this open file: it goes with the descriptor,
 * whatever happens. */
static bool lock_range(const struct passage *p, struct err *err)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = p->upload.start,
                         .l_len = p->upload.bytes};
    if (fcntl(p->fd, F_OFD_SETLK, &lock) == 0)
        return true;
    return err_set(err, ERR_CONFLICT, "upload.busy", NULL);
}

/* Is nobody else writing any of it? From now on nobody may: a file that has been read, and
 * got its name, does not change any more. */
static bool lock_all(const struct passage *p)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(p->fd, F_OFD_SETLK, &lock) == 0;
}

bool upload_is_busy(const struct store *s, const char *device, const char *sha256)
{
    char path[1300];
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    upload_path(s, device, sha256, path, sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool busy = fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return busy;
}

/* A photo in several ranges gets its whole room at once, so that a full disk is told
 * before the bytes are sent. */
static bool make_room(const struct passage *p, struct err *err)
{
    if (p->upload.bytes == p->upload.total || lseek(p->fd, 0, SEEK_END) == p->upload.total)
        return true;
    if (fallocate(p->fd, 0, 0, p->upload.total) == 0)
        return true;
    if (errno == EOPNOTSUPP && ftruncate(p->fd, p->upload.total) == 0)
        return true;
    return err_errno(err, "file.unwritable", p->upload.sha256);
}

/* Is the file we hold still the one of that name? Another request may have brought the
 * photo home, or thrown its upload away, since we opened it. */
static bool still_named(const struct store *s, const char *device, const struct passage *p)
{
    char path[1300];
    struct stat ours, named;
    upload_path(s, device, p->upload.sha256, path, sizeof path);
    return fstat(p->fd, &ours) == 0 && stat(path, &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

static void start_whole(struct http_request *q, struct passage *p)
{
    struct sync_host *h = q->app;
    p->whole = digest_start();
    straight_begin(&p->straight, &h->rooms, p->fd);
}

/* A hub's disk is a tablet's: its last room is for points (core/store/reserve). */
static bool has_room(const struct store *s, const char *path, int64_t total,
                     struct err *err)
{
    int64_t there = file_size(path);
    return s->role != STORE_WALKER ||
           reserve_photo(s->dir, there > 0 ? total - there : total, err);
}

static bool open_part(struct http_request *q, struct passage *p, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    char path[1300];
    upload_path(q->worker, actor->device, p->upload.sha256, path, sizeof path);
    if (!has_room(q->worker, path, p->upload.total, err))
        return false;
    p->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (p->fd < 0)
        return err_errno(err, "file.unwritable", path);
    if (!lock_range(p, err))
        return false;
    if (!still_named(q->worker, actor->device, p))
        return err_set(err, ERR_CONFLICT, "upload.busy", NULL);
    if (!make_room(p, err))
        return false;
    p->from = p->at = p->upload.held;
    if (p->from == 0 && p->upload.bytes == p->upload.total)
        start_whole(q, p);
    return true;
}

static void passage_end(struct passage *p)
{
    straight_drop(&p->straight);
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
    digest_abandon(p->whole);
    p->whole = NULL;
    digest_abandon(p->check);
    p->check = NULL;
}

static struct passage *passage_new(struct http_request *q)
{
    struct passage *p = arena_alloc(q->arena, sizeof *p);
    p->fd = -1;
    q->sink = p;
    return p;
}

struct wish {
    const char *sha256, *type;
    int64_t bytes, start, total;
};

/* Metadata "start" and "total" name a range; without them the upload is the photo. */
static bool read_range(struct http_request *q, struct wish *w, struct err *err)
{
    const char *header = http_header(q, "Upload-Metadata");
    const char *start = wire_metadata(q->arena, header, "start");
    const char *total = wire_metadata(q->arena, header, "total");
    w->start = 0;
    w->total = w->bytes;
    if (!start && !total)
        return true;
    if (!start || !total || !text_int(start, &w->start) || !text_int(total, &w->total) ||
        w->start < 0 || w->total > BLOB_MOST || w->start > w->total - w->bytes)
        return err_set(err, ERR_INPUT, "upload.metadata", NULL);
    return true;
}

static bool read_wish(struct http_request *q, struct wish *w, struct err *err)
{
    const char *length = http_header(q, "Upload-Length");
    w->sha256 = wire_metadata(q->arena, http_header(q, "Upload-Metadata"), "sha256");
    w->type = wire_metadata(q->arena, http_header(q, "Upload-Metadata"), "type");
    if (!tus_spoken(q, err))
        return false;
    if (!length || !text_int(length, &w->bytes) || w->bytes < 1)
        return err_set(err, ERR_INPUT, "upload.length", length ? length : "-", NULL);
    if (w->bytes > BLOB_MOST)
        return err_set(err, ERR_TOO_LARGE, "photo.too_large", NULL);
    if (!digest_is_hex(w->sha256))
        return err_set(err, ERR_INPUT, "upload.metadata", NULL);
    return read_range(q, w, err);
}

/* Another request may have brought the photo home while we opened a part of it. */
static bool look_again(struct http_request *q, struct passage *p, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    int64_t bytes = p->upload.bytes;
    if (!blob_has(q->worker, p->upload.sha256, &p->already, err))
        return false;
    if (!p->already)
        return true;
    passage_end(p);
    p->upload.bytes = bytes;
    return mend_discard(q->worker, actor->device, p->upload.sha256, err);
}

static bool not_erased(struct store *s, const char *sha256, struct err *err)
{
    bool erased;
    return erase_of_blob(&s->db, sha256, &erased, err) &&
           (!erased || err_set(err, ERR_GONE, "photo.erased", sha256, NULL));
}

static bool create_begin(struct http_request *q, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct sync_host *h = q->app;
    struct passage *p = passage_new(q);
    struct wish w = {.sha256 = NULL};
    if (!read_wish(q, &w, err))
        return false;
    bool ok = read_checksum(q, p, err) && not_erased(q->worker, w.sha256, err) &&
              stranger_has_photo(q->worker, w.sha256, &p->waits, err) &&
              stranger_photo_room(q->worker, actor->device, w.sha256, w.total, err) &&
              mend_upload(q->worker, actor->device, w.sha256, &p->already, err);
    p->box = text_equal(w.type, BLOB_SEALED);
    p->upload.bytes = w.bytes;
    snprintf(p->upload.sha256, sizeof p->upload.sha256, "%s", w.sha256);
    if (ok && !p->already)
        ok = upload_plan(q->worker, actor->device, w.sha256, w.total, w.start, w.bytes,
                         &p->upload, err);
    /* Bytes sent along belong at the start: with some here already, they are passed
     * over, and the answer tells from where to go on. */
    if (ok && !p->already && p->upload.held == 0)
        ok = open_part(q, p, err) && look_again(q, p, err);
    if (!ok)
        passage_end(p);
    sync_host_busy(h);
    return ok;
}

static bool patch_begin(struct http_request *q, struct err *err)
{
    struct passage *p = passage_new(q);
    const char *header = http_header(q, "Upload-Offset");
    int64_t offset = -1;
    if (!tus_spoken(q, err) || !tus_place(q, &p->upload, &p->already, err))
        return false;
    if (!header || !text_int(header, &offset) || offset != p->upload.held)
        return err_set(err, ERR_CONFLICT, "upload.offset", header ? header : "-", NULL);
    bool ok = not_erased(q->worker, p->upload.sha256, err) &&
              read_checksum(q, p, err) && (p->already || open_part(q, p, err));
    if (!ok)
        passage_end(p);
    sync_host_busy(q->app);
    return ok;
}

/* ---- bytes ----------------------------------------------------------------------- */

static bool take_whole(struct passage *p, const void *bytes, size_t n, struct err *err)
{
    if (!straight_add(&p->straight, bytes, n, err))
        return false;
    digest_add(p->whole, bytes, n);
    return true;
}

static bool piece_add(struct http_request *q, const void *bytes, size_t n,
                      struct err *err)
{
    struct passage *p = q->sink;
    if (p->fd < 0)
        return true;
    if (p->at + (int64_t)n > p->upload.bytes)
        return err_set(err, ERR_TOO_LARGE, "upload.past_end", NULL);
    if (p->whole ? !take_whole(p, bytes, n, err)
                 : !file_write_at(p->fd, bytes, n, p->upload.start + p->at, err))
        return false;
    if (p->check)
        digest_add(p->check, bytes, n);
    p->at += (int64_t)n;
    return true;
}

/* fsyncs and counts what this request brought. *ret_whole: the photo is all here now. */
static bool keep_piece(struct store *s, const char *device, struct passage *p,
                       bool *ret_whole, struct err *err)
{
    if (!straight_end(&p->straight, err))
        return false;
    if (fdatasync(p->fd) != 0)
        return err_errno(err, "file.unwritable", p->upload.id);
    p->upload.held = p->at;
    *ret_whole = p->whole && p->at == p->upload.total && lock_all(p);
    if (*ret_whole && !p->upload.stored)
        return true; /* all in one request: it never needs a row */
    return upload_hold(s, device, &p->upload, ret_whole, err);
}

/* The photo came home by another request or by a stick while these bytes came: they are
 * not needed. Or its upload was thrown away: the device begins anew. */
static bool overtaken(struct store *s, const char *device, struct passage *p,
                      struct err *err)
{
    if (!blob_has(s, p->upload.sha256, &p->already, err))
        return false;
    if (p->already) {
        p->upload.held = p->upload.bytes;
        return mend_discard(s, device, p->upload.sha256, err);
    }
    return still_named(s, device, p) || err_set(err, ERR_CONFLICT, "upload.busy", NULL);
}

static void piece_cut(struct http_request *q)
{
    struct sync_host *h = q->app;
    const struct sync_actor *actor = q->actor;
    struct passage *p = q->sink;
    struct err ignored = ERR_INIT;
    bool whole;
    /* With a checksum declared, an incomplete piece was not proven and is not kept. */
    if (p->fd >= 0 && p->at > p->from && !p->check) {
        struct store *s = pool_take(h->pool, &ignored);
        if (s) {
            if (overtaken(s, actor->device, p, &ignored) && !p->already)
                keep_piece(s, actor->device, p, &whole, &ignored);
            pool_give(h->pool, s);
        }
    }
    passage_end(p);
}

const struct http_sink upload_create_sink = {create_begin, piece_add, piece_cut};
const struct http_sink upload_patch_sink = {patch_begin, piece_add, piece_cut};

/* ---- the end of a piece ---------------------------------------------------------- */

static bool checksum_holds(struct passage *p, struct err *err)
{
    uint8_t got[DIGEST_SIZE];
    if (!p->check)
        return true;
    size_t n = digest_length(p->check);
    digest_finish(p->check, got);
    p->check = NULL;
    if (memcmp(got, p->wanted, n) == 0)
        return true;
    return err_set(err, ERR_CHECKSUM, "upload.checksum", NULL);
}

/* All bytes are fsynced: the photo comes to its place, or its upload is thrown away. While
 * another connection has a part of it in hand it stays where it is: it is held, whoever asks
 * for it is told "busy", and mend finishes when that one is through. */
static bool complete(struct store *s, const char *device, struct passage *p,
                     struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    struct mend_seen seen;
    if (!lock_all(p))
        return true;
    if (p->whole) {
        digest_finish(p->whole, hash);
        p->whole = NULL;
        text_hex(hash, sizeof hash, seen.hex);
        memcpy(seen.head, p->straight.head, sizeof seen.head);
    }
    p->stored = mend_complete(s, device, p->upload.sha256, p->upload.total, p->fd,
                              p->upload.stored ? NULL : &seen, p->box, err);
    return p->stored;
}

static bool finish_piece(struct http_request *q, struct passage *p, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    bool whole = false;
    if (p->fd < 0) {
        passage_end(p);
        return true;
    }
    bool ok = checksum_holds(p, err) && overtaken(q->worker, actor->device, p, err) &&
              (p->already || keep_piece(q->worker, actor->device, p, &whole, err));
    if (ok && whole) {
        p->upload.stored = p->upload.stored || p->upload.bytes < p->upload.total;
        ok = complete(q->worker, actor->device, p, err);
        sync_host_changed(q->app);
        sync_host_wake(q->app);
    }
    passage_end(p);
    return ok;
}

/* ---- answers --------------------------------------------------------------------- */

/* Lygte-State tells that this piece was the photo's last one. */
static void tell_stored(const struct http_request *q, const struct passage *p,
                        struct http_reply *r)
{
    const struct sync_host *h = q->app;
    if ((p->already || p->stored) && !p->waits)
        http_reply_header(r, "Lygte-State", h->courier ? "carried" : "stored");
}

int upload_create(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct passage *p = q->sink;
    if (!finish_piece(q, p, err))
        return 0;
    tus_headers(q, r, p->already ? p->upload.bytes : p->upload.held, -1);
    http_reply_header(r, "Location",
                      arena_printf(q->arena, "/api/v1/uploads/%s",
                                   p->already ? p->upload.sha256 : p->upload.id));
    tell_stored(q, p, r);
    return 201;
}

int upload_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct passage *p = q->sink;
    if (!finish_piece(q, p, err))
        return 0;
    tus_headers(q, r, p->upload.held, -1);
    tell_stored(q, p, r);
    return 204;
}
