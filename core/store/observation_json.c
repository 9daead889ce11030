/* observation_json: a point as the API and the lists write it. Straight into the text,
 * without a tree between: a list of a thousand points is 800 kB. */
#include "core/base/clock.h"
#include "core/store/observation.h"

#include <stdio.h>
#include <string.h>

/* Bytes of the first three characters, of as many as fit in seven bytes: a stranger's
 * category may be of any letters, and half a letter would spoil the whole list. */
static size_t three_characters(const char *s)
{
    size_t n = 0;
    for (int i = 0; i < 3 && s[n]; i++) {
        size_t end = n + 1;
        while (((unsigned char)s[end] & 0xC0) == 0x80)
            end++;
        if (end > 7)
            break;
        n = end;
    }
    return n;
}

void observation_group(const char *category, char out[8])
{
    if (strncmp(category, "ANDET", 5) == 0)
        snprintf(out, 8, "ANDET");
    else
        snprintf(out, 8, "%.*s", (int)three_characters(category), category);
}

struct geo_point observation_place(const struct observation *o)
{
    return geo_known(o->thing) ? o->thing : o->stood;
}

bool observation_police_only(const char *category, const char *conflicts)
{
    return strcmp(category, OBSERVATION_POLICE_ONLY) == 0 ||
           (conflicts && strstr(conflicts, "\"" OBSERVATION_POLICE_ONLY "\""));
}

bool observation_unconfirmed(const struct observation *o)
{
    static const char *const dark[] = {"BEL",   "BEL01", "BEL02", "BEL03", "BEL04",
                                       "BEL05", "TUN01", "VAN03", "KOL03"};
    if (!o->light || strcmp(o->light, "daylight") != 0)
        return false;
    for (size_t i = 0; i < sizeof dark / sizeof dark[0]; i++)
        if (strcmp(o->category, dark[i]) == 0)
            return true;
    return false;
}

static void point_json(struct json_out *o, const char *name, struct geo_point p,
                       const char *source, bool override, const char *ref)
{
    if (!geo_known(p)) {
        json_null(o, name);
        return;
    }
    json_open(o, name, '{');
    json_e7(o, "lat", p.lat_e7);
    json_e7(o, "lon", p.lon_e7);
    if (p.accuracy_mm >= 0)
        json_e7(o, "accuracy_m", p.accuracy_mm * 10000);
    json_str(o, "source", source);
    if (override)
        json_bool(o, "override", true);
    if (ref)
        json_str(o, "ref", ref);
    json_close(o, '}');
}

static void photo_json(struct json_out *o, const struct photo *p,
                       const struct observation_more *more)
{
    json_open(o, NULL, '{');
    json_str(o, "sha256", p->sha256);
    json_str(o, "type", p->type);
    json_num(o, "bytes", p->bytes);
    json_num(o, "width", p->width);
    json_num(o, "height", p->height);
    point_json(o, "at", p->at, p->place_from, false, NULL);
    if (p->direction_c != DB_NULL)
        json_e7(o, "direction", p->direction_c * 100000);
    json_time(o, "taken", p->taken_ms);
    if (more->of_photo)
        more->of_photo(o, p, more->data);
    json_close(o, '}');
}

void observation_json_more(struct json_out *o, const char *name,
                           const struct observation *w, const struct photo *photos,
                           size_t photo_count, const struct observation_more *more)
{
    char group[8];
    observation_group(w->category, group);
    json_open(o, name, '{');
    json_str(o, "id", w->id);
    json_str(o, "walk", w->walk);
    json_num_or_null(o, "number", w->number);
    json_str(o, "category", w->category);
    json_str(o, "group", group);
    json_bool(o, "strength", w->severity == 0);
    json_num_or_null(o, "severity", w->severity);
    json_str(o, "urgency", w->urgency);
    json_str(o, "note", w->note ? w->note : "");
    json_num_or_null(o, "agree", w->agree);
    json_num_or_null(o, "agree_of", w->agree_of);
    json_str(o, "affected", w->affected);
    json_str(o, "measure", w->measure);
    json_str(o, "party", w->party);
    point_json(o, "stood", w->stood, w->stood_source, w->stood_override, NULL);
    point_json(o, "thing", w->thing, w->thing_source, false, w->thing_ref);
    json_str(o, "light", w->light);
    if (observation_unconfirmed(w))
        json_bool(o, "unconfirmed", true);
    json_time(o, "at", w->at_ms);
    json_str(o, "clock", w->clock);
    json_str(o, "role", w->by_role);
    json_str(o, "organisation", w->by_org);
    json_num(o, "witnesses", w->witnesses);
    json_bool(o, "withdrawn", w->withdrawn);
    json_str(o, "into", w->into);
    json_bool(o, "own", w->own);
    if (w->conflicts)
        json_raw_unchecked(o, "conflicts", w->conflicts);
    json_open(o, "photos", '[');
    for (size_t i = 0; i < photo_count; i++)
        photo_json(o, &photos[i], more);
    json_close(o, ']');
    if (more->of_point)
        more->of_point(o, w, more->data);
    json_close(o, '}');
}

void observation_json(struct json_out *o, const char *name, const struct observation *w,
                      const struct photo *photos, size_t photo_count)
{
    static const struct observation_more none = {NULL, NULL, NULL};
    observation_json_more(o, name, w, photos, photo_count, &none);
}
