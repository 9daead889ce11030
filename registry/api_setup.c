/* api_setup: parties, catalogue, areas and devices. */
#include "registry/app.h"

#include "core/base/clock.h"
#include "core/store/area.h"
#include "core/store/catalogue_json.h"
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

int api_devices(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct device *devices;
    size_t n;
    struct json_out o = JSON_OUT(&r->body);
    if (!device_list(q->worker, q->arena, &devices, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "devices", '[');
    for (size_t i = 0; i < n; i++)
        device_json(&o, NULL, &devices[i]);
    json_close(&o, ']');
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
