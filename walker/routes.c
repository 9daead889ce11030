/* routes: everything walker serves. A row is method, path, handler, who may ask, the
 * largest body and the content types taken. */
#include "walker/api.h"

#include "core/web/page.h"

#include "core/store/seal_photo.h"

#define JSON "application/json"
#define PHOTO "image/jpeg image/png"
#define STICK "application/octet-stream"
#define STICK_MOST ((size_t)8 << 30)

enum { SMALL = 65536, COVER = 524288, NOTE = 131072, ACCESS_ANY = ACCESS_KEY | ACCESS_PASS };

const struct http_route walker_routes[] = {
    {"GET", "/", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/sw.js", api_service_worker, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/manifest.webmanifest", api_manifest, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/a/*/*", page_asset, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/a/*/*/*", page_asset, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/a/*/i18n/*/*", page_asset, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/healthz", api_healthz, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/api/v1/about", api_about, ACCESS_OPEN, 0, NULL, NULL},
    {"POST", "/api/v1/session", api_session, ACCESS_OPEN, SMALL, JSON, NULL},

    {"GET", "/api/v1/catalogue", api_catalogue, ACCESS_ANY, 0, NULL, NULL},
    {"GET", "/api/v1/walks", api_walks, ACCESS_ANY, 0, NULL, NULL},
    {"POST", "/api/v1/walks", api_walk_new, ACCESS_KEY, SMALL, JSON, NULL},
    {"GET", "/api/v1/walks/*", api_walk, ACCESS_ANY, 0, NULL, NULL},
    {"POST", "/api/v1/walks/*/begin", api_walk_begin, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/end", api_walk_end, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/close", api_walk_close, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/pause", api_walk_pause, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/resume", api_walk_resume, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/reopen", api_walk_reopen, ACCESS_KEY, SMALL, JSON, NULL},
    {"PATCH", "/api/v1/walks/*", api_walk_patch, ACCESS_KEY, NOTE, JSON, NULL},
    {"PUT", "/api/v1/walks/*/attendance", api_walk_attendance, ACCESS_KEY, SMALL, JSON, NULL},
    {"PUT", "/api/v1/walks/*/votes", api_walk_votes, ACCESS_KEY, SMALL, JSON, NULL},
    {"GET", "/api/v1/walks/*/ratings", api_ratings, ACCESS_ANY, 0, NULL, NULL},
    {"POST", "/api/v1/walks/*/ratings", api_rating_new, ACCESS_ANY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/ratings/close", api_rating_close, ACCESS_KEY, SMALL, JSON,
     NULL},
    {"GET", "/api/v1/walks/*/last", api_walk_last, ACCESS_ANY, 0, NULL, NULL},
    {"GET", "/api/v1/sealed/key", api_seal_key, ACCESS_KEY, 0, NULL, NULL},
    {"PUT", "/api/v1/sealed/*", api_seal_put, ACCESS_KEY, NOTE, JSON, NULL},
    {"PUT", "/api/v1/sealed/*/photos/*", api_seal_photo_put, ACCESS_KEY, SEAL_PHOTO_MOST,
     PHOTO, &api_seal_photo_sink},
    {"PUT", "/api/v1/verdicts/*", api_verdict_put, ACCESS_ANY, SMALL, JSON, NULL},
    {"PUT", "/api/v1/acute/*", api_acute_put, ACCESS_ANY, SMALL, JSON, NULL},
    {"GET", "/api/v1/walks/*/observations", api_points, ACCESS_ANY, 0, NULL, NULL},

    {"GET", "/api/v1/position", api_position, ACCESS_KEY, 0, NULL, NULL},
    {"GET", "/api/v1/walks/*/track", api_track, ACCESS_KEY, 0, NULL, NULL},
    {"POST", "/api/v1/walks/*/track", api_track_add, ACCESS_KEY, NOTE, JSON, NULL},
    {"POST", "/api/v1/walks/*/place", api_track_place, ACCESS_KEY, SMALL, JSON, NULL},
    {"GET", "/api/v1/maps", api_maps, ACCESS_ANY, 0, NULL, NULL},
    {"GET", "/api/v1/maps/*/*/*/*", api_tile, ACCESS_ANY, 0, NULL, NULL},
    {"GET", "/api/v1/near", api_near, ACCESS_ANY, 0, NULL, NULL},
    {"GET", "/api/v1/places", api_places, ACCESS_ANY, 0, NULL, NULL},
    {"GET", "/api/v1/lamps", api_lamps, ACCESS_KEY, 0, NULL, NULL},
    {"GET", "/api/v1/walks/*/lamp-run", api_lamp_run, ACCESS_ANY, 0, NULL, NULL},
    {"POST", "/api/v1/walks/*/lamp-run/join", api_lamp_join, ACCESS_ANY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/lamp-run/end", api_lamp_end, ACCESS_ANY, SMALL, JSON, NULL},
    {"PUT", "/api/v1/lamp-looks/*", api_lamp_look, ACCESS_ANY, SMALL, JSON, NULL},
    {"DELETE", "/api/v1/lamp-looks/*", api_lamp_undo, ACCESS_ANY, SMALL, JSON, NULL},
    {"GET", "/api/v1/sun", api_sun, ACCESS_ANY, 0, NULL, NULL},

    {"GET", "/api/v1/observations/*", api_point, ACCESS_ANY, 0, NULL, NULL},
    {"PUT", "/api/v1/observations/*", api_point_put, ACCESS_ANY, NOTE, JSON, NULL},
    {"PATCH", "/api/v1/observations/*", api_point_patch, ACCESS_ANY, NOTE, JSON, NULL},
    {"PUT", "/api/v1/observations/*/draft", api_draft, ACCESS_KEY, NOTE, JSON, NULL},
    {"PUT", "/api/v1/observations/*/screen", api_screen, ACCESS_ANY, SMALL, JSON, NULL},
    {"POST", "/api/v1/observations/*/witness", api_witness, ACCESS_ANY, SMALL, JSON, NULL},
    {"PUT", "/api/v1/observations/*/photos/*", api_photo_put, ACCESS_ANY, BLOB_MOST, PHOTO,
     &api_photo_sink},
    {"PATCH", "/api/v1/photos/*", api_photo_patch, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/photos/*/cover", api_photo_cover, ACCESS_KEY, COVER, JSON, NULL},
    {"POST", "/api/v1/photos/clear", api_photos_clear, ACCESS_KEY, SMALL, JSON, NULL},
    {"GET", "/api/v1/photos/*/*", api_photo, ACCESS_ANY, 0, NULL, NULL},

    {"GET", "/api/v1/events", api_events, ACCESS_KEY, 0, NULL, NULL},
    {"GET", "/api/v1/status", api_status, ACCESS_KEY, 0, NULL, NULL},
    {"GET", "/api/v1/stick", api_stick, ACCESS_KEY, 0, NULL, NULL},
    {"POST", "/api/v1/stick", api_unstick, ACCESS_KEY, STICK_MOST, STICK, &api_unstick_sink},
    {"GET", "/api/v1/walks/*/wipe", api_wipe_look, ACCESS_KEY, 0, NULL, NULL},
    {"POST", "/api/v1/walks/*/wipe", api_wipe, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/walks/*/fetch", api_walk_fetch, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/sync", api_sync, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/pair", api_pair, ACCESS_KEY, SMALL, JSON, NULL},
    {"GET", "/api/v1/me", api_me, ACCESS_OPEN, 0, NULL, NULL},
    {"POST", "/api/v1/walks/*/passes", api_pass_new, ACCESS_KEY, SMALL, JSON, NULL},
    {"GET", "/api/v1/walks/*/passes", api_passes, ACCESS_KEY, 0, NULL, NULL},
    {"DELETE", "/api/v1/passes/*", api_pass_drop, ACCESS_KEY, SMALL, JSON, NULL},
    {"POST", "/api/v1/hub/code", api_hub_code, ACCESS_KEY, SMALL, JSON, NULL},
};
const size_t walker_route_count = sizeof walker_routes / sizeof walker_routes[0];
