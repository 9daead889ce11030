/* api_status: what has left the device, sending, and pairing. */
#include "walker/api.h"

#include "core/base/field.h"
#include "core/store/local/peer.h"
#include "core/store/local/progress.h"

/* The sentence of the last failure, in the page's language. */
static const char *failure_words(struct http_request *q, const struct progress *p)
{
    return i18n_format(q->arena, q->lang, p->error, p->argument[0] ? p->argument[0] : "",
                       p->argument[1] ? p->argument[1] : "",
                       p->argument[2] ? p->argument[2] : "",
                       p->argument[3] ? p->argument[3] : "", NULL);
}

static void write_sync(struct http_request *q, struct json_out *o,
                       const struct progress *p)
{
    json_open(o, "sync", '{');
    json_bool(o, "running", p->pid != 0);
    json_str(o, "step", p->step);
    json_str(o, "step_text", i18n_text(q->lang, p->step));
    json_num(o, "done", p->done);
    json_num(o, "of", p->of);
    json_str(o, "error", p->error ? failure_words(q, p) : NULL);
    json_close(o, '}');
}

int api_status(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct peer_counts c;
    struct progress p;
    struct json_out o = JSON_OUT(&r->body);
    if (!peer_count(q->worker, &c, err) || !progress_read(q->worker, q->arena, &p, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "records", '{');
    json_num(&o, "made", c.records_made);
    json_num(&o, "stored", c.records_verified);
    json_num(&o, "verified", c.records_verified);
    json_close(&o, '}');
    json_open(&o, "photos", '{');
    json_num(&o, "made", c.photos_made);
    json_num(&o, "stored", c.photos_stored);
    json_num(&o, "verified", c.photos_verified);
    json_close(&o, '}');
    json_num(&o, "points_waiting", c.points_waiting);
    json_num(&o, "held_back", c.held_back);
    json_bool(&o, "all_confirmed", c.all_confirmed);
    write_sync(q, &o, &p);
    json_close(&o, '}');
    return 200;
}

int api_sync(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct walker_app *app = q->app;
    struct peer p;
    bool paired;
    if (!peer_read(q->worker, q->arena, &p, &paired, err))
        return 0;
    if (!paired) {
        err_set(err, ERR_CONFLICT, "sync.not_paired", NULL);
        return 0;
    }
    if (!child_start_sync(app->data, err))
        return 0;
    buf_str(&r->body, "{\"started\":true}");
    return 202;
}

int api_pair(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"url", FIELD_TEXT, 8, 280, FIELD_REQUIRED, NULL},
        {"code", FIELD_TEXT, 8, 40, FIELD_REQUIRED, NULL},
        {"name", FIELD_TEXT, 0, 80, 0, NULL},
    };
    const struct walker_app *app = q->app;
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    const char *name = json_text(q->json, "name");
    const char *argv[] = {"walker-sync",
                          "pair",
                          "--data",
                          app->data,
                          "--name",
                          name && *name ? name : "Tablet",
                          "--",
                          json_text(q->json, "url"),
                          json_text(q->json, "code"),
                          NULL};
    if (!child_run_sync(q->arena, argv, q->lang, err))
        return 0;
    return api_about(q, r, err);
}
