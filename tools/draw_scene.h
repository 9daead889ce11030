/* draw_scene: the places the demo's sample photos show. No persons stand in them. */
#ifndef LYGTE_DRAW_SCENE_H
#define LYGTE_DRAW_SCENE_H

#include "tools/draw_light.h"

#include <stdbool.h>

/* Names of the scenes in order, NULL beyond the last. */
const char *draw_scene_name(size_t i);

/* Builds the named place: things, lamps, weather and where the photographer stands.
 * The seed varies what may vary (houses, trees, windows, the photographer's hand, left
 * and right); the subject stays. False when there is no such scene. */
bool draw_scene_build(const char *name, uint32_t seed, struct draw_world *ret);

#endif
