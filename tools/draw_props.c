/* draw_props: see the header. */
#include "tools/draw_props.h"

#include "core/base/err.h"

static float radians(float degrees)
{
    return degrees * 0.017453293f;
}

float draw_any(struct draw_world *w, float from, float to)
{
    w->dice++;
    return from + (to - from) * draw_chance(w->dice * 2654435761u, w->seed + 11);
}

void draw_open(struct draw_world *w)
{
    if (w->groups == DRAW_GROUPS)
        err_die("draw_open", "too many groups");
    w->group[w->groups].first = w->things;
}

static float reach_of(const struct draw_thing *g, struct vec from)
{
    struct vec a = vec_sub(g->a, from), b = vec_sub(g->b, from);
    float to_a = sqrtf(vec_dot(a, a));
    if (g->shape == SHAPE_ROD)
        return fmaxf(to_a, sqrtf(vec_dot(b, b))) + g->r;
    return to_a + sqrtf(vec_dot(g->b, g->b));
}

void draw_close(struct draw_world *w)
{
    struct draw_group *group = &w->group[w->groups];
    struct vec sum = vec_of(0, 0, 0);
    group->end = w->things;
    if (group->end == group->first)
        return;
    for (size_t i = group->first; i < group->end; i++) {
        const struct draw_thing *g = &w->thing[i];
        sum = vec_add(sum, g->shape == SHAPE_ROD ? vec_mix(g->a, g->b, 0.5f) : g->a);
    }
    group->centre = vec_scale(sum, 1.0f / (float)(group->end - group->first));
    for (size_t i = group->first; i < group->end; i++)
        group->r = fmaxf(group->r, reach_of(&w->thing[i], group->centre));
    w->groups++;
}

static struct draw_thing *next_thing(struct draw_world *w, enum draw_shape shape,
                                     enum draw_stuff stuff, struct vec colour)
{
    if (w->things == DRAW_THINGS)
        err_die("draw_props", "too many things");
    struct draw_thing *g = &w->thing[w->things++];
    *g = (struct draw_thing){.shape = shape, .stuff = stuff, .colour = colour};
    return g;
}

void put_turned(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
                struct vec at, struct vec half, struct draw_turn turn)
{
    struct draw_thing *g = next_thing(w, SHAPE_BOX, stuff, colour);
    float cy = cosf(radians(turn.yaw)), sy = sinf(radians(turn.yaw));
    float cp = cosf(radians(turn.pitch)), sp = sinf(radians(turn.pitch));
    float cr = cosf(radians(turn.roll)), sr = sinf(radians(turn.roll));
    struct vec right = vec_of(cy, 0, -sy), up = vec_of(-sy * sp, cp, -cy * sp);
    g->a = at;
    g->b = half;
    g->axis[0] = vec_add(vec_scale(right, cr), vec_scale(up, sr));
    g->axis[1] = vec_sub(vec_scale(up, cr), vec_scale(right, sr));
    g->axis[2] = vec_of(sy * cp, sp, cy * cp);
}

void put_box(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
             struct vec at, struct vec half)
{
    put_turned(w, stuff, colour, at, half, (struct draw_turn){0, 0, 0});
}

void put_rod(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
             struct vec a, struct vec b, float r)
{
    struct draw_thing *g = next_thing(w, SHAPE_ROD, stuff, colour);
    g->a = a;
    g->b = b;
    g->r = r;
}

void put_ball(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
              struct vec at, struct vec radii)
{
    struct draw_thing *g = next_thing(w, SHAPE_BALL, stuff, colour);
    g->a = at;
    g->b = radii;
}

void put_strip(struct draw_world *w, enum draw_stuff stuff, float x0, float x1,
               float z0, float z1)
{
    if (w->strips == DRAW_STRIPS)
        err_die("put_strip", "too many strips");
    w->strip[w->strips++] = (struct draw_strip){x0, x1, z0, z1, stuff};
}

