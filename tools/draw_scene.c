/* draw_scene: see the header. One function a scene, one table of them.
 *
 * Each scene is composed so that it is told from the others at 84 by 63 pixels: one
 * subject, one shape, one light. x 0 is the middle of the picture, the photographer
 * stands near the origin and looks along z.
 */
#include "tools/draw_scene.h"

#include "core/base/text.h"
#include "tools/draw_props.h"

#include <string.h>

static const struct vec WARM = {34, 22, 11}; /* LED of 3000 K, a post of 4.5 m */
static const struct vec AMBER = {34, 17, 5}; /* sodium                          */
static const struct vec COOL = {26, 29, 33}; /* LED of 5000 K                   */
static const struct vec WHITE = {1, 1, 1};

static void aim(struct draw_world *w, float x, float y, float z, float pitch,
                float zoom)
{
    float degree = 0.017453293f;
    w->eye = vec_of(x + draw_any(w, -0.12f, 0.12f), y + draw_any(w, -0.06f, 0.06f), z);
    w->yaw = draw_any(w, -1.6f, 1.6f) * degree;
    w->pitch = (pitch + draw_any(w, -0.8f, 0.8f)) * degree;
    w->zoom = zoom;
}

/* A lamp behind the photographer or out of sight: it lights, but does not glow. */
static void put_fill(struct draw_world *w, struct vec at, struct vec colour)
{
    put_light(w, at, colour, DRAW_ALL_ROUND);
    w->lamp[w->lamps - 1].haze = 0;
}

/* A phone's own light, weak: shows what stands within a few metres. */
static void put_torch(struct draw_world *w, float power)
{
    struct vec at = vec_add(w->eye, vec_of(0.03f, -0.05f, -0.02f));
    put_fill(w, at, vec_scale(vec_of(1, 0.97f, 0.9f), power));
}

/* Houses along both sides from z on. */
static void put_homes(struct draw_world *w, float left, float right, float z, int count)
{
    for (int i = 0; i < count; i++, z += 17) {
        put_house(w, left - draw_any(w, 0, 2), z + draw_any(w, -2, 2),
                  -90 + draw_any(w, -6, 6));
        put_house(w, right + draw_any(w, 0, 2), z + draw_any(w, 3, 8),
                  90 + draw_any(w, -6, 6));
    }
}

static void put_trees(struct draw_world *w, float x0, float x1, float z0, float z1,
                      int count)
{
    for (int i = 0; i < count; i++)
        put_tree(w, draw_any(w, x0, x1), draw_any(w, z0, z1), draw_any(w, 6, 10));
}

static void build_lamp_out(struct draw_world *w)
{
    struct vec strong = vec_scale(AMBER, 2.6f);
    aim(w, 0.2f, 1.55f, 0, 5, 0.62f);
    put_strip(w, STUFF_ASPHALT, -1.7f, 1.7f, -20, 300);
    w->bend = 0.0012f;
    put_lamp_post(w, -2.0f, 6.2f, 4.2f, 1.0f, AMBER, false);
    for (int i = 0; i < 5; i++) {
        float z = 17.5f + 13 * (float)i;
        put_lamp_post(w, -2.1f + w->bend * z * z, z, 4.4f, 0.9f, strong, true);
    }
    put_hedge(w, vec_of(3.6f, 0, 7), vec_of(6, 0, 45), 1.4f, 0.3f);
    put_homes(w, -15, 14, 18, 3);
    put_trees(w, -10, -5, 16, 45, 3);
    put_fill(w, vec_of(-6, 6, -6), vec_of(9, 6, 3.2f));
    put_torch(w, 1.0f);
    w->exposure = 1.6f;
}

