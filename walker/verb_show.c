/* walker show: one point in words, with its places, photos, and where two have said
 * different things of it. */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/observation.h"
#include "core/store/published.h"
#include "lists/list.h"

#include <stdio.h>
#include <string.h>

struct showing {
    const struct verb_call *call;
    struct store *s;
    const struct catalogue *catalogue;
};

/* ---- words ----------------------------------------------------------------------- */

static const char *text(const struct showing *x, const char *key)
{
    return i18n_text(x->call->lang, key);
}

/* The text KIND.CODE; a code that has none stays as it is. */
static const char *word(const struct showing *x, const char *kind, const char *code)
{
    const char *key = arena_printf(x->call->arena, "%s.%s", kind, code);
    return i18n_has(key) ? text(x, key) : code;
}

static const char *words(const struct showing *x, const char *codes)
{
    struct buf all = BUF_INIT;
    list_words(&all, x->call->lang, "affected", codes);
    const char *copy = buf_dup(&all, x->call->arena);
    buf_release(&all);
    return copy;
}

static const char *category(const struct showing *x, const char *code)
{
    const struct catalogue_item *item = catalogue_item(x->catalogue, code);
    return item ? catalogue_name(item, x->call->lang) : code;
}

static const char *party(const struct showing *x, const char *code)
{
    const struct catalogue_party *p = catalogue_party(x->catalogue, code);
    if (!p)
        return code;
    return x->call->lang == I18N_DA ? p->da : p->en;
}

/* "57.0481, 9.9187  ± 12 m  (from GPS)" */
static const char *place(const struct showing *x, struct geo_point p,
                         const char *source)
{
    char lat[32], lon[32], accuracy[40] = "";
    text_from_e7(p.lat_e7, lat);
    text_from_e7(p.lon_e7, lon);
    if (p.accuracy_mm >= 0)
        snprintf(accuracy, sizeof accuracy, "  ± %lld m",
                 (long long)((p.accuracy_mm + 500) / 1000));
    return arena_printf(x->call->arena, "%s, %s%s  (%s)", lat, lon, accuracy,
                        source ? word(x, "show.source", source) : "-");
}

/* ---- what was said in two ways --------------------------------------------------- */

static const char *said_place(const struct showing *x, const cJSON *value)
{
    const char *source;
    struct geo_point p = observation_position(value, &source);
    return geo_known(p) ? place(x, p, source) : text(x, "show.nothing");
}

/* A value that a record gives a field, in words. */
static const char *said(const struct showing *x, const char *field, const cJSON *value)
{
    int64_t number;
    if (text_equal(field, "withdrawn"))
        return text(x, json_true(value, "on") ? "show.yes" : "show.no");
    if (cJSON_IsObject(value))
        return said_place(x, value);
    if (json_as_int(value, &number)) {
        const char *digits = verb_number(x->call, number);
        return text_equal(field, "severity") ? word(x, "lists.severity_words", digits)
                                             : digits;
    }
    const char *s = cJSON_GetStringValue(value);
    if (!s || !*s)
        return text(x, "show.nothing");
    return text_equal(field, "category")   ? category(x, s)
           : text_equal(field, "party")    ? party(x, s)
           : text_equal(field, "affected") ? words(x, s)
                                           : s;
}

static void print_claim(const struct showing *x, const char *field, const cJSON *claim)
{
    struct arena *a = x->call->arena;
    char when[32];
    const char *role = json_text(claim, "by"), *org = json_text(claim, "organisation");
    clock_minute(json_int(claim, "at", CLOCK_NONE), when);
    const char *who =
        arena_printf(a, "%s%s%s, %s", role ? word(x, "lists.role", role) : "-",
                     org && *org ? ", " : "", org && *org ? org : "", when);
    printf("    %s\n",
           i18n_format(a, x->call->lang, "show.claim", word(x, "show.field", field),
                       said(x, field, cJSON_GetObjectItemCaseSensitive(claim, "value")),
                       who, NULL));
}