void put_light(struct draw_world *w, struct vec at, struct vec colour, float edge)
{
    if (w->lamps == DRAW_LAMPS)
        err_die("put_light", "too many lamps");
    w->lamp[w->lamps++] = (struct draw_lamp){at, vec_of(0, -1, 0), colour, edge, 1};
}

void put_lamp_post(struct draw_world *w, float x, float z, float height, float arm,
                   struct vec colour, bool lit)
{
    struct vec grey = vec_of(0.22f, 0.23f, 0.24f), top = vec_of(x, height, z);
    struct vec head = vec_of(x + arm, height + 0.12f, z);
    draw_open(w);
    put_rod(w, STUFF_METAL, grey, vec_of(x, 0, z), vec_of(x, 1.1f, z), 0.085f);
    put_rod(w, STUFF_METAL, grey, vec_of(x, 1, z), top, 0.055f);
    put_rod(w, STUFF_METAL, grey, top, head, 0.035f);
    put_box(w, STUFF_METAL, vec_of(0.12f, 0.125f, 0.13f), head,
            vec_of(0.30f, 0.06f, 0.14f));
    if (lit) {
        float power = fmaxf(colour.x, fmaxf(colour.y, colour.z));
        put_box(w, STUFF_GLOW, vec_scale(colour, 9.0f / power),
                vec_of(head.x, head.y - 0.08f, z), vec_of(0.24f, 0.03f, 0.11f));
        put_light(w, vec_of(head.x, head.y - 0.14f, z), colour, 0.12f);
    } else {
        put_box(w, STUFF_PAINT, vec_of(0.07f, 0.075f, 0.08f),
                vec_of(head.x, head.y - 0.08f, z), vec_of(0.24f, 0.03f, 0.11f));
    }
    draw_close(w);
}

/* A window on the side of a turned house that looks at -z; lit now and then. */
static void put_window(struct draw_world *w, struct vec at, float wide, float high,
                       float yaw)
{
    static const struct vec kind[3] = {
        {1.0f, 0.58f, 0.22f}, {0.9f, 0.66f, 0.36f}, {0.45f, 0.6f, 0.9f}};
    struct draw_turn turn = {yaw, 0, 0};
    float roll = draw_any(w, 0, 1), power = draw_any(w, 0.12f, 0.45f);
    put_turned(w, STUFF_PAINT, vec_of(0.4f, 0.4f, 0.38f), at,
               vec_of(wide + 0.06f, high + 0.06f, 0.03f), turn);
    if (roll < 0.45f)
        put_turned(w, STUFF_GLOW,
                   vec_scale(kind[roll < 0.22f  ? 0
                                  : roll < 0.4f ? 1
                                                : 2],
                             power),
                   at, vec_of(wide, high, 0.04f), turn);
    else
        put_turned(w, STUFF_PAINT, vec_of(0.015f, 0.017f, 0.02f), at,
                   vec_of(wide, high, 0.04f), turn);
    put_turned(w, STUFF_PAINT, vec_of(0.3f, 0.3f, 0.28f), at,
               vec_of(0.03f, high, 0.05f), turn);
}

void put_house(struct draw_world *w, float x, float z, float yaw)
{
    static const struct vec brick[3] = {
        {0.26f, 0.10f, 0.06f}, {0.34f, 0.25f, 0.13f}, {0.30f, 0.29f, 0.27f}};
    struct vec wall = brick[(size_t)draw_any(w, 0, 2.999f)];
    struct draw_turn turn = {yaw, 0, 0};
    float c = cosf(radians(yaw)), s = sinf(radians(yaw)), deep = 3.4f;
    draw_open(w);
    put_turned(w, STUFF_BRICK, wall, vec_of(x, 1.3f, z), vec_of(5.6f, 1.3f, deep),
               turn);
    put_turned(w, STUFF_PAINT, vec_of(0.10f, 0.055f, 0.045f), vec_of(x, 2.6f - 1.9f, z),
               vec_of(5.75f, 2.9f, 2.9f), (struct draw_turn){yaw, 45, 0});
    put_turned(w, STUFF_BRICK, wall, vec_of(x, 4.6f, z), vec_of(0.35f, 0.7f, 0.35f),
               turn);
    for (int i = 0; i < 4; i++) {
        float along = -4.1f + 2.7f * (float)i, out = deep + 0.01f;
        put_window(w, vec_of(x + c * along - s * out, 1.45f, z - s * along - c * out),
                   i == 2 ? 0.45f : 0.75f, i == 2 ? 1.0f : 0.55f, yaw);
    }
    draw_close(w);
}

