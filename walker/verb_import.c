/* walker import: photos and folders of photos (import_files), one point a photo;
 * recordings (GPX, NMEA) become tracks of the walk first, so that photos which know no
 * place are placed by where the walk was at their time. --clock-offset is what the
 * camera's clock lacks: points have their time by it too, but where the photo's time came
 * from satellites. A file that cannot be kept gets a sentence and costs the others
 * nothing; the files themselves are only read. Exit 1 when any was not kept.
 *
 * Photos are kept one after the other, while the small pictures of those before are made on
 * the other cores; a photo's verdict is told when that is done too, in the order of the
 * files, because only then it is known whether it can be shown. */
#include "walker/app.h"
#include "walker/crew.h"
#include "walker/import_files.h"
#include "walker/import_track.h"
#include "walker/intake.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/local/receipt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct verb_option options[] = {{"walk", true, "ID"},
                                             {"clock-offset", true, "[-]HH:MM:SS"}};

/* What became of one file. */
struct verdict {
    struct verdict *next;
    const char *file, *verdict, *reason, *id;
    struct small_job *job; /* of one that was kept, until it is settled */
    bool run, settled;
};

struct import {
    struct verb_call *call;
    struct store *s;
    const char *walk, *role, *org;
    struct json_out json;
    int64_t kept, already, refused;
    struct crew *crew;
    struct verdict *first, **end; /* not told yet      */
    size_t out;                   /* jobs of the crew  */
    int64_t offset_s;             /* what the camera's clock lacks             */
    struct track track;      /* of the walk; read when first wanted       */
    bool track_read;
};

/* ---- one photo ------------------------------------------------------------------- */

struct point {
    struct import *x;
    struct intake *in;
    char id[37];
};

/* When it was taken: the camera's clock may be known to be wrong, satellites have none. */
static int64_t taken_at(const struct import *x, const struct picture_facts *f)
{
    bool camera = f->taken_ms != DB_NULL && strcmp(f->taken_from, "gps") != 0;
    return camera ? f->taken_ms + x->offset_s * 1000 : f->taken_ms;
}

/* A photo that knows when, but not where: by the walk's track at that time. */
static bool place_by_track(struct import *x, struct intake *in, struct err *err)
{
    struct picture_facts *f = &in->facts;
    if (geo_known(f->at) || f->taken_ms == DB_NULL)
        return true;
    if (!x->track_read &&
        !track_read(x->s, x->call->arena, x->walk, &x->track, err))
        return false;
    x->track_read = true;
    f->at = track_place(&x->track, taken_at(x, f));
    if (geo_known(f->at))
        in->place_from = "track";
    return true;
}

/* What the crew has done, in the transaction of the next photo: one wait for the disk. */
static bool settle_run(struct store *s, struct import *x, struct err *err)
{
    for (const struct verdict *v = x->first; v; v = v->next)
        if (v->run && !v->settled && !small_settle(s, v->job, err))
            return false;
    return true;
}

/* After the commit. */
static void mark_settled(struct import *x)
{
    for (struct verdict *v = x->first; v; v = v->next)
        v->settled = v->run;
}

static bool write_point(struct store *s, void *data, struct err *err)
{
    struct point *p = data;
    const struct picture_facts *f = &p->in->facts;
    if (!place_by_track(p->x, p->in, err))
        return false;
    struct observation_wish w = {.walk = p->x->walk,
                                 .category = "ANDET",
                                 .severity = DB_NULL,
                                 .agree = DB_NULL,
                                 .agree_of = DB_NULL,
                                 .stood = f->at,
                                 .thing = GEO_NOWHERE,
                                 .stood_source = p->in->place_from ? "track" : "exif",
                                 .at_ms = taken_at(p->x, f),
                                 .by_role = p->x->role,
                                 .by_org = p->x->org};
    return settle_run(s, p->x, err) &&
           observation_note(s, p->x->call->arena, &w, p->id, err) &&
           intake_attach(p->in, s, p->x->call->arena, p->id, true, p->x->role, err);
}

static void say(struct import *x, const char *file, const char *verdict,
                const char *reason, const char *id)
{
    if (x->call->json) {
        json_open(&x->json, NULL, '{');
        json_str(&x->json, "file", text_mended(x->call->arena, file));
        json_str(&x->json, "verdict", verdict);
        json_str(&x->json, "reason", text_mended(x->call->arena, reason));
        json_str(&x->json, "id", id);
        json_close(&x->json, '}');
        return;
    }
    printf("%-8s %s%s%s\n",
           i18n_text(x->call->lang, arena_printf(x->call->arena, "import.%s", verdict)),
           file, reason ? ": " : "", reason ? reason : "");
}

