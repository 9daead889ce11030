/* walker list: the points of a walk, as a table or in a form other tools read. */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/observation.h"
#include "core/store/published.h"
#include "lists/hand.h"

static const struct verb_option options[] = {
    {"walk", true, "ID"}, {"format", true, "table|json|csv|csv-rfc4180|geojson"},
    {"output", true, "FILE"}};

struct table {
    struct verb_call *call;
    struct store *s;
    const struct catalogue *catalogue;
    struct buf *out;
    size_t rows;
};

static void add_row(struct table *t, const struct observation *o, size_t photos)
{
    char when[32], lat[32] = "-", lon[32] = "";
    struct geo_point p = observation_place(o);
    const struct catalogue_item *item = catalogue_item(t->catalogue, o->category);
    clock_minute(o->at_ms, when);
    if (geo_known(p)) {
        text_from_e7(p.lat_e7, lat);
        text_from_e7(p.lon_e7, lon);
    }
    buf_printf(t->out, "%s %3lld  %-16s  %-5s %2zu  %11s %11s  %s%s%s\n", o->id + 28,
               (long long)(o->number == DB_NULL ? 0 : o->number), when, o->category,
               photos, lat, lon,
               item ? catalogue_name(item, t->call->lang) : o->category,
               o->note && *o->note ? " - " : "", o->note ? o->note : "");
}

static bool visit(const struct observation *o, const struct photo *photos, size_t n,
                  void *data, struct err *err)
{
    struct table *t = data;
    (void)err;
    add_row(t, o, n);
    t->rows++;
    for (size_t i = 0; i < n; i++) {
        const char *why = walker_unshown(t->s, t->call->arena, t->call->lang,
                                         photos[i].sha256);
        if (why)
            buf_printf(t->out, "    %s\n", why);
    }
    return true;
}

static bool write_table(struct verb_call *call, struct store *s, const char *walk,
                        struct buf *out, size_t *ret_rows, struct err *err)
{
    struct catalogue c;
    struct table t = {call, s, &c, out, 0};
    bool ok = published_catalogue(s, call->arena, &c, err) &&
              observation_each(s, walk, false, visit, &t, err);
    *ret_rows = t.rows;
    return ok;
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w = {.id = ""};
    struct buf out = BUF_INIT;
    const struct list_form *form;
    const char *walk = verb_value(call, "walk");
    size_t rows = 0;
    if (!hand_form(call, "table", "table", &form, err) ||
        !walker_store(&s, call, false, err))
        return false;
    bool ok = !walk || walk_find(&s, call->arena, walk, &w, err);
    if (ok && form)
        ok = list_points(&s, w.id, form, call->lang, &out, &rows, err);
    else if (ok)
        ok = write_table(call, &s, w.id, &out, &rows, err);
    store_close(&s);
    ok = ok && hand_out(call, &out, rows, err);
    buf_release(&out);
    return ok;
}

const struct verb list_verb = {"list", "walker.help.list", NULL, options, 3, 0, 0, run};