void put_block(struct draw_world *w, float x, float z, float wide, int floors)
{
    float high = 1.4f * (float)floors;
    draw_open(w);
    put_box(w, STUFF_BRICK, vec_of(0.25f, 0.17f, 0.10f), vec_of(x, high, z),
            vec_of(wide, high, 5));
    draw_close(w);
    for (int f = 0; f < floors; f++) {
        draw_open(w);
        for (float at = -wide + 1.6f; at < wide - 1; at += 3.1f)
            put_window(w, vec_of(x + at, 1.5f + 2.8f * (float)f, z - 5.0f), 0.8f, 0.65f,
                       0);
        draw_close(w);
    }
}

static void put_branch(struct draw_world *w, struct vec from, struct vec way,
                       float length, float r, int depth)
{
    struct vec bark = vec_of(0.075f, 0.065f, 0.05f);
    struct vec to = vec_along(from, way, length);
    put_rod(w, STUFF_PAINT, bark, from, to, r);
    if (depth == 0)
        return;
    for (int i = 0; i < (depth > 2 ? 4 : 3); i++) {
        struct vec turn =
            vec_of(draw_any(w, -1, 1), draw_any(w, -0.25f, 0.7f), draw_any(w, -1, 1));
        struct vec next = vec_unit(vec_add(way, vec_scale(turn, 0.85f)));
        struct vec start = vec_mix(from, to, draw_any(w, 0.55f, 1));
        put_branch(w, start, next, length * draw_any(w, 0.55f, 0.78f), r * 0.6f,
                   depth - 1);
    }
}

void put_tree(struct draw_world *w, float x, float z, float height)
{
    struct vec way =
        vec_unit(vec_of(draw_any(w, -0.06f, 0.06f), 1, draw_any(w, -0.06f, 0.06f)));
    draw_open(w);
    put_branch(w, vec_of(x, 0, z), way, height * 0.4f, height * 0.018f, 3);
    draw_close(w);
}

void put_hedge(struct draw_world *w, struct vec from, struct vec to, float height,
               float bulge)
{
    struct vec way = vec_sub(to, from);
    float length = sqrtf(vec_dot(way, way));
    int steps = (int)(length / fmaxf(0.55f * height, 0.6f)) + 1;
    struct vec green = vec_of(0.055f, 0.10f, 0.03f);
    for (int i = 0; i <= steps; i++) {
        if (i % 3 == 0)
            draw_open(w);
        for (int row = 0; row < 3; row++) {
            struct vec at = vec_along(from, way, (float)i / (float)steps);
            float size = height * draw_any(w, 0.30f, 0.38f);
            at.x += draw_any(w, -bulge, bulge);
            at.z += draw_any(w, -0.3f, 0.3f) * height;
            at.y = height * (0.18f + 0.29f * (float)row) +
                   draw_any(w, -0.1f, 0.1f) * bulge;
            put_ball(w, STUFF_LEAVES, vec_scale(green, draw_any(w, 0.8f, 1.2f)), at,
                     vec_of(size * draw_any(w, 0.9f, 1.3f), size, size * 1.2f));
        }
        if (i % 3 == 2 || i == steps)
            draw_close(w);
    }
}

