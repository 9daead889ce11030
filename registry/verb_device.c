/* registry device code | list | revoke ID | admit ORIGIN --name NAME: tablets that may
 * send, who waits to, and what of theirs somebody must look after. */
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/local/care.h"
#include "core/store/local/device.h"
#include "core/store/local/stranger.h"
#include "core/store/published.h"
#include "registry/follow.h"
#include "registry/verbs.h"

#include <stdio.h>

static bool run_code(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    char code[DEVICE_CODE] = "", when[32], minutes[8];
    int64_t expires = 0;
    if (!verbs_open(&s, call, true, err))
        return false;
    if (!verbs_close(&s, device_code_new(&s, code, &expires, err), err))
        return false;
    if (call->json) {
        struct verb_answer x;
        clock_format(expires, when);
        verb_answer_begin(&x);
        json_str(&x.json, "code", code);
        json_str(&x.json, "expires", when);
        verb_answer_end(&x);
        return true;
    }
    snprintf(minutes, sizeof minutes, "%d", DEVICE_CODE_S / 60);
    verb_say(call, "device.code_made", minutes, NULL);
    puts(code);
    return true;
}

static bool tell_device(struct verb_call *call, struct store *s, struct json_out *o,
                        const struct device *d, struct err *err)
{
    char paired[32], seen[32], at[32];
    struct care_salvage salvage;
    bool salvaged;
    if (!care_salvage_of(s, d->id, &salvage, &salvaged, err))
        return false;
    care_device_json(o, NULL, d, salvaged ? &salvage : NULL);
    if (call->json)
        return true;
    clock_minute(d->paired_ms, paired);
    clock_minute(d->seen_ms, seen);
    verb_say(call, d->revoked_ms != DB_NULL ? "device.line_revoked" : "device.line", d->id,
             d->name, paired, seen, NULL);
    if (salvaged) {
        clock_minute(salvage.at_ms, at);
        verb_say(call, "device.line_salvaged", at, verb_number(call, salvage.kept),
                 verb_number(call, salvage.lost), NULL);
    }
    return true;
}

/* "3, 7-9" */
static const char *holes(const struct verb_call *call, const struct care *c)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < c->holes; i++) {
        buf_printf(&text, "%s%lld", i ? ", " : "", (long long)c->hole[i][0]);
        if (c->hole[i][1] > c->hole[i][0])
            buf_printf(&text, "-%lld", (long long)c->hole[i][1]);
    }
    const char *copy = buf_dup(&text, call->arena);
    buf_release(&text);
    return copy;
}

static void tell_care(const struct verb_call *call, const struct care *c)
{
    char origin[RECORD_ORIGIN_HEX];
    text_hex(c->origin, RECORD_ORIGIN, origin);
    const char *who = *c->name ? c->name : origin;
    if (c->missing)
        verb_say(call, "device.line_missing", who, origin,
                 verb_number(call, c->missing), holes(call, c), NULL);
    if (c->newer)
        verb_say(call, "device.line_newer", who, origin, verb_number(call, c->newer),
                 NULL);
    if (c->refused)
        verb_say(call, "device.line_refused", who, origin,
                 verb_number(call, c->refused), NULL);
    if (c->aside_large)
        verb_say(call, "device.line_aside_large", who, origin,
                 verb_number(call, c->aside_large), NULL);
    if (c->aside_form)
        verb_say(call, "device.line_aside_form", who, origin,
                 verb_number(call, c->aside_form), NULL);
    if (c->lost)
        verb_say(call, "device.line_lost", who, origin, verb_number(call, c->lost),
                 NULL);
}

static bool tell_strangers(const struct verb_call *call, struct store *s, struct err *err)
{
    struct stranger *list;
    size_t n;
    if (!stranger_list(s, call->arena, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        char origin[RECORD_ORIGIN_HEX], since[32];
        text_hex(list[i].origin, RECORD_ORIGIN, origin);
        clock_minute(list[i].came_ms, since);
        verb_say(call, "device.line_stranger", origin,
                 verb_number(call, list[i].records), verb_number(call, list[i].photos),
                 since, NULL);
    }
    return true;
}

static bool tell_all(struct verb_call *call, struct store *s, struct json_out *o,
                     struct err *err)
{
    struct device *rows;
    struct care *care;
    size_t n, cares;
    if (!device_list(s, call->arena, &rows, &n, err) ||
        !care_list(s, call->arena, &care, &cares, err))
        return false;
    json_open(o, NULL, '{');
    json_open(o, "devices", '[');
    for (size_t i = 0; i < n; i++)
        if (!tell_device(call, s, o, &rows[i], err))
            return false;
    json_close(o, ']');
    json_open(o, "care", '[');
    for (size_t i = 0; i < cares; i++) {
        care_json(o, NULL, &care[i]);
        if (!call->json)
            tell_care(call, &care[i]);
    }
    json_close(o, ']');
    bool ok = care_strangers_json(s, call->arena, o, "strangers", err);
    json_close(o, '}');
    return ok && (call->json || tell_strangers(call, s, err));
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    if (!verbs_open(&s, call, false, err))
        return false;
    bool ok = verbs_close(&s, tell_all(call, &s, &o, err), err);
    if (ok && call->json)
        verb_print(&line);
    else
        buf_release(&line);
    return ok;
}

static bool run_revoke(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct device d = {0};
    if (!verbs_open(&s, call, false, err))
        return false;
    if (!verbs_close(&s, device_revoke(&s, call->argument[0], &d, err), err))
        return false;
    if (call->json) {
        struct buf line = BUF_INIT;
        struct json_out o = JSON_OUT(&line);
        device_json(&o, NULL, &d);
        verb_print(&line);
        return true;
    }
    verb_say(call, "device.is_revoked", d.name, NULL);
    puts(d.id);
    return true;
}

/* Whoever comes by stick only cannot pair; a person says here that its records count. */
static bool run_admit(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct catalogue catalogue;
    const char *name = verb_value(call, "name");
    int64_t n = 0;
    if (!verbs_open(&s, call, true, err))
        return false;
    bool ok = published_catalogue(&s, call->arena, &catalogue, err);
    s.applied = follow;
    s.hook_data = &catalogue;
    ok = ok && stranger_admit(&s, call->argument[0], name ? name : "", &n, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "admitted", call->argument[0]);
        json_num(&x.json, "records", n);
        verb_answer_end(&x);
    } else if (ok)
        verb_say(call, "device.admitted", name, verb_number(call, n), NULL);
    return ok;
}

static const struct verb_option admit_options[] = {{"name", true, "NAME"}};
const struct verb device_admit_verb = {"device admit", "registry.help_device_admit",
                                       "ORIGIN",       VERB_OPTIONS(admit_options),
                                       1,              1,
                                       run_admit};
const struct verb device_code_verb = {
    "device code", "registry.help_device_code", NULL, NULL, 0, 0, 0, run_code};
const struct verb device_list_verb = {
    "device list", "registry.help_device_list", NULL, NULL, 0, 0, 0, run_list};
const struct verb device_revoke_verb = {
    "device revoke", "registry.help_device_revoke", "ID", NULL, 0, 1, 1, run_revoke};
