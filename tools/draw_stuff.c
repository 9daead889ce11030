/* draw_stuff: what asphalt, brick, leaves and the rest look like close up.
 *
 * Every texture is computed from the place alone, so it needs no files and looks the
 * same from every side. Detail fades with distance, so that far ground does not
 * flicker from pixel to pixel.
 */
#include "tools/draw_light.h"

static float hash_of(int32_t x, int32_t y, int32_t z)
{
    uint32_t h = (uint32_t)x * 0x8da6b343u ^ (uint32_t)y * 0xd8163841u ^
                 (uint32_t)z * 0xcb1ab31fu;
    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    h ^= h >> 15;
    return (float)(h >> 8) * (1.0f / 16777216.0f);
}

float draw_chance(uint32_t a, uint32_t b)
{
    return hash_of((int32_t)a, (int32_t)b, 77);
}

static float cell(float x, float y, float z)
{
    return hash_of((int32_t)floorf(x), (int32_t)floorf(y), (int32_t)floorf(z));
}

static float blend(float a, float b, float k)
{
    return a + (b - a) * k;
}

float draw_noise(struct vec p)
{
    float fx = floorf(p.x), fy = floorf(p.y), fz = floorf(p.z);
    int32_t x = (int32_t)fx, y = (int32_t)fy, z = (int32_t)fz;
    float u = draw_smooth(0, 1, p.x - fx), v = draw_smooth(0, 1, p.y - fy);
    float w = draw_smooth(0, 1, p.z - fz);
    float c[4];
    for (int i = 0; i < 4; i++) {
        int32_t dy = i & 1, dz = i >> 1;
        c[i] = blend(hash_of(x, y + dy, z + dz), hash_of(x + 1, y + dy, z + dz), u);
    }
    return blend(blend(c[0], c[1], v), blend(c[2], c[3], v), w);
}

float draw_layers(struct vec p)
{
    float sum = 0, size = 0.5f;
    for (int i = 0; i < 4; i++, size *= 0.5f) {
        sum += size * draw_noise(p);
        p = vec_add(vec_scale(p, 2.03f), vec_of(17.1f, 5.7f, 11.3f));
    }
    return sum * (1.0f / 0.9375f);
}

/* 1 on a joint between rows or columns of the given size, 0 on the face. */
static float joint(float x, float size, float width)
{
    float at = fabsf(x / size - floorf(x / size) - 0.5f) * size;
    return draw_smooth(0.5f * size - width, 0.5f * size - 0.5f * width, at);
}

static void bump(struct draw_look *look, struct vec p, float much)
{
    struct vec q = vec_of(p.z + 31, p.x + 7, p.y + 3);
    struct vec r = vec_of(p.y + 71, p.z + 9, p.x + 41);
    struct vec by =
        vec_of(draw_noise(p) - 0.5f, draw_noise(q) - 0.5f, draw_noise(r) - 0.5f);
    look->n = vec_unit(vec_add(look->n, vec_scale(by, much)));
}

static void look_asphalt(const struct draw_world *world, const struct draw_hit *hit,
                         struct draw_look *look, float near)
{
    float stones = cell(hit->at.x * 90, 0, hit->at.z * 90) - 0.5f;
    float patch = draw_layers(vec_scale(hit->at, 0.7f));
    float grey = 0.085f * (0.6f + 0.8f * patch) * (1.0f + 0.9f * near * stones);
    float crack = fabsf(draw_layers(vec_scale(hit->at, 0.45f)) - 0.5f);
    if (crack < 0.006f)
        grey *= blend(1, 0.45f, near);
    float leaf = cell(hit->at.x * 11, 3, hit->at.z * 11);
    look->albedo = vec_scale(vec_of(1.0f, 1.0f, 1.04f), grey);
    if (leaf > 0.993f && draw_noise(vec_scale(hit->at, 40)) > 0.42f)
        look->albedo = vec_scale(vec_of(0.26f, 0.15f, 0.05f), 0.5f + patch);
    look->gloss = 0.25f + world->wet * draw_smooth(0.35f, 0.7f, patch) * 2.2f;
    look->sharp = 14 + 30 * world->wet;
    bump(look, vec_scale(hit->at, 55), 0.35f * near);
}

