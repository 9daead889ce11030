/* draw_light: see the header. Rays, shadows, haze, and where to look twice.
 *
 * One ray a pixel, four more where neighbours differ: edges come out clean and flat
 * ground stays cheap. Groups of things are skipped by the ball round them.
 */
#include "tools/draw_light.h"

#include "core/base/err.h"

#include <stdbool.h>
#include <stdlib.h>

static const float FAR = 1e9f;
static const float WATER_LEVEL = -1.0f;

/* Things */

static bool hit_box(const struct draw_thing *g, struct vec o, struct vec d,
                    struct draw_hit *hit)
{
    struct vec rel = vec_sub(o, g->a);
    float half[3] = {g->b.x, g->b.y, g->b.z}, from[3], step[3];
    float enter = -FAR, leave = FAR;
    int face = 0;
    for (int i = 0; i < 3; i++) {
        from[i] = vec_dot(rel, g->axis[i]);
        step[i] = vec_dot(d, g->axis[i]);
        float inv = 1.0f / (fabsf(step[i]) < 1e-9f ? 1e-9f : step[i]);
        float mid = -from[i] * inv, reach = fabsf(half[i] * inv);
        if (mid - reach > enter) {
            enter = mid - reach;
            face = i;
        }
        leave = fminf(leave, mid + reach);
    }
    if (enter > leave || enter < 1e-3f || enter >= hit->t)
        return false;
    hit->t = enter;
    hit->n = vec_scale(g->axis[face], step[face] > 0 ? -1.0f : 1.0f);
    int u = face == 0 ? 2 : 0, v = face == 1 ? 2 : 1;
    hit->u = from[u] + enter * step[u];
    hit->v = from[v] + enter * step[v];
    if (half[v] > half[u] * 1.5f && g->stuff == STUFF_WOOD) {
        float swap = hit->u;
        hit->u = hit->v;
        hit->v = swap;
    }
    return true;
}

/* A capsule: the cylinder between the ends, else the nearer round end. */
static bool hit_rod(const struct draw_thing *g, struct vec o, struct vec d,
                    struct draw_hit *hit)
{
    struct vec ba = vec_sub(g->b, g->a), oa = vec_sub(o, g->a);
    float baba = vec_dot(ba, ba), bad = vec_dot(ba, d), baoa = vec_dot(ba, oa);
    float a = baba - bad * bad, b = baba * vec_dot(d, oa) - baoa * bad;
    float c = baba * vec_dot(oa, oa) - baoa * baoa - g->r * g->r * baba;
    float h = b * b - a * c;
    if (h < 0 || a < 1e-12f)
        return false;
    float t = (-b - sqrtf(h)) / a, y = baoa + t * bad;
    if (y <= 0 || y >= baba) {
        struct vec oc = y <= 0 ? oa : vec_sub(o, g->b);
        float e = vec_dot(d, oc);
        h = e * e - (vec_dot(oc, oc) - g->r * g->r);
        if (h < 0)
            return false;
        t = -e - sqrtf(h);
        y = y <= 0 ? 0 : baba;
    }
    if (t < 1e-3f || t >= hit->t)
        return false;
    struct vec centre = vec_along(g->a, ba, y / baba);
    hit->t = t;
    hit->n = vec_scale(vec_sub(vec_along(o, d, t), centre), 1.0f / g->r);
    hit->u = y / sqrtf(baba);
    hit->v = atan2f(hit->n.x, hit->n.z) * g->r;
    return true;
}

static bool hit_ball(const struct draw_thing *g, struct vec o, struct vec d,
                     struct draw_hit *hit)
{
    struct vec inv = vec_of(1 / g->b.x, 1 / g->b.y, 1 / g->b.z);
    struct vec p = vec_mul(vec_sub(o, g->a), inv), q = vec_mul(d, inv);
    float a = vec_dot(q, q), b = vec_dot(p, q), h = b * b - a * (vec_dot(p, p) - 1);
    if (h < 0)
        return false;
    float t = (-b - sqrtf(h)) / a;
    if (t < 1e-3f || t >= hit->t)
        return false;
    struct vec at = vec_along(o, d, t);
    struct vec n = vec_unit(vec_mul(vec_sub(at, g->a), vec_mul(inv, inv)));
    if (g->stuff == STUFF_LEAVES &&
        draw_noise(vec_scale(at, 11)) > 0.25f + 1.1f * fabsf(vec_dot(n, d)))
        return false;
    hit->t = t;
    hit->n = n;
    hit->u = at.x;
    hit->v = at.y;
    return true;
}

