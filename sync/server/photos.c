/* photos: what is missing (PROTOCOL 6) and small pictures (PROTOCOL 5). */
#include "sync/server/host.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/erase.h"
#include "core/store/local/carried.h"
#include "core/store/local/stranger.h"
#include "core/store/local/upload.h"
#include "sync/server/mend.h"
#include "sync/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct field missing_fields[] = {
    {"photos", FIELD_ARRAY, 0, WIRE_MISSING_MOST, FIELD_REQUIRED, NULL},
};
static const struct field photo_fields[] = {
    {"sha256", FIELD_SHA256, 0, 0, FIELD_REQUIRED, NULL},
    {"bytes", FIELD_INT, 1, INT64_C(1) << 40, FIELD_REQUIRED, NULL},
};

static void write_runs(struct json_out *o, const struct upload_run *runs, size_t n)
{
    int64_t held = 0;
    json_open(o, "held", '[');
    for (size_t i = 0; i < n; i++) {
        held += runs[i].end - runs[i].first;
        json_open(o, NULL, '[');
        json_num(o, NULL, runs[i].first);
        json_num(o, NULL, runs[i].end);
        json_close(o, ']');
    }
    json_close(o, ']');
    json_num(o, "offset", held);
}

/* Which small pictures of a photo that is not here need not be sent again. */
static void write_small(const struct store *s, struct json_out *o, const char *sha256)
{
    static const int sides[] = {320, 1600};
    char path[1200];
    json_open(o, "small", '[');
    for (size_t i = 0; i < 2; i++) {
        blob_derived_path(s, sha256, sides[i], path, sizeof path);
        if (file_exists(path))
            json_num(o, NULL, sides[i]);
    }
    json_close(o, ']');
}

/* A hub has it: it is carried, no more. From now on its receipt is asked for. */
static bool told_as_courier(struct http_request *q, const char *sha256,
                            const char **state, struct err *err)
{
    const struct sync_host *h = q->app;
    bool here = strcmp(*state, "stored") == 0 || strcmp(*state, "verified") == 0;
    if (!h->courier || !here)
        return true;
    *state = "carried";
    return carried_photo(q->worker, sha256, true, err);
}

/* stored: counted when the photo is here and not proven yet; lacking: when the device
 * has something to send. */
static bool write_state(struct http_request *q, struct json_out *o, const char *sha256,
                        int64_t bytes, int64_t *stored, bool *lacking, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct upload_run runs[UPLOAD_RUNS_MOST];
    struct blob b;
    struct err absent = ERR_INIT;
    size_t n = 0;
    bool here, waits, erased;
    const char *state = "unknown";
    if (!erase_of_blob(&((struct store *)q->worker)->db, sha256, &erased, err) ||
        !mend_upload(q->worker, actor->device, sha256, &here, err))
        return false;
    if (erased)
        state = "erased";
    else if (blob_find(q->worker, sha256, &b, &absent) && b.bytes == bytes)
        state = b.state;
    else if (absent.code != ERR_NONE && absent.code != ERR_NOT_FOUND)
        return *err = absent, false;
    else if (!upload_runs(q->worker, actor->device, sha256, runs, &n, err))
        return false;
    else if (n > 0)
        state = "offset";
    /* A stranger's photo gets no receipt before its device is admitted. */
    if (!stranger_has_photo(q->worker, sha256, &waits, err))
        return false;
    if (waits && !erased && absent.code == ERR_NONE)
        state = "unadmitted";
    /* Whoever asks waits for it to be proven: a worker that failed tries again. */
    if (strcmp(state, "stored") == 0 && q->later.until_ms == 0)
        sync_host_wake(q->app);
    if (!told_as_courier(q, sha256, &state, err))
        return false;
    *stored += strcmp(state, "stored") == 0;
    *lacking |= n > 0 || strcmp(state, "unknown") == 0;
    json_open(o, NULL, '{');
    json_str(o, "sha256", sha256);
    json_str(o, "state", state);
    if (n > 0)
        write_runs(o, runs, n);
    if (n > 0 || strcmp(state, "unknown") == 0) {
        write_small(q->worker, o, sha256);
        if (upload_is_busy(q->worker, actor->device, sha256))
            json_bool(o, "busy", true);
    }
    json_close(o, '}');
    return true;
}