void put_buoy_board(struct draw_world *w, float x, float z)
{
    struct vec red = vec_of(0.55f, 0.035f, 0.02f), white = vec_of(0.72f, 0.72f, 0.7f);
    draw_open(w);
    put_rod(w, STUFF_PAINT, white, vec_of(x, 0, z), vec_of(x, 2.1f, z), 0.06f);
    for (int i = 0; i < 3; i++)
        put_rod(w, STUFF_PAINT, red, vec_of(x, 0.2f + 0.36f * (float)i, z),
                vec_of(x, 0.3f + 0.36f * (float)i, z), 0.066f);
    put_box(w, STUFF_PAINT, red, vec_of(x, 1.65f, z - 0.08f),
            vec_of(0.5f, 0.5f, 0.02f));
    put_box(w, STUFF_PAINT, white, vec_of(x, 1.65f, z - 0.10f),
            vec_of(0.43f, 0.43f, 0.02f));
    for (int i = 0; i < 20; i++) {
        float a = 0.31416f * (float)i, b = a + 0.2f, r = 0.31f;
        struct vec faint =
            (i / 3) % 2 ? vec_of(0.5f, 0.27f, 0.24f) : vec_of(0.5f, 0.5f, 0.48f);
        put_rod(w, STUFF_PAINT, faint,
                vec_of(x + r * cosf(a), 1.63f + r * sinf(a), z - 0.105f),
                vec_of(x + r * cosf(b), 1.63f + r * sinf(b), z - 0.105f), 0.034f);
    }
    put_rod(w, STUFF_METAL, vec_of(0.1f, 0.1f, 0.1f), vec_of(x, 1.9f, z - 0.1f),
            vec_of(x, 1.86f, z - 0.3f), 0.025f);
    put_rod(w, STUFF_METAL, vec_of(0.1f, 0.1f, 0.1f), vec_of(x, 1.86f, z - 0.3f),
            vec_of(x, 1.95f, z - 0.32f), 0.025f);
    draw_close(w);
}

void put_car(struct draw_world *w, float x, float z)
{
    struct vec paint = vec_of(0.06f, 0.07f, 0.09f);
    draw_open(w);
    put_box(w, STUFF_PAINT, paint, vec_of(x, 0.62f, z + 2.1f),
            vec_of(0.88f, 0.32f, 2.1f));
    put_box(w, STUFF_PAINT, vec_of(0.02f, 0.025f, 0.03f), vec_of(x, 1.15f, z + 2.4f),
            vec_of(0.68f, 0.26f, 1.2f));
    for (int side = -1; side <= 1; side += 2) {
        struct vec at = vec_of(x + 0.62f * (float)side, 0.68f, z - 0.05f);
        put_rod(w, STUFF_PAINT, vec_of(0.015f, 0.015f, 0.015f),
                vec_of(x + 0.72f * (float)side, 0.3f, z + 0.8f),
                vec_of(x + 0.86f * (float)side, 0.3f, z + 0.8f), 0.3f);
        put_ball(w, STUFF_GLOW, vec_of(14, 14, 13), at, vec_of(0.13f, 0.10f, 0.06f));
        put_light(w, vec_of(at.x, at.y, z - 0.2f), vec_of(55, 54, 50), 0.55f);
        w->lamp[w->lamps - 1].haze = 0.3f;
        w->lamp[w->lamps - 1].axis = vec_unit(vec_of(-0.05f, -0.05f, -1));
    }
    draw_close(w);
}

void put_scribble(struct draw_world *w, float x, float y, float size, float width,
                  struct vec colour)
{
    struct draw_stroke *s = &w->stroke[w->strokes++];
    float a = draw_any(w, 0, 6), b = draw_any(w, 1.6f, 3.4f), c = draw_any(w, 0.5f, 1);
    float spike = draw_any(w, -0.3f, 0.2f);
    spike = spike < 0 ? 0 : spike;
    s->x0 = s->y0 = 1e9f;
    s->x1 = s->y1 = -1e9f;
    for (int i = 0; i < DRAW_STROKE_POINTS; i++) {
        float t = (float)i / (DRAW_STROKE_POINTS - 1);
        float px = x + size * (1.7f * t - 0.85f + 0.45f * sinf(b * 6 * t + a));
        float py =
            y +
            size * c * (0.5f * cosf(b * 6 * t + a * 2) + ((i & 2) ? spike : -spike));
        s->x[i] = px;
        s->y[i] = py;
        s->x0 = fminf(s->x0, px - width - 0.05f);
        s->x1 = fmaxf(s->x1, px + width + 0.05f);
        s->y0 = fminf(s->y0, py - width - 0.05f);
        s->y1 = fmaxf(s->y1, py + width + 0.05f);
    }
    s->width = width;
    s->colour = colour;
}

