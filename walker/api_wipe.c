/* api_wipe: a walk leaves this device from the page: what would go, and letting it go. As
 * `walker wipe` does it: the registry is asked once more, unless somebody says that what
 * it proved before is enough. */
#include "walker/api.h"

#include "core/base/field.h"
#include "core/base/text.h"
#include "core/store/local/draft.h"
#include "core/store/wipe.h"

static void counts_json(struct json_out *o, const struct wipe_counts *c, int64_t points)
{
    json_open(o, NULL, '{');
    json_num(o, "points", points);
    json_num(o, "records", c->records);
    json_num(o, "photos", c->photos);
    json_num(o, "bytes", c->bytes);
    json_num(o, "left", c->left);
    json_close(o, '}');
}

int api_wipe_look(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct wipe_counts c;
    struct json_out o = JSON_OUT(&r->body);
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err) ||
        !wipe_look(q->worker, w.id, &c, err))
        return 0;
    counts_json(&o, &c, w.points);
    return 200;
}

static bool ask_again(struct http_request *q, struct err *err)
{
    const struct walker_app *app = q->app;
    const char *argv[] = {"walker-sync", "sync", "--prove", "--data", app->data, NULL};
    return child_run_sync(q->arena, argv, q->lang, "wipe.not_asked", err);
}

int api_wipe(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {{"offline", FIELD_BOOL, 0, 0, 0, NULL}};
    struct walk w;
    struct wipe_counts c;
    struct json_out o = JSON_OUT(&r->body);
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !walk_find(q->worker, q->arena, q->part[0], &w, err))
        return 0;
    walker_settle_drafts(q->worker, DRAFT_OLD_MS);
    if (!walker_settle_track(q->worker, w.id, err) ||
        !wipe_look(q->worker, w.id, &c, err))
        return 0;
    const int64_t points = w.points;
    if (c.left == 0 && !json_true(q->json, "offline") && !ask_again(q, err))
        return 0;
    if (!wipe_walk(q->worker, w.id, &c, err))
        return 0;
    counts_json(&o, &c, points);
    return 200;
}
