/* reply: see the header. Answers that send a packed file are made once and kept. */
#include "core/web/reply.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* On every answer that has something in it; the first ones also on packed files, which
 * nobody opens in a frame and a first visit asks for by the dozen. Pages add their own
 * Content-Security-Policy. */
static const char *const always[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Frame-Options", "DENY"},
};
enum { ALWAYS_FILES = 2 };

void http_reply_header(struct http_reply *r, const char *name, const char *value)
{
    if (r->header_count >= sizeof r->header / sizeof r->header[0])
        err_die("http_reply_header", "too many headers");
    r->header[r->header_count][0] = name;
    r->header[r->header_count][1] = value;
    r->header_count++;
}

bool http_reply_file(struct http_reply *r, const char *path, const char *type,
                     struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "file.unreadable", path);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_set(err, ERR_NOT_FOUND, "file.not_a_file", path, NULL);
    }
    r->fd = fd;
    r->fd_size = (int64_t)st.st_size;
    r->type = type;
    return true;
}

/* ---- packed files ---------------------------------------------------------------- */

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static struct MHD_Response **kept;

static struct MHD_Response *asset_response(const struct asset *a)
{
    size_t at = (size_t)(a - asset_rows);
    pthread_mutex_lock(&kept_lock);
    if (!kept)
        /* pointers are what it holds: NOLINTNEXTLINE(bugprone-sizeof-expression) */
        kept = calloc(asset_row_count, sizeof *kept);
    struct MHD_Response *response = kept ? kept[at] : NULL;
    if (kept && !response) {
        response = MHD_create_response_from_buffer(
            a->len, (void *)(uintptr_t)a->bytes, MHD_RESPMEM_PERSISTENT);
        MHD_add_response_header(response, "Content-Type", a->type);
        if (a->gzipped)
            MHD_add_response_header(response, "Content-Encoding", "gzip");
        MHD_add_response_header(response, "Cache-Control",
                                "max-age=31536000, immutable");
        for (size_t i = 0; i < ALWAYS_FILES; i++)
            MHD_add_response_header(response, always[i][0], always[i][1]);
        kept[at] = response;
    }
    pthread_mutex_unlock(&kept_lock);
    return response;
}

static size_t servers;

void reply_use(void)
{
    pthread_mutex_lock(&kept_lock);
    servers++;
    pthread_mutex_unlock(&kept_lock);
}

void reply_forget(void)
{
    pthread_mutex_lock(&kept_lock);
    bool last = --servers == 0;
    for (size_t i = 0; last && kept && i < asset_row_count; i++)
        if (kept[i])
            MHD_destroy_response(kept[i]);
    if (last) {
        free(kept);
        kept = NULL;
    }
    pthread_mutex_unlock(&kept_lock);
}

/* ---- all others ------------------------------------------------------------------ */

static bool has_header(const struct http_reply *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (strcmp(r->header[i][0], name) == 0)
            return true;
    return false;
}

enum { STREAM_STEP = 4096 };

static struct MHD_Response *make_response(struct http_reply *r)
{
    struct MHD_Response *response;
    if (r->stream.next) {
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_STEP,
                                                     r->stream.next, r->stream.data,
                                                     r->stream.end);
        if (!response)
            r->stream.end(r->stream.data);
        return response;
    }
    if (r->fd >= 0) {
        response = MHD_create_response_from_fd64((uint64_t)r->fd_size, r->fd);
        if (!response)
            close(r->fd);
        r->fd = -1;
        return response;
    }
    size_t len = r->body.len;
    char *bytes = r->body.data;
    r->body = (struct buf)BUF_INIT; /* the response frees it */
    return MHD_create_response_from_buffer(len, bytes ? bytes : (void *)(uintptr_t) "",
                                           bytes ? MHD_RESPMEM_MUST_FREE
                                                 : MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result reply_send(struct MHD_Connection *connection, int status,
                           struct http_reply *r)
{
    if (r->asset)
        return MHD_queue_response(connection, (unsigned)status, asset_response(r->asset));
    bool content = r->fd >= 0 || r->body.len > 0 || r->stream.next;
    struct MHD_Response *response = make_response(r);
    if (!response)
        return MHD_NO;
    if (content)
        MHD_add_response_header(response, "Content-Type",
                                r->type ? r->type : "application/json");
    for (size_t i = 0; content && i < sizeof always / sizeof always[0]; i++)
        MHD_add_response_header(response, always[i][0], always[i][1]);
    if (!has_header(r, "Cache-Control"))
        MHD_add_response_header(response, "Cache-Control", "no-store");
    for (size_t i = 0; i < r->header_count; i++)
        MHD_add_response_header(response, r->header[i][0], r->header[i][1]);
    enum MHD_Result sent = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return sent;
}
