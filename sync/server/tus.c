/* tus: see the header. */
#include "sync/server/tus.h"

#include "core/base/digest.h"
#include "core/store/blob.h"
#include "sync/server/host.h"
#include "sync/server/mend.h"

#include <string.h>
#include <time.h>

bool tus_spoken(const struct http_request *q, struct err *err)
{
    const char *version = http_header(q, "Tus-Resumable");
    if (version && strcmp(version, "1.0.0") == 0)
        return true;
    return err_set(err, ERR_PRECONDITION, "upload.version", version ? version : "-",
                   NULL);
}

void tus_headers(struct http_request *q, struct http_reply *r, int64_t offset,
                 int64_t length)
{
    http_reply_header(r, "Tus-Resumable", "1.0.0");
    http_reply_header(r, "Upload-Offset",
                      arena_printf(q->arena, "%lld", (long long)offset));
    if (length >= 0)
        http_reply_header(r, "Upload-Length",
                          arena_printf(q->arena, "%lld", (long long)length));
}

bool tus_place(struct http_request *q, struct upload *u, bool *already, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct blob b;
    *already = digest_is_hex(q->part[0]);
    if (!*already)
        return upload_find(q->worker, actor->device, q->part[0], u, err);
    if (!blob_find(q->worker, q->part[0], &b, err))
        return err->code == ERR_NOT_FOUND &&
               err_set(err, ERR_NOT_FOUND, "upload.unknown", q->part[0], NULL);
    *u = (struct upload){.total = b.bytes, .bytes = b.bytes, .held = b.bytes};
    return true;
}

/* When an upload that is not whole is thrown away unless it grows (RFC 9110 5.6.7). */
static void tell_expiry(struct http_request *q, struct http_reply *r, int64_t grown_ms)
{
    time_t seconds = (time_t)((grown_ms + UPLOAD_KEPT_MS) / 1000);
    struct tm at;
    char text[40];
    gmtime_r(&seconds, &at);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &at);
    http_reply_header(r, "Upload-Expires", arena_strdup(q->arena, text));
}

int upload_head(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct upload u;
    bool already;
    if (!tus_spoken(q, err) || !tus_place(q, &u, &already, err))
        return 0;
    tus_headers(q, r, u.held, u.bytes);
    if (!already)
        tell_expiry(q, r, u.made_ms);
    return 200;
}

/* Termination ends one range; with the last one the file goes. */
static bool end_range(struct store *s, const char *device, const struct upload *u,
                      struct err *err)
{
    struct upload_run runs[UPLOAD_RUNS_MOST];
    size_t n = 0;
    if (!upload_drop(s, u->id, err) ||
        !upload_runs(s, device, u->sha256, runs, &n, err))
        return false;
    return n > 0 || mend_discard(s, device, u->sha256, err);
}

int upload_delete(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct upload u;
    if (!tus_spoken(q, err) ||
        !upload_find(q->worker, actor->device, q->part[0], &u, err) ||
        !end_range(q->worker, actor->device, &u, err))
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
                      "creation,creation-with-upload,checksum,expiration,termination");
    http_reply_header(r, "Tus-Checksum-Algorithm", "sha1,sha256");
    return 204;
}