static bool hit_thing(const struct draw_thing *g, struct vec o, struct vec d,
                      struct draw_hit *hit)
{
    switch (g->shape) {
    case SHAPE_BOX:
        return hit_box(g, o, d, hit);
    case SHAPE_ROD:
        return hit_rod(g, o, d, hit);
    case SHAPE_BALL:
        return hit_ball(g, o, d, hit);
    }
    return false;
}

static bool misses_group(const struct draw_group *group, struct vec o, struct vec d,
                         float most)
{
    struct vec rel = vec_sub(group->centre, o);
    float b = vec_dot(rel, d), c = vec_dot(rel, rel) - group->r * group->r;
    return c > 0 && (b < 0 || b * b < vec_dot(d, d) * c || b - group->r > most);
}

static enum draw_stuff ground_at(const struct draw_world *w, struct vec p)
{
    float x = p.x - w->bend * p.z * p.z;
    for (size_t i = w->strips; i-- > 0;) {
        const struct draw_strip *s = &w->strip[i];
        if (x >= s->x0 && x < s->x1 && p.z >= s->z0 && p.z < s->z1)
            return s->stuff;
    }
    return STUFF_GRASS;
}

static void hit_ground(const struct draw_world *w, struct vec o, struct vec d,
                       struct draw_hit *hit)
{
    float t = -o.y / d.y;
    if (d.y >= -1e-5f || t >= hit->t || t < 1e-3f || t > 500)
        return;
    struct vec at = vec_along(o, d, t);
    enum draw_stuff stuff = ground_at(w, at);
    if (stuff == STUFF_WATER) {
        t = (WATER_LEVEL - o.y) / d.y;
        at = vec_along(o, d, t);
        if (t >= hit->t)
            return;
    }
    *hit = (struct draw_hit){.t = t,
                             .stuff = stuff,
                             .at = at,
                             .n = vec_of(0, 1, 0),
                             .u = at.x,
                             .v = at.z,
                             .colour = vec_of(1, 1, 1),
                             .id = DRAW_THINGS + (size_t)stuff};
}

static struct draw_hit nearest(const struct draw_world *w, struct vec o, struct vec d)
{
    struct draw_hit hit = {.t = FAR, .stuff = STUFF_SKY, .id = DRAW_THINGS};
    hit_ground(w, o, d, &hit);
    for (size_t i = 0; i < w->groups; i++) {
        const struct draw_group *group = &w->group[i];
        if (misses_group(group, o, d, hit.t))
            continue;
        for (size_t j = group->first; j < group->end; j++)
            if (hit_thing(&w->thing[j], o, d, &hit)) {
                hit.stuff = w->thing[j].stuff;
                hit.colour = w->thing[j].colour;
                hit.id = j;
                hit.at = vec_along(o, d, hit.t);
            }
    }
    return hit;
}

static bool in_shadow(const struct draw_world *w, struct vec o, struct vec d, float far)
{
    struct draw_hit hit = {.t = far};
    for (size_t i = 0; i < w->groups; i++) {
        const struct draw_group *group = &w->group[i];
        if (misses_group(group, o, d, far))
            continue;
        for (size_t j = group->first; j < group->end; j++) {
            enum draw_stuff stuff = w->thing[j].stuff;
            if (stuff != STUFF_GLOW && stuff != STUFF_GLASS &&
                hit_thing(&w->thing[j], o, d, &hit))
                return true;
        }
    }
    return false;
}

/* Light */

/* The lamp's power in a direction away from it. */
static float cone_of(const struct draw_lamp *lamp, struct vec away)
{
    if (lamp->edge < -1)
        return 1;
    return 0.015f +
           draw_smooth(lamp->edge, lamp->edge + 0.45f, vec_dot(away, lamp->axis));
}

/* -0.5..0.5, without order from one millimetre to the next. */
static float at_random(float metres)
{
    return draw_chance((uint32_t)(int32_t)(metres * 20000), 3) - 0.5f;
}

