/* small: see the header. Each photo is a process of its own (core/picture); a thread here
 * only waits for it. The store stays with the caller's thread. */
#include "sync/server/small.h"

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/picture/picture.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { AT_ONCE_MOST = 8 };

struct making {
    const struct blob *blob;
    char path[1200], preview[1200], thumb[1200];
    struct picture_wish wish;
    struct err err;
    bool ok;
};

bool small_lacks(const struct store *s, const struct blob *b)
{
    char preview[1200], thumb[1200];
    if (blob_is_sealed(b))
        return false;
    blob_derived_path(s, b->sha256, PICTURE_PREVIEW, preview, sizeof preview);
    blob_derived_path(s, b->sha256, PICTURE_THUMB, thumb, sizeof thumb);
    return !file_exists(preview) || !file_exists(thumb);
}

size_t small_at_once(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > AT_ONCE_MOST ? AT_ONCE_MOST : (size_t)cores;
}

static void plan(struct making *m, const struct store *s, const struct blob *b)
{
    *m = (struct making){.blob = b};
    blob_path(s, b->sha256, b->type, m->path, sizeof m->path);
    blob_derived_path(s, b->sha256, PICTURE_PREVIEW, m->preview, sizeof m->preview);
    blob_derived_path(s, b->sha256, PICTURE_THUMB, m->thumb, sizeof m->thumb);
    m->wish = (struct picture_wish){file_exists(m->preview) ? NULL : m->preview,
                                    file_exists(m->thumb) ? NULL : m->thumb};
    m->ok = (!blob_is_sealed(b) ||
             err_set(&m->err, ERR_NOT_FOUND, "photo.unknown", b->sha256, NULL)) &&
            blob_make_folder(s, "derived", b->sha256, &m->err);
}

static void *make(void *data)
{
    struct making *m = data;
    struct picture_facts facts;
    if (m->ok)
        m->ok = picture_read(m->path, m->blob->sha256, &m->wish, &facts, &m->err);
    return NULL;
}

static void settle(struct store *s, const struct making *m)
{
    struct err err = ERR_INIT;
    bool still = false;
    if (!m->ok)
        log_line(LOG_WARN, "no small pictures of %.12s: %s", m->blob->sha256,
                 m->err.key ? m->err.key : "?");
    if (blob_has(s, m->blob->sha256, &still, &err) && !still)
        blob_destroy(s, m->blob->sha256, &err); /* erased meanwhile */
}

void small_make(struct store *s, const struct blob *const *photos, size_t n)
{
    struct making m[AT_ONCE_MOST];
    pthread_t thread[AT_ONCE_MOST];
    bool beside[AT_ONCE_MOST] = {false};
    for (size_t i = 0; i < n && i < AT_ONCE_MOST; i++) {
        plan(&m[i], s, photos[i]);
        beside[i] = n > 1 && pthread_create(&thread[i], NULL, make, &m[i]) == 0;
        if (!beside[i])
            make(&m[i]);
    }
    for (size_t i = 0; i < n && i < AT_ONCE_MOST; i++) {
        if (beside[i])
            pthread_join(thread[i], NULL);
        settle(s, &m[i]);
    }
}
