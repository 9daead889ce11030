/* doctor: see the header. */
#include "core/store/doctor.h"

#include "core/base/json.h"

#include <stdio.h>

struct visit {
    struct verb_call *call;
    struct json_out *json;
    int64_t damaged;
};

static bool take(const struct check_finding *f, void *data, struct err *err)
{
    struct visit *v = data;
    (void)err;
    v->damaged += f->damage;
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

static void say(struct verb_call *call, int64_t records, int64_t photos, int64_t damaged)
{
    verb_say(call, damaged ? "check.damaged" : "check.whole",
             verb_number(call, records), verb_number(call, photos),
             verb_number(call, damaged), NULL);
}

static bool look_more(struct store *s, const doctor_more *more, struct visit *v,
                      struct err *err)
{
    for (; *more; more++)
        if (!(*more)(s, take, v, err))
            return false;
    return true;
}

bool doctor_run(struct verb_call *call, struct store *s, const doctor_more *more,
                struct err *err)
{
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    struct visit v = {call, &o, 0};
    int64_t records = 0, photos = 0;
    json_open(&o, NULL, '{');
    json_open(&o, "findings", '[');
    bool ok =
        check_database(s, take, &v, err) && check_records(s, take, &v, &records, err) &&
        check_salvaged(s, take, &v, err) && check_aside(s, take, &v, err) &&
        check_strangers(s, take, &v, err) && check_photos(s, take, &v, &photos, err) &&
        check_erasing(s, take, &v, err) && look_more(s, more, &v, err) &&
        (!verb_flag(call, "rebuild") || check_fold(s, take, &v, err));
    call->partly = v.damaged > 0;
    json_close(&o, ']');
    json_num(&o, "records", records);
    json_num(&o, "photos", photos);
    json_num(&o, "damaged", v.damaged);
    json_bool(&o, "ok", ok && v.damaged == 0);
    json_close(&o, '}');
    if (ok && call->json)
        verb_print(&line);
    else if (ok)
        say(call, records, photos, v.damaged);
    buf_release(&line);
    return ok;
}
