/* api_status: what has left the device, sending, and pairing. */
#include "walker/api.h"
#include "walker/carrying.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/file.h"
#include "core/store/local/hub.h"
#include "core/store/local/progress.h"
#include "core/store/reserve.h"

#include <string.h>

/* The sentence of the last failure. */
static const char *failure_words(struct arena *a, enum i18n_lang lang,
                                 const struct progress *p)
{
    if (!p->error)
        return NULL;
    return i18n_format(a, lang, p->error, p->argument[0] ? p->argument[0] : "",
                       p->argument[1] ? p->argument[1] : "",
                       p->argument[2] ? p->argument[2] : "",
                       p->argument[3] ? p->argument[3] : "", NULL);
}

/* In the reader's language; for everybody, lang NULL, in both. */
static void write_words(struct json_out *o, struct arena *a, const char *name,
                        const struct progress *p, const enum i18n_lang *lang)
{
    bool step = strcmp(name, "step_text") == 0;
    if (!step && !p->error) {
        json_null(o, name);
        return;
    }
    if (lang) {
        json_str(o, name, step ? i18n_text(*lang, p->step) : failure_words(a, *lang, p));
        return;
    }
    json_open(o, name, '{');
    json_str(o, "da", step ? i18n_text(I18N_DA, p->step) : failure_words(a, I18N_DA, p));
    json_str(o, "en", step ? i18n_text(I18N_EN, p->step) : failure_words(a, I18N_EN, p));
    json_close(o, '}');
}

static void write_sync(struct json_out *o, struct arena *a, const struct progress *p,
                       const enum i18n_lang *lang)
{
    json_open(o, "sync", '{');
    json_bool(o, "running", p->pid != 0);
    json_str(o, "step", p->step);
    write_words(o, a, "step_text", p, lang);
    json_num(o, "done", p->done);
    json_num(o, "of", p->of);
    json_num(o, "bytes_sent", p->bytes_sent);
    json_num(o, "bytes_of", p->bytes_of);
    if (p->left_s >= 0)
        json_num(o, "left_s", p->left_s);
    else
        json_null(o, "left_s");
    write_words(o, a, "error", p, lang);
    json_close(o, '}');
}

static void write_space(struct json_out *o, const struct store *s)
{
    int64_t left = file_space(s->dir);
    json_open(o, "space", '{');
    if (left == INT64_MAX)
        json_null(o, "free_bytes");
    else /* in steps, because every change of status is told to all who follow */
        json_num(o, "free_bytes", left / 50000000 * 50000000);
    json_bool(o, "low", left < reserve_least());
    json_close(o, '}');
}

bool api_status_json(struct store *s, struct arena *a, struct json_out *o,
                     const enum i18n_lang *lang, struct err *err)
{
    struct peer_counts c;
    struct progress p;
    struct carrying carrying;
    struct peer peer = {.synced_ms = DB_NULL};
    bool paired;
    const char *duty;
    if (!peer_count(s, &c, err) || !peer_read(s, a, &peer, &paired, err) ||
        !progress_read(s, a, &p, err) || !carrying_read(s, a, &carrying, err) ||
        !store_setting(s, a, "duty_phone", NULL, &duty, err))
        return false;
    json_open(o, NULL, '{');
    json_open(o, "records", '{');
    json_num(o, "made", c.records_made);
    json_num(o, "stored", c.records_verified);
    json_num(o, "verified", c.records_verified);
    json_close(o, '}');
    json_open(o, "photos", '{');
    json_num(o, "made", c.photos_made);
    json_num(o, "stored", c.photos_stored);
    json_num(o, "verified", c.photos_verified);
    json_close(o, '}');
    json_open(o, "points", '{');
    json_num(o, "made", c.points_made);
    json_num(o, "verified", c.points_made - c.points_unconfirmed);
    json_close(o, '}');
    json_num(o, "points_waiting", c.points_waiting);
    json_num(o, "held_back", c.held_back);
    json_num(o, "aside", c.aside);
    json_num(o, "typed", c.typed);
    json_num(o, "unshown", c.unshown);
    json_bool(o, "metered", p.metered);
    json_num(o, "wifi_waiting", p.metered ? c.originals_waiting : 0);
    json_num(o, "wifi_bytes", p.metered ? c.originals_bytes : 0);
    bool dated = c.all_confirmed && paired && peer.synced_ms > 0;
    json_time(o, "confirmed_at", dated ? peer.synced_ms : CLOCK_NONE);
    json_bool(o, "all_confirmed", c.all_confirmed);
    json_bool(o, "paired", paired);
    carrying_json(o, &carrying);
    json_str(o, "duty_phone", duty && *duty ? duty : NULL);
    write_space(o, s);
    write_sync(o, a, &p, lang);
    json_close(o, '}');
    return true;
}

int api_status(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    return api_status_json(q->worker, q->arena, &o, &q->lang, err) ? 200 : 0;
}

int api_sync(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {{"anyway", FIELD_BOOL, 0, 0, 0, NULL}};
    const struct walker_app *app = q->app;
    struct peer p;
    bool paired, carried;
    if ((q->json && !field_check_exact(q->json, fields, FIELD_COUNT(fields), err)) ||
        !peer_read(q->worker, q->arena, &p, &paired, err) ||
        !hub_read(q->worker, q->arena, &p, &carried, err))
        return 0;
    if (!paired && !carried) {
        err_set(err, ERR_CONFLICT, "sync.not_paired", NULL);
        return 0;
    }
    if (!child_start_sync(app->data, json_true(q->json, "anyway") ? "--anyway" : NULL,
                          err))
        return 0;
    buf_str(&r->body, "{\"started\":true}");
    return 202;
}

/* What a hub's QR code says stands in url alone; a code and a key's pin may be given
 * apart. */
int api_pair(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"url", FIELD_TEXT, 8, 400, FIELD_REQUIRED, NULL},
        {"code", FIELD_TEXT, 0, 40, 0, NULL},
        {"pin", FIELD_TEXT, 0, 60, 0, NULL},
        {"name", FIELD_TEXT, 0, 80, 0, NULL},
    };
    const struct walker_app *app = q->app;
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    const char *name = json_text(q->json, "name"), *code = json_text(q->json, "code");
    const char *pin = json_text(q->json, "pin");
    const char *argv[14] = {"walker-sync", "pair",   "--data",
                            app->data,     "--name", name && *name ? name : "Tablet",
                            "--no-fetch"};
    size_t n = 7;
    if (pin && *pin) {
        argv[n++] = "--pin";
        argv[n++] = pin;
    }
    argv[n++] = "--";
    argv[n++] = json_text(q->json, "url");
    if (code && *code)
        argv[n++] = code;
    struct err later = ERR_INIT; /* then the next sync fetches */
    if (!child_run_sync(q->arena, argv, q->lang, "sync.said", err))
        return 0;
    child_start_sync(app->data, "--fetch", &later);
    return api_about(q, r, err);
}