void put_swings(struct draw_world *w, float x, float z)
{
    struct vec wood = vec_of(0.40f, 0.24f, 0.10f), iron = vec_of(0.25f, 0.25f, 0.25f);
    draw_open(w);
    for (int side = -1; side <= 1; side += 2)
        for (int foot = -1; foot <= 1; foot += 2)
            put_rod(w, STUFF_WOOD, wood,
                    vec_of(x + 1.75f * (float)side, 0, z + 0.9f * (float)foot),
                    vec_of(x + 1.55f * (float)side, 2.4f, z), 0.065f);
    put_rod(w, STUFF_WOOD, wood, vec_of(x - 1.65f, 2.4f, z), vec_of(x + 1.65f, 2.4f, z),
            0.07f);
    for (int i = 0; i < 2; i++) {
        float at = x - 0.75f + 1.5f * (float)i, back = i ? 0.25f : -0.1f;
        for (int side = -1; side <= 1; side += 2)
            put_rod(w, STUFF_METAL, iron, vec_of(at + 0.22f * (float)side, 2.35f, z),
                    vec_of(at + 0.22f * (float)side, 0.55f, z + back), 0.014f);
        put_box(w, STUFF_PAINT, vec_of(0.04f, 0.04f, 0.04f),
                vec_of(at, 0.53f, z + back), vec_of(0.26f, 0.025f, 0.1f));
    }
    draw_close(w);
}

void put_slide(struct draw_world *w, float x, float z)
{
    struct vec red = vec_of(0.5f, 0.07f, 0.04f), blue = vec_of(0.05f, 0.16f, 0.42f);
    struct vec wood = vec_of(0.40f, 0.24f, 0.10f);
    draw_open(w);
    for (int i = 0; i < 4; i++) {
        float px = x + ((i & 1) ? 0.55f : -0.55f), pz = z + ((i & 2) ? 0.55f : -0.55f);
        put_rod(w, STUFF_WOOD, wood, vec_of(px, 0, pz), vec_of(px, 2.5f, pz), 0.06f);
    }
    put_box(w, STUFF_WOOD, wood, vec_of(x, 1.35f, z), vec_of(0.6f, 0.05f, 0.6f));
    for (int side = -1; side <= 1; side += 2)
        put_turned(w, STUFF_PAINT, red, vec_of(x + 0.38f * (float)side, 2.7f, z),
                   vec_of(0.52f, 0.03f, 0.8f),
                   (struct draw_turn){0, 0, -40 * (float)side});
    put_box(w, STUFF_PAINT, red, vec_of(x, 1.75f, z - 0.57f),
            vec_of(0.5f, 0.3f, 0.02f));
    put_turned(w, STUFF_PAINT, blue, vec_of(x - 1.55f, 0.75f, z - 0.1f),
               vec_of(1.2f, 0.03f, 0.3f), (struct draw_turn){0, 0, 35});
    for (int side = -1; side <= 1; side += 2)
        put_turned(w, STUFF_PAINT, blue,
                   vec_of(x - 1.55f, 0.84f, z - 0.1f + 0.3f * (float)side),
                   vec_of(1.2f, 0.12f, 0.025f), (struct draw_turn){0, 0, 35});
    for (int i = 0; i < 5; i++)
        put_rod(w, STUFF_WOOD, wood,
                vec_of(x + 0.62f, 0.25f * (float)(i + 1), z - 0.35f),
                vec_of(x + 0.62f, 0.25f * (float)(i + 1), z + 0.35f), 0.03f);
    draw_close(w);
}