/* Concrete on both sides and above, a road on top, the only light at the far end. */
static void build_tunnel(struct draw_world *w)
{
    float near = 6.5f, end = 27, mid = 0.5f * (near + end), half = 0.5f * (end - near);
    struct vec rail = vec_of(0.3f, 0.31f, 0.32f);
    aim(w, -0.3f, 1.55f, 0, 2.5f, 0.62f);
    put_strip(w, STUFF_ASPHALT, -2.1f, 2.1f, -20, 300);
    draw_open(w);
    put_box(w, STUFF_CONCRETE, WHITE, vec_of(-9.1f, 1.8f, mid), vec_of(7, 1.8f, half));
    put_box(w, STUFF_CONCRETE, WHITE, vec_of(9.1f, 1.8f, mid), vec_of(7, 1.8f, half));
    put_box(w, STUFF_CONCRETE, WHITE, vec_of(0, 3.2f, mid), vec_of(2.1f, 0.4f, half));
    put_turned(w, STUFF_CONCRETE, WHITE, vec_of(-1.9f, 2.7f, mid),
               vec_of(0.5f, 0.5f, half - 0.04f), (struct draw_turn){0, 0, 45});
    put_turned(w, STUFF_CONCRETE, WHITE, vec_of(1.9f, 2.7f, mid),
               vec_of(0.5f, 0.5f, half - 0.04f), (struct draw_turn){0, 0, 45});
    for (int i = 0; i < 4; i++)
        put_box(w, STUFF_PAINT, vec_of(0.1f, 0.1f, 0.1f),
                vec_of(0, 2.76f, near + 2.5f + 5 * (float)i),
                vec_of(0.1f, 0.04f, 0.6f));
    draw_close(w);
    draw_open(w);
    for (int i = -9; i <= 9; i++)
        put_rod(w, STUFF_METAL, rail, vec_of((float)i, 3.6f, near),
                vec_of((float)i, 4.6f, near), 0.03f);
    for (int i = 0; i < 3; i++)
        put_rod(w, STUFF_METAL, rail, vec_of(-9, 3.9f + 0.35f * (float)i, near),
                vec_of(9, 3.9f + 0.35f * (float)i, near), 0.03f);
    draw_close(w);
    put_hedge(w, vec_of(-7, 0, 45), vec_of(7, 0, 45), 3.2f, 0.6f);
    put_hedge(w, vec_of(-5.5f, 0, 5), vec_of(-3.4f, 0, 6.2f), 1.2f, 0.3f);
    put_lamp_post(w, -2.4f, end + 4, 4.2f, 0.9f, vec_of(80, 58, 34), true);
    put_fill(w, vec_of(-4.5f, 4.2f, -1), vec_of(24, 15, 6.5f));
    put_fill(w, vec_of(6, 6.6f, 13), vec_of(30, 19, 8));
    w->haze = 0.005f;
    w->exposure = 1.2f;
}

static void build_hedge(struct draw_world *w)
{
    aim(w, 0, 1.55f, 0, 1, 0.66f);
    put_strip(w, STUFF_FLAGS, -1.3f, 1.3f, -20, 300);
    put_hedge(w, vec_of(-3.6f, 0, 1.5f), vec_of(-1.8f, 0, 30), 2.2f, 0.3f);
    put_hedge(w, vec_of(-1.6f, 0, 4.6f), vec_of(-0.5f, 0, 5.2f), 2.3f, 0.3f);
    put_hedge(w, vec_of(-1.2f, 0, 6), vec_of(0.2f, 0, 6.6f), 1.6f, 0.3f);
    put_hedge(w, vec_of(3.9f, 0, 12), vec_of(2.4f, 0, 30), 1.3f, 0.2f);
    put_lamp_post(w, 2.7f, 11, 4.3f, -0.5f, vec_scale(WARM, 2), true);
    put_lamp_post(w, 2.3f, 30, 4.3f, -0.5f, WARM, true);
    put_fill(w, vec_of(2.6f, 4.2f, -1.0f), vec_of(26, 19, 11));
    put_house(w, 9.5f, 17, 80);
    put_trees(w, 4, 9, 20, 40, 3);
    w->exposure = 1.35f;
}

