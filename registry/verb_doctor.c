/* registry doctor [--rebuild]: reads everything again and says what is damaged or
 * missing. Exit 1 when anything is; what is only worth knowing changes nothing. */
#include "core/base/json.h"
#include "core/store/check.h"
#include "registry/verbs.h"

#include <stdio.h>

static const struct verb_option options[] = {{"rebuild", false, NULL}};

struct visit {
    struct verb_call *call;
    struct json_out *json;
    int64_t damaged, notes;
};

static bool take(const struct check_finding *f, void *data, struct err *err)
{
    struct visit *v = data;
    (void)err;
    ++*(f->damage ? &v->damaged : &v->notes);
    json_open(v->json, NULL, '{');
    json_str(v->json, "kind", f->kind);
    json_str(v->json, "name", f->name);
    json_bool(v->json, "damage", f->damage);
    json_str(v->json, "key", f->err.key);
    json_close(v->json, '}');
    if (f->damage)
        verb_complain(v->call, &f->err);
    else if (!v->call->json)
        puts(i18n_error(v->call->arena, v->call->lang, &f->err));
    return true;
}

static bool look(struct store *s, struct visit *v, int64_t *records, int64_t *photos,
                 struct err *err)
{
    return check_database(s, take, v, err) && check_records(s, take, v, records, err) &&
           check_photos(s, take, v, photos, err) &&
           (!verb_flag(v->call, "rebuild") || check_fold(s, take, v, err));
}

static void say(const struct verb_call *call, const char *key, int64_t records,
                int64_t photos, int64_t damaged)
{
    char n[3][24];
    snprintf(n[0], sizeof n[0], "%lld", (long long)records);
    snprintf(n[1], sizeof n[1], "%lld", (long long)photos);
    snprintf(n[2], sizeof n[2], "%lld", (long long)damaged);
    verb_say(call, key, n[0], n[1], n[2], NULL);
}

static bool run_doctor(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    struct visit v = {.call = call, .json = &o};
    int64_t records = 0, photos = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    json_open(&o, NULL, '{');
    json_open(&o, "findings", '[');
    bool ok = verbs_close(&s, look(&s, &v, &records, &photos, err), err);
    call->partly = v.damaged > 0;
    json_close(&o, ']');
    json_num(&o, "records", records);
    json_num(&o, "photos", photos);
    json_num(&o, "damaged", v.damaged);
    json_bool(&o, "ok", ok && v.damaged == 0);
    json_close(&o, '}');
    if (ok && call->json) {
        verbs_print(&line);
        return true;
    }
    buf_release(&line);
    if (ok)
        say(call, v.damaged ? "check.damaged" : "check.whole", records, photos,
            v.damaged);
    return ok;
}

const struct verb doctor_verb = {
    "doctor", "registry.help_doctor", NULL, VERB_OPTIONS(options), 0, 0, run_doctor};