enum { WAIT_MOST_S = 25 };

/* ?wait=25: nothing is to be sent, and what is here has only to be proven: the answer may
 * wait until one more of them is. */
static bool may_wait(struct http_request *q, int64_t stored, bool lacking)
{
    const char *wait = http_query(q, "wait");
    int64_t seconds = 0;
    if (!wait || !text_int(wait, &seconds) || seconds < 1 || stored == 0 || lacking ||
        q->later.now)
        return false;
    if (q->later.until_ms == 0) {
        seconds = seconds < WAIT_MOST_S ? seconds : WAIT_MOST_S;
        q->later.until_ms = clock_mono_ms() + seconds * 1000;
        q->later.mark = stored;
    }
    return stored == q->later.mark && clock_mono_ms() < q->later.until_ms;
}

int sync_missing(struct http_request *q, struct http_reply *r, struct err *err)
{
    int64_t stored = 0;
    bool lacking = false;
    struct json_out o = JSON_OUT(&r->body);
    if (!field_check(q->json, missing_fields, FIELD_COUNT(missing_fields), err))
        return 0;
    json_open(&o, NULL, '{');
    sync_who(&o, q->app);
    json_open(&o, "photos", '[');
    const cJSON *photos = json_array(q->json, "photos");
    for (const cJSON *p = photos->child; p; p = p->next)
        if (!field_check(p, photo_fields, FIELD_COUNT(photo_fields), err) ||
            !write_state(q, &o, json_text(p, "sha256"), json_int(p, "bytes", 0), &stored,
                         &lacking, err))
            return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    if (!may_wait(q, stored, lacking))
        return 200;
    return HTTP_LATER;
}

/* ---- small pictures -------------------------------------------------------------- */

struct frame {
    char sha256[DIGEST_HEX];
    int side;
    const char *bytes;
    size_t len;
};

/* "SHA256 SIDE BYTES\n" and the bytes, at *at, which is moved past them. */
static bool read_frame(const struct buf *body, size_t *at, struct frame *ret,
                       struct err *err)
{
    const char *line = body->data + *at;
    const char *end = memchr(line, '\n', body->len - *at);
    char side[8], count[12];
    int64_t side_n, count_n;
    if (!end || end - line > 100 ||
        sscanf(line, "%64s %7s %11s", ret->sha256, side, count) != 3 ||
        !digest_is_hex(ret->sha256) || !text_int(side, &side_n) ||
        !text_int(count, &count_n) || (side_n != 320 && side_n != 1600))
        return err_set(err, ERR_INPUT, "wire.bad_preview", NULL);
    size_t start = (size_t)(end + 1 - body->data);
    if (count_n < 4 || count_n > 400000 || (size_t)count_n > body->len - start)
        return err_set(err, ERR_INPUT, "wire.bad_preview", NULL);
    ret->side = (int)side_n;
    ret->bytes = end + 1;
    ret->len = (size_t)count_n;
    *at = start + ret->len;
    return true;
}

/* Small pictures that are written and not yet there: a disk waits for several of them at once
 * hardly longer than for one, because the first wait has the others' bytes on their way. */
enum { AT_ONCE = 32 };

struct kept {
    char sha256[DIGEST_HEX], path[1200];
    int fd;
};

struct keeping {
    struct kept one[AT_ONCE];
    size_t n;
};

static void name_beside(const char *path, char *ret, size_t size)
{
    snprintf(ret, size, "%s.new.%ld", path, (long)gettid());
}