static void build_bin(struct draw_world *w)
{
    struct vec green = vec_of(0.05f, 0.13f, 0.075f),
               dark = vec_of(0.035f, 0.035f, 0.04f);
    aim(w, 0, 1.45f, 0.35f, -13, 0.60f);
    put_strip(w, STUFF_FLAGS, -30, 30, -5, 4.6f);
    put_strip(w, STUFF_ASPHALT, -60, 60, 8, 13);
    draw_open(w);
    put_box(w, STUFF_PAINT, green, vec_of(0, 0.46f, 2.6f), vec_of(0.34f, 0.42f, 0.30f));
    put_box(w, STUFF_PAINT, vec_scale(green, 0.6f), vec_of(0, 0.86f, 2.6f),
            vec_of(0.38f, 0.05f, 0.34f));
    put_box(w, STUFF_PAINT, vec_of(0.5f, 0.5f, 0.45f), vec_of(0, 0.55f, 2.29f),
            vec_of(0.13f, 0.09f, 0.01f));
    put_rod(w, STUFF_METAL, dark, vec_of(-0.28f, 0, 2.6f), vec_of(-0.28f, 0.2f, 2.6f),
            0.04f);
    put_rod(w, STUFF_METAL, dark, vec_of(0.28f, 0, 2.6f), vec_of(0.28f, 0.2f, 2.6f),
            0.04f);
    put_ball(w, STUFF_BAG, vec_of(0.62f, 0.62f, 0.6f), vec_of(-0.13f, 1.03f, 2.52f),
             vec_of(0.24f, 0.22f, 0.22f));
    put_ball(w, STUFF_BAG, dark, vec_of(0.19f, 1.00f, 2.62f),
             vec_of(0.22f, 0.20f, 0.2f));
    put_ball(w, STUFF_BAG, vec_of(0.5f, 0.38f, 0.1f), vec_of(0.03f, 1.2f, 2.66f),
             vec_of(0.17f, 0.15f, 0.16f));
    put_turned(w, STUFF_PAINT, vec_of(0.45f, 0.31f, 0.16f), vec_of(0.3f, 1.08f, 2.45f),
               vec_of(0.16f, 0.012f, 0.16f), (struct draw_turn){25, 30, 35});
    put_turned(w, STUFF_PAINT, vec_of(0.6f, 0.1f, 0.07f), vec_of(-0.33f, 1.0f, 2.4f),
               vec_of(0.09f, 0.12f, 0.02f), (struct draw_turn){20, 10, 40});
    put_ball(w, STUFF_BAG, dark, vec_of(-0.66f, 0.22f, 2.5f),
             vec_of(0.27f, 0.25f, 0.26f));
    put_ball(w, STUFF_BAG, dark, vec_of(-0.6f, 0.46f, 2.5f),
             vec_of(0.07f, 0.09f, 0.07f));
    put_ball(w, STUFF_BAG, vec_of(0.6f, 0.6f, 0.58f), vec_of(0.66f, 0.15f, 2.4f),
             vec_of(0.24f, 0.16f, 0.2f));
    put_rubbish(w, vec_of(0, 0, 2.2f), 0.95f, 18);
    draw_close(w);
    put_hedge(w, vec_of(-9, 0, 6), vec_of(9, 0, 6.3f), 1.3f, 0.2f);
    put_lamp_post(w, 4, 7.5f, 4.6f, -0.8f, AMBER, true);
    put_lamp_post(w, -12, 16, 4.6f, 0.8f, AMBER, true);
    put_torch(w, 6);
    w->exposure = 1.2f;
}

