/* draw_props: what a Danish suburb is furnished with, to put into a draw_world.
 *
 * Places are x and z in metres on the ground; angles are degrees. A group must be open
 * (draw_open) while things are put in it; things that stand together share one, because
 * rays skip whole groups. Too many things end the program: scenes are fixed.
 */
#ifndef LYGTE_DRAW_PROPS_H
#define LYGTE_DRAW_PROPS_H

#include "tools/draw_light.h"

#include <stdbool.h>

/* Degrees: yaw turns left-right, pitch lifts the far end, roll leans. */
struct draw_turn {
    float yaw, pitch, roll;
};

/* A group of things from open to close. */
void draw_open(struct draw_world *w);
void draw_close(struct draw_world *w);

/* Boxes by centre and half sides; the turned one about its centre. */
void put_box(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
             struct vec at, struct vec half);
void put_turned(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
                struct vec at, struct vec half, struct draw_turn turn);
void put_rod(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
             struct vec a, struct vec b, float r);
void put_ball(struct draw_world *w, enum draw_stuff stuff, struct vec colour,
              struct vec at, struct vec radii);
void put_strip(struct draw_world *w, enum draw_stuff stuff, float x0, float x1,
               float z0, float z1);
/* A lamp that shines downwards; edge as in struct draw_lamp. */
void put_light(struct draw_world *w, struct vec at, struct vec colour, float edge);

/* Each of these is a group of its own. */
void put_lamp_post(struct draw_world *w, float x, float z, float height, float arm,
                   struct vec colour, bool lit);
/* A one-storey brick house with a tiled roof; some windows are lit. */
void put_house(struct draw_world *w, float x, float z, float yaw);
/* A block of flats, mostly asleep. */
void put_block(struct draw_world *w, float x, float z, float wide, int floors);
/* Leafless, as in November. */
void put_tree(struct draw_world *w, float x, float z, float height);
/* Clipped leaves from one place to another, `bulge` as far out as it is unkempt. */
void put_hedge(struct draw_world *w, struct vec from, struct vec to, float height,
               float bulge);

/* Furniture of single scenes. */

/* The board for a lifebuoy on its striped post; the hook is empty. */
void put_buoy_board(struct draw_world *w, float x, float z);
/* A car that comes nearer with its lights on; nobody is seen in it. */
void put_car(struct draw_world *w, float x, float z);
/* One sprayed line on the STUFF_SCRIBBLE wall that loops, spikes and means nothing. */
void put_scribble(struct draw_world *w, float x, float y, float size, float width,
                  struct vec colour);
/* Two swings in a wooden frame. */
void put_swings(struct draw_world *w, float x, float z);
/* A slide with its tower and red roof. */
void put_slide(struct draw_world *w, float x, float z);
/* A lit bus shelter of glass, open towards the photographer. */
void put_shelter(struct draw_world *w, float x, float z);
/* Small litter strewn round a place, into the open group. */
void put_rubbish(struct draw_world *w, struct vec at, float spread, int count);
/* A bench slat from x0 to x1 at y and z of at, into the open group. */
void put_slat(struct draw_world *w, struct vec at, float x0, float x1, float lean,
              float roll);

/* The next random number in from..to of the world's own row. */
float draw_any(struct draw_world *w, float from, float to);

#endif
