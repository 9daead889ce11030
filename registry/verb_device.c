/* registry device code | list | revoke ID | admit ORIGIN --name NAME: tablets that may
 * send. */
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/store/local/device.h"
#include "core/store/local/stranger.h"
#include "core/store/published.h"
#include "registry/follow.h"
#include "registry/verbs.h"

#include <stdio.h>

static void minute_of(int64_t ms, char out[32])
{
    int year, month, day, hour, minute;
    if (ms == DB_NULL) {
        snprintf(out, 32, "-");
        return;
    }
    clock_local(ms, &year, &month, &day, &hour, &minute);
    snprintf(out, 32, "%04d-%02d-%02d %02d:%02d", year, month, day, hour, minute);
}

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
        struct buf line = BUF_INIT;
        struct json_out o = JSON_OUT(&line);
        clock_format(expires, when);
        json_open(&o, NULL, '{');
        json_str(&o, "code", code);
        json_str(&o, "expires", when);
        json_close(&o, '}');
        verbs_print(&line);
        return true;
    }
    snprintf(minutes, sizeof minutes, "%d", DEVICE_CODE_S / 60);
    verb_say(call, "device.code_made", minutes, NULL);
    puts(code);
    return true;
}

static void print_devices(const struct verb_call *call, const struct device *rows,
                          size_t n)
{
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    json_open(&o, NULL, '{');
    json_open(&o, "devices", '[');
    for (size_t i = 0; i < n; i++) {
        char paired[32], seen[32];
        minute_of(rows[i].paired_ms, paired);
        minute_of(rows[i].seen_ms, seen);
        bool revoked = rows[i].revoked_ms != DB_NULL;
        const char *key = revoked ? "device.line_revoked" : "device.line";
        device_json(&o, NULL, &rows[i]);
        if (!call->json)
            verb_say(call, key, rows[i].id, rows[i].name, paired, seen, NULL);
    }
    json_close(&o, ']');
    json_close(&o, '}');
    if (call->json)
        verbs_print(&line);
    else
        buf_release(&line);
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct device *rows = NULL;
    size_t n = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    bool ok = verbs_close(&s, device_list(&s, call->arena, &rows, &n, err), err);
    if (ok)
        print_devices(call, rows, n);
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
        verbs_print(&line);
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
    if (ok) {
        ok = db_begin(&s.db, err) && device_admit(&s, call->arena, call->argument[0],
                                                  name ? name : "", err);
        if (ok)
            ok = db_commit(&s.db, err);
        else
            db_rollback(&s.db);
    }
    ok = ok && stranger_let_in(&s, &n, err);
    store_close(&s);
    if (ok && call->json)
        printf("{\"admitted\":\"%s\",\"records\":%lld}\n", call->argument[0], (long long)n);
    else if (ok)
        verb_say(call, "device.admitted", name, arena_printf(call->arena, "%lld", (long long)n),
                 NULL);
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