static void build_bench(struct draw_world *w)
{
    struct vec iron = vec_of(0.05f, 0.055f, 0.05f);
    float z = 3.1f;
    aim(w, 0.15f, 1.45f, 0, -12, 0.56f);
    put_strip(w, STUFF_GRAVEL, -30, 30, -5, 4.4f);
    draw_open(w);
    for (int side = -1; side <= 1; side += 2) {
        float x = 0.78f * (float)side;
        put_rod(w, STUFF_METAL, iron, vec_of(x, 0, z - 0.2f),
                vec_of(x, 0.44f, z - 0.2f), 0.03f);
        put_rod(w, STUFF_METAL, iron, vec_of(x, 0, z + 0.28f),
                vec_of(x, 0.95f, z + 0.36f), 0.03f);
        put_rod(w, STUFF_METAL, iron, vec_of(x, 0.43f, z - 0.2f),
                vec_of(x, 0.43f, z + 0.3f), 0.03f);
        put_rod(w, STUFF_METAL, iron, vec_of(x, 0.64f, z - 0.2f),
                vec_of(x, 0.64f, z + 0.3f), 0.025f);
        put_rod(w, STUFF_METAL, iron, vec_of(x, 0.43f, z - 0.2f),
                vec_of(x, 0.64f, z - 0.2f), 0.025f);
    }
    put_slat(w, vec_of(0, 0.47f, z - 0.17f), -0.98f, 0.98f, 90, 0);
    put_slat(w, vec_of(0, 0.47f, z - 0.04f), -0.98f, -0.22f, 90, 0);
    put_slat(w, vec_of(0, 0.47f, z + 0.09f), -0.98f, 0.98f, 90, 0);
    put_slat(w, vec_of(0, 0.62f, z + 0.29f), -0.98f, 0.98f, -8, 0);
    put_slat(w, vec_of(0, 0.76f, z + 0.30f), -0.98f, -0.40f, -8, 0);
    put_slat(w, vec_of(0, 0.90f, z + 0.31f), -0.98f, 0.98f, -8, 0);
    put_turned(w, STUFF_WOOD, vec_of(0.45f, 0.3f, 0.15f),
               vec_of(0.30f, 0.27f, z - 0.22f), vec_of(0.50f, 0.05f, 0.022f),
               (struct draw_turn){-16, 60, 35});
    put_turned(w, STUFF_WOOD, vec_of(0.45f, 0.3f, 0.15f),
               vec_of(0.32f, 0.62f, z + 0.22f), vec_of(0.48f, 0.05f, 0.022f),
               (struct draw_turn){6, -8, 28});
    put_turned(w, STUFF_WOOD, vec_of(0.42f, 0.27f, 0.13f),
               vec_of(-0.35f, 0.03f, z - 0.75f), vec_of(0.42f, 0.05f, 0.022f),
               (struct draw_turn){24, 90, 0});
    draw_close(w);
    put_hedge(w, vec_of(-8, 0, 6.2f), vec_of(8, 0, 6.4f), 1.1f, 0.3f);
    put_trees(w, -6, 7, 9, 20, 5);
    put_fill(w, vec_of(-2.2f, 4.0f, 1.6f), vec_of(26, 18, 9));
    put_lamp_post(w, 8, 22, 4.2f, 0.8f, WARM, true);
    put_torch(w, 0.8f);
    w->exposure = 1.0f;
}

