/* walker cover and walker clear: what the page does with a brush and a tap. cover burns
 * boxes into a photo and destroys the old one; clear says that no face and no plate is on
 * the photos named, or on any of a walk. */
#include "walker/app.h"
#include "walker/cover.h"

#include "core/store/blob.h"
#include "sync/small.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct verb_option cover_options[] = {{"box", true, "X,Y,W,H"}};
static const struct verb_option clear_options[] = {{"walk", true, "ID"}};

/* ---- cover ----------------------------------------------------------------------- */

static bool read_boxes(const struct verb_call *call, struct cover *c, struct err *err)
{
    const char *box;
    for (size_t i = 0; (box = verb_value_at(call, "box", i)); i++)
        if (!cover_add_box(c, box, err))
            return false;
    return c->count > 0 || err_set(err, ERR_USAGE, "verb.option_missing", "box",
                                   "cover", call->program, NULL);
}

static bool run_cover(struct verb_call *call, struct err *err)
{
    struct store s;
    struct blob b;
    const struct blob *one = &b;
    char old[DIGEST_HEX], new[DIGEST_HEX];
    struct cover *c = arena_alloc(call->arena, sizeof *c);
    if (!read_boxes(call, c, err) || !walker_store(&s, call, false, err))
        return false;
    bool ok = blob_match(&s, call->argument[0], old, err) &&
              cover_photo(&s, old, c, new, err) && blob_find(&s, new, &b, err);
    if (ok)
        small_make(&s, &one, 1);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer answer;
        verb_answer_begin(&answer);
        json_str(&answer.json, "old", old);
        json_str(&answer.json, "new", new);
        verb_answer_end(&answer);
    } else if (ok) {
        verb_say(call, "cover.done", NULL);
        puts(new);
    }
    return ok;
}

const struct verb cover_verb = {
    "cover", "walker.help.cover", "PHOTO", cover_options, 1, 1, 1, run_cover};

/* ---- clear ----------------------------------------------------------------------- */

struct clearing {
    struct verb_call *call;
    const char *walk; /* NULL: those named */
    int64_t cleared;
};

static bool clear(struct store *s, void *data, struct err *err)
{
    struct clearing *x = data;
    char sha256[DIGEST_HEX];
    if (x->walk)
        return blob_clear_walk(s, x->walk, &x->cleared, err);
    for (size_t i = 0; i < x->call->argument_count; i++, x->cleared++)
        if (!blob_match(s, x->call->argument[i], sha256, err) ||
            !blob_clear(s, sha256, err))
            return false;
    return true;
}

static bool run_clear(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w;
    struct clearing x = {.call = call};
    const char *walk = verb_value(call, "walk");
    if (!walk == !call->argument_count)
        return err_set(err, ERR_USAGE, "cover.clear_what", NULL);
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = !walk || walk_find(&s, call->arena, walk, &w, err);
    x.walk = walk && ok ? w.id : NULL;
    ok = ok && walker_transact(&s, clear, &x, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer answer;
        verb_answer_begin(&answer);
        json_num(&answer.json, "cleared", x.cleared);
        verb_answer_end(&answer);
    } else if (ok) {
        verb_say(call, "cover.cleared", verb_number(call, x.cleared), NULL);
    }
    return ok;
}

const struct verb clear_verb = {
    "clear", "walker.help.clear", "PHOTO...", clear_options, 1, 0, -1, run_clear};
