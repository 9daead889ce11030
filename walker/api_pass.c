/* api_pass: walk passes: made and taken back on the hub's own page, shown by a phone. */
#include "walker/api.h"
#include "walker/invite.h"

#include "core/base/clock.h"

#include <stdlib.h>
#include <string.h>

static void set_cookie(struct http_request *q, struct http_reply *r, const char *value,
                       int64_t seconds)
{
    bool plain = q->door == DOOR_PLAIN;
    http_reply_header(
        r, "Set-Cookie",
        arena_printf(q->arena, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
                     plain ? "lygte_pass_plain" : "lygte_pass", value,
                     (long long)seconds, plain ? "" : "; Secure"));
}

/* The address of the QR code is opened; after that the cookie speaks. A phone that is in
 * already stays who it was, so that its outbox has one owner. */
int api_join(struct http_request *q, struct http_reply *r, struct err *err)
{
    const char *secret = http_query(q, "pass");
    char cookie[PASS_SECRET];
    struct pass known, p;
    bool is_known = false;
    if (!pass_of_cookie(q->worker, walker_pass_cookie(q), q->door == DOOR_PLAIN, &known,
                        &is_known, err))
        return 0;
    secret = secret ? secret : "";
    if (!pass_shown(q->worker, secret, &p, err))
        return 0;
    if (!is_known || strcmp(known.walk, p.walk) != 0) {
        if (!pass_trade(q->worker, secret, q->door == DOOR_PLAIN, cookie, &p, err))
            return 0;
        set_cookie(q, r, cookie, (p.until_ms - p.made_ms) / 1000);
    }
    http_reply_header(r, "Location", arena_printf(q->arena, "/#/walk/%s", p.walk));
    return 303;
}

/* Who is asking, for the page that must know what to show. */
int api_me(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    const struct pass *p;
    const char *gate, *duty;
    struct err nobody = ERR_INIT;
    if (!store_setting(q->worker, q->arena, "gate_m", "15", &gate, err) ||
        !store_setting(q->worker, q->arena, "duty_phone", "", &duty, err))
        return 0;
    bool in = walker_admit(q, ACCESS_KEY | ACCESS_PASS, &nobody);
    p = in ? walker_pass(q) : NULL;
    json_open(&o, NULL, '{');
    json_str(&o, "as", p ? "pass" : in ? "owner" : "nobody");
    json_bool(&o, "hub", q->door != DOOR_PAGE);
    json_bool(&o, "secure", q->door != DOOR_PLAIN);
    json_num(&o, "gate_m", strtoll(gate, NULL, 10));
    if (in) /* a phone that joined is the one device that can call it */
        json_str(&o, "duty_phone", *duty ? duty : NULL);
    if (p)
        pass_json(&o, "pass", p);
    json_close(&o, '}');
    return 200;
}

/* ---- the leader's side ----------------------------------------------------------- */

static bool write_doors(struct http_request *q, struct json_out *o, const char *secret,
                        struct err *err)
{
    const char *url, *plain, *svg;
    if (!invite_doors(q->worker, q->arena, &url, &plain, err))
        return false;
    url = arena_printf(q->arena, "%s/join?pass=%s", url, secret);
    if (!child_qr(q->arena, url, "svg", &svg, err))
        return false;
    json_str(o, "url", url);
    json_str(o, "svg", svg);
    if (!*plain)
        return true;
    plain = arena_printf(q->arena, "%s/join?pass=%s", plain, secret);
    if (!child_qr(q->arena, plain, "svg", &svg, err))
        return false;
    json_str(o, "plain_url", plain);
    json_str(o, "plain_svg", svg);
    return true;
}

int api_pass_new(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    struct walk w;
    struct pass p;
    char secret[PASS_SECRET];
    const char *url, *plain;
    if (!invite_doors(q->worker, q->arena, &url, &plain, err) ||
        !walk_find(q->worker, q->arena, q->part[0], &w, err) ||
        !pass_new(q->worker, w.id, secret, &p, err))
        return 0;
    json_open(&o, NULL, '{');
    pass_json(&o, "pass", &p);
    if (!write_doors(q, &o, secret, err))
        return 0;
    json_close(&o, '}');
    return 201;
}

int api_passes(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    struct walk w;
    struct pass *list;
    size_t n;
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err) ||
        !pass_list(q->worker, q->arena, w.id, &list, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "passes", '[');
    for (size_t i = 0; i < n; i++)
        pass_json(&o, NULL, &list[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_pass_drop(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct pass p;
    (void)r;
    return pass_revoke(q->worker, q->part[0], &p, err) ? 204 : 0;
}
