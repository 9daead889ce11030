/* walker hub code | list | revoke: the tablets of a walk that sync with this hub. */
#include "walker/app.h"
#include "walker/invite.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/store/local/device.h"

#include <stdio.h>

static bool run_code(struct verb_call *call, struct err *err)
{
    struct store s;
    struct invite in;
    const char *qr = "";
    char expires[32];
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = invite_tablet(&s, call->arena, &in, err);
    store_close(&s);
    if (!ok || (!call->json && !child_qr(call->arena, in.text, "utf8", &qr, err)))
        return false;
    clock_format(in.expires_ms, expires);
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "code", in.code);
        json_str(&x.json, "url", in.url);
        json_str(&x.json, "pin", in.pin);
        json_str(&x.json, "text", in.text);
        json_str(&x.json, "expires", expires);
        verb_answer_end(&x);
        return true;
    }
    fputs(qr, stdout);
    verb_say(call, "hub.scan", in.text, NULL);
    verb_say(call, "hub.or_type", in.url, in.code, in.pin, NULL);
    puts(in.code);
    return true;
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s;
    struct device *rows;
    size_t n;
    struct verb_list l;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = device_list(&s, call->arena, &rows, &n, err);
    store_close(&s);
    verb_list_begin(&l, "devices");
    for (size_t i = 0; ok && i < n; i++) {
        bool revoked = rows[i].revoked_ms != DB_NULL;
        device_json(&l.json, NULL, &rows[i]);
        if (!call->json)
            verb_say(call, revoked ? "hub.line_revoked" : "hub.line", rows[i].id,
                     rows[i].name, NULL);
    }
    verb_list_end(&l, call, ok);
    return ok;
}

static bool run_revoke(struct verb_call *call, struct err *err)
{
    struct store s;
    struct device d;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = device_revoke(&s, call->argument[0], &d, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "id", d.id);
        json_bool(&x.json, "revoked", true);
        verb_answer_end(&x);
    } else if (ok) {
        verb_say(call, "hub.revoked", d.name, NULL);
        puts(d.id);
    }
    return ok;
}

const struct verb hub_code_verb = {"hub code", "walker.help.hub_code", NULL, NULL, 0, 0, 0,
                                   run_code};
const struct verb hub_list_verb = {"hub list", "walker.help.hub_list", NULL, NULL, 0, 0, 0,
                                   run_list};
const struct verb hub_revoke_verb = {"hub revoke", "walker.help.hub_revoke", "ID", NULL, 0,
                                     1, 1, run_revoke};