void put_shelter(struct draw_world *w, float x, float z)
{
    struct vec grey = vec_of(0.12f, 0.13f, 0.14f), pane = vec_of(1, 1, 1);
    draw_open(w);
    for (int i = 0; i < 4; i++) {
        float px = x + ((i & 1) ? 1.7f : -1.7f), pz = z + ((i & 2) ? 1.3f : 0);
        put_rod(w, STUFF_METAL, grey, vec_of(px, 0, pz), vec_of(px, 2.4f, pz), 0.045f);
    }
    put_box(w, STUFF_METAL, grey, vec_of(x, 2.48f, z + 0.6f),
            vec_of(1.95f, 0.08f, 0.9f));
    put_box(w, STUFF_GLOW, vec_of(2.2f, 2.3f, 2.3f), vec_of(x, 2.38f, z + 0.6f),
            vec_of(0.9f, 0.025f, 0.06f));
    put_box(w, STUFF_GLASS, pane, vec_of(x, 1.3f, z + 1.3f),
            vec_of(1.66f, 0.95f, 0.01f));
    put_box(w, STUFF_GLASS, pane, vec_of(x - 1.7f, 1.3f, z + 0.65f),
            vec_of(0.01f, 0.95f, 0.6f));
    put_box(w, STUFF_METAL, grey, vec_of(x, 1.25f, z + 1.3f),
            vec_of(0.03f, 1.1f, 0.03f));
    put_box(w, STUFF_WOOD, vec_of(0.36f, 0.22f, 0.1f),
            vec_of(x - 0.35f, 0.48f, z + 0.95f), vec_of(1.05f, 0.03f, 0.18f));
    put_box(w, STUFF_METAL, grey, vec_of(x - 1.2f, 0.23f, z + 0.95f),
            vec_of(0.04f, 0.23f, 0.15f));
    put_box(w, STUFF_METAL, grey, vec_of(x + 0.5f, 0.23f, z + 0.95f),
            vec_of(0.04f, 0.23f, 0.15f));
    put_box(w, STUFF_METAL, grey, vec_of(x + 1.7f, 1.25f, z + 0.7f),
            vec_of(0.06f, 1.0f, 0.55f));
    put_turned(w, STUFF_GLOW, vec_of(0.32f, 0.36f, 0.4f),
               vec_of(x + 1.64f, 1.25f, z + 0.68f), vec_of(0.02f, 0.85f, 0.45f),
               (struct draw_turn){0, 0, 0});
    draw_close(w);
    put_light(w, vec_of(x, 2.3f, z + 0.6f), vec_of(5.6f, 6.2f, 6.4f), -0.1f);
}

void put_rubbish(struct draw_world *w, struct vec at, float spread, int count)
{
    static const struct vec kind[5] = {{0.7f, 0.68f, 0.62f},
                                       {0.5f, 0.05f, 0.04f},
                                       {0.6f, 0.42f, 0.12f},
                                       {0.08f, 0.2f, 0.45f},
                                       {0.62f, 0.6f, 0.55f}};
    for (int i = 0; i < count; i++) {
        float size = draw_any(w, 0.035f, 0.09f);
        struct vec place = vec_add(at, vec_of(draw_any(w, -spread, spread), 0.03f,
                                              draw_any(w, -spread, spread)));
        struct draw_turn turn = {draw_any(w, 0, 180), draw_any(w, -35, 35),
                                 draw_any(w, -35, 35)};
        struct vec colour = kind[(size_t)draw_any(w, 0, 4.999f)];
        if (i % 3 == 0)
            put_rod(w, STUFF_PAINT, colour, place,
                    vec_add(place, vec_of(size * 1.6f, draw_any(w, 0, 0.05f), size)),
                    0.034f);
        else
            put_turned(w, STUFF_PAINT, colour, place, vec_of(size, 0.02f, size * 0.7f),
                       turn);
    }
}

void put_slat(struct draw_world *w, struct vec at, float x0, float x1, float lean,
              float roll)
{
    float k = draw_any(w, 0.85f, 1.15f);
    put_turned(w, STUFF_WOOD, vec_scale(vec_of(0.36f, 0.215f, 0.10f), k),
               vec_of(0.5f * (x0 + x1), at.y, at.z),
               vec_of(0.5f * (x1 - x0), 0.05f, 0.022f),
               (struct draw_turn){0, lean, roll});
}