static struct vec lit_by(const struct draw_world *w, const struct draw_lamp *lamp,
                         const struct draw_hit *hit, const struct draw_look *look,
                         struct vec eye_way)
{
    struct vec to = vec_sub(lamp->at, hit->at);
    float far2 = vec_dot(to, to), far = sqrtf(far2);
    to = vec_scale(to, 1 / far);
    float facing = vec_dot(look->n, to);
    if (hit->stuff == STUFF_LEAVES)
        facing = 0.3f + 0.7f * facing;
    if (facing <= 0)
        return vec_of(0, 0, 0);
    float power = cone_of(lamp, vec_scale(to, -1)) / (far2 + 0.05f);
    if (power * (lamp->colour.x + lamp->colour.y + lamp->colour.z) < 4e-3f)
        return vec_of(0, 0, 0);
    struct vec off = vec_along(hit->at, hit->n, 0.01f);
    struct vec soft = vec_of(at_random(hit->at.x), 0, at_random(hit->at.z));
    to = vec_unit(vec_along(to, soft, 0.13f / far)); /* lamps are wide: soft shadows */
    if (in_shadow(w, off, to, far - 0.16f))
        return vec_of(0, 0, 0);
    struct vec half = vec_unit(vec_sub(to, eye_way));
    float shine = look->gloss * powf(fmaxf(0, vec_dot(half, look->n)), look->sharp);
    struct vec back = vec_add(vec_scale(look->albedo, facing),
                              vec_scale(vec_of(1, 1, 1), 0.12f * shine));
    return vec_scale(vec_mul(back, lamp->colour), power);
}

static struct vec sky_at(const struct draw_world *w, struct vec d)
{
    float up = d.y < 0 ? 0 : d.y;
    struct vec base = vec_mix(w->sky_low, w->sky_high, 1.0f - expf(-5.5f * up));
    struct vec p = vec_of(d.x / (up + 0.18f) * 1.1f, (float)(w->seed % 31),
                          d.z / (up + 0.18f) * 1.1f);
    float cloud = draw_smooth(0.42f, 0.75f, draw_layers(p));
    base = vec_add(base, vec_scale(w->sky_low, cloud * 0.55f));
    float star =
        draw_chance((uint32_t)(int32_t)(d.x * 420), (uint32_t)(int32_t)(d.y * 420));
    if (star > 0.9993f && cloud < 0.15f && up > 0.08f)
        base = vec_add(base, vec_of(0.05f, 0.055f, 0.07f));
    return base;
}

/* What the haze between o and t shows of the lamps: the ray is cut where the lamp
 * sees equal angles, so that the bright middle gets most of the samples. */
static struct vec glow_along(const struct draw_world *w, struct vec o, struct vec d,
                             float t, float jitter)
{
    enum { CUTS = 5 };
    struct vec sum = vec_of(0, 0, 0);
    t = fminf(t, 160);
    for (size_t i = 0; i < w->lamps; i++) {
        const struct draw_lamp *lamp = &w->lamp[i];
        struct vec rel = vec_sub(lamp->at, o);
        float b = vec_dot(rel, d);
        float c = sqrtf(fmaxf(vec_dot(rel, rel) - b * b, 0.003f));
        float from = atanf(-b / c), to = atanf((t - b) / c), cone = 0;
        for (int k = 0; k < CUTS && lamp->edge >= -1; k++) {
            float angle = from + (to - from) * ((float)k + jitter) / CUTS;
            struct vec p = vec_along(o, d, b + c * tanf(angle));
            cone += cone_of(lamp, vec_unit(vec_sub(p, lamp->at))) / CUTS;
        }
        if (lamp->edge < -1)
            cone = 1;
        float k = w->haze * lamp->haze * cone * (to - from) / c;
        sum = vec_add(sum, vec_scale(lamp->colour, k));
    }
    return sum;
}

static struct vec surface(const struct draw_world *w, const struct draw_hit *hit,
                          const struct draw_look *look, struct vec d)
{
    float open = 0.55f + 0.45f * look->n.y;
    struct vec c =
        vec_add(look->emit, vec_scale(vec_mul(look->albedo, w->ambient), open));
    for (size_t i = 0; i < w->lamps; i++)
        c = vec_add(c, lit_by(w, &w->lamp[i], hit, look, d));
    return c;
}