static void look_puddle(const struct draw_world *world, const struct draw_hit *hit,
                        struct draw_look *look, float near)
{
    look_asphalt(world, hit, look, near);
    float low = draw_layers(
        vec_of(hit->at.x * 0.5f + 3, (float)(world->seed % 97), hit->at.z * 0.36f));
    float ox = (hit->at.x + 0.1f) / 1.8f, oz = (hit->at.z - 5.2f) / 2.8f;
    /* the one the photo is about: there in every seed, only its edge differs */
    float here = 1.15f * expf(-ox * ox - oz * oz);
    low = blend(low, 0.12f + 0.25f * low, here > 1 ? 1 : here);
    float deep = draw_smooth(world->puddle - 0.03f, world->puddle - 0.10f, low);
    float damp = draw_smooth(world->puddle + 0.06f, world->puddle - 0.03f, low);
    look->albedo = vec_scale(look->albedo, (1.0f - 0.5f * damp) * (1.0f - 0.6f * deep));
    look->gloss += 0.5f * damp;
    look->mirror = deep;
    struct vec ripple =
        vec_of(draw_noise(vec_scale(hit->at, 7)) - 0.5f, 0,
               draw_noise(vec_add(vec_scale(hit->at, 7), vec_of(40, 0, 9))) - 0.5f);
    struct vec still = vec_unit(vec_add(vec_of(0, 1, 0), vec_scale(ripple, 0.018f)));
    look->n = vec_unit(vec_mix(look->n, still, deep > 0 ? 1 : 0));
}

static void look_water(const struct draw_hit *hit, struct draw_look *look)
{
    struct vec p = vec_of(hit->at.x * 1.3f, 0, hit->at.z * 2.6f);
    float a = draw_layers(p) - 0.5f,
          b = draw_layers(vec_add(p, vec_of(50, 1, 8))) - 0.5f;
    look->n = vec_unit(vec_of(a * 0.10f, 1, b * 0.26f));
    look->albedo = vec_of(0.006f, 0.010f, 0.012f);
    look->mirror = 1;
}

static void look_grass(const struct draw_hit *hit, struct draw_look *look, float near)
{
    float blade = draw_noise(vec_of(hit->at.x * 70, 0, hit->at.z * 26));
    float tuft = draw_layers(vec_scale(hit->at, 1.7f));
    float k = (0.45f + 0.9f * tuft) * (1.0f + near * 1.3f * (blade - 0.5f));
    look->albedo = vec_scale(vec_of(0.075f, 0.098f, 0.032f), k);
    if (cell(hit->at.x * 9, 5, hit->at.z * 9) > 0.975f)
        look->albedo = vec_of(0.16f * k, 0.10f * k, 0.035f * k);
    bump(look, vec_of(hit->at.x * 24, 0, hit->at.z * 12), 1.1f * near);
}

static void look_flags(const struct draw_hit *hit, struct draw_look *look, float near)
{
    float x = hit->at.x, z = hit->at.z + 0.25f * floorf(hit->at.x / 0.5f);
    float slab = cell(x / 0.5f, 1, z / 0.5f), grit = cell(x * 120, 2, z * 120) - 0.5f;
    float grey = 0.17f * (0.75f + 0.4f * slab) * (0.7f + 0.6f * draw_layers(hit->at));
    float gap = fmaxf(joint(x, 0.5f, 0.02f), joint(z, 0.5f, 0.02f));
    grey *= (1.0f + 0.5f * near * grit) * (1.0f - 0.75f * gap * near);
    look->albedo = vec_of(grey, grey * 0.98f, grey * 0.93f);
    look->gloss = 0.15f;
    look->sharp = 12;
}

