/* upload: originals by tus 1.0.0 (PROTOCOL 7). Bytes go to uploads/ID.part as they come;
 * the offset told is the last fsynced one. When the connection breaks, what came is
 * fsynced and counted, so that nothing is sent twice. One writer an upload, by flock. */
#include "sync/server/host.h"

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/local/upload.h"
#include "sync/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct passage {
    struct upload upload;
    int fd;                /* -1: nothing is written (already here, or wrong start)  */
    int64_t from, at;      /* of this request                                       */
    struct digest *whole;  /* SHA-256 from byte 0 on, NULL when we came in later     */
    struct digest *check;  /* of this request's bytes, when Upload-Checksum came     */
    uint8_t wanted[DIGEST_SIZE];
    bool already;
};

static bool tus_version(const struct http_request *q, struct err *err)
{
    const char *version = http_header(q, "Tus-Resumable");
    if (version && strcmp(version, "1.0.0") == 0)
        return true;
    return err_set(err, ERR_PRECONDITION, "upload.version", version ? version : "-", NULL);
}

static void tus_headers(struct http_request *q, struct http_reply *r, int64_t offset,
                        int64_t length)
{
    http_reply_header(r, "Tus-Resumable", "1.0.0");
    http_reply_header(r, "Upload-Offset",
                      arena_printf(q->arena, "%lld", (long long)offset));
    if (length >= 0)
        http_reply_header(r, "Upload-Length",
                          arena_printf(q->arena, "%lld", (long long)length));
}

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

