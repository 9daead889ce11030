/* api_seal: a point only the police may read, and its photos. It is closed here before
 * anything of it is kept: no draft, no log, no copy in the page's outbox; a photo's bytes are
 * gathered in memory, up to SEAL_PHOTO_MOST, and only their box is written. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/uid.h"
#include "core/store/local/operation.h"
#include "core/store/published.h"
#include "core/store/seal_photo.h"
#include "walker/place.h"

#include <stdlib.h>
#include <string.h>

static const struct field fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"category", FIELD_TEXT, 3, 8, 0, NULL},
    {"note", FIELD_TEXT, 1, OBSERVATION_NOTE_MOST, FIELD_REQUIRED, NULL},
    {"severity", FIELD_INT, 0, 4, FIELD_NULLABLE, NULL},
    {"stood", FIELD_OBJECT, 0, 0, FIELD_NULLABLE, NULL},
};

struct sealing {
    struct http_request *q;
    struct observation_wish wish;
};

static bool read_wish(struct http_request *q, struct observation_wish *w, struct err *err)
{
    const cJSON *j = q->json;
    struct place stood;
    struct catalogue c;
    const struct catalogue_item *item;
    const char *code = json_text(j, "category");
    if (!uid_is(q->part[0]))
        return err_set(err, ERR_INPUT, "field.not_id", "id", NULL);
    if (!field_check_exact(j, fields, FIELD_COUNT(fields), err) ||
        !place_read(j, "stood", &stood, err) ||
        (code && (!published_catalogue(q->worker, q->arena, &c, err) ||
                  !catalogue_find(&c, code, &item, err))))
        return false;
    *w = (struct observation_wish){.id = q->part[0],
                                   .walk = json_text(j, "walk"),
                                   .category = code ? code : OBSERVATION_POLICE_ONLY,
                                   .note = json_text(j, "note"),
                                   .severity = json_int(j, "severity", DB_NULL),
                                   .agree = DB_NULL,
                                   .agree_of = DB_NULL,
                                   .stood = stood.at,
                                   .thing = GEO_NOWHERE,
                                   .at_ms = clock_now().utc_ms};
    return true;
}

static bool seal(struct store *s, void *data, struct err *err)
{
    struct sealing *x = data;
    struct walk w;
    return walker_by(s, x->q->arena, &x->wish.by_role, &x->wish.by_org, err) &&
           walk_find(s, x->q->arena, x->wish.walk, &w, err) &&
           seal_note(s, x->q->arena, &x->wish, NULL, err);
}

/* What is in the clear, and nothing else. The same id again is the retry of a tap. */
int api_seal_put(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct sealing x = {.q = q};
    struct json_out o = JSON_OUT(&r->body);
    int status = 201;
    char when[32];
    if (!read_wish(q, &x.wish, err))
        return 0;
    if (!walker_transact(q->worker, seal, &x, err)) {
        if (err->code != ERR_CONFLICT || strcmp(err->key, "observation.exists") != 0)
            return 0;
        *err = (struct err)ERR_INIT;
        status = 200;
    }
    clock_format(x.wish.at_ms, when);
    json_open(&o, NULL, '{');
    json_str(&o, "id", q->part[0]);
    json_str(&o, "walk", x.wish.walk);
    json_str(&o, "at", when);
    json_bool(&o, "withheld", true);
    json_close(&o, '}');
    return status;
}

/* ---- photos ---------------------------------------------------------------------- */

/* A photo on its way, in memory alone: room for the box, and in it the photo. */
struct closing_photo {
    uint8_t *room;
    size_t n, most;
};

static void forget(struct closing_photo *in)
{
    if (in->room)
        box_forget(in->room, in->n + BOX_OVERHEAD);
    free(in->room);
    in->room = NULL;
}

static bool sink_begin(struct http_request *q, struct err *err)
{
    struct closing_photo *in = arena_alloc(q->arena, sizeof *in);
    uint8_t key[BOX_PUBLIC];
    struct sealed of;
    q->sink = in;
    if (!uid_is(q->part[1]))
        return err_set(err, ERR_INPUT, "field.not_id", "id", NULL);
    if (!seal_key(q->worker, key, err) ||
        !seal_find(q->worker, q->arena, q->part[0], &of, err))
        return false;
    in->most = q->declared >= 0 ? (size_t)q->declared : SEAL_PHOTO_MOST;
    in->room = malloc(in->most + BOX_OVERHEAD);
    if (!in->room)
        err_die("seal", "out of memory");
    return true;
}

static bool sink_add(struct http_request *q, const void *bytes, size_t n, struct err *err)
{
    struct closing_photo *in = q->sink;
    if (n > in->most - in->n)
        return err_set(err, ERR_TOO_LARGE, "photo.too_large", NULL);
    memcpy(in->room + BOX_OVERHEAD + in->n, bytes, n);
    in->n += n;
    return true;
}

static void sink_cut(struct http_request *q)
{
    forget(q->sink);
}

const struct http_sink api_seal_photo_sink = {sink_begin, sink_add, sink_cut};

struct adding_photo {
    struct http_request *q;
    struct sealed_photo photo;
    bool done; /* the same deed, before */
};

static bool add_photo(struct store *s, void *data, struct err *err)
{
    struct adding_photo *x = data;
    if (!operation_done(s, x->q->part[1], &x->done, err))
        return false;
    return x->done ||
           (seal_photo_add(s, x->q->arena, x->q->part[0], &x->photo, err) &&
            operation_keep(s, x->q->part[1], err));
}

/* Each box differs, so a retry is known by the deed's id alone. */
static bool keep_photo(struct http_request *q, struct adding_photo *x, struct err *err)
{
    struct closing_photo *in = q->sink;
    if (!operation_done(q->worker, q->part[1], &x->done, err))
        return false;
    return x->done ||
           (seal_photo_close(q->worker, in->room, in->n, &x->photo, err) &&
            walker_transact(q->worker, add_photo, x, err));
}

int api_seal_photo_put(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct adding_photo x = {.q = q};
    struct json_out o = JSON_OUT(&r->body);
    struct sealed_photo *photos;
    size_t n = 0;
    bool ok = keep_photo(q, &x, err);
    forget(q->sink);
    if (!ok || !seal_photos(q->worker, q->arena, q->part[0], &photos, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_str(&o, "id", q->part[0]);
    json_num(&o, "photos", (int64_t)n);
    json_bool(&o, "withheld", true);
    json_close(&o, '}');
    return x.done ? 200 : 201;
}

/* ---- the key --------------------------------------------------------------------- */

/* The key things are sealed to; 409 when the pairing brought none. */
int api_seal_key(struct http_request *q, struct http_reply *r, struct err *err)
{
    uint8_t key[BOX_PUBLIC];
    char fingerprint[BOX_FINGERPRINT];
    struct json_out o = JSON_OUT(&r->body);
    if (!seal_key(q->worker, key, err))
        return 0;
    box_fingerprint(key, fingerprint);
    json_open(&o, NULL, '{');
    json_str(&o, "fingerprint", fingerprint);
    json_close(&o, '}');
    return 200;
}
