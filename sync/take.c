/* take: see the header. */
#include "sync/take.h"

#include "core/store/admission.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"

#include <string.h>

static bool is_of_a_line(const struct err *why)
{
    return why->code == ERR_INPUT || why->code == ERR_CHECKSUM ||
           why->code == ERR_TOO_LARGE || why->code == ERR_DENIED;
}

/* A fault of the line is the line's; any other ends the batch. */
static bool judge(struct take *t, const struct err *why, struct err *err)
{
    bool of_the_line =
        is_of_a_line(why) ||
        (why->code == ERR_CONFLICT && why->key &&
         why->key[0] == 'r') || /* record.forked, record.not_applied */
        (why->code == ERR_FULL && why->key && strcmp(why->key, "stranger.full") == 0);
    if (!of_the_line) {
        *err = *why;
        return false;
    }
    t->verdict = TAKE_REFUSED;
    t->why = *why;
    return true;
}

static bool body_allowed(struct store *s, const struct record *r, struct err *why)
{
    bool bare = true;
    if (!r->body && !hold_may_be_bare(s, r, &bare, why))
        return false;
    return bare || err_set(why, ERR_INPUT, "record.body_missing", NULL);
}

static bool wait_outside(struct store *s, const char *courier, struct take *t,
                         struct err *why)
{
    bool fresh;
    if (!stranger_put(s, courier, &t->record, &fresh, why))
        return false;
    t->verdict = TAKE_WAITS;
    return true;
}

/* Held with all it brings about, or not at all. The line itself was found right: what fails
 * for want of something else that can be read here is said so, and it may come again. */
static bool hold_whole(struct store *s, struct arena *a, const struct record *r,
                       enum hold_verdict *ret, struct err *why)
{
    struct err cause = ERR_INIT;
    if (!db_part_begin(&s->db, why))
        return false;
    if (hold_take(s, a, r, ret, &cause))
        return db_part_end(&s->db, true, why);
    *why = cause;
    if (!is_of_a_line(&cause) || !db_part_end(&s->db, false, why))
        return false;
    return err_set(why, ERR_CONFLICT, TAKE_NOT_APPLIED, cause.key, NULL);
}

static bool take_record(struct store *s, struct arena *a, const char *courier,
                        struct take *t, struct err *why)
{
    enum hold_verdict verdict;
    bool admitted;
    if (!hold_check(s, &t->record, why) ||
        !admission_of(s, t->record.origin, &admitted, why))
        return false;
    if (!admitted && !admission_certified(s, &t->record))
        return wait_outside(s, courier, t, why);
    if (!body_allowed(s, &t->record, why))
        return false;
    if (!hold_whole(s, a, &t->record, &verdict, why))
        return false;
    if (verdict == HOLD_FORKED)
        return err_set(why, ERR_CONFLICT, "record.forked", NULL);
    if (verdict == HOLD_BARE)
        return err_set(why, ERR_INPUT, "record.body_missing", NULL);
    t->verdict = verdict == HOLD_NEW ? TAKE_NEW : TAKE_ALREADY;
    return true;
}

/* Its reader has refused it with *why. Is it a line all the same that its origin
 * signed? Then it is held aside; else *why stays what it is, unless it is a fork. */
static bool take_aside(struct store *s, struct arena *a, const char *line, size_t len,
                       struct take *t, struct err *why, struct err *err)
{
    enum hold_verdict verdict;
    struct err unsigned_ = ERR_INIT;
    bool admitted = false;
    t->verdict = TAKE_REFUSED;
    if (len == 0 || line[0] != '[' || !record_is_spoilt(why) ||
        !set_aside_read(a, line, len, &t->record) ||
        !hold_check(s, &t->record, &unsigned_))
        return true;
    if (!admission_of(s, t->record.origin, &admitted, err))
        return false;
    if (!admitted || !body_allowed(s, &t->record, &unsigned_))
        return true;
    if (!set_aside_put(s, &t->record, line, len, why, &verdict, err))
        return false;
    if (verdict == HOLD_FORKED)
        err_set(why, ERR_CONFLICT, "record.forked", NULL);
    else
        t->verdict = verdict == HOLD_NEW ? TAKE_NEW : TAKE_ALREADY;
    t->aside = verdict != HOLD_FORKED;
    return true;
}

void take_read(struct arena *a, const char *line, size_t len, struct take_read *ret)
{
    ret->why = (struct err)ERR_INIT;
    ret->ok = wire_read_line(a, line, len, &ret->line, &ret->why);
}

bool take_as_read(struct store *s, struct arena *a, const char *courier,
                  const char *line, size_t len, const struct take_read *read,
                  struct take *ret, struct err *err)
{
    struct err why = read->why;
    const struct wire_line *w = &read->line;
    bool ok = read->ok;
    *ret = (struct take){.verdict = TAKE_KEY};
    if (!ok && (!take_aside(s, a, line, len, ret, &why, err) || ret->aside))
        return ret->aside;
    /* Only a registry says the other things, and only in its answers. */
    if (ok && (w->drop || w->covered || w->unknown))
        ok = err_set(&why, ERR_INPUT, "record.bad_line", NULL);
    else if (ok && w->is_key)
        ok = stranger_key(s, courier, w->origin, w->key, &why);
    else if (ok) {
        ret->record = w->record;
        ok = take_record(s, a, courier, ret, &why);
    }
    return ok || judge(ret, &why, err);
}

bool take_line(struct store *s, struct arena *a, const char *courier, const char *line,
               size_t len, struct take *ret, struct err *err)
{
    struct take_read read;
    take_read(a, line, len, &read);
    return take_as_read(s, a, courier, line, len, &read, ret, err);
}