static bool open_part(struct store *s, struct passage *p, struct err *err)
{
    char path[1200];
    upload_path(s, p->upload.id, path, sizeof path);
    p->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (p->fd < 0)
        return err_errno(err, "file.unwritable", path);
    if (flock(p->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_CONFLICT, "upload.busy", NULL);
    if (ftruncate(p->fd, p->upload.held) != 0)
        return err_errno(err, "file.unwritable", path);
    p->from = p->at = p->upload.held;
    if (p->from == 0)
        p->whole = digest_start();
    return true;
}

static void passage_end(struct passage *p)
{
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

static bool read_wish(struct http_request *q, const char **ret_sha, int64_t *ret_bytes,
                      struct err *err)
{
    const char *length = http_header(q, "Upload-Length");
    const char *sha =
        wire_metadata(q->arena, http_header(q, "Upload-Metadata"), "sha256");
    if (!tus_version(q, err))
        return false;
    if (!length || !text_int(length, ret_bytes) || *ret_bytes < 1)
        return err_set(err, ERR_INPUT, "upload.length", length ? length : "-", NULL);
    if (*ret_bytes > BLOB_MOST)
        return err_set(err, ERR_TOO_LARGE, "photo.too_large", NULL);
    if (!digest_is_hex(sha))
        return err_set(err, ERR_INPUT, "upload.metadata", NULL);
    *ret_sha = sha;
    return true;
}

static bool create_begin(struct http_request *q, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct passage *p = passage_new(q);
    const char *sha = NULL;
    int64_t bytes = 0;
    if (!read_wish(q, &sha, &bytes, err))
        return false;
    bool ok = read_checksum(q, p, err) && blob_has(q->worker, sha, &p->already, err);
    p->upload.bytes = bytes;
    if (ok && !p->already)
        ok = upload_make(q->worker, actor->device, sha, bytes, &p->upload, err);
    /* Bytes sent along belong at 0: with some here already, they are passed over. */
    if (ok && !p->already && p->upload.held == 0)
        ok = open_part(q->worker, p, err);
    if (!ok)
        passage_end(p);
    return ok;
}

static bool patch_begin(struct http_request *q, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct passage *p = passage_new(q);
    const char *header = http_header(q, "Upload-Offset");
    int64_t offset = -1;
    if (!tus_version(q, err) ||
        !upload_find(q->worker, actor->device, q->part[0], &p->upload, err))
        return false;
    if (!header || !text_int(header, &offset) || offset != p->upload.held)
        return err_set(err, ERR_CONFLICT, "upload.offset", header ? header : "-", NULL);
    bool ok = read_checksum(q, p, err) && open_part(q->worker, p, err);
    if (!ok)
        passage_end(p);
    return ok;
}

/* ---- bytes ----------------------------------------------------------------------- */

static bool piece_add(struct http_request *q, const void *bytes, size_t n,
                      struct err *err)
{
    struct passage *p = q->sink;
    if (p->fd < 0)
        return true;
    if (p->at + (int64_t)n > p->upload.bytes)
        return err_set(err, ERR_TOO_LARGE, "upload.past_end", NULL);
    if (!file_write_at(p->fd, bytes, n, p->at, err))
        return false;
    if (p->whole)
        digest_add(p->whole, bytes, n);
    if (p->check)
        digest_add(p->check, bytes, n);
    p->at += (int64_t)n;
    return true;
}

/* fsyncs and counts what this request brought. */
static bool keep_piece(struct store *s, struct passage *p, struct err *err)
{
    if (fsync(p->fd) != 0)
        return err_errno(err, "file.unwritable", p->upload.id);
    if (!upload_set_held(s, p->upload.id, p->at, err))
        return false;
    p->upload.held = p->at;
    return true;
}

static void piece_cut(struct http_request *q)
{
    struct sync_host *h = q->app;
    struct passage *p = q->sink;
    struct err ignored = ERR_INIT;
    /* With a checksum declared, an incomplete piece was not proven and is not kept. */
    if (p->fd >= 0 && p->at > p->from && !p->check) {
        struct store *s = pool_take(h->pool, &ignored);
        if (s) {
            keep_piece(s, p, &ignored);
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
    if (ftruncate(p->fd, p->from) != 0)
        return err_errno(err, "file.unwritable", p->upload.id);
    return err_set(err, ERR_CHECKSUM, "upload.checksum", NULL);
}

static const char *photo_type(int fd)
{
    uint8_t head[8] = {0};
    if (pread(fd, head, sizeof head, 0) != sizeof head)
        return NULL;
    if (head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF)
        return "image/jpeg";
    return memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0 ? "image/png" : NULL;
}

static bool hash_of(struct passage *p, char hex[DIGEST_HEX], struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    if (p->whole) {
        digest_finish(p->whole, hash);
        p->whole = NULL;
    } else if (lseek(p->fd, 0, SEEK_SET) != 0) {
        return err_errno(err, "file.unreadable", p->upload.id);
    } else if (!digest_of_fd(p->fd, hash, NULL, err)) {
        return false;
    }
    text_hex(hash, sizeof hash, hex);
    return true;
}

/* Throws this upload alone away. */
static bool discard(struct store *s, const struct passage *p, struct err *err)
{
    char path[1200];
    upload_path(s, p->upload.id, path, sizeof path);
    return upload_end(s, p->upload.id, err) && file_remove(path, err);
}

/* All bytes are fsynced: name against hash, kind, then to its place and named. */
static bool complete(struct store *s, struct passage *p, struct err *err)
{
    char hex[DIGEST_HEX], path[1200];
    const char *type = photo_type(p->fd);
    if (!hash_of(p, hex, err))
        return false;
    if (strcmp(hex, p->upload.sha256) != 0 || !type) {
        enum err_code code = type ? ERR_CHECKSUM : ERR_UNREADABLE;
        const char *key = type ? "photo.hash_differs" : "upload.not_photo";
        return discard(s, p, err) && err_set(err, code, key, p->upload.sha256, NULL);
    }
    upload_path(s, p->upload.id, path, sizeof path);
    if (!blob_settle(s, path, hex, type, err) || !db_begin(&s->db, err))
        return false;
    if (blob_name(s, hex, p->upload.bytes, type, true, err) &&
        upload_end(s, p->upload.id, err))
        return db_commit(&s->db, err);
    db_rollback(&s->db);
    return false;
}

static bool finish_piece(struct http_request *q, struct passage *p, struct err *err)
{
    struct sync_host *h = q->app;
    if (p->fd < 0) {
        passage_end(p);
        return true;
    }
    bool ok = checksum_holds(p, err) && keep_piece(q->worker, p, err);
    if (ok && p->at == p->upload.bytes) {
        ok = complete(q->worker, p, err);
        sync_host_wake(h);
    }
    passage_end(p);
    return ok;
}

/* ---- answers --------------------------------------------------------------------- */

int upload_create(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct passage *p = q->sink;
    if (!finish_piece(q, p, err))
        return 0;
    tus_headers(q, r, p->already ? p->upload.bytes : p->upload.held, -1);
    http_reply_header(r, "Location",
                      arena_printf(q->arena, "/api/v1/uploads/%s",
                                   p->already ? "here" : p->upload.id));
    return 201;
}

int upload_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct passage *p = q->sink;
    if (!finish_piece(q, p, err))
        return 0;
    tus_headers(q, r, p->upload.held, -1);
    return 204;
}

int upload_head(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct upload u;
    if (!tus_version(q, err) ||
        !upload_find(q->worker, actor->device, q->part[0], &u, err))
        return 0;
    tus_headers(q, r, u.held, u.bytes);
    return 200;
}

int upload_delete(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct passage p = {.fd = -1};
    if (!tus_version(q, err) ||
        !upload_find(q->worker, actor->device, q->part[0], &p.upload, err) ||
        !discard(q->worker, &p, err))
        return 0;
    http_reply_header(r, "Tus-Resumable", "1.0.0");
    return 204;
}

int upload_options(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)err;
    http_reply_header(r, "Tus-Resumable", "1.0.0");
    http_reply_header(r, "Tus-Version", "1.0.0");
    http_reply_header(r, "Tus-Max-Size", arena_printf(q->arena, "%d", BLOB_MOST));
    http_reply_header(r, "Tus-Extension",
                      "creation,creation-with-upload,checksum,termination");
    http_reply_header(r, "Tus-Checksum-Algorithm", "sha1,sha256");
    return 204;
}