static void build_quay(struct draw_world *w)
{
    aim(w, 0.5f, 1.6f, 0, -1.5f, 0.64f);
    put_strip(w, STUFF_FLAGS, -300, 300, -20, 300);
    put_strip(w, STUFF_WATER, -300, -0.9f, -20, 300);
    put_strip(w, STUFF_WATER, -300, 300, 62, 300);
    draw_open(w);
    for (int i = 0; i < 12; i++)
        put_box(w, STUFF_WOOD, vec_of(0.17f, 0.13f, 0.09f),
                vec_of(-0.75f, 0.07f, 1 + 5 * (float)i), vec_of(0.16f, 0.09f, 2.46f));
    for (int i = 0; i < 5; i++) {
        float z = 4.5f + 9 * (float)i;
        put_rod(w, STUFF_METAL, vec_of(0.06f, 0.06f, 0.06f), vec_of(-0.2f, 0, z),
                vec_of(-0.2f, 0.4f, z), 0.13f);
        put_ball(w, STUFF_METAL, vec_of(0.06f, 0.06f, 0.06f), vec_of(-0.2f, 0.45f, z),
                 vec_of(0.2f, 0.1f, 0.2f));
    }
    draw_close(w);
    put_buoy_board(w, 0.75f, 4.6f);
    for (int i = 0; i < 4; i++)
        put_block(w, -58 + 26 * (float)i, 112 + draw_any(w, 0, 8), 11, 3 + i % 3);
    for (int i = 0; i < 6; i++) {
        struct vec at = vec_of(-62 + 15 * (float)i + draw_any(w, -3, 3), 6, 96);
        struct vec colour = vec_scale(i % 3 == 2 ? COOL : AMBER, 9);
        draw_open(w);
        put_ball(w, STUFF_GLOW, vec_scale(colour, 0.06f), at, vec_of(0.5f, 0.5f, 0.5f));
        draw_close(w);
        put_light(w, at, colour, DRAW_ALL_ROUND);
        w->lamp[w->lamps - 1].haze = 0.12f;
    }
    put_lamp_post(w, 7, 40, 5, -0.8f, WARM, true);
    put_torch(w, 5);
    w->exposure = 1.4f;
}

static void build_crossing(struct draw_world *w)
{
    aim(w, 0, 1.6f, 0, -7, 0.66f);
    put_strip(w, STUFF_FLAGS, -8, 8, -20, 300);
    put_strip(w, STUFF_ASPHALT, -4.2f, 4.2f, -20, 300);
    for (int i = 0; i < 8; i++)
        put_strip(w, STUFF_ZEBRA, -4.0f + 1.0f * (float)i, -3.45f + 1.0f * (float)i,
                  3.4f, 7.4f);
    for (int i = 0; i < 5; i++)
        put_strip(w, STUFF_ZEBRA, -0.06f, 0.06f, 11 + 8 * (float)i, 15 + 8 * (float)i);
    put_car(w, -1.7f, 14);
    put_hedge(w, vec_of(-7.5f, 0, 8), vec_of(-8, 0, 30), 1.5f, 0.2f);
    put_homes(w, -17, 17, 18, 3);
    put_lamp_post(w, 5.2f, 6, 5, -0.9f, AMBER, false);
    put_lamp_post(w, 5.2f, 38, 5, -0.9f, AMBER, true);
    put_lamp_post(w, 5.2f, 62, 5, -0.9f, AMBER, true);
    put_fill(w, vec_of(-5, 6, -1), vec_of(42, 25, 10));
    w->wet = 0.4f;
    w->exposure = 1.4f;
}

static void build_graffiti(struct draw_world *w)
{
    static const struct vec ink[5] = {{0.55f, 0.03f, 0.05f},
                                      {0.03f, 0.17f, 0.5f},
                                      {0.02f, 0.02f, 0.025f},
                                      {0.05f, 0.38f, 0.16f},
                                      {0.62f, 0.38f, 0.03f}};
    aim(w, 0, 1.5f, 0, 3, 0.64f);
    put_strip(w, STUFF_ASPHALT, -60, 60, -20, 5.2f);
    draw_open(w);
    put_box(w, STUFF_SCRIBBLE, WHITE, vec_of(0, 1.6f, 6.1f), vec_of(8, 1.6f, 0.5f));
    put_box(w, STUFF_PAINT, vec_of(0.1f, 0.1f, 0.11f), vec_of(0, 3.25f, 6.05f),
            vec_of(8.1f, 0.06f, 0.6f));
    put_box(w, STUFF_PAINT, vec_of(0.07f, 0.08f, 0.07f), vec_of(4.7f, 1.1f, 5.58f),
            vec_of(0.55f, 1.1f, 0.04f));
    draw_close(w);
    for (int i = 0; i < 10; i++) {
        size_t kind = (size_t)(i + (int)(w->seed % 5)) % 5;
        float x = -3.1f + 0.7f * (float)(i * 7 % 10) + draw_any(w, -0.4f, 0.4f);
        float y = draw_any(w, -0.7f, 0.6f), size = draw_any(w, 0.6f, 1.5f);
        put_scribble(w, x, y, size, draw_any(w, 0.035f, 0.11f), ink[kind]);
    }
    put_light(w, vec_of(-1.2f, 3.9f, 4.3f), vec_of(26, 17, 8.5f), 0.05f);
    draw_open(w);
    put_rod(w, STUFF_METAL, vec_of(0.15f, 0.15f, 0.15f), vec_of(-1.2f, 3.3f, 5.6f),
            vec_of(-1.2f, 4.1f, 4.3f), 0.03f);
    put_box(w, STUFF_GLOW, vec_of(7, 4.8f, 2.4f), vec_of(-1.2f, 4.0f, 4.3f),
            vec_of(0.2f, 0.04f, 0.12f));
    draw_close(w);
    put_trees(w, -6, 6, 9, 14, 4);
    put_torch(w, 1.5f);
    w->exposure = 0.95f;
}

