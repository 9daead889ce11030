/* walker list: the points of a walk, as a table or in a form other tools read. */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/observation.h"
#include "core/store/published.h"
#include "lists/list.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option options[] = {
    {"walk", true, "ID"}, {"format", true, "table|json|csv|csv-rfc4180|geojson"},
    {"output", true, "FILE"}};

struct table {
    struct verb_call *call;
    struct store *s;
    const struct catalogue *catalogue;
    struct buf *out;
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
    for (size_t i = 0; i < n; i++) {
        const char *why = walker_unshown(t->s, t->call->arena, t->call->lang,
                                         photos[i].sha256);
        if (why)
            buf_printf(t->out, "    %s\n", why);
    }
    return true;
}

static bool write_table(struct verb_call *call, struct store *s, const char *walk,
                        struct buf *out, struct err *err)
{
    struct catalogue c;
    struct table t = {call, s, &c, out};
    return published_catalogue(s, call->arena, &c, err) &&
           observation_each(s, walk, false, visit, &t, err);
}

static bool write_form(struct verb_call *call, struct store *s, const char *walk,
                       const char *format, struct buf *out, struct err *err)
{
    size_t rows;
    const struct list_form *form = list_form(format);
    if (!form)
        return err_set(err, ERR_USAGE, "lists.unknown_form", format, list_form_names(),
                       NULL);
    return list_points(s, walk, form, call->lang, out, &rows, err);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w = {.id = ""};
    struct buf out = BUF_INIT;
    const char *walk = verb_value(call, "walk"), *to = verb_value(call, "output");
    const char *format = verb_value(call, "format");
    if (!format)
        format = call->json ? "json" : "table";
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = !walk || walk_find(&s, call->arena, walk, &w, err);
    if (ok && strcmp(format, "table") == 0)
        ok = write_table(call, &s, w.id, &out, err);
    else if (ok)
        ok = write_form(call, &s, w.id, format, &out, err);
    store_close(&s);
    if (ok && to && strcmp(to, "-") != 0)
        ok = file_write_whole(to, out.data ? out.data : "", out.len, 0644, err);
    else if (ok)
        fwrite(out.data ? out.data : "", 1, out.len, stdout);
    buf_release(&out);
    return ok;
}

const struct verb list_verb = {"list", "walker.help.list", NULL, options, 3, 0, 0, run};
