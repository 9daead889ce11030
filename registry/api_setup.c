/* api_setup: parties, catalogue, areas and devices. */
#include "registry/app.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/store/area.h"
#include "core/store/catalogue_json.h"
#include "core/store/local/care.h"
#include "core/store/local/stranger.h"
#include "core/store/party.h"

int api_parties(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct party *parties;
    size_t n;
    struct json_out o = JSON_OUT(&r->body);
    if (!party_list(q->worker, q->arena, &parties, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "parties", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        json_str(&o, "code", parties[i].code);
        json_str(&o, "da", parties[i].da);
        json_str(&o, "en", parties[i].en);
        json_str(&o, "kind", parties[i].kind);
        json_str(&o, "mail", parties[i].mail);
        json_str(&o, "phone", parties[i].phone);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_catalogue(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct registry_app *app = q->app;
    struct json_out o = JSON_OUT(&r->body);
    (void)err;
    catalogue_json(&o, &app->catalogue);
    return 200;
}

int api_areas(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct area *areas;
    size_t n;
    if (!area_list(q->worker, q->arena, &areas, &n, err))
        return 0;
    area_geojson(&r->body, areas, n);
    r->type = "application/geo+json";
    return 200;
}

static bool write_devices(struct http_request *q, struct json_out *o, struct err *err)
{
    struct device *devices;
    struct care_salvage salvage;
    size_t n;
    bool salvaged, ok = device_list(q->worker, q->arena, &devices, &n, err);
    json_open(o, "devices", '[');
    for (size_t i = 0; ok && i < n; i++) {
        ok = care_salvage_of(q->worker, devices[i].id, &salvage, &salvaged, err);
        if (ok)
            care_device_json(o, NULL, &devices[i], salvaged ? &salvage : NULL);
    }
    json_close(o, ']');
    return ok;
}

/* Who is paired, what of theirs somebody must look after, and who waits to be admitted. */
int api_devices(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct care *care;
    size_t n;
    struct json_out o = JSON_OUT(&r->body);
    json_open(&o, NULL, '{');
    if (!write_devices(q, &o, err) || !care_list(q->worker, q->arena, &care, &n, err))
        return 0;
    json_open(&o, "care", '[');
    for (size_t i = 0; i < n; i++)
        care_json(&o, NULL, &care[i]);
    json_close(&o, ']');
    if (!care_strangers_json(q->worker, q->arena, &o, "strangers", err))
        return 0;
    json_close(&o, '}');
    return 200;
}

int api_stranger_admit(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"name", FIELD_TEXT, 1, DEVICE_NAME_MOST, FIELD_REQUIRED, NULL}};
    struct json_out o = JSON_OUT(&r->body);
    int64_t n = 0;
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !stranger_admit(q->worker, q->part[0], json_text(q->json, "name"), &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_str(&o, "admitted", q->part[0]);
    json_num(&o, "records", n);
    json_close(&o, '}');
    return 200;
}

int api_device_code(struct http_request *q, struct http_reply *r, struct err *err)
{
    char code[DEVICE_CODE], when[32];
    int64_t expires;
    struct json_out o = JSON_OUT(&r->body);
    if (!device_code_new(q->worker, code, &expires, err))
        return 0;
    clock_format(expires, when);
    json_open(&o, NULL, '{');
    json_str(&o, "code", code);
    json_str(&o, "expires", when);
    json_close(&o, '}');
    return 201;
}

int api_device_drop(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)r;
    return device_revoke(q->worker, q->part[0], NULL, err) ? 204 : 0;
}