/* A lamp twenty metres off is mirrored a good five metres off: there the water lies. */
static void build_puddle(struct draw_world *w)
{
    struct vec strong = vec_scale(WARM, 2);
    aim(w, 0, 1.5f, 0, -9, 0.64f);
    put_strip(w, STUFF_PUDDLE, -2.1f, 2.1f, -20, 300);
    put_lamp_post(w, -2.5f, 20, 4.2f, 1.0f, strong, true);
    put_lamp_post(w, 2.7f, 17, 4.2f, -0.9f, strong, true);
    put_lamp_post(w, -2.6f, 38, 4.2f, 0.7f, strong, true);
    put_trees(w, -8, -4, 12, 30, 3);
    put_trees(w, 4, 8, 14, 30, 3);
    put_hedge(w, vec_of(-5.5f, 0, 6), vec_of(-5, 0, 40), 1.2f, 0.4f);
    put_fill(w, vec_of(2.5f, 4.4f, -1), vec_of(13, 9.5f, 6));
    w->wet = 0.3f;
    w->puddle = 0.40f;
    w->haze = 0.0013f;
    w->exposure = 1.7f;
}

static void build_good_light(struct draw_world *w)
{
    aim(w, 0, 1.6f, 0, 1, 0.66f);
    put_strip(w, STUFF_FLAGS, -2.3f, 2.3f, -20, 300);
    for (int i = 0; i < 8; i++) {
        float z = 1.5f + 7 * (float)i, side = i % 2 ? 1 : -1;
        put_lamp_post(w, 2.9f * side, z, 4.0f, -0.7f * side, vec_of(62, 47, 31), true);
    }
    put_hedge(w, vec_of(-5, 0, 3), vec_of(-5, 0, 45), 0.7f, 0.1f);
    put_hedge(w, vec_of(5, 0, 3), vec_of(5, 0, 45), 0.7f, 0.1f);
    put_homes(w, -14, 14, 14, 3);
    put_fill(w, vec_of(0, 5, -2), vec_of(45, 35, 24));
    w->haze = 0.0010f;
    w->sky_high = vec_scale(w->sky_high, 2);
    w->exposure = 1.25f;
}

static void build_playground(struct draw_world *w)
{
    aim(w, 0, 1.6f, 0, -2, 0.64f);
    put_strip(w, STUFF_SAND, -5.5f, 5.5f, 2.5f, 13);
    draw_open(w);
    for (int i = 0; i < 8; i++)
        put_box(w, STUFF_WOOD, vec_of(0.3f, 0.2f, 0.1f),
                vec_of(-4.8f + 1.4f * (float)i, 0.08f, 2.5f),
                vec_of(0.68f, 0.1f, 0.09f));
    draw_close(w);
    put_swings(w, -1.9f, 6.2f);
    put_slide(w, 3.0f, 7.6f);
    put_hedge(w, vec_of(-14, 0, 16), vec_of(14, 0, 16), 1.4f, 0.3f);
    put_trees(w, -9, 9, 17, 24, 4);
    put_house(w, -8, 30, 0);
    put_house(w, 9, 32, 0);
    put_lamp_post(w, -5.9f, 9.5f, 4.4f, 0.8f, vec_of(44, 29, 14), true);
    put_fill(w, vec_of(3, 4.6f, 0.5f), vec_of(13, 9, 5));
    w->exposure = 1.2f;
}

