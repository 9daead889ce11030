/* draw_light: a small ray tracer for night pictures: things, lamps, haze, puddles.
 *
 * Metres; x to the right, y up, z away from the photographer. Light is linear RGB.
 * A scene fills a struct draw_world (draw_scene.c), draw_render() turns it into light
 * per pixel, and draw_develop() (draw_film.c) makes a grainy photo of that light.
 *
 * It does what a lamp does to a path at night and no more: no triangles, no files, no
 * people. The same world gives the same light in the same program
 * (compilers round differently).
 */
#ifndef LYGTE_DRAW_LIGHT_H
#define LYGTE_DRAW_LIGHT_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

struct vec {
    float x, y, z;
};

static inline struct vec vec_of(float x, float y, float z)
{
    return (struct vec){x, y, z};
}

static inline struct vec vec_add(struct vec a, struct vec b)
{
    return vec_of(a.x + b.x, a.y + b.y, a.z + b.z);
}

static inline struct vec vec_sub(struct vec a, struct vec b)
{
    return vec_of(a.x - b.x, a.y - b.y, a.z - b.z);
}

/* Component by component. */
static inline struct vec vec_mul(struct vec a, struct vec b)
{
    return vec_of(a.x * b.x, a.y * b.y, a.z * b.z);
}

static inline struct vec vec_scale(struct vec a, float k)
{
    return vec_of(a.x * k, a.y * k, a.z * k);
}

static inline float vec_dot(struct vec a, struct vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline struct vec vec_unit(struct vec a)
{
    return vec_scale(a, 1.0f / sqrtf(vec_dot(a, a) + 1e-20f));
}

/* a at k 0, b at k 1. */
static inline struct vec vec_mix(struct vec a, struct vec b, float k)
{
    return vec_add(vec_scale(a, 1.0f - k), vec_scale(b, k));
}

/* The point t metres along a ray. */
static inline struct vec vec_along(struct vec from, struct vec direction, float t)
{
    return vec_add(from, vec_scale(direction, t));
}

/* 0 up to from, 1 beyond to, smooth between; from may be the larger one. */
static inline float draw_smooth(float from, float to, float x)
{
    float k = (x - from) / (to - from);
    k = k < 0 ? 0 : k > 1 ? 1 : k;
    return k * k * (3.0f - 2.0f * k);
}

enum draw_shape { SHAPE_BOX, SHAPE_ROD, SHAPE_BALL };

enum draw_stuff {
    STUFF_SKY, /* nothing was hit */
    STUFF_GRASS,
    STUFF_ASPHALT,
    STUFF_FLAGS, /* concrete flagstones, half a metre */
    STUFF_GRAVEL,
    STUFF_SAND,
    STUFF_ZEBRA,  /* worn white paint on asphalt                 */
    STUFF_PUDDLE, /* asphalt, under water where the noise is low */
    STUFF_WATER,  /* the harbour, a metre below the quay         */
    STUFF_CONCRETE,
    STUFF_BRICK,
    STUFF_SCRIBBLE, /* plastered wall with the world's strokes on it */
    STUFF_LEAVES,   /* ragged at its outline                         */
    STUFF_WOOD,
    STUFF_METAL,
    STUFF_PAINT,
    STUFF_BAG,   /* crumpled plastic, shiny */
    STUFF_GLASS, /* seen through            */
    STUFF_GLOW,  /* shines by itself        */
};

/* BOX: a the centre, b half the sides, axis its own three directions.
 * ROD: a and b its ends, r its radius. BALL: a the centre, b the three radii. */
struct draw_thing {
    enum draw_shape shape;
    enum draw_stuff stuff;
    struct vec a, b;
    struct vec axis[3];
    struct vec colour;
    float r;
};

/* Things first..end-1 lie inside a ball round centre. */
struct draw_group {
    size_t first, end;
    struct vec centre;
    float r;
};

/* The edge of a lamp that shines in every direction. */
static const float DRAW_ALL_ROUND = -2;

/* Shines within the cone round axis whose edge has cosine `edge` (-2: all round). */
struct draw_lamp {
    struct vec at, axis;
    struct vec colour; /* power: light at one metre */
    float edge;
    float haze; /* how much of it the air shows, 1 is usual */
};

/* A piece of ground; the last one that holds a point wins. */
struct draw_strip {
    float x0, x1, z0, z1;
    enum draw_stuff stuff;
};

/* One sprayed line on a STUFF_SCRIBBLE wall, in wall metres. */
enum { DRAW_STROKE_POINTS = 48 };
struct draw_stroke {
    float x[DRAW_STROKE_POINTS], y[DRAW_STROKE_POINTS];
    float x0, x1, y0, y1; /* bounds with the width */
    float width;
    struct vec colour;
};

enum {
    DRAW_THINGS = 1400,
    DRAW_GROUPS = 200,
    DRAW_LAMPS = 14,
    DRAW_STRIPS = 24,
    DRAW_STROKES = 12
};

struct draw_world {
    struct draw_thing thing[DRAW_THINGS];
    struct draw_group group[DRAW_GROUPS];
    struct draw_lamp lamp[DRAW_LAMPS];
    struct draw_strip strip[DRAW_STRIPS];
    struct draw_stroke stroke[DRAW_STROKES];
    size_t things, groups, lamps, strips, strokes;
    struct vec eye;
    float yaw, pitch, zoom; /* radians; zoom is half the longer side at one metre */
    float mirror;           /* 1, or -1 for left and right changed */
    float bend;             /* strips curve: x moves by bend * z * z */
    float wet;              /* 0 dry asphalt, 1 shining after rain */
    float puddle;           /* how high the water stands, about 0..1 */
    struct vec sky_low, sky_high, ambient;
    float haze;
    float exposure;
    uint32_t seed, dice; /* dice counts draw_any() */
};

/* Where a ray met something. */
struct draw_hit {
    float t; /* metres along the ray */
    enum draw_stuff stuff;
    struct vec at, n;
    float u, v; /* metres on the face that was hit */
    struct vec colour;
    size_t id; /* which thing: neighbours that differ are an edge */
};

/* What that place does to light. */
struct draw_look {
    struct vec albedo, emit, n;
    float gloss, sharp; /* how strong and how narrow a highlight */
    float mirror;       /* 0..1, share of light as from still water */
};

/* draw_stuff.c: the texture of the hit's stuff at its place. */
struct draw_look draw_look_at(const struct draw_world *world,
                              const struct draw_hit *hit);

/* A smooth random field in 0..1 that varies over about one metre. */
float draw_noise(struct vec p);
/* Four layers of it, 0..1. */
float draw_layers(struct vec p);
/* A number in 0..1 made from two; no order in it. */
float draw_chance(uint32_t a, uint32_t b);

/* Fills w * h pixels of linear light, row by row from the top left. */
void draw_render(const struct draw_world *world, int w, int h, struct vec *ret);

/* The photo of that light: light is (W+1)/2 by (H+1)/2 as draw_render() left it and is
 * used up; rgb gets W * H * 3 bytes of sRGB with glare, vignette and grain. */
void draw_develop(struct vec *light, int width, int height, float exposure,
                  uint32_t seed, uint8_t *rgb);

#endif
