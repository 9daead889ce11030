/* call: asks lygte-picture, and believes nothing it says.
 *
 * Its outputs are files this side has opened beside their final names; this side looks
 * at them, fsyncs and renames them. A helper that crashes, babbles or never ends becomes
 * a sentence, and leaves no file.
 */
#include "core/picture/picture.h"

#include "core/picture/call_report.h"
#include "core/picture/call_start.h"
#include "core/picture/order.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WHOLE_WALL_MS = 60000 };

/* The helper ended without a report: what that means for the photo. */
static bool say_silence(const struct call *c, const char *name, struct err *err)
{
    bool signalled = c->status != -1 && WIFSIGNALED(c->status);
    if (c->late || (signalled && WTERMSIG(c->status) == SIGXCPU) ||
        (signalled && WTERMSIG(c->status) == SIGKILL))
        return err_set(err, ERR_TOO_LARGE, "picture.too_slow", name, NULL);
    return err_set(err, ERR_UNREADABLE, "picture.crashed", name, NULL);
}

static bool say_refusal(const struct said *s, const char *name, struct err *err)
{
    for (size_t i = 0; i < REFUSAL__MAX; i++) {
        const struct picture_refusal *r = &picture_refusals[i];
        if (strcmp(s->refused, r->word) == 0)
            return err_set(err, r->code, r->key, name, s->detail, NULL);
    }
    return err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
}

/* The helper's word for it is not enough: a copy is a JPEG within its budget. */
static bool output_holds(const struct output *o)
{
    struct stat st;
    unsigned char begin[2] = {0}, end[2] = {0};
    if (!o->path)
        return true;
    if (fstat(o->fd, &st) != 0 || st.st_size < 4 || st.st_size > o->most)
        return false;
    return pread(o->fd, begin, 2, 0) == 2 &&
           pread(o->fd, end, 2, st.st_size - 2) == 2 && begin[0] == 0xFF &&
           begin[1] == 0xD8 && end[0] == 0xFF && end[1] == 0xD9;
}

static bool judge(struct call *c, const char *name, struct said *s, struct err *err)
{
    if (c->late || c->status != 0)
        return say_silence(c, name, err);
    if (!report_read(c->text, c->len, s))
        return err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
    if (s->refused[0])
        return say_refusal(s, name, err);
    return true;
}

/* Hears a call about a photo to its end: facts that hold, outputs that stand. */
static bool conclude(struct call *c, const char *name, struct picture_facts *ret,
                     struct err *err)
{
    struct said s = {0};
    call_hear(c);
    if (!judge(c, name, &s, err))
        return false;
    bool holds = report_facts_hold(&s);
    for (size_t i = 0; i < CALL_OUTPUTS; i++)
        holds = holds && output_holds(&c->output[i]);
    if (!holds)
        return err_set(err, ERR_INTERNAL, "picture.nonsense", name, NULL);
    for (size_t i = 0; i < CALL_OUTPUTS; i++)
        if (!call_settle(&c->output[i], err))
            return false;
    *ret = s.facts;
    return true;
}

static bool finish(struct call *c, const char *name, struct picture_facts *ret,
                   struct err *err)
{
    return call_start(c, err) && conclude(c, name, ret, err);
}

/* ---- looking --------------------------------------------------------------------- */

struct picture_looking {
    struct call call;
    char *name;
};

static void release(struct picture_looking *l)
{
    call_release(&l->call);
    free(l->name);
    free(l);
}

static bool begin(struct picture_looking **ret, const char *path, const char *name,
                  bool grows, struct err *err)
{
    struct picture_looking *l = malloc(sizeof *l);
    if (!l || !(l->name = strdup(name)))
        err_die("picture", "out of memory");
    call_init(&l->call, "look");
    if (call_open_input(&l->call, path, name, err) &&
        (!grows || call_open_gate(&l->call, err)) && call_start(&l->call, err)) {
        *ret = l;
        return true;
    }
    release(l);
    return false;
}

bool picture_look_begin(struct picture_looking **ret, const char *path,
                        const char *name, struct err *err)
{
    return begin(ret, path, name, false, err);
}

