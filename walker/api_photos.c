/* api_photos: photos from the page. Bytes go to disk as they come; the answer is given
 * when original and record are durable. Held back until declared clear, unless
 * `walker set hold off`. */
#include "walker/api.h"
#include "walker/intake.h"
#include "walker/maker.h"
#include "walker/query.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- taking in ------------------------------------------------------------------- */

static bool sink_begin(struct http_request *q, struct err *err)
{
    struct intake *in = arena_alloc(q->arena, sizeof *in);
    struct observation o;
    q->sink = in;
    return observation_find(q->worker, q->arena, q->part[0], &o, err) &&
           blob_begin(&in->writer, q->worker, err);
}

static bool sink_add(struct http_request *q, const void *bytes, size_t n, struct err *err)
{
    return blob_add(&((struct intake *)q->sink)->writer, bytes, n, err);
}

static void sink_cut(struct http_request *q)
{
    intake_drop(q->sink);
}

const struct http_sink api_photo_sink = {sink_begin, sink_add, sink_cut};

struct attaching {
    struct http_request *q;
    struct intake *in;
    bool cleared;
    const char *observation;
};

static bool attach(struct store *s, void *data, struct err *err)
{
    struct attaching *x = data;
    const char *role, *org;
    return walker_by_of(x->q, &role, &org, err) &&
           intake_attach(x->in, s, x->q->arena, x->observation, x->cleared, role, err);
}

/* The name in the path is the hash of the bytes; all zeros when the page cannot hash. */
static bool name_fits(const char *wanted, const struct intake *in, struct err *err)
{
    bool unknown = strlen(wanted) == 64 && strspn(wanted, "0") == 64;
    if (!unknown && !digest_is_hex(wanted))
        return err_set(err, ERR_INPUT, "field.not_sha256", "sha256", NULL);
    return unknown || strcmp(wanted, in->sha256) == 0 ||
           err_set(err, ERR_CHECKSUM, "photo.hash_differs", wanted, NULL);
}

/* What the page knows of a photo that its own camera took: how long ago, and where. */
struct capture {
    int64_t ago_ms; /* -1: by no camera of the page */
    struct geo_point at;
};

/* A place that is none costs nobody the photo. */
static bool read_capture(struct http_request *q, struct capture *ret, struct err *err)
{
    struct err ignored = ERR_INIT;
    *ret = (struct capture){.at = GEO_NOWHERE};
    query_place(q, false, &ret->at, &ignored);
    return query_number(q, "ago_ms", 0, AGO_MOST_MS, -1, &ret->ago_ms, err);
}

/* Such a photo has no EXIF: what the shutter knew stands for it, but for a clock that knows
 * no time. What a photo says of itself goes before. */
static void fill_in(struct intake *in, const struct capture *c)
{
    struct picture_facts *f = &in->facts;
    struct clock_reading now = clock_now();
    if (c->ago_ms < 0)
        return;
    if (f->taken_ms == DB_NULL && strcmp(now.trust, "unknown") != 0) {
        f->taken_ms = now.utc_ms - c->ago_ms;
        snprintf(f->taken_from, sizeof f->taken_from, "capture");
    }
    if (!geo_known(f->at) && geo_known(c->at)) {
        f->at = c->at;
        in->place_from = "capture";
    }
}

static bool keep(struct http_request *q, struct intake *in, struct err *err)
{
    struct attaching x = {.q = q, .in = in};
    struct observation o;
    struct capture capture;
    const char *hold;
    blob_hash(&in->writer, in->sha256);
    if (!name_fits(q->part[1], in, err) || !read_capture(q, &capture, err) ||
        !observation_find(q->worker, q->arena, q->part[0], &o, err) ||
        !store_setting(q->worker, q->arena, "hold", "on", &hold, err) ||
        !intake_keep(in, q->worker, i18n_text(q->lang, "photo.this"), err))
        return false;
    fill_in(in, &capture);
    x.observation = o.id;
    x.cleared = strcmp(hold, "off") == 0;
    return walker_transact(q->worker, attach, &x, err);
}

