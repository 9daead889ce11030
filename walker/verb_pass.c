/* walker pass: lets phones write about one walk for one evening. */
#include "walker/app.h"
#include "walker/invite.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/store/local/pass.h"

#include <stdio.h>

struct issued {
    struct pass pass;
    struct walk walk;
    const char *url, *plain;
};

static bool issue(struct store *s, struct verb_call *call, struct issued *x,
                  struct err *err)
{
    char secret[PASS_SECRET];
    const char *id = call->argument_count > 0 ? call->argument[0] : NULL;
    if (!invite_doors(s, call->arena, &x->url, &x->plain, err) ||
        !walker_walk(call, s, id, false, &x->walk, err) ||
        !pass_new(s, x->walk.id, secret, &x->pass, err))
        return false;
    x->url = arena_printf(call->arena, "%s/join?pass=%s", x->url, secret);
    if (*x->plain)
        x->plain = arena_printf(call->arena, "%s/join?pass=%s", x->plain, secret);
    return true;
}

static void print_json(const struct issued *x)
{
    struct verb_answer answer;
    verb_answer_begin(&answer);
    pass_json(&answer.json, "pass", &x->pass);
    json_str(&answer.json, "url", x->url);
    if (*x->plain)
        json_str(&answer.json, "plain_url", x->plain);
    verb_answer_end(&answer);
}

static bool draw(struct verb_call *call, const char *text, struct err *err)
{
    const char *qr;
    if (!child_qr(call->arena, text, "utf8", &qr, err))
        return false;
    fputs(qr, stdout);
    return true;
}

static bool run_new(struct verb_call *call, struct err *err)
{
    struct store s;
    struct issued x;
    char until[32];
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = issue(&s, call, &x, err);
    store_close(&s);
    if (!ok)
        return false;
    if (call->json) {
        print_json(&x);
        return true;
    }
    clock_minute(x.pass.until_ms, until);
    if (!draw(call, x.url, err))
        return false;
    verb_say(call, "pass.scan", x.walk.title, until, x.url, NULL);
    if (*x.plain) {
        if (!draw(call, x.plain, err))
            return false;
        verb_say(call, "pass.plain", x.plain, NULL);
    }
    puts(x.pass.id);
    return true;
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s;
    struct pass *list;
    size_t n;
    struct verb_list l;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = pass_list(&s, call->arena, NULL, &list, &n, err);
    store_close(&s);
    verb_list_begin(&l, "passes");
    for (size_t i = 0; ok && i < n; i++) {
        char until[32];
        clock_minute(list[i].until_ms, until);
        pass_json(&l.json, NULL, &list[i]);
        if (!call->json)
            verb_say(call, list[i].good ? "pass.line" : "pass.line_over", list[i].id,
                     until, verb_number(call, list[i].phones), NULL);
    }
    verb_list_end(&l, call, ok);
    return ok;
}

static bool run_revoke(struct verb_call *call, struct err *err)
{
    struct store s;
    struct pass p;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = pass_revoke(&s, call->argument[0], &p, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "id", p.id);
        json_bool(&x.json, "revoked", true);
        verb_answer_end(&x);
    } else if (ok) {
        verb_say(call, "pass.revoked", NULL);
        puts(p.id);
    }
    return ok;
}

const struct verb pass_verb = {"pass", "walker.help.pass", "[WALK]", NULL, 0, 0, 1,
                               run_new};
const struct verb pass_list_verb = {"pass list", "walker.help.pass_list", NULL, NULL, 0, 0,
                                    0, run_list};
const struct verb pass_revoke_verb = {"pass revoke", "walker.help.pass_revoke", "ID", NULL,
                                      0, 1, 1, run_revoke};
