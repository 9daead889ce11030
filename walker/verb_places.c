/* walker places add | list | drop: the offline register of lamps, addresses and places. */
#include "walker/app.h"

#include "core/base/field.h"
#include "core/base/file.h"
#include "core/store/local/place.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option add_options[] = {{"kind", true, "lamp|address|place"}};

struct telling {
    struct verb_call *call;
    const char *file;
    int64_t told;
};

enum { TOLD_MOST = 20 };

/* The first twenty are told; the rest is counted. */
static void tell(int64_t row, const struct err *why, void *data)
{
    struct telling *t = data;
    if (t->told++ >= TOLD_MOST || t->call->json)
        return;
    fprintf(stderr, "%s:%lld: %s\n", t->file, (long long)row,
            i18n_error(t->call->arena, t->call->lang, why));
}

static bool run_add(struct verb_call *call, struct err *err)
{
    struct store s;
    const char *path = call->argument[0], *kind = verb_value(call, "kind");
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct telling t = {.call = call, .file = name};
    int64_t kept = 0, refused = 0;
    char *text;
    size_t len;
    if (kind && !field_word_in(kind, "lamp address place"))
        return err_set(err, ERR_USAGE, "places.bad_kind", kind, NULL);
    if (!file_read(call->arena, path, PLACE_FILE_MOST, &text, &len, err) ||
        !walker_store(&s, call, true, err))
        return false;
    bool ok = place_import(&s, name, text, len, kind ? kind : "lamp", tell, &t, &kept,
                           &refused, err);
    store_close(&s);
    if (!ok)
        return err_part(err, name);
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "kept", kept);
        json_num(&x.json, "refused", refused);
        verb_answer_end(&x);
    } else {
        verb_say(call, "places.sum", verb_number(call, kept),
                 verb_number(call, refused), NULL);
    }
    call->partly = refused > 0;
    return true;
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s;
    struct place_file *files;
    struct verb_list l;
    struct json_out *o = &l.json;
    size_t n = 0;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = place_files(&s, call->arena, &files, &n, err);
    store_close(&s);
    verb_list_begin(&l, NULL);
    for (size_t i = 0; ok && i < n; i++) {
        const struct place_file *f = &files[i];
        json_open(o, NULL, '{');
        json_str(o, "file", f->name);
        json_num(o, "lamps", f->lamps);
        json_num(o, "addresses", f->addresses);
        json_num(o, "places", f->places);
        json_close(o, '}');
        if (!call->json)
            printf("%8lld %8lld %8lld  %s\n", (long long)f->lamps, (long long)f->addresses,
                   (long long)f->places, f->name);
    }
    verb_list_end(&l, call, ok);
    return ok;
}

static bool run_drop(struct verb_call *call, struct err *err)
{
    struct store s;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = place_drop(&s, call->argument[0], err);
    store_close(&s);
    if (ok && call->json)
        verb_made(call, "done", "drop");
    return ok;
}

const struct verb places_add_verb = {
    "places add", "walker.help.places_add", "FILE", add_options, 1, 1, 1, run_add};
const struct verb places_list_verb = {
    "places list", "walker.help.places_list", NULL, NULL, 0, 0, 0, run_list};
const struct verb places_drop_verb = {
    "places drop", "walker.help.places_drop", "FILE", NULL, 0, 1, 1, run_drop};