bool picture_look_early(struct picture_looking **ret, const char *path,
                        const char *name, struct err *err)
{
    return begin(ret, path, name, true, err);
}

void picture_look_go(struct picture_looking *l)
{
    call_go(&l->call);
}

bool picture_look_end(struct picture_looking *l, struct picture_facts *ret,
                      struct err *err)
{
    bool ok = conclude(&l->call, l->name, ret, err);
    release(l);
    return ok;
}

void picture_look_drop(struct picture_looking *l)
{
    if (!l)
        return;
    call_hear(&l->call);
    release(l);
}

bool picture_look(const char *path, const char *name, struct picture_facts *ret,
                  struct err *err)
{
    struct picture_looking *l;
    return picture_look_begin(&l, path, name, err) && picture_look_end(l, ret, err);
}

/* ---- copies ---------------------------------------------------------------------- */

bool picture_read(const char *path, const char *name, const struct picture_wish *wish,
                  struct picture_facts *ret, struct err *err)
{
    struct call c;
    call_init(&c, "read");
    c.output[0] =
        (struct output){.word = "preview", .fd = -1, .most = PICTURE_PREVIEW_BYTES};
    c.output[1] =
        (struct output){.word = "thumb", .fd = -1, .most = PICTURE_THUMB_BYTES};
    /* Outputs first: whoever destroys the photo meanwhile finds them beside it. */
    bool ok = call_open_output(&c, 0, wish->preview, err) &&
              call_open_output(&c, 1, wish->thumb, err) &&
              call_open_input(&c, path, name, err) && finish(&c, name, ret, err);
    call_release(&c);
    return ok;
}

/* A new photo out of the one at path. */
static bool renew(const char *deed, const char *path, const char *name,
                  const struct order *order, const char *to, struct picture_facts *ret,
                  struct err *err)
{
    struct call c;
    call_init(&c, deed);
    c.wall_ms = WHOLE_WALL_MS;
    c.output[0] =
        (struct output){.word = "whole", .fd = -1, .most = PICTURE_WHOLE_BYTES};
    bool ok =
        call_open_input(&c, path, name, err) && call_open_output(&c, 0, to, err) &&
        call_put_order(&c, order, sizeof *order, err) && finish(&c, name, ret, err);
    call_release(&c);
    return ok;
}

static struct order *order_new(const struct picture_tags *tags)
{
    struct order *o = calloc(1, sizeof *o);
    if (!o)
        err_die("picture", "out of memory");
    o->at = tags->at;
    o->taken_ms = tags->taken_ms;
    o->direction_c = tags->direction_c;
    snprintf(o->description, sizeof o->description, "%s",
             tags->description ? tags->description : "");
    return o;
}

bool picture_cover(const char *path, const char *name, const struct picture_tags *tags,
                   const struct picture_burn *burn, size_t n, const char *to,
                   struct picture_facts *ret, struct err *err)
{
    if (n > PICTURE_BURNS_MOST)
        return err_set(err, ERR_TOO_LARGE, "picture.too_many_burns", name, NULL);
    struct order *o = order_new(tags);
    o->burn_count = (int)n;
    if (n)
        memcpy(o->burn, burn, n * sizeof *burn);
    bool ok = renew("cover", path, name, o, to, ret, err);
    free(o);
    return ok;
}

bool picture_share(const char *path, const char *name, const struct picture_tags *tags,
                   const char *to, struct picture_facts *ret, struct err *err)
{
    struct order *o = order_new(tags);
    bool ok = renew("share", path, name, o, to, ret, err);
    free(o);
    return ok;
}

bool picture_check(bool *jailed, struct err *err)
{
    struct call c;
    struct said s = {0};
    *jailed = false;
    call_init(&c, "check");
    bool ok = call_open_nothing(&c, err) && call_start(&c, err);
    if (ok)
        call_hear(&c);
    ok = ok && judge(&c, "lygte-picture", &s, err);
    call_release(&c);
    *jailed = ok && s.jail == 1;
    if (ok && !*jailed)
        return err_set(err, ERR_INTERNAL, "picture.jail_off", NULL);
    if (ok && s.holds != 1)
        return err_set(err, ERR_INTERNAL, "picture.jail_leaks", NULL);
    return ok;
}