static void look_sand(const struct draw_hit *hit, struct draw_look *look, float near)
{
    float grain = cell(hit->at.x * 110, 0, hit->at.z * 110) - 0.5f;
    float k =
        (0.6f + 0.7f * draw_layers(vec_scale(hit->at, 2))) * (1 + 0.6f * near * grain);
    look->albedo = hit->stuff == STUFF_SAND ? vec_scale(vec_of(0.34f, 0.27f, 0.17f), k)
                                            : vec_scale(vec_of(0.17f, 0.15f, 0.12f), k);
    bump(look, vec_scale(hit->at, 9), 0.9f * near);
}

static void look_zebra(const struct draw_world *world, const struct draw_hit *hit,
                       struct draw_look *look, float near)
{
    look_asphalt(world, hit, look, near);
    float worn = draw_layers(vec_scale(hit->at, 3.1f));
    float white = draw_smooth(0.30f, 0.46f, worn) * 0.78f;
    look->albedo = vec_mix(look->albedo, vec_of(0.55f, 0.54f, 0.50f), white);
}

static void look_concrete(const struct draw_hit *hit, struct draw_look *look,
                          float near)
{
    float cloud = draw_layers(vec_scale(hit->at, 1.1f));
    float run = draw_layers(vec_of(hit->u * 5, hit->v * 0.25f, 3));
    float pore = cell(hit->u * 45, hit->v * 45, 4) > 0.985f ? 0.6f : 1.0f;
    float k = (0.55f + 0.6f * cloud) * (0.75f + 0.5f * run) * blend(1, pore, near);
    k *= 1.0f - 0.4f * fmaxf(joint(hit->u, 2.4f, 0.03f), joint(hit->v, 1.3f, 0.03f));
    look->albedo = vec_mul(hit->colour, vec_scale(vec_of(0.27f, 0.265f, 0.25f), k));
    look->gloss = 0.08f;
    look->sharp = 8;
    bump(look, vec_scale(hit->at, 30), 0.25f * near);
}

static void look_brick(const struct draw_hit *hit, struct draw_look *look, float near)
{
    float row = floorf(hit->v / 0.067f);
    float u = hit->u + (((int)row & 1) ? 0.12f : 0.0f);
    float each = cell(u / 0.24f, row, 9);
    float gap = fmaxf(joint(u, 0.24f, 0.014f), joint(hit->v, 0.067f, 0.014f));
    float k = (0.6f + 0.7f * each) * (0.8f + 0.4f * draw_layers(hit->at));
    struct vec face = vec_scale(hit->colour, blend(0.95f, k, near));
    look->albedo = vec_mix(face, vec_of(0.19f, 0.18f, 0.165f), gap * near);
    bump(look, vec_scale(hit->at, 40), 0.3f * near);
}

static float segment_distance(float x, float y, float ax, float ay, float bx, float by)
{
    float dx = bx - ax, dy = by - ay;
    float k = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy + 1e-9f);
    k = k < 0 ? 0 : k > 1 ? 1 : k;
    return hypotf(x - ax - k * dx, y - ay - k * dy);
}

static float stroke_distance(const struct draw_stroke *s, float x, float y)
{
    float least = 1e9f;
    if (x < s->x0 || x > s->x1 || y < s->y0 || y > s->y1)
        return least;
    for (int i = 0; i + 1 < DRAW_STROKE_POINTS; i++)
        least = fminf(
            least, segment_distance(x, y, s->x[i], s->y[i], s->x[i + 1], s->y[i + 1]));
    return least;
}

static void look_scribble(const struct draw_world *world, const struct draw_hit *hit,
                          struct draw_look *look, float near)
{
    struct draw_hit wall = *hit;
    wall.colour = vec_of(1.5f, 1.42f, 1.2f);
    look_concrete(&wall, look, near);
    for (size_t i = 0; i < world->strokes; i++) {
        const struct draw_stroke *s = &world->stroke[i];
        float d = stroke_distance(s, hit->u, hit->v);
        float soft = 0.012f + 0.02f * draw_noise(vec_of(hit->u * 30, hit->v * 30, 1));
        float ink = draw_smooth(s->width + soft, s->width - soft, d);
        look->albedo = vec_mix(look->albedo, s->colour, 0.92f * ink);
    }
}