static void take_back(struct import *x, bool wait)
{
    struct small_job *j;
    for (; (j = crew_take(x->crew, wait)); wait = false) {
        x->out--;
        for (struct verdict *v = x->first; v; v = v->next)
            v->run = v->run || (v->job && v->job == j);
    }
}

/* The reason it cannot be shown goes before what else there is to say of it. */
static const char *reason_of(struct import *x, const struct verdict *v)
{
    struct blob b;
    struct err err = ERR_INIT;
    if (strcmp(v->verdict, "kept") == 0 && v->job &&
        blob_find(x->s, v->job->blob.sha256, &b, &err) &&
        blob_unshown(b.unshown, v->file, &err))
        return i18n_error(x->call->arena, x->call->lang, &err);
    return v->reason;
}

/* All that were settled, up to the first that is still being made. */
static void tell_settled(struct import *x)
{
    while (x->first && (!x->first->job || x->first->settled)) {
        struct verdict *v = x->first;
        say(x, v->file, v->verdict, reason_of(x, v), v->id);
        x->first = v->next;
        if (!x->first)
            x->end = &x->first;
        free(v->job);
        free(v);
    }
}

static struct verdict *tell(struct import *x, const char *file, const char *verdict,
                            const char *reason, const char *id)
{
    struct verdict *v = calloc(1, sizeof *v);
    struct arena *a = x->call->arena;
    if (!v)
        err_die("import", "out of memory");
    *v = (struct verdict){.file = arena_strdup(a, file),
                          .verdict = verdict,
                          .reason = reason,
                          .id = id ? arena_strdup(a, id) : NULL};
    *x->end = v;
    x->end = &v->next;
    return v;
}

static void refuse(void *data, const char *file, const struct err *err)
{
    struct import *x = data;
    x->refused++;
    tell(x, file, "refused", i18n_error(x->call->arena, x->call->lang, err), NULL);
}

/* What a person should know about the position that was, or was not, taken. */
static const char *remark(const struct import *x, const struct picture_facts *f,
                          bool placed)
{
    if (placed)
        return i18n_text(x->call->lang, "import.placed");
    if (f->zero_position)
        return i18n_text(x->call->lang, "import.zero_position");
    if (!geo_known(f->at))
        return i18n_text(x->call->lang, "import.no_position");
    return f->bad_gps_date ? i18n_text(x->call->lang, "import.bad_gps_date") : NULL;
}

/* Its small pictures, beside the next photos. */
static void make_small(struct import *x, struct verdict *v, const struct intake *in)
{
    struct blob b = {.bytes = in->bytes};
    v->job = malloc(sizeof *v->job);
    if (!v->job)
        err_die("import", "out of memory");
    snprintf(b.sha256, sizeof b.sha256, "%s", in->sha256);
    snprintf(b.type, sizeof b.type, "%s", intake_type(in));
    small_plan(v->job, x->s, &b);
    crew_give(x->crew, v->job);
    x->out++;
}

/* An undone point is not put back by an import, and is no point either: says how to. */
static bool is_undone(struct import *x, const char *owner, struct err *err)
{
    struct observation o;
    struct err unknown = ERR_INIT;
    if (!observation_find(x->s, x->call->arena, owner, &o, &unknown) || !o.withdrawn ||
        o.into)
        return false;
    err_set(err, ERR_CONFLICT, "import.undone", owner, NULL);
    return true;
}

/* Is there a point of this photo: one that stands here, *ret_owner, or one that was wiped when
 * the register had it? ERR_CONFLICT "import.undone". */
static bool has_point(struct import *x, const struct intake *in, const char **ret_owner,
                      bool *ret, struct err *err)
{
    if (!in->held)
        return receipt_is_verified(x->s, in->sha256, ret, err);
    if (!photo_owner(x->s, x->call->arena, in->sha256, ret_owner, err))
        return false;
    *ret = **ret_owner != '\0';
    return !*ret || !is_undone(x, *ret_owner, err);
}

static void import_photo(void *data, const char *path)
{
    struct import *x = data;
    struct intake in;
    struct err err = ERR_INIT;
    struct point p = {.x = x, .in = &in};
    const char *owner = NULL;
    bool known = false;
    take_back(x, x->out >= 2 * small_at_once());
    if (!intake_file(&in, x->s, path, path, &err)) {
        refuse(x, path, &err);
        tell_settled(x);
        return;
    }
    if (has_point(x, &in, &owner, &known, &err) && known) {
        x->already++;
        tell(x, path, "already",
             owner ? NULL : i18n_text(x->call->lang, "import.wiped"), owner);
    } else if (err.code == ERR_NONE && walker_transact(x->s, write_point, &p, &err)) {
        x->kept++;
        mark_settled(x);
        make_small(x, tell(x, path, "kept", remark(x, &in.facts, in.place_from != NULL), p.id),
                   &in);
    } else {
        refuse(x, path, &err);
    }
    intake_drop(&in);
    tell_settled(x);
}

