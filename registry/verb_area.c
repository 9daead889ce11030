/* registry area import FILE.geojson; registry area list. */
#include "core/base/file.h"
#include "core/store/area.h"
#include "registry/verbs.h"

#include <stdio.h>

enum { AREA_FILE_MOST = 64 * 1024 * 1024 };

static bool run_import(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    char *text;
    size_t len, n_new = 0, n_same = 0;
    if (!file_read(call->arena, call->argument[0], AREA_FILE_MOST, &text, &len, err) ||
        !verbs_open(&s, call, true, err))
        return false;
    bool ok = area_import(&s, call->arena, text, len, &n_new, &n_same, err);
    if (!verbs_close(&s, ok, err))
        return false;
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "new", (int64_t)n_new);
        json_num(&x.json, "same", (int64_t)n_same);
        verb_answer_end(&x);
        return true;
    }
    verb_say(call, "registry.areas_imported", verb_number(call, (int64_t)n_new),
             verb_number(call, (int64_t)n_same), NULL);
    return true;
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct area *rows = NULL;
    size_t n = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    if (!verbs_close(&s, area_list(&s, call->arena, &rows, &n, err), err))
        return false;
    if (call->json) {
        struct buf line = BUF_INIT;
        area_geojson(&line, rows, n);
        verb_print(&line);
        return true;
    }
    for (size_t i = 0; i < n; i++)
        printf("%s  %s\n", rows[i].id, rows[i].name);
    return true;
}

const struct verb area_import_verb = {
    "area import", "registry.help_area_import", "FILE", NULL, 0, 1, 1, run_import};
const struct verb area_list_verb = {
    "area list", "registry.help_area_list", NULL, NULL, 0, 0, 0, run_list};