static void build_bus_stop(struct draw_world *w)
{
    struct vec yellow = vec_of(0.75f, 0.50f, 0.02f), blue = vec_of(0.03f, 0.07f, 0.25f);
    aim(w, 0.1f, 1.55f, 0, 1, 0.66f);
    put_strip(w, STUFF_ASPHALT, -60, 60, -20, 3.6f);
    put_strip(w, STUFF_FLAGS, -60, 60, 3.6f, 7.4f);
    draw_open(w);
    put_box(w, STUFF_CONCRETE, WHITE, vec_of(0, 0.05f, 3.6f), vec_of(60, 0.07f, 0.09f));
    draw_close(w);
    put_shelter(w, -0.75f, 5.0f);
    draw_open(w);
    put_rod(w, STUFF_METAL, vec_of(0.3f, 0.3f, 0.3f), vec_of(2.05f, 0, 4.3f),
            vec_of(2.05f, 2.9f, 4.3f), 0.04f);
    put_box(w, STUFF_PAINT, yellow, vec_of(2.05f, 2.65f, 4.25f),
            vec_of(0.32f, 0.32f, 0.02f));
    put_box(w, STUFF_PAINT, blue, vec_of(2.05f, 2.65f, 4.22f),
            vec_of(0.19f, 0.13f, 0.01f));
    put_box(w, STUFF_PAINT, vec_of(0.6f, 0.6f, 0.58f), vec_of(2.05f, 1.55f, 4.24f),
            vec_of(0.17f, 0.25f, 0.015f));
    draw_close(w);
    put_hedge(w, vec_of(-12, 0, 9), vec_of(12, 0, 9.3f), 1.7f, 0.25f);
    put_house(w, 8, 19, 8);
    put_trees(w, -9, 6, 12, 22, 4);
    put_fill(w, vec_of(3.5f, 5, 0.5f), vec_of(13, 8, 3.2f));
    w->exposure = 1.3f;
}

static const struct scene {
    const char *name;
    void (*build)(struct draw_world *w);
} scenes[] = {
    {"lamp_out", build_lamp_out},     {"tunnel", build_tunnel},
    {"hedge", build_hedge},           {"bin", build_bin},
    {"bench", build_bench},           {"quay", build_quay},
    {"crossing", build_crossing},     {"graffiti", build_graffiti},
    {"puddle", build_puddle},         {"good_light", build_good_light},
    {"playground", build_playground}, {"bus_stop", build_bus_stop},
};

enum { SCENES = sizeof scenes / sizeof scenes[0] };

const char *draw_scene_name(size_t i)
{
    return i < SCENES ? scenes[i].name : NULL;
}

bool draw_scene_build(const char *name, uint32_t seed, struct draw_world *ret)
{
    for (size_t i = 0; i < SCENES; i++) {
        if (!text_equal(name, scenes[i].name))
            continue;
        memset(ret, 0, sizeof *ret);
        ret->seed = seed;
        ret->sky_low = vec_of(0.030f, 0.023f, 0.020f);
        ret->sky_high = vec_of(0.0035f, 0.0055f, 0.011f);
        ret->ambient = vec_of(0.020f, 0.022f, 0.030f);
        ret->haze = 0.0022f;
        ret->mirror = draw_chance(seed, 5) < 0.5f ? 1 : -1;
        scenes[i].build(ret);
        return true;
    }
    return false;
}