int api_photo_put(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct intake *in = q->sink;
    struct json_out o = JSON_OUT(&r->body);
    struct observation point;
    bool ok = keep(q, in, err) &&
              observation_find(q->worker, q->arena, q->part[0], &point, err);
    intake_drop(in);
    if (!ok)
        return 0;
    maker_kept(((struct walker_app *)q->app)->maker, in->sha256);
    json_open(&o, NULL, '{');
    json_open(&o, "photo", '{');
    json_str(&o, "sha256", in->sha256);
    json_num(&o, "bytes", in->bytes);
    json_num(&o, "width", in->facts.width);
    json_num(&o, "height", in->facts.height);
    json_close(&o, '}');
    if (!walker_pass_hides(q, &point) &&
        !api_point_json(q, &o, "observation", point.id, err))
        return 0;
    json_close(&o, '}');
    return 201;
}

/* ---- looked through -------------------------------------------------------------- */

static bool clear(struct store *s, void *data, struct err *err)
{
    return blob_clear(s, data, err);
}

int api_photo_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"cleared", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL}};
    char sha[DIGEST_HEX];
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    if (!json_true(q->json, "cleared") || !digest_is_hex(q->part[0])) {
        err_set(err, ERR_INPUT, "field.not_bool", "cleared", NULL);
        return 0;
    }
    snprintf(sha, sizeof sha, "%s", q->part[0]);
    if (!walker_transact(q->worker, clear, sha, err))
        return 0;
    buf_str(&r->body, "{\"cleared\":true}");
    return 200;
}

/* ---- showing --------------------------------------------------------------------- */

/* No browser may keep one (no-store, which core/web says of every answer): it would lie in
 * the cache on its disk long after it was covered or erased here. */
enum { WAIT_MOST_MS = 30000 };

/* A small one that is not there yet is made now, before all others; the request sleeps
 * meanwhile without a thread, so that a tap never waits behind a photo. 200, 0 or
 * HTTP_LATER. */
static int wait_for_small(struct http_request *q, const struct blob *b, const char *path,
                          struct err *err)
{
    struct walker_app *app = q->app;
    if (file_exists(path))
        return 200;
    if (blob_unshown(b->unshown, i18n_text(q->lang, "photo.this"), err) ||
        !maker_ask(app->maker, b->sha256, err))
        return 0;
    if (q->later.until_ms == 0)
        q->later.until_ms = clock_mono_ms() + WAIT_MOST_MS;
    if (!q->later.now && clock_mono_ms() < q->later.until_ms)
        return HTTP_LATER;
    err_set(err, ERR_NOT_FOUND, "photo.not_yet", NULL);
    return 0;
}

/* Of last time's points, which came from the registry, a small picture is all there is. */
static int pulled_photo(struct http_request *q, struct http_reply *r, struct err *err)
{
    char path[1200];
    blob_derived_path(q->worker, q->part[0], PICTURE_THUMB, path, sizeof path);
    if (!file_exists(path)) {
        err_set(err, ERR_NOT_FOUND, "photo.unknown", q->part[0], NULL);
        return 0;
    }
    return http_reply_file(r, path, "image/jpeg", err) ? 200 : 0;
}

int api_photo(struct http_request *q, struct http_reply *r, struct err *err)
{
    char path[1200];
    struct blob b;
    const char *size = q->part[1];
    bool original = strcmp(size, "original") == 0;
    int side = strcmp(size, "320") == 0 ? 320 : strcmp(size, "1600") == 0 ? 1600 : 0;
    if (!digest_is_hex(q->part[0]) || (!original && !side)) {
        err_set(err, ERR_NOT_FOUND, "photo.unknown", q->part[0], NULL);
        return 0;
    }
    struct err absent = ERR_INIT;
    if (!blob_find(q->worker, q->part[0], &b, &absent)) {
        if (absent.code == ERR_NOT_FOUND && side)
            return pulled_photo(q, r, err);
        *err = absent;
        return 0;
    }
    if (blob_is_sealed(&b)) { /* nobody here can look into it */
        err_set(err, ERR_NOT_FOUND, "photo.unknown", b.sha256, NULL);
        return 0;
    }
    if (original)
        blob_path(q->worker, b.sha256, b.type, path, sizeof path);
    else
        blob_derived_path(q->worker, b.sha256, side, path, sizeof path);
    int status = side ? wait_for_small(q, &b, path, err) : 200;
    if (status != 200)
        return status;
    const char *type = original ? arena_strdup(q->arena, b.type) : "image/jpeg";
    return http_reply_file(r, path, type, err) ? 200 : 0;
}