/* ---- one recording --------------------------------------------------------------- */

static const char *left_out_words(struct import *x, int64_t n)
{
    return i18n_format(x->call->arena, x->call->lang,
                       n == 1 ? "import.left_out_one" : "import.left_out",
                       verb_number(x->call, n), NULL);
}

static void take_track(void *data, const char *path)
{
    struct import *x = data;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    char line[UID_SIZE];
    bool already;
    int64_t left_out;
    if (!import_track(x->s, &a, path, x->walk, x->role, line, &already, &left_out,
                      &err)) {
        refuse(x, path, &err);
    } else if (already) {
        x->already++;
        tell(x, path, "already", NULL, line);
    } else {
        x->kept++;
        tell(x, path, "kept", left_out ? left_out_words(x, left_out) : NULL, line);
    }
    arena_release(&a);
}

/* ---- the verb -------------------------------------------------------------------- */

/* Where no walk is meant these get one of their own, named by the day and found again by the
 * next import of that day. */
static bool make_walk(struct store *s, void *data, struct err *err)
{
    struct import *x = data;
    int year, month, day, hour, minute;
    char *id = arena_alloc(x->call->arena, 37);
    struct clock_reading now = clock_now();
    clock_local(now.utc_ms, &year, &month, &day, &hour, &minute);
    struct walk_wish wish = {
        .title = i18n_format(
            x->call->arena, x->call->lang, "import.walk_title",
            arena_printf(x->call->arena, "%02d-%02d-%04d", day, month, year), NULL),
        .starts_ms = strcmp(now.trust, "unknown") != 0 ? now.utc_ms : DB_NULL};
    x->walk = id;
    if (!walk_plan(s, x->call->arena, &wish, x->role, x->org, id, err))
        return false;
    walker_chosen(x->call, wish.title);
    return true;
}

static bool find_walk(struct import *x, struct err *err)
{
    struct walk w;
    const char *wanted = verb_value(x->call, "walk");
    if (!walker_by(x->s, x->call->arena, &x->role, &x->org, err))
        return false;
    if (walker_walk(x->call, x->s, wanted, true, &w, err)) {
        x->walk = w.id;
        return true;
    }
    if (wanted || err->code != ERR_NOT_FOUND)
        return false;
    *err = (struct err)ERR_INIT;
    return walker_transact(x->s, make_walk, x, err);
}

static bool settle(struct store *s, void *x, struct err *err)
{
    return settle_run(s, x, err);
}

/* What is not written down now is found wanted by the next who looks. */
static void finish(struct import *x)
{
    struct err err = ERR_INIT;
    while (x->out > 0)
        take_back(x, true);
    if (!walker_transact(x->s, settle, x, &err))
        verb_complain(x->call, &err);
    for (struct verdict *v = x->first; v; v = v->next)
        v->settled = true;
    tell_settled(x);
    crew_end(x->crew);
}

/* Tracks first; what is no file at all is told in the second round, once. */
static void take_all(struct import *x)
{
    struct import_files tracks = {x->call->arena, x, NULL, take_track, NULL};
    struct import_files photos = {x->call->arena, x, import_photo, NULL, refuse};
    for (size_t i = 0; i < x->call->argument_count; i++)
        import_files(&tracks, x->call->argument[i]);
    for (size_t i = 0; i < x->call->argument_count; i++)
        import_files(&photos, x->call->argument[i]);
}

static void sum_up(struct import *x, struct buf *out)
{
    if (x->call->json) {
        json_close(&x->json, ']');
        verb_print(out);
        return;
    }
    verb_say(x->call, "import.sum", verb_number(x->call, x->kept),
             verb_number(x->call, x->already), verb_number(x->call, x->refused), NULL);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct buf out = BUF_INIT;
    struct import x = {.call = call, .s = &s, .json = JSON_OUT(&out)};
    const char *offset = verb_value(call, "clock-offset");
    if (offset && !import_offset(offset, &x.offset_s))
        return err_set(err, ERR_USAGE, "import.bad_offset", offset, NULL);
    if (!walker_store(&s, call, true, err))
        return false;
    bool ok = find_walk(&x, err);
    if (ok) {
        x.end = &x.first;
        x.crew = crew_start();
        if (call->json)
            json_open(&x.json, NULL, '[');
        take_all(&x);
        finish(&x);
        sum_up(&x, &out);
        call->partly = x.refused > 0;
    }
    buf_release(&out);
    store_close(&s);
    return ok;
}

const struct verb import_verb = {
    "import", "walker.help.import", "PATH...", options, 2, 1, -1, run};
