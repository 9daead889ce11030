/* app: see the header. */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/personal.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/local/draft.h"
#include "core/store/track.h"

#include <stdio.h>
#include <string.h>

bool walker_store(struct store *s, const struct verb_call *call, bool create,
                  struct err *err)
{
    return store_open(s, call->data, STORE_WALKER, create, err);
}

bool walker_by(struct store *s, struct arena *a, const char **role, const char **org,
               struct err *err)
{
    return store_setting(s, a, "role", "participant", role, err) &&
           store_setting(s, a, "organisation", "", org, err);
}

bool walker_point(struct store *s, struct arena *a, const struct walk *w,
                  const char *tail, const char **ret, struct err *err)
{
    struct observation o;
    if (!observation_find(s, a, tail, &o, err))
        return false;
    if (!text_equal(o.walk, w->id))
        return err_set(err, ERR_INPUT, "walk.not_its_point", tail, w->title, NULL);
    *ret = o.id;
    return true;
}

void walker_chosen(const struct verb_call *call, const char *title)
{
    fprintf(stderr, "%s: %s\n", call->program,
            i18n_format(call->arena, call->lang, "walk.chosen", title, NULL));
}

bool walker_walk(const struct verb_call *call, struct store *s, const char *id,
                 bool ended, struct walk *ret, struct err *err)
{
    if (id)
        return walk_find(s, call->arena, id, ret, err);
    struct clock_reading now = clock_now();
    bool known = strcmp(now.trust, "unknown") != 0;
    struct walk w;
    if (!walk_current(s, call->arena, known ? now.utc_ms : DB_NULL, ended, &w, err))
        return false;
    if (!*w.id)
        return err_set(err, ERR_NOT_FOUND, "walk.none", NULL);
    walker_chosen(call, w.title);
    *ret = w;
    return true;
}

bool walker_transact(struct store *s, bool (*work)(struct store *, void *, struct err *),
                     void *data, struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    bool done = work(s, data, err);
    return db_end(&s->db, done, err);
}

void walker_settle_drafts(struct store *s, int64_t age_ms)
{
    struct err stays = ERR_INIT;
    size_t n;
    if (!drafts_settle(s, age_ms, &n, &stays))
        log_line(LOG_WARN, "drafts stay: %s", stays.key);
}

bool walker_flush_track(struct store *s, const char *walk, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *role, *org;
    if (!db_begin(&s->db, err))
        return false;
    bool ok = walker_by(s, &a, &role, &org, err) &&
              track_flush(s, &a, walk, INT64_MAX, role, err);
    arena_release(&a);
    return db_end(&s->db, ok, err);
}

bool walker_settle_track(struct store *s, const char *walk, struct err *err)
{
    if (walker_flush_track(s, walk, err))
        return true;
    if (err->code != ERR_DENIED || !text_equal(err->key, "device.locked"))
        return false;
    *err = (struct err)ERR_INIT;
    return true;
}

const char *walker_unshown(struct store *s, struct arena *a, enum i18n_lang lang,
                           const char *sha256)
{
    struct blob b;
    struct err err = ERR_INIT;
    if (!blob_find(s, sha256, &b, &err))
        return NULL;
    const char *name = arena_printf(a, "%s %.12s", i18n_text(lang, "photo.this"), sha256);
    return blob_unshown(b.unshown, name, &err) ? i18n_error(a, lang, &err) : NULL;
}

void walker_warn(const struct verb_call *call, const char *note)
{
    struct personal found[PERSONAL_MOST];
    size_t n = personal_find(note, found);
    for (size_t i = 0; i < n; i++) {
        const char *what = arena_strndup(call->arena, note + found[i].at, found[i].len);
        fprintf(stderr, "%s: %s\n", call->program,
                i18n_format(call->arena, call->lang, "note.personal", what, NULL));
    }
}
