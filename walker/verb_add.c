/* walker add: one point, with photos, kept before the id is printed. */
#include "walker/app.h"
#include "walker/intake.h"

#include "core/base/text.h"
#include "core/store/published.h"
#include "core/store/seal_photo.h"
#include "sync/small.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option options[] = {
    {"walk", true, "ID"},       {"category", true, "CODE"}, {"strength", false, NULL},
    {"note", true, "TEXT"},     {"severity", true, "0..4"}, {"at", true, "LAT,LON[,ACC]"},
    {"photo", true, "FILE"},    {"urgency", true, "A..D"},  {"agree", true, "K/N"},
    {"police-only", false, NULL},
};

enum { PHOTOS_MOST = 20 };

struct adding {
    bool police_only;
    struct arena *arena;
    struct observation_wish wish;
    struct intake photo[PHOTOS_MOST];
    struct sealed_photo box[SEAL_PHOTOS_MOST]; /* of a police-only point */
    size_t photos;
    char id[37];
};

static bool number_of(const struct verb_call *call, const char *name, int64_t least,
                      int64_t most, int64_t *ret, struct err *err)
{
    const char *text = verb_value(call, name);
    if (!text)
        return true;
    if (text_int(text, ret) && *ret >= least && *ret <= most)
        return true;
    return err_set(err, ERR_INPUT, "add.bad_number", name, text,
                   arena_printf(call->arena, "%lld-%lld", (long long)least,
                                (long long)most),
                   NULL);
}

static bool read_agree(const char *text, struct observation_wish *w, struct err *err)
{
    const char *slash = text ? strchr(text, '/') : NULL;
    char k[16];
    if (!text)
        return true;
    snprintf(k, sizeof k, "%.*s", slash ? (int)(slash - text) : 0, text);
    if (slash && text_int(k, &w->agree) && text_int(slash + 1, &w->agree_of) &&
        w->agree >= 0 && w->agree <= w->agree_of)
        return true;
    return err_set(err, ERR_INPUT, "add.bad_agree", text, NULL);
}

static bool read_wish(const struct verb_call *call, struct observation_wish *w,
                      struct err *err)
{
    const char *at = verb_value(call, "at");
    *w = (struct observation_wish){.category = verb_value(call, "category"),
                                   .note = verb_value(call, "note"),
                                   .urgency = verb_value(call, "urgency"),
                                   .severity = DB_NULL,
                                   .agree = DB_NULL,
                                   .agree_of = DB_NULL,
                                   .stood = GEO_NOWHERE,
                                   .thing = GEO_NOWHERE,
                                   .stood_source = "hand",
                                   .at_ms = DB_NULL};
    if (!w->category)
        return err_set(err, ERR_USAGE, "verb.option_missing", "category", "add",
                       call->program, NULL);
    if (!number_of(call, "severity", 0, 4, &w->severity, err) ||
        !read_agree(verb_value(call, "agree"), w, err))
        return false;
    if (verb_flag(call, "strength") && w->severity > 0)
        return err_set(err, ERR_USAGE, "add.strength_severity", NULL);
    if (verb_flag(call, "strength"))
        w->severity = 0;
    return !at || geo_parse(at, &w->stood, err);
}

/* Sealed before anything of it is kept. */
static bool write_sealed(struct store *s, struct adding *x, struct err *err)
{
    if (!seal_note(s, x->arena, &x->wish, x->id, err))
        return false;
    for (size_t i = 0; i < x->photos; i++)
        if (!seal_photo_add(s, x->arena, x->id, &x->box[i], err))
            return false;
    return true;
}

static bool write_all(struct store *s, void *data, struct err *err)
{
    struct adding *x = data;
    const char *role, *org;
    if (!walker_by(s, x->arena, &role, &org, err))
        return false;
    x->wish.by_role = role;
    x->wish.by_org = org;
    if (x->police_only)
        return write_sealed(s, x, err);
    if (!observation_note(s, x->arena, &x->wish, x->id, err))
        return false;
    for (size_t i = 0; i < x->photos; i++)
        if (!intake_attach(&x->photo[i], s, x->arena, x->id, true, role, err))
            return false;
    return true;
}

/* Photos first: one that cannot be kept says so before a point is made without it. */
static bool take_photos(const struct verb_call *call, struct store *s, struct adding *x,
                        struct err *err)
{
    for (const char *path; (path = verb_value_at(call, "photo", x->photos)); x->photos++) {
        if (x->photos == PHOTOS_MOST)
            return err_set(err, ERR_INPUT, "add.too_many_photos", NULL);
        if (x->police_only ? !seal_photo_file(s, path, &x->box[x->photos], err)
                           : !intake_file(&x->photo[x->photos], s, path, path, err))
            return false;
    }
    return true;
}

/* Without --at the place is where the first photo with a position was taken. */
static void place_by_photo(struct adding *x)
{
    for (size_t i = 0; i < x->photos && !geo_known(x->wish.stood); i++)
        if (geo_known(x->photo[i].facts.at)) {
            x->wish.stood = x->photo[i].facts.at;
            x->wish.stood_source = "exif";
        }
}

/* After the point is kept and its id told: what is not made now is found wanted later. */
static void make_small(struct store *s, const struct adding *x)
{
    struct blob photo[PHOTOS_MOST];
    const struct blob *some[PHOTOS_MOST];
    struct err err = ERR_INIT;
    size_t n = 0;
    for (size_t i = 0; i < x->photos; i++) {
        some[n] = &photo[n];
        n += blob_find(s, x->photo[i].sha256, &photo[n], &err) &&
             small_lacks(s, &photo[n]);
    }
    small_make(s, some, n);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct adding *x = arena_alloc(call->arena, sizeof *x);
    struct store s;
    struct walk w;
    x->arena = call->arena;
    x->police_only = verb_flag(call, "police-only");
    if (!read_wish(call, &x->wish, err) || !walker_store(&s, call, false, err))
        return false;
    bool ok = walker_walk(call, &s, verb_value(call, "walk"), true, &w, err) &&
              published_category(&s, x->wish.category, err) &&
              take_photos(call, &s, x, err);
    if (ok) {
        x->wish.walk = w.id;
        place_by_photo(x);
        ok = walker_transact(&s, write_all, x, err);
    }
    for (size_t i = 0; i < x->photos; i++)
        intake_drop(&x->photo[i]);
    if (ok && !x->police_only)
        walker_warn(call, x->wish.note);
    if (ok) {
        verb_made(call, "id", x->id);
        fflush(stdout);
        if (!x->police_only)
            make_small(&s, x);
    }
    store_close(&s);
    return ok;
}

const struct verb add_verb = {"add", "walker.help.add", NULL, options,
                              sizeof options / sizeof options[0], 0, 0, run};
