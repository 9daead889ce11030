/* api: the handlers behind walker's routes. Each answers a status, or 0 with err; the
 * statuses a handler has of its own stand beside it, the others come from the order of
 * defence in core/web/http.h (400 401 403 404 405 413 415). */
#ifndef LYGTE_WALKER_API_H
#define LYGTE_WALKER_API_H

#include "core/store/rating.h"
#include "walker/app.h"

#define HANDLER(name) int name(struct http_request *q, struct http_reply *r, struct err *err)

HANDLER(api_index);       /* 200; 303 with a cookie when ?key= is good; 403 */
HANDLER(api_service_worker); /* 200 */
HANDLER(api_manifest);    /* 200 */
HANDLER(api_healthz);     /* 200 */
HANDLER(api_about);       /* 200 */
HANDLER(api_session);     /* 204 with a cookie; 403 */
HANDLER(api_catalogue);   /* 200 */
HANDLER(api_walks);       /* 200 */
HANDLER(api_walk_new);    /* 201 */
HANDLER(api_walk);        /* 200; 404 */
HANDLER(api_walk_begin);  /* 200; 404 */
HANDLER(api_walk_end);    /* 200; 404 */
HANDLER(api_walk_close);  /* 200; 404 */
HANDLER(api_walk_pause);  /* 200; 404; 409 not under way */
HANDLER(api_walk_resume); /* 200; 404; 409 not under way */
HANDLER(api_walk_reopen); /* 200; 404; 409 too late */
HANDLER(api_walk_patch);  /* 200; 404 */
/* {"counts"} is all who came; with "group" ("" for the walk as one) all of that group, and the
 * other groups' counts stay. 200; 404 */
HANDLER(api_walk_attendance);
HANDLER(api_walk_votes);  /* 200; 404 */
HANDLER(api_ratings);     /* 200; 404 */
HANDLER(api_rating_new);  /* 201; 404 */
HANDLER(api_rating_close); /* 200; 404 */
HANDLER(api_walk_last);   /* 200; 404 */
HANDLER(api_seal_put);    /* 201, 200 when the id stood; 404; 409 no key */
HANDLER(api_seal_key);    /* 200; 409 no key */
HANDLER(api_seal_photo_put); /* 201, 200 when the deed was done; 404; 409 no key; 422 */
HANDLER(api_verdict_put); /* 201, 200 when the id stood; 404 */
HANDLER(api_acute_put);   /* 201, 200 when the id stood; 404 */
HANDLER(api_points);      /* 200; 404 */
HANDLER(api_point);       /* 200; 404 */
HANDLER(
    api_point_put); /* 201 when durable, 200 when it stands already; 204; 404 walk */
HANDLER(api_point_patch); /* 200; 204; 404; 409 */
HANDLER(api_draft);       /* 204 when durable, 200 with warnings; 404 */
HANDLER(api_screen);      /* 204; 400; 404 */
HANDLER(api_witness);     /* 200; 204; 404 */
HANDLER(api_photo_put);   /* 201; 404; 422 no photo we can show; 460 hash; 507 */
HANDLER(api_photo_patch); /* 200; 404 */
HANDLER(api_photo_cover); /* 201; 404; 410 covered already; 400 touches nothing */
HANDLER(api_photos_clear); /* 200; 404 */
HANDLER(api_photo);       /* 200; 404 */
HANDLER(api_position);    /* 200 */
HANDLER(api_track);       /* 200; 404 */
HANDLER(api_track_add);   /* 200 when durable; 404 */
HANDLER(api_track_place); /* 200; 404 */
HANDLER(api_sun);         /* 200 */
HANDLER(api_maps);        /* 200 */
HANDLER(api_tile);        /* 200; 204 where the map has nothing; 404 */
HANDLER(api_near);        /* 200; 404 walk */
HANDLER(api_places);      /* 200 */
HANDLER(api_lamps);       /* 200 */
HANDLER(api_lamp_run);    /* 200; 404 */
HANDLER(api_lamp_look);   /* 201 when durable, 200 when it was there; 404 */
HANDLER(api_lamp_undo);   /* 204; 404 */
HANDLER(api_lamp_join);   /* 201; 404 */
HANDLER(api_lamp_end);    /* 200; 404 */
HANDLER(api_status);      /* 200 */
HANDLER(api_events);      /* 200 a stream; 429 too many */
HANDLER(api_stick);       /* 200 a download; 409 nothing to put on, or not paired */
HANDLER(api_unstick);     /* 200; 400 no stick of ours, or not at the registry yet; 507 */
HANDLER(api_walk_fetch);  /* 202; 404 it was not wiped here */
HANDLER(api_wipe_look);   /* 200; 404 */
HANDLER(api_wipe);        /* 200; 404; 409 not all is confirmed; 502 nobody to ask */
HANDLER(api_sync);        /* 202; 409 not paired */
HANDLER(api_pair);        /* 200; 502 with the registry's own words */
HANDLER(api_hub_ca);      /* 200 the hub's authority, DER */
HANDLER(api_hub_about);   /* 200 about, and the hub as sync/PROTOCOL.md has it */
HANDLER(api_hub_pair);    /* 200 a tablet pairs with this hub, or the page with a registry */
HANDLER(api_hub_photo);   /* 200 a small picture, for tablets too; 404 */
HANDLER(api_join);        /* 303 with a cookie; 403 unknown or over; 429 */
HANDLER(api_me);          /* 200 who asks: owner, pass or nobody */
HANDLER(api_pass_new);    /* 201; 404; 409 no hub */
HANDLER(api_passes);      /* 200; 404 */
HANDLER(api_pass_drop);   /* 204; 404 */
HANDLER(api_hub_code);    /* 201 a code for a tablet; 409 no hub, or not paired */
extern const struct http_sink api_photo_sink, api_seal_photo_sink, api_unstick_sink;

/* "ago_ms": a phone that comes back within a week; less than a breath ago is now. */
enum { AGO_MOST_MS = 7 * 86400 * 1000, AGO_LEAST_MS = 1500 };

/* The members of about, into the object that is open. */
bool api_about_members(struct http_request *q, struct json_out *o, struct err *err);
/* What was said of a point is answered with the point, or 204 where whoever said it may not
 * see it. */
int api_point_answer(struct http_request *q, struct http_reply *r, int status,
                     struct err *err);
/* One point as who asks sees it: with what has left the device, and its draft, which no
 * phone is told. */
bool api_point_json(struct http_request *q, struct json_out *o, const char *name,
                    const char *id, struct err *err);

/* A walk as the page sees it: with "closing", the n of n of a closed one. */
bool api_walk_json(struct store *s, struct arena *a, struct json_out *o, const char *name,
                   const struct walk *w, struct err *err);

/* What GET status answers. lang NULL: words as {"da", "en"}. */
bool api_status_json(struct store *s, struct arena *a, struct json_out *o,
                     const enum i18n_lang *lang, struct err *err);

#endif
