/* walker walk track: where a walk went, as GeoJSON or GPX, or how far (--json). */
#include "walker/app.h"

#include "core/base/text.h"
#include "core/store/track.h"

#include <math.h>
#include <stdio.h>

static const struct verb_option options[] = {{"format", true, "geojson|gpx"}};

static void summary(struct buf *out, const struct track *t)
{
    struct json_out o = JSON_OUT(out);
    json_open(&o, NULL, '{');
    json_num(&o, "metres", llround(t->metres));
    json_num(&o, "seconds", t->within_ms / 1000);
    json_bool(&o, "lost", t->lost);
    json_num(&o, "lines", (int64_t)t->count);
    json_close(&o, '}');
    buf_char(out, '\n');
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w;
    struct track t;
    struct buf out = BUF_INIT;
    const char *format = verb_value(call, "format");
    if (format && !text_equal(format, "geojson") && !text_equal(format, "gpx"))
        return err_set(err, ERR_USAGE, "lists.unknown_form", format, "geojson gpx", NULL);
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walk_find(&s, call->arena, call->argument[0], &w, err) &&
              track_read(&s, call->arena, w.id, &t, err);
    store_close(&s);
    if (ok && text_equal(format, "gpx"))
        track_gpx(&out, &t, w.title);
    else if (ok && (format || !call->json))
        track_geojson(&out, &t);
    else if (ok)
        summary(&out, &t);
    if (ok)
        fputs(out.data, stdout);
    buf_release(&out);
    return ok;
}

const struct verb walk_track_verb = {
    "walk track", "walker.help.walk_track", "ID", options, 1, 1, 1, run};