static bool write_frame(struct kept *k, const struct frame *f, struct err *err)
{
    char beside[1240];
    name_beside(k->path, beside, sizeof beside);
    snprintf(k->sha256, sizeof k->sha256, "%s", f->sha256);
    k->fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (k->fd < 0)
        return err_errno(err, "file.unwritable", k->path);
    if (file_write_all(k->fd, f->bytes, f->len, err)) {
        sync_file_range(k->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
        return true;
    }
    close(k->fd);
    unlink(beside);
    return false;
}

/* Whole or not there at all, and never over one that came meanwhile; but the folder is not
 * fsynced, because a small picture that is lost with the power is no loss: it is made from
 * the original. */
static bool settle_frame(struct kept *k, bool wanted, struct err *err)
{
    char beside[1240];
    name_beside(k->path, beside, sizeof beside);
    bool ok =
        !wanted || fdatasync(k->fd) == 0 || err_errno(err, "file.unwritable", k->path);
    close(k->fd);
    if (ok && wanted && link(beside, k->path) != 0 && errno != EEXIST)
        ok = err_errno(err, "file.unwritable", k->path);
    unlink(beside);
    return ok;
}

/* What a device sent is for the time before the original is here and was looked into. */
static bool is_needed(struct store *s, const struct frame *f, const char *path,
                      bool *ret, struct err *err)
{
    struct blob b = {.small = BLOB_SMALL_WANTED};
    struct err absent = ERR_INIT;
    bool erased = false;
    if (!erase_of_blob(&s->db, f->sha256, &erased, err))
        return false;
    if (!blob_find(s, f->sha256, &b, &absent) && absent.code != ERR_NOT_FOUND) {
        *err = absent;
        return false;
    }
    *ret = !erased && b.small == BLOB_SMALL_WANTED && !file_exists(path);
    return true;
}

/* An erasure that was written since it was looked for has perhaps passed this file by. */
static bool not_erased_meanwhile(struct store *s, const struct kept *k, struct err *err)
{
    bool erased = false;
    return erase_of_blob(&s->db, k->sha256, &erased, err) &&
           (!erased || file_remove(k->path, err));
}

/* All that are written get their names, or (wanted false) none of them. */
static bool settle_kept(struct store *s, struct keeping *all, bool wanted,
                        struct err *err)
{
    for (size_t i = 0; i < all->n; i++)
        wanted = settle_frame(&all->one[i], wanted, err) && wanted &&
                 not_erased_meanwhile(s, &all->one[i], err);
    all->n = 0;
    return wanted;
}

static bool is_written(const struct keeping *all, const char *path)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->one[i].path, path) == 0)
            return true;
    return false;
}

/* Only a JPEG, and never over one that stands. */
static bool keep_frame(struct store *s, struct keeping *all, const struct frame *f,
                       struct err *err)
{
    char folder[1200];
    bool needed;
    if (all->n == AT_ONCE && !settle_kept(s, all, true, err))
        return false;
    struct kept *k = &all->one[all->n];
    blob_derived_path(s, f->sha256, f->side, k->path, sizeof k->path);
    if (memcmp(f->bytes, "\xFF\xD8\xFF", 3) != 0)
        return err_set(err, ERR_INPUT, "wire.bad_preview", NULL);
    if (!is_needed(s, f, k->path, &needed, err))
        return false;
    if (!needed || is_written(all, k->path))
        return true;
    snprintf(folder, sizeof folder, "%s/derived/%.2s", s->dir, f->sha256);
    if (!file_make_folders(folder, err) || !write_frame(k, f, err))
        return false;
    all->n++;
    return true;
}

int sync_previews(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    struct frame f;
    struct err broken = ERR_INIT;
    int64_t taken = 0;
    struct keeping *all = arena_alloc(q->arena, sizeof *all);
    bool ok = true;
    for (size_t at = 0; ok && at < q->body.len; taken += ok)
        ok = read_frame(&q->body, &at, &f, err) && keep_frame(q->worker, all, &f, err);
    /* What came before a bad one is kept. */
    if (!settle_kept(q->worker, all, true, ok ? err : &broken) || !ok)
        return 0;
    if (taken > 0)
        sync_host_changed(q->app);
    json_open(&o, NULL, '{');
    json_num(&o, "taken", taken);
    json_close(&o, '}');
    return 200;
}