/* {field: [{value, at, by, organisation, shown}...]}, the one that is shown last */
static void print_conflicts(const struct showing *x, const char *conflicts)
{
    struct err err = ERR_INIT;
    cJSON *tree;
    if (!json_parse(conflicts, strlen(conflicts), &tree, &err))
        err_die("show: the fold wrote no JSON", err.key);
    printf("  %s\n", text(x, "show.conflict"));
    for (const cJSON *field = tree->child; field; field = field->next)
        for (const cJSON *claim = field->child; claim; claim = claim->next)
            print_claim(x, field->string, claim);
    json_free(tree);
}

/* ---- the point ------------------------------------------------------------------- */

static void print_place(const struct showing *x, const char *label, struct geo_point p,
                        const char *source)
{
    if (geo_known(p))
        printf("  %-10s %s\n", text(x, label), place(x, p, source));
}

static void print_photo(const struct showing *x, const struct photo *p)
{
    const char *why = walker_unshown(x->s, x->call->arena, x->call->lang, p->sha256);
    printf("  %-10s %s  %lld x %lld\n", text(x, "show.photo"), p->sha256,
           (long long)p->width, (long long)p->height);
    if (why)
        printf("  %-10s %s\n", "", why);
}

static void print_field(const struct showing *x, const char *label, const char *value)
{
    if (value && *value)
        printf("  %-10s %s\n", text(x, label), value);
}

/* What else was said of it; the words of a code are given with it. */
static void print_said(const struct showing *x, const struct observation *o)
{
    struct arena *a = x->call->arena;
    print_field(x, "show.field.urgency", o->urgency);
    if (o->agree != DB_NULL && o->agree_of != DB_NULL)
        print_field(
            x, "show.field.agree",
            arena_printf(a, "%lld/%lld", (long long)o->agree, (long long)o->agree_of));
    if (o->affected)
        print_field(x, "show.field.affected", words(x, o->affected));
    print_field(x, "show.field.measure", o->measure);
    if (o->party && *o->party)
        print_field(x, "show.field.party",
                    arena_printf(a, "%s  %s", o->party, party(x, o->party)));
}

static void print_observation(const struct showing *x, const struct observation *o,
                              const struct photo *photos, size_t n)
{
    char when[32];
    const struct catalogue_item *item = catalogue_item(x->catalogue, o->category);
    clock_minute(o->at_ms, when);
    printf("%s\n  %s %s  %s%s\n", o->id, o->category,
           item ? catalogue_name(item, x->call->lang) : "", when,
           o->withdrawn ? text(x, "show.withdrawn") : "");
    if (o->note)
        printf("  %s\n", o->note);
    if (o->severity != DB_NULL)
        printf("  %-10s %lld\n", text(x, "show.field.severity"),
               (long long)o->severity);
    print_said(x, o);
    print_place(x, "show.field.stood", o->stood, o->stood_source);
    print_place(x, "show.field.thing", o->thing, o->thing_source);
    if (!geo_known(o->stood) && !geo_known(o->thing))
        printf("  %s\n", text(x, "show.no_position"));
    for (size_t i = 0; i < n; i++)
        print_photo(x, &photos[i]);
    if (o->conflicts)
        print_conflicts(x, o->conflicts);
}

/* ---- the verb -------------------------------------------------------------------- */

static void photo_more(struct json_out *o, const struct photo *p, void *s)
{
    struct blob b;
    struct err ignored = ERR_INIT;
    if (blob_find(s, p->sha256, &b, &ignored) && *b.unshown)
        json_str(o, "unshown", b.unshown);
}

static bool run_show(struct verb_call *call, struct err *err)
{
    struct store s;
    struct observation o;
    struct photo *photos;
    struct catalogue c;
    size_t n;
    struct buf out = BUF_INIT;
    struct json_out j = JSON_OUT(&out);
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = observation_find(&s, call->arena, call->argument[0], &o, err) &&
              photo_list(&s, call->arena, o.id, &photos, &n, err) &&
              published_catalogue(&s, call->arena, &c, err);
    if (ok && call->json) {
        const struct observation_more more = {photo_more, NULL, &s};
        observation_json_more(&j, NULL, &o, photos, n, &more);
        verb_print(&out);
    } else if (ok) {
        print_observation(&(struct showing){call, &s, &c}, &o, photos, n);
    }
    store_close(&s);
    buf_release(&out);
    return ok;
}

const struct verb show_verb = {"show",  "walker.help.show", "ID", NULL, 0, 1, 1,
                               run_show};