static void look_leaves(const struct draw_hit *hit, struct draw_look *look, float near)
{
    struct vec p = vec_scale(hit->at, 21);
    struct vec wave =
        vec_scale(vec_of(draw_noise(p), draw_noise(vec_add(p, vec_of(9, 4, 2))),
                         draw_noise(vec_add(p, vec_of(3, 19, 7)))),
                  1.6f);
    struct vec q = vec_add(p, wave);
    float leaf = cell(q.x, q.y, q.z), other = cell(q.z, q.x, q.y + 50);
    float deep = draw_layers(vec_scale(hit->at, 3.3f));
    float k = (0.15f + 1.3f * leaf * leaf) * draw_smooth(0.15f, 0.62f, deep) + 0.08f;
    look->albedo = vec_scale(vec_mul(hit->colour, vec_of(0.8f + 0.6f * other, 1, 1)),
                             blend(0.55f, k, 0.3f + 0.7f * near));
    struct vec tilt = vec_of(leaf - 0.5f, other - 0.4f, cell(q.y, q.z, q.x) - 0.5f);
    look->n = vec_unit(vec_add(look->n, vec_scale(tilt, 1.7f)));
    look->gloss = 0.25f;
    look->sharp = 10;
}

static void look_wood(const struct draw_hit *hit, struct draw_look *look, float near)
{
    float ring = draw_layers(vec_of(hit->u * 1.2f, hit->v * 45, hit->colour.x * 90));
    float k = blend(0.9f, 0.45f + 0.9f * ring, near);
    look->albedo = vec_scale(hit->colour, k);
    look->gloss = 0.2f;
    look->sharp = 12;
}

static void look_smooth(const struct draw_hit *hit, struct draw_look *look, float near)
{
    float dirt = draw_layers(vec_scale(hit->at, 4));
    look->albedo = vec_scale(hit->colour, blend(0.9f, 0.6f + 0.6f * dirt, near));
    look->gloss = hit->stuff == STUFF_METAL ? 0.9f
                  : hit->stuff == STUFF_BAG ? 1.6f
                                            : 0.4f;
    look->sharp = hit->stuff == STUFF_BAG ? 22 : 30;
    if (hit->stuff != STUFF_BAG)
        return;
    look->albedo = vec_scale(hit->colour, 0.8f + 0.2f * dirt);
    bump(look, vec_scale(hit->at, 9), 1.0f);
    bump(look, vec_scale(hit->at, 27), 1.1f);
}

struct draw_look draw_look_at(const struct draw_world *world,
                              const struct draw_hit *hit)
{
    struct draw_look look = {.n = hit->n, .sharp = 10};
    float near = 1.0f / (1.0f + hit->t * hit->t * 0.006f);
    switch (hit->stuff) {
    case STUFF_GRASS:
        look_grass(hit, &look, near);
        break;
    case STUFF_ASPHALT:
        look_asphalt(world, hit, &look, near);
        break;
    case STUFF_FLAGS:
        look_flags(hit, &look, near);
        break;
    case STUFF_SAND:
    case STUFF_GRAVEL:
        look_sand(hit, &look, near);
        break;
    case STUFF_ZEBRA:
        look_zebra(world, hit, &look, near);
        break;
    case STUFF_PUDDLE:
        look_puddle(world, hit, &look, near);
        break;
    case STUFF_WATER:
        look_water(hit, &look);
        break;
    case STUFF_CONCRETE:
        look_concrete(hit, &look, near);
        break;
    case STUFF_BRICK:
        look_brick(hit, &look, near);
        break;
    case STUFF_SCRIBBLE:
        look_scribble(world, hit, &look, near);
        break;
    case STUFF_LEAVES:
        look_leaves(hit, &look, near);
        break;
    case STUFF_WOOD:
        look_wood(hit, &look, near);
        break;
    case STUFF_METAL:
    case STUFF_PAINT:
    case STUFF_BAG:
        look_smooth(hit, &look, near);
        break;
    case STUFF_GLOW:
        look.emit = hit->colour;
        break;
    case STUFF_GLASS:
    case STUFF_SKY:
        break;
    }
    return look;
}
