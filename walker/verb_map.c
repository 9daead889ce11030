/* walker map add | list | drop: maps to look at without a network. */
#include "walker/app.h"
#include "walker/meter.h"

#include "core/store/tiles.h"

#include <stdio.h>

static bool run_add(struct verb_call *call, struct err *err)
{
    struct store s;
    struct tiles_map m;
    bool bare = false, ok = true;
    if (!walker_store(&s, call, true, err))
        return false;
    for (size_t i = 0; ok && i < call->argument_count; i++) {
        struct meter meter;
        meter_begin(&meter, call);
        ok = tiles_add(&s, call->arena, call->argument[i], &meter.told, &m, &bare, err);
        meter_end(&meter);
        if (ok && !call->json && bare)
            verb_say(call, "map.bare", m.name, NULL);
        if (ok)
            verb_made(call, "id", m.id);
    }
    store_close(&s);
    return ok;
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s;
    struct tiles_map *maps;
    struct verb_list l;
    size_t n = 0;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = tiles_list(&s, call->arena, &maps, &n, err);
    store_close(&s);
    verb_list_begin(&l, NULL);
    for (size_t i = 0; ok && i < n; i++) {
        tiles_json(&l.json, NULL, &maps[i]);
        if (!call->json)
            printf("%s  %2lld-%-2lld %6lld MB  %s\n", maps[i].id,
                   (long long)maps[i].min_zoom, (long long)maps[i].max_zoom,
                   (long long)(maps[i].bytes >> 20), maps[i].name);
    }
    verb_list_end(&l, call, ok);
    return ok;
}

static bool run_drop(struct verb_call *call, struct err *err)
{
    struct store s;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = tiles_drop(&s, call->arena, call->argument[0], err);
    store_close(&s);
    if (ok && call->json)
        verb_made(call, "done", "drop");
    return ok;
}

const struct verb map_add_verb = {
    "map add", "walker.help.map_add", "FILE.mbtiles...", NULL, 0, 1, -1, run_add};
const struct verb map_list_verb = {
    "map list", "walker.help.map_list", NULL, NULL, 0, 0, 0, run_list};
const struct verb map_drop_verb = {
    "map drop", "walker.help.map_drop", "ID", NULL, 0, 1, 1, run_drop};