static struct vec light_from(const struct draw_world *w, struct vec o, struct vec d,
                             int bounce, size_t *ret_id)
{
    float jitter =
        draw_chance((uint32_t)(int32_t)(d.x * 9e5f), (uint32_t)(int32_t)(d.y * 9e5f));
    struct draw_hit hit = nearest(w, o, d);
    if (ret_id)
        *ret_id = hit.id;
    if (hit.stuff == STUFF_GLASS && bounce < 4) {
        struct vec mist =
            vec_scale(w->sky_low, 0.5f + draw_layers(vec_scale(hit.at, 2)));
        struct vec on = vec_along(o, d, hit.t + 0.03f);
        struct vec seen = vec_scale(light_from(w, on, d, bounce + 1, NULL), 0.86f);
        return vec_add(vec_add(seen, mist), glow_along(w, o, d, hit.t, jitter));
    }
    if (hit.stuff == STUFF_SKY)
        return vec_add(sky_at(w, d), glow_along(w, o, d, FAR, jitter));
    struct draw_look look = draw_look_at(w, &hit);
    struct vec c = surface(w, &hit, &look, d);
    if (look.mirror > 0 && bounce < 2) {
        float cosine = fmaxf(0, -vec_dot(look.n, d));
        float share = look.mirror * (0.06f + 0.94f * powf(1 - cosine, 3));
        struct vec away = vec_unit(vec_along(d, look.n, 2 * cosine));
        away.y = fmaxf(away.y, 0.004f);
        struct vec from = vec_along(hit.at, hit.n, 0.01f);
        c = vec_mix(c, light_from(w, from, away, bounce + 2, NULL), share);
    }
    float clear = expf(-hit.t * w->haze * 1.2f);
    c = vec_mix(vec_scale(w->sky_low, 0.8f), c, clear);
    return vec_add(c, glow_along(w, o, d, hit.t, jitter));
}

/* The picture */

struct camera {
    struct vec right, up, ahead;
    float scale, cx, cy;
};

static struct camera camera_of(const struct draw_world *w, int width, int height)
{
    float cy = cosf(w->yaw), sy = sinf(w->yaw), cp = cosf(w->pitch),
          sp = sinf(w->pitch);
    struct camera c = {.right = vec_of(cy, 0, -sy),
                       .up = vec_of(-sy * sp, cp, -cy * sp),
                       .ahead = vec_of(sy * cp, sp, cy * cp)};
    c.scale = 2 * w->zoom / (float)(width > height ? width : height);
    c.right = vec_scale(c.right, w->mirror);
    c.cx = 0.5f * (float)width;
    c.cy = 0.5f * (float)height;
    return c;
}

static struct vec sample(const struct draw_world *w, const struct camera *c, float x,
                         float y, size_t *ret_id)
{
    struct vec d =
        vec_add(c->ahead, vec_add(vec_scale(c->right, (x - c->cx) * c->scale),
                                  vec_scale(c->up, (c->cy - y) * c->scale)));
    struct vec light = light_from(w, w->eye, vec_unit(d), 0, ret_id);
    return vec_of(fminf(light.x, 12), fminf(light.y, 12), fminf(light.z, 12));
}

static bool differs(const struct draw_world *w, const struct vec *light,
                    const size_t *id, size_t a, size_t b)
{
    if (id[a] != id[b])
        return true;
    float p = light[a].y * w->exposure, q = light[b].y * w->exposure;
    return fabsf(p - q) > 0.06f + 0.35f * fminf(p, q);
}

void draw_render(const struct draw_world *world, int w, int h, struct vec *ret)
{
    static const float spot[4][2] = {
        {0.375f, 0.125f}, {0.875f, 0.375f}, {0.125f, 0.625f}, {0.625f, 0.875f}};
    struct camera camera = camera_of(world, w, h);
    size_t width = (size_t)w, n = width * (size_t)h;
    size_t *id = calloc(n, sizeof *id);
    struct vec *first = calloc(n, sizeof *first);
    if (!id || !first)
        err_die("draw_render", "out of memory");
    for (size_t i = 0; i < n; i++)
        first[i] = sample(world, &camera, (float)(i % width) + 0.5f,
                          (float)(i / width) + 0.5f, &id[i]);
    for (size_t i = 0; i < n; i++) {
        size_t x = i % width;
        ret[i] = first[i];
        if (!((x > 0 && differs(world, first, id, i, i - 1)) ||
              (x + 1 < width && differs(world, first, id, i, i + 1)) ||
              (i >= width && differs(world, first, id, i, i - width)) ||
              (i + width < n && differs(world, first, id, i, i + width))))
            continue;
        for (int k = 0; k < 4; k++)
            ret[i] = vec_add(ret[i], sample(world, &camera, (float)x + spot[k][0],
                                            (float)(i / width) + spot[k][1], NULL));
        ret[i] = vec_scale(ret[i], 0.2f);
    }
    free(first);
    free(id);
}
