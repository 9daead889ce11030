/* lamp_run: which lamp is next. Of the lamps in the offline register within 120 m that
 * nobody has answered for tonight, the one that lies ahead: by the way the walk's route
 * goes when one walks along it (25 m), else by the way one has been going; near and ahead
 * goes before near and behind. Reads place, lamp_look, track and walk; owns nothing. */
#ifndef LYGTE_STORE_LOCAL_LAMP_RUN_H
#define LYGTE_STORE_LOCAL_LAMP_RUN_H

#include "core/store/lamp.h"
#include "core/store/local/place.h"

enum { LAMP_RUN_REACH_M = 120, LAMP_RUN_ROUTE_M = 25, LAMP_RUN_NEIGHBOURS = 2 };

struct lamp_run {
    struct place_row next;        /* id NULL: none within reach                        */
    double turn;                  /* degrees from the way one goes to the lamp, -180..180;
                                     only when heading is known                        */
    double heading;               /* -1: not known                                     */
    struct place_row *neighbour;  /* the next ones after it                            */
    size_t neighbour_count;
    struct lamp_look *look;       /* all that stand, in order                          */
    size_t look_count;
    int64_t of;                   /* lamps along the route, -1 without a route, or with
                                     one of many hundred kilometres                    */
    int64_t done;                 /* different lamps answered for                      */
    bool any_lamps;               /* the register knows lamps at all                   */
    const char *three[3];         /* ids of the last three, when all are dead and in no
                                     point yet: three[0] NULL otherwise                */
    bool daylight;                /* neither is told while the time is not known       */
    bool off_on_purpose;          /* by its own hours, else by the setting lamps_off   */
};

/* at may be nowhere: then the last look's lamp is where one is; else nothing is next. */
bool lamp_run_read(struct store *s, struct arena *a, const char *walk, struct geo_point at,
                   struct lamp_run *ret, struct err *err);
/* Are both looks at one lamp? Only those that may be at either of two lamps on a corner ask
 * the register. */
bool lamp_run_same(struct store *s, struct arena *a, const struct lamp_look *x,
                   const struct lamp_look *y, bool *ret, struct err *err);

#endif
