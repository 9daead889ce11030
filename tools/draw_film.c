/* draw_film: from light to a phone's night photo: glare, tone, vignette, grain.
 *
 * The light comes at half the size of the photo; phones smear night pictures too.
 * Grain is drawn at full size: it is what makes the file as heavy as a photo.
 */
#include "tools/draw_light.h"

#include "core/base/err.h"

#include <stdlib.h>

enum { GLARE_SHRINK = 4 };

static int clamp_to(int v, int most)
{
    return v < 0 ? 0 : v > most ? most : v;
}

/* A running mean of 2r+1 along n values that lie `step` apart. */
static void blur_line(struct vec *line, size_t step, int n, int r, struct vec *row)
{
    struct vec sum = vec_of(0, 0, 0);
    for (int i = 0; i < n; i++)
        row[i] = line[(size_t)i * step];
    for (int i = -r; i <= r; i++)
        sum = vec_add(sum, row[clamp_to(i, n - 1)]);
    for (int i = 0; i < n; i++) {
        line[(size_t)i * step] = vec_scale(sum, 1.0f / (float)(2 * r + 1));
        sum = vec_sub(sum, row[clamp_to(i - r, n - 1)]);
        sum = vec_add(sum, row[clamp_to(i + r + 1, n - 1)]);
    }
}

/* Three box blurs are as good as a Gaussian. */
static void blur(struct vec *p, int w, int h, int r)
{
    struct vec *row = calloc((size_t)(w > h ? w : h), sizeof *row);
    if (!row)
        err_die("draw_film", "out of memory");
    for (int pass = 0; pass < 3; pass++) {
        for (int y = 0; y < h; y++)
            blur_line(p + (size_t)y * (size_t)w, 1, w, r, row);
        for (int x = 0; x < w; x++)
            blur_line(p + x, (size_t)w, h, r, row);
    }
    free(row);
}

static struct vec pick(const struct vec *p, int w, int h, float x, float y)
{
    int x0 = (int)floorf(x), y0 = (int)floorf(y);
    float u = x - (float)x0, v = y - (float)y0;
    int xa = clamp_to(x0, w - 1), xb = clamp_to(x0 + 1, w - 1);
    size_t ya = (size_t)clamp_to(y0, h - 1) * (size_t)w;
    size_t yb = (size_t)clamp_to(y0 + 1, h - 1) * (size_t)w;
    return vec_mix(vec_mix(p[ya + (size_t)xa], p[ya + (size_t)xb], u),
                   vec_mix(p[yb + (size_t)xa], p[yb + (size_t)xb], u), v);
}

/* Adds what a not quite clean lens spreads round bright places. */
static void add_glare(struct vec *light, int w, int h, int r, float share)
{
    int sw = (w + GLARE_SHRINK - 1) / GLARE_SHRINK,
        sh = (h + GLARE_SHRINK - 1) / GLARE_SHRINK;
    struct vec *small = calloc((size_t)sw * (size_t)sh, sizeof *small);
    if (!small)
        err_die("draw_film", "out of memory");
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct vec *to = &small[(size_t)(y / GLARE_SHRINK) * (size_t)sw +
                                    (size_t)(x / GLARE_SHRINK)];
            *to = vec_along(*to, light[(size_t)y * (size_t)w + (size_t)x],
                            1.0f / (GLARE_SHRINK * GLARE_SHRINK));
        }
    blur(small, sw, sh, r);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct vec *to = &light[(size_t)y * (size_t)w + (size_t)x];
            struct vec glare = pick(small, sw, sh, ((float)x - 1.5f) / GLARE_SHRINK,
                                    ((float)y - 1.5f) / GLARE_SHRINK);
            *to = vec_along(*to, glare, share);
        }
    free(small);
}

/* Narkowicz's fit of the ACES curve, then the sRGB gamma. */
static float tone(float x)
{
    float y = x * (2.51f * x + 0.03f) / (x * (2.43f * x + 0.59f) + 0.14f);
    return powf(y < 0 ? 0 : y > 1 ? 1 : y, 1.0f / 2.2f);
}

static void print_light(struct vec *light, int w, int h, float exposure)
{
    float reach = 1.0f / (float)(w * w + h * h) * 4.0f;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct vec *p = &light[(size_t)y * (size_t)w + (size_t)x];
            float dx = (float)x - 0.5f * (float)w, dy = (float)y - 0.5f * (float)h;
            float far2 = (dx * dx + dy * dy) * reach;
            *p = vec_scale(*p, exposure * (1.0f - 0.45f * far2));
            *p = vec_of(tone(p->x), tone(p->y), tone(p->z));
        }
}

/* Sum of three even numbers, -1.5..1.5: near enough to a Gauss curve for grain. */
static float grain(uint32_t x, uint32_t y, uint32_t seed)
{
    uint32_t a = x * 3u + seed * 131u, b = y + seed * 7919u;
    return draw_chance(a, b) + draw_chance(a + 1, b) + draw_chance(a + 2, b) - 1.5f;
}

static uint8_t byte_of(float v)
{
    float scaled = v * 255.0f + 0.5f;
    return (uint8_t)(scaled < 0 ? 0 : scaled > 255 ? 255 : scaled);
}

void draw_develop(struct vec *light, int width, int height, float exposure,
                  uint32_t seed, uint8_t *rgb)
{
    int w = (width + 1) / 2, h = (height + 1) / 2, unit = (w > h ? w : h) / 256;
    add_glare(light, w, h, 1 + unit / 2, 0.10f);
    add_glare(light, w, h, 1 + 4 * unit, 0.07f);
    print_light(light, w, h, exposure);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            struct vec c =
                pick(light, w, h, 0.5f * (float)x - 0.25f, 0.5f * (float)y - 0.25f);
            float bright = 0.3f * c.x + 0.6f * c.y + 0.1f * c.z;
            float rough = 0.0165f + 0.015f * bright * (1.0f - bright);
            float fine = grain((uint32_t)x, (uint32_t)y, seed);
            uint32_t cx = (uint32_t)x / 3, cy = (uint32_t)y / 3;
            float warm = grain(cx, cy, seed + 1), cold = grain(cx, cy, seed + 2);
            uint8_t *to = rgb + ((size_t)y * (size_t)width + (size_t)x) * 3;
            to[0] = byte_of(c.x + rough * (fine + 0.45f * warm));
            to[1] = byte_of(c.y + rough * fine);
            to[2] = byte_of(c.z + rough * (fine + 0.6f * cold));
        }
}
